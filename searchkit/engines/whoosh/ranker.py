"""The best documents of a query: the sum of BM25 over its terms, without looking at all of them.

Terms are added to the totals of the wanted documents, those that can add most first. Once the terms that are left
cannot lift any other document among the best, the others are let go: MaxScore (Turtle and Flood, Query Evaluation:
Strategies and Optimizations, 1995), a term at a time on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from whoosh.query import Or, Query, Term
from whoosh.query.qcore import _NullQuery

from searchkit.engines.whoosh.expansion import lists_of
from searchkit.engines.whoosh.impacts import Documents, Impacts, impacts
from searchkit.engines.whoosh.ranking import Statistics, idf, saturation
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.explanation import TermScore

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_KNOWN_BYTES = 64 << 20
"""Impacts that are kept for the next queries."""

_ROUNDING = 1e-4
"""More than totals can differ by, whatever the order in which their terms were added."""

_MUCH = 1 << 16  # look-ups, a document and a term each: for fewer it is no use to let documents go
_FIRST_CHECK = 0.6  # of all that the terms can add: when so much is left, look who can still rise


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
        self._blank = np.zeros(sum(segment.info.documents for segment in segments), np.float32)

    def best(self, query: Query, wanted: Documents, count: int) -> tuple[Documents, Scores]:
        """The best of the wanted documents, and all that score as well as the last of them.

        Args:
            query: the terms: one, or several joined by Or.
            wanted: intp[n], ascending.
            count: how many, at least one.

        Returns:
            Their numbers, ascending, and their scores.
        """
        terms = self._terms(query)
        candidates = _rising(terms, wanted, count)
        scores = total(terms, candidates)
        if len(candidates) > count:
            among = np.flatnonzero(scores >= _from_the_top(scores, count))
            candidates, scores = candidates[among], scores[among]
        return candidates, scores

    def scores(self, query: Query, documents: Documents) -> Scores:
        """float64[n]: the scores of some documents, ascending."""
        return total(self._terms(query), documents)

    def parts(self, query: Query, document: int) -> tuple[TermScore, ...]:
        """Field and text of each term that a document has, and what that adds to its score."""
        here = np.array([document], np.intp)
        terms = ((term.query, term.weight * float(term.impacts.of(here)[0])) for term in self._terms(query))
        return tuple((term.fieldname, term.text, score) for term, score in terms if score)

    def _terms(self, query: Query) -> list[_Weighted]:
        terms = [] if isinstance(query, _NullQuery) else query.subqueries if isinstance(query, Or) else [query]
        weighted = []
        for term in terms:
            found = self.impacts(term) if type(term) is Term else self._pattern(term)
            if found.most:
                weighted.append(_Weighted(term, term.boost * found.weight, found))
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
        together = []
        for segment in self._segments:
            counts = np.zeros(segment.info.documents, np.int64)
            for lists in lists_of(query, segment):
                np.add.at(counts, lists.documents, lists.frequencies)
            documents = np.flatnonzero(counts)
            together.append((documents, counts[documents]))
        return self._impacts(query.fieldname, together)

    def know(self, field: str, text: str, impacts: Impacts) -> None:
        """Keep what a term adds for the next queries, instead of what has been kept longest."""
        self._known[field, text] = impacts
        self._known_bytes += impacts.bytes
        while self._known_bytes > _KNOWN_BYTES and len(self._known) > 1:
            self._known_bytes -= self._known.pop(next(iter(self._known))).bytes

    def _impacts(self, field: str, postings: Sequence[tuple[Numbers, Numbers]]) -> Impacts:
        """From the documents and frequencies in each segment."""
        documents, values = [np.zeros(0, np.intp)], [np.zeros(0, np.float32)]
        base = live = 0
        mean_length = self._statistics.mean_length(field)
        for segment, (numbers, frequencies) in zip(self._segments, postings, strict=True):
            lengths = segment.numbers[field][numbers]
            documents.append(numbers + base)
            values.append(saturation(frequencies, lengths, mean_length).astype(np.float32))
            base += segment.info.documents
            live += int(np.count_nonzero(segment.live[numbers])) if segment.info.deleted else len(numbers)
        weight = idf(self._statistics.documents, live) if live else 0.0
        return impacts(np.concatenate(documents), np.concatenate(values), weight, self._blank)


def total(terms: Sequence[_Weighted], documents: Documents) -> Scores:
    """float64[n]: the scores of these documents, ascending; summed in the order of the terms, so always alike."""
    scores = np.zeros(len(documents))
    for term in terms:
        scores += np.multiply(term.impacts.of(documents), term.weight, dtype=np.float64)
    return scores


def _rising(terms: Sequence[_Weighted], wanted: Documents, count: int) -> Documents:
    """The wanted documents without those that cannot be among the best."""
    if len(wanted) * len(terms) <= _MUCH:
        return wanted
    strongest = sorted(terms, key=lambda term: -term.most)
    whole = left = sum(term.most for term in terms)
    values = np.zeros(len(wanted), np.float32)
    check = _FIRST_CHECK * whole
    for number, term in enumerate(strongest, 1):
        values += term.impacts.of(wanted) * np.float32(term.weight)
        left -= term.most
        if left <= check:
            check = left * _FIRST_CHECK
            kept = np.flatnonzero(values >= _from_the_top(values, count) - left - _ROUNDING * (1 + left))
            wanted, values = wanted[kept], values[kept]
            if len(wanted) * (len(terms) - number) <= _MUCH:
                break
    return wanted


def _from_the_top(values: npt.NDArray[np.floating], count: int) -> float:
    """The last of the ``count`` largest values; the least of all where there are fewer."""
    if len(values) <= count:
        return float(values.min(initial=0.0))
    return float(np.partition(values, len(values) - count)[len(values) - count])
