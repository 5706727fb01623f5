"""The requirements on the figures of a run, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.figures import RANKED_KINDS, Figures
from benchmarks.peers import SEARCHKIT, SNIPPETS, TANTIVY, TUTORIAL


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
    yield Bound("index CPU from text ÷ tantivy's (goal 1.0)", _ratio(figures, "index cpu", TANTIVY), 1.25)
    yield Bound("index wall, two processes ÷ tantivy's wall", _ratio(figures, "index wall", TANTIVY), 0.75)
    faster = _ratio(figures, "pipeline", TUTORIAL)
    yield Bound("full rebuild: the Whoosh tutorial's wall ÷ searchkit's", faster and 1 / faster, 12, at_least=True)
    yield Bound("index bytes per byte of text", _of(figures, "bytes"), 1.6)
    for kind in RANKED_KINDS:
        measure = f"p50 {kind}"
        yield Bound(f"{kind}: p50 ÷ tantivy's (goal 1.0)", _ratio(figures, measure, TANTIVY), 2)
        yield Bound(f"{kind}: p50 ÷ the fastest other peer's", _ratio_to_others(figures, measure), 1)
    yield Bound("all five kinds, p95 ms", _of(figures, "p95"), 10)
    for part in ("p50", "p95"):
        yield Bound(f"snippets of ten hits: additional {part} ms, worst kind", _snippets(figures, part), 10)
    yield Bound("one-shot search, p50 s (goal 0.30)", _of(figures, "cold"), 0.45)
    yield Bound("one-shot search, peak MB", _of(figures, "cold memory"), 120)
    yield Bound("add 100 posts, s", _of(figures, "add"), 2)
    yield Bound("unchanged rebuild, s", _of(figures, "unchanged"), 1.5)
    yield Bound("full rebuild, peak MB of its largest process", _of(figures, "rebuild largest"), 600)
    yield Bound("full rebuild, peak MB of all its processes", _of(figures, "rebuild together"), 600)


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
