"""Data in a notebook: HTML tables in the notebook's own colours, without style sheets or scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch
from typing import Any

from searchkit.analysis.concordance import Concordance
from searchkit.analysis.counts import Counts, Trend
from searchkit.frames import Column
from searchkit.messages import _
from searchkit.model import Results
from searchkit.render.html import CELL, FAINT, MARK, MAX_ROWS, escaped, faint, more_rows, results_table
from searchkit.render.wording import ago
from searchkit.reports import Overview
from searchkit.tables import Table

_MAX_COLUMNS = 24
_MAX_SOURCES = 5
_NUMBER = f"{CELL};text-align:right;font-variant-numeric:tabular-nums"
_LEFT = "text-align:right;vertical-align:baseline;padding:.2em 0;white-space:pre"
_MATCH = "text-align:center;vertical-align:baseline;padding:.2em .3em;white-space:pre"
_RIGHT = "text-align:left;vertical-align:baseline;padding:.2em 0;white-space:pre"


@singledispatch
def html(shown: Any) -> str | None:
    """What a notebook shows of a result; None for what it knows nothing of. All text is escaped."""
    return None


@html.register
def _results(results: Results) -> str:
    return results_table(results)


@html.register
def _table(table: Table) -> str:  # type: ignore[type-arg]
    columns = [Column(column.name, column.kind, column.values[:MAX_ROWS]) for column in table.columns()]
    return _drawn(_heads(columns), _rows(columns)) + faint([*more_rows(len(table)), repr(table).strip("<>")])


@html.register
def _trend(trend: Trend) -> str:
    kind = "share" if trend.share else "integer"
    values = [[_cell(value, kind) for value in row[:MAX_ROWS]] for row in trend.values]
    heads = [_head(trend.by), *(_head(query, _NUMBER) for query in trend.queries)]
    periods = (_data(period) for period in trend.periods[:MAX_ROWS])
    return _drawn(heads, zip(periods, *values, strict=True)) + faint([*more_rows(len(trend)), repr(trend).strip("<>")])


@html.register
def _counts(counts: Counts) -> str:
    if len(counts.by) != 2:
        return _table(counts)
    longer, shorter = sorted((0, 1), key=lambda key: -len({values[key] for values, _posts in counts.rows}))
    numbers = {(values[longer], values[shorter]): count for values, count in counts.rows}
    down, across = (sorted({place[axis] for place in numbers}) for axis in (0, 1))
    heads = [_head(f"{counts.by[longer]} / {counts.by[shorter]}"), *(_head(name, _NUMBER) for name in across)]
    rows = (
        [_data(row), *(_cell(numbers.get((row, column), 0), "integer") for column in across[:_MAX_COLUMNS])]
        for row in down[:MAX_ROWS]
    )
    more = len(across) - _MAX_COLUMNS
    wide = [_("… and {count:,} more columns", count=more)] if more > 0 else []
    return _drawn(heads[: _MAX_COLUMNS + 1], rows) + faint([*more_rows(len(down)), *wide, repr(counts).strip("<>")])


@html.register
def _concordance(concordance: Concordance) -> str:
    heads = [
        _head(name, style) for name, style in zip(("day", "source", "left", "match", "right"), _SIDES, strict=True)
    ]
    rows = (
        (
            _data(line.day, f"{CELL};white-space:nowrap"),
            _data(line.source),
            _data(line.left, _LEFT),
            f'<td style="{_MATCH}"><mark style="{MARK}">{escaped(line.match)}</mark></td>',
            _data(line.right, _RIGHT),
        )
        for line in concordance[:MAX_ROWS]
    )
    return _drawn(heads, rows) + faint([*more_rows(len(concordance)), repr(concordance).strip("<>")])


@html.register
def _overview(overview: Overview) -> str:
    sources = [f"{name} {count:,}" for name, count in overview.sources[:_MAX_SOURCES]]
    if len(overview.sources) > _MAX_SOURCES:
        sources.append(_("{count:,} more", count=len(overview.sources) - _MAX_SOURCES))
    lines = [
        ("posts", f"{overview.documents:,}"),
        ("days", f"{overview.first} – {overview.last}" if overview.first else ""),
        ("sources", ", ".join(sources)),
        ("corpus", overview.corpus),
        ("built", f"{overview.built:%Y-%m-%d %H:%M} UTC, {ago(overview.age())}"),
    ]
    rows = ((_head(name), _data(value)) for name, value in lines if value)
    return f"<p><strong>{escaped(overview.index)}</strong></p>" + _drawn((), rows)


_SIDES = (CELL, CELL, _LEFT, _MATCH, _RIGHT)
_NUMERIC = ("integer", "number", "share")


def _drawn(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(heads)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    table = f"<thead><tr>{head}</tr></thead>" if head else ""
    style = "border-collapse:collapse;margin:0"
    return f'<div style="overflow-x:auto"><table style="{style}">{table}<tbody>{body}</tbody></table></div>'


def _heads(columns: Sequence[Column]) -> list[str]:
    return [_head(column.name, _NUMBER if column.kind in _NUMERIC else CELL) for column in columns]


def _rows(columns: Sequence[Column]) -> Iterable[Iterable[str]]:
    return zip(*([_cell(value, column.kind) for value in column.values] for column in columns), strict=True)


def _head(name: str, style: str = CELL) -> str:
    return f'<th style="{style}" scope="col">{escaped(name)}</th>'


def _data(text: str, style: str = CELL) -> str:
    return f'<td style="{style}">{escaped(text)}</td>'


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return _data("")
    if kind in _NUMERIC:
        faded = "" if value else f";{FAINT}"
        return _data(format(value, {"integer": ",", "number": ",.2f", "share": ".2%"}[kind]), _NUMBER + faded)
    if kind == "flag":
        return _data("✓" if value else "")
    return _data(", ".join(value) if kind == "texts" else str(value))
