"""Lines that begin or end a container: ``::: tip 标题``, ``!!! note "标题"``, ``> [!note] 标题``."""

from __future__ import annotations

import re
from typing import NamedTuple

_COLONS = re.compile(
    r":{3,}+[ \t]*+(?:[A-Za-z][\w-]*+)?[ \t]*+(?:\[([^\[\]]*+)\])?[ \t]*+"
    r"(?:\{([^{}]*+)\})?[ \t]*+(?:\[([^\[\]]*+)\])?(.*)"
)
_ATTRIBUTE_TITLE = re.compile(r"(?:title|summary|caption)=[\"']([^\"']*+)[\"']")
_ADMONITION = re.compile(
    r"(!!!|\?\?\?\+?)[ \t]++([A-Za-z][\w-]*+(?>(?:[ \t]++[A-Za-z][\w-]*+)*))?[ \t]*+(?:\"([^\"]*+)\")?(.*)"
)
_TAB = re.compile(r"===[!+]?[ \t]++\"([^\"]++)\"$")
_CALLOUT = re.compile(r"\[!([\w-]++)(?:\|[^\[\]]*+)?\][+-]?[ \t]*+(.*)")
_CONTENTS = re.compile(r"@\[toc\]\(([^()]*+)\)$", re.IGNORECASE)
_KINDS = frozenset((
    "note", "abstract", "summary", "tldr", "info", "todo", "tip", "hint", "important", "success", "check", "done",
    "question", "help", "faq", "warning", "caution", "attention", "failure", "fail", "missing", "danger", "error",
    "bug", "example", "quote", "cite", "seealso", "details",
))


class Container(NamedTuple):
    """A line that begins or ends a container.

    Attributes:
        title: the title in the line; may be empty.
        is_indented: whether the content is indented.
    """

    title: str
    is_indented: bool = False


def read(line: str, quoted: bool) -> Container | None:
    """The container that a line begins or ends; None if it does neither.

    >>> read("::: tip 提示", False), read('!!! note "注意"', False), read("!!! 太好了", False)
    (Container(title='提示', is_indented=False), Container(title='注意', is_indented=True), None)
    """
    if line.startswith(":::"):
        return _colons(line)
    if line.startswith(("!!!", "???")):
        return _admonition(line)
    if line.startswith("["):
        callout = _CALLOUT.match(line) if quoted else None
        return Container(callout[2]) if callout else None
    if line.startswith("==="):
        tab = _TAB.match(line)
        return Container(tab[1], True) if tab else None
    contents = _CONTENTS.match(line) if line.startswith("@") else None
    return Container(contents[1]) if contents else None


def _colons(line: str) -> Container | None:
    match = _COLONS.match(line.rstrip(": \t") or ":::") or _COLONS.match(":::")
    if match is None:
        return None
    named = _ATTRIBUTE_TITLE.search(match[2] or "")
    titles = (match[1], match[3], named[1] if named else "", match[4].strip())
    return Container(" ".join(title for title in titles if title))


def _admonition(line: str) -> Container | None:
    match = _ADMONITION.match(line)
    if match is None:
        return None
    kinds = (match[2] or "").lower().split()
    if match[3] is None and not (match[1] != "!!!" and kinds) and not (kinds and kinds[0] in _KINDS):
        return None
    return Container(" ".join(part for part in (match[3], match[4].strip()) if part), True)
