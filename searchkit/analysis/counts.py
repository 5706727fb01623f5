"""How many posts match, by source, tag and period: cross tables and trends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from searchkit.analysis.asking import Question
from searchkit.engines.protocol import KEYS, Searcher
from searchkit.errors import QueryError
from searchkit.frames import Column
from searchkit.messages import _
from searchkit.query.ast import Every, Query
from searchkit.tables import Chartable

Period = Literal["year", "month", "week", "day"]

PERIODS: tuple[Period, ...] = ("year", "month", "week", "day")

MAX_PERIODS = 50_000
"""Periods of a trend: 136 years of days."""


@dataclass(frozen=True)
class Counts(Chartable[tuple[tuple[str, ...], int]]):
    """A cross table of the posts that match a query.

    Attributes:
        query: as it was typed.
        by: the keys, some of ``source``, ``tag``, ``year``, ``month``, ``week``, ``day``.
        rows: for each group of values, one a key, how many posts have them, in the order of the values. A post without
            a value counts under an empty text, one with several tags under each of them.
        total: how many posts match; those with the same text count once, as in a search.
    """

    rows_field: ClassVar[str] = "rows"

    query: str
    by: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], int], ...]
    total: int

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON types."""
        return {"query": self.query, "by": list(self.by), "total": self.total, "rows": self.to_dicts()}

    def to_dicts(self) -> list[dict[str, Any]]:
        """A row for each group: its values by key, and ``posts``."""
        return [dict(zip(self.by, values, strict=True)) | {"posts": count} for values, count in self.rows]

    def columns(self) -> tuple[Column, ...]:
        """A line for each group: its value of each key, and ``posts``."""
        keys = (Column(key, "text", [values[at] for values, _count in self.rows]) for at, key in enumerate(self.by))
        return (*keys, Column("posts", "integer", [count for _values, count in self.rows]))

    def __repr__(self) -> str:
        return f"<Counts {self.query!r}: {self.total} posts by {', '.join(self.by) or 'nothing'}>"


@dataclass(frozen=True, slots=True)
class TrendPeriod:
    """A period of a trend.

    Attributes:
        period: ``2021``, ``2021-11``, ``2021-W45`` or ``2021-11-08``.
        counts: of each query, how many posts match.
        total: how many posts there are that pass the filters.
    """

    period: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Trend(Chartable[TrendPeriod]):
    """How many posts match some queries in each period; a sequence of its periods, whose slices are trends.

    Attributes:
        by: ``year``, ``month``, ``week`` or ``day``, of the authors' clocks.
        share: whether shares of all posts are wanted, not numbers.
        queries: as they were typed.
        periods: every period from the first to the last with a match of any of them.
        counts: of each query, how many posts match in each period; posts with the same text count once.
        totals: how many posts of each period pass the filters.
        undated: of each query, how many posts match that have no date.
    """

    rows_field: ClassVar[str] = "periods"

    by: Period
    share: bool
    queries: tuple[str, ...]
    periods: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]
    undated: tuple[int, ...]

    @property
    def values(self) -> tuple[tuple[float, ...], ...]:
        """What is shown of each query in each period: its posts, or with ``share`` their part of all, from 0 to 1."""
        if not self.share:
            return self.counts
        return tuple(
            tuple(count / total if total else 0.0 for count, total in zip(row, self.totals, strict=True))
            for row in self.counts
        )

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            counts = tuple(row[index] for row in self.counts)
            return Trend(
                self.by, self.share, self.queries, self.periods[index], counts, self.totals[index], self.undated
            )
        return TrendPeriod(self.periods[index], tuple(row[index] for row in self.counts), self.totals[index])

    def __iter__(self) -> Iterator[TrendPeriod]:
        return (self[at] for at in range(len(self.periods)))

    def to_dict(self) -> dict[str, Any]:
        """The trend as ``searchkit trend --format json`` prints it."""
        return {
            "by": self.by,
            "share": self.share,
            "queries": list(self.queries),
            "undated": list(self.undated),
            "periods": list(self.periods),
            "totals": list(self.totals),
            "counts": [list(row) for row in self.counts],
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """A row for each query and period: ``query``, ``period``, ``posts``, of ``total``, their ``share``."""
        return [
            {
                "query": query,
                "period": period,
                "posts": count,
                "total": total,
                "share": round(count / total, 6) if total else 0.0,
            }
            for query, row in zip(self.queries, self.counts, strict=True)
            for period, count, total in zip(self.periods, row, self.totals, strict=True)
        ]

    def days(self) -> list[dt.date]:
        """The first day of each period."""
        return [first_day(period, self.by) for period in self.periods]

    def columns(self) -> tuple[Column, ...]:
        """A line for each query and period: query, period, its first day, posts, total, share."""
        days = self.days()
        shares = [row.get("share") for row in self.to_dicts()]
        queries = len(self.queries)
        return (
            Column("query", "text", [query for query in self.queries for _period in self.periods]),
            Column("period", "text", self.periods * queries),
            Column("day", "day", days * queries),
            Column("posts", "integer", [count for row in self.counts for count in row]),
            Column("total", "integer", self.totals * queries),
            Column("share", "number", shares),
        )

    def __repr__(self) -> str:
        return f"<Trend of {', '.join(map(repr, self.queries))} by {self.by}: {len(self.periods)} periods>"


def counts(searcher: Searcher, query: str | Query, by: str | Sequence[str], filter_query: Query) -> Counts:
    """A cross table; see ``Index.count``."""
    keys = (by,) if isinstance(by, str) else tuple(by)
    for key in keys:
        _check(key, KEYS)
    if len(set(keys)) < len(keys):
        raise QueryError(_("a key is named twice: {keys}", keys=", ".join(keys)))
    question = Question.of(searcher, query, filter_query)
    found = question.count(keys)
    return Counts(question.text, keys, found.rows, found.total)


def trend(searcher: Searcher, queries: str | Sequence[str], by: Period, share: bool, filter_query: Query) -> Trend:
    """How many posts match in each period; see ``Index.trend``."""
    _check(by, PERIODS)
    texts = (queries,) if isinstance(queries, str) else tuple(queries)
    rows = []
    for text in texts:
        rows.append(_by_period(Question.of(searcher, text, filter_query), by))
    totals = _by_period(Question.of(searcher, Every(), filter_query), by)
    seen = sorted({period for row in rows for period in row if period})
    periods = tuple(_periods(seen[0], seen[-1], by)) if seen else ()
    return Trend(
        by=by,
        share=share,
        queries=texts,
        periods=periods,
        counts=tuple(tuple(row.get(period, 0) for period in periods) for row in rows),
        totals=tuple(totals.get(period, 0) for period in periods),
        undated=tuple(row.get("", 0) for row in rows),
    )


def first_day(period: str, by: Period) -> dt.date:
    """The first day of a period.

    >>> first_day("2021-W45", "week")
    datetime.date(2021, 11, 8)
    """
    return dt.date.fromisoformat(period + {"year": "-01-01", "month": "-01", "week": "", "day": ""}[by])


def _check(name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise QueryError(
            _("posts are not counted by {name!r}", name=name), _("use one of {names}", names=", ".join(known))
        )


def _by_period(question: Question, by: Period) -> dict[str, int]:
    return {period: count for (period,), count in question.count((by,)).rows}


def _periods(first: str, last: str, by: Period) -> Iterator[str]:
    """Every period between two, both included.

    >>> list(_periods("2020-W53", "2021-W02", "week"))
    ['2020-W53', '2021-W01', '2021-W02']
    """
    start, end = _ordinal(first, by), _ordinal(last, by)
    if end - start >= MAX_PERIODS:
        raise QueryError(
            _("from {first} to {last} there are {count:,} periods", first=first, last=last, count=end - start + 1),
            _("use longer periods, or since and until"),
        )
    return (_period(ordinal, by) for ordinal in range(start, end + 1))


def _ordinal(period: str, by: Period) -> int:
    if by == "year":
        return int(period)
    if by == "month":
        return int(period[:-3]) * 12 + int(period[-2:]) - 1
    day = dt.date.fromisoformat(period).toordinal()
    return (day - 1) // 7 if by == "week" else day  # day 1 was a Monday


def _period(ordinal: int, by: Period) -> str:
    if by == "year":
        return f"{ordinal:04}"
    if by == "month":
        return f"{ordinal // 12:04}-{ordinal % 12 + 1:02}"
    if by == "day":
        return dt.date.fromordinal(ordinal).isoformat()
    year, week, _weekday = dt.date.fromordinal(ordinal * 7 + 1).isocalendar()
    return f"{year:04}-W{week:02}"
