"""Where are the set bits of a bit string? Words of 64 bits are counted, and only few of them looked into.

Select by counts of words, then of bytes, then from a table (Vigna, Broadword Implementation of Rank/Select Queries,
2008), on arrays of questions. The counts are made when a string is opened: 64 bits take a nanosecond.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from searchkit.engines.arrays import Bools, Bytes, Int64s, UInt64s

_WORD_BITS = 64
_WORD_BYTES = 8


class BitString:
    """Some bits of an array of bytes, bit *k* being bit *k mod 8* (0 is the least significant) of byte *k div 8*.

    Args:
        packed: the bytes.
        start: the first bit.
        size: how many bits.
        inverted: whether zeros count in place of ones.

    Attributes:
        ones: how many bits are set.
    """

    def __init__(self, packed: Bytes, start: int, size: int, *, inverted: bool = False) -> None:
        self._shift = start & 7
        end = self._shift + size
        words = np.zeros(-(-end // _WORD_BITS), np.dtype("<u8"))
        whole = words.view(np.uint8)
        here = packed[start >> 3 : (start + size + 7) >> 3]
        whole[: len(here)] = here
        if inverted:
            np.invert(words, out=words)
        if len(words):
            words[0] &= ~np.uint64(0) << np.uint64(self._shift)
            words[-1] &= ~np.uint64(0) >> np.uint64(-end % _WORD_BITS)
        self._words: UInt64s = words
        self._bytes = whole
        self._ends: Int64s = np.cumsum(np.bitwise_count(words), dtype=np.int64)
        self.ones = int(self._ends[-1]) if len(words) else 0

    def has(self, bits: Int64s) -> Bools:
        """bool[n]: which bits are set; each must be one of the string."""
        at = bits + self._shift
        found: Bools = (self._bytes[at >> 3] >> (at & 7).astype(np.uint8)) & 1 == 1
        return found

    def select(self, numbers: Int64s) -> Int64s:
        """int64[n]: the place of set bits, given which of the ``ones`` each is, from 0; ascending."""
        word = self._ends.searchsorted(numbers, side="right")
        eight = self._bytes.reshape(-1, _WORD_BYTES)[word]
        counts = np.cumsum(np.bitwise_count(eight), axis=1, dtype=np.uint8)
        left = (numbers - self._ends[word] + counts[:, -1]).astype(np.uint8)  # which bit of its word
        byte = np.count_nonzero(counts <= left[:, None], axis=1)
        row = np.arange(len(numbers))
        left -= np.where(byte, counts[row, byte - 1], 0).astype(np.uint8)
        places: Int64s = word * _WORD_BITS + byte * 8 + _places_in_bytes()[eight[row, byte], left] - self._shift
        return places


@lru_cache(1)
def _places_in_bytes() -> Bytes:
    """uint8[256, 8]: the place of each set bit of each byte."""
    table = np.zeros((256, 8), np.uint8)
    for value in range(256):
        places = [bit for bit in range(8) if value >> bit & 1]
        table[value, : len(places)] = places
    return table
