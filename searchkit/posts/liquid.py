"""Liquid, the template language of Jekyll: its tags say nothing to a reader."""

from __future__ import annotations

import re

from searchkit.posts.marks import BREAK, literal

# No tag holds the beginning of another one, so a search that fails ends where the next one begins: linear time
# (its repetition is not possessive: Python before 3.11.4 gets that wrong around alternatives)
_TAG = re.compile(r"\{%-?\s*(\w*)((?:[^%{]|%(?!\})|\{(?!%))*)%\}")
_OUTPUT = re.compile(r"\{\{[^{}\n]*+\}\}")
_CLOSED = frozenset({"raw", "highlight", "comment"})


def without_liquid(text: str) -> str:
    """``text`` without ``{% … %}`` and ``{{ … }}``.

    What stands in ``{% raw %}`` and ``{% highlight %}`` stays, the latter as literal code; ``{% comment %}`` goes.

    >>> without_liquid("甲{% include x.html %}乙{{ site.url }}{% raw %}{{ 丙 }}{% endraw %}")
    '甲乙{{ 丙 }}'
    """
    if "{%" not in text:
        return _OUTPUT.sub("", text) if "{{" in text else text
    tags = list(_TAG.finditer(text))
    pieces: list[str] = []
    position = number = 0
    ends = _last_ends(tags)
    while number < len(tags):
        tag = tags[number]
        pieces.append(_OUTPUT.sub("", text[position : tag.start()]))
        position = tag.end()
        name = tag[1]
        number += 1
        if name in _CLOSED and ends.get("end" + name, -1) >= number:
            while tags[number][1] != "end" + name:
                number += 1
            inside = text[tag.end() : tags[number].start()]
            position = tags[number].end()
            number += 1
            if name == "raw":
                pieces.append(inside)
            elif name == "highlight":
                pieces.append(BREAK + literal(inside) + BREAK)
    pieces.append(_OUTPUT.sub("", text[position:]))
    return "".join(pieces)


def _last_ends(tags: list[re.Match[str]]) -> dict[str, int]:
    """The number of the last tag of each name: a block without its end is not searched for one."""
    return {tag[1]: number for number, tag in enumerate(tags)}
