"""Terms in order, in a segment's file: from a term to its posting list.

Two kinds: texts; and pairs, which are two numbers of the units' own dictionary. Either lies in blocks of
``BLOCK`` terms: a search compares the first term of each block, and decodes one block.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.blocks import BlockFile, BlockWriter
from searchkit.engines.whoosh.postings import spread
from searchkit.engines.whoosh.varints import MORE, Numbers, decode, encode

BLOCK = 64

_KNOWN_BLOCKS = 256
_MOST_SHARED = 64  # bytes


@dataclass(frozen=True, slots=True)
class PairTerms:
    """Terms of two units each, ascending.

    Attributes:
        units: the terms of the units' field, UTF-8, ascending.
        firsts: int64[n], the number of each one's first unit.
        seconds: int64[n], that of the second one.
    """

    units: list[bytes]
    firsts: Numbers
    seconds: Numbers

    @classmethod
    def of(cls, units: list[bytes], codes: Numbers) -> PairTerms:
        """From what ``codes`` gave."""
        return cls(units, *split_codes(codes, len(units)))

    def texts(self) -> list[bytes]:
        """The terms as UTF-8."""
        return [
            b"%b %b" % (self.units[first], self.units[second])
            for first, second in zip(self.firsts.tolist(), self.seconds.tolist(), strict=True)
        ]

    def codes(self) -> Numbers:
        """int64[n], both numbers as one, ascending."""
        return self.firsts * len(self.units) + self.seconds


def split_codes(codes: Numbers, units: int) -> tuple[Numbers, Numbers]:
    """The first and the second unit of each pair, from its code."""
    return codes // units, codes % units


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a posting list is: its bytes, and those of its positions; the latter mean nothing where none are kept."""

    start: int
    end: int
    positions_start: int
    positions_end: int


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

    def list_starts(self) -> tuple[Numbers, Numbers]:
        """int64[terms + 1] twice: where each posting list begins, and its positions."""


class _Rows:
    """Ascending numbers, several a term, as variable-length steps: a block is decoded at a time.

    ``steps`` is int64[terms, columns]; what is stored of a block is the sum of all steps before it, and its steps.
    """

    def __init__(self, file: BlockFile, name: str) -> None:
        heads = file.array(f"{name}.heads", "<i8")
        self._size, self._columns = (int(number) for number in heads[:2])
        self._heads = heads[2:].reshape(-1, self._columns + 1)
        self._steps = file.array(f"{name}.steps", "u1")
        self._known: dict[int, Numbers] = {}

    @staticmethod
    def write(file: BlockWriter, name: str, steps: Numbers) -> None:
        encoded, starts = encode(steps.reshape(-1))
        columns = steps.shape[1]
        before = np.vstack([np.zeros(columns, np.int64), np.cumsum(steps, axis=0)])[: len(steps) : BLOCK]
        heads = np.column_stack([before, starts[: -1 : BLOCK * columns]])
        file.add(f"{name}.heads", np.append(steps.shape, heads.reshape(-1)).astype("<i8"))
        file.add(f"{name}.steps", encoded)

    def __len__(self) -> int:
        return self._size

    def heads(self) -> Numbers:
        """int64[blocks, columns], the sums before each block."""
        return self._heads[:, :-1]

    def block(self, number: int) -> Numbers:
        """int64[terms + 1, columns], the sums before each term of a block and at its end."""
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= _KNOWN_BLOCKS:
                self._known.clear()
            start = self._heads[number, -1]
            end = self._heads[number + 1, -1] if number + 1 < len(self._heads) else len(self._steps)
            steps = decode(self._steps[start:end]).reshape(-1, self._columns)
            known = np.vstack([self._heads[number, :-1], steps])
            np.cumsum(known, axis=0, out=known)
            self._known[number] = known
        return known

    def first_step(self, block: int, column: int) -> tuple[int, int]:
        """The sum before the first term of a block, and its step, without decoding the block."""
        at = int(self._heads[block, -1])
        for _ in range(column):
            while self._steps[at] >= MORE:
                at += 1
            at += 1
        end = at
        while self._steps[end] >= MORE:
            end += 1
        return int(self._heads[block, column]), int(decode(self._steps[at : end + 1])[0])

    def row(self, number: int) -> list[list[int]]:
        """The sums before a term and after it."""
        at = number % BLOCK
        rows: list[list[int]] = self.block(number // BLOCK)[at : at + 2].tolist()
        return rows

    def all(self) -> Numbers:
        """int64[terms + 1, columns], the sums before each term and at the end."""
        steps = decode(self._steps).reshape(-1, self._columns)
        return np.vstack([np.zeros(self._columns, np.int64), np.cumsum(steps, axis=0)])


_LIST, _SUFFIX, _SHARED = range(3)  # columns: bytes of the list, of the term, of what it shares
_CODE = 1


class Texts:
    """Terms as UTF-8; what a term has in common with the one before it in its block is not stored again."""

    def __init__(self, file: BlockFile, name: str) -> None:
        self._texts = file.words(f"{name}.texts", "u1")
        self._rows = _Rows(file, name)
        self._known: dict[int, list[bytes]] = {}

    @staticmethod
    def write(file: BlockWriter, name: str, terms: list[bytes], lists: Numbers, positions: Numbers) -> None:
        """Terms, and int64[terms] twice, how many bytes the list and the positions of each take."""
        shared, lengths = _shared(terms)
        whole = np.frombuffer(b"".join(terms), np.uint8)
        file.add(f"{name}.texts", whole[spread(np.cumsum(lengths) - lengths + shared, lengths - shared)])
        columns = [lists, lengths - shared, shared, *([positions] if positions.any() else [])]
        _Rows.write(file, name, np.column_stack(columns))

    def __len__(self) -> int:
        return len(self._rows)

    def number(self, term: bytes) -> int | None:
        at = self.place(term)
        return at if at < len(self) and self.term(at) == term else None

    def place(self, term: bytes) -> int:
        """The place of the first term that is not less."""
        block = bisect_left(range(len(self._rows.heads())), term, key=self._first)
        return (block - 1) * BLOCK + bisect_left(self._block(block - 1), term) if block else 0

    def _first(self, block: int) -> bytes:
        start, length = self._rows.first_step(block, _SUFFIX)
        return bytes(self._texts[start : start + length])

    def _block(self, number: int) -> list[bytes]:
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= _KNOWN_BLOCKS:
                self._known.clear()
            known = self._known[number] = list(self._decoded(self._rows.block(number)))
        return known

    def _decoded(self, rows: Numbers) -> Iterator[bytes]:
        texts = bytes(self._texts[rows[0, _SUFFIX] : rows[-1, _SUFFIX]])
        ends = (rows[:, _SUFFIX] - rows[0, _SUFFIX]).tolist()
        term = b""
        for start, end, shared in zip(ends, ends[1:], np.diff(rows[:, _SHARED]).tolist(), strict=False):
            term = term[:shared] + texts[start:end]
            yield term

    def term(self, number: int) -> bytes:
        return self._block(number // BLOCK)[number % BLOCK]

    def extent(self, number: int) -> Extent:
        return _extent(self._rows, number)

    def all(self) -> list[bytes]:
        """Every text, in order."""
        return list(self._decoded(self._rows.all()))

    def list_starts(self) -> tuple[Numbers, Numbers]:
        """int64[terms + 1] twice: where each posting list begins, and its positions."""
        return _list_starts(self._rows)


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


class Pairs:
    """Terms of two units, each a number of ``units``."""

    def __init__(self, file: BlockFile, name: str, units: Texts) -> None:
        self._rows = _Rows(file, name)
        self._units = units

    @staticmethod
    def write(file: BlockWriter, name: str, terms: PairTerms, lists: Numbers, positions: Numbers) -> None:
        """Terms, and int64[terms] twice, how many bytes the list and the positions of each take."""
        _Rows.write(file, name, np.column_stack([lists, np.diff(terms.codes(), prepend=0), positions]))

    def __len__(self) -> int:
        return len(self._rows)

    def codes(self) -> Numbers:
        """int64[terms], see ``PairTerms``."""
        codes: Numbers = self._rows.all()[1:, _CODE]
        return codes

    def number(self, term: bytes) -> int | None:
        first, _, second = term.partition(b" ")
        a, b = self._units.number(first), self._units.number(second)
        if a is None or b is None:
            return None
        code = a * len(self._units) + b
        at = self._place(code)
        return at if at < len(self) and self._code(at) == code else None

    def place(self, term: bytes) -> int:
        """The place of the first term that is not less."""
        first, _, second = term.partition(b" ")
        a = self._units.place(first)
        known = a < len(self._units) and self._units.term(a) == first
        return self._place(a * len(self._units) + (self._units.place(second) if known else 0))

    def _place(self, code: int) -> int:
        heads = self._rows.heads()[:, _CODE]  # the last code of the block before each
        if not len(heads):
            return 0
        block = max(int(heads.searchsorted(code)) - 1, 0)
        codes: npt.NDArray[np.int64] = self._rows.block(block)[1:, _CODE]
        return block * BLOCK + int(codes.searchsorted(code))

    def _code(self, number: int) -> int:
        code: int = self._rows.row(number)[1][_CODE]
        return code

    def term(self, number: int) -> bytes:
        first, second = divmod(self._code(number), len(self._units))
        return b"%b %b" % (self._units.term(first), self._units.term(second))

    def extent(self, number: int) -> Extent:
        return _extent(self._rows, number)

    def list_starts(self) -> tuple[Numbers, Numbers]:
        """int64[terms + 1] twice: where each posting list begins, and its positions."""
        return _list_starts(self._rows)


def _extent(rows: _Rows, number: int) -> Extent:
    before, after = rows.row(number)
    return Extent(before[_LIST], after[_LIST], before[-1], after[-1])


def _list_starts(rows: _Rows) -> tuple[Numbers, Numbers]:
    starts = rows.all()
    return starts[:, _LIST], starts[:, -1]
