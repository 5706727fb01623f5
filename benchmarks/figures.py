"""Figures of a run, as tables of Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from benchmarks.peers import NAMES, SEARCHKIT
from benchmarks.peers.protocol import AND, COMMON, DATES, PHRASE, QUESTION, RARE

Figures = dict[str, dict[str, float]]
"""What was measured, of which system, how much."""

FIVE = (COMMON, RARE, AND, QUESTION, PHRASE)
_KINDS = {
    COMMON: "common word",
    RARE: "rare word",
    AND: "two words, AND",
    QUESTION: "question, OR",
    PHRASE: "exact phrase",
    DATES: "common word, dates",
}


class _Row(NamedTuple):
    measure: str
    label: str
    form: str


_ROWS = (
    _Row("index cpu", "index from text, CPU s", "{:.1f}"),
    _Row("index wall", "index from text, wall s", "{:.1f}"),
    _Row("bytes", "index bytes per byte of text", "{:.2f}"),
    *(
        _Row(f"{part} {kind}", f"{label}, {part} ms", "{:.2f}")
        for kind, label in _KINDS.items()
        for part in ("p50", "p95")
    ),
    _Row("p95", "the five kinds together, p95 ms", "{:.1f}"),
    _Row("first p50", "each query for the first time, p50 ms", "{:.2f}"),
    _Row("first p95", "each query for the first time, p95 ms", "{:.1f}"),
    _Row("cold", "one query in a new process, p50 s", "{:.2f}"),
    _Row("cold memory", "its peak memory, MB", "{:.0f}"),
    _Row("add", "100 posts more, s", "{:.2f}"),
    _Row("pipeline", "whole way from raw files, wall s", "{:.1f}"),
    _Row("rebuild cpu", "full rebuild from raw files, CPU s", "{:.1f}"),
    _Row("rebuild largest", "its largest process, MB", "{:.0f}"),
    _Row("rebuild together", "its processes together, MB", "{:.0f}"),
    _Row("unchanged", "unchanged rebuild, s", "{:.2f}"),
)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of all is not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def add_searches(figures: Figures, peer: str, searches: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """Take in what ``benchmarks.task warm`` printed."""
    for kind, measured in searches.items():
        seconds = measured["seconds"]
        put(figures, f"p50 {kind}", peer, statistics.median(seconds) * 1000)
        put(figures, f"p95 {kind}", peer, percentile(seconds, 0.95) * 1000)
        put(figures, f"hits {kind}", peer, statistics.mean(measured["totals"]))
    asked = [searches[kind] for kind in FIVE if kind in searches]
    first, again = ([second for kind in asked for second in kind[part]] for part in ("first", "seconds"))
    put(figures, "p95", peer, percentile(again, 0.95) * 1000)
    put(figures, "first p50", peer, statistics.median(first) * 1000)
    put(figures, "first p95", peer, percentile(first, 0.95) * 1000)


def put(figures: Figures, measure: str, peer: str, value: float) -> None:
    figures.setdefault(measure, {})[peer] = value


def table(figures: Figures) -> Iterator[str]:
    """What each system needs; in brackets, how many times that is what searchkit needs."""
    peers = [name for name in NAMES if any(name in of for of in figures.values())]
    yield from _head(["", *peers])
    for row in _ROWS:
        of = figures.get(row.measure, {})
        if of:
            yield _line([row.label, *(_cell(row, of, peer) for peer in peers)])


def _cell(row: _Row, of: Mapping[str, float], peer: str) -> str:
    if peer not in of:
        return "-"
    value, ours = row.form.format(of[peer]), of.get(SEARCHKIT)
    return value if peer == SEARCHKIT or not ours else f"{value} ({of[peer] / ours:.2g})"


def hits_table(figures: Figures) -> Iterator[str]:
    """How many posts a query finds, on average: whether the systems do the same work."""
    peers = [name for name in NAMES if any(name in figures.get(f"hits {kind}", {}) for kind in _KINDS)]
    yield from _head(["hits of a query, mean", *peers])
    for kind, label in _KINDS.items():
        of = figures.get(f"hits {kind}", {})
        yield _line([label, *(f"{of[peer]:,.1f}" if peer in of else "-" for peer in peers)])


def _head(cells: Sequence[str]) -> Iterator[str]:
    yield _line(cells)
    yield "|" + "---|" * len(cells)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
