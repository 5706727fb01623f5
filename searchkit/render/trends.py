"""Trends on a terminal: a bar a period where these are few, columns that are squeezed into the width where many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style

from searchkit.analysis.counts import Trend
from searchkit.messages import _
from searchkit.render.lines import Line, pad, paint, shorten, wrap
from searchkit.render.look import Look
from searchkit.render.safe import visible
from searchkit.render.terminal import DIM, PLAIN
from searchkit.render.wording import posts

_COLORS = tuple(Style(color=name) for name in ("cyan", "yellow", "magenta", "green", "red", "blue"))
_FILLS = "█▓▒░"  # tell words apart without colours
_EIGHTHS = " ▏▎▍▌▋▊▉"
_HEIGHTS = " ▁▂▃▄▅▆▇█"

_MAX_BARS = 36  # lines; more make a trend of columns
_ROWS = 8  # lines of the columns of one word
_ROWS_OF_SEVERAL = 4
_MAX_LABEL = 24
_WIDTH = 80  # where the output is no terminal


@dataclass(frozen=True, slots=True)
class _Series:
    """A query of a trend, as it is drawn.

    Attributes:
        name: the query, visible and short.
        values: of each period or column, posts or their share.
        style: its colour.
        fill: the character of its bars.
    """

    name: str
    values: Sequence[float]
    style: Style
    fill: str


def trend_text(trend: Trend, look: Look) -> str:
    """A trend: bars from left to right, one line a period and query, or columns, then the totals."""
    width = look.width or _WIDTH
    lines: list[Line] = []
    if len(trend.periods) * len(trend.queries) <= _MAX_BARS:
        lines += _bars(trend, width)
    else:
        lines += _columns(trend, width)
    for line in _totals(trend):
        lines += wrap([(line, DIM)], width)
    return paint(lines, look)


def _series(trend: Trend, values: Sequence[Sequence[float]]) -> list[_Series]:
    return [
        _Series(
            name=shorten(visible(query), _MAX_LABEL),
            values=row,
            style=_COLORS[number % len(_COLORS)],
            fill=_FILLS[number % len(_FILLS)],
        )
        for number, (query, row) in enumerate(zip(trend.queries, values, strict=True))
    ]


def _bars(trend: Trend, width: int) -> Iterator[Line]:
    """A line for each period and query; of several queries, a legend first."""
    series = _series(trend, trend.values)
    highest = max((max(one.values, default=0) for one in series), default=0)
    label = max(map(len, trend.periods), default=0)
    room = max(width - label - 2 - len(_number(trend, highest)) - 1, 10)
    if len(series) > 1:
        yield from wrap(_legend(series), width)
        yield []
    for at, period in enumerate(trend.periods):
        for number, one in enumerate(series):
            value = one.values[at]
            bar = _bar(value / highest if highest else 0, room, one.fill)
            name = period if number == 0 else " " * label
            yield [(f"{name}  ", DIM), (bar, one.style), (f" {_number(trend, value)}".rstrip(), PLAIN)]
    if trend.periods:
        yield []


def _legend(series: Sequence[_Series]) -> Line:
    line: Line = []
    for one in series:
        line += [(one.fill * 2, one.style), (f" {one.name}   ", PLAIN)]
    return line


def _bar(part: float, room: int, fill: str) -> str:
    """A bar of a part of the room; eighths of a cell where the fill is whole."""
    if fill != _FILLS[0]:
        return fill * max(round(part * room), 1 if part else 0)
    eighths = max(round(part * room * 8), 1 if part else 0)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _columns(trend: Trend, width: int) -> Iterator[Line]:
    """For each query columns from left to right, all to one scale, with the periods below."""
    squeezed = _squeezed(trend, width)
    series = _series(trend, squeezed.values)
    highest = max(max(one.values, default=0) for one in series)
    rows = _ROWS if len(series) == 1 else _ROWS_OF_SEVERAL
    if not trend.share:
        rows = max(min(rows, int(highest)), 1)
    margin = len(_number(trend, highest)) + 1
    for one in series:
        if len(series) > 1:
            yield [(one.name, one.style + Style(bold=True))]
        for row in range(rows, 0, -1):
            label = _number(trend, highest) if row == rows else "0" if row == 1 < rows else ""
            cells = "".join(_cell(value / highest if highest else 0, row, rows) for value in one.values)
            yield [(f"{label:>{margin - 1}} ", DIM), (cells.rstrip(), one.style)]
    yield [(" " * margin + _axis(squeezed.firsts, squeezed.last), DIM)]
    if squeezed.size > 1:
        yield [(" " * margin + _each_column(trend, squeezed.size), DIM)]
    yield []


def _cell(part: float, row: int, rows: int) -> str:
    """The character of a column in one of its rows, which are counted from 1 at the bottom."""
    eighths = max(round(part * rows * 8), 1 if part else 0) - (row - 1) * 8
    return _HEIGHTS[min(max(eighths, 0), 8)]


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A trend with several periods to a column.

    Attributes:
        size: how many.
        firsts: the first period of each column.
        last: the last period of all.
        values: of each query, the value of each column.
    """

    size: int
    firsts: Sequence[str]
    last: str
    values: Sequence[Sequence[float]]


def _squeezed(trend: Trend, width: int) -> _Squeezed:
    room = max(width - 8, 10)
    size = -(-len(trend.periods) // room)
    starts = range(0, len(trend.periods), size)
    totals = [sum(trend.totals[start : start + size]) for start in starts]
    values: list[list[float]] = []
    for row in trend.counts:
        sums = [sum(row[start : start + size]) for start in starts]
        shares = [count / total if total else 0.0 for count, total in zip(sums, totals, strict=True)]
        values.append(shares if trend.share else [float(count) for count in sums])
    return _Squeezed(size, [trend.periods[start] for start in starts], trend.periods[-1], values)


def _axis(firsts: Sequence[str], last: str) -> str:
    """Periods below their columns, as many as there is room for; the last one ends at the right."""
    length = len(last)
    line = ""
    for at, first in enumerate(firsts):
        if at == 0 or (at >= len(line) + 4 and at + length + 2 <= len(firsts) - length):
            line = line.ljust(at) + first
    if len(firsts) > len(line) + length:
        line = line.ljust(len(firsts) - length) + last
    return line


def _each_column(trend: Trend, size: int) -> str:
    match trend.by:
        case "year":
            return _("each column is {count} years", count=size)
        case "month":
            return _("each column is {count} months", count=size)
        case "week":
            return _("each column is {count} weeks", count=size)
        case "day":
            return _("each column is {count} days", count=size)


def _number(trend: Trend, value: float) -> str:
    return f"{value * 100:.1f}%" if trend.share else f"{value:,.0f}"


def _totals(trend: Trend) -> Iterator[str]:
    """A line for each query: how many posts, the most in a period, those without a date."""
    longest = max(cell_len(shorten(visible(query), _MAX_LABEL)) for query in trend.queries)
    for query, row, undated in zip(trend.queries, trend.counts, trend.undated, strict=True):
        total = sum(row) + undated
        name = pad(shorten(visible(query), _MAX_LABEL), longest)
        line = f"{name}  {posts(total)}"
        if any(row):
            at = max(range(len(row)), key=row.__getitem__)
            line += _(", at most {count:,} in {period}", count=row[at], period=trend.periods[at])
        if undated:
            line += _(", {count:,} without a date", count=undated)
        yield line
