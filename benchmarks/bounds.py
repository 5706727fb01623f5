"""The requirements on the figures of a run, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.figures import RANKED_KINDS, Figures
from benchmarks.peers import SEARCHKIT, SNIPPETS, TANTIVY, TUTORIAL
from benchmarks.peers.protocol import AND, COMMON, PHRASE, QUESTION, RARE

_WARM = {COMMON: 2.0, RARE: 1.9, AND: 3.0, QUESTION: 1.6, PHRASE: 7.0}
_FIRST_RUN = {"p50": 7.2, "p95": 6.9}
_SNIPPETS_MS = {"p50": 1.0, "p95": 10.0}


class Bound(NamedTuple):
    """A requirement.

    Attributes:
        what: the measure, in words.
        measured: the measured value; None if it was not measured.
        limit: the maximum.
        at_least: whether ``limit`` is the minimum instead.
    """

    what: str
    measured: float | None
    limit: float
    at_least: bool = False

    @property
    def holds(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def bounds(figures: Figures) -> Iterator[Bound]:
    """All requirements; those in s, ms and MB are for 50,000 posts."""
    yield Bound("index CPU from text ÷ tantivy's", _ratio(figures, "index cpu", TANTIVY), 1.35)
    yield Bound("index wall, two processes ÷ tantivy's wall", _ratio(figures, "index wall", TANTIVY), 1.0)
    faster = _ratio(figures, "pipeline", TUTORIAL)
    yield Bound("full rebuild: the Whoosh tutorial's wall ÷ searchkit's", faster and 1 / faster, 12, at_least=True)
    yield Bound("index bytes per byte of text", _of(figures, "bytes"), 1.55)
    for part, most in _FIRST_RUN.items():
        yield Bound(f"first run of each query: {part} ÷ tantivy's", _ratio(figures, f"first {part}", TANTIVY), most)
    for kind, most in _WARM.items():
        measure = f"p50 {kind}"
        yield Bound(f"{kind}: p50 ÷ tantivy's", _ratio(figures, measure, TANTIVY), most)
        yield Bound(f"{kind}: p50 ÷ the fastest other peer's", _ratio_to_others(figures, measure), 1)
    yield Bound("all five kinds, p95 ms", _of(figures, "p95"), 10)
    for part, most in _SNIPPETS_MS.items():
        yield Bound(f"snippets of ten hits: additional {part} ms, worst kind", _snippets(figures, part), most)
    yield Bound("one-shot search, p50 s", _of(figures, "cold"), 0.22)
    yield Bound("one-shot search, peak MB", _of(figures, "cold memory"), 100)
    yield Bound("add 100 posts, s", _of(figures, "add"), 0.6)
    yield Bound("unchanged rebuild, s", _of(figures, "unchanged"), 0.35)
    yield Bound("full rebuild, peak MB of its largest process", _of(figures, "rebuild largest"), 500)
    yield Bound("full rebuild, peak MB of all its processes", _of(figures, "rebuild together"), 500)


def bounds_table(figures: Figures) -> Iterator[str]:
    yield "| requirement | measured | bound | met |"
    yield "|---|---|---|---|"
    for bound in bounds(figures):
        measured = "-" if bound.measured is None else f"{bound.measured:.2f}"
        sign, verdict = "≥" if bound.at_least else "≤", {True: "yes", False: "NO", None: ""}[bound.holds]
        yield f"| {bound.what} | {measured} | {sign} {bound.limit:g} | {verdict} |"


def _of(figures: Figures, measure: str, peer: str = SEARCHKIT) -> float | None:
    return figures.get(measure, {}).get(peer)


def _ratio(figures: Figures, measure: str, peer: str) -> float | None:
    ours, theirs = _of(figures, measure), _of(figures, measure, peer)
    return ours / theirs if ours and theirs else None


def _ratio_to_others(figures: Figures, measure: str) -> float | None:
    """The Whoosh tutorial is excluded, since it searches fewer posts."""
    ours, excluded = _of(figures, measure), (SEARCHKIT, SNIPPETS, TANTIVY, TUTORIAL)
    others = [value for peer, value in figures.get(measure, {}).items() if peer not in excluded]
    return ours / min(others) if ours and others else None


def _snippets(figures: Figures, part: str) -> float | None:
    """The additional time of a search with snippets, for the kind with the largest."""
    additional = []
    for kind in RANKED_KINDS:
        with_snippets, without = (_of(figures, f"{part} {kind}", peer) for peer in (SNIPPETS, SEARCHKIT))
        if with_snippets is not None and without is not None:
            additional.append(with_snippets - without)
    return max(additional, default=None)
