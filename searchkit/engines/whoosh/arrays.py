"""The arrays codec: a segment as one mapped file of sorted arrays. Nothing is pickled."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.blocks import BlockFile, BlockWriter
from searchkit.engines.whoosh.dictionaries import Dictionary, Pairs, Texts, split_pairs
from searchkit.engines.whoosh.documents import decode_document, encode_document
from searchkit.engines.whoosh.postings import NO_POSTINGS, FieldPostings, Postings, decode_list, encode_lists
from searchkit.engines.whoosh.schema import NUMBERS_DTYPE
from searchkit.engines.whoosh.segments import segment_name
from searchkit.engines.whoosh.varints import Bytes, Numbers
from searchkit.model import Document
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS

SUFFIX = ".seg"

PAIR_FIELDS = {BODY_STREAMS.pairs: BODY_STREAMS.units, TITLE_STREAMS.pairs: TITLE_STREAMS.units}
"""Each field of pairs with the field of its units."""

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
        self._samples: list[bytes] = []
        self._sample_of: list[int] = []
        self._deflate: Any = None
        self._documents: list[bytes] = []
        self._paths: list[bytes] = []
        self._numbers: list[npt.NDArray[Any]] = []
        self._units: dict[str, list[bytes]] = {}

    def add_documents(self, documents: Sequence[Document], numbers: npt.NDArray[Any]) -> None:
        """The next documents, with a row of ``NUMBERS_DTYPE`` each."""
        texts = [encode_document(document) for document in documents]
        if self._deflate is None:
            sample = b"".join(text[-_SAMPLE_SHARE:] for text in texts)[-_SAMPLE_BYTES:]
            self._samples.append(sample)
            self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=sample)
        paths = [document.path.encode("utf-8", "surrogatepass") for document in documents]
        self.add_deflated([_deflated(text, self._deflate) for text in texts], [0] * len(texts), paths, numbers)

    def add_samples(self, samples: Iterable[bytes]) -> int:
        """Texts that deflated documents look back to; the number of the first of them."""
        first = len(self._samples)
        self._samples.extend(samples)
        return first

    def add_deflated(
        self, documents: Iterable[bytes], samples: Iterable[int], paths: Iterable[bytes], numbers: npt.NDArray[Any]
    ) -> None:
        """The next documents, deflated already, with the number of the sample that each looks back to."""
        self._documents.extend(documents)
        self._sample_of.extend(samples)
        self._paths.extend(paths)
        self._numbers.append(numbers)

    def add_field(self, name: str, postings: FieldPostings) -> None:
        """All terms of a field; units before their pairs."""
        if name in PAIR_FIELDS:
            self.add_pairs(name, *split_pairs(postings.terms, self._units.pop(PAIR_FIELDS[name])))
        else:
            self.add_texts(name, postings.terms)
        if name in PAIR_FIELDS.values():
            self._units[name] = postings.terms
        self.add_lists(name, map(encode_lists, postings.chunks()))

    def add_texts(self, name: str, terms: list[bytes]) -> None:
        """The terms of a field."""
        Texts.write(self._file, name, terms)

    def add_pairs(self, name: str, firsts: Numbers, seconds: Numbers, units: int) -> None:
        """The terms of a field of pairs, as numbers of units."""
        Pairs.write(self._file, name, firsts, seconds, units)

    def add_lists(self, name: str, chunks: Iterable[tuple[Bytes, Numbers]]) -> None:
        """The posting lists of a field's terms, as ``encode_lists`` gives them, a chunk after the other."""
        lists: list[Bytes] = []
        starts = [np.zeros(1, np.int64)]
        for encoded, places in chunks:
            lists.append(encoded)
            starts.append(places[1:] + starts[-1][-1])
        self._file.add(f"{name}.lists", np.concatenate(lists) if lists else b"")
        self._file.add(f"{name}.starts", np.concatenate(starts).astype("<u4"))

    def close(self) -> None:
        """Write what is left, and close the file."""
        Texts.write(self._file, "samples", self._samples)
        self._file.add("documents.samples", np.array(self._sample_of, "<u2"))
        self._file.add("documents", b"".join(self._documents))
        self._file.add("documents.ends", np.cumsum([len(text) for text in self._documents]).astype("<u8"))
        Texts.write(self._file, "paths", self._paths)
        self._file.add("numbers", np.concatenate(self._numbers) if self._numbers else np.zeros(0, NUMBERS_DTYPE))
        self._file.finish()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.abandon()


def _deflated(text: bytes, prepared: Any) -> bytes:
    deflate = prepared.copy()  # it has looked at the sample, which costs more than the text
    deflated: bytes = deflate.compress(text) + deflate.flush()
    return deflated


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

    def terms(self, field: str, start: str = "") -> Iterator[str]:
        """The terms of a field from ``start`` on, in the order of their UTF-8."""
        if f"{field}.lists" not in self._file:
            return iter(())
        dictionary = self.dictionary(field)
        first = bisect_left(range(len(dictionary)), start.encode("utf-8", "surrogatepass"), key=dictionary.term)
        return (dictionary.term(number).decode("utf-8", "surrogatepass") for number in range(first, len(dictionary)))

    def dictionary(self, field: str) -> Dictionary:
        """The terms of a field."""
        found = self._dictionaries.get(field)
        if found is None:
            found = self._dictionaries[field] = self.pairs(field) if field in PAIR_FIELDS else self.texts(field)
        return found

    def texts(self, field: str) -> Texts:
        """The terms of a field whose terms are texts."""
        return Texts(self._file, field)

    def pairs(self, field: str) -> Pairs:
        """The terms of a field of pairs."""
        return Pairs(self._file, field, self.dictionary(PAIR_FIELDS[field]))

    def posting_list(self, field: str, number: int) -> Postings:
        """The postings of a field's term by its number."""
        starts = self._starts.get(field)
        if starts is None:
            starts = self._starts[field] = self._file.words(f"{field}.starts", "<u4")
        return decode_list(self._file.part(f"{field}.lists", starts[number], starts[number + 1]))

    def starts(self, field: str) -> Numbers:
        """int64[terms + 1], where each posting list of a field begins among its bytes."""
        return self._file.array(f"{field}.starts", "<u4").astype(np.int64)

    def lists(self, field: str, start: int, end: int) -> Bytes:
        """Some bytes of a field's posting lists."""
        return self._file.part(f"{field}.lists", start, end)

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document."""
        return [path.decode("utf-8", "surrogatepass") for path in Texts(self._file, "paths").all()]

    @cached_property
    def _document_ends(self) -> memoryview:
        return self._file.words("documents.ends", "<u8")

    @cached_property
    def samples(self) -> list[bytes]:
        """The texts that deflated documents look back to."""
        return Texts(self._file, "samples").all()

    @cached_property
    def sample_of(self) -> Numbers:
        """int64[documents], the number of each one's sample."""
        return self._file.array("documents.samples", "<u2").astype(np.int64)

    def document(self, number: int) -> Document:
        """The stored document of this number."""
        inflate = zlib.decompressobj(_RAW, zdict=self.samples[self.sample_of[number]])
        return decode_document(inflate.decompress(self.deflated_document(number)) + inflate.flush())

    def deflated_document(self, number: int) -> bytes:
        """A document as it is stored."""
        ends = self._document_ends
        stored: bytes = self._file.part("documents", ends[number - 1] if number else 0, ends[number]).tobytes()
        return stored

    def close(self) -> None:
        """Let go of the file."""
        self._dictionaries.clear()
        self._starts.clear()
        self._known.clear()
        self._file.close()
