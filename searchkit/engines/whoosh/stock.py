"""Segments on Whoosh's own codec: the oracle that the arrays are held against."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Segment
from whoosh.columns import CompressedBytesColumn, FixedBytesColumn, VarBytesColumn
from whoosh.reading import TermNotFound

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.documents import decode_document, decode_text, encode_head, encode_text
from searchkit.engines.whoosh.fieldtypes import schema
from searchkit.engines.whoosh.inversion import FieldPostings
from searchkit.engines.whoosh.postings import NO_POSTINGS, Lists, Postings, no_numbers
from searchkit.engines.whoosh.schema import NUMBERS_DTYPE, date_of
from searchkit.engines.whoosh.state import INDEX_NAME
from searchkit.engines.whoosh.stockcodec import PlainCodec, PlainStorage
from searchkit.model import Document

_NUMBERS_COLUMN = FixedBytesColumn(NUMBERS_DTYPE.itemsize)
_PATH_COLUMN = VarBytesColumn()
_DOCUMENT_COLUMN = CompressedBytesColumn(level=6)


class StockSegmentWriter:
    """Writes a segment through Whoosh's codec."""

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        codec = PlainCodec()
        storage = PlainStorage(str(folder))
        segment = W3Segment(codec, INDEX_NAME, segid=info.id)
        self._documents = codec.per_document_writer(storage, segment)
        self._fields = codec.field_writer(storage, segment)
        self._schema = schema()
        self._postings: dict[str, FieldPostings] = {}
        self._count = 0

    def add_documents(self, documents: Sequence[Document], numbers: npt.NDArray[Any]) -> None:
        for document, row in zip(documents, numbers, strict=True):
            self._documents.start_doc(self._count)
            self._documents.add_column_value("numbers", _NUMBERS_COLUMN, row.tobytes())
            path = document.path.encode("utf-8", "surrogatepass")
            self._documents.add_column_value("path", _PATH_COLUMN, path)
            self._documents.add_column_value("head", _DOCUMENT_COLUMN, encode_head(document))
            self._documents.add_column_value("body", _DOCUMENT_COLUMN, encode_text(document.body))
            self._documents.finish_doc()
            self._count += 1

    def end_documents(self) -> None:
        """The columns end with the fields."""

    def add_field(self, name: str, postings: FieldPostings) -> None:
        self._postings[name] = postings

    def close(self) -> None:
        self._documents.close()
        for name in sorted(self._postings):
            self._fields.start_field(name, self._schema[name])
            self._fields.add_field(self._postings.pop(name))
            self._fields.finish_field()
        self._fields.close()

    def abandon(self) -> None:
        for writer in (self._documents, self._fields):
            with contextlib.suppress(Exception):  # what could not be written cannot be finished
                writer.close()


class StockSegmentReader:
    """A segment, open for reading. Not safe for several threads at once.

    Attributes:
        info: which one.
        numbers: a row a document, see ``NUMBERS_DTYPE``.
        live: bool[documents], False where deleted.
    """

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        storage = PlainStorage(str(folder))
        codec = PlainCodec()
        segment = W3Segment(codec, INDEX_NAME, doccount=info.documents, segid=info.id)
        self.info = info
        self._schema = schema()
        self._columns = codec.per_document_reader(storage, segment)
        self._terms = codec.terms_reader(storage, segment)
        # a column file is opened here, once: a later commit may remove it while this reader goes on
        self._paths = self._columns.column_reader("path", _PATH_COLUMN)
        self._heads = self._columns.column_reader("head", _DOCUMENT_COLUMN)
        self._bodies = self._columns.column_reader("body", _DOCUMENT_COLUMN)
        numbers = self._columns.column_reader("numbers", _NUMBERS_COLUMN)
        self.numbers = np.frombuffer(b"".join(numbers), NUMBERS_DTYPE)
        self.live = np.ones(info.documents, bool)
        self.live[list(info.deleted)] = False

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term, deleted documents among them; empty where it does not occur."""
        if field not in self._schema:
            return NO_POSTINGS
        try:
            encoded = term.encode("utf-8", "surrogatepass")
            matcher = self._terms.matcher(field, encoded, self._schema[field].format)
        except TermNotFound:
            return NO_POSTINGS
        postings: Postings = matcher.postings()
        return postings

    def read_postings(self, field: str, term: str) -> Postings:
        """The same."""
        return self.postings(field, term)

    def terms(self, field: str, start: str = "") -> Iterator[str]:
        """The terms of a field from ``start`` on, in the order of their UTF-8."""
        if field in self._schema:
            for name, term in self._terms.terms_from(field, start.encode("utf-8", "surrogatepass")):
                if name != field:
                    return
                yield term.decode("utf-8", "surrogatepass")

    def lists_from(self, field: str, prefix: str) -> Lists:
        """The posting lists of all terms that begin so, in order."""
        return self._lists(field, takewhile(lambda term: term.startswith(prefix), self.terms(field, prefix)))

    def lists_at(self, field: str, places: npt.NDArray[np.int64]) -> Lists:
        """The posting lists of the terms at these places among all of a field, ascending."""
        terms = list(self.terms(field))
        return self._lists(field, [terms[place] for place in places.tolist()])

    def _lists(self, field: str, terms: Iterable[str]) -> Lists:
        found = [self.postings(field, term) for term in terms]
        columns = ([getattr(part, name) for part in found] for name in ("documents", "frequencies", "positions"))
        starts = np.cumsum([0, *(len(part.documents) for part in found)])
        return Lists(starts, *(np.concatenate([no_numbers(), *column]) for column in columns))

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document."""
        return [path.decode("utf-8", "surrogatepass") for path in self._paths]

    @cached_property
    def path_order(self) -> npt.NDArray[np.int64]:
        """int64[documents], the place of each one's path among all."""
        order = np.empty(len(self.paths), np.int64)
        order[sorted(range(len(order)), key=self.paths.__getitem__)] = np.arange(len(order))
        return order

    def path(self, number: int) -> str:
        """The path of one document."""
        return self.paths[number]

    def lexicon(self, field: str) -> str:
        """All terms of a field, ascending, with a NUL before and after each."""
        return "\0".join(["", *self.terms(field), ""])

    def doc_frequencies(self, field: str) -> npt.NDArray[np.int64]:
        """int64[terms], how many documents have each term of a field of texts, deleted ones among them."""
        terms = (term.encode("utf-8", "surrogatepass") for term in self.terms(field))
        return np.array([self._terms.doc_frequency(field, term) for term in terms], np.int64)

    def head(self, number: int) -> Document:
        """The stored document of this number, without its body."""
        return decode_document(self._heads[number], self.path(number), self._date(number), "")

    def body(self, number: int) -> str:
        """The body of the document of this number."""
        return decode_text(self._bodies[number])

    def document(self, number: int) -> Document:
        """The stored document of this number."""
        return decode_document(self._heads[number], self.path(number), self._date(number), self.body(number))

    def _date(self, number: int) -> dt.datetime | None:
        return date_of(int(self.numbers["date"][number]))

    def close(self) -> None:
        self._columns.close()
        self._terms.close()
