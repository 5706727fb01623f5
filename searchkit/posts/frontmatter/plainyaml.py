"""YAML as most front matter has it: a key and a value on each line, or items below a key: read without a parser."""

from __future__ import annotations

import re

# only characters are repeated possessively: Python 3.11.2 does not go back where a possessive group fails half-way
_INDICATORS = r"""\-?:,\[\]{}#&*!|>'"%@` """
_QUOTED = r""""([^"\\\n]*+)"|'([^'\n]*+)'"""
_SCALAR = rf"{_QUOTED}|((?![{_INDICATORS}])(?:[^\n:# ]++|:(?=[^ \n])|\#|[ ]++(?=[^ \n#]))+)"
_IN_FLOW = r"""[^\n,\[\]{}:#?"' ]++"""
_FLOW_SCALAR = rf"{_QUOTED}|((?![{_INDICATORS}]){_IN_FLOW}(?:[ ]++{_IN_FLOW})*)"
_NAMELESS = re.compile(r"\((?!\?)")


def _without_groups(pattern: str) -> str:
    return f"(?:{_NAMELESS.sub('(?:', pattern)})"


_ITEM = re.compile(rf"([ ]*+)-[ ]++(?:{_SCALAR})[ ]*+\n")
_FLOW_ITEM = re.compile(_FLOW_SCALAR)
_ITEMS = rf"(?:[ ]*+-[ ]++{_without_groups(_SCALAR)}[ ]*+\n)+"
_FLOW = rf"\[[ ]*+(?:{_without_groups(_FLOW_SCALAR)}(?:[ ]*+,[ ]*+{_without_groups(_FLOW_SCALAR)})*[ ]*+)?\]"
_ENTRY = re.compile(rf"(\w[\w-]{{0,60}}+):(?:[ ]++(?:{_SCALAR}|({_FLOW}))[ ]*+\n|[ ]*+\n({_ITEMS})?)\n*+")


def plain_yaml(text: str) -> dict[str, str | list[str]] | None:
    """The mapping that a text is in YAML, all scalars as text; None if it takes a parser to say.

    >>> plain_yaml("title: 香港\\ntags: [甲, 007]\\n"), plain_yaml("a: &b c\\n")
    ({'title': '香港', 'tags': ['甲', '007']}, None)
    """
    if not text.replace("\n", "").isprintable():
        return None
    found: dict[str, str | list[str]] = {}
    position = 0
    while position < len(text):
        entry = _ENTRY.match(text, position)
        if entry is None:
            return None
        key, double, single, plain, flow, items = entry.groups()
        if flow:
            found[key] = ["".join(item) for item in _FLOW_ITEM.findall(flow, 1)]
        elif items:
            rows = _ITEM.findall(items)
            if len({row[0] for row in rows}) > 1:
                return None
            found[key] = ["".join(row[1:]) for row in rows]
        else:
            found[key] = plain or double or single or ""
        position = entry.end()
    return found or None
