"""A part of a segment that is merged before anybody searches it: its posting lists lie as they do in memory.

To merge them costs neither to encode them twice nor to decode them. Documents, numbers and paths are kept as a segment
keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.codec.reader import PATH_FIELD, ArraySegmentReader
from searchkit.engines.whoosh.codec.writer import ArraySegmentWriter
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.termdict import BigramTerms
from searchkit.engines.whoosh.indexing.inverter import FieldPostings
from searchkit.engines.whoosh.codec.postings import Lists
from searchkit.engines.whoosh.numeric.varint import Numbers

_COLUMNS = ("documents", "frequencies", "positions")
_WIDTHS = (1, 2, 4)  # bytes of a number


class RunWriter(ArraySegmentWriter):
    """Writes a run's file."""

    def add_field(self, name: str, postings: FieldPostings) -> None:
        """All terms of a field; unigrams before their bigrams."""
        if name == PATH_FIELD:
            super().add_field(name, postings)
            return
        lists = postings.lists
        if isinstance(postings.terms, BigramTerms):
            self._file.add(f"{name}.terms", postings.terms.codes().astype("<i8", copy=False))
        else:
            self._file.add(f"{name}.terms", b"\0".join(postings.terms))
        ends = np.append(0, np.cumsum(lists.frequencies))[lists.starts]
        self._file.add(f"{name}.starts", np.column_stack([lists.starts, ends]).astype("<u4"))
        for column in _COLUMNS:
            values = getattr(lists, column)
            width = _width(int(values.max(initial=0)))
            self._file.add(f"{name}.{column}.{width}", values.astype(f"<u{width}"))


def _width(top: int) -> int:
    return next(width for width in _WIDTHS if top < 1 << 8 * width)


class RunReader(ArraySegmentReader):
    """A run's file, mapped for reading."""

    def field(self, name: str) -> RunField:
        """The posting lists of a field other than the paths."""
        starts = self._file.array(f"{name}.starts", "<u4").reshape(-1, 2)
        widths = [
            next(width for width in _WIDTHS if f"{name}.{column}.{width}" in self._file) for column in _COLUMNS
        ]
        return RunField(self._file, name, starts, widths)


@dataclass(frozen=True, slots=True)
class RunField:
    """The posting lists of a field in a run.

    Attributes:
        file: the run's.
        name: the field's.
        starts: uint32[terms + 1, 2], where each list begins in postings and in occurrences.
        widths: bytes of a document, a frequency, a position.
    """

    file: BlockFile
    name: str
    starts: npt.NDArray[np.uint32]
    widths: list[int]

    def texts(self) -> list[bytes]:
        """The terms of a field of texts."""
        whole = self.file.array(f"{self.name}.terms", "u1").tobytes()
        return whole.split(b"\0") if len(self.starts) > 1 else []

    def codes(self) -> Numbers:
        """The terms of a field of bigrams."""
        codes: Numbers = self.file.array(f"{self.name}.terms", "<i8")
        return codes

    def occurrences(self) -> Numbers:
        """int64[terms], how often each term occurs."""
        ends = self.starts[:, 1].astype(np.int64)
        return ends[1:] - ends[:-1]

    def lists(self, first: int, last: int) -> Lists:
        """The posting lists of some neighbouring terms."""
        starts = self.starts[first : last + 1, 0].astype(np.int64)
        a, b = self.starts[first].tolist(), self.starts[last].tolist()
        documents, frequencies, positions = (
            self._part(column, width, a[kind], b[kind])
            for column, width, kind in zip(_COLUMNS, self.widths, (0, 0, 1), strict=True)
        )
        return Lists(starts - a[0], documents, frequencies, positions)

    def _part(self, column: str, width: int, start: int, end: int) -> npt.NDArray[Any]:
        block = f"{self.name}.{column}.{width}"
        if not self.file.length(block):
            return np.zeros(0, np.int32)
        return self.file.part(block, start * width, end * width).view(f"<u{width}").astype(np.int32)
