"""Years, months and days without gaps, and where their labels stand in a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MAX_TICKS = 12
_MAX_TICKS_ON_A_PHONE = 5
_LETTER = 0.022  # the width of a letter of a label, of the chart on a phone


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the time axis.

    Attributes:
        label: a year, a month or a day.
        x: where its year begins, or the middle of the period that it names, in percent of the width.
        middle: whether it is the middle.
        minor: whether a narrow screen has no room for it.
    """

    label: str
    x: str
    middle: bool
    minor: bool


def without_gaps(first: str, last: str) -> list[str]:
    """All periods from one to another, which are years, months or days.

    >>> without_gaps("2021-11", "2022-02")
    ['2021-11', '2021-12', '2022-01', '2022-02']
    """
    return list(_days(first, last) if len(first) > 7 else _months(first, last))


def _months(first: str, last: str) -> Iterator[str]:
    if len(first) == 4:
        yield from (f"{year:04}" for year in range(int(first), int(last) + 1))
        return
    begin, end = (int(period[:4]) * 12 + int(period[5:7]) - 1 for period in (first, last))
    yield from (f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1))


def _days(first: str, last: str) -> Iterator[str]:
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    yield from ((begin + dt.timedelta(days)).isoformat() for days in range((end - begin).days + 1))


def ticks(periods: Sequence[str]) -> list[Tick]:
    """At most a dozen labels: where years begin, if there are several, else every so many periods."""
    places = [number for number, period in enumerate(periods) if period[4:] in ("-01", "-01-01", "-W01")]
    years = len(places) > 1
    if not years:
        places = list(range(len(periods)))
    places = places[:: -(-len(places) // _MAX_TICKS)]
    step = -(-len(places) // _MAX_TICKS_ON_A_PHONE)
    labels = [_label(periods[place], years) for place in places]
    return [
        Tick(
            label,
            percent(place if years else place + 0.5, len(periods)),
            middle=not years,
            minor=number % step > 0,
        )
        for number, (place, label) in enumerate(zip(places, labels, strict=True))
        if place <= (1 - _LETTER * len(label)) * len(periods) or not number
    ]


def _label(period: str, year: bool) -> str:
    """A year, a day without its year, or the period as it is."""
    if year:
        return period[:4]
    return period[5:] if len(period) == len("2021-11-08") else period


def percent(part: float, whole: float) -> str:
    """A part in percent, as short as it can be drawn exactly.

    >>> percent(1, 8), percent(1, 3)
    ('12.5', '33.333')
    """
    return f"{100 * part / whole:.3f}".rstrip("0").rstrip(".")
