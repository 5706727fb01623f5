"""Lines such as ``key: value`` and ``- item`` under a key: what is left of front matter that is invalid."""

from __future__ import annotations

import re
from typing import Any

from searchkit.posts.frontmatter.keys import field_of

_KEY_LINE = re.compile(r"(?P<key>[\w.-]{1,64}(?: [\w.-]{1,64}){0,2})[ \t]*(?P<sign>[:：=])(?P<value>.*)")
_ITEM_LINE = re.compile(r"[ \t]*-(?!-)[ \t]*(.*)")
_COMMENT = re.compile(r"\s#(?:\s|$)")
_NO_COMMENT = ("#", "'", '"')
_BELOW = (" ", "\t", "]")
_FOLDED = re.compile(r"[>|][+-]?\d?")


def plain_lines(text: str) -> dict[str, Any]:
    """The values of lines with keys, as text, lists and mappings; empty if most lines are no such lines.

    A value in quotes loses them only if they are around all of it. Takes time linear in the length. Never raises.

    >>> plain_lines('title: "小报"何时印好？\\ntags:\\n- 甲\\n- 乙')
    {'title': '"小报"何时印好？', 'tags': ['甲', '乙']}
    """
    metadata: dict[str, Any] = {}
    below: list[str] = []
    key, value, others = "", "", 0
    for line in text.split("\n"):
        if found := key_and_value(line):
            if key:
                metadata[key] = _value(key, value, below)
            (key, value), below = found, []
        elif not line.strip() or line.startswith("#"):
            continue
        elif key and (line[0] in _BELOW or (not value and _ITEM_LINE.match(line))):
            below.append(line)
        elif line[0] not in " \t":
            others += 1
    if key:
        metadata[key] = _value(key, value, below)
    return metadata if len(metadata) > others else {}


def key_and_value(line: str) -> tuple[str, str] | None:
    """The key at the beginning of a line, and the rest; None if there is none.

    Behind any key stands a colon and a space. Known keys may have a colon without a space, a wide one, or ``=``.

    >>> key_and_value("title:通关"), key_and_value("标题：通关"), key_and_value("https://example.com")
    (('title', '通关'), ('标题', '通关'), None)
    """
    match = _KEY_LINE.match(line)
    if not match:
        return None
    key, sign, value = match.groups()
    is_yaml = sign == ":" and " " not in key and (not value or value[0] in " \t")
    return (key, value.strip()) if is_yaml or field_of(key) else None


def _value(key: str, value: str, below: list[str]) -> str | list[str] | dict[str, Any]:
    """What stands behind a key and on the lines below it; of a title all, of other values what is before a comment."""
    if field_of(key) != "title" and value[:1] not in _NO_COMMENT:
        value = _COMMENT.split(value, 1)[0]
    if not value or _FOLDED.fullmatch(value):
        items = [match[1] for line in below if (match := _ITEM_LINE.match(line))]
        if items and not value:
            return [_unquoted(item.removeprefix("name:")) for item in items]
        inner = [found for line in below if (found := key_and_value(line.strip()))]
        if inner and not value:
            return {key: _unquoted(text) for key, text in inner}
        return " ".join(line.strip() for line in below)
    more = (line.strip() for line in below)
    value = " ".join([value, *(line for line in more if not (key_and_value(line) or _ITEM_LINE.match(line)))])
    if value.startswith("[") and value.endswith("]"):
        return [_unquoted(item) for item in value[1:-1].split(",") if item.strip()]
    return _unquoted(value)


def _unquoted(value: str) -> str:
    """A value without the quotes around all of it; one that is never closed goes, too."""
    value = value.strip()
    for quote, escaped in (('"', '\\"'), ("'", "''")):
        if value.startswith(quote):
            inside = value[1:].removesuffix(quote)
            plain = inside.replace(escaped, "")
            is_closed = len(value) > 1 and value.endswith(quote)
            is_whole = quote not in plain and (is_closed or quote not in value[1:])
            return inside.replace(escaped, quote) if is_whole else value
    return value
