"""Terms in order, in a segment's file: from a term to its posting list.

Two kinds: texts; and bigrams, which are two numbers of the unigrams' own dictionary. Either lies in blocks of
``BLOCK`` terms: a search compares the first term of each block, and decodes one block.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter
from searchkit.engines.whoosh.codec.elias_fano import BLOCK, Extent, Extents, bits_of_list, block_places, list_bits
from searchkit.engines.whoosh.codec.postings import spread
from searchkit.engines.whoosh.numeric.varint import Numbers, decode, encode, first_number

_KNOWN_BLOCKS = 1024
_KNOWN_UNIGRAMS = 8192
_MOST_SHARED = 64  # bytes


@dataclass(frozen=True, slots=True)
class BigramTerms:
    """Terms of two unigrams each, ascending.

    Attributes:
        unigrams: the terms of the unigrams' field, UTF-8, ascending.
        firsts: int64[n], the number of each one's first unigram.
        seconds: int64[n], that of the second one.
    """

    unigrams: list[bytes]
    firsts: Numbers
    seconds: Numbers

    @classmethod
    def of(cls, unigrams: list[bytes], codes: Numbers) -> BigramTerms:
        """From what ``codes`` gave."""
        return cls(unigrams, *split_codes(codes, len(unigrams)))

    def texts(self) -> list[bytes]:
        """The terms as UTF-8."""
        return [
            b"%b %b" % (self.unigrams[first], self.unigrams[second])
            for first, second in zip(self.firsts.tolist(), self.seconds.tolist(), strict=True)
        ]

    def codes(self) -> Numbers:
        """int64[n], both numbers as one, ascending."""
        return self.firsts * len(self.unigrams) + self.seconds


def split_codes(codes: Numbers, unigrams: int) -> tuple[Numbers, Numbers]:
    """The first and the second unigram of each bigram, from its code."""
    return codes // unigrams, codes % unigrams


@dataclass(frozen=True, slots=True)
class ListRows:
    """What a dictionary keeps of its terms' posting lists.

    Attributes:
        rows: uint32[terms, 3], as ``EncodedLists`` has them.
        block_starts: int64[blocks, 2], the bytes where each block of lists and of positions begins.
    """

    rows: npt.NDArray[np.uint32]
    block_starts: Numbers


class Dictionary(Protocol):
    """The terms of one field, ascending."""

    def __len__(self) -> int: ...

    def number(self, term: bytes) -> int | None:
        """The place of a term; None where there is no such term."""

    def place(self, term: bytes) -> int:
        """The place of the first term that is not less."""

    def term(self, number: int) -> bytes: ...

    def extent(self, number: int) -> Extent:
        """Where the posting list of a term is."""

    def occurrences(self) -> Numbers:
        """int64[terms], how often each term occurs."""

    def extents_between(self, first: int, last: int) -> Extents:
        """Where the posting lists of some neighbouring terms are; at least one."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of terms, decoded.

    Attributes:
        keys: int64[terms, columns], steps of the dictionary's own columns.
        first_key: the sum of the first column's steps before the block.
        lists: what is kept of each term's posting list.
    """

    keys: Numbers
    first_key: int
    lists: list[list[int]]


class _Rows:
    """Numbers of each term, variable-length, a block after the other; a block is decoded at a time."""

    def __init__(self, file: BlockFile, name: str, keys: int, documents: int) -> None:
        self._steps = file.array(f"{name}.steps", "u1")
        self._bytes = file.words(f"{name}.steps", "u1")
        first_keys = file.array(f"{name}.keys", "<i8")
        self._size, self._columns = (int(number) for number in first_keys[:2])
        self.first_keys: Numbers = first_keys[2:]
        self._starts = file.array(f"{name}.starts", "<u4").reshape(-1, 3)
        self._keys = keys
        self._documents = documents
        self._known: dict[int, _Block] = {}

    @staticmethod
    def write(file: BlockWriter, name: str, keys: Numbers, lists: ListRows) -> None:
        positions = lists.rows[:, 2:] if lists.rows[:, 2].any() else lists.rows[:, :0]
        steps = np.column_stack([keys, lists.rows[:, :1] - 1, lists.rows[:, 1:2], positions])
        encoded, starts = encode(steps.reshape(-1))
        first_keys = (np.cumsum(keys[:, 0]) - keys[:, 0])[::BLOCK]
        file.add(f"{name}.steps", encoded)
        file.add(f"{name}.keys", np.append(steps.shape, first_keys).astype("<i8"))
        file.add(
            f"{name}.starts",
            np.column_stack([starts[: -1 : BLOCK * steps.shape[1]], lists.block_starts]).astype("<u4"),
        )

    def __len__(self) -> int:
        return self._size

    def block(self, number: int) -> _Block:
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= _KNOWN_BLOCKS:
                self._known.clear()
            steps = self._decoded(number, number + 1)
            known = _Block(steps[:, : self._keys], int(self.first_keys[number]), steps[:, self._keys :].tolist())
            self._known[number] = known
        return known

    def _extents(self, steps: Numbers, block: int) -> Extents:
        """Where the posting lists of some terms are, from a block on."""
        lists_start, positions_start = self._starts[block, 1:].tolist()
        frequencies = steps[:, self._keys] + 1
        occurrences = frequencies + steps[:, self._keys + 1]
        starts = lists_start * 8 + block_places(list_bits(frequencies, occurrences, self._documents))[0]
        if self._columns == self._keys + 2:
            return Extents(frequencies, occurrences, starts, np.zeros_like(starts))
        return Extents(frequencies, occurrences, starts, positions_start * 8 + block_places(steps[:, -1])[0])

    def occurrences(self) -> Numbers:
        """int64[terms], how often each term occurs."""
        steps = decode(self._steps).reshape(-1, self._columns)
        occurrences: Numbers = steps[:, self._keys] + 1 + steps[:, self._keys + 1]
        return occurrences

    def doc_frequencies(self) -> Numbers:
        """int64[terms], how many documents have each term."""
        frequencies: Numbers = decode(self._steps).reshape(-1, self._columns)[:, self._keys] + 1
        return frequencies

    def first_step(self, block: int) -> int:
        """The first number of a block, without decoding it."""
        return first_number(self._bytes, int(self._starts[block, 0]))

    def extent(self, number: int) -> Extent:
        block, at = divmod(number, BLOCK)
        lists = self.block(block).lists
        start, position_start = self._starts[block, 1:].tolist()
        bits = sum(bits_of_list(size + 1, size + 1 + more, self._documents) for size, more, *_ in lists[:at])
        position_bits = sum(row[-1] for row in lists[:at]) if self._columns > self._keys + 2 else 0
        size, more = lists[at][:2]
        return Extent(size + 1, size + 1 + more, start * 8 + bits, position_start * 8 + position_bits)

    def keys(self) -> Numbers:
        """int64[terms, columns]: the dictionary's own columns of all terms."""
        return decode(self._steps).reshape(-1, self._columns)[:, : self._keys]

    def extents_between(self, first: int, last: int) -> Extents:
        """Where the posting lists of some neighbouring terms are; at least one."""
        block, end = first // BLOCK, (last - 1) // BLOCK + 1
        return self._extents(self._decoded(block, end), block).between(first - block * BLOCK, last - block * BLOCK)

    def _decoded(self, block: int, end: int) -> Numbers:
        """The steps of some neighbouring blocks."""
        stop = int(self._starts[end, 0]) if end < len(self._starts) else len(self._steps)
        return decode(self._steps[int(self._starts[block, 0]) : stop]).reshape(-1, self._columns)


class _Lists:
    """What a dictionary of either kind knows of its terms' posting lists."""

    _rows: _Rows

    def __len__(self) -> int:
        return len(self._rows)

    def extent(self, number: int) -> Extent:
        return self._rows.extent(number)

    def occurrences(self) -> Numbers:
        """int64[terms], how often each term occurs."""
        return self._rows.occurrences()

    def extents_between(self, first: int, last: int) -> Extents:
        """Where the posting lists of some neighbouring terms are; at least one."""
        return self._rows.extents_between(first, last)

    def doc_frequencies(self) -> Numbers:
        """int64[terms], how many documents have each term."""
        return self._rows.doc_frequencies()


_SUFFIX, _SHARED = range(2)


class Texts(_Lists):
    """Terms as UTF-8; what a term has in common with the one before it in its block is not stored again."""

    def __init__(self, file: BlockFile, name: str, documents: int) -> None:
        self._texts = file.words(f"{name}.texts", "u1")
        self._rows = _Rows(file, name, 2, documents)
        self._known: dict[int, list[bytes]] = {}

    @staticmethod
    def write(file: BlockWriter, name: str, terms: list[bytes], lists: ListRows) -> None:
        """Terms, and what is kept of the list of each."""
        shared, lengths = _shared(terms)
        whole = np.frombuffer(b"".join(terms), np.uint8)
        file.add(f"{name}.texts", whole[spread(np.cumsum(lengths) - lengths + shared, lengths - shared)])
        _Rows.write(file, name, np.column_stack([lengths - shared, shared]), lists)

    def number(self, term: bytes) -> int | None:
        at = self.place(term)
        return at if at < len(self) and self.term(at) == term else None

    def place(self, term: bytes) -> int:
        """The place of the first term that is not less."""
        block = bisect_left(range(len(self._rows.first_keys)), term, key=self._first)
        return (block - 1) * BLOCK + bisect_left(self._block(block - 1), term) if block else 0

    def _first(self, block: int) -> bytes:
        start = int(self._rows.first_keys[block])
        return bytes(self._texts[start : start + self._rows.first_step(block)])

    def _block(self, number: int) -> list[bytes]:
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= _KNOWN_BLOCKS:
                self._known.clear()
            block = self._rows.block(number)
            known = self._known[number] = list(self._decoded(block.keys, block.first_key))
        return known

    def _decoded(self, keys: Numbers, start: int) -> Iterator[bytes]:
        ends = np.append(0, np.cumsum(keys[:, _SUFFIX])).tolist()
        texts = bytes(self._texts[start : start + ends[-1]])
        term = b""
        for at, end, shared in zip(ends, ends[1:], keys[:, _SHARED].tolist(), strict=False):
            term = term[:shared] + texts[at:end]
            yield term

    def term(self, number: int) -> bytes:
        return self._block(number // BLOCK)[number % BLOCK]

    def all(self) -> list[bytes]:
        """Every text, in order."""
        return list(self._decoded(self._rows.keys(), 0))


def _shared(terms: list[bytes]) -> tuple[Numbers, Numbers]:
    """int64[n] twice: how many first bytes each term has in common with the one before it, and how long it is."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    padded = np.array([term[:_MOST_SHARED] for term in terms], f"S{_MOST_SHARED}")
    letters = padded.view(np.uint8).reshape(len(terms), _MOST_SHARED)
    same = np.zeros((len(terms), _MOST_SHARED + 1), bool)
    same[1:, :-1] = letters[1:] == letters[:-1]
    shared = np.argmin(same, axis=1)
    shared[::BLOCK] = 0
    return np.minimum(shared, np.minimum(lengths, np.insert(lengths[:-1], 0, 0))), lengths


class BigramTermDict(_Lists):
    """Terms of two unigrams, each a number of ``unigrams``."""

    def __init__(self, file: BlockFile, name: str, unigrams: Texts, documents: int) -> None:
        self._rows = _Rows(file, name, 1, documents)
        self._unigrams = unigrams
        self._unigram_number = lru_cache(_KNOWN_UNIGRAMS)(unigrams.number)
        self._known: dict[int, Numbers] = {}

    @staticmethod
    def write(file: BlockWriter, name: str, terms: BigramTerms, lists: ListRows) -> None:
        """Terms, and what is kept of the list of each."""
        _Rows.write(file, name, np.diff(terms.codes(), prepend=0)[:, None], lists)

    def codes(self) -> Numbers:
        """int64[terms], see ``BigramTerms``."""
        return np.cumsum(self._rows.keys()[:, 0])

    def number(self, term: bytes) -> int | None:
        first, _, second = term.partition(b" ")
        a, b = self._unigram_number(first), self._unigram_number(second)
        if a is None or b is None:
            return None
        code = a * len(self._unigrams) + b
        at = self._place(code)
        return at if at < len(self) and self._code(at) == code else None

    def place(self, term: bytes) -> int:
        """The place of the first term that is not less."""
        first, _, second = term.partition(b" ")
        a = self._unigrams.place(first)
        known = a < len(self._unigrams) and self._unigrams.term(a) == first
        return self._place(a * len(self._unigrams) + (self._unigrams.place(second) if known else 0))

    def _place(self, code: int) -> int:
        block = max(int(self._rows.first_keys.searchsorted(code)) - 1, 0)  # of each block, the last code before it
        return block * BLOCK + int(self._codes(block).searchsorted(code)) if len(self) else 0

    def _codes(self, number: int) -> Numbers:
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= _KNOWN_BLOCKS:
                self._known.clear()
            block = self._rows.block(number)
            known = self._known[number] = block.first_key + np.cumsum(block.keys[:, 0])
        return known

    def _code(self, number: int) -> int:
        return int(self._codes(number // BLOCK)[number % BLOCK])

    def term(self, number: int) -> bytes:
        first, second = divmod(self._code(number), len(self._unigrams))
        return b"%b %b" % (self._unigrams.term(first), self._unigrams.term(second))
