"""Our segments behind Whoosh's codec interface: the readers and the matcher that its searcher asks for.

Segments are read through here, not written: ``write_segment`` writes one whole, sorted once a field, where Whoosh's
writers take a posting at a time. Any segment can be read, whatever codec wrote it.
"""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import takewhile
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import Codec, FieldCursor, PerDocumentReader, Segment, TermsReader
from whoosh.columns import Column, ColumnReader
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span
from whoosh.reading import TermInfo, TermNotFound

from searchkit.engines.whoosh.codec.postings import Postings
from searchkit.engines.whoosh.schema import FIELD_ORDER, RANKED_FIELDS
from searchkit.engines.whoosh.codec.api import SegmentReader
from searchkit.engines.whoosh.commit.meta import INDEX_NAME

_FIELDS = tuple(sorted(FIELD_ORDER))


class ArrayCodec(Codec):  # type: ignore[misc]
    """Reads segments that are open already; the rest of the interface raises NotImplementedError."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> TermsReader:
        return _Terms(segment.opened)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> PerDocumentReader:
        return _Documents(segment.opened)


class ArraySegment(Segment):  # type: ignore[misc]
    """What Whoosh asks of a segment. Its deleted documents are listed in the index' state and nowhere else."""

    def __init__(self, opened: SegmentReader) -> None:
        super().__init__(INDEX_NAME)
        self.segid = opened.info.id
        self.opened = opened

    def codec(self) -> Codec:
        return ArrayCodec()

    def doc_count_all(self) -> int:
        return self.opened.info.documents

    def deleted_count(self) -> int:
        return len(self.opened.info.deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(self.opened.info.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.opened.info.deleted


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher of one term, on its whole posting list. There are no blocks: the list is one."""

    def __init__(self, term: tuple[str, bytes], postings: Postings, format_: Any, info: TermInfo, scorer: Any) -> None:
        self.format = format_
        self.scorer = scorer
        self.place = 0
        self._term = term
        self._postings = postings
        self._documents = postings.documents.tolist()
        self._info = info
        self._ends: npt.NDArray[np.int64] | None = None

    def is_active(self) -> bool:
        return self.place < len(self._documents)

    def id(self) -> int:
        return int(self._documents[self.place])

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self.place += 1
        return False

    def skip_to(self, id: int) -> bool:  # noqa: A002 - Whoosh's name for it
        if not self.is_active():
            raise ReadTooFar
        self.place = bisect_left(self._documents, id, lo=self.place)
        return False

    def reset(self) -> None:
        self.place = 0

    def copy(self) -> ArrayMatcher:
        return copy.copy(self)

    def all_ids(self) -> Iterator[int]:
        return iter(self._documents)

    def weight(self) -> float:
        return float(self._postings.frequencies[self.place])

    def _positions(self) -> npt.NDArray[np.int64]:
        if self._ends is None:
            self._ends = np.append(0, np.cumsum(self._postings.frequencies))
        return self._postings.positions[self._ends[self.place] : self._ends[self.place + 1]]

    def value(self) -> bytes:
        return self._positions().astype("<u4").tobytes()

    def value_as(self, astype: str) -> Any:
        if astype in ("frequency", "weight"):
            return int(self.weight()) if astype == "frequency" else self.weight()
        return super().value_as(astype)

    def spans(self) -> list[Span]:
        return [Span(position) for position in self._positions().tolist()]

    def skip_to_quality(self, minquality: float) -> int:
        if self.block_quality() > minquality:
            return 0
        self.place = len(self._documents)
        return 1

    def block_min_length(self) -> int:
        return int(self._info.min_length())

    def block_max_length(self) -> int:
        return int(self._info.max_length())

    def block_max_weight(self) -> float:
        return float(self._info.max_weight())


class _Terms(TermsReader):  # type: ignore[misc]
    """The dictionaries and posting lists of a segment."""

    def __init__(self, segment: SegmentReader) -> None:
        self._segment = segment

    def _postings(self, field: str, term: bytes) -> Postings:
        return self._segment.postings(field, term.decode("utf-8", "surrogatepass"))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return len(self._postings(*term).documents) > 0

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        return _Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in _FIELDS[bisect_left(_FIELDS, fieldname) :]:
            start = prefix.decode("utf-8", "surrogatepass") if name == fieldname else ""
            for term in self._segment.terms(name, start):
                yield name, term.encode("utf-8", "surrogatepass")

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        postings = self._postings(fieldname, text)
        if not len(postings.documents):
            raise TermNotFound(f"no term {fieldname}:{text!r}")
        lengths = _lengths(self._segment, fieldname)[postings.documents]
        return TermInfo(
            weight=int(postings.frequencies.sum()),
            df=len(postings.documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=int(postings.frequencies.max()),
            minid=int(postings.documents[0]),
            maxid=int(postings.documents[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> int:
        return int(self._postings(fieldname, text).frequencies.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._postings(fieldname, text).documents)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        info = self.term_info(fieldname, text)
        return ArrayMatcher((fieldname, text), self._postings(fieldname, text), format_, info, scorer)

    def indexed_field_names(self) -> Sequence[str]:
        return _FIELDS


class _Cursor(FieldCursor):  # type: ignore[misc]
    """Goes through the terms of one field, and to any of them."""

    def __init__(self, terms: _Terms, field: str, kind: Any) -> None:
        self._terms = terms
        self._field = field
        self._kind = kind
        self._found: bytes | None = None
        self.first()

    def first(self) -> str | None:
        return self.find(b"")

    def find(self, string: str | bytes) -> str | None:
        start = self._kind.to_bytes(string)
        self._coming = takewhile(lambda term: term[0] == self._field, self._terms.terms_from(self._field, start))
        return self.next()

    def next(self) -> str | None:
        _, self._found = next(self._coming, (None, None))
        return self.text()

    def text(self) -> str | None:
        return None if self._found is None else self._kind.from_bytes(self._found)

    def term_info(self) -> TermInfo | None:
        return None if self._found is None else self._terms.term_info(self._field, self._found)

    def is_valid(self) -> bool:
        return self._found is not None


class _Documents(PerDocumentReader):  # type: ignore[misc]
    """The documents of a segment, one by one."""

    def __init__(self, segment: SegmentReader) -> None:
        self._segment = segment
        self._deleted = frozenset(segment.info.deleted)

    def doc_count(self) -> int:
        return self._segment.info.live

    def doc_count_all(self) -> int:
        return self._segment.info.documents

    def has_deletions(self) -> bool:
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted  # Whoosh also asks for numbers beyond the last

    def deleted_docs(self) -> Iterator[int]:
        return iter(self._segment.info.deleted)

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname == "date"

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:
        return _Numbers(self._segment.numbers[fieldname])

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(_lengths(self._segment, fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(_lengths(self._segment, fieldname)[self._segment.live].sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(_lengths(self._segment, fieldname).min(initial=2**32))

    def max_field_length(self, fieldname: str) -> int:
        return int(_lengths(self._segment, fieldname).max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return asdict(self._segment.document(docnum))


def _lengths(segment: SegmentReader, field: str) -> npt.NDArray[np.int64]:
    """int64[documents], the terms of each document in a field; 1 where nobody counts them."""
    counted = field in RANKED_FIELDS
    return segment.numbers[field].astype(np.int64) if counted else np.ones(segment.info.documents, np.int64)


class NumberColumn(Column):  # type: ignore[misc]
    """A number a document, for sorting."""

    def default_value(self, reverse: bool = False) -> int:
        return 0


class _Numbers(ColumnReader):  # type: ignore[misc]
    def __init__(self, values: npt.NDArray[np.int64]) -> None:
        super().__init__(None, 0, 0, len(values))
        self._values = values
        self._sign = 1

    def __getitem__(self, docnum: int) -> int:
        return int(self._values[docnum])

    def sort_key(self, docnum: int) -> int:
        return self._sign * self[docnum]

    def set_reverse(self) -> None:
        self._sign = -1
