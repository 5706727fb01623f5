"""The arrays that engines work on: their types, each by one name, and questions to sorted ones."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]
UInt64s = npt.NDArray[np.uint64]
Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]

Integers = npt.NDArray[Any]
"""Integers of any width."""

DocIds = npt.NDArray[np.int64]
"""Numbers of documents, ascending; each once unless said otherwise."""

_Integer = TypeVar("_Integer", bound=np.integer[Any])


def no_int64s() -> Int64s:
    """int64[0]."""
    return np.zeros(0, np.int64)


def changes(values: npt.NDArray[Any]) -> Bools:
    """bool[n]: whether each value differs from the one before it; the first one does.

    >>> changes(np.array([1, 1, 2])).tolist()
    [True, False, True]
    """
    changes = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def distinct(ascending: npt.NDArray[_Integer]) -> npt.NDArray[_Integer]:
    """The values without repetitions.

    >>> distinct(np.array([1, 1, 2])).tolist()
    [1, 2]
    """
    return ascending[changes(ascending)]


def are_among(some: Integers, others: Integers) -> Bools:
    """bool[some]: which values are in ``others``, which must be ascending.

    >>> are_among(np.array([1, 4, 9]), np.array([2, 4])).tolist()
    [False, True, False]
    """
    if not len(others):
        return np.zeros(len(some), bool)
    places = others.searchsorted(some)
    np.minimum(places, len(others) - 1, out=places)
    found: Bools = others.take(places) == some
    return found


def expand_ranges(starts: Int64s, counts: Int64s) -> Int64s:
    """int64[sum of counts]: the indexes of each range, range after range.

    Args:
        starts: int64[n], the first index of each range.
        counts: int64[n], the length of each range.

    >>> expand_ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(counts) - counts
    indexes: Int64s = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
    return indexes
