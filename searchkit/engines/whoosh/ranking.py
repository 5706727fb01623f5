"""BM25 on whole posting arrays, over all segments of a state at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from whoosh.query import Or, Query, Term
from whoosh.query.qcore import _NullQuery

from searchkit.engines.whoosh.postings import Postings
from searchkit.engines.whoosh.segments import SegmentReader

K1 = 0.9
B = 0.7
IDF_POWER = 1.5
"""Measured on the tuning sets: the rare words of a query count more than in plain BM25."""

Scores = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


def idf(documents: int, doc_frequency: int) -> float:
    """How much a term tells, by how few documents have it.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), eq. 3.2 with Lucene's +1 inside the
    logarithm, raised to ``IDF_POWER``.

    >>> round(idf(1000, 10), 3)
    9.729
    """
    ratio = (documents - doc_frequency + 0.5) / (doc_frequency + 0.5)
    return float(np.log1p(ratio) ** IDF_POWER)


def saturation(
    frequencies: npt.NDArray[np.integer], lengths: npt.NDArray[np.integer], mean_length: float
) -> Scores:
    """The part of BM25 that grows with a term's frequency, float64[n] from 0 to 1 + K1 (ibid., eq. 3.15)."""
    norm = K1 * (1 - B + B * lengths / mean_length)
    weights: Scores = frequencies * (1 + K1) / (frequencies + norm)
    return weights


class Statistics:
    """What BM25 asks of a whole state: how many documents, and how long a field is on average.

    Deleted documents count in neither, so the same posts score the same in any segments.
    """

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._mean_lengths: dict[str, float] = {}
        self.documents = sum(segment.info.live for segment in segments)

    def mean_length(self, field: str) -> float:
        """Terms a document, at least 1."""
        known = self._mean_lengths.get(field)
        if known is None:
            lengths = (segment.numbers[field][segment.live] for segment in self._segments)
            total = sum(int(part.sum(dtype=np.int64)) for part in lengths)
            known = self._mean_lengths[field] = max(total / self.documents, 1.0)
        return known


def scores(
    query: Query, segments: Sequence[SegmentReader], wanted: Sequence[Numbers], statistics: Statistics
) -> list[Scores]:
    """The sum of BM25 over the query's terms, each times its boost.

    Args:
        query: the terms: one, or several joined by Or.
        segments: the whole state.
        wanted: int64[n] a segment, the numbers of the documents to score, ascending.
        statistics: of these segments.

    Returns:
        float64[n] a segment, as ``wanted``.
    """
    totals = [np.zeros(len(part)) for part in wanted]
    for term in _terms(query):
        found = [segment.postings(term.fieldname, term.text) for segment in segments]
        doc_frequency = sum(map(_live_count, found, segments))
        if not doc_frequency:
            continue
        weight = term.boost * idf(statistics.documents, doc_frequency)
        mean_length = statistics.mean_length(term.fieldname)
        for total, postings, part, segment in zip(totals, found, wanted, segments, strict=True):
            among, places = _common(part, postings.documents)
            lengths = segment.numbers[term.fieldname][part[among]]
            total[among] += weight * saturation(postings.frequencies[places], lengths, mean_length)
    return totals


def _terms(query: Query) -> list[Term]:
    if isinstance(query, _NullQuery):
        return []
    return list(query.subqueries) if isinstance(query, Or) else [query]


def _live_count(postings: Postings, segment: SegmentReader) -> int:
    if not segment.info.deleted:
        return len(postings.documents)
    return int(np.count_nonzero(segment.live[postings.documents]))


def _common(wanted: Numbers, documents: Numbers) -> tuple[Numbers, Numbers]:
    """Where in each of two ascending arrays their common numbers are."""
    if len(wanted) > len(documents):
        places, among = _common(documents, wanted)
        return among, places
    places = np.searchsorted(documents, wanted)
    among = np.flatnonzero(np.append(documents, -1)[places] == wanted)
    return among, places[among]
