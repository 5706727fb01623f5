"""The terms that Whoosh sees of each field in one segment, made of the segment's physical fields.

A term of ``title`` and ``body`` is a unigram (``香``), a bigram (``香 港``) or a boundary (``港"``); its shape tells
which. The content's posting lists hold the title's occurrences first, so the body's are the content's less the title's.
Dates have no posting lists: theirs are made of the doc values.
"""

from __future__ import annotations

import datetime as dt
import heapq
import struct
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Protocol

import numpy as np

from searchkit.engines.arrays import DocIds, Int64s, UInt64s, are_among, distinct, no_int64s
from searchkit.engines.dates import NO_DATE, microseconds
from searchkit.engines.keys import POSITION, POSITION_BITS
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.schema import CONTENT, TITLE, TextFields
from searchkit.language.unigrams import BOUNDARY_MARKS, bigram_term, position_terms
from searchkit.messages import _

LATEST = 2**64 - 1
"""The sortable date of a document without one: after every other, as Whoosh has it."""

_YEAR_1 = -microseconds(dt.datetime.min.replace(tzinfo=dt.UTC))
_JOINT = bigram_term("", "")


class TermPostings:
    """The posting list of a term as Whoosh sees it; deleted documents are still in it.

    Attributes:
        doc_ids: int64[n].
        freqs: int64[n], how often the term occurs in each.

    Args:
        doc_ids: see above.
        freqs: see above.
        keys: decodes ``keys``; a field without positions has none.
    """

    def __init__(self, doc_ids: DocIds, freqs: Int64s, keys: Callable[[], Int64s] = no_int64s) -> None:
        self.doc_ids = doc_ids
        self.freqs = freqs
        self._decode_keys = keys

    @cached_property
    def keys(self) -> Int64s:
        """int64[sum of freqs], ascending: document and position of each occurrence. Decoded when first read."""
        return self._decode_keys()

    @property
    def max_bytes(self) -> int:
        """What all arrays take once the keys are decoded."""
        return self.doc_ids.nbytes + self.freqs.nbytes + int(self.freqs.sum()) * self.freqs.itemsize


class FieldTerms(Protocol):
    """The terms of one field in one segment."""

    def postings(self, term: bytes) -> TermPostings:
        """The posting list of a term; empty where the field does not have it."""

    def terms(self, start: bytes) -> Iterator[bytes]:
        """The terms from ``start`` on, ascending."""

    @property
    def lengths(self) -> Int64s:
        """int64[documents], how many terms BM25 counts in each document."""


class TextTerms:
    """The terms of a text that is indexed whole: the title, or title and body together."""

    def __init__(self, reader: SegmentReader, fields: TextFields) -> None:
        self._reader = reader
        self._fields = fields

    @cached_property
    def lengths(self) -> Int64s:
        return self._reader.doc_values[self._fields.unigrams].astype(np.int64)

    def postings(self, term: bytes) -> TermPostings:
        text = _decode(term)
        if _JOINT in text:
            return self._with_positions(self._fields.bigrams, text)
        if text[1:].endswith(BOUNDARY_MARKS):
            return self._with_positions(self._fields.boundaries, text)
        postings = self._reader.postings(self._fields.unigrams, text)
        return TermPostings(postings.doc_ids, postings.freqs, lambda: self._unigram_keys(text))

    def _with_positions(self, field: str, text: str) -> TermPostings:
        postings = self._reader.postings(field, text)
        return TermPostings(postings.doc_ids, postings.freqs, lambda: postings.keys)

    def _unigram_keys(self, unigram: str) -> Int64s:
        """Where a unigram is: it begins a bigram or stands at a boundary."""
        prefix, boundaries = position_terms(unigram)
        lists = self._reader.posting_lists_with_prefix(self._fields.bigrams, prefix)
        keys: Int64s = np.repeat(lists.doc_ids << POSITION_BITS, lists.freqs)
        keys |= lists.positions
        parts = [keys, *(self._reader.postings(self._fields.boundaries, term).keys for term in boundaries)]
        return np.sort(np.concatenate(parts), kind="stable")  # the stable sort merges presorted runs

    def terms(self, start: bytes) -> Iterator[bytes]:
        names = (self._fields.unigrams, self._fields.bigrams, self._fields.boundaries)
        ascending = heapq.merge(*(self._reader.terms(name, _decode(start)) for name in names))
        return map(_encode, ascending)


class BodyTerms:
    """The terms of the body: what occurs in title and body together, less what occurs in the title."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._content = TextTerms(reader, CONTENT)
        self._title = TextTerms(reader, TITLE)

    @cached_property
    def lengths(self) -> Int64s:
        lengths: Int64s = self._content.lengths - self._title.lengths
        if lengths.min(initial=0) < 0:
            raise Damaged(self._reader.file, _("block {name} cannot be decoded", name="doc_values"))
        return lengths

    def postings(self, term: bytes) -> TermPostings:
        content, title = self._content.postings(term), self._title.postings(term)
        if not are_among(title.doc_ids, content.doc_ids).all():
            raise Damaged(self._reader.file, _("block {name} cannot be decoded", name=TITLE.unigrams))
        freqs = content.freqs.copy()
        freqs[content.doc_ids.searchsorted(title.doc_ids)] -= title.freqs
        kept = freqs > 0
        return TermPostings(content.doc_ids[kept], freqs[kept], lambda: self._behind_title(content.keys))

    def _behind_title(self, keys: Int64s) -> Int64s:
        """The keys of the content that lie behind the title, counted from there."""
        title_lengths = self._title.lengths[keys >> POSITION_BITS]
        behind: Int64s = (keys - title_lengths)[(keys & POSITION) >= title_lengths]
        return behind

    @cached_property
    def _title_terms(self) -> frozenset[bytes]:
        return frozenset(self._title.terms(b""))

    def terms(self, start: bytes) -> Iterator[bytes]:
        for term in self._content.terms(start):
            if term not in self._title_terms or len(self.postings(term).doc_ids):
                yield term


class KeywordTerms:
    """The whole values of a field."""

    def __init__(self, reader: SegmentReader, field: str) -> None:
        self._reader = reader
        self._field = field

    @cached_property
    def lengths(self) -> Int64s:
        return np.ones(self._reader.info.documents, np.int64)

    def postings(self, term: bytes) -> TermPostings:
        postings = self._reader.postings(self._field, _decode(term))
        return TermPostings(postings.doc_ids, postings.freqs)

    def terms(self, start: bytes) -> Iterator[bytes]:
        return map(_encode, self._reader.terms(self._field, _decode(start)))


class DateTerms:
    """The dates as ``whoosh.fields.DATETIME`` has them: each as its author's clock showed it, and the same without its
    last 8, 16, … 56 bits.

    A term is one byte that tells how many bits are left out, and the rest as eight bytes.
    """

    _TERM = struct.Struct(">BQ")
    _SHIFTS = range(0, 64, 8)

    def __init__(self, reader: SegmentReader) -> None:
        clocks = reader.clocks
        self._doc_ids = np.argsort(clocks, kind="stable")[int((clocks == NO_DATE).sum()) :]
        self._clocks = sortable_dates(clocks)[self._doc_ids]
        self.lengths = np.ones(len(clocks), np.int64)

    def postings(self, term: bytes) -> TermPostings:
        if len(term) != self._TERM.size:
            return TermPostings(no_int64s(), no_int64s())
        shift, prefix = self._TERM.unpack(term)
        prefixes, wanted = self._clocks >> np.uint64(shift), np.uint64(prefix)
        first, last = prefixes.searchsorted(wanted, side="left"), prefixes.searchsorted(wanted, side="right")
        doc_ids = np.sort(self._doc_ids[first:last])
        return TermPostings(doc_ids, np.ones_like(doc_ids))

    def terms(self, start: bytes) -> Iterator[bytes]:
        first_shift, first_prefix = self._TERM.unpack(start[: self._TERM.size].ljust(self._TERM.size, b"\0"))
        for shift in self._SHIFTS:
            if shift >= first_shift:
                prefixes = distinct(self._clocks >> np.uint64(shift))
                first = prefixes.searchsorted(np.uint64(first_prefix)) if shift == first_shift else 0
                yield from (self._TERM.pack(shift, prefix) for prefix in prefixes[first:].tolist())


def sortable_dates(dates: Int64s) -> UInt64s:
    """Dates as ``whoosh.fields.DATETIME`` sorts them: microseconds since the year 1, and 2**63 more.

    Args:
        dates: int64[n], microseconds since 1970; ``NO_DATE`` becomes ``LATEST``.
    """
    sortable = (dates + _YEAR_1).astype(np.uint64) + np.uint64(2**63)
    return np.where(dates == NO_DATE, np.uint64(LATEST), sortable)


def _decode(term: bytes) -> str:
    return term.decode("utf-8", "surrogatepass")


def _encode(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")
