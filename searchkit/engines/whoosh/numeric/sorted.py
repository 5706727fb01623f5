"""Ascending numbers: where they change, each once, which of them others have."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

_Integer = TypeVar("_Integer", bound=np.integer)


def changes(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """bool[n]: whether each differs from the one before it.

    >>> changes(np.array([1, 1, 2])).tolist()
    [True, False, True]
    """
    changes = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def distinct(ascending: npt.NDArray[_Integer]) -> npt.NDArray[_Integer]:
    """Each number once."""
    return ascending[changes(ascending)]


def are_among(some: npt.NDArray[np.integer], others: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """bool[some]: which of some numbers are among others; the others ascend.

    >>> are_among(np.array([1, 4, 9]), np.array([2, 4])).tolist()
    [False, True, False]
    """
    if not len(others):
        return np.zeros(len(some), bool)
    places = others.searchsorted(some)
    np.minimum(places, len(others) - 1, out=places)
    found: npt.NDArray[np.bool_] = others.take(places) == some
    return found
