"""The best documents of a query: the sum of BM25 over its terms, without looking at all of them.

Terms are added to a vector of totals, those that can add most first. Once the terms that are left cannot lift any
other document among the best, they are looked up for the candidates only: MaxScore (Turtle and Flood, Query
Evaluation: Strategies and Optimizations, 1995), a term at a time on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from whoosh.query import Or, Query, Term
from whoosh.query.qcore import _NullQuery

from searchkit.engines.whoosh.ranking import Statistics, idf, live_count, saturation
from searchkit.engines.whoosh.segments import SegmentReader

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_KNOWN_BYTES = 64 << 20
"""Impacts that are kept for the next queries."""

_ROUNDING = 1e-4
"""More than totals can differ by, whatever the order in which their terms were added."""

_FEW = 512
"""So few documents are scored at once, without a vector of all."""


@dataclass(frozen=True, slots=True)
class Impacts:
    """What a term adds to the score of each document that has it, before its weight.

    Attributes:
        documents: int32[n], numbers counted through all segments, ascending.
        values: float32[n], see ``saturation``.
        weight: the term's idf.
        most: the largest value.
    """

    documents: npt.NDArray[np.int32]
    values: npt.NDArray[np.float32]
    weight: float
    most: float

    @property
    def bytes(self) -> int:
        """What they take in memory."""
        return self.documents.nbytes + self.values.nbytes

    def of(self, wanted: Numbers) -> Scores:
        """float64[n]: what the term adds to each of these documents, ascending."""
        found = np.zeros(len(wanted))
        if not len(self.documents):
            return found
        places = np.searchsorted(self.documents, wanted.astype(np.int32))
        places[places == len(self.documents)] = 0
        there = self.documents[places] == wanted
        found[there] = self.values[places[there]]
        return found


@dataclass(frozen=True, slots=True)
class _Weighted:
    """A term of a query: how much it counts, and for which documents."""

    weight: float
    impacts: Impacts

    @property
    def most(self) -> float:
        return self.weight * self.impacts.most


class Ranker:
    """Ranks the documents of a state.

    Args:
        segments: the whole state.
        statistics: of these segments.
    """

    def __init__(self, segments: Sequence[SegmentReader], statistics: Statistics) -> None:
        self._segments = segments
        self._statistics = statistics
        self._known: dict[tuple[str, str], Impacts] = {}
        self._known_bytes = 0

    def best(self, query: Query, wanted: Mask, count: int) -> tuple[Numbers, Scores]:
        """The best of the wanted documents, and all that score as well as the last of them.

        Args:
            query: the terms: one, or several joined by Or.
            wanted: bool[documents].
            count: how many, at least one.

        Returns:
            Their numbers, ascending, and their scores.
        """
        terms = self._terms(query)
        candidates = self._candidates(sorted(terms, key=lambda term: -term.most), wanted, count)
        scores = total(terms, candidates)
        if len(candidates) > count:
            last = np.partition(scores, -count)[-count]
            candidates, scores = candidates[scores >= last], scores[scores >= last]
        return candidates, scores

    def scores(self, query: Query, documents: Numbers) -> Scores:
        """float64[n]: the scores of some documents, ascending."""
        return total(self._terms(query), documents)

    def _candidates(self, terms: Sequence[_Weighted], wanted: Mask, count: int) -> Numbers:
        """Every document that may be among the best."""
        number = int(np.count_nonzero(wanted))
        if number <= max(count, _FEW):
            return np.flatnonzero(wanted)
        totals = np.zeros(len(wanted), np.float32)
        left = sum(term.most for term in terms)
        whole = left
        checked = 0.6
        for at, term in enumerate(terms):
            totals[term.impacts.documents] += np.float32(term.weight) * term.impacts.values
            left -= term.most
            if left > checked * whole:
                continue
            checked = left / whole * 0.7
            candidates = self._above(totals, wanted, count, left)
            if len(candidates) <= _FEW or at + 1 == len(terms):
                return self._narrowed(terms[at + 1 :], totals, candidates, count, left)
        return np.flatnonzero(wanted)

    @staticmethod
    def _above(totals: npt.NDArray[np.float32], wanted: Mask, count: int, left: float) -> Numbers:
        """The documents that can still come to be among the best, if terms are left that add so much."""
        among = np.flatnonzero(wanted)
        values = totals[among]
        last = np.partition(values, len(values) - count)[len(values) - count]
        found: Numbers = among[values >= last - left - _ROUNDING * (1 + left)]
        return found

    @staticmethod
    def _narrowed(
        terms: Sequence[_Weighted], totals: npt.NDArray[np.float32], candidates: Numbers, count: int, left: float
    ) -> Numbers:
        """The candidates without those that the other terms leave behind."""
        values = totals[candidates].astype(np.float64)
        for term in terms:
            values += term.weight * term.impacts.of(candidates)
            left -= term.most
            if len(candidates) > 4 * count:
                last = np.partition(values, len(values) - count)[len(values) - count]
                kept = values >= last - left - _ROUNDING * (1 + left)
                candidates, values = candidates[kept], values[kept]
        return candidates

    def _terms(self, query: Query) -> list[_Weighted]:
        terms = [] if isinstance(query, _NullQuery) else query.subqueries if isinstance(query, Or) else [query]
        weighted = []
        for term in terms:
            impacts = self.impacts(term)
            if len(impacts.documents):
                weighted.append(_Weighted(term.boost * impacts.weight, impacts))
        return weighted

    def impacts(self, term: Term) -> Impacts:
        """What a term adds, whatever its boost."""
        key = term.fieldname, term.text
        known = self._known.get(key)
        if known is None:
            known = self._impacts(*key)
            self.know(*key, known)
        return known

    def know(self, field: str, text: str, impacts: Impacts) -> None:
        """Keep what a term adds for the next queries, instead of what has been kept longest."""
        self._known[field, text] = impacts
        self._known_bytes += impacts.bytes
        while self._known_bytes > _KNOWN_BYTES and len(self._known) > 1:
            self._known_bytes -= self._known.pop(next(iter(self._known))).bytes

    def _impacts(self, field: str, text: str) -> Impacts:
        documents, values = [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
        base = live = 0
        mean_length = self._statistics.mean_length(field)
        for segment in self._segments:
            postings = segment.postings(field, text)
            lengths = segment.numbers[field][postings.documents]
            documents.append((postings.documents + base).astype(np.int32))
            values.append(saturation(postings.frequencies, lengths, mean_length).astype(np.float32))
            base += segment.info.documents
            live += live_count(postings, segment)
        joined = np.concatenate(values)
        weight = idf(self._statistics.documents, live) if live else 0.0
        return Impacts(np.concatenate(documents), joined, weight, float(joined.max(initial=0)))


def total(terms: Sequence[_Weighted], documents: Numbers) -> Scores:
    """float64[n]: the scores of these documents, ascending; summed in the order of the terms, so always alike."""
    scores = np.zeros(len(documents))
    for term in terms:
        scores += term.weight * term.impacts.of(documents)
    return scores
