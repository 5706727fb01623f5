"""The arrays codec: a segment as one mapped file of sorted arrays. Nothing is pickled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.bits import bit_widths
from searchkit.engines.whoosh.blocks import BlockFile, BlockWriter, OpenBlock
from searchkit.engines.whoosh.compression import Compressor, Decompressor, Sample
from searchkit.engines.whoosh.dictionaries import Dictionary, ListRows, Pairs, PairTerms, Texts
from searchkit.engines.whoosh.documents import decode_document, decode_text, encode_head, encode_text
from searchkit.engines.whoosh.inversion import FieldPostings
from searchkit.engines.whoosh.postings import (
    NO_LISTS,
    NO_POSTINGS,
    Extents,
    Lists,
    Postings,
    decode_list,
    decode_lists,
    decode_positions,
    encode_lists,
    in_blocks,
    list_bits,
    no_numbers,
    no_positions,
)
from searchkit.engines.whoosh.schema import NUMBERS_DTYPE, date_of
from searchkit.engines.whoosh.segments import segment_name
from searchkit.engines.whoosh.varints import Bytes, Numbers
from searchkit.model import Document
from searchkit.query.fields import ALL_STREAMS, BODY_STREAMS

SUFFIX = ".seg"

UNITS_FIELD = BODY_STREAMS.units
"""The field whose terms all pairs are numbers of."""

PATH_FIELD = "path"
"""The field whose terms say where each document comes from."""

PAIR_FIELDS = tuple(stream.pairs for stream in ALL_STREAMS)

_LENGTH_OF = {name: stream.units for stream in ALL_STREAMS for name in (stream.pairs, stream.breaks)}

_SAMPLED_BYTES = 8_000_000
"""Documents wait until there is so much of them, or no more: they share a sample."""

_KNOWN_LISTS = 256
"""How many decoded posting lists a segment keeps: those of some ten queries."""


class ArraySegmentWriter:
    """Writes a segment's file."""

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        self._file = BlockWriter(open(folder / f"{segment_name(info)}{SUFFIX}", "wb"))  # noqa: SIM115 - ``close`` closes it
        self._samples: list[Sample] = []
        self._sample_of: list[int] = []
        self._compressor: Compressor | None = None
        self._own_sample = 0
        self._waiting: list[tuple[bytes, bytes]] = []
        self._waiting_bytes = 0
        self._heads: list[bytes] = []
        self._head_lengths: list[int] = []
        self._bodies: OpenBlock | None = self._file.begin("bodies")
        self._body_lengths: list[int] = []
        self._numbers: list[npt.NDArray[Any]] = []

    def add_documents(self, documents: Sequence[Document], numbers: npt.NDArray[Any]) -> None:
        """The next documents, with a row of ``NUMBERS_DTYPE`` each."""
        for document in documents:
            head, body = encode_head(document), encode_text(document.body)
            self._waiting.append((head, body))
            self._waiting_bytes += len(head) + len(body)
        self._numbers.append(numbers)
        if self._compressor is not None or self._waiting_bytes > _SAMPLED_BYTES:
            self._compress()

    def _compress(self) -> None:
        """The documents that waited for others, so that the sample is one of many."""
        if not self._waiting:
            return
        if self._compressor is None:
            sample = Sample.of([head for head, _ in self._waiting], [body for _, body in self._waiting])
            self._own_sample = self.add_samples([sample])
            self._compressor = Compressor(sample)
        for head, body in self._waiting:
            compressed_head, compressed_body = self._compressor.head(head), self._compressor.body(body)
            self._add_compressed(compressed_head, [len(compressed_head)], compressed_body, [len(compressed_body)])
        self._sample_of.extend([self._own_sample] * len(self._waiting))
        self._waiting.clear()

    def add_samples(self, samples: Iterable[Sample]) -> int:
        """What compressed documents look back to; the number of the first of them."""
        first = len(self._samples)
        self._samples.extend(samples)
        return first

    def add_stored(
        self, documents: ArraySegmentReader, first: int, last: int, first_sample: int, numbers: npt.NDArray[Any]
    ) -> None:
        """Some neighbouring documents of another segment as they are; its samples are here from ``first_sample`` on.

        All documents come before the first field.
        """
        self._compress()
        self._add_compressed(
            *documents.stored_between("heads", first, last), *documents.stored_between("bodies", first, last)
        )
        self._sample_of.extend((documents.sample_of[first:last] + first_sample).tolist())
        self._numbers.append(numbers)

    def _add_compressed(
        self, heads: bytes, head_lengths: Iterable[int], bodies: bytes, body_lengths: Iterable[int]
    ) -> None:
        assert self._bodies is not None
        self._heads.append(heads)
        self._head_lengths.extend(head_lengths)
        self._bodies.write(bodies)
        self._body_lengths.extend(body_lengths)

    def add_field(self, name: str, postings: FieldPostings) -> None:
        """All terms of a field; units before their pairs."""
        lists = self.add_lists(name, postings.lists.chunks())
        if isinstance(postings.terms, PairTerms):
            self.add_pairs(name, postings.terms, lists)
        else:
            self.add_texts(name, postings.terms, lists)
        if name == PATH_FIELD:
            order = np.zeros(sum(map(len, self._numbers)), np.int64)
            order[postings.lists.documents] = np.repeat(np.arange(len(postings.lists)), np.diff(postings.lists.starts))
            self.add_path_order(order)

    def add_texts(self, name: str, terms: list[bytes], lists: ListRows) -> None:
        """The terms of a field, and what ``add_lists`` said of their lists."""
        Texts.write(self._file, name, terms, lists)

    def add_pairs(self, name: str, terms: PairTerms, lists: ListRows) -> None:
        """The same of a field of pairs."""
        Pairs.write(self._file, name, terms, lists)

    def add_lists(self, name: str, chunks: Iterable[Lists]) -> ListRows:
        """The posting lists of a field's terms, a chunk after the other."""
        self._end_bodies()
        widths = self._position_widths(name)
        documents = sum(map(len, self._numbers))
        positions: list[bytes] = []
        rows, starts = [np.zeros((0, 3), np.uint32)], [np.zeros((0, 2), np.int64)]

        def lists() -> Iterator[bytes]:
            end = np.zeros(2, np.int64)
            for chunk in in_blocks(chunks):
                encoded = encode_lists(chunk, documents, widths)
                positions.append(encoded.positions.tobytes())
                rows.append(encoded.rows.astype(np.uint32))
                starts.append(encoded.block_starts + end)
                end += (len(encoded.lists), len(encoded.positions))
                yield encoded.lists.tobytes()

        self._file.add_parts(f"{name}.lists", lists())
        self._file.add_parts(f"{name}.positions", positions)
        return ListRows(np.concatenate(rows), np.concatenate(starts))

    def add_path_order(self, order: Numbers) -> None:
        """int64[documents], the place of each one's path among all."""
        self._file.add("path.order", order.astype("<u4"))

    def _position_widths(self, name: str) -> Numbers:
        if name not in _LENGTH_OF:
            return no_numbers()
        return bit_widths(np.concatenate([no_numbers(), *(part[_LENGTH_OF[name]] for part in self._numbers)]))

    def _end_bodies(self) -> None:
        if self._bodies is not None:
            self._compress()
            self._bodies.end()
            self._bodies = None

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._end_bodies()
        self._file.add("bodies.ends", np.cumsum(self._body_lengths).astype("<u4"))
        self._file.add("samples.of", np.array(self._sample_of, "<u2"))
        self._file.add_parts("heads", self._heads)
        self._file.add("heads.ends", np.cumsum(self._head_lengths).astype("<u4"))
        for name, texts in (
            ("heads.samples", [sample.heads for sample in self._samples]),
            ("bodies.samples", [sample.bodies for sample in self._samples]),
        ):
            self._file.add_parts(name, texts)
            self._file.add(f"{name}.ends", np.cumsum([len(text) for text in texts]).astype("<u4"))
        self._file.add("numbers", np.concatenate(self._numbers) if self._numbers else np.zeros(0, NUMBERS_DTYPE))
        self._file.finish()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.abandon()


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
        self._dictionaries: dict[str, Texts | Pairs] = {}
        self._known: dict[tuple[str, str], Postings] = {}
        self._lexicons: dict[str, str] = {}
        self._known_widths: dict[str, Numbers] = {}
        self._decompressors: dict[int, Decompressor] = {}

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
        if not start and field not in PAIR_FIELDS:
            return iter(self.lexicon(field).split("\0")[1:-1])
        dictionary = self.dictionary(field)
        first = dictionary.place(start.encode("utf-8", "surrogatepass"))
        return (dictionary.term(number).decode("utf-8", "surrogatepass") for number in range(first, len(dictionary)))

    def lists_from(self, field: str, prefix: str) -> Lists:
        """The posting lists of all terms that begin so, in order."""
        if f"{field}.lists" not in self._file:
            return NO_LISTS
        dictionary, start = self.dictionary(field), prefix.encode("utf-8", "surrogatepass")
        first, last = dictionary.place(start), dictionary.place(start + b"\xff")
        return self.lists(field, dictionary.extents_between(first, last)) if first < last else NO_LISTS

    def lexicon(self, field: str) -> str:
        """All terms of a field, ascending, with a NUL before and after each."""
        known = self._lexicons.get(field)
        if known is None:
            terms = b"\0".join([b"", *self.texts(field).all(), b""]) if field not in PAIR_FIELDS else b""
            known = terms.decode("utf-8", "surrogatepass") or "\0".join(["", *self.terms(field), ""])
            self._lexicons[field] = known
        return known

    def doc_frequencies(self, field: str) -> Numbers:
        """int64[terms], how many documents have each term of a field of texts, deleted ones among them."""
        return self.texts(field).doc_frequencies() if f"{field}.lists" in self._file else no_numbers()

    def dictionary(self, field: str) -> Dictionary:
        """The terms of a field."""
        return self.pairs(field) if field in PAIR_FIELDS else self.texts(field)

    def texts(self, field: str) -> Texts:
        """The terms of a field whose terms are texts."""
        found = self._dictionaries.get(field)
        if not isinstance(found, Texts):
            found = self._dictionaries[field] = Texts(self._file, field, self.info.documents)
        return found

    def pairs(self, field: str) -> Pairs:
        """The terms of a field of pairs."""
        found = self._dictionaries.get(field)
        if not isinstance(found, Pairs):
            units = self.texts(UNITS_FIELD)
            found = self._dictionaries[field] = Pairs(self._file, field, units, self.info.documents)
        return found

    def posting_list(self, field: str, number: int) -> Postings:
        """The postings of a field's term by its number."""
        extent = self.dictionary(field).extent(number)
        columns = (extent.doc_frequencies, extent.occurrences, extent.starts)
        size, occurrences, start = (int(column[0]) for column in columns)
        bits = int(list_bits(extent.doc_frequencies, extent.occurrences, self.info.documents)[0])
        encoded, offset = self._bits(f"{field}.lists", start, start + bits)
        documents, frequencies = decode_list(encoded, offset, size, occurrences, self.info.documents)
        if field not in _LENGTH_OF:
            return Postings(documents, frequencies, no_positions)
        return Postings(documents, frequencies, lambda postings: self._positions(field, extent, postings))

    def _positions(self, field: str, extent: Extents, postings: Postings) -> Numbers:
        starts = np.array([0, len(postings.documents)])
        return self._decoded_positions(
            field, extent, Lists(starts, postings.documents, postings.frequencies, no_numbers())
        )

    def _decoded_positions(self, field: str, extents: Extents, lists: Lists) -> Numbers:
        widths = self._widths(_LENGTH_OF[field])[lists.documents]
        start = int(extents.position_starts[0])
        last = int(lists.starts[-2])
        end = int(extents.position_starts[-1]) + int((widths[last:] * lists.frequencies[last:]).sum())
        packed, offset = self._bits(f"{field}.positions", start, end)
        return decode_positions(packed, extents.position_starts - start + offset, lists, widths)

    def _widths(self, length: str) -> Numbers:
        """int64[documents], how many bits a position in each takes."""
        known = self._known_widths.get(length)
        if known is None:
            known = self._known_widths[length] = bit_widths(self.numbers[length].astype(np.int64))
        return known

    def _bits(self, name: str, start: int, end: int) -> tuple[Bytes, int]:
        """The bytes that hold some bits of a block, and the bit of them where those begin."""
        return self._file.part(name, start >> 3, (end + 7) >> 3), start & 7

    def lists(self, field: str, extents: Extents) -> Lists:
        """The posting lists of neighbouring terms."""
        if not len(extents.starts):
            return NO_LISTS
        start = int(extents.starts[0])
        last = extents.between(len(extents.starts) - 1, len(extents.starts))
        end = int(last.starts[0] + list_bits(last.doc_frequencies, last.occurrences, self.info.documents)[0])
        encoded, offset = self._bits(f"{field}.lists", start, end)
        here = Extents(extents.doc_frequencies, extents.occurrences, extents.starts - start + offset, no_numbers())
        lists = decode_lists(encoded, here, self.info.documents)
        if field not in _LENGTH_OF:
            return lists
        positions = self._decoded_positions(field, extents, lists)
        return Lists(lists.starts, lists.documents, lists.frequencies, positions)

    @cached_property
    def path_order(self) -> Numbers:
        """int64[documents], the place of each one's path among all."""
        return self._file.array("path.order", "<u4").astype(np.int64)

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document."""
        paths = self.texts("path").all()
        return [paths[place].decode("utf-8", "surrogatepass") for place in self.path_order.tolist()]

    def path(self, number: int) -> str:
        """The path of one document."""
        return self.texts("path").term(int(self.path_order[number])).decode("utf-8", "surrogatepass")

    @cached_property
    def _ends(self) -> dict[str, memoryview]:
        names = ("heads", "bodies", "heads.samples", "bodies.samples")
        return {name: self._file.words(f"{name}.ends", "<u4") for name in names}

    @cached_property
    def samples(self) -> list[Sample]:
        """What compressed documents look back to."""
        count = len(self._ends["heads.samples"])
        return [Sample(self.stored("heads.samples", n), self.stored("bodies.samples", n)) for n in range(count)]

    @cached_property
    def sample_of(self) -> Numbers:
        """int64[documents], the number of each one's sample."""
        return self._file.array("samples.of", "<u2").astype(np.int64)

    @property
    def sample_share(self) -> float:
        """How many bytes of samples there are to one of documents."""
        return sum(map(len, self.samples)) / max(self._file.length("bodies"), 1)

    def head(self, number: int) -> Document:
        """The stored document of this number, without its body."""
        return decode_document(self._head(number), self.path(number), self._date(number), "")

    def document(self, number: int) -> Document:
        """The stored document of this number."""
        body = decode_text(self._decompressor(number).body(self.stored("bodies", number)))
        return decode_document(self._head(number), self.path(number), self._date(number), body)

    def _head(self, number: int) -> bytes:
        return self._decompressor(number).head(self.stored("heads", number))

    def _date(self, number: int) -> dt.datetime | None:
        return date_of(int(self.numbers["date"][number]))

    def _decompressor(self, number: int) -> Decompressor:
        sample = int(self.sample_of[number])
        known = self._decompressors.get(sample)
        if known is None:
            known = self._decompressors[sample] = Decompressor(self.samples[sample])
        return known

    def stored(self, part: str, number: int) -> bytes:
        """An entry of ``heads`` or ``bodies`` as it is stored, compressed."""
        ends = self._ends[part]
        stored: bytes = self._file.part(part, ends[number - 1] if number else 0, ends[number]).tobytes()
        return stored

    def stored_between(self, part: str, first: int, last: int) -> tuple[bytes, list[int]]:
        """Some neighbouring entries, one after the other, and how long each is."""
        borders = [self._ends[part][first - 1] if first else 0, *self._ends[part][first:last]]
        stored: bytes = self._file.part(part, borders[0], borders[-1]).tobytes()
        return stored, [end - start for start, end in pairwise(borders)]

    def let_go(self) -> None:
        """Keep what was read of the file out of this process' memory."""
        self._file.let_go()

    def close(self) -> None:
        """Let go of the file."""
        self._dictionaries.clear()
        self._known.clear()
        self._file.close()
