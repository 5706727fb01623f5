"""What BM25 asks of a commit point: how many documents it has, how long its fields are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.engines.arrays import Float32s
from searchkit.engines.scoring.bm25 import length_norms
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one


class Statistics:
    """The numbers of a commit point.

    Deleted documents count in none, so the same posts score the same in any segments.

    Attributes:
        doc_count: how many documents are not deleted.
    """

    def __init__(self, segments: Sequence[SegmentContext]) -> None:
        self._segments = segments
        self._norms: dict[str, Float32s] = {}
        self.doc_count = sum(segment.reader.info.live for segment in segments)

    def avg_doc_len(self, field: str) -> float:
        """Terms of a ranked field in a document, at least 1."""
        lengths = (segment.reader.doc_values[field][segment.reader.live] for segment in self._segments)
        return max(sum(int(part.sum(dtype=np.int64)) for part in lengths) / self.doc_count, 1.0)

    def norms(self, field: str) -> Float32s:
        """float32[documents], see ``length_norms``; computed once a ranked field."""
        norms = self._norms.get(field)
        if norms is None:
            lengths = as_one([segment.reader.doc_values[field] for segment in self._segments], np.uint32)
            norms = self._norms[field] = length_norms(lengths, self.avg_doc_len(field)).astype(np.float32)
        return norms
