"""What the pages are made of: addresses, charts, marked texts, languages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from starlette.datastructures import QueryParams

from searchkit.serve.pages.answer import pager
from searchkit.serve.pages.asked import Asked
from searchkit.serve.pages.histogram import histogram
from searchkit.serve.pages.language import accepted, chosen
from searchkit.serve.pages.periods import ticks, without_gaps
from searchkit.serve.pages.texts import language_of, marked, paragraphs

WORDS = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=8)


@given(
    st.builds(
        Asked,
        q=WORDS,
        source=st.lists(WORDS, unique=True, max_size=3).map(tuple),
        tag=st.lists(WORDS, unique=True, max_size=3).map(tuple),
        since=WORDS,
        until=st.just("") | WORDS,
        sort=st.sampled_from(["", "newest", "oldest", "relevance"]),
        page=st.integers(1, 1000),
    )
)
def test_an_address_asks_for_what_it_was_made_of(asked: Asked) -> None:
    assert Asked.of(QueryParams(asked.address().partition("?")[2])) == asked


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", Asked()),
        ("q=+通关+&page=0&sort=best", Asked("通关")),
        ("page=99999999999", Asked()),
        ("page=-1&page=2", Asked(page=2)),
        ("page=²", Asked()),
        ("tag=a&tag=&tag=a&tag=b", Asked(tag=("a", "b"))),
    ],
)
def test_what_means_nothing_in_an_address_is_left_out(query: str, asked: Asked) -> None:
    assert Asked.of(QueryParams(query)) == asked


def test_an_address_keeps_bytes_of_file_names() -> None:
    assert Asked("a\udc80\ud800").address() == "/?q=a%3F%3F"
    assert Asked("a\udc80").address() == "/?q=a%80"


@given(st.text(max_size=40), st.data())
def test_marks_change_no_text(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(places[::2], places[1::2], strict=False))
    assert marked(text, spans).striptags() == marked(text, []).striptags()
    assert marked(text, spans).count("<") == 2 * len(spans)


def test_matches_of_a_body_are_numbered_through_its_lines() -> None:
    text = "标题\n  通关\n\n通关通关 <b>"
    lines = list(paragraphs(text, [(5, 7), (9, 11), (11, 13)], "标题"))
    assert [line.html for line in lines] == [
        '  <mark id="m1">通关</mark>',
        '<mark id="m2">通关</mark><mark id="m3">通关</mark> &lt;b&gt;',
    ]
    assert [(line.matches, line.code) for line in lines] == [(1, True), (2, False)]


def test_a_match_that_goes_on_in_the_next_line_is_marked_in_both() -> None:
    lines = [line.html for line in paragraphs("甲通\n关乙", [(1, 4)])]
    assert lines == [Markup('甲<mark id="m1">通</mark>'), Markup('<mark id="m2">关</mark>乙')]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("香港恢复通关", "zh-Hans"), ("香港恢復通關", "zh-Hant"), ("香港", "zh"), ("通りがかり", "ja"),
        ("Hong Kong", ""),
        ("这是一段简体的长文，只引了一个“龍”字，其余都是简体字，所以算作简体，不算繁体。", "zh-Hans"),
    ],
)  # fmt: skip
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("zh-Hant-HK", "zh-TW"), ("en;q=0.3, zh;q=0.7", "zh-CN"), ("*", "en"),
        ("zh;q=0, en", "en"), ("fr, ;;;", "en"), ("zh" * 10_000, "en"),
    ],
)  # fmt: skip
def test_the_language_that_a_browser_accepts(header: str, language: str) -> None:
    assert accepted(header) == language


def test_an_address_outweighs_a_cookie_and_a_cookie_the_browser() -> None:
    assert chosen("zh-TW", "zh-CN", "en") == "zh-TW"
    assert chosen("xx", "zh-CN", "en") == "zh-CN"
    assert chosen(None, "'\"", "zh") == "zh-CN"


@pytest.mark.parametrize(
    ("first", "last", "count", "second"),
    [
        ("2019", "2022", 4, "2020"),
        ("2019-11", "2021-02", 16, "2019-12"),
        ("2020-02-27", "2020-03-01", 4, "2020-02-28"),
        ("2021-11", "2021-11", 1, None),
    ],
)
def test_periods_have_no_gaps(first: str, last: str, count: int, second: str | None) -> None:
    periods = without_gaps(first, last)
    assert (periods[0], periods[-1], len(periods)) == (first, last, count)
    assert second is None or periods[1] == second


@given(st.integers(1, 3000))
def test_an_axis_has_few_labels_and_fewer_on_a_phone(months: int) -> None:
    periods = without_gaps("1800-01", f"{1800 + months // 12}-{months % 12 + 1:02}")
    labels = ticks(periods)
    assert 0 < len(labels) <= 12
    assert 0 < sum(not tick.minor for tick in labels) <= 5


def test_a_chart_has_a_bar_for_each_month_with_hits() -> None:
    chart = histogram(Asked("通关"), (("2021-12", 4), ("2022-03", 1)))
    assert chart is not None
    assert chart.periods == ("2021-12", "2022-01", "2022-02", "2022-03")
    assert [(bar.period, bar.x, bar.height) for bar in chart.bars] == [
        ("2021-12", "0", "78.00"),
        ("2022-03", "75", "19.50"),
    ]
    assert chart.bars[0].address == "/?q=%E9%80%9A%E5%85%B3&since=2021-12&until=2021-12"
    assert histogram(Asked(), (("2021-12", 4),)) is None


@pytest.mark.parametrize(
    ("here", "total", "shown"),
    [
        (1, 10, ""),
        (1, 11, "[1] 2 Next"),
        (2, 20, "Previous 1 [2]"),
        (6, 105, "Previous 1 … 4 5 [6] 7 8 … 11 Next"),
        (99, 30, "Previous 1 2 3"),
    ],
)
def test_the_pages_around_the_current_one(here: int, total: int, shown: str) -> None:
    choices = pager(here, total, 10, str)
    labels = [f"[{choice.label}]" if choice.current else choice.label for choice in choices]
    assert re.sub("[‹›] ?| [‹›]", "", " ".join(labels)) == shown
