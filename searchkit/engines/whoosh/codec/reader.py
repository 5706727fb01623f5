"""The arrays codec: a segment as one mapped file of sorted arrays. Nothing is pickled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from searchkit.engines.protocol import SegmentInfo
from searchkit.engines.whoosh.numeric.bitpack import bit_widths
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.compression import Decompressor, Sample
from searchkit.engines.whoosh.codec.termdict import Dictionary, BigramTermDict, Texts
from searchkit.engines.whoosh.codec.stored import decode_document, decode_text
from searchkit.engines.whoosh.codec.elias_fano import (
    Extents,
    bits_of_list,
    decode_list,
    decode_lists,
    decode_positions,
    decode_some_positions,
    list_bits,
)
from searchkit.engines.whoosh.codec.postings import NO_LISTS, NO_POSTINGS, Lists, Postings, no_numbers, no_positions
from searchkit.engines.whoosh.schema import NUMBERS_DTYPE, date_of
from searchkit.engines.whoosh.codec.api import segment_name
from searchkit.engines.whoosh.numeric.varint import Bytes, Numbers
from searchkit.model import Document
from searchkit.query.fields import ALL_STREAMS, BODY_STREAMS

SUFFIX = ".seg"

UNIGRAMS_FIELD = BODY_STREAMS.unigrams
"""The field whose terms all bigrams are numbers of."""

PATH_FIELD = "path"
"""The field whose terms say where each document comes from."""

BIGRAM_FIELDS = tuple(stream.bigrams for stream in ALL_STREAMS)

LENGTH_OF = {name: stream.unigrams for stream in ALL_STREAMS for name in (stream.bigrams, stream.boundaries)}
"""Of each field with positions, the number that says how many there may be in a document."""

_KNOWN_POSTINGS = 8_000_000
"""How many decoded postings and positions a segment keeps, of the lists that were asked for last: 128 MB at most."""


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
        self._dictionaries: dict[str, Texts | BigramTermDict] = {}
        self._known: dict[tuple[str, str], Postings] = {}
        self._known_postings = 0
        self._lexicons: dict[str, str] = {}
        self._known_widths: dict[str, Numbers] = {}
        self._decompressors: dict[int, Decompressor] = {}

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term, deleted documents among them; empty where it does not occur. Kept for a while."""
        known = self._known.get((field, term))
        if known is None:
            known = self._known[field, term] = self._postings(field, term)
            self._known_postings += known.size
            while self._known_postings > _KNOWN_POSTINGS:
                self._known_postings -= self._known.pop(next(iter(self._known))).size
        return known

    def read_postings(self, field: str, term: str) -> Postings:
        """The same, for who keeps what is made of them."""
        return self._known.get((field, term)) or self._postings(field, term)

    def _postings(self, field: str, term: str) -> Postings:
        if f"{field}.lists" not in self._file:
            return NO_POSTINGS
        number = self.dictionary(field).number(term.encode("utf-8", "surrogatepass"))
        return NO_POSTINGS if number is None else self.posting_list(field, number)

    def terms(self, field: str, start: str = "") -> Iterator[str]:
        """The terms of a field from ``start`` on, in the order of their UTF-8."""
        if f"{field}.lists" not in self._file:
            return iter(())
        if not start and field not in BIGRAM_FIELDS:
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

    def lists_at(self, field: str, places: Numbers) -> Lists:
        """The posting lists of the terms at these places among all of a field, ascending."""
        if not len(places):
            return NO_LISTS
        dictionary = self.dictionary(field)
        if field in LENGTH_OF:
            every = self.lists(field, dictionary.extents_between(0, len(dictionary)))
            return every.chosen(np.isin(np.arange(len(every)), places))
        return self.lists(field, dictionary.extents_between(0, len(dictionary)).at(places))

    def lexicon(self, field: str) -> str:
        """All terms of a field, ascending, with a NUL before and after each."""
        known = self._lexicons.get(field)
        if known is None:
            terms = b"\0".join([b"", *self.texts(field).all(), b""]) if field not in BIGRAM_FIELDS else b""
            known = terms.decode("utf-8", "surrogatepass") or "\0".join(["", *self.terms(field), ""])
            self._lexicons[field] = known
        return known

    def doc_frequencies(self, field: str) -> Numbers:
        """int64[terms], how many documents have each term of a field of texts, deleted ones among them."""
        return self.texts(field).doc_frequencies() if f"{field}.lists" in self._file else no_numbers()

    def dictionary(self, field: str) -> Dictionary:
        """The terms of a field."""
        return self.bigrams(field) if field in BIGRAM_FIELDS else self.texts(field)

    def texts(self, field: str) -> Texts:
        """The terms of a field whose terms are texts."""
        found = self._dictionaries.get(field)
        if not isinstance(found, Texts):
            found = self._dictionaries[field] = Texts(self._file, field, self.info.documents)
        return found

    def bigrams(self, field: str) -> BigramTermDict:
        """The terms of a field of bigrams."""
        found = self._dictionaries.get(field)
        if not isinstance(found, BigramTermDict):
            unigrams = self.texts(UNIGRAMS_FIELD)
            found = self._dictionaries[field] = BigramTermDict(self._file, field, unigrams, self.info.documents)
        return found

    def posting_list(self, field: str, number: int) -> Postings:
        """The postings of a field's term by its number."""
        extent = self.dictionary(field).extent(number)
        size, occurrences, documents = extent.doc_frequency, extent.occurrences, self.info.documents
        end = extent.start + bits_of_list(size, occurrences, documents)
        encoded, offset = self._bits(f"{field}.lists", extent.start, end)
        numbers, frequencies = decode_list(encoded, offset, size, occurrences, documents)
        if field not in LENGTH_OF:
            return Postings(numbers, frequencies, no_positions)
        return Postings(numbers, frequencies, partial(self._positions, field, extent.position_start))

    def _positions(self, field: str, start: int, postings: Postings, places: Numbers) -> Numbers:
        """The positions of some of a term's documents."""
        if not len(places):
            return no_numbers()
        widths = self._widths(LENGTH_OF[field])[postings.documents]
        ends = np.cumsum(widths * postings.frequencies) + start
        widths, frequencies, ends = widths[places], postings.frequencies[places], ends[places]
        starts = ends - widths * frequencies
        first = int(starts[0])
        packed, offset = self._bits(f"{field}.positions", first, int(ends[-1]))
        return decode_some_positions(packed, starts - first + offset, frequencies, widths)

    def _decoded_positions(self, field: str, extents: Extents, lists: Lists) -> Numbers:
        widths = self._widths(LENGTH_OF[field])[lists.documents]
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
        """The posting lists of some terms, ascending; of neighbours where they keep positions."""
        if not len(extents.starts):
            return NO_LISTS
        start = int(extents.starts[0])
        last = extents.between(len(extents.starts) - 1, len(extents.starts))
        end = int(last.starts[0] + list_bits(last.doc_frequencies, last.occurrences, self.info.documents)[0])
        encoded, offset = self._bits(f"{field}.lists", start, end)
        here = Extents(extents.doc_frequencies, extents.occurrences, extents.starts - start + offset, no_numbers())
        lists = decode_lists(encoded, here, self.info.documents)
        if field not in LENGTH_OF:
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

    def body(self, number: int) -> str:
        """The body of the document of this number."""
        return decode_text(self._decompressor(number).body(self.stored("bodies", number)))

    def document(self, number: int) -> Document:
        """The stored document of this number."""
        return decode_document(self._head(number), self.path(number), self._date(number), self.body(number))

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
