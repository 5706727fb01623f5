"""Tables: slices, data frames of three kinds, HTML in a notebook, charts."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

import searchkit
from searchkit.analysis.collocation import Collocate, Collocates
from searchkit.analysis.concordance import Concordance, ConcordanceLine
from searchkit.analysis.counts import Counts, Trend
from searchkit.analysis.keyness import Keyword, Keywords
from searchkit.analysis.similarity import Similar, SimilarPost
from searchkit.errors import MissingDependency
from searchkit.frames import Column, arrow_table, pandas_frame, polars_frame
from searchkit.progress import watched
from searchkit.render import charts
from searchkit.reports import Overview

HOSTILE = '<script>alert(1)</script>"&\x1b\u202e'
DATE = dt.datetime(2021, 11, 8, tzinfo=dt.UTC)

TABLES: list[Any] = [
    Counts(HOSTILE, ("source",), ((("",), 1), ((HOSTILE,), 2)), 3),
    Counts(HOSTILE, ("source", "month"), (((HOSTILE, "2021-11"), 1), (("乙", "2021-12"), 2)), 3),
    Trend("month", True, (HOSTILE, "乙"), ("2021-11", "2021-12"), ((1, 0), (2, 3)), (2, 4), (0, 0)),
    Trend("week", False, (HOSTILE,), ("2020-W53", "2021-W01"), ((1, 0),), (2, 4), (0,)),
    Concordance(HOSTILE, 9, (ConcordanceLine("a.md", HOSTILE, "2021-11-08", HOSTILE, HOSTILE, HOSTILE, ""),) * 2, 9),
    Collocates(HOSTILE, 5, (Collocate(HOSTILE, 3, 4, 0.5, 9.5, 8.5), Collocate("乙", 1, 1, 0.5, 1.5, 2.5)), 9, 99),
    Keywords(HOSTILE, "", (Keyword(HOSTILE, 3, 0, 9.5, float("inf")), Keyword("乙", 1, 9, 9.5, -90.0)), 1, 2, 3, 4),
    Similar(HOSTILE, (SimilarPost(HOSTILE, HOSTILE, DATE, HOSTILE, 2.0, 0.9, None),) * 2),
]
CHARTS = [table for table in TABLES if hasattr(table, "plot")]
OVERVIEW = Overview(HOSTILE, HOSTILE, 3, DATE.date(), DATE.date(), ((HOSTILE, 2),), DATE)


def name_of(table: Any) -> str:
    return type(table).__name__


class Tags(HTMLParser):
    """The tags of a text, which must be well-formed, and its style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _value in attrs} <= {"style", "scope"}
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_a_slice_is_a_table_of_the_same_class(table: Any) -> None:
    assert type(table[1:]) is type(table)
    assert list(table[1:]) == [table[1]]
    assert len(table[:0]) == 0
    assert len(table) == 2


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_an_empty_table_keeps_its_columns_and_their_types(table: Any) -> None:
    full, empty = table.to_pandas(), table[:0].to_pandas()
    assert list(full.columns) == [column.name for column in table.columns()]
    assert dict(full.dtypes) == dict(empty.dtypes)
    assert len(empty) == 0
    assert table.to_polars().schema == table[:0].to_polars().schema
    assert table.to_arrow().schema == table[:0].to_arrow().schema
    assert len(full) == len(table.to_polars()) == len(table.to_arrow())


def test_a_column_of_each_kind() -> None:
    columns = [
        Column("text", "text", ["通关\udc80", None]),
        Column("texts", "texts", [("甲", "乙"), ()]),
        Column("integer", "integer", [1, 2**40]),
        Column("number", "number", [0.5, 1]),
        Column("flag", "flag", [True, False]),
        Column("day", "day", [dt.date(1, 1, 1), None]),
        Column("instant", "instant", [DATE, dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=8)))]),
        Column("spans", "spans", [((0, 2),), ()]),
    ]
    kinds = ["str", "object", "int64", "float64", "bool", "datetime64[s]", "datetime64[us, UTC]", "object"]
    assert [str(kind).replace("string", "str") for kind in pandas_frame(columns).dtypes] == kinds
    rows = polars_frame(columns).rows(named=True)
    assert rows == arrow_table(columns).to_pylist()
    assert rows[0]["text"] == r"通关\udc80"
    assert rows[0]["day"] == dt.date(1, 1, 1)
    assert rows[0]["spans"] == [[0, 2]]
    assert rows[0]["instant"] == DATE


@pytest.mark.parametrize("shown", [*TABLES, OVERVIEW, *(table[:0] for table in TABLES)], ids=name_of)
def test_html_is_well_formed_escaped_and_without_colours_of_its_own(shown: Any) -> None:
    html = shown._repr_html_()
    tags = Tags(html).seen
    assert tags <= {"div", "table", "thead", "tbody", "tr", "th", "td", "mark", "p", "strong"}
    assert not {"\x1b", "\u202e"} & set(html)
    assert "#" not in html.replace("&#x27;", "")


def test_a_long_table_is_cut_with_a_count() -> None:
    long = replace(TABLES[4], lines=TABLES[4].lines * 500)
    assert long._repr_html_().count("<mark") == 50
    assert "and 950 more rows" in long._repr_html_()
    assert len(long.to_pandas()) == 1000


def test_two_keys_are_a_cross_table() -> None:
    html = TABLES[1]._repr_html_()
    assert html.count("<tr>") == 3
    assert html.count(">0</td>") == 2


def texts(spec: Any) -> Iterator[str]:
    """All texts of a chart, those in lists and objects within too."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, dict | list):
        for part in spec.values() if isinstance(spec, dict) else spec:
            yield from texts(part)


@pytest.mark.parametrize("table", CHARTS, ids=name_of)
def test_a_chart_starts_at_zero_with_texts_as_they_are(table: Any) -> None:
    pytest.importorskip("altair")
    spec = table.plot().to_dict()
    assert json.loads(json.dumps(spec)) == spec
    assert HOSTILE in json.loads(json.dumps(list(texts(spec))))
    assert spec["config"]["background"] == "transparent"
    assert "zero" not in str(spec["encoding"])  # Vega-Lite's own: an axis of numbers starts at 0
    table[:0].plot().to_dict()


def test_a_trend_has_a_line_a_query_on_an_axis_of_time() -> None:
    pytest.importorskip("altair")
    months = tuple(f"2021-{month:02}" for month in range(1, 13))
    trend = Trend("month", True, ("高铁", "磁悬浮"), months, ((1,) * 12, (2,) * 12), (4,) * 12, (0, 0))
    spec = trend.plot().to_dict()
    assert spec["mark"]["type"] == "line"
    assert spec["encoding"]["x"]["type"] == "temporal"
    assert spec["encoding"]["y"]["axis"]["format"].endswith("%")
    assert {row["share"] for row in spec["data"]["values"]} == {0.25, 0.5}
    assert trend[:3].plot().to_dict()["mark"]["type"] == "bar"


def test_a_png_has_chinese_characters_not_boxes() -> None:
    """Two different characters without a glyph would be the same box."""
    pytest.importorskip("vl_convert")
    if not charts.has_han_font():
        pytest.skip("no Chinese font")
    one, other = (Trend("year", False, (word,), ("2021",), ((1,),), (1,), (0,)) for word in ("龘", "齉"))
    assert charts.png(one) != charts.png(other)
    assert charts.png(one).startswith(b"\x89PNG")
    assert "龘" in charts.svg(one)


@pytest.mark.parametrize("query", ["\x1b[31m", "a\0b", "\ud800", "\uffff", "<b>&", "\r\n"])
def test_a_chart_of_any_query_is_drawn(query: str) -> None:
    """A control character ended the interpreter within vl-convert."""
    pytest.importorskip("vl_convert")
    ElementTree.fromstring(charts.svg(Trend("year", False, (query,), ("2021",), ((1,),), (1,), (0,))))


def test_a_chart_of_a_long_query_is_as_wide_as_its_ends() -> None:
    """10,000 letters made a picture of 146,116 dots, in 6 s."""
    pytest.importorskip("vl_convert")
    ends, long = (
        charts.svg(Trend("year", False, (query,), ("2021",), ((1,),), (1,), (0,)))
        for query in ("x" * 100 + "…" + "y" * 100, "x" * 5_000 + "y" * 5_000)
    )
    assert long == ends


def test_without_a_chinese_font_a_png_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert")
    monkeypatch.setattr(charts, "has_han_font", lambda: False)
    with pytest.raises(MissingDependency, match="fonts-noto-cjk"):
        charts.png(CHARTS[0])


@pytest.mark.parametrize("package", ["altair", "vl_convert"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(searchkit.MissingDependency, match=r"pip install 'searchkit\[notebook\]'"):
        charts.svg(CHARTS[0])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_for_who_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    tqdm = pytest.importorskip("tqdm")
    told: list[Any] = []
    with watched(lambda *numbers: told.append(numbers)) as report:
        assert report is not None
        report(1, 2)
    assert told == [(1, 2)]
    with watched(None) as report:
        assert report is None  # nobody watches a pipe
    monkeypatch.setattr(sys, "stderr", Terminal())
    with watched(False) as report:
        assert report is None
    with watched(None) as report:
        assert report is not None
        report("posts", 1, 2)
        assert [bar.n for bar in tqdm.tqdm._instances if bar.total == 2] == [1]
