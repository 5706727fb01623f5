"""From documents to a segment, and from a segment back to arrays and documents."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Segment
from whoosh.reading import TermNotFound

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh import schema as fields
from searchkit.engines.whoosh.codec import NO_POSTINGS, PlainCodec, PlainStorage, Postings
from searchkit.language import Units, fold, units, words
from searchkit.model import Document
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS, Streams

INDEX_NAME = "posts"
"""What the names of all segment files begin with."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def microseconds(date: dt.datetime | None) -> int:
    """Microseconds since 1970, as the index has dates; ``NO_DATE`` for None."""
    return fields.NO_DATE if date is None else (date - _EPOCH) // _MICROSECOND


class _Inverter:
    """Collects one field's terms, document after document, and turns them into posting lists."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms: list[npt.NDArray[np.uint32]] = []
        self._positions: list[npt.NDArray[np.uint32]] = []
        self._lengths: list[int] = []

    def add(self, terms: Sequence[str], positions: Sequence[int] = ()) -> None:
        """The terms of the next document."""
        numbers = self._numbers
        number = numbers.setdefault
        self._terms.append(np.fromiter((number(term, len(numbers)) for term in terms), np.uint32, len(terms)))
        self._positions.append(np.array(positions, np.uint32))
        self._lengths.append(len(terms))

    def lists(self) -> Iterator[tuple[bytes, list[int], list[float], list[bytes]]]:
        """Term, documents, frequencies and encoded positions (none if none were given), by term."""
        if not self._numbers:
            return
        encoded = [term.encode("utf-8", "surrogatepass") for term in self._numbers]
        by_text = sorted(range(len(encoded)), key=encoded.__getitem__)
        rank = np.empty(len(encoded), np.uint32)
        rank[by_text] = np.arange(len(encoded), dtype=np.uint32)
        terms = rank[np.concatenate(self._terms)]
        documents = np.repeat(np.arange(len(self._lengths), dtype=np.uint32), self._lengths)
        order = np.argsort(terms, kind="stable")
        terms, documents = terms[order], documents[order]
        starts = np.flatnonzero(np.r_[True, (np.diff(terms) != 0) | (np.diff(documents) != 0)])
        frequencies = np.diff(np.r_[starts, len(terms)]).astype(float).tolist()
        term_starts = np.searchsorted(terms[starts], np.arange(len(encoded) + 1)).tolist()
        list_documents = documents[starts].tolist()
        values = self._values(order, starts)
        for term in range(len(encoded)):
            part = slice(term_starts[term], term_starts[term + 1])
            yield encoded[by_text[term]], list_documents[part], frequencies[part], values[part]

    def _values(self, order: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> list[bytes]:
        positions = np.concatenate(self._positions)
        if not len(positions):
            return []
        encoded = positions[order].astype("<u4").tobytes()
        borders = (4 * np.r_[starts, len(order)]).tolist()
        return [encoded[a:b] for a, b in itertools.pairwise(borders)]


def _add_streams(inverters: dict[str, _Inverter], streams: Streams, found: Units, text_words: list[str]) -> list[int]:
    pairs = found.pairs()
    inverters[streams.units].add(found.texts, found.positions)
    inverters[streams.pairs].add([pair for pair, _ in pairs], [position for _, position in pairs])
    inverters[streams.words].add(text_words)
    return [len(found.texts), len(pairs), len(text_words)]


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
    codec = PlainCodec(compression=1)
    segment = W3Segment(codec, INDEX_NAME)
    inverters = {name: _Inverter() for name in (*fields.FILTER_FIELDS, *fields.RANKED_FIELDS)}
    per_document = codec.per_document_writer(storage, segment)
    number = 0
    for document in documents:
        title, body = fold(document.title), fold(document.body)
        title_words = words(title)
        # a line's end between them leaves the gap of a sentence: no phrase runs from title to body
        lengths = _add_streams(inverters, BODY_STREAMS, units(f"{title}\n{body}"), title_words + words(body))
        lengths += _add_streams(inverters, TITLE_STREAMS, units(title), title_words)
        inverters["path"].add([document.path])
        inverters["source"].add([fold(document.source)] if document.source else [])
        inverters["tag"].add(list(dict.fromkeys(map(fold, document.tags))))
        per_document.start_doc(number)
        numbers = fields.pack_numbers(microseconds(document.date), _text_hash(title, body), lengths)
        per_document.add_column_value("numbers", fields.NUMBERS_COLUMN, numbers)
        path = document.path.encode("utf-8", "surrogatepass")
        per_document.add_column_value("path", fields.PATH_COLUMN, path)
        per_document.add_column_value("document", fields.DOCUMENT_COLUMN, encode_document(document))
        per_document.finish_doc()
        number += 1
    per_document.close()
    _write_terms(codec, storage, segment, inverters)
    return SegmentInfo(segment.segid, number)


def _write_terms(codec: PlainCodec, storage: PlainStorage, segment: Any, inverters: dict[str, _Inverter]) -> None:
    writer = codec.field_writer(storage, segment)
    schema = fields.schema()
    for name in sorted(inverters):
        writer.start_field(name, schema[name])
        for term, documents, frequencies, values in inverters.pop(name).lists():
            writer.start_term(term)
            writer.add_list(documents, frequencies, values)
            writer.finish_term()
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
