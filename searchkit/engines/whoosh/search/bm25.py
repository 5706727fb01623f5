"""BM25 on whole posting arrays, over all segments of a state at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.codec.api import SegmentReader

K1 = 0.7
B = 0.8
IDF_POWER = 1.5
"""Measured on the tuning sets: the rare words of a query count more than in plain BM25."""

Scores = npt.NDArray[np.float64]
Floats = TypeVar("Floats", npt.NDArray[np.float32], npt.NDArray[np.float64])


def idf(documents: int, doc_frequency: int) -> float:
    """How much a term tells, by how few documents have it.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), eq. 3.2 with Lucene's +1 inside the
    logarithm, raised to ``IDF_POWER``.

    >>> round(idf(1000, 10), 3)
    9.729
    """
    ratio = (documents - doc_frequency + 0.5) / (doc_frequency + 0.5)
    return float(np.log1p(ratio) ** IDF_POWER)


def length_norms(lengths: npt.NDArray[np.integer], mean_length: float) -> Scores:
    """What a document's length takes from a term's frequency, float64[n] (ibid., eq. 3.13, times ``K1``)."""
    return K1 * (1 - B + B * lengths.astype(np.float64) / mean_length)


def saturation(frequencies: Floats, norms: Floats) -> Floats:
    """The part of BM25 that grows with a term's frequency, from 0 to 1 + K1 (ibid., eq. 3.15), as exact as these."""
    return frequencies * (1 + K1) / (frequencies + norms)


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
