"""Variable-length integers (LEB128): seven bits per byte, least significant first; the high bit says that more follow.

Arrays are encoded and decoded as a whole.
"""

from __future__ import annotations

import numpy as np

from searchkit.engines.arrays import Bytes, Int64s
from searchkit.engines.whoosh.numeric.errors import Undecodable

_BITS = 7
_MORE = 0x80
_LOW = 0x7F
_MAX_BYTES = 9
"""Of a value: 63 bits."""

_CHUNK = 1 << 15
"""Values or bytes handled at once, so that intermediate arrays stay in the processor's cache."""


def encoded_lengths(values: Int64s) -> Int64s:
    """int64[n]: the bytes that each value takes."""
    lengths = np.ones(len(values), np.int64)
    limit = _MORE
    top = int(values.max(initial=0))
    while limit <= top:
        lengths += values >= limit
        limit <<= _BITS
    return lengths


def encode(values: Int64s) -> tuple[Bytes, Int64s]:
    """Encode values of at least 0.

    Returns:
        The bytes, and int64[n + 1], the byte where each value begins, and the end.

    >>> encode(np.array([1, 300]))[0].tobytes().hex()
    '01ac02'
    """
    parts = [_encode(values[at : at + _CHUNK]) for at in range(0, len(values), _CHUNK)]
    if len(parts) == 1:
        return parts[0]
    sizes = np.cumsum([0, *(len(encoded) for encoded, _ in parts)])
    starts = [part[:-1] + size for (_, part), size in zip(parts, sizes, strict=False)]
    encoded = [np.empty(0, np.uint8), *(part for part, _ in parts)]
    return np.concatenate(encoded), np.concatenate([*starts, sizes[-1:]])


def _encode(values: Int64s) -> tuple[Bytes, Int64s]:
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


def decode(encoded: Bytes) -> Int64s:
    """int64[n]: all values of some bytes that ``encode`` gave; none is negative.

    Raises:
        Undecodable: the last value does not end, or one takes more than 63 bits.

    >>> decode(encode(np.array([1, 300]))[0]).tolist()
    [1, 300]
    """
    if len(encoded) and encoded[-1] >= _MORE:
        raise Undecodable
    if len(encoded) <= _CHUNK:
        return _decode(encoded)
    parts = []
    start = 0
    while start < len(encoded):
        end = min(start + _CHUNK, len(encoded))
        while encoded[end - 1] >= _MORE:  # some value ends before: none is as long as a chunk
            end -= 1
            if end == start:
                raise Undecodable
        parts.append(_decode(encoded[start:end]))
        start = end
    return np.concatenate(parts)


def _decode(encoded: Bytes) -> Int64s:
    ends = np.flatnonzero(encoded < _MORE)
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
        if offset == _MAX_BYTES and len(longer):
            raise Undecodable
    return values


def decode_one(encoded: memoryview, at: int) -> int:
    """The value that begins at a byte.

    Raises:
        Undecodable: it does not end, or takes more than 63 bits.

    >>> decode_one(memoryview(encode(np.array([1, 300]))[0]), 1)
    300
    """
    first: int = encoded[at]
    if first < _MORE:
        return first
    value = 0
    for place, byte in enumerate(encoded[at : at + _MAX_BYTES]):
        value |= (byte & _LOW) << _BITS * place
        if byte < _MORE:
            return value
    raise Undecodable
