"""What a term adds to the scores of documents: looked up for many documents at once.

A frequent term has a value for every document, so that to look some up is one gather. Any other has a list; its values
are looked up by way of an array of all documents, or by bisection where few are asked for. Of a long list that no query
has paid for yet, only the values of the documents that are asked for are computed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from searchkit.engines.arrays import DocIds, Float32s, Int32s
from searchkit.engines.scoring.bm25 import K1, tf_norm
from searchkit.engines.whoosh.codec.postings import LOOKED_UP, Postings

DENSE_ONE_IN = 8
"""A term that one in so many documents has is dense: a value for each takes three times the memory at most."""

_BISECTED = 8  # with so many times fewer documents than the term has, look them up by bisection
_QUESTION_NS, _LOOKUP_NS, _POSTING_NS = 60_000, 150, 16  # what looking up costs, and to decode a posting


class Scratch(threading.local):
    """A zeroed float32 for each document, one array a thread; whoever writes into it writes the zeros back."""

    def __init__(self, size: int) -> None:
        self.values = np.zeros(size, np.float32)


class Impacts(Protocol):
    """What a term adds to the score of each document, before its weight."""

    @property
    def is_dense(self) -> bool:
        """Whether one in ``DENSE_ONE_IN`` documents has the term."""

    @property
    def idf(self) -> float:
        """The term's inverse document frequency."""

    @property
    def max_value(self) -> float:
        """No value is larger; 0 where no document has the term."""

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

    is_dense: ClassVar[bool] = True

    values: Float32s
    idf: float
    max_value: float

    @classmethod
    def of_list(cls, doc_ids: DocIds, values: Float32s, idf: float, max_value: float, scratch: Scratch) -> Dense:
        """From documents and their values; see ``Sparse``."""
        dense = np.zeros_like(scratch.values)
        dense[doc_ids] = values
        return cls(dense, idf, max_value)

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
        doc_ids: int32[n], ascending, numbered through all segments.
        values: float32[n].
        idf: see ``Impacts``.
        max_value: see ``Impacts``.
        scratch: for all terms of a searcher.
    """

    is_dense: ClassVar[bool] = False

    doc_ids: Int32s
    values: Float32s
    idf: float
    max_value: float
    scratch: Scratch

    @classmethod
    def of_list(cls, doc_ids: DocIds, values: Float32s, idf: float, max_value: float, scratch: Scratch) -> Sparse:
        """From documents and their values, both copied: they may be part of larger arrays."""
        return cls(doc_ids.astype(np.int32), values.copy(), idf, max_value, scratch)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def nbytes(self) -> int:
        return self.doc_ids.nbytes + self.values.nbytes

    def of(self, doc_ids: DocIds) -> Float32s:
        bisected = len(doc_ids) * _BISECTED < len(self.doc_ids)
        return self._bisected(doc_ids) if bisected else self._gathered(doc_ids)

    def _bisected(self, doc_ids: DocIds) -> Float32s:
        wanted = doc_ids.astype(np.int32)  # else the whole list would be converted
        places = self.doc_ids.searchsorted(wanted)
        np.minimum(places, len(self.doc_ids) - 1, out=places)
        values: Float32s = self.values.take(places)
        values[self.doc_ids.take(places) != wanted] = 0
        return values

    def _gathered(self, doc_ids: DocIds) -> Float32s:
        scratch = self.scratch.values
        scratch[self.doc_ids] = self.values
        try:
            values: Float32s = scratch.take(doc_ids)
            return values
        finally:
            scratch[self.doc_ids] = 0


class EncodedPart(NamedTuple):
    """A term in one segment: the number of its first document among those of all segments, and the list."""

    doc_base: int
    postings: Postings


class Encoded:
    """A long list that is not decoded until look-ups have cost a quarter of that.

    Args:
        parts: of each segment, in order.
        norms: float32[documents], see ``length_norms``.
        idf: see ``Impacts``.
        is_dense: whether it is ``Dense`` once it is decoded.
        decode: gives the decoded list.
    """

    def __init__(
        self,
        parts: Sequence[EncodedPart],
        norms: Float32s,
        idf: float,
        is_dense: bool,
        decode: Callable[[], Dense | Sparse],
    ) -> None:
        self._parts = parts
        self._norms = norms
        self.idf = idf
        self.is_dense = is_dense
        self.max_value = 1 + K1
        self._decode = decode
        self._postings = sum(part.postings.doc_freq for part in parts)
        self._left = self._postings * _POSTING_NS // 4

    def __len__(self) -> int:
        return self._postings

    @property
    def nbytes(self) -> int:
        return self._postings  # of the bits, about one a posting, and the counts of their words

    def of(self, doc_ids: DocIds) -> Float32s:
        self._left -= _QUESTION_NS + len(doc_ids) * _LOOKUP_NS
        if self._left < 0 or len(doc_ids) * LOOKED_UP > self._postings:
            return self._decode().of(doc_ids)
        values = np.zeros(len(doc_ids), np.float32)
        borders = [*doc_ids.searchsorted([part.doc_base for part in self._parts]).tolist(), len(doc_ids)]
        for (doc_base, postings), first, last in zip(self._parts, borders[:-1], borders[1:], strict=True):
            if first == last or not postings.doc_freq:
                continue
            here = doc_ids[first:last]
            places = postings.places_of(here - doc_base)
            found = np.flatnonzero(places >= 0)
            freqs = postings.freqs_at(places[found]).astype(np.float32)
            values[first + found] = tf_norm(freqs, self._norms[here[found]])
        return values
