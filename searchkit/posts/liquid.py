"""Removal of Liquid, the template language of Jekyll."""

from __future__ import annotations

import re

from searchkit.posts.marks import BREAK, literal

# A tag does not contain the start of another one, so a failing match ends at the next one: the search is linear.
# The repetition is not possessive, since Python before 3.11.4 has a bug with possessive alternatives.
_TAG = re.compile(r"\{%-?\s*(\w*)((?:[^%{]|%(?!\})|\{(?!%))*)%\}")
_OUTPUT = re.compile(r"\{\{[^{}\n]*+\}\}")
_BLOCK_TAGS = frozenset({"raw", "highlight", "comment"})


def without_liquid(text: str) -> str:
    """Remove ``{% … %}`` and ``{{ … }}``.

    The content of ``{% raw %}`` is kept unchanged, that of ``{% highlight %}`` as literal code, and that of
    ``{% comment %}`` is removed.

    >>> without_liquid("甲{% include x.html %}乙{{ site.url }}{% raw %}{{ 丙 }}{% endraw %}")
    '甲乙{{ 丙 }}'
    """
    if "{%" not in text:
        return _OUTPUT.sub("", text) if "{{" in text else text
    tags = list(_TAG.finditer(text))
    parts: list[str] = []
    position = number = 0
    ends = _last_ends(tags)
    while number < len(tags):
        tag = tags[number]
        parts.append(_OUTPUT.sub("", text[position : tag.start()]))
        position = tag.end()
        name = tag[1]
        number += 1
        if name in _BLOCK_TAGS and ends.get("end" + name, -1) >= number:
            while tags[number][1] != "end" + name:
                number += 1
            inside = text[tag.end() : tags[number].start()]
            position = tags[number].end()
            number += 1
            if name == "raw":
                parts.append(inside)
            elif name == "highlight":
                parts.append(BREAK + literal(inside) + BREAK)
    parts.append(_OUTPUT.sub("", text[position:]))
    return "".join(parts)


def _last_ends(tags: list[re.Match[str]]) -> dict[str, int]:
    """The index of the last tag of each name, so that no end tag is searched for in vain."""
    return {tag[1]: number for number, tag in enumerate(tags)}
