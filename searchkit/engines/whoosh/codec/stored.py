"""Stored documents: all fields but the body as one entry, the body as another, compressed document by document.

A run keeps them as they are; they are compressed once, by the merge, with one dictionary for all. The path, which most
archives make of the title, is known before the fields are read: they are compressed as what follows it.

Path and date are kept elsewhere: in the dictionary of paths and among the doc values. Texts are GB18030, which holds
all of Unicode: a Han character takes two bytes, and texts compress to three quarters of what they do as UTF-8.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import accumulate, pairwise, repeat
from typing import Final, Literal

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.compression import CompressionDictionary, Compressor, Decompressor
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter, OpenBlock
from searchkit.engines.whoosh.codec.mapped import Mapped
from searchkit.messages import _
from searchkit.model import Document

FIELDS: Final = "stored.fields"
BODIES: Final = "stored.bodies"
_FIELD_DICTIONARIES = "stored.fields.dictionaries"
_BODY_DICTIONARIES = "stored.bodies.dictionaries"
_DICTIONARY_OF = "stored.dictionary_of"

Part = Literal["stored.fields", "stored.bodies"]

_FIELDS, _TAGS = 5, 3
"""How many there are, and the place of the tags among them."""

_decode_json = json.JSONDecoder().raw_decode
"""json.loads looks for white space around and takes three times as long."""

GB18030, UTF8 = b"\0", b"\1"
"""How a stored text begins, by its encoding."""

_CACHED_DECOMPRESSORS = 64
_DICTIONARY_BYTES = 1 << 8
"""Beside its content; so a segment has no more of them than it can number."""


def encode_text(text: str) -> bytes:
    """A byte that names the encoding, and the text in it."""
    try:
        return GB18030 + text.encode("gb18030")
    except UnicodeEncodeError:  # an unpaired surrogate
        return UTF8 + text.encode("utf-8", "surrogatepass")


def decode_text(stored: bytes) -> str:
    """The inverse of ``encode_text``.

    Raises:
        UnicodeDecodeError: these are no such bytes.
    """
    text = stored[1:]
    return text.decode("gb18030") if stored[:1] == GB18030 else text.decode("utf-8", "surrogatepass")


def encode_fields(document: Document) -> bytes:
    """Title, source, URL, tags and description as a JSON array."""
    fields = [document.title, document.source, document.url, document.tags, document.description]
    return encode_text(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))


def decode_fields(stored: bytes) -> tuple[str, str, str, tuple[str, ...], str]:
    """The inverse of ``encode_fields``.

    Raises:
        ValueError, RecursionError: these are no such bytes.
    """
    text = decode_text(stored)
    fields, end = _decode_json(text)
    if end < len(text) or type(fields) is not list or len(fields) != _FIELDS or type(fields[_TAGS]) is not list:
        raise ValueError("these are no fields")
    title, source, url, tags, description = fields
    try:
        "".join((title, source, url, description, *tags))
    except TypeError as error:
        raise ValueError("a field is no text") from error
    return title, source, url, tuple(tags), description


Entry = tuple[str, bytes, bytes]
"""A document: its path, and what ``encode_fields`` and ``encode_text`` make of its fields and of its body."""


def entry_of(document: Document) -> Entry:
    """A document as it is stored, not yet compressed."""
    return document.path, encode_fields(document), encode_text(document.body)


class StoredWriter:
    """Writes stored documents as they are, for a run.

    Args:
        file: until ``end_documents``, no other block may be written.
    """

    def __init__(self, file: BlockWriter) -> None:
        self._file = file
        self._fields = bytearray()
        self._field_lengths = array("I")
        self._bodies: OpenBlock = file.begin(BODIES)
        self._body_lengths = array("I")

    def add(self, entries: Iterable[Entry]) -> None:
        """Append documents."""
        every = list(entries)
        fields, bodies = [fields for _, fields, _ in every], [body for *_, body in every]
        self._append(b"".join(fields), map(len, fields), b"".join(bodies), map(len, bodies))

    def end_documents(self) -> None:
        """No documents come after it: write all but the bodies, which are written already."""
        self._bodies.end()
        self._file.add(f"{BODIES}.ends", np.cumsum(self._body_lengths).astype("<u4"))
        self._file.add(FIELDS, self._fields)
        self._file.add(f"{FIELDS}.ends", np.cumsum(self._field_lengths).astype("<u4"))
        self._fields.clear()

    def _append(
        self, fields: bytes, field_lengths: Iterable[int], bodies: bytes, body_lengths: Iterable[int]
    ) -> None:
        self._fields += fields
        self._field_lengths.extend(field_lengths)
        self._bodies.write(bodies)
        self._body_lengths.extend(body_lengths)


class CompressedWriter(StoredWriter):
    """Writes stored documents compressed, for a segment."""

    def __init__(self, file: BlockWriter) -> None:
        super().__init__(file)
        self._dictionaries: list[CompressionDictionary] = []
        self._dictionary_of = array("H")

    def train(self, sample: Sequence[Entry]) -> None:
        """Before ``add``: a dictionary for documents like these."""
        dictionary = CompressionDictionary.train([fields for _, fields, _ in sample], [body for *_, body in sample])
        self._own_dictionary = self.add_dictionaries([dictionary])
        self._compressor = Compressor(dictionary)

    def add(self, entries: Iterable[Entry]) -> None:
        before = len(self._body_lengths)
        super().add(map(self._compressed, entries))
        self._dictionary_of.extend(repeat(self._own_dictionary, len(self._body_lengths) - before))

    def _compressed(self, entry: Entry) -> Entry:
        path, fields, body = entry
        return path, self._compressor.fields(fields, encode_text(path)), self._compressor.body(body)

    def add_dictionaries(self, dictionaries: Iterable[CompressionDictionary]) -> int:
        """Keep dictionaries of documents that are copied; the number of the first."""
        first = len(self._dictionaries)
        self._dictionaries.extend(dictionaries)
        return first

    def copy(self, source: StoredReader, first: int, last: int, first_dictionary: int) -> None:
        """Append the documents ``first`` to ``last`` (excluded) of another segment as they are compressed there.

        Args:
            source: the other segment's.
            first: a doc id.
            last: a doc id.
            first_dictionary: what ``add_dictionaries`` gave for ``source.dictionaries``.
        """
        self._append(*source.packed(FIELDS, first, last), *source.packed(BODIES, first, last))
        self._dictionary_of.extend((source.dictionary_of[first:last] + first_dictionary).tolist())

    def end_documents(self) -> None:
        super().end_documents()
        self._file.add(_DICTIONARY_OF, np.array(self._dictionary_of, "<u2"))
        for name, texts in (
            (_FIELD_DICTIONARIES, [dictionary.fields for dictionary in self._dictionaries]),
            (_BODY_DICTIONARIES, [dictionary.bodies for dictionary in self._dictionaries]),
        ):
            self._file.add_parts(name, texts)
            self._file.add(f"{name}.ends", np.cumsum([len(text) for text in texts]).astype("<u4"))


class StoredReader:
    """Reads the stored documents of a segment; safe to use from several threads.

    Args:
        file: the segment's.
        documents: how many it has.
    """

    def __init__(self, file: BlockFile, documents: int) -> None:
        self._file = file
        self._documents = documents
        self._decompressor = lru_cache(_CACHED_DECOMPRESSORS)(partial(_decompressor, file))

    def fields(self, doc_id: int, path: str) -> tuple[str, str, str, tuple[str, ...], str]:
        """Title, source, URL, tags and description of the document with this path. Raises Damaged."""
        decompressor = self._decompressor(self._dictionary_numbers[doc_id])
        fields = decompressor.fields(self._packed(FIELDS, doc_id), encode_text(path))
        try:
            return decode_fields(fields)
        except (ValueError, RecursionError) as error:
            raise Damaged(
                self._file.path, _("stored fields of document {doc_id}: {error}", doc_id=doc_id, error=error)
            ) from error

    def body(self, doc_id: int) -> str:
        """The body. Raises Damaged."""
        body = self._decompressor(self._dictionary_numbers[doc_id]).body(self._packed(BODIES, doc_id))
        try:
            return decode_text(body)
        except UnicodeDecodeError as error:
            raise Damaged(
                self._file.path, _("stored body of document {doc_id}: {error}", doc_id=doc_id, error=error)
            ) from error

    @property
    def dictionaries(self) -> list[CompressionDictionary]:
        """All dictionaries of the segment."""
        count = len(self._file.array(f"{_BODY_DICTIONARIES}.ends", "<u4"))
        return [_dictionary(self._file, number) for number in range(count)]

    @cached_property
    def dictionary_of(self) -> Int64s:
        """int64[documents], the number of each one's dictionary."""
        numbers = self._file.array(_DICTIONARY_OF, "<u2", self._documents).astype(np.int64)
        if int(numbers.max(initial=-1)) >= len(self._file.array(f"{_BODY_DICTIONARIES}.ends", "<u4")):
            raise self._file.damaged(_DICTIONARY_OF)
        return numbers

    @cached_property
    def _dictionary_numbers(self) -> memoryview:
        return self._file.scalars(_DICTIONARY_OF, "<u2", self._documents)

    @property
    def dictionary_share(self) -> float:
        """Bytes of dictionaries, and of what is kept of each, per byte of bodies."""
        dictionaries = self.dictionaries
        kept = sum(map(len, dictionaries)) + _DICTIONARY_BYTES * len(dictionaries)
        return kept / max(self._file.length(BODIES), 1)

    @cached_property
    def _ends(self) -> dict[str, memoryview]:
        return {name: self._file.scalars(f"{name}.ends", "<u4", self._documents) for name in (FIELDS, BODIES)}

    @cached_property
    def _parts(self) -> dict[str, Mapped]:
        return {name: self._file.mapped(name, "u1") for name in (FIELDS, BODIES)}

    def _packed(self, part: Part, doc_id: int) -> bytes:
        ends = self._ends[part]
        return self._parts[part].bytes(ends[doc_id - 1] if doc_id else 0, ends[doc_id])

    def entries(self, first: int, paths: Sequence[str]) -> Iterator[Entry]:
        """The documents with these paths, from ``first`` on, decompressed. Raises Damaged."""
        last = first + len(paths)
        numbers = self._dictionary_numbers[first:last]
        for number, path, fields, body in zip(numbers, paths, *self._packed_entries(first, last), strict=True):
            decompressor = self._decompressor(number)
            yield path, decompressor.fields(fields, encode_text(path)), decompressor.body(body)

    def _packed_entries(self, first: int, last: int) -> list[list[bytes]]:
        """The fields and the bodies of documents, as they are in the file."""
        found = []
        for part in (FIELDS, BODIES):
            packed, lengths = self.packed(part, first, last)
            found.append([packed[end - length : end] for end, length in zip(accumulate(lengths), lengths, strict=True)])
        return found

    @property
    def size(self) -> int:
        """Bytes of all bodies, as they are in the file."""
        return self._file.length(BODIES)

    def packed(self, part: Part, first: int, last: int) -> tuple[bytes, list[int]]:
        """What is kept of the documents ``first`` to ``last`` (excluded), concatenated, and the length of each."""
        ends = self._ends[part]
        borders = [ends[first - 1] if first else 0, *ends[first:last]]
        lengths = [b - a for a, b in pairwise(borders)]
        if min(lengths, default=0) < 0:
            raise self._file.damaged(f"{part}.ends")
        return self._file.read(part, borders[0], borders[-1]).tobytes(), lengths


class RunStoredReader(StoredReader):
    """Reads the stored documents of a run, which are not compressed, one after the other."""

    def entries(self, first: int, paths: Sequence[str]) -> Iterator[Entry]:
        return zip(paths, *self._packed_entries(first, first + len(paths)), strict=True)


def _entry(file: BlockFile, block: str, ends: memoryview, number: int) -> bytes:
    """One entry of a block of entries."""
    stored: bytes = file.read(block, ends[number - 1] if number else 0, ends[number]).tobytes()
    return stored


def _dictionary(file: BlockFile, number: int) -> CompressionDictionary:
    fields, bodies = (_dictionary_entry(file, block, number) for block in (_FIELD_DICTIONARIES, _BODY_DICTIONARIES))
    return CompressionDictionary(fields, bodies)


def _dictionary_entry(file: BlockFile, block: str, number: int) -> bytes:
    ends = file.scalars(f"{block}.ends", "<u4")
    if number >= len(ends):
        raise file.damaged(f"{block}.ends")
    return _entry(file, block, ends, number)


def _decompressor(file: BlockFile, number: int) -> Decompressor:
    return Decompressor(_dictionary(file, number), file.path)
