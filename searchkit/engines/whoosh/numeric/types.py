"""The array types of the engine, each by one name."""

from __future__ import annotations

from typing import Any

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

DocValues = npt.NDArray[Any]
"""Structured[documents]: one row of ``schema.DOC_VALUES_DTYPE`` per document."""


class Undecodable(Exception):
    """These bytes are none that an encoder of the engine wrote. Who knows the file says so."""


def no_int64s() -> Int64s:
    """int64[0]."""
    return np.zeros(0, np.int64)
