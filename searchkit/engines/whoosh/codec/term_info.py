"""What a dictionary keeps of each term besides its text: frequencies, and where its posting list is.

The infos of a field are rows of variable-length integers, decoded ``TERM_BLOCK`` terms at a time. A row begins with
columns of the dictionary's own (its keys); then come doc freq less 1, total term freq less doc freq and, in fields with
positions, the bits of the term's positions. The lengths of the lists before a term in its block give its offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bytes, Int64s, UInt32s
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter
from searchkit.engines.whoosh.codec.elias_fano import bits_of_list, list_bits
from searchkit.engines.whoosh.codec.term_block import TERM_BLOCK, bit_offsets
from searchkit.engines.whoosh.numeric import varint
from searchkit.engines.whoosh.numeric.errors import Undecodable

CACHED_BLOCKS = 1024
"""Decoded blocks that a dictionary keeps; one takes about 10 KB."""


class TermInfo(NamedTuple):
    """One term of a field.

    Attributes:
        doc_freq: how many documents have it, deleted ones included.
        total_term_freq: how often it occurs in all of them.
        offset: the bit where its posting list begins.
        position_offset: the bit where its positions begin.
    """

    doc_freq: int
    total_term_freq: int
    offset: int
    position_offset: int


@dataclass(frozen=True, slots=True)
class TermInfos:
    """Many terms of a field: each attribute of ``TermInfo`` as int64[terms]."""

    doc_freqs: Int64s
    total_term_freqs: Int64s
    offsets: Int64s
    position_offsets: Int64s

    def __len__(self) -> int:
        return len(self.doc_freqs)

    def slice(self, first: int, last: int) -> TermInfos:
        """Those from ``first`` to ``last`` (excluded)."""
        return TermInfos(*(column[first:last] for column in self._columns()))

    def take(self, ords: Int64s) -> TermInfos:
        """Those at int64[n]."""
        return TermInfos(*(column[ords] for column in self._columns()))

    def _columns(self) -> tuple[Int64s, ...]:
        return self.doc_freqs, self.total_term_freqs, self.offsets, self.position_offsets


@dataclass(frozen=True, slots=True)
class EncodedTermInfos:
    """What writing a field's posting lists tells about its terms.

    Attributes:
        rows: uint32[terms, 3]: doc freq, total term freq less doc freq, bits of positions.
        block_starts: int64[blocks, 2]: the byte where each block of terms begins in postings and in positions.
    """

    rows: UInt32s
    block_starts: Int64s


@dataclass(frozen=True, slots=True)
class DecodedBlock:
    """The rows of one block of terms.

    Attributes:
        keys: int64[terms, key columns].
        key_base: the sum of the first key column over all terms before the block.
        infos: of each term, the columns after the keys.
    """

    keys: Int64s
    key_base: int
    infos: list[list[int]]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The encoded rows of a field.

    Attributes:
        file: the segment's.
        block: the name of the block that has the rows.
        encoded: the bytes.
        terms: how many rows.
        columns: how many integers in a row.
        key_columns: how many of these are the dictionary's own.
        limits: int64[64 * columns], the largest value that each column may have, for each row of a block.
        key_bases: int64[blocks], see ``DecodedBlock``.
        block_starts: uint32[blocks, 3]: the byte where each block begins in ``encoded``, in postings and in positions.
    """

    file: BlockFile
    block: str
    encoded: Bytes
    terms: int
    columns: int
    key_columns: int
    limits: Int64s
    key_bases: Int64s
    block_starts: UInt32s

    def decode(self, first: int, last: int) -> Int64s:
        """int64[terms, columns] of the blocks ``first`` to ``last`` (excluded). Raises Damaged."""
        end = int(self.block_starts[last, 0]) if last < len(self.block_starts) else len(self.encoded)
        start = int(self.block_starts[first, 0]) if first else 0
        try:
            values = varint.decode(self.encoded[start:end])
        except Undecodable as error:
            raise self.damaged() from error
        if len(values) != (min(last * TERM_BLOCK, self.terms) - first * TERM_BLOCK) * self.columns:
            raise self.damaged()
        rows = values.reshape(-1, self.columns)
        # a block in one line is compared twice as fast as its rows, and counted twice as fast as by any()
        too_large = values > self.limits[: len(values)] if last == first + 1 else rows > self.limits[: self.columns]
        if np.count_nonzero(too_large):
            raise self.damaged()
        return rows

    def decode_block(self, number: int) -> DecodedBlock:
        rows = self.decode(number, number + 1)
        keys, infos = rows[:, : self.key_columns], rows[:, self.key_columns :].tolist()
        return DecodedBlock(keys, int(self.key_bases[number]), infos)

    def damaged(self) -> Damaged:
        return self.file.damaged(self.block)


class TermInfoTable:
    """Reads the infos of a field's terms; safe to use from several threads.

    Args:
        file: the segment's.
        field: the name of the field.
        key_limits: the largest value in each column that the dictionary keeps for itself; of the first one, the
            largest sum before any term.
        documents: how many the segment has.

    Attributes:
        key_bases: int64[blocks], the sum of the first key column over all terms before each block.

    Raises:
        Damaged: by the constructor and every method.
    """

    def __init__(self, file: BlockFile, field: str, key_limits: Sequence[int], documents: int) -> None:
        header = file.array(f"{field}.block_keys", "<i8")
        terms, columns = header[:2].tolist() if len(header) > 1 else (-1, -1)
        self.key_bases: Int64s = header[2:]
        block_starts = file.array(f"{field}.block_starts", "<u4", 3 * len(self.key_bases)).reshape(-1, 3)
        encoded = file.array(f"{field}.infos", "u1")
        has_blocks = terms >= 0 and len(self.key_bases) == -(-terms // TERM_BLOCK)
        if not has_blocks or columns - len(key_limits) not in (2, 3):
            raise file.damaged(f"{field}.block_keys")
        if not _ascends(self.key_bases, key_limits[0]) or not _ascends(block_starts[:, 0], len(encoded) - 1):
            raise file.damaged(f"{field}.block_starts")
        bits = [8 * file.length(f"{field}.{block}") for block in ("postings", "positions")]
        limits = np.tile(np.array([*key_limits, documents - 1, *bits][:columns], np.int64), TERM_BLOCK)
        name = f"{field}.infos"
        self._rows = _Rows(file, name, encoded, terms, columns, len(key_limits), limits, self.key_bases, block_starts)
        self._scalars = file.scalars(f"{field}.infos", "u1")
        self._documents = documents
        self.block = lru_cache(CACHED_BLOCKS)(self._rows.decode_block)  # of another object: a cycle would keep the file

    @staticmethod
    def write(file: BlockWriter, field: str, keys: Int64s, infos: EncodedTermInfos) -> None:
        """Write the table: int64[terms, key columns], and what is known of the terms' posting lists."""
        with_positions = bool(infos.rows[:, 2].any())
        positions = infos.rows[:, 2:] if with_positions else infos.rows[:, :0]
        rows = np.column_stack([keys, infos.rows[:, :1] - 1, infos.rows[:, 1:2], positions])
        encoded, starts = varint.encode(rows.reshape(-1))
        key_bases = (np.cumsum(keys[:, 0]) - keys[:, 0])[::TERM_BLOCK]
        row_starts = starts[: -1 : TERM_BLOCK * rows.shape[1]]
        file.add(f"{field}.infos", encoded)
        file.add(f"{field}.block_keys", np.append(rows.shape, key_bases).astype("<i8"))
        file.add(f"{field}.block_starts", np.column_stack([row_starts, infos.block_starts]).astype("<u4"))

    def __len__(self) -> int:
        """How many terms."""
        return self._rows.terms

    def info(self, term_ord: int) -> TermInfo:
        """The info of the term at this place."""
        number, at = divmod(term_ord, TERM_BLOCK)
        infos = self.block(number).infos
        start, position_start = self._rows.block_starts[number, 1:].tolist()
        bits = sum(bits_of_list(df + 1, df + 1 + more, self._documents) for df, more, *_ in infos[:at])
        position_bits = sum(row[2] for row in infos[:at]) if self._with_positions else 0
        doc_freq = infos[at][0] + 1
        return TermInfo(doc_freq, doc_freq + infos[at][1], start * 8 + bits, position_start * 8 + position_bits)

    def infos(self, first: int, last: int) -> TermInfos:
        """The infos of the terms ``first`` to ``last`` (excluded); at least one."""
        block, end = first // TERM_BLOCK, (last - 1) // TERM_BLOCK + 1
        rows = self._rows.decode(block, end)
        start, position_start = self._rows.block_starts[block, 1:].tolist()
        doc_freqs, total_term_freqs = self._freqs(rows)
        offsets = start * 8 + bit_offsets(list_bits(doc_freqs, total_term_freqs, self._documents))[0]
        position_offsets = np.zeros_like(offsets)
        if self._with_positions:
            position_offsets = position_start * 8 + bit_offsets(rows[:, -1])[0]
        infos = TermInfos(doc_freqs, total_term_freqs, offsets, position_offsets)
        return infos.slice(first - block * TERM_BLOCK, last - block * TERM_BLOCK)

    def doc_freqs(self) -> Int64s:
        """int64[terms]."""
        return self._freqs(self._all_rows())[0]

    def total_term_freqs(self) -> Int64s:
        """int64[terms]."""
        return self._freqs(self._all_rows())[1]

    def keys(self) -> Int64s:
        """int64[terms, key columns]: the dictionary's own columns of all terms."""
        return self._all_rows()[:, : self._rows.key_columns]

    def first_key(self, block: int) -> int:
        """The first integer of a block, without decoding the rest of it."""
        try:
            return varint.decode_one(self._scalars, int(self._rows.block_starts[block, 0]))
        except Undecodable as error:
            raise self.damaged() from error

    def damaged(self) -> Damaged:
        """The error of rows that are none."""
        return self._rows.damaged()

    def is_consistent(self) -> bool:
        """Whether its blocks begin where their rows, keys, posting lists and positions do, by all of its rows."""
        rows = self._all_rows()
        keys = rows[:, 0]
        encoded, starts = varint.encode(rows.reshape(-1))
        doc_freqs, total_term_freqs = self._freqs(rows)
        position_bits = rows[:, -1] if self._with_positions else np.zeros(len(rows), np.int64)
        expected = (
            starts[: -1 : TERM_BLOCK * self._rows.columns],
            bit_offsets(list_bits(doc_freqs, total_term_freqs, self._documents))[1][:-1],
            bit_offsets(position_bits)[1][:-1],
        )
        return (
            len(rows) == self._rows.terms
            and np.array_equal(self.key_bases, (np.cumsum(keys) - keys)[::TERM_BLOCK])
            and np.array_equal(self._rows.encoded, encoded)
            and np.array_equal(self._rows.block_starts, np.column_stack(expected))
        )

    @property
    def _with_positions(self) -> bool:
        return self._rows.columns > self._rows.key_columns + 2

    def _all_rows(self) -> Int64s:
        return self._rows.decode(0, len(self.key_bases))

    def _freqs(self, rows: Int64s) -> tuple[Int64s, Int64s]:
        doc_freqs = rows[:, self._rows.key_columns] + 1
        return doc_freqs, doc_freqs + rows[:, self._rows.key_columns + 1]


def _ascends(starts: npt.NDArray[np.integer[Any]], most: int) -> bool:
    """Whether blocks can begin there: the first at 0, none before the one before it, none beyond ``most``."""
    return not len(starts) or bool(starts[0] == 0 and starts[-1] <= most and (starts[1:] >= starts[:-1]).all())
