"""The best documents of a query: the sum of BM25 over its terms, without looking at all of them.

Terms with few documents tell most, and are added up first, all in one go. Then come those that many documents have,
those that can add most first; once what is left cannot lift a document among the best, it is let go: MaxScore (Turtle
and Flood, Query Evaluation: Strategies and Optimizations, 1995), a term at a time on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from whoosh.query import Or, Query, Term
from whoosh.query.qcore import _NullQuery

from searchkit.engines.whoosh.search.expand import occurrences
from searchkit.engines.whoosh.search.impacts import ONE_IN, Dense, Documents, Impacts, Sparse, Values
from searchkit.engines.whoosh.search.bm25 import Statistics, idf, length_norms, saturation
from searchkit.engines.whoosh.codec.api import SegmentReader, as_one
from searchkit.explanation import TermScore

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_KNOWN_BYTES = 160 << 20
"""Impacts that are kept for the next queries."""

_ROUNDING = 1e-4
"""More than totals can differ by, whatever the order in which their terms were added."""

_MUCH = 1 << 15  # look-ups, a document and a term each: for fewer it is no use to let documents go
_CHECK = 0.3  # of what the terms could add at the last look: when so much is left, look again who can still rise
_GROUP = 64  # values of which the largest is looked at first, which is faster than to part all of them
_LISTED, _LOOKED_UP = 6, 32  # ns: what a posting costs where all are added up, and a look-up where some are


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
        self._norms: dict[str, Values] = {}
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
        sparse, dense = self._terms(query)
        sums = _listed(sparse, wanted, len(self._blank))
        kept = _rising(dense, wanted, sums, count)
        candidates, scores = wanted[kept], sums[kept]
        _add(scores, dense, candidates)
        if len(candidates) > count:
            among = np.flatnonzero(scores >= _from_the_top(scores, count))
            candidates, scores = candidates[among], scores[among]
        return candidates, scores

    def scores(self, query: Query, documents: Documents) -> Scores:
        """float64[n]: the scores of some documents, ascending."""
        sparse, dense = self._terms(query)
        scores = _listed(sparse, documents, len(self._blank))
        _add(scores, dense, documents)
        return scores

    def parts(self, query: Query, document: int) -> tuple[TermScore, ...]:
        """Field and text of each term that a document has, and what that adds to its score."""
        here = np.array([document], np.intp)
        weighted = chain(*self._terms(query))
        terms = ((term.query, term.weight * float(term.impacts.of(here)[0])) for term in weighted)
        return tuple((term.fieldname, term.text, score) for term, score in terms if score)

    def _terms(self, query: Query) -> tuple[list[_Weighted], list[_Weighted]]:
        """The terms that any document has: those with lists, and those with a value for each document.

        Scores are summed in this order, whatever is looked up, so they are always alike.
        """
        terms = [] if isinstance(query, _NullQuery) else query.subqueries if isinstance(query, Or) else [query]
        sparse: list[_Weighted] = []
        dense: list[_Weighted] = []
        for term in terms:
            found = self.impacts(term) if type(term) is Term else self._pattern(term)
            if found.most:
                of_kind = sparse if isinstance(found, Sparse) else dense
                of_kind.append(_Weighted(term, term.boost * found.weight, found))
        return sparse, dense

    def impacts(self, term: Term) -> Impacts:
        """What a term adds, whatever its boost."""
        key = term.fieldname, term.text
        known = self._known.get(key)
        if known is None:
            postings = [segment.read_postings(*key) for segment in self._segments]
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

    def _norms_of(self, field: str) -> Values:
        """float32[documents], see ``length_norms``."""
        known = self._norms.get(field)
        if known is None:
            lengths = as_one([segment.numbers[field] for segment in self._segments], np.uint32)
            norms = length_norms(lengths, self._statistics.mean_length(field))
            known = self._norms[field] = norms.astype(np.float32)
        return known

    def _impacts(self, field: str, postings: Sequence[tuple[Numbers, Numbers]]) -> Impacts:
        """From the documents and frequencies in each segment."""
        documents: list[Documents] = []
        values: list[Values] = []
        base = live = 0
        norms = self._norms_of(field)
        for segment, (numbers, frequencies) in zip(self._segments, postings, strict=True):
            documents.append(numbers + base if base else numbers)
            values.append(saturation(frequencies.astype(np.float32), norms[documents[-1]]))
            base += segment.info.documents
            live += int(np.count_nonzero(segment.live[numbers])) if segment.info.deleted else len(numbers)
        weight = idf(self._statistics.documents, live) if live else 0.0
        many = live * ONE_IN >= self._statistics.documents
        form = Dense.of_list if many else Sparse.of_list
        return form(as_one(documents, np.intp), as_one(values, np.float32), weight, self._blank)


def _listed(terms: Sequence[_Weighted], wanted: Documents, documents: int) -> Scores:
    """float64[n]: what the terms with lists add to each of the wanted documents together."""
    postings = sum(len(term.impacts) for term in terms)
    if postings * _LISTED + documents >= len(wanted) * len(terms) * _LOOKED_UP:
        scores = np.zeros(len(wanted))
        _add(scores, terms, wanted)
        return scores
    lists = [term.impacts for term in terms if isinstance(term.impacts, Sparse)]
    weights = np.repeat([term.weight for term in terms], [len(found) for found in lists])
    weights *= np.concatenate([found.values for found in lists])
    sums = np.bincount(np.concatenate([found.documents for found in lists]), weights, documents)
    return np.asarray(sums, np.float64)[wanted]


def _add(scores: Scores, terms: Sequence[_Weighted], documents: Documents) -> None:
    """Add what the terms add to each of the documents."""
    for term in terms:
        scores += np.multiply(term.impacts.of(documents), term.weight, dtype=np.float64)


def _rising(terms: Sequence[_Weighted], wanted: Documents, sums: Scores, count: int) -> Documents:
    """Where among the wanted documents, which have these sums so far, those are that may be among the best."""
    places = np.arange(len(wanted))
    values = sums.astype(np.float32)
    left = sum(term.most for term in terms)
    look_at = _CHECK * (left + float(values.max(initial=0)))
    for number, term in enumerate(sorted(terms, key=lambda term: -term.most)):
        if len(places) * (len(terms) - number) <= _MUCH:
            break
        if left <= look_at:
            look_at = left * _CHECK
            kept = np.flatnonzero(values >= _from_the_top(values, count) - left - _ROUNDING * (1 + left))
            places, wanted, values = places[kept], wanted[kept], values[kept]
        found = term.impacts.of(wanted)
        found *= np.float32(term.weight)
        values += found
        left -= term.most
    return places


def _from_the_top(values: npt.NDArray[np.floating], count: int) -> float:
    """The last of the ``count`` largest values; the least of all where there are fewer."""
    if len(values) <= count:
        return float(values.min(initial=0.0))
    groups = len(values) // _GROUP
    if groups > count:  # as many values as are asked for are no less than the largest of their groups
        largest = values[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
        values = values[values >= np.partition(largest, groups - count)[groups - count]]
    return float(np.partition(values, len(values) - count)[len(values) - count])
