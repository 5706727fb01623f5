"""The documents of a commit point: their stored fields, their dates, the order of their paths."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

import numpy as np

from searchkit.engines.arrays import Bools, Int64s
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.search.match.collapse import Duplicates
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.model import Document

_CACHE_BYTES = 8 << 20  # stored fields without bodies, for the next searches
_WHOLE_CACHE_BYTES = 8 << 20  # documents with bodies, which the next search finds, too
_STORED_BYTES = 1_000  # of one document, about
_COMPARED_PATHS = 512  # so few are compared as texts; for more the order of all paths is worth computing


class DocStore:
    """Reads documents by their number, counted through all segments in order.

    Attributes:
        max_doc: how many documents there are, deleted ones included.
    """

    def __init__(self, segments: Sequence[SegmentContext]) -> None:
        self._segments = segments
        self._bases = [segment.doc_base for segment in segments]
        self._stored: ByteCache[int, Document] = ByteCache(_CACHE_BYTES, lambda document: _STORED_BYTES)
        self._whole: ByteCache[int, Document] = ByteCache(_WHOLE_CACHE_BYTES, lambda d: sys.getsizeof(d.body))
        self.max_doc = sum(segment.max_doc for segment in segments)

    @cached_property
    def live(self) -> Bools:
        """bool[documents], False where deleted."""
        return as_one([segment.reader.live for segment in self._segments], np.bool_)

    @cached_property
    def dates(self) -> Int64s:
        """int64[documents], microseconds since 1970 or ``NO_DATE``."""
        return as_one([segment.reader.dates for segment in self._segments], np.int64)

    @cached_property
    def clocks(self) -> Int64s:
        """int64[documents], what its author's clock showed at each one's date, in microseconds, or ``NO_DATE``."""
        return as_one([segment.reader.clocks for segment in self._segments], np.int64)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Which documents have the same text."""
        texts = as_one([segment.reader.doc_values["text"] for segment in self._segments], np.int64)
        return Duplicates(texts, self.live, lambda doc_ids: doc_ids[np.argsort(self.path_ranks(doc_ids))])

    def document(self, doc_id: int) -> Document:
        """A document with its body and all its paths."""
        return self._whole.get(doc_id, lambda: self._read_document(doc_id))

    def _read_document(self, doc_id: int) -> Document:
        d = self.stored_fields(doc_id)
        reader, local = self._locate(doc_id)
        # dataclasses.replace takes longer than all the rest
        body = reader.body(local)
        return Document(d.path, d.title, d.date, d.source, d.url, d.tags, body, d.paths, d.description, d.added)

    def stored_fields(self, doc_id: int) -> Document:
        """A document without its body, with all its paths."""
        return self._stored.get(doc_id, lambda: self._read_stored_fields(doc_id))

    def _read_stored_fields(self, doc_id: int) -> Document:
        reader, local = self._locate(doc_id)
        twins = [self.path(other) for other in self.duplicates.of(doc_id) if other != doc_id]
        return reader.stored_fields(local, twins)

    def find(self, path: str) -> int | None:
        """The number of the live document with a path; None if there is none."""
        for segment in self._segments:
            doc_id = segment.reader.doc_id_of(path)
            if doc_id is not None and segment.reader.live[doc_id]:
                return segment.doc_base + doc_id
        return None

    def path_ranks(self, doc_ids: Int64s) -> Int64s:
        """int64[n], in the order of the documents' paths."""
        if len(self._segments) == 1:
            return self._segments[0].reader.path_order[doc_ids]
        if len(doc_ids) > _COMPARED_PATHS:
            return self._path_order[doc_ids]
        return _ranks([self.path(doc_id) for doc_id in doc_ids.tolist()])

    @cached_property
    def _path_order(self) -> Int64s:
        """int64[documents], the place of each one's path among all."""
        return _ranks(list(chain.from_iterable(segment.reader.paths for segment in self._segments)))

    def path(self, doc_id: int) -> str:
        """The path of a document."""
        reader, local = self._locate(doc_id)
        return reader.path(local)

    def _locate(self, doc_id: int) -> tuple[SegmentReader, int]:
        """The segment of a document, and its number in there."""
        at = bisect_right(self._bases, doc_id) - 1
        return self._segments[at].reader, doc_id - self._bases[at]


def _ranks(texts: list[str]) -> Int64s:
    """int64[n]: the place of each text among all of them in order."""
    ranks = np.empty(len(texts), np.int64)
    ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    return ranks
