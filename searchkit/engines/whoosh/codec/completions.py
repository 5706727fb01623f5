"""What a segment keeps for suggestions: texts in buckets by the initials of their first two characters.

A character's initial is the first letter of its pinyin, or the letter itself. What somebody typed, be it Han,
pinyin, initials or a mixture, names the initials of the first two characters of what is meant, so that one bucket
is compared with it, column by column. docs/format.md describes the blocks.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.numeric.types import Bools, Int64s
from searchkit.messages import _

COMPLETED_FIELDS = ("words", "source", "tag")
"""Fields whose terms are suggested."""

INITIALS = 32
"""Kinds of initials: 1 to 26 are letters, 27 digits, 0 is all else."""

MAX_READINGS = 3

ROW = np.dtype([("term", "<u4"), ("doc_freq", "<u4"), ("chars", "<u2", 6)])
"""A term: its place among the field's terms, its doc freq, its first characters, padded with zeros."""

ROW_CHARS = 6

READING = np.dtype([("char", "<u2"), ("syllables", "<u2", MAX_READINGS)])
"""A Han character, and its readings as numbers of syllables, from 1; padded with zeros."""

BUCKETS = INITIALS * INITIALS

TITLE_STARTS = "titles.starts"
"""The table of the words in titles."""


class CompletionReader:
    """Reads them; safe to use from several threads.

    Args:
        blocks: the segment's file.
    """

    def __init__(self, blocks: BlockFile) -> None:
        self._blocks = blocks
        self._buckets: dict[str, list[int]] = {}

    def __bool__(self) -> bool:
        """Whether the segment keeps any."""
        return "suggest.titles" in self._blocks

    @cached_property
    def syllables(self) -> list[str]:
        """The syllables that its characters have, ascending; number 1 is the first."""
        text = self._blocks.array("suggest.syllables", "u1").tobytes().decode("ascii", "replace")
        return text.split("\0") if text else []

    @property
    def rows_of_readings(self) -> npt.NDArray[np.void]:
        """READING[characters], ascending."""
        return self._blocks.array("suggest.readings", READING)

    @cached_property
    def readings(self) -> npt.NDArray[np.uint16]:
        """uint16[65536, 3], the numbers of each character's syllables."""
        rows = self.rows_of_readings
        table = np.zeros((1 << 16, MAX_READINGS), np.uint16)
        table[rows["char"]] = rows["syllables"]
        if int(table.max()) > len(self.syllables):
            raise self._damaged("suggest.readings")
        return table

    def rows(self, field: str, first: int, last: int) -> npt.NDArray[Any]:
        """ROW[n]: the terms of a field in the buckets ``first`` to ``last`` (excluded)."""
        start, end = self._bounds(field, first, last)
        return self._blocks.read(f"suggest.{field}", start * ROW.itemsize, end * ROW.itemsize).view(ROW)

    def title_starts(self, first: int, last: int) -> Int64s:
        """int64[n]: where in ``codes`` words begin whose initials are in these buckets."""
        name = f"suggest.{TITLE_STARTS}"
        start, end = self._bounds(TITLE_STARTS, first, last)
        places = self._blocks.read(name, start * 4, end * 4).view("<u4").astype(np.int64)
        if len(places) and int(places.max()) >= len(self.codes):
            raise self._damaged(name)
        return places

    @cached_property
    def codes(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: the folded titles in UTF-16 code units without surrogates, each ended by a zero."""
        codes: npt.NDArray[np.uint16] = self._blocks.array("suggest.titles", "<u2")
        return codes

    @cached_property
    def boundaries(self) -> Bools:
        """bool[n]: whether a word or symbol begins at each place of ``codes``."""
        bits = self._blocks.array("suggest.titles.boundaries", "u1")
        if len(bits) != (len(self.codes) + 7) // 8:
            raise self._damaged("suggest.titles.boundaries")
        return np.unpackbits(bits, count=len(self.codes), bitorder="little").view(bool)

    @cached_property
    def ends(self) -> Int64s:
        """int64[documents]: where each title's zero is."""
        return np.flatnonzero(self.codes == 0)

    @cached_property
    def doc_ids(self) -> npt.NDArray[np.int32]:
        """int32[n]: whose title each place of ``codes`` belongs to."""
        lengths = np.diff(self.ends, prepend=-1)
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)

    def buckets(self, table: str) -> list[int]:
        """Where each bucket of a field's terms, or of ``TITLE_STARTS``, begins, and the end."""
        buckets = self._buckets.get(table)
        if buckets is None:
            name = f"suggest.{table}.buckets"
            found = self._blocks.array(name, "<u4")
            if len(found) != BUCKETS + 1 or (np.diff(found.astype(np.int64)) < 0).any():
                raise self._damaged(name)
            buckets = self._buckets[table] = found.tolist()
        return buckets

    def _bounds(self, table: str, first: int, last: int) -> tuple[int, int]:
        buckets = self.buckets(table)
        return buckets[first], buckets[last]

    def _damaged(self, block: str) -> Damaged:
        return Damaged(self._blocks.path, _("block {name} cannot be decoded", name=block))
