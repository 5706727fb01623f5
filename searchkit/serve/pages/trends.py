"""How often over time: curves of several queries, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from searchkit.analysis.counts import Period, Trend
from searchkit.index import Index
from searchkit.messages import _
from searchkit.serve.pages.answer import chips
from searchkit.serve.pages.asked import Asked, address
from searchkit.serve.pages.periods import Tick, percent, ticks

MAX_QUERIES = 6
"""Queries in one chart: as many as there are lines that can be told apart."""

_TOP, _BOTTOM = 6.0, 92.0  # percent of the height between which curves are drawn
_MAX_ROWS = 1_000
_MAX_ROOMS = 400


@dataclass(frozen=True, slots=True)
class Curve:
    """A query over time: ``points`` are those of an SVG polyline in a square of 1000."""

    label: str
    address: str
    total: int
    points: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table, and where its posts are."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A row of the table: a number a query, and how many posts the period has."""

    period: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Level:
    """A line of the grid."""

    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Room:
    """The place of a period in the chart, with its numbers in words."""

    x: str
    width: str
    label: str


@dataclass(frozen=True, slots=True)
class Curves:
    """A chart and its table."""

    label: str
    series: tuple[Curve, ...]
    marks: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    rooms: tuple[Room, ...]
    rows: tuple[PeriodRow, ...]


def queries_of(typed: Sequence[str]) -> tuple[str, ...]:
    """The queries to compare, each once."""
    return tuple(dict.fromkeys(query.strip()[:1000] for query in typed if query.strip()))[:MAX_QUERIES]


def trend_address(asked: Asked, queries: Sequence[str], by: str, share: bool) -> str:
    """The address of a chart."""
    filters = [(name, value) for name, value in asked.filters() if name != "sort"]
    shared = [("share", "1")] if share else []
    return address("/trend", [*(("q", query) for query in queries), *filters, ("by", by), *shared])


def trends(index: Index, asked: Asked, queries: Sequence[str], unit: str, share: bool) -> dict[str, Any]:
    """What the template of trends shows.

    Raises:
        QueryError: a date means nothing.
    """
    by = cast(Period, unit if unit in get_args(Period) else "month")
    names = {"year": _("year"), "month": _("month"), "week": _("week"), "day": _("day")}
    return {
        "words": queries,
        "fields": [*queries, ""][:MAX_QUERIES] if queries else ["", ""],
        "by": by,
        "units": list(names.items()),
        "share": share,
        "chips": chips(asked, lambda other: trend_address(other, queries, by, share)),
        "curves": _curves(index, asked, queries, by, share) if queries else None,
    }


def _curves(index: Index, asked: Asked, queries: Sequence[str], by: Period, share: bool) -> Curves | None:
    trend = index.trend(queries, by=by, share=share, **asked.options())
    if not trend.periods:
        return None
    top, step = _scale(max(map(max, trend.values)), share)
    return Curves(
        label=_("Posts over time: {queries}; the table has the numbers", queries=", ".join(queries)),
        series=tuple(
            Curve(query, asked.address(q=query, page=1), sum(counts), _points(values, top))
            for query, counts, values in zip(queries, trend.counts, trend.values, strict=True)
        ),
        marks=tuple(Level(f"{_y(level, top):.2f}", _number(level, share)) for level in _levels(top, step)),
        ticks=tuple(ticks(trend.periods)),
        rooms=tuple(_rooms(trend)),
        rows=tuple(_rows(asked, trend)),
    )


def _points(values: Sequence[float], top: float) -> str:
    """Each value in the middle of its period."""
    return " ".join(
        f"{1000 * (at + 0.5) / len(values):.1f},{10 * _y(value, top):.1f}" for at, value in enumerate(values)
    )


def _y(value: float, top: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value / top


def _scale(highest: float, share: bool) -> tuple[float, float]:
    """The top of the axis and the step between its lines: 1, 2 or 5 times a power of ten."""
    power = 1.0
    while power * 10 < highest:
        power *= 10
    while power >= highest and (share or power > 1):
        power /= 10
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if 4 * step >= highest)
    if not share:
        step = max(step, 1)
    lines = -(-highest // step)
    return lines * step, step


def _levels(top: float, step: float) -> list[float]:
    return [number * step for number in range(round(top / step) + 1)]


def _number(value: float, share: bool) -> str:
    if not share:
        return f"{value:,.0f}"
    return f"{100 * value:.2g} %" if value < 0.1 else f"{100 * value:.0f} %"


def _rooms(trend: Trend) -> list[Room]:
    """A place to point at for each period; none where they are too narrow to be pointed at."""
    periods = trend.periods
    if len(periods) > _MAX_ROOMS:
        return []
    return [
        Room(percent(at, len(periods)), percent(1, len(periods)), "\n".join([period, *_numbers(trend, at)]))
        for at, period in enumerate(periods)
    ]


def _numbers(trend: Trend, at: int) -> list[str]:
    """What each query has in a period, in words."""
    return [f"{query}: {_written(trend, number, at)}" for number, query in enumerate(trend.queries)]


def _written(trend: Trend, number: int, at: int) -> str:
    """What a query has in a period; not of ``Trend.values``, which are made anew each time."""
    count, total = trend.counts[number][at], trend.totals[at]
    return _number(count / total if trend.share and total else count, trend.share)


def _rows(asked: Asked, trend: Trend) -> list[PeriodRow]:
    """The newest first, without periods that no post matches."""
    having = [at for at in range(len(trend.periods)) if any(row[at] for row in trend.counts)]
    return [
        PeriodRow(
            trend.periods[at],
            tuple(_cell(asked, trend, number, at) for number in range(len(trend.queries))),
            trend.totals[at],
        )
        for at in reversed(having[-_MAX_ROWS:])
    ]


def _cell(asked: Asked, trend: Trend, number: int, at: int) -> Cell:
    """The number of a query in a period, leading to its posts; there is no filter for a week."""
    period, label = trend.periods[at], _written(trend, number, at)
    if not trend.counts[number][at] or trend.by == "week":
        return Cell(label, "")
    return Cell(label, asked.address(q=trend.queries[number], since=period, until=period, page=1))
