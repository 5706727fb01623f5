"""What a term is worth in each document that has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.ranking import Statistics, idf, length_norms, saturation
from searchkit.engines.whoosh.schema import RANKED_FIELDS
from searchkit.engines.whoosh.segments import SegmentReader

Scores = npt.NDArray[np.float64]


class Weighting(Protocol):
    """How well a document answers a term; a query tree puts the terms' scores together."""

    def scores(self, field: str, term: str, segment: SegmentReader) -> Scores:
        """float64[n], above 0: one for each posting of the term in a segment."""


class BM25:
    """BM25 over all segments of a state; a field that is not ranked scores the term's frequency.

    Args:
        segments: the whole state. Their deleted documents count in no statistic.
    """

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._statistics = Statistics(segments)
        self._idf: dict[tuple[str, str], float] = {}

    def scores(self, field: str, term: str, segment: SegmentReader) -> Scores:
        postings = segment.postings(field, term)
        if field not in RANKED_FIELDS or not self._statistics.documents:
            return postings.frequencies.astype(np.float64)
        lengths = segment.numbers[field][postings.documents]
        norms = length_norms(lengths, self._statistics.mean_length(field))
        return self._idf_of(field, term) * saturation(postings.frequencies.astype(np.float64), norms)

    def _idf_of(self, field: str, term: str) -> float:
        known = self._idf.get((field, term))
        if known is None:
            found = (segment.live[segment.postings(field, term).documents] for segment in self._segments)
            doc_frequency = sum(int(np.count_nonzero(part)) for part in found)
            known = self._idf[field, term] = idf(self._statistics.documents, doc_frequency)
        return known
