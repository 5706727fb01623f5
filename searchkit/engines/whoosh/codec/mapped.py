"""A block of a file as an array of which any part can be read; the checksum of each chunk is verified once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from searchkit.engines.arrays import Int64s
from searchkit.engines.whoosh.codec.api import Damaged

CHUNK = 1 << 14
"""Bytes per checksum."""


class Mapped:
    """A block, mapped: what is read of it is verified first.

    Args:
        array: its items, of 1, 2, 4 or 8 bytes each; nothing of it is verified yet.
        verified: per chunk 1 where it was verified.
        verify: verifies the chunk with a number, and notes that in ``verified``. Raises Damaged.
        damaged: makes the error of a place that the block does not have.
    """

    __slots__ = ("_array", "_damaged", "_items", "_shift", "_verified", "_verify")

    def __init__(
        self,
        array: npt.NDArray[Any],
        verified: bytearray,
        verify: Callable[[int], None],
        damaged: Callable[[], Damaged],
    ) -> None:
        self._array = array
        self._items = array.data
        self._shift = (CHUNK // array.itemsize).bit_length() - 1
        self._verified = verified
        self._verify = verify
        self._damaged = damaged

    def __len__(self) -> int:
        """How many items."""
        return len(self._items)

    def __getitem__(self, place: int) -> int:
        """One item; the caller knows that the block has the place."""
        chunk = place >> self._shift
        if not self._verified[chunk]:
            self._verify(chunk)
        item: int = self._items[place]
        return item

    def items(self, first: int, last: int) -> memoryview:
        """All items, of which those from ``first`` to ``last`` (excluded) are verified. Raises Damaged."""
        if not 0 <= first <= last <= len(self._items):
            raise self._damaged()
        shift = self._shift
        if first < last:
            for chunk in range(first >> shift, ((last - 1) >> shift) + 1):
                if not self._verified[chunk]:
                    self._verify(chunk)
        return self._items

    def array(self, first: int, last: int) -> npt.NDArray[Any]:
        """The items from ``first`` to ``last`` (excluded). Raises Damaged."""
        self.items(first, last)
        return self._array[first:last]

    def whole(self, firsts: Int64s, lasts: Int64s) -> npt.NDArray[Any]:
        """All items, of which ranges are verified: from each of ``firsts`` to ``lasts`` (excluded). Raises Damaged."""
        some = lasts > firsts
        firsts, lasts = firsts[some], lasts[some]
        if len(firsts) and not (firsts.min() >= 0 and lasts.max() <= len(self._items)):
            raise self._damaged()
        chunks, last_chunks = firsts >> self._shift, (lasts - 1) >> self._shift
        read = set(chunks.tolist())
        for place in (last_chunks > chunks).nonzero()[0].tolist():
            read.update(range(int(chunks[place]), int(last_chunks[place]) + 1))
        for chunk in read:
            if not self._verified[chunk]:
                self._verify(chunk)
        return self._array

    def bytes(self, first: int, last: int) -> bytes:
        """The bytes of the items from ``first`` to ``last`` (excluded). Raises Damaged."""
        return self.items(first, last)[first:last].tobytes()
