"""Counts and trends, compared with posts that are read one by one and Python's own calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product

import pytest
from histories import POSTS, index_after
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit import Document, Index, QueryError
from searchkit.language import fold

KEYS = ("source", "tag", "year", "month", "week", "day")


def values(post: Document, key: str) -> list[str]:
    """What a post has of a key; an empty text where it has nothing."""
    if key == "source":
        return [post.source]
    if key == "tag":
        return list(post.tags) or [""]
    if post.date is None:
        return [""]
    year, week, _ = post.date.isocalendar()
    written = {"year": "%Y", "month": "%Y-%m", "week": f"{year}-W{week:02}", "day": "%Y-%m-%d"}[key]
    return [post.date.strftime(written)]


def matching(posts: list[Document], word: str, source: str) -> list[Document]:
    """Those that have a word and are of a source, of those with the same text the first."""
    first: dict[tuple[str, str], Document] = {}
    for post in posts:
        if word in fold(f"{post.title}\n{post.body}") and source in ("", post.source):
            first.setdefault((fold(post.title), fold(post.body)), post)
    return list(first.values())


@settings(max_examples=15)
@given(
    POSTS,
    POSTS,
    st.sampled_from(["", "香港", "高铁"]),
    st.sampled_from(["", "晨报"]),
    st.lists(st.sampled_from(KEYS), unique=True, max_size=3),
)
def test_counts_are_those_of_the_posts_whatever_was_there_before(
    before: list[Document], posts: list[Document], word: str, source: str, by: list[str]
) -> None:
    found = matching(posts, word, source)
    rows = Counter(group for post in found for group in product(*(values(post, key) for key in by)))
    filters = {"source": source} if source else {}
    with index_after([before, posts]) as index:
        counts = index.count(word, by=by, **filters)
        assert (counts.total, dict(counts.rows)) == (len(found), rows)
        assert list(counts.rows) == sorted(counts.rows)
        results = index.search(word, limit=None, facets=("month", "source"), **filters)
        assert (results.total, len(results)) == (counts.total, counts.total)
        for facet in ("month", "source"):
            known = {value: count for (value,), count in index.count(word, by=facet, **filters) if value}
            assert dict(results.facets[facet]) == known


@settings(max_examples=15)
@given(POSTS, st.sampled_from(["year", "month", "week", "day"]))
def test_the_periods_of_a_trend_and_the_undated_posts_are_the_total(posts: list[Document], by: str) -> None:
    with index_after([posts]) as index:
        trend = index.trend(["香港", "高铁"], by=by)
        for query, row, undated in zip(trend.queries, trend.counts, trend.undated, strict=True):
            assert sum(row) + undated == index.search(query).total
        totals = {period: count for (period,), count in index.count(by=by)}
        assert list(trend.totals) == [totals.get(period, 0) for period in trend.periods]
        assert sorted(set(trend.periods)) == list(trend.periods)
        if trend.periods:
            assert any(row[0] for row in trend.counts)
            assert any(row[-1] for row in trend.counts)


@pytest.fixture(scope="module")
def index(make_index: Callable[..., Index]) -> Index:
    return make_index(
        {
            "a.md": {"body": "高铁，甲", "date": "2020-12-31"},
            "b.md": {"body": "高铁，乙", "date": "2021-03-01"},
            "c.md": {"body": "公园", "date": "2021-01-05"},
            "d.md": {"body": "公園，丁"},
        }
    )


def test_every_period_between_the_first_and_the_last_match_is_there(index: Index) -> None:
    trend = index.trend(["高铁", "公园"])
    assert trend.periods == ("2020-12", "2021-01", "2021-02", "2021-03")
    assert trend.counts == ((1, 0, 0, 1), (0, 1, 0, 0))
    assert (trend.totals, trend.undated) == ((1, 1, 0, 1), (0, 1))
    assert index.trend("高铁", by="week").periods[:3] == ("2020-W53", "2021-W01", "2021-W02")
    assert len(index.trend("高铁", by="day")) == 61


def test_a_slice_of_a_trend_is_a_trend(index: Index) -> None:
    last = index.trend(["高铁", "公园"])[-2:]
    assert (last.periods, last.counts, last.totals) == (("2021-02", "2021-03"), ((0, 1), (0, 0)), (0, 1))
    assert [period.counts for period in last] == [(0, 0), (1, 0)]
    assert last[1].period == "2021-03"


def test_shares_are_of_all_posts_of_the_period(index: Index) -> None:
    assert index.trend("公园", by="year", share=True).values == ((0.5,),)
    assert index.trend("没有这个").to_dicts() == []


@pytest.mark.parametrize("by", ["hour", "", "Month"])
def test_an_unknown_key_is_an_error(index: Index, by: str) -> None:
    with pytest.raises(QueryError, match="use one of"):
        index.count("高铁", by=(by,))
    with pytest.raises(QueryError, match="use one of"):
        index.trend("高铁", by=by)


def test_a_trend_has_no_more_periods_than_can_be_looked_at(make_index: Callable[..., Index]) -> None:
    far = make_index({"a.md": {"body": "甲", "date": "0001-01-01"}, "b.md": {"body": "甲乙", "date": "2021-01-01"}})
    assert len(far.trend("甲", by="year")) == 2021
    with pytest.raises(QueryError, match="use longer periods"):
        far.trend("甲", by="day")


def test_weeks_begin_on_monday_and_are_of_the_year_of_their_thursday(make_index: Callable[..., Index]) -> None:
    days = ["1969-12-28", "1969-12-29", "2020-12-31", "2021-01-03", "2021-01-04", "2024-12-29", "2024-12-30"]
    with make_index({f"{day}.md": {"body": day, "date": day} for day in days}) as index:
        weeks = [week for (week,), count in index.count(by="week") for _ in range(count)]
    assert weeks == ["1969-W52", "1970-W01", "2020-W53", "2020-W53", "2021-W01", "2024-W52", "2025-W01"]
