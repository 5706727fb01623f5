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


def scores(query: Query, segments: Sequence[SegmentReader]) -> list[Scores]:
    """float64[documents] a segment: the sum of BM25 over the query's terms, each times its boost.

    Deleted documents count in no frequency and no mean, so the same posts score the same in any segments.
    """
    totals = [np.zeros(segment.info.documents) for segment in segments]
    documents = sum(segment.info.live for segment in segments)
    for term in _terms(query):
        found = [_live(segment.postings(term.fieldname, term.text), segment) for segment in segments]
        doc_frequency = sum(len(postings.documents) for postings in found)
        if not doc_frequency:
            continue
        weight = term.boost * idf(documents, doc_frequency)
        mean_length = _mean_length(term.fieldname, segments, documents)
        for total, postings, segment in zip(totals, found, segments, strict=True):
            lengths = segment.numbers[term.fieldname][postings.documents]
            total[postings.documents] += weight * saturation(postings.frequencies, lengths, mean_length)
    return totals


def _terms(query: Query) -> list[Term]:
    if isinstance(query, _NullQuery):
        return []
    return list(query.subqueries) if isinstance(query, Or) else [query]


def _live(postings: Postings, segment: SegmentReader) -> Postings:
    if not segment.info.deleted:
        return postings
    live = segment.live[postings.documents]
    return Postings(postings.documents[live], postings.frequencies[live], lambda: postings.positions)


def _mean_length(field: str, segments: Sequence[SegmentReader], documents: int) -> float:
    total = sum(int(segment.numbers[field][segment.live].sum(dtype=np.int64)) for segment in segments)
    return max(total / documents, 1.0)
