"""Front matter: YAML, TOML or JSON at the top of a post; plain ``key: value`` lines if it is invalid."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from searchkit.model import Post

# The base loader returns scalars as text: `title: 1:30` is not 90, `tags: [007, no]` not 7 and False, and a date that
# does not exist invalidates no other value. It does not expand merge keys, which can grow exponentially.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_MAX_CHARS = 256 * 1024
_MAX_DEPTH = 200
_DEEP_BLOCKS = re.compile(rf"^[ \t?:-]{{{_MAX_DEPTH}}}", re.MULTILINE)
_KEY_LINE = re.compile(r"([\w.-]{1,64})[ \t]*:(?:[ \t]+|$)(.*)")
_LIST_LINE = re.compile(r"\s*-\s+(.*)")
_CLOSING_FENCES = {"---": ("---", "..."), "+++": ("+++",), ";;;": (";;;",)}


class _NotFrontMatterError(Exception):
    """The text begins like front matter but has none: all of it is content."""


class _InvalidError(Exception):
    """The front matter is invalid in its format; the message is the reason."""


class _Yaml(YAMLHandler):
    """python-frontmatter's handler; it rejects deep nesting, which overflows the C stack of libyaml."""

    def load(self, fm: str, **kwargs: object) -> Any:
        if fm.count("[") + fm.count("{") > _MAX_DEPTH or _DEEP_BLOCKS.search(fm):
            raise _InvalidError("too deeply nested")
        return super().load(fm, Loader=_Loader)


class _Toml(BaseHandler):
    """Like python-frontmatter's handler, which needs the package toml, but with the standard library."""

    FM_BOUNDARY = re.compile(r"^\+{3}\s*$", re.MULTILINE)

    def load(self, fm: str) -> Any:
        return tomllib.loads(fm)


_HANDLERS: dict[str, tuple[str, BaseHandler]] = {
    "---": ("YAML", _Yaml()),
    "+++": ("TOML", _Toml()),
    ";;;": ("JSON", JSONHandler()),
}


def parse(path: str, text: str) -> Post:
    """Split the text of a post into front matter and content. Never raises.

    Front matter is at the top, between two lines ``---`` (YAML), ``+++`` (TOML) or ``;;;`` (JSON), or is a JSON
    object. Text that is no front matter remains in the content, so no post loses its body.

    Args:
        path: the path of the post, for the result only.
        text: the text of the file, with ``\\n`` line ends.

    >>> post = parse("a.md", "---\\ntitle: 香港\\n---\\n通关")
    >>> post.metadata, post.content
    ({'title': '香港'}, '通关')
    """
    text = text.lstrip("\ufeff")
    top = text.lstrip()
    try:
        if top.startswith("{"):
            metadata, content = _json_object(top)
            return Post(path, metadata, content)
        fence = top.split("\n", 1)[0].rstrip()
        if fence not in _CLOSING_FENCES:
            return Post(path, {}, text)
        lines, content = _split(top, _CLOSING_FENCES[fence])
    except _NotFrontMatterError as error:
        return Post(path, {}, text, tuple(map(str, error.args)))
    return _load(path, fence, lines, content, text)


def _split(top: str, closings: tuple[str, ...]) -> tuple[str, str]:
    """The front matter between the first line and the closing fence, and the content after it."""
    start = top.find("\n") + 1
    position = start
    while 0 < position < len(top):
        end = top.find("\n", position)
        end = len(top) if end < 0 else end
        # a fence is short: long lines need not be copied
        if end - position < 80 and top[position:end].rstrip() in closings:
            return top[start:position], top[end + 1 :]
        position = end + 1
    has_key = _KEY_LINE.match(top, start) is not None
    raise _NotFrontMatterError(*(["front matter is never closed"] if has_key else []))


def _json_object(top: str) -> tuple[dict[str, Any], str]:
    try:
        value, end = json.JSONDecoder().raw_decode(top)
    except (ValueError, RecursionError):
        raise _NotFrontMatterError from None
    rest = top[end:]
    if not isinstance(value, dict) or not value or rest.split("\n", 1)[0].strip():
        raise _NotFrontMatterError
    return value, rest.lstrip("\n")


def _load(path: str, fence: str, lines: str, content: str, text: str) -> Post:
    language, handler = _HANDLERS[fence]
    try:
        if len(lines) > _MAX_CHARS:
            raise _InvalidError(f"longer than {_MAX_CHARS} characters")
        metadata: object = handler.load(lines)
    except Exception as error:  # a parser may fail in undocumented ways: RecursionError, OverflowError, KeyError
        plain = _plain_lines(lines)
        if not plain:
            return Post(path, {}, text)
        reason = " ".join(str(getattr(error, "problem", None) or error or type(error).__name__).split())
        warning = f"invalid {language} in front matter: {reason[:200]}; used its plain lines"
        return Post(path, plain, content, (warning,))
    if metadata is None or metadata == "":
        return Post(path, {}, content)
    if not isinstance(metadata, dict):
        return Post(path, {}, text)
    return Post(path, metadata, content)


def _plain_lines(lines: str) -> dict[str, Any]:
    """The ``key: value`` lines, and ``- item`` lines after a key; empty if most lines are neither."""
    metadata: dict[str, Any] = {}
    other_lines, last = 0, ""
    for line in lines.split("\n"):
        item = _LIST_LINE.match(line)
        pair = _KEY_LINE.match(line)
        if pair:
            last = pair[1]
            metadata[last] = _plain_value(pair[2])
        elif item and last and (not metadata[last] or isinstance(metadata[last], list)):
            metadata[last] = [*(metadata[last] or []), _unquoted(item[1])]
        elif line.strip() and not line.startswith((" ", "\t", "#")):
            other_lines += 1
    return metadata if len(metadata) > other_lines else {}


def _plain_value(value: str) -> str | list[str]:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [_unquoted(item) for item in value[1:-1].split(",") if item.strip()]
    return _unquoted(value)


def _unquoted(value: str) -> str:
    value = value.strip()
    for quote in "\"'":
        if value.startswith(quote):
            return value[1:].removesuffix(quote)
    return value
