"""Short lists that a query asks for the first time, read together.

Most terms are asked for once, so nothing is made for each of these lists alone: where few documents are asked for, all
lists are searched for them at once, and only what these score is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from searchkit.engines.arrays import DocIds, Float32s, Int64s
from searchkit.engines.scoring.bm25 import tf_norm
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.engines.whoosh.search.rank.impacts import Scratch, Sparse
from searchkit.engines.whoosh.search.rank.statistics import Statistics


class BatchPart(NamedTuple):
    """The lists of all terms in one segment."""

    segment: SegmentContext
    lists: PostingLists


class Batch:
    """The lists of some terms.

    Args:
        fields: of each term, alike ones side by side.
        parts: of each segment, in order.
        statistics: of the commit point.
        scratch: for all terms of a searcher.

    Attributes:
        impacts: of each term.
    """

    def __init__(
        self, fields: Sequence[str], parts: Sequence[BatchPart], statistics: Statistics, scratch: Scratch
    ) -> None:
        self._parts = parts
        self._statistics = statistics
        self._scratch = scratch
        self._groups = [
            (field, [row for row, _ in group]) for field, group in groupby(enumerate(fields), itemgetter(1))
        ]
        self._terms = len(fields)
        self._lists: list[Sparse] | None = None
        live = sum((_live_counts(part) for part in parts), np.zeros(len(fields), np.int64))
        idf, is_dense = statistics.idf, statistics.is_dense
        self.impacts = [Fresh(self, row, freq, idf(freq), is_dense(freq)) for row, freq in enumerate(live.tolist())]

    def of(self, doc_ids: DocIds) -> Float32s:
        """float32[terms, n]: what each term adds to the score of each of some documents, ascending."""
        freqs = np.zeros((self._terms, len(doc_ids)), np.float32)
        borders = [*doc_ids.searchsorted([part.segment.doc_base for part in self._parts]).tolist(), len(doc_ids)]
        for (segment, lists), first, last in zip(self._parts, borders[:-1], borders[1:], strict=True):
            if first < last and len(lists.doc_ids):
                freqs[:, first:last] = _freqs_at(lists, doc_ids[first:last] - segment.doc_base, segment.max_doc)
        norms = np.empty_like(freqs)
        for field, rows in self._groups:
            norms[rows[0] : rows[-1] + 1] = self._statistics.norms(field).take(doc_ids)
        return tf_norm(freqs, norms)

    def lists(self) -> list[Sparse]:
        """All documents of each term, and what it adds to their scores; views of arrays of all terms."""
        if self._lists is None:
            self._lists = self._computed()
        return self._lists

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, those of the impacts among them."""
        return sum(3 * part.lists.doc_ids.nbytes for part in self._parts)

    def list_of(self, row: int) -> Sparse:
        """All documents of one term, and what it adds to their scores; those of no other are computed."""
        if self._lists is not None:
            return self._lists[row]
        field = next(field for field, rows in self._groups if rows[-1] >= row)
        norms = self._statistics.norms(field)
        parts = []
        for segment, lists in self._parts:
            here = slice(lists.starts[row], lists.starts[row + 1])
            doc_ids = lists.doc_ids[here] + segment.doc_base
            parts.append((doc_ids, tf_norm(lists.freqs[here].astype(np.float32), norms.take(doc_ids))))
        doc_ids = as_one([part[0] for part in parts], np.int64)
        values = as_one([part[1] for part in parts], np.float32)
        return Sparse(doc_ids, values, self.impacts[row].idf, float(values.max(initial=0)), self._scratch)

    def _computed(self) -> list[Sparse]:
        maxima = np.zeros(self._terms, np.float32)
        columns = []
        for segment, lists in self._parts:
            doc_ids = lists.doc_ids + segment.doc_base if segment.doc_base else lists.doc_ids
            values = tf_norm(lists.freqs.astype(np.float32), self._norms(doc_ids, lists.starts))
            some = np.flatnonzero(lists.starts[1:] > lists.starts[:-1])
            if len(some):
                maxima[some] = np.maximum(maxima[some], np.maximum.reduceat(values, lists.starts[some]))
            columns.append((lists.starts.tolist(), doc_ids, values))
        found = []
        for row, (impacts, max_value) in enumerate(zip(self.impacts, maxima.tolist(), strict=True)):
            doc_ids = as_one([ids[starts[row] : starts[row + 1]] for starts, ids, _ in columns], np.int64)
            values = as_one([values[starts[row] : starts[row + 1]] for starts, _, values in columns], np.float32)
            found.append(Sparse(doc_ids, values, impacts.idf, max_value, self._scratch))
        return found

    def _norms(self, doc_ids: DocIds, starts: Int64s) -> Float32s:
        """float32[postings], of the document of each."""
        norms = np.empty(len(doc_ids), np.float32)
        for field, rows in self._groups:
            here = slice(starts[rows[0]], starts[rows[-1] + 1])
            self._statistics.norms(field).take(doc_ids[here], out=norms[here], mode="clip")  # else it is buffered
        return norms


@dataclass(frozen=True, slots=True, eq=False)
class Fresh:
    """One term of a batch; see ``Impacts``.

    Attributes:
        batch: that it is of.
        row: its place in it.
        doc_freq: how many documents have it that are not deleted.
        idf: see ``Impacts``.
        is_dense: see ``Impacts``.
    """

    batch: Batch
    row: int
    doc_freq: int
    idf: float
    is_dense: bool

    @property
    def max_value(self) -> float:
        return self.listed.max_value

    @property
    def nbytes(self) -> int:
        return self.listed.nbytes

    def __len__(self) -> int:
        return self.doc_freq

    def of(self, doc_ids: DocIds) -> Float32s:
        return self.listed.of(doc_ids)

    @property
    def listed(self) -> Sparse:
        """All of its documents."""
        return self.batch.lists()[self.row]


def _freqs_at(lists: PostingLists, doc_ids: DocIds, max_doc: int) -> Int64s:
    """int64[lists, n]: how often each term of some lists occurs in each of some documents of a segment."""
    rows = np.arange(len(lists)) * max_doc
    keys = lists.doc_ids + rows.repeat(lists.starts[1:] - lists.starts[:-1])
    wanted = (rows[:, None] + doc_ids).reshape(-1)
    places = keys.searchsorted(wanted)
    np.minimum(places, len(keys) - 1, out=places)
    freqs = lists.freqs.take(places)
    freqs *= keys.take(places) == wanted
    return freqs.reshape(len(lists), -1)


def _live_counts(part: BatchPart) -> Int64s:
    """int64[terms]: how many documents that are not deleted have each term."""
    segment, lists = part
    if not segment.reader.info.deleted:
        return lists.starts[1:] - lists.starts[:-1]
    return np.diff(np.append(0, np.cumsum(segment.reader.live[lists.doc_ids]))[lists.starts])
