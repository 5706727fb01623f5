"""A post's text to its front matter and content: YAML, TOML or JSON, and plain lines where it is none of them."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from searchkit.model import Post

# Scalars stay as they were typed: `title: 1:30` is no 90, `tags: [007, no]` no 7 and no False, and a date that
# does not exist spoils only itself. Merge keys, which can be made to grow without end, are not expanded.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_MAX_CHARS = 256 * 1024
_MAX_DEPTH = 200
_DEEP_BLOCKS = re.compile(rf"^[ \t?:-]{{{_MAX_DEPTH}}}", re.MULTILINE)
_KEY_LINE = re.compile(r"([\w.-]{1,64})[ \t]*:(?:[ \t]+|$)(.*)")
_LIST_LINE = re.compile(r"\s*-\s+(.*)")
_FENCES = {"---": ("---", "..."), "+++": ("+++",), ";;;": (";;;",)}


class _NotFrontMatterError(Exception):
    """The text opens like front matter and is none: all of it is content."""


class _BrokenError(Exception):
    """Front matter that its format's reader refuses; the message says why."""


class _Yaml(YAMLHandler):
    """python-frontmatter's handler, kept from what would crash libyaml: it recurses in C."""

    def load(self, fm: str, **kwargs: object) -> Any:
        if fm.count("[") + fm.count("{") > _MAX_DEPTH or _DEEP_BLOCKS.search(fm):
            raise _BrokenError("too deeply nested")
        return super().load(fm, Loader=_Loader)


class _Toml(BaseHandler):
    """python-frontmatter's own needs the package toml, which the standard library replaced."""

    FM_BOUNDARY = re.compile(r"^\+{3}\s*$", re.MULTILINE)

    def load(self, fm: str) -> Any:
        return tomllib.loads(fm)


_HANDLERS: dict[str, tuple[str, BaseHandler]] = {
    "---": ("YAML", _Yaml()),
    "+++": ("TOML", _Toml()),
    ";;;": ("JSON", JSONHandler()),
}


def parse(path: str, text: str) -> Post:
    """The front matter and the content of one post.

    Front matter stands at the top, between two lines ``---`` (YAML), ``+++`` (TOML) or ``;;;`` (JSON), or is a JSON
    object. Whatever cannot be read as such stays in the content, so no post loses its body. Never raises.

    Args:
        path: relative to the corpus folder; only handed on.
        text: the whole file, with ``\\n`` line ends.

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
        if fence not in _FENCES:
            return Post(path, {}, text)
        lines, content = _split(top, _FENCES[fence])
    except _NotFrontMatterError as error:
        return Post(path, {}, text, tuple(map(str, error.args)))
    return _read(path, fence, lines, content, text)


def _split(top: str, closings: tuple[str, ...]) -> tuple[str, str]:
    """What stands between the first line and the closing one, and what stands below."""
    start = top.find("\n") + 1
    position = start
    while 0 < position < len(top):
        end = top.find("\n", position)
        end = len(top) if end < 0 else end
        # Only a short line can be the closing one: no need to copy the long ones
        if end - position < 80 and top[position:end].rstrip() in closings:
            return top[start:position], top[end + 1 :]
        position = end + 1
    looks_meant = _KEY_LINE.match(top, start) is not None
    raise _NotFrontMatterError(*(["front matter is opened but never closed"] if looks_meant else []))


def _json_object(top: str) -> tuple[dict[str, Any], str]:
    try:
        value, end = json.JSONDecoder().raw_decode(top)
    except (ValueError, RecursionError):
        raise _NotFrontMatterError from None
    rest = top[end:]
    if not isinstance(value, dict) or not value or rest.split("\n", 1)[0].strip():
        raise _NotFrontMatterError
    return value, rest.lstrip("\n")


def _read(path: str, fence: str, lines: str, content: str, text: str) -> Post:
    language, handler = _HANDLERS[fence]
    try:
        if len(lines) > _MAX_CHARS:
            raise _BrokenError(f"longer than {_MAX_CHARS} characters")
        metadata: object = handler.load(lines)
    # a reader of somebody else's data may fail in more ways than it tells: RecursionError, OverflowError, KeyError
    except Exception as error:
        plain = _plain_lines(lines)
        if not plain:
            return Post(path, {}, text)
        why = " ".join(str(getattr(error, "problem", None) or error or type(error).__name__).split())
        warning = f"front matter is no {language}: {why[:200]}; its plain lines were read"
        return Post(path, plain, content, (warning,))
    if metadata is None or metadata == "":
        return Post(path, {}, content)
    if not isinstance(metadata, dict):
        return Post(path, {}, text)
    return Post(path, metadata, content)


def _plain_lines(lines: str) -> dict[str, Any]:
    """The plain ``key: value`` lines and the ``- item`` lines below a key; nothing where most lines are neither."""
    metadata: dict[str, Any] = {}
    strangers, last = 0, ""
    for line in lines.split("\n"):
        item = _LIST_LINE.match(line)
        pair = _KEY_LINE.match(line)
        if pair:
            last = pair[1]
            metadata[last] = _plain_value(pair[2])
        elif item and last and (not metadata[last] or isinstance(metadata[last], list)):
            metadata[last] = [*(metadata[last] or []), _unquoted(item[1])]
        elif line.strip() and not line.startswith((" ", "\t", "#")):
            strangers += 1
    return metadata if len(metadata) > strangers else {}


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
