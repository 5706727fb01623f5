"""The figures of a run, and their Markdown tables."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from benchmarks.peers import NAMES, SEARCHKIT
from benchmarks.peers.protocol import AND, COMMON, DATES, PHRASE, QUESTION, RARE

Figures = dict[str, dict[str, float]]
"""By measure and system, the measured value."""

RANKED_KINDS = (COMMON, RARE, AND, QUESTION, PHRASE)
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
    _Row("p95", "all five kinds, p95 ms", "{:.1f}"),
    _Row("first p50", "first run of each query, p50 ms", "{:.2f}"),
    _Row("first p95", "first run of each query, p95 ms", "{:.1f}"),
    _Row("cold", "one query in a new process, p50 s", "{:.2f}"),
    _Row("cold memory", "its peak memory, MB", "{:.0f}"),
    _Row("add", "add 100 posts, s", "{:.2f}"),
    _Row("pipeline", "full rebuild from raw files, wall s", "{:.1f}"),
    _Row("rebuild cpu", "full rebuild from raw files, CPU s", "{:.1f}"),
    _Row("rebuild largest", "its largest process, MB", "{:.0f}"),
    _Row("rebuild together", "all its processes, MB", "{:.0f}"),
    _Row("unchanged", "unchanged rebuild, s", "{:.2f}"),
)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def add_searches(figures: Figures, peer: str, searches: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """Add the output of ``benchmarks.task warm``."""
    for kind, measured in searches.items():
        seconds = measured["seconds"]
        put(figures, f"p50 {kind}", peer, statistics.median(seconds) * 1000)
        put(figures, f"p95 {kind}", peer, percentile(seconds, 0.95) * 1000)
        put(figures, f"hits {kind}", peer, statistics.mean(measured["totals"]))
    ranked = [searches[kind] for kind in RANKED_KINDS if kind in searches]
    first, again = ([second for kind in ranked for second in kind[part]] for part in ("first", "seconds"))
    put(figures, "p95", peer, percentile(again, 0.95) * 1000)
    put(figures, "first p50", peer, statistics.median(first) * 1000)
    put(figures, "first p95", peer, percentile(first, 0.95) * 1000)


def put(figures: Figures, measure: str, peer: str, value: float) -> None:
    figures.setdefault(measure, {})[peer] = value


def table(figures: Figures) -> Iterator[str]:
    """The costs of each system, with the ratio to searchkit's in brackets."""
    peers = [name for name in NAMES if any(name in values for values in figures.values())]
    yield from _head(["", *peers])
    for row in _ROWS:
        values = figures.get(row.measure, {})
        if values:
            yield _line([row.label, *(_cell(row, values, peer) for peer in peers)])


def _cell(row: _Row, values: Mapping[str, float], peer: str) -> str:
    if peer not in values:
        return "-"
    value, ours = row.form.format(values[peer]), values.get(SEARCHKIT)
    return value if peer == SEARCHKIT or not ours else f"{value} ({values[peer] / ours:.2g})"


def hits_table(figures: Figures) -> Iterator[str]:
    """The mean number of hits per query, which shows whether the systems do the same work."""
    peers = [name for name in NAMES if any(name in figures.get(f"hits {kind}", {}) for kind in _KINDS)]
    yield from _head(["mean hits per query", *peers])
    for kind, label in _KINDS.items():
        hits = figures.get(f"hits {kind}", {})
        yield _line([label, *(f"{hits[peer]:,.1f}" if peer in hits else "-" for peer in peers)])


def _head(cells: Sequence[str]) -> Iterator[str]:
    yield _line(cells)
    yield "|" + "---|" * len(cells)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
