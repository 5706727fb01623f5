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

from searchkit.engines.whoosh.expansion import occurrences
from searchkit.engines.whoosh.ranking import Statistics, idf, saturation
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.explanation import TermScore

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Documents = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float64]

_KNOWN_BYTES = 64 << 20
"""Impacts that are kept for the next queries."""

_ROUNDING = 1e-4
"""More than totals can differ by, whatever the order in which their terms were added."""

_MANY = 8192  # more documents are scored in a vector of all
_FEW = 1024  # so few of those are looked up one by one
_SMALL = 4  # times as many candidates as are wanted: no use in narrowing them down
_FIRST_CHECK = 0.6  # of all that the terms can add: when so much is left, look who can still rise


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

    def of(self, wanted: Documents) -> Scores:
        """float64[n]: what the term adds to each of these documents, ascending."""
        if not len(self.documents):
            return np.zeros(len(wanted))
        places = self.documents.searchsorted(wanted)
        np.minimum(places, len(self.documents) - 1, out=places)
        return np.where(self.documents[places] == wanted, self.values[places].astype(np.float64), 0.0)


@dataclass(frozen=True, slots=True)
class _Weighted:
    """A term of a query: how much it counts, and for which documents."""

    query: Query
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
        strongest = sorted(terms, key=lambda term: -term.most)
        documents = np.flatnonzero(wanted).astype(np.int32)
        if len(documents) > _MANY:
            candidates = self._rising(strongest, documents, len(wanted), count)
        else:
            candidates = _narrowed(strongest, documents, np.zeros(len(documents)), count)
        scores = total(terms, candidates)
        if len(candidates) > count:
            last = np.partition(scores, -count)[-count]
            candidates, scores = candidates[scores >= last], scores[scores >= last]
        return candidates.astype(np.int64), scores

    def scores(self, query: Query, documents: Numbers) -> Scores:
        """float64[n]: the scores of some documents, ascending."""
        return total(self._terms(query), documents.astype(np.int32))

    def parts(self, query: Query, document: int) -> tuple[TermScore, ...]:
        """Field and text of each term that a document has, and what that adds to its score."""
        here = np.array([document], np.int32)
        terms = ((term.query, term.weight * float(term.impacts.of(here)[0])) for term in self._terms(query))
        return tuple((term.fieldname, term.text, score) for term, score in terms if score)

    @staticmethod
    def _rising(terms: Sequence[_Weighted], wanted: Documents, size: int, count: int) -> Documents:
        """Every document that may be among the best, from the totals of all."""
        totals = np.zeros(size, np.float32)
        whole = left = sum(term.most for term in terms)
        checked = _FIRST_CHECK
        for at, term in enumerate(terms):
            totals[term.impacts.documents] += np.float32(term.weight) * term.impacts.values
            left -= term.most
            if left <= checked * whole:
                checked = left / whole * _FIRST_CHECK
                values = totals[wanted]
                wanted = wanted[_can_rise(values, count, left)]
                if len(wanted) <= _FEW:
                    return _narrowed(terms[at + 1 :], wanted, totals[wanted].astype(np.float64), count)
        return wanted

    def _terms(self, query: Query) -> list[_Weighted]:
        terms = [] if isinstance(query, _NullQuery) else query.subqueries if isinstance(query, Or) else [query]
        weighted = []
        for term in terms:
            impacts = self.impacts(term) if type(term) is Term else self._pattern(term)
            if len(impacts.documents):
                weighted.append(_Weighted(term, term.boost * impacts.weight, impacts))
        return weighted

    def impacts(self, term: Term) -> Impacts:
        """What a term adds, whatever its boost."""
        key = term.fieldname, term.text
        known = self._known.get(key)
        if known is None:
            postings = [segment.postings(*key) for segment in self._segments]
            known = self._impacts(term.fieldname, [(part.documents, part.frequencies) for part in postings])
            self.know(*key, known)
        return known

    def _pattern(self, query: Query) -> Impacts:
        """What all terms add together that a query stands for, as if they were one."""
        return self._impacts(query.fieldname, [occurrences(query, segment) for segment in self._segments])

    def know(self, field: str, text: str, impacts: Impacts) -> None:
        """Keep what a term adds for the next queries, instead of what has been kept longest."""
        self._known[field, text] = impacts
        self._known_bytes += impacts.bytes
        while self._known_bytes > _KNOWN_BYTES and len(self._known) > 1:
            self._known_bytes -= self._known.pop(next(iter(self._known))).bytes

    def _impacts(self, field: str, postings: Sequence[tuple[Numbers, Numbers]]) -> Impacts:
        """From the documents and frequencies in each segment."""
        documents, values = [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
        base = live = 0
        mean_length = self._statistics.mean_length(field)
        for segment, (numbers, frequencies) in zip(self._segments, postings, strict=True):
            lengths = segment.numbers[field][numbers]
            documents.append((numbers + base).astype(np.int32))
            values.append(saturation(frequencies, lengths, mean_length).astype(np.float32))
            base += segment.info.documents
            live += int(np.count_nonzero(segment.live[numbers])) if segment.info.deleted else len(numbers)
        joined = np.concatenate(values)
        weight = idf(self._statistics.documents, live) if live else 0.0
        return Impacts(np.concatenate(documents), joined, weight, float(joined.max(initial=0)))


def total(terms: Sequence[_Weighted], documents: Documents) -> Scores:
    """float64[n]: the scores of these documents, ascending; summed in the order of the terms, so always alike."""
    scores = np.zeros(len(documents))
    for term in terms:
        scores += term.weight * term.impacts.of(documents)
    return scores


def _narrowed(terms: Sequence[_Weighted], candidates: Documents, values: Scores, count: int) -> Documents:
    """The candidates, which have these totals so far, without those that the other terms leave behind."""
    left = sum(term.most for term in terms)
    for term in terms:
        if len(candidates) <= _SMALL * count:
            break
        values += term.weight * term.impacts.of(candidates)
        left -= term.most
        if left < values.max(initial=0.0):
            kept = _can_rise(values, count, left)
            candidates, values = candidates[kept], values[kept]
    return candidates


def _can_rise(totals: npt.NDArray[np.floating], count: int, left: float) -> Mask:
    """bool[n]: which documents can still be among the best, if the terms that are left add so much at most."""
    if len(totals) <= count:
        return np.ones(len(totals), bool)
    last = np.partition(totals, len(totals) - count)[len(totals) - count]
    can_rise: Mask = totals >= last - left - _ROUNDING * (1 + left)
    return can_rise
