"""The chart of hits over time: a bar a month that narrows to it; a day of few months, a year of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from searchkit.messages import _
from searchkit.model import FacetCounts
from searchkit.serve.pages.asked import Asked
from searchkit.serve.pages.periods import Tick, percent, ticks, without_gaps

MAX_BARS = 200
"""Months that are drawn; more are years."""

MAX_MONTHS_OF_DAYS = 2
"""Months whose days are drawn."""

_HEIGHT = 78.0  # percent of the chart that bars may take; labels stand beneath
_LEAST_TOP = 4  # hits of a bar of full height, so that single hits look like what they are
_LOWEST = 2.0  # of a bar, so that a single hit is seen


@dataclass(frozen=True, slots=True)
class Bar:
    """The hits of a period.

    Attributes:
        period: ``2021``, ``2021-11`` or ``2021-11-08``.
        count: how many posts.
        address: the results of this period alone.
        x: where it begins; this, like all that follows, in percent of the chart.
        room: how wide its period is.
        width: how wide the bar itself is.
        y: where it begins, from above.
        height: how high it is.
    """

    period: str
    count: int
    address: str
    x: str
    room: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """The chart of hits over time.

    Attributes:
        bars: one a period that has hits.
        periods: all periods, those without hits too.
        ticks: the labels of the axis.
        most: the first of the highest bars.
        narrow: the address of a range, with FIRST and LAST in place of its periods.
        label: what it shows, in words.
    """

    bars: tuple[Bar, ...]
    periods: tuple[str, ...]
    ticks: tuple[Tick, ...]
    most: Bar
    narrow: str
    label: str


def histogram(asked: Asked, counts: FacetCounts) -> Histogram | None:
    """The chart of the hits by period; None if all are in one."""
    known: Mapping[str, int] = {period: count for period, count in counts if period and count}
    if len(known) < 2:
        return None
    periods = without_gaps(min(known), max(known))
    highest = max(*known.values(), _LEAST_TOP)
    gap = 0.18 if len(periods) <= 80 else 0.08
    bars = []
    for number, period in enumerate(periods):
        if count := known.get(period, 0):
            height = max(_HEIGHT * count / highest, _LOWEST)
            bars.append(
                Bar(
                    period=period,
                    count=count,
                    address=asked.address(since=period, until=period, page=1),
                    x=percent(number, len(periods)),
                    room=percent(1, len(periods)),
                    width=percent(1 - gap, len(periods)),
                    y=f"{_HEIGHT - height:.2f}",
                    height=f"{height:.2f}",
                )
            )
    return Histogram(
        bars=tuple(bars),
        periods=tuple(periods),
        ticks=tuple(ticks(periods)),
        most=max(bars, key=lambda bar: bar.count),
        narrow=asked.address(since="FIRST", until="LAST", page=1),
        label=_label(periods),
    )


def _label(periods: list[str]) -> str:
    first, last = periods[0], periods[-1]
    if len(first) == 4:
        return _("Posts by year, {first} to {last}", first=first, last=last)
    if len(first) == 7:
        return _("Posts by month, {first} to {last}", first=first, last=last)
    return _("Posts by day, {first} to {last}", first=first, last=last)
