"""The arrays of the engine, each kind by one name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]

DocIds = npt.NDArray[np.int64]
"""Numbers of documents, ascending; each once unless said otherwise."""


def no_int64s() -> Int64s:
    """int64[0]."""
    return np.zeros(0, np.int64)
