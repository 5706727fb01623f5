"""The front matter of a raw file, by the rules of YAML, TOML and JSON, and line by line where it is none of them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

_KEY = re.compile(r"(?P<key>[\w. -]{1,40}?)[ \t]*[:：](?P<value>.*)")
_TOML_KEY = re.compile(r"(?P<key>[\w.-]{1,40})[ \t]*=(?P<value>.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<item>.*)")


class RawPost(NamedTuple):
    """A raw file in two parts.

    Attributes:
        metadata: the front matter, keys in lower case, scalars as they are written; empty if there is none.
        lines: for each key in lower case, what is written behind it on its line.
        content: what follows the front matter.
    """

    metadata: Mapping[str, Any]
    lines: Mapping[str, str]
    content: str


def split(text: str) -> RawPost:
    """Divide a raw file into front matter and content.

    >>> split("---\\ntitle: [公告, 搬家]\\n---\\n正文").metadata["title"]
    ['公告', '搬家']
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").removeprefix("\ufeff")
    start = text.lstrip("\n \t")
    for fence, read in (("---", _yaml), ("+++", _toml), (";;;", _json)):
        if re.match(re.escape(fence) + r"[ \t]*\n", start):
            inner, content = _until(fence, start.split("\n", 1)[1])
            metadata = read(inner) if inner is not None else None
            return RawPost(*metadata, content) if metadata else RawPost({}, {}, text)
    if start.startswith("{"):
        return _braces(start) or RawPost({}, {}, text)
    return _unopened(start) or RawPost({}, {}, text)


def _until(fence: str, text: str) -> tuple[str | None, str]:
    """The lines before the closing fence and those after it; None without a closing fence."""
    ends = (fence, "...") if fence == "---" else (fence,)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.rstrip() in ends:
            return "\n".join(lines[:number]), "\n".join(lines[number + 1 :])
    return None, text


def _yaml(text: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    lines = dict(_key_lines(text, _KEY))
    try:
        metadata = yaml.load(text, yaml.BaseLoader)  # every scalar stays as it is written
    except yaml.YAMLError:
        metadata = None
    if isinstance(metadata, dict):
        return _lower(metadata), lines
    if metadata is None and not text.strip():
        return {}, {}
    return (_by_line(text), lines) if lines else None


def _toml(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    lines = {key: _unquoted(value) for key, value in _key_lines(text, _TOML_KEY)}
    try:
        return _lower(tomllib.loads(text)), lines
    except tomllib.TOMLDecodeError:
        return dict(lines), lines


def _json(text: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    try:
        metadata = json.loads("{" + text.strip().rstrip(",") + "}")
    except ValueError:
        return None
    return _lower(metadata), {}


def _braces(text: str) -> RawPost | None:
    try:
        metadata, end = json.JSONDecoder(strict=False).raw_decode(text)
    except ValueError:
        return None
    return RawPost(_lower(metadata), {}, text[end:]) if metadata else None


def _unopened(text: str) -> RawPost | None:
    """Hexo's old form: keys from the first line on, then ``---``."""
    inner, content = _until("---", text)
    if not inner or not all(_KEY.match(line) or _ITEM.match(line) for line in inner.split("\n") if line.strip()):
        return None
    metadata = _yaml(inner)
    return RawPost(*metadata, content) if metadata and _KEY.match(inner) else None


def _lower(metadata: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).strip().lower(): value for key, value in metadata.items()}


def _key_lines(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        if match := pattern.match(line):
            yield match["key"].strip().lower(), match["value"].strip()


def _by_line(text: str) -> dict[str, Any]:
    """The keys of broken YAML: the rest of the line, or the items of the lines below."""
    metadata: dict[str, Any] = {}
    key = ""
    for line in text.split("\n"):
        if match := _KEY.match(line):
            key = match["key"].strip().lower()
            metadata[key] = _flow(match["value"].strip())
        elif key and (match := _ITEM.match(line)):
            items = metadata[key] if isinstance(metadata[key], list) else []
            metadata[key] = [*items, _unquoted(match["item"])]
    return metadata


def _flow(value: str) -> Any:
    try:
        items = yaml.load(value, yaml.BaseLoader)
    except yaml.YAMLError:
        return _unquoted(value)
    return items if isinstance(items, list) else _unquoted(value)


def _unquoted(value: str) -> str:
    """A value without the quotes around the whole of it."""
    value = value.strip()
    for quote in "\"'":
        if len(value) > 1 and value[0] == value[-1] == quote and quote not in value[1:-1]:
            return value[1:-1]
    return value
