"""Query strings and query trees that hypothesis draws."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from strategies import TRICKY, texts

from searchkit.language import fold
from searchkit.query import (
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    New,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
)
from searchkit.query.ast import TEXT_FIELDS, VALUE_FIELDS
from searchkit.query.patterns import read_pattern, write_pattern

PIECES = (
    *('"', "“", "”", "-", "－", "+", "~", "～", "*", "＊", "~1", "~2", "~5", "|", "(", ")", "（", "）", "=", "\\", "'"),
    *(" OR ", " AND ", " NOT ", " 或 ", "OR", "AND", "NOT", "或", "和", "*:*", "..", "，", "。", ">", "<=", " ", " "),
    *(
        "title:",
        "正文：",
        "body:",
        "word:",
        "source:",
        "tag:",
        "path:",
        "url:",
        "pinyin:",
        "author:",
        "date:",
        "日期：",
    ),
    *("after:", "before:", "2021", "2021-11", "2021-11-08T03:39:04.5Z", "去年", "最近7天", "1,234"),
    *("香港", "軟件", "三十五人", "iPhone15", "Ｃ＋＋", "kubernets~1", '"甲方 签约"~5', '"小通关"'),
)
"""What query strings are made of: the signs of the language, in several widths, and words."""

_WORDS = ("香港", "人工智慧", "iphone15", "c++", "a", "最近7天", "2021..2022", "或", "or", "date:去年", "title:x", "-a")
_SIGNS = '()|*~=:"'


def query_strings() -> st.SearchStrategy[str]:
    return st.lists(st.one_of(st.sampled_from(PIECES), texts(5)), max_size=20).map("".join)


@st.composite
def trees(draw: st.DrawFn) -> Query:
    """A tree in the form in which ``parse`` gives it."""
    if draw(st.booleans()):
        return draw(_parts())
    return And(*draw(st.lists(_parts().filter(lambda part: not isinstance(part, And)), min_size=2, max_size=4)))


@st.composite
def _parts(draw: st.DrawFn) -> Query:
    node = draw(_nodes(2))
    return Optional(node) if draw(st.booleans()) else node


@st.composite
def _nodes(draw: st.DrawFn, levels: int) -> Query:
    kind = draw(_KINDS if levels else st.none())
    if kind is None:
        return draw(_LEAVES)
    if kind is Not:
        return Not(draw(_nodes(levels - 1).filter(lambda node: node != Every())))
    parts = _nodes(levels - 1).filter(lambda node: not isinstance(node, kind))
    return kind(*draw(st.lists(parts, min_size=2, max_size=4)))


def _text(text: str) -> str:
    """A folded text without quotation marks."""
    return fold(fold(text).replace('"', ""))  # twice: without the mark its neighbours may compose


def _value(text: str) -> str:
    return fold(_text(text).replace("*", "")).strip()


def _pattern(pattern: Prefix | Wildcard | Fuzzy) -> Query:
    """The pattern if it is written in its own way."""
    return pattern if read_pattern(write_pattern(pattern), pattern.field) == pattern else Prefix("a", pattern.field)


_KINDS = st.sampled_from([None, None, Not, And, Or])
_WRITTEN = st.one_of(st.sampled_from(_WORDS), st.text(st.sampled_from(TRICKY + _SIGNS), max_size=10))
_TEXTS, _VALUES = _WRITTEN.map(_text), _WRITTEN.map(_value)
_IN_TEXT, _IN_VALUE = st.sampled_from(TEXT_FIELDS), st.sampled_from(VALUE_FIELDS)
_ZONES = st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=8)), dt.timezone(-dt.timedelta(hours=23))])
_INSTANTS = st.one_of(
    st.none(),
    st.datetimes(timezones=_ZONES),
    st.dates().map(lambda day: dt.datetime.combine(day, dt.time.min)),
    st.dates().map(lambda day: dt.datetime.combine(day, dt.time.max)),
)
_LEAVES = st.one_of(  # built once: to build strategies takes longer than to draw from them
    st.builds(lambda text, field: Text(text if read_pattern(text) is None else "a", field), _TEXTS, _IN_TEXT),
    st.builds(Phrase, _TEXTS, _IN_TEXT),
    st.builds(
        lambda text, slop, field: Near(tuple(text.split()), slop, field), _TEXTS, st.integers(0, 999_999_999), _IN_TEXT
    ),
    st.builds(lambda text, field: _pattern(Prefix(text, field)), _TEXTS, _IN_TEXT),
    st.builds(lambda text, field: _pattern(Wildcard(f"*{text}", field)), _TEXTS, _IN_TEXT),
    st.builds(lambda text, field: _pattern(Fuzzy(text, 2, field)), _TEXTS, _IN_TEXT),
    st.builds(Pinyin, _TEXTS),
    st.builds(FieldValue, _IN_VALUE, _VALUES),
    st.builds(Prefix, _VALUES, _IN_VALUE),
    st.builds(lambda text, field: Wildcard(f"*{text}*", field), _VALUES, _IN_VALUE),
    st.builds(lambda start, end, field: Wildcard(f"{start}*{end}a", field), _VALUES, _VALUES, _IN_VALUE),
    st.builds(DateRange, _INSTANTS, _INSTANTS),
    st.builds(AddedRange, _INSTANTS, _INSTANTS),
    st.sampled_from([New(), Every(), Nothing()]),
)
