"""A segment that is open for Whoosh: the terms of each field, and the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from searchkit.engines.arrays import Int64s, UInt64s
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.api import SegmentInfo, segment_file
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.commit.meta import read_commit_point, reading
from searchkit.engines.whoosh.door.terms import (
    BodyTerms,
    DateTerms,
    FieldTerms,
    KeywordTerms,
    TermPostings,
    TextTerms,
    sortable_dates,
)
from searchkit.engines.whoosh.schema import TITLE
from searchkit.model import Document

_POSTINGS_BYTES = 64_000_000
"""Budget for the posting lists of a segment."""

_TERMS: dict[str, Callable[[SegmentReader], FieldTerms]] = {
    "body": BodyTerms,
    "date": DateTerms,
    "parts": lambda reader: KeywordTerms(reader, "part"),
    "path": lambda reader: KeywordTerms(reader, "path"),
    "source": lambda reader: KeywordTerms(reader, "source"),
    "tags": lambda reader: KeywordTerms(reader, "tag"),
    "title": lambda reader: TextTerms(reader, TITLE),
    "url": lambda reader: KeywordTerms(reader, "url"),
}

FIELDS = tuple(_TERMS)
"""The fields of the schema, ascending."""

STORED_FIELDS = tuple(name for name in FIELDS if name != "parts")
"""Those whose values a document has."""


class OpenSegment:
    """Reads a segment until it is closed.

    Args:
        folder: the index folder.
        info: which segment.

    Attributes:
        info: as given.
        reader: of the segment's file.

    Raises:
        IndexCorrupt: by the constructor and every method: the file is missing or damaged.
        FileNotFoundError: by the constructor: a commit has removed the file; Whoosh then reads the next commit.
    """

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        file = segment_file(folder, info.id)
        if not file.exists() and info.id not in {segment.id for segment in read_commit_point(folder).segments}:
            raise FileNotFoundError(file)
        self.info = info
        self._folder = folder
        self._postings: ByteCache[tuple[str, bytes], TermPostings] = ByteCache(_POSTINGS_BYTES, lambda p: p.max_bytes)
        with reading(folder):
            self.reader = SegmentReader(folder, info)
            self._fields = {name: terms(self.reader) for name, terms in _TERMS.items()}

    def postings(self, field: str, term: bytes) -> TermPostings:
        """The posting list of a term, cached; empty where the field does not have it."""
        with reading(self._folder):
            return self._postings.get((field, term), lambda: self._fields[field].postings(term))

    def keys(self, postings: TermPostings) -> Int64s:
        """Where a term occurs, see ``TermPostings.keys``."""
        with reading(self._folder):
            return postings.keys

    def terms(self, field: str, start: bytes) -> Iterator[bytes]:
        """The terms of a field from ``start`` on, ascending."""
        with reading(self._folder):
            yield from self._fields[field].terms(start)

    def lengths(self, field: str) -> Int64s:
        """int64[documents], how many terms BM25 counts in a field of each document."""
        with reading(self._folder):
            return self._fields[field].lengths

    def dates(self) -> UInt64s:
        """uint64[documents], the date of each as Whoosh sorts it."""
        with reading(self._folder):
            return sortable_dates(self.reader.dates)

    def stored_fields(self, doc_id: int) -> Document:
        """A document without its body."""
        with reading(self._folder):
            return self.reader.stored_fields(doc_id)

    def document(self, doc_id: int) -> Document:
        """A document."""
        with reading(self._folder):
            return self.reader.document(doc_id)
