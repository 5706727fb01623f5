"""Tags and categories of a post."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.posts.frontmatter.keys import Fields
from searchkit.posts.frontmatter.values import line, lines

_SIGNS = ("#", "＃", "-", "[")
_COMMA = re.compile("[,，、;；]")


def tags(fields: Fields) -> tuple[str, ...]:
    """Tags and categories, each once, in order.

    A text in a plural key is divided at commas, else at spaces, as Jekyll does; in a singular one at commas only. Of
    nested categories each level is one.

    >>> tags(Fields({"tags": "#港 澳", "category": "AI 编程", "categories": [["前端", "框架"]]}))
    ('港', '澳', '前端', '框架', 'AI 编程')
    """
    plural = [tag for value in fields.of("tags") for tag in _names(value, at_spaces=True)]
    singular = [tag for value in fields.of("tag") for tag in _names(value, at_spaces=False)]
    return tuple(dict.fromkeys(plural + singular))


def _names(value: object, at_spaces: bool) -> Iterator[str]:
    for name in _divided(line(value), at_spaces) if isinstance(value, str) else lines(value):
        if tag := _without_signs(name):
            yield tag


def _divided(text: str, at_spaces: bool) -> list[str]:
    if _COMMA.search(text):
        return _COMMA.split(text)
    return text.split() if at_spaces else [text]


def _without_signs(name: str) -> str:
    """A name without the sign of a hashtag, the brackets of a wiki link, or the dash of a list's item."""
    name = name.strip()
    if name.startswith(_SIGNS):
        name = name.strip("[]").lstrip("#＃-").rstrip("#＃")
    return name.strip("/ \t")
