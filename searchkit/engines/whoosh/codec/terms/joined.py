"""Terms in one piece: as a list of objects, those of hundreds of runs would take half a gigabyte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import Bytes, UInt32s


@dataclass(frozen=True, slots=True, eq=False)
class JoinedTerms:
    """Terms as UTF-8.

    Attributes:
        whole: uint8[n], with a NUL after each.
        starts: uint32[terms + 1], where each begins, and the end.
    """

    whole: Bytes
    starts: UInt32s

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> JoinedTerms:
        """Join terms, which have no NUL."""
        lengths = np.fromiter(map(len, terms), np.int64, len(terms)) + 1
        whole = np.frombuffer(b"\0".join([*terms, b""]), np.uint8)
        return cls(whole, np.append(0, np.cumsum(lengths)).astype(np.uint32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def term(self, place: int) -> bytes:
        """The term at a place."""
        term: bytes = self.whole[self.starts[place] : self.starts[place + 1] - 1].tobytes()
        return term

    def between(self, first: int, last: int) -> list[bytes]:
        """The terms ``first`` to ``last`` (excluded)."""
        return self.whole[self.starts[first] : self.starts[last]].tobytes().split(b"\0")[:-1]

    def all(self) -> list[bytes]:
        """Every term."""
        return self.between(0, len(self))

    def is_consistent(self) -> bool:
        """Whether these are so many texts, each followed by a NUL."""
        if self.starts[0] or self.starts[-1] != len(self.whole) or (self.starts[1:] <= self.starts[:-1]).any():
            return False
        return np.array_equal(np.flatnonzero(self.whole == 0) + 1, self.starts[1:])
