"""Segments behind Whoosh's codec interface: the readers and the matcher that its searcher asks for. Nothing writes."""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from whoosh.codec.base import Codec, FieldCursor, PerDocumentReader, Segment, TermsReader
from whoosh.columns import Column, ColumnReader
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span
from whoosh.reading import TermInfo, TermNotFound

from searchkit.engines.arrays import Int64s
from searchkit.engines.keys import POSITION
from searchkit.engines.whoosh.codec.api import INDEX_NAME, SegmentInfo
from searchkit.engines.whoosh.door.segment import FIELDS, STORED_FIELDS, OpenSegment
from searchkit.engines.whoosh.door.terms import LATEST
from searchkit.errors import IndexNotWritten
from searchkit.messages import _

_COLUMNS = frozenset(["date", "path", "source", "title", "url"])
"""Fields that Whoosh can sort and group by without reading all their posting lists."""


def refuse_writing() -> NoReturn:
    """Raise what a user is told who would write through Whoosh."""
    raise IndexNotWritten(_("searchkit writes this index, Whoosh only reads it"), _("run: searchkit rebuild-index"))


class DoorSegment(Segment):
    """A segment as a table of contents lists it: another one once more documents are deleted."""

    def __init__(self, info: SegmentInfo) -> None:
        super().__init__(INDEX_NAME)
        self.segid = info.id
        self._info = info

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DoorSegment) and self._info == other._info

    def __hash__(self) -> int:
        return hash(self._info)

    def codec(self) -> Codec:
        return DoorCodec()

    def open(self, folder: Path) -> OpenSegment:
        """Read the segment's file."""
        return OpenSegment(folder, self._info)

    def doc_count_all(self) -> int:
        refuse_writing()  # Whoosh's readers ask ``_Documents``; its writers ask here, before they create a file


class SegmentList(list[DoorSegment]):
    """The segments that a table of contents lists."""

    def __iter__(self) -> Iterator[DoorSegment]:
        if not self:
            refuse_writing()  # only writers go through the segments of an empty index, and none can refuse them
        return super().__iter__()

    def extend(self, segments: Iterable[DoorSegment]) -> None:
        """Nothing: Whoosh-Reloaded adds the segments of the reader that it refreshes, listed or not."""


class DoorCodec(Codec):
    """Opens one segment for one reader of Whoosh's: its terms, then its documents, which close it."""

    def __init__(self) -> None:
        self._opened: OpenSegment | None = None

    def _open(self, storage: Any, segment: DoorSegment) -> OpenSegment:
        if self._opened is None:
            self._opened = segment.open(Path(storage.folder))
        return self._opened

    def terms_reader(self, storage: Any, segment: DoorSegment) -> TermsReader:
        return _Terms(self._open(storage, segment))

    def per_document_reader(self, storage: Any, segment: DoorSegment) -> PerDocumentReader:
        return _Documents(self._open(storage, segment))


class _Terms(TermsReader):
    """The terms and posting lists of a segment."""

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.doc_frequency(*term) > 0

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        return _Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for field in FIELDS[bisect_left(FIELDS, fieldname) :]:
            for term in self._segment.terms(field, prefix if field == fieldname else b""):
                yield field, term

    def field_terms(self, field: str, start: bytes) -> Iterator[bytes]:
        """The terms of one field from ``start`` on."""
        return self._segment.terms(field, start)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        postings = self._segment.postings(fieldname, text)
        if not len(postings.doc_ids):
            raise TermNotFound(f"no term {fieldname}:{text!r}")
        lengths = self._segment.lengths(fieldname)[postings.doc_ids]
        return TermInfo(
            weight=int(postings.freqs.sum()),
            df=len(postings.doc_ids),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=int(postings.freqs.max()),
            minid=int(postings.doc_ids[0]),
            maxid=int(postings.doc_ids[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> int:
        return int(self._segment.postings(fieldname, text).freqs.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._segment.postings(fieldname, text).doc_ids)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> _Matcher:
        return _Matcher(self._segment, (fieldname, text), self.term_info(fieldname, text), format_, scorer)

    def indexed_field_names(self) -> list[str]:
        return list(FIELDS)


class _Cursor(FieldCursor):
    """Goes through the terms of one field, and to any of them."""

    def __init__(self, terms: _Terms, field: str, field_type: Any) -> None:
        self._terms = terms
        self._field = field
        self._type = field_type
        self.first()

    def first(self) -> Any:
        return self.find(b"")

    def find(self, string: str | bytes) -> Any:
        self._coming = self._terms.field_terms(self._field, self._type.to_bytes(string))
        return self.next()

    def next(self) -> Any:
        self._found = next(self._coming, None)
        return self.text()

    def text(self) -> Any:
        return None if self._found is None else self._type.from_bytes(self._found)

    def is_valid(self) -> bool:
        return self._found is not None


class _Matcher(LeafMatcher):
    """Whoosh's matcher of one term, on its whole posting list. There are no blocks: the list is one."""

    def __init__(
        self, segment: OpenSegment, term: tuple[str, bytes], info: TermInfo, format_: Any, scorer: Any
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._segment = segment
        self._term = term
        self._info = info
        self._postings = segment.postings(*term)
        self._doc_ids: list[int] = self._postings.doc_ids.tolist()
        self._place = 0

    def is_active(self) -> bool:
        return self._place < len(self._doc_ids)

    def id(self) -> int:
        return self._doc_ids[self._place]

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._place += 1
        return False

    def skip_to(self, id: int) -> bool:  # noqa: A002 - Whoosh's name for it
        if not self.is_active():
            raise ReadTooFar
        self._place = bisect_left(self._doc_ids, id, lo=self._place)
        return False

    def reset(self) -> None:
        self._place = 0

    def copy(self) -> _Matcher:
        return copy.copy(self)

    def all_ids(self) -> Iterator[int]:
        return iter(self._doc_ids)

    def weight(self) -> float:
        return float(self._postings.freqs[self._place])

    @cached_property
    def _ends(self) -> Int64s:
        """int64[n], where the keys of each document end."""
        ends: Int64s = np.cumsum(self._postings.freqs)
        return ends

    def _positions(self) -> list[int]:
        end = int(self._ends[self._place])
        keys = self._segment.keys(self._postings)[end - int(self._postings.freqs[self._place]) : end]
        positions: list[int] = (keys & POSITION).tolist()
        return positions

    def value_as(self, astype: str) -> Any:
        if astype == "positions":
            return self._positions()
        return int(self.weight()) if astype == "frequency" else self.weight()

    def spans(self) -> list[Span]:
        return [Span(position) for position in self._positions()]

    def skip_to_quality(self, minquality: float) -> int:
        if self.block_quality() > minquality:
            return 0
        self._place = len(self._doc_ids)
        return 1

    def block_min_length(self) -> int:
        return int(self._info.min_length())

    def block_max_weight(self) -> float:
        return float(self._info.max_weight())


class _Documents(PerDocumentReader):
    """The documents of a segment, one by one."""

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment
        self._deleted = frozenset(segment.info.deleted)

    def close(self) -> None:
        self._segment.reader.close()

    def doc_count(self) -> int:
        return self._segment.info.live

    def doc_count_all(self) -> int:
        return self._segment.info.documents

    def has_deletions(self) -> bool:
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def deleted_docs(self) -> Iterator[int]:
        return iter(self._segment.info.deleted)

    def has_column(self, fieldname: str) -> bool:
        return fieldname in _COLUMNS

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:
        return _Dates(self._segment) if fieldname == "date" else _StoredTexts(self._segment, fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._segment.lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self._segment.lengths(fieldname)[self._segment.reader.live].sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self._segment.lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        return int(self._segment.lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        document = self._segment.document(docnum)
        return {field: getattr(document, field) for field in STORED_FIELDS} | {"body": document.text}


class _Dates(ColumnReader):
    """The date of each document as Whoosh sorts it; documents without one come last in either order."""

    def __init__(self, segment: OpenSegment) -> None:
        super().__init__(None, 0, 0, segment.info.documents)
        self._dates: list[int] = segment.dates().tolist()
        self._reverse = False

    def __getitem__(self, docnum: int) -> int:
        return self._dates[docnum]

    def sort_key(self, docnum: int) -> int:
        date = self._dates[docnum]
        return -date if self._reverse and date != LATEST else date

    def set_reverse(self) -> None:
        self._reverse = True


class _StoredTexts(ColumnReader):
    """A stored field of each document, as it is written there."""

    def __init__(self, segment: OpenSegment, field: str) -> None:
        super().__init__(None, 0, 0, segment.info.documents)
        self._segment = segment
        self._field = field

    def __getitem__(self, docnum: int) -> str:
        return str(getattr(self._segment.stored_fields(docnum), self._field))
