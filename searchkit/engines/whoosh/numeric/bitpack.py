"""Numbers as few bits: each as many as it is given, one after the other, the lowest bit first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.numeric.sorted import changes
from searchkit.engines.whoosh.numeric.varint import Bytes, Numbers

_WORD = 64
_WORD_BYTES = 8
_FEW = 16  # bytes for each number: where there are more, those that are not asked for are not copied

Words = np.ndarray[tuple[int], np.dtype[np.uint64]]


def bit_widths(limits: Numbers) -> Numbers:
    """int64[n]: how many bits a number takes that is less than each limit.

    >>> bit_widths(np.array([0, 1, 2, 3, 256, 257])).tolist()
    [0, 0, 1, 2, 8, 9]
    """
    # a float's exponent is the place of its highest bit, exactly so below 2 to the power of 53
    return np.frexp(np.maximum(limits - 1, 0).astype(np.float64))[1].astype(np.int64)


def pack(
    values: npt.NDArray[np.integer], widths: npt.NDArray[np.integer], places: Numbers, size: int
) -> Bytes:
    """The bytes that hold some numbers.

    Args:
        values: integer[n], not negative, each of less than 2 to the power of its width.
        widths: integer[n], in bits, 32 at most.
        places: int64[n], the bit where each begins, ascending; they do not overlap.
        size: how many bytes there are.

    >>> pack(np.array([1, 2]), np.array([1, 2]), np.array([0, 1]), 1).tolist()
    [5]
    """
    words = np.zeros(size // _WORD_BYTES + 2, np.uint64)
    if not len(values):
        return words.view(np.uint8)[:size]
    at = places >> 6
    shift = (places & (_WORD - 1)).astype(np.uint8)
    low = values.astype(np.uint64)
    low <<= shift
    first = np.flatnonzero(changes(at))
    words[at[first]] = np.bitwise_or.reduceat(low, first)
    over = np.flatnonzero(shift + widths.astype(np.uint8) > _WORD)  # one a word at most
    words[at[over] + 1] |= values[over].astype(np.uint64) >> (_WORD - shift[over]).astype(np.uint64)
    return words.astype("<u8", copy=False).view(np.uint8)[:size]


def unpack(packed: Bytes, widths: Numbers, places: Numbers) -> Numbers:
    """The numbers that ``pack`` was given.

    >>> unpack(np.array([5], np.uint8), np.array([1, 2]), np.array([0, 1])).tolist()
    [1, 2]
    """
    at = places >> 3
    words = _gathered(packed, at) if len(at) * _FEW < len(packed) else _overlapping(packed)[at]
    values = words >> (places & 7).astype(np.uint64)
    values &= (np.uint64(1) << widths.astype(np.uint64)) - np.uint64(1)
    return values.view(np.int64)


def _overlapping(packed: Bytes) -> Words:
    """The eight bytes from every byte on, as one number each: a view of a copy with zeros behind."""
    padded = np.concatenate([packed, np.zeros(_WORD_BYTES, np.uint8)])
    return np.ndarray((len(packed) + 1,), np.dtype("<u8"), buffer=padded, strides=(1,))


def _gathered(packed: Bytes, at: Numbers) -> Words:
    """The eight bytes from some bytes on; beyond the end there is nothing that anybody asks for."""
    eight = np.take(packed, at[:, None] + np.arange(_WORD_BYTES), mode="clip")
    return eight.view(np.dtype("<u8"))[:, 0]
