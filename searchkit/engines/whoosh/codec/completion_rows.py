"""The rows of the terms that are suggested, column by column: a third of the bytes that they take as an array.

docs/format.md describes the blocks. Of some neighbouring buckets, only their part of each column is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Int64s, Integers
from searchkit.engines.suggesting.protocol import BUCKETS, INITIALS, ROW, ROW_CHARS
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.mapped import Mapped

_STEP = (1 << 16) - 1
"""A step that goes on: what is added is no term yet."""

_FREQUENT = 255
"""A doc freq of at least this lies apart."""

_ALIKE = 8
"""Set in the length of a row whose first character is that of the row before: only the others are kept."""

_COLUMNS = 4
"""Of the buckets: the first step, row, character and frequent term of each."""


def encode_rows(rows: npt.NDArray[np.void], buckets: Int64s) -> Mapping[str, Integers]:
    """The blocks that keep the rows of a field, by the last parts of their names.

    Args:
        rows: ROW[n], by bucket, ascending in each.
        buckets: int64[BUCKETS + 1], where each begins, and the end.
    """
    parts, befores = [], [np.zeros((1, _COLUMNS), np.int64)]
    for first in range(0, BUCKETS, INITIALS):  # a part of the buckets at once, since a row takes a hundred bytes
        borders = buckets[first : first + INITIALS + 1]
        part, ends = _encode_part(rows[borders[0] : borders[-1]], borders - borders[0])
        parts.append(part)
        befores.append(befores[-1][-1] + ends)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return {**columns, "buckets": np.concatenate(befores).astype("<u4")}


def _encode_part(rows: npt.NDArray[np.void], buckets: Int64s) -> tuple[Mapping[str, Integers], Int64s]:
    """The columns of the rows of some buckets, and what of each lies before the end of each bucket."""
    terms, doc_freqs = rows["term"].astype(np.int64), rows["doc_freq"]
    is_first = np.zeros(len(rows) + 1, bool)
    is_first[buckets] = True
    more = np.where(is_first[:-1], terms, np.diff(terms, prepend=0))
    ends = np.cumsum(more // _STEP + 1)
    steps = np.full(int(ends[-1]) if len(ends) else 0, _STEP, "<u2")
    steps[ends - 1] = more % _STEP
    chars = rows["chars"]
    is_alike = np.append(False, chars[1:, 0] == chars[:-1, 0])[: len(rows)] & ~is_first[:-1] & (chars[:, 0] > 0)
    is_char = chars > 0
    is_char[is_alike, 0] = False
    lengths = np.count_nonzero(is_char, axis=1)
    is_frequent = doc_freqs >= _FREQUENT
    counts = (ends, np.cumsum(lengths), np.cumsum(is_frequent))
    steps_before, chars_before, frequent_before = (np.append(0, count)[buckets[1:]] for count in counts)
    return {
        "steps": steps,
        "lengths": (lengths + _ALIKE * is_alike).astype(np.uint8),
        "chars": chars[is_char].astype("<u2"),
        "doc_freqs": np.minimum(doc_freqs, _FREQUENT).astype(np.uint8),
        "frequent": doc_freqs[is_frequent].astype("<u4"),
    }, np.column_stack([steps_before, buckets[1:], chars_before, frequent_before])


@dataclass(frozen=True, slots=True, eq=False)
class CompletionRows:
    """Reads the rows of a field.

    Attributes:
        file: the segment's.
        field: the name of the field.
        buckets: int64[BUCKETS + 1, 4], what of the columns lies before each bucket.
        columns: these.
    """

    file: BlockFile
    field: str
    buckets: Int64s
    columns: tuple[Mapped, Mapped, Mapped, Mapped, Mapped]

    @classmethod
    def of(cls, file: BlockFile, field: str) -> CompletionRows:
        """Open them. Raises Damaged."""
        name = f"suggest.{field}.buckets"
        buckets = file.array(name, "<u4", _COLUMNS * (BUCKETS + 1)).reshape(-1, _COLUMNS).astype(np.int64)
        if np.count_nonzero(buckets[1:] < buckets[:-1]) or buckets[0].any():
            raise file.damaged(name)
        steps, rows, chars, frequent = buckets[-1].tolist()
        column = partial(_column, file, field)
        columns = (
            column("steps", "<u2", steps),
            column("lengths", "u1", rows),
            column("chars", "<u2", chars),
            column("doc_freqs", "u1", rows),
            column("frequent", "<u4", frequent),
        )
        return cls(file, field, buckets, columns)

    def rows(self, terms: int, first: int, last: int) -> npt.NDArray[np.void]:
        """ROW[n]: those of the buckets ``first`` to ``last`` (excluded), where the field has so many terms."""
        starts, ends = self.buckets[first].tolist(), self.buckets[last].tolist()
        steps, lengths, chars, doc_freqs, frequent = (
            column.array(starts[at], ends[at]).astype(np.int64)
            for column, at in zip(self.columns, (0, 1, 2, 1, 3), strict=True)
        )
        is_alike = lengths >= _ALIKE
        kept = lengths - _ALIKE * is_alike
        inside = np.arange(ROW_CHARS) < (kept + is_alike)[:, None]
        inside[is_alike, 0] = False
        big = doc_freqs == _FREQUENT
        sums = np.cumsum(steps)
        sizes = np.diff(self.buckets[first : last + 1, 0])
        before = np.append(0, sums)[self.buckets[first:last, 0] - starts[0]]
        found = (sums - np.repeat(before, sizes))[steps < _STEP]
        counted = len(found), int(np.count_nonzero(inside)), int(kept.sum()), int(np.count_nonzero(big))
        expected = len(lengths), len(chars), len(chars), len(frequent)
        if counted != expected or int(found.max(initial=0)) >= max(terms, 1) or is_alike[:1].any():
            raise self.file.damaged(f"suggest.{self.field}")
        doc_freqs[big] = frequent
        rows = np.zeros(len(lengths), ROW)
        rows["term"], rows["doc_freq"] = found, doc_freqs
        rows["chars"][inside] = chars
        rows["chars"][:, 0] = rows["chars"][np.maximum.accumulate(np.where(is_alike, 0, np.arange(len(rows)))), 0]
        return rows


def _column(file: BlockFile, field: str, name: str, dtype: str, items: int) -> Mapped:
    return file.mapped(f"suggest.{field}.{name}", dtype, items)
