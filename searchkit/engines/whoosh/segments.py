"""From documents to a segment, and from a segment back to arrays and documents."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Segment
from whoosh.reading import TermNotFound

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh import schema as fields
from searchkit.engines.whoosh.codec import NO_POSTINGS, PlainCodec, PlainStorage, Postings
from searchkit.engines.whoosh.inversion import Inversion
from searchkit.language import fold
from searchkit.language.batch import fold_batch
from searchkit.model import Document

INDEX_NAME = "posts"
"""What the names of all segment files begin with."""

_PART_CHARS = 500_000  # so much text is made into arrays at once

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def microseconds(date: dt.datetime | None) -> int:
    """Microseconds since 1970, as the index has dates; ``NO_DATE`` for None."""
    return fields.NO_DATE if date is None else (date - _EPOCH) // _MICROSECOND


def _text_hash(title: str, body: str) -> int:
    digest = hashlib.blake2b(f"{title}\n{body}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def encode_document(document: Document) -> bytes:
    """A document as it is stored: JSON."""
    date = document.date.isoformat() if document.date else None
    parts = [document.path, document.title, date, document.source, document.url, document.tags, document.body]
    return json.dumps(parts).encode()


def decode_document(stored: bytes) -> Document:
    """A document from how it is stored."""
    path, title, date, source, url, tags, body = json.loads(stored)
    return Document(path, title, dt.datetime.fromisoformat(date) if date else None, source, url, tuple(tags), body)


def write_segment(storage: PlainStorage, documents: Iterable[Document]) -> SegmentInfo:
    """Write a segment of these documents, numbered as they come; nothing lists it yet."""
    codec = PlainCodec()
    segment = W3Segment(codec, INDEX_NAME)
    inversion = Inversion()
    per_document = codec.per_document_writer(storage, segment)
    number = 0
    for part in _parts(documents):
        titles = fold_batch([document.title for document in part])
        bodies = fold_batch([document.body for document in part])
        lengths = np.transpose(inversion.add(titles, bodies)).tolist()
        inversion.add_values("path", [[document.path] for document in part])
        inversion.add_values("source", [[fold(document.source)] if document.source else [] for document in part])
        inversion.add_values("tag", [list(dict.fromkeys(map(fold, document.tags))) for document in part])
        for document, title, body, counts in zip(part, titles, bodies, lengths, strict=True):
            per_document.start_doc(number)
            numbers = fields.pack_numbers(microseconds(document.date), _text_hash(title, body), counts)
            per_document.add_column_value("numbers", fields.NUMBERS_COLUMN, numbers)
            per_document.add_column_value("path", fields.PATH_COLUMN, document.path.encode("utf-8", "surrogatepass"))
            per_document.add_column_value("document", fields.DOCUMENT_COLUMN, encode_document(document))
            per_document.finish_doc()
            number += 1
    per_document.close()
    _write_terms(codec, storage, segment, inversion)
    return SegmentInfo(segment.segid, number)


def _parts(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in parts that are worth an array, and not too large for one."""
    part: list[Document] = []
    size = 0
    for document in documents:
        part.append(document)
        size += len(document.title) + len(document.body)
        if size >= _PART_CHARS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _write_terms(codec: PlainCodec, storage: PlainStorage, segment: Any, inversion: Inversion) -> None:
    writer = codec.field_writer(storage, segment)
    schema = fields.schema()
    for name in sorted((*fields.FILTER_FIELDS, *fields.RANKED_FIELDS)):
        writer.start_field(name, schema[name])
        writer.add_field(inversion.postings(name))
        writer.finish_field()
    writer.close()


class SegmentReader:
    """A segment, open for reading. Not safe for several threads at once.

    Attributes:
        info: which one.
        numbers: a row a document, see ``NUMBERS_DTYPE``.
        live: bool[documents], False where deleted.
    """

    def __init__(self, storage: PlainStorage, info: SegmentInfo) -> None:
        codec = PlainCodec()
        segment = W3Segment(codec, INDEX_NAME, doccount=info.documents, segid=info.id)
        self.info = info
        self._schema = fields.schema()
        self._columns = codec.per_document_reader(storage, segment)
        self._terms = codec.terms_reader(storage, segment)
        # a column file is opened here, once: a later commit may remove it while this reader goes on
        self._paths = self._columns.column_reader("path", fields.PATH_COLUMN)
        self._documents = self._columns.column_reader("document", fields.DOCUMENT_COLUMN)
        numbers = self._columns.column_reader("numbers", fields.NUMBERS_COLUMN)
        self.numbers = np.frombuffer(b"".join(numbers), fields.NUMBERS_DTYPE)
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

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document."""
        return [path.decode("utf-8", "surrogatepass") for path in self._paths]

    def document(self, number: int) -> Document:
        """The stored document of this number."""
        return decode_document(self._documents[number])

    def close(self) -> None:
        self._columns.close()
        self._terms.close()
