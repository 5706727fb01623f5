"""Values of front matter as lines of text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from searchkit.posts.decoding import clean
from searchkit.posts.frontmatter.keys import NULL_VALUES
from searchkit.posts.markup import html_line

_CODE = re.compile(r"(?<!`)(``?)(?!`)[^`]+\1(?!`)")
_NAMES = ("name", "title", "姓名", "名字")
_MAX_ITEMS = 1000
_ELEMENTS = (
    "a|abbr|b|big|blockquote|br|center|cite|code|dd|del|details|dfn|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i|img"
    "|ins|kbd|li|mark|ol|p|pre|q|rb|rp|rt|rtc|ruby|s|samp|script|section|small|span|strike|strong|style|sub|summary|sup"
    "|svg|table|tbody|td|th|thead|time|tr|tt|u|ul|var|wbr"
)
_OTHER_TAG = re.compile(rf"<(?!/?(?:{_ELEMENTS})[\s/>]|!--)", re.IGNORECASE)


def line(value: object) -> str:
    """A value as one line of plain text; empty for containers, booleans and null.

    Tags of HTML go, except in code between backticks; ``<T>`` and the like, which are none, stay.

    >>> line("甲 &amp;\\n <b>乙</b>"), line("用 `<div>` 排版"), line("List<T> 详解"), line(2021)
    ('甲 & 乙', '用 `<div>` 排版', 'List<T> 详解', '2021')
    """
    if isinstance(value, (dt.datetime, dt.date, int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or value.strip() in NULL_VALUES:
        return ""
    if value.isprintable() and "<" not in value and "&" not in value:  # most are: no controls, no markup
        return " ".join(value.split())
    text = clean(value)
    if "<" not in text and "&" not in text:
        return html_line(text)
    if "`" not in text:
        return html_line(_OTHER_TAG.sub("&lt;", text))
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [_without_tags(text[end : code.start()]), code[0]]
        end = code.end()
    return " ".join("".join([*parts, _without_tags(text[end:])]).split())


def _without_tags(text: str) -> str:
    """A part of a line, with the spaces around it."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' * before}{html_line(_OTHER_TAG.sub('&lt;', text))}{' ' * after}"


def lines(value: object) -> Iterator[str]:
    """The texts in a value: of a list its items, of a mapping its name. Takes ``_MAX_ITEMS`` at most.

    >>> list(lines(["甲", ["乙", {"name": "丙"}], None]))
    ['甲', '乙', '丙']
    """
    if isinstance(value, str):
        if text := line(value):
            yield text
        return
    waiting = [value]
    seen: set[int] = set()
    for _ in range(_MAX_ITEMS):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, dict):
            item = next((item[name] for name in _NAMES if name in item), None)
        if isinstance(item, (list, tuple, set)):
            if id(item) not in seen:  # YAML's aliases repeat one list as often as they like
                waiting += reversed(list(item)[:_MAX_ITEMS])
            seen.add(id(item))
        elif text := line(item):
            yield text
