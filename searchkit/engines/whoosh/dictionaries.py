"""Terms in order, in a segment's file: from a term to its number, and from there on.

Two kinds: texts, one after the other; and pairs of units, which are two numbers of the units' own dictionary.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Protocol

import numpy as np

from searchkit.engines.whoosh.blocks import BlockFile, BlockWriter
from searchkit.engines.whoosh.varints import Numbers


class Dictionary(Protocol):
    """The terms of one field, ascending."""

    def __len__(self) -> int: ...

    def number(self, term: bytes) -> int | None:
        """The place of a term; None where there is no such term."""

    def term(self, number: int) -> bytes: ...


class Texts:
    """Terms as UTF-8, found by bisection."""

    def __init__(self, file: BlockFile, name: str) -> None:
        self._ends = file.words(f"{name}.ends", "<u4")
        self._texts = file.words(f"{name}.texts", "u1")

    @staticmethod
    def write(file: BlockWriter, name: str, terms: list[bytes]) -> None:
        file.add(f"{name}.texts", b"".join(terms))
        file.add(f"{name}.ends", np.cumsum([len(term) for term in terms]).astype("<u4"))

    def __len__(self) -> int:
        return len(self._ends)

    def number(self, term: bytes) -> int | None:
        at = self._place(term)
        return at if at < len(self._ends) and self.term(at) == term else None

    def _place(self, term: bytes) -> int:
        """The place of the first term that is not less."""
        low, high = 0, len(self._ends)
        ends, texts = self._ends, self._texts
        while low < high:
            middle = (low + high) // 2
            if bytes(texts[ends[middle - 1] if middle else 0 : ends[middle]]) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def all(self) -> list[bytes]:
        """Every text, in order."""
        texts = bytes(self._texts)
        return [texts[start:end] for start, end in pairwise([0, *self._ends.tolist()])]

    def term(self, number: int) -> bytes:
        return bytes(self._texts[self._ends[number - 1] if number else 0 : self._ends[number]])


class Pairs:
    """Terms of two units, each a number of ``units``: ``"a b"`` is among the seconds of ``a``."""

    def __init__(self, file: BlockFile, name: str, units: Dictionary) -> None:
        self._starts = file.array(f"{name}.firsts", "<u4")
        self._seconds = file.array(f"{name}.seconds", "<u4")
        self._units = units

    @staticmethod
    def write(file: BlockWriter, name: str, firsts: Numbers, seconds: Numbers, units: int) -> None:
        file.add(f"{name}.firsts", np.searchsorted(firsts, np.arange(units + 1)).astype("<u4"))
        file.add(f"{name}.seconds", seconds.astype("<u4"))

    def unit_numbers(self) -> tuple[Numbers, Numbers]:
        """int64[n] twice: the first and the second unit of each pair."""
        counts = np.diff(self._starts).astype(np.int64)
        firsts = np.repeat(np.arange(len(counts)), counts)
        return firsts, self._seconds.astype(np.int64)

    def __len__(self) -> int:
        return len(self._seconds)

    def number(self, term: bytes) -> int | None:
        first, _, second = term.partition(b" ")
        a, b = self._units.number(first), self._units.number(second)
        if a is None or b is None:
            return None
        start, end = int(self._starts[a]), int(self._starts[a + 1])
        at = start + int(self._seconds[start:end].searchsorted(b))
        return at if at < end and self._seconds[at] == b else None

    def term(self, number: int) -> bytes:
        first = int(self._starts.searchsorted(number, side="right")) - 1
        return b"%b %b" % (self._units.term(first), self._units.term(int(self._seconds[number])))


def split_pairs(terms: list[bytes], units: list[bytes]) -> tuple[Numbers, Numbers, int]:
    """The first and the second unit of each pair as numbers, and how many units there are."""
    numbers = {unit: number for number, unit in enumerate(units)}
    split = [term.split(b" ") for term in terms]
    firsts = np.array([numbers[first] for first, _ in split], np.int64)
    return firsts, np.array([numbers[second] for _, second in split], np.int64), len(units)
