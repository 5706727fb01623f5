"""What a term adds to the scores of documents: looked up for many documents at once.

A frequent term has a value for every document, so that to look some up is one gather. Any other has a list; its values
are looked up by way of an array of all documents, or by bisection where few are asked for.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from searchkit.engines.arrays import DocIds, Float32s

DENSE_ONE_IN = 8
"""A term that one in so many documents has is dense: a value for each takes three times the memory at most."""

_BISECTED = 8  # with so many times fewer documents than the term has, look them up by bisection


class Scratch(threading.local):
    """A zeroed float32 for each document, one array a thread; whoever writes into it writes the zeros back."""

    def __init__(self, size: int) -> None:
        self.values = np.zeros(size, np.float32)


class Impacts(Protocol):
    """What a term adds to the score of each document, before its weight."""

    @property
    def idf(self) -> float:
        """The term's inverse document frequency."""

    @property
    def max_value(self) -> float:
        """The largest value; 0 where no document has the term."""

    def __len__(self) -> int:
        """How many values are kept."""

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""

    def of(self, doc_ids: DocIds) -> Float32s:
        """float32[n]: the value of each of these documents, ascending; 0 of those without the term."""


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """A value for each document: float32[documents]."""

    values: Float32s
    idf: float
    max_value: float

    @classmethod
    def of_list(cls, doc_ids: DocIds, values: Float32s, idf: float, scratch: Scratch) -> Dense:
        """From documents and their values; see ``Sparse``."""
        dense = np.zeros_like(scratch.values)
        dense[doc_ids] = values
        return cls(dense, idf, float(values.max(initial=0)))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def nbytes(self) -> int:
        return self.values.nbytes

    def of(self, doc_ids: DocIds) -> Float32s:
        values: Float32s = self.values.take(doc_ids)
        return values


@dataclass(frozen=True, slots=True, eq=False)
class Sparse:
    """A list of documents and their values.

    Attributes:
        doc_ids: int64[n], ascending, numbered through all segments.
        values: float32[n].
        idf: see ``Impacts``.
        max_value: see ``Impacts``.
        scratch: for all terms of a searcher.
    """

    doc_ids: DocIds
    values: Float32s
    idf: float
    max_value: float
    scratch: Scratch

    @classmethod
    def of_list(cls, doc_ids: DocIds, values: Float32s, idf: float, scratch: Scratch) -> Sparse:
        """From documents and their values."""
        return cls(doc_ids, values, idf, float(values.max(initial=0)), scratch)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def nbytes(self) -> int:
        return self.doc_ids.nbytes + self.values.nbytes

    def of(self, doc_ids: DocIds) -> Float32s:
        bisected = len(doc_ids) * _BISECTED < len(self.doc_ids)
        return self._bisected(doc_ids) if bisected else self._gathered(doc_ids)

    def _bisected(self, doc_ids: DocIds) -> Float32s:
        places = self.doc_ids.searchsorted(doc_ids)
        np.minimum(places, len(self.doc_ids) - 1, out=places)
        values: Float32s = self.values.take(places)
        values[self.doc_ids.take(places) != doc_ids] = 0
        return values

    def _gathered(self, doc_ids: DocIds) -> Float32s:
        scratch = self.scratch.values
        scratch[self.doc_ids] = self.values
        try:
            values: Float32s = scratch.take(doc_ids)
            return values
        finally:
            scratch[self.doc_ids] = 0
