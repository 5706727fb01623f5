"""Texts as arrays of code points, and tables of what is known of each code point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CodePoints = npt.NDArray[np.uint32]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CODE_SPACE = 0x110000
"""The number of code points."""


def code_points(text: str) -> CodePoints:
    """The code points of a text, uint32[len(text)]; unpaired surrogates stay as they are.

    >>> code_points("a中").tolist()
    [97, 20013]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def text_of(points: npt.NDArray[np.integer]) -> str:
    """The text of some code points: the inverse of ``code_points``."""
    return points.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


class CodePointTable:
    """Properties of code points, computed when a code point first occurs."""

    def __init__(self) -> None:
        self._computed = np.zeros(CODE_SPACE, bool)

    def add(self, points: CodePoints) -> None:
        """Compute the properties of those code points that the table does not have yet."""
        new = points[~self._computed[points]]
        if len(new):
            occurs = np.zeros(CODE_SPACE, bool)  # np.unique would load numpy.ma, which takes 10 ms
            occurs[new] = True
            codes = np.flatnonzero(occurs).tolist()
            self._compute(codes)
            self._computed[codes] = True

    def _compute(self, codes: list[int]) -> None:
        """Compute the properties of some code points, ascending, at least one."""
        raise NotImplementedError
