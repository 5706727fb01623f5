"""Numbers as few bytes: seven bits a byte, the lowest first, the high bit set on all but a number's last byte.

Encoding and decoding work on whole arrays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_BITS = 7
_MORE = 0x80
_LOW = 0x7F
_AT_ONCE = 1 << 15  # numbers or bytes: what the steps in between need stays in the processor's cache


def encoded_lengths(values: Numbers) -> Numbers:
    """int64[n]: how many bytes each number takes."""
    lengths = np.ones(len(values), np.int64)
    limit = _MORE
    top = int(values.max(initial=0))
    while limit <= top:
        lengths += values >= limit
        limit <<= _BITS
    return lengths


def encode(values: Numbers) -> tuple[Bytes, Numbers]:
    """The bytes of non-negative numbers, and int64[n + 1], where each begins.

    >>> encode(np.array([1, 300]))[0].tobytes().hex()
    '01ac02'
    """
    parts = [_encode(values[at : at + _AT_ONCE]) for at in range(0, len(values), _AT_ONCE)]
    if len(parts) == 1:
        return parts[0]
    sizes = np.cumsum([0, *(len(encoded) for encoded, _ in parts)])
    starts = [part[:-1] + size for (_, part), size in zip(parts, sizes, strict=False)]
    encoded = [np.empty(0, np.uint8), *(part for part, _ in parts)]
    return np.concatenate(encoded), np.concatenate([*starts, sizes[-1:]])


def _encode(values: Numbers) -> tuple[Bytes, Numbers]:
    lengths = encoded_lengths(values)
    starts = np.append(0, np.cumsum(lengths))
    encoded = np.empty(starts[-1], np.uint8)
    left = values
    places = starts[:-1]
    while len(left):
        more = left > _LOW
        encoded[places] = (left & _LOW) | (more * np.int64(_MORE))
        left = left[more] >> _BITS
        places = places[more] + 1
    return encoded, starts


def decode(encoded: Bytes) -> Numbers:
    """The numbers of some bytes.

    >>> decode(encode(np.array([1, 300]))[0]).tolist()
    [1, 300]
    """
    if len(encoded) <= _AT_ONCE:
        return _decode(encoded)
    parts = []
    start = 0
    while start < len(encoded):
        end = min(start + _AT_ONCE, len(encoded))
        while encoded[end - 1] >= _MORE:
            end -= 1
        parts.append(_decode(encoded[start:end]))
        start = end
    return np.concatenate(parts)


def _decode(encoded: Bytes) -> Numbers:
    last = encoded < _MORE
    ends = np.flatnonzero(last)
    if len(ends) == len(encoded):
        return encoded.astype(np.int64)
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1] + 1
    values = (encoded[starts] & _LOW).astype(np.int64)
    longer = np.flatnonzero(ends > starts)
    shift = _BITS
    offset = 1
    while len(longer):
        places = starts[longer] + offset
        values[longer] |= (encoded[places] & np.int64(_LOW)) << shift
        longer = longer[ends[longer] > places]
        shift += _BITS
        offset += 1
    return values


def first_number(encoded: memoryview, at: int) -> int:
    """The number that begins at a byte.

    >>> first_number(memoryview(encode(np.array([1, 300]))[0]), 1)
    300
    """
    number = shift = 0
    while encoded[at] >= _MORE:
        number |= (encoded[at] & _LOW) << shift
        shift += _BITS
        at += 1
    return number | int(encoded[at]) << shift
