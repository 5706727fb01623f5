"""Front matter: YAML, TOML or JSON at the top of a post; plain ``key: value`` lines if it is invalid."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from searchkit.messages import _
from searchkit.model import Post
from searchkit.posts.frontmatter.keys import field_of
from searchkit.posts.frontmatter.mappings import InvalidError, Language, load
from searchkit.posts.frontmatter.plainlines import key_and_value, plain_lines

_OPENING = re.compile(r"(-{3,}|\+{3}|;{3})[ \t]*(yaml|toml|json)?[ \t]*", re.IGNORECASE)
_LANGUAGES: dict[str, Language] = {"-": "YAML", "+": "TOML", ";": "JSON"}
_NAMED: dict[str, Language] = {"yaml": "YAML", "toml": "TOML", "json": "JSON"}
_CLOSING = {"-": re.compile(r"(?:-{3,}|\.{3})\s*"), "+": re.compile(r"\+{3}\s*"), ";": re.compile(r";{3}\s*")}
_JSON_KEY = re.compile(r'"[\w -]{1,40}"\s*:')
_TITLE_LINE = re.compile(r"^(?:title|标题|標題|题目|題目)[ \t]*[:：=][ \t]*(.*)$", re.MULTILINE | re.IGNORECASE)
_UNREAD = re.compile(r"<!--\s*$|[-—–－=*_ ]{2,}$")
"""What people write instead of a fence: a comment, other dashes."""

_SECOND = re.compile(r"\s*-{3}[ \t]*\n")
_MAX_FENCE = 80
_MAX_UNREAD = 500
_MAX_SHOWN = 500
_MAX_HEADER = 4_000  # characters
_MAX_UNOPENED_LINES = 200
_BELOW_A_KEY = (" ", "\t", "-")


class _NotFrontMatterError(Exception):
    """The text begins like front matter but has none: all of it is content. The message, if any, is a warning."""


def parse(path: str, text: str) -> Post:
    """Split the text of a post into front matter and content. Never raises.

    Front matter is at the top, between two lines ``---`` (YAML), ``+++`` (TOML) or ``;;;`` (JSON), of which the first
    may be missing before known keys; or is a JSON object. Text that is no front matter remains in the content, so no
    post loses its body.

    Args:
        path: the path of the post, for the result only.
        text: the text of the file, with ``\\n`` line ends.

    >>> post = parse("a.md", "---\\ntitle: 香港\\n---\\n通关")
    >>> post.metadata, post.content
    ({'title': '香港'}, '通关')
    """
    text = text.lstrip("\ufeff\u200b")
    top = text.lstrip()
    try:
        if top.startswith("{"):
            metadata, content = _json_object(top)
            return _with_title_as_written(path, metadata, content, "")
        first = top[: top.find("\n") if "\n" in top[:_MAX_FENCE] else _MAX_FENCE]
        opening = _OPENING.fullmatch(first)
        if opening:
            sign = opening[1][0]
            lines, content = _split(top, top.find("\n") + 1, sign)
            language = _NAMED.get((opening[2] or "").lower(), _LANGUAGES[sign])
            return _load(path, language, lines, content, text)
        if _begins_with_key(first):
            if header := _header(top):
                return _with_title_as_written(path, *header, "")
            language, lines, content = _unopened(top)
            return _load(path, language, lines, content, text)
        if _UNREAD.match(first) and _knows_a_key(top[len(first) : _MAX_UNREAD].split("\n")):
            raise _NotFrontMatterError(_("front matter behind {text!r} was read as text", text=first.strip()[:20]))
    except _NotFrontMatterError as error:
        return Post(path, {}, text, tuple(map(str, error.args)))
    return Post(path, {}, text)


def _knows_a_key(lines: list[str]) -> bool:
    """Whether the first of these lines that is not blank has a key that posts have."""
    line = next((line for line in lines if line.strip()), "")
    found = key_and_value(line.removeprefix(".. "))
    return found is not None and field_of(found[0]) is not None


def _split(top: str, start: int, sign: str) -> tuple[str, str]:
    """The front matter from ``start`` to the closing fence, and the content after it."""
    position = start
    closing, starts = _CLOSING[sign], (sign, ".")
    while 0 < position < len(top):
        end = top.find("\n", position)
        end = len(top) if end < 0 else end
        if top.startswith(starts, position) and end - position < _MAX_FENCE and closing.fullmatch(top, position, end):
            return top[start:position], top[end + 1 :]
        position = end + 1
    has_key = key_and_value(top[start : start + 200].split("\n", 1)[0]) is not None
    raise _NotFrontMatterError(*(["front matter is never closed"] if has_key else []))


def _begins_with_key(first: str) -> bool:
    found = key_and_value(first)
    return _JSON_KEY.match(first) is not None if found is None else field_of(found[0]) is not None


def _header(top: str) -> tuple[dict[str, Any], str] | None:
    """Front matter without fences, as Pelican has it: known keys alone up to a blank line, the title among them."""
    end = top.find("\n\n", 0, _MAX_HEADER)
    lines = top[:end].split("\n") if end >= 0 else []
    keys = [field_of(found[0]) if (found := key_and_value(line)) else None for line in lines]
    if len(keys) < 2 or None in keys or "title" not in keys:
        return None
    return plain_lines(top[:end]), top[end:].lstrip("\n")


def _unopened(top: str) -> tuple[Language, str, str]:
    """Front matter without an opening fence: all lines up to the closing one have keys, or belong to those."""
    keys, position, is_behind_gap = 0, 0, False
    for _line in range(_MAX_UNOPENED_LINES):
        end = top.find("\n", position)
        line = top[position : end if end >= 0 else len(top)]
        for sign, closing in _CLOSING.items():
            if position and len(line) < _MAX_FENCE and line[0:1] == sign and closing.fullmatch(line):
                return _LANGUAGES[sign], top[:position], top[position + len(line) + 1 :]
        has_key = key_and_value(line) is not None or _JSON_KEY.match(line) is not None
        belongs = line.startswith(_BELOW_A_KEY) and not is_behind_gap
        is_behind_gap = not line.strip()
        if end < 0 or not (has_key or belongs or is_behind_gap):
            break
        keys += has_key
        position = end + 1
    raise _NotFrontMatterError(*(["lines like front matter without its --- were read as text"] if keys > 1 else []))


def _json_object(top: str) -> tuple[dict[str, Any], str]:
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(top)
    except (ValueError, RecursionError):
        looks_so = _JSON_KEY.match(top[1:200].lstrip()) is not None
        raise _NotFrontMatterError(*(["invalid JSON at the top was read as text"] if looks_so else [])) from None
    rest = top[end:]
    if not isinstance(value, dict) or not value or rest.split("\n", 1)[0].strip():
        raise _NotFrontMatterError
    return value, rest.lstrip("\n")


def _load(path: str, language: Language, lines: str, content: str, text: str) -> Post:
    """The post of front matter and content, or of the whole text where the front matter is none."""
    try:
        metadata = load(lines, language)
        if not metadata:
            return Post(path, {}, content)
        if not isinstance(metadata, dict):
            raise InvalidError(_("no keys with values"))
    except InvalidError as error:
        plain = plain_lines(lines)
        if not plain:
            return Post(path, {}, text)
        warning = _("invalid {language} in front matter: {error}; used its plain lines", language=language, error=error)
        return _with_title_as_written(path, plain, content, lines, warning)
    return _with_title_as_written(path, metadata, content, lines)


def _with_title_as_written(path: str, metadata: Mapping[str, Any], content: str, lines: str, *warnings: str) -> Post:
    """A post whose title is a text also where the language makes a list or a mapping of it."""
    for key, value in metadata.items():
        if isinstance(value, (list, dict)) and field_of(str(key)) == "title":
            kind = "list" if isinstance(value, list) else "mapping"
            written = _TITLE_LINE.search(lines)
            shown = written[1].strip() if written and written[1].strip() else _flow(value)
            metadata = {**metadata, key: shown}
            warnings = (*warnings, _("the title is a {kind}: used as it is written", kind=kind))
    if _SECOND.match(content) and _knows_a_key(content.lstrip()[:_MAX_UNREAD].split("\n")[1:]):
        warnings = (*warnings, _("a second front matter was read as text"))
    return Post(path, metadata, content, warnings)


def _flow(value: object) -> str:
    """A list or a mapping on one line."""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value if not isinstance(item, (list, dict)))
    chunks = json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value)
    return "".join(islice(chunks, _MAX_SHOWN))[:_MAX_SHOWN]  # no more: aliases of YAML can stand for billions of items
