"""Integers of which the low 16 bits are one block and what is above, if anything, another."""

from __future__ import annotations

import numpy as np

from searchkit.engines.arrays import Int64s, Integers
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter

LOW_BITS = 16
LOW = (1 << LOW_BITS) - 1


def _high_type(limit: int) -> str | None:
    """The type of what is above the low bits of integers below a limit; None where nothing is."""
    if limit <= 1 << LOW_BITS:
        return None
    return "u1" if limit <= 1 << LOW_BITS + 8 else "<u2"


def write_split(file: BlockWriter, name: str, values: Integers, limit: int) -> None:
    """Write integers from 0 to below a limit, which is at most 2**32."""
    file.add(name, (values & LOW).astype("<u2"))
    high = _high_type(limit)
    if high:
        file.add(f"{name}.high", (values >> LOW_BITS).astype(high))


class SplitIntegers:
    """Reads such integers; safe to use from several threads.

    Args:
        file: the segment's.
        name: of the block of the low bits.
        limit: as it was written.
        count: how many there are; None where nobody knows.

    Attributes:
        lows: the low bits.
        highs: the others; None where all are 0.

    Raises:
        Damaged: by the constructor and every method.
    """

    def __init__(self, file: BlockFile, name: str, limit: int, count: int | None = None) -> None:
        self.lows = file.mapped(name, "<u2", count)
        high = _high_type(limit)
        self.highs = file.mapped(f"{name}.high", high, len(self.lows)) if high else None

    def __getitem__(self, place: int) -> int:
        """One of them."""
        return self.lows[place] if self.highs is None else self.highs[place] << LOW_BITS | self.lows[place]

    def array(self, first: int, last: int) -> Int64s:
        """int64[last - first]: those from ``first`` to ``last`` (excluded)."""
        values: Int64s = self.lows.array(first, last).astype(np.int64)
        if self.highs is not None:
            values |= self.highs.array(first, last).astype(np.int64) << LOW_BITS
        return values
