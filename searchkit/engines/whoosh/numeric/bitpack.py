"""Integers of varying bit widths in one array of bytes, least significant bit first."""

from __future__ import annotations

import numpy as np

from searchkit.engines.arrays import Bytes, Int64s, Integers, UInt64s, changes

MAX_WIDTH = 32
"""Bits of the widest value."""

_WORD_BITS = 64
_WORD_BYTES = 8
_SPARSE = 16
"""Below one value per so many bytes, ``unpack`` reads only the words that it needs instead of copying all bytes."""


def bit_widths(limits: Int64s) -> Int64s:
    """int64[n]: the bits that hold every value below each limit, ceil(log2(limit)).

    >>> bit_widths(np.array([0, 1, 2, 3, 256, 257])).tolist()
    [0, 0, 1, 2, 8, 9]
    """
    # a float64's exponent is the place of the highest bit; exact below 2**53
    return np.frexp(np.maximum(limits - 1, 0).astype(np.float64))[1].astype(np.int64)


def pack(values: Integers, widths: Integers, offsets: Int64s, size: int) -> Bytes:
    """Write each value at its bit offset.

    Args:
        values: integer[n], each at least 0 and below 2**width.
        widths: integer[n], in bits, at most ``MAX_WIDTH``.
        offsets: int64[n], the first bit of each value, ascending; values must not overlap.
        size: length of the result, bytes.

    >>> pack(np.array([1, 2]), np.array([1, 2]), np.array([0, 1]), 1).tolist()
    [5]
    """
    words = np.zeros(size // _WORD_BYTES + 2, np.uint64)
    if not len(values):
        return words.view(np.uint8)[:size]
    word = offsets >> 6
    shift = (offsets & (_WORD_BITS - 1)).astype(np.uint8)
    low = values.astype(np.uint64)
    low <<= shift
    first = np.flatnonzero(changes(word))
    words[word[first]] = np.bitwise_or.reduceat(low, first)
    over = np.flatnonzero(shift + widths.astype(np.uint8) > _WORD_BITS)  # at most one value crosses each word's end
    words[word[over] + 1] |= values[over].astype(np.uint64) >> (_WORD_BITS - shift[over]).astype(np.uint64)
    return words.astype("<u8", copy=False).view(np.uint8)[:size]


def unpack(packed: Bytes, widths: Int64s | int, offsets: Int64s) -> Int64s:
    """int64[n]: the values that ``pack`` wrote at these offsets; ``widths`` may be one for all.

    >>> unpack(np.array([5], np.uint8), np.array([1, 2]), np.array([0, 1])).tolist()
    [1, 2]
    """
    if len(offsets) * _SPARSE < len(packed):
        words, within = _words_at(packed, offsets >> 3), offsets & 7
    else:
        words, within = _overlapping_words(packed).take(offsets >> 5), offsets & 31
    words >>= within.view(np.uint64)
    values = words.view(np.int64)
    values &= (1 << widths) - 1
    return values


def _overlapping_words(packed: Bytes) -> UInt64s:
    """uint64[n]: the eight bytes that begin at every fourth byte, zeros being behind the last."""
    halves = np.zeros(-(-len(packed) // 4) + 2, np.dtype("<u4"))
    halves.view(np.uint8)[: len(packed)] = packed
    words = halves[1:].astype(np.uint64)
    words <<= np.uint64(32)
    words |= halves[:-1]
    return words


def _words_at(packed: Bytes, at: Int64s) -> UInt64s:
    """uint64[n]: the eight bytes that begin at some bytes; what lies beyond the end is masked out by the caller."""
    eight = np.take(packed, at[:, None] + np.arange(_WORD_BYTES), mode="clip")
    return eight.view(np.dtype("<u8"))[:, 0]
