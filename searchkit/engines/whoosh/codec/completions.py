"""What a segment keeps for suggestions; ``engines.suggesting`` makes and uses it, docs/format.md describes it."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int64s
from searchkit.engines.suggesting.protocol import BUCKETS, COMPLETED_FIELDS, MAX_READINGS, READING, TITLE_STARTS
from searchkit.engines.whoosh.codec.completion_rows import CompletionRows
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.split import SplitIntegers

_SYLLABLES = re.compile("(?:[a-z]{1,8}\0)*")
_MAX_SYLLABLES_BYTES = 1 << 14
"""Mandarin has some 410 syllables without tones."""


class CompletionReader:
    """Reads the completions of a segment; safe to use from several threads.

    Args:
        blocks: the segment's file.
        documents: how many it has.

    Raises:
        Damaged: by every method.
    """

    def __init__(self, blocks: BlockFile, documents: int) -> None:
        self._blocks = blocks
        self._documents = documents
        self._rows = lru_cache(len(COMPLETED_FIELDS))(partial(CompletionRows.of, blocks))

    def __bool__(self) -> bool:
        """Whether the segment keeps any."""
        return "suggest.titles" in self._blocks

    @cached_property
    def syllables(self) -> list[str]:
        """The syllables that its characters have, ascending; number 1 is the first."""
        name = "suggest.syllables"
        if self._blocks.length(name) > _MAX_SYLLABLES_BYTES:
            raise self._blocks.damaged(name)
        text = self._blocks.array(name, "u1").tobytes().decode("latin-1")
        syllables = text.split("\0") if text else []
        if not _SYLLABLES.fullmatch(text and f"{text}\0") or syllables != sorted(set(syllables)):
            raise self._blocks.damaged(name)
        return syllables

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
            raise self._blocks.damaged("suggest.readings")
        return table

    def rows(self, field: str, terms: int, first: int, last: int) -> npt.NDArray[Any]:
        """ROW[n]: the terms of a field, which has so many, in the buckets ``first`` to ``last`` (excluded)."""
        return self._rows(field).rows(terms, first, last)

    def title_starts(self, first: int, last: int) -> Int64s:
        """int64[n]: where in ``codes`` words begin whose initials are in these buckets."""
        name = f"suggest.{TITLE_STARTS}"
        start, end = self._title_buckets[first], self._title_buckets[last]
        places = SplitIntegers(self._blocks, name, len(self.codes)).array(start, end)
        if len(places) and int(places.max()) >= len(self.codes):
            raise self._blocks.damaged(name)
        return places

    @cached_property
    def codes(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: the folded titles in UTF-16 code units without surrogates, each ended by a zero."""
        codes: npt.NDArray[np.uint16] = self._blocks.array("suggest.titles", "<u2")
        if np.count_nonzero(codes == 0) != self._documents or (len(codes) and codes[-1]):
            raise self._blocks.damaged("suggest.titles")
        return codes

    @cached_property
    def boundaries(self) -> Bools:
        """bool[n]: whether a word or symbol begins at each place of ``codes``."""
        bits = self._blocks.array("suggest.titles.boundaries", "u1", (len(self.codes) + 7) // 8)
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
        if table == TITLE_STARTS:
            return self._title_buckets
        rows: list[int] = self._rows(table).buckets[:, 1].tolist()
        return rows

    @cached_property
    def _title_buckets(self) -> list[int]:
        name = f"suggest.{TITLE_STARTS}.buckets"
        found = self._blocks.array(name, "<u4", BUCKETS + 1)
        if (found[1:] < found[:-1]).any():
            raise self._blocks.damaged(name)
        buckets: list[int] = found.tolist()
        return buckets
