"""The arrays codec: a segment as one mapped file of sorted arrays. Nothing is pickled."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.blocks import BlockFile, BlockWriter
from searchkit.engines.whoosh.dictionaries import Dictionary, Pairs, Texts
from searchkit.engines.whoosh.documents import decode_document, encode_document
from searchkit.engines.whoosh.postings import NO_POSTINGS, FieldPostings, Postings, decode_list, encode_lists
from searchkit.engines.whoosh.schema import NUMBERS_DTYPE
from searchkit.engines.whoosh.segments import segment_name
from searchkit.model import Document
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS

SUFFIX = ".seg"

_PAIR_FIELDS = {BODY_STREAMS.pairs: BODY_STREAMS.units, TITLE_STREAMS.pairs: TITLE_STREAMS.units}
_SAMPLE_BYTES = 1 << 15  # deflate looks no further back
_SAMPLE_SHARE = 800
_LEVEL = 1
"""With a shared sample to look back to, the higher levels of deflate save 3 % and cost half as much again."""
_KNOWN_LISTS = 256
"""How many decoded posting lists a segment keeps: those of some ten queries."""

_RAW = -zlib.MAX_WBITS


class ArraySegmentWriter:
    """Writes a segment's file."""

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        self._file = BlockWriter(open(folder / f"{segment_name(info)}{SUFFIX}", "wb"))  # noqa: SIM115 - ``close`` closes it
        self._sample: bytes | None = None
        self._documents: list[bytes] = []
        self._paths: list[bytes] = []
        self._numbers: list[npt.NDArray[Any]] = []
        self._units: dict[str, list[bytes]] = {}

    def add_documents(self, documents: Sequence[Document], numbers: npt.NDArray[Any]) -> None:
        """The next documents, with a row of ``NUMBERS_DTYPE`` each."""
        encoded = [encode_document(document) for document in documents]
        if self._sample is None:
            self._sample = b"".join(text[-_SAMPLE_SHARE:] for text in encoded)[-_SAMPLE_BYTES:]
        self._documents.extend(_deflated(text, self._sample) for text in encoded)
        self._paths.extend(document.path.encode("utf-8", "surrogatepass") for document in documents)
        self._numbers.append(numbers)

    def add_field(self, name: str, postings: FieldPostings) -> None:
        """All terms of a field; units before their pairs."""
        if name in _PAIR_FIELDS:
            Pairs.write(self._file, name, postings.terms, self._units.pop(_PAIR_FIELDS[name]))
        else:
            Texts.write(self._file, name, postings.terms)
        if name in _PAIR_FIELDS.values():
            self._units[name] = postings.terms
        lists: list[npt.NDArray[np.uint8]] = []
        starts = [np.zeros(1, np.int64)]
        for chunk in postings.chunks():
            encoded, places = encode_lists(chunk)
            lists.append(encoded)
            starts.append(places[1:] + starts[-1][-1])
        self._file.add(f"{name}.lists", np.concatenate(lists) if lists else b"")
        self._file.add(f"{name}.starts", np.concatenate(starts).astype("<u4"))

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._file.add("sample", self._sample or b"")
        self._file.add("documents", b"".join(self._documents))
        self._file.add("documents.ends", np.cumsum([len(text) for text in self._documents]).astype("<u8"))
        Texts.write(self._file, "paths", self._paths)
        self._file.add("numbers", np.concatenate(self._numbers) if self._numbers else np.zeros(0, NUMBERS_DTYPE))
        self._file.finish()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.abandon()


def _deflated(text: bytes, sample: bytes) -> bytes:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=sample)
    return deflate.compress(text) + deflate.flush()


class ArraySegmentReader:
    """A segment's file, mapped for reading; safe to use from several threads.

    Attributes:
        info: which one.
        numbers: a row a document, see ``NUMBERS_DTYPE``.
        live: bool[documents], False where deleted.
    """

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        self.info = info
        self._file = BlockFile(folder / f"{segment_name(info)}{SUFFIX}")
        self.numbers = self._file.array("numbers", NUMBERS_DTYPE)
        self.live = np.ones(info.documents, bool)
        self.live[list(info.deleted)] = False
        self._dictionaries: dict[str, Dictionary] = {}
        self._starts: dict[str, memoryview] = {}
        self._known: dict[tuple[str, str], Postings] = {}

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term, deleted documents among them; empty where it does not occur."""
        known = self._known.get((field, term))
        if known is None:
            if len(self._known) >= _KNOWN_LISTS:
                self._known.clear()
            known = self._known[field, term] = self._postings(field, term)
        return known

    def _postings(self, field: str, term: str) -> Postings:
        if f"{field}.lists" not in self._file:
            return NO_POSTINGS
        number = self.dictionary(field).number(term.encode("utf-8", "surrogatepass"))
        return NO_POSTINGS if number is None else self.posting_list(field, number)

    def dictionary(self, field: str) -> Dictionary:
        """The terms of a field."""
        found = self._dictionaries.get(field)
        if found is None:
            pairs_of = _PAIR_FIELDS.get(field)
            found = Pairs(self._file, field, self.dictionary(pairs_of)) if pairs_of else Texts(self._file, field)
            self._dictionaries[field] = found
        return found

    def posting_list(self, field: str, number: int) -> Postings:
        """The postings of a field's term by its number."""
        starts = self._starts.get(field)
        if starts is None:
            starts = self._starts[field] = self._file.words(f"{field}.starts", "<u4")
        return decode_list(self._file.part(f"{field}.lists", starts[number], starts[number + 1]))

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document."""
        paths = Texts(self._file, "paths")
        return [paths.term(number).decode("utf-8", "surrogatepass") for number in range(len(paths))]

    @cached_property
    def _document_ends(self) -> memoryview:
        return self._file.words("documents.ends", "<u8")

    @cached_property
    def _sample(self) -> bytes:
        return self._file.array("sample", "u1").tobytes()

    def document(self, number: int) -> Document:
        """The stored document of this number."""
        ends = self._document_ends
        deflated = self._file.part("documents", ends[number - 1] if number else 0, ends[number])
        inflate = zlib.decompressobj(_RAW, zdict=self._sample)
        return decode_document(inflate.decompress(deflated.tobytes()) + inflate.flush())

    def close(self) -> None:
        """Let go of the file."""
        self._dictionaries.clear()
        self._starts.clear()
        self._known.clear()
        self._file.close()
