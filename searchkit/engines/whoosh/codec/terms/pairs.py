"""The frequencies of a field's terms as bytes, and where their posting lists end.

Most terms share few pairs of doc freq and total term freq. The commonest pairs make a table; the code of a term is the
number of its pair, one byte. ``ESCAPE`` is the code of a term with another pair: it has a row of bits of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import Bytes, Int64s, Integers, UInt32s
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.elias_fano import list_bits
from searchkit.engines.whoosh.codec.term_block import TERM_BLOCK
from searchkit.engines.whoosh.numeric.bitpack import MAX_WIDTH, bit_widths, pack, unpack

ESCAPE = 255

_SMALL = 128
"""The table has only pairs of doc freqs below this, with fewer further occurrences than this."""

_MAX_BEYOND = 255
"""Bits: the most that the positions of a term with a code take beyond the least of any term with this code."""

_AT_ONCE = TERM_BLOCK << 12
"""Terms that are encoded at once."""

_COLUMNS = 4
"""Of an escaped row: doc freq less 1, total term freq less doc freq, the bit of its block where the list ends, bits of
positions."""


@dataclass(frozen=True, slots=True)
class EncodedTermInfos:
    """What writing a field's posting lists tells about its terms.

    Attributes:
        documents: how many the segment has.
        rows: uint32[terms, 3]: doc freq, total term freq less doc freq, bits of positions.
        block_starts: int64[blocks, 2]: the byte where each block of terms begins in postings and in positions.
    """

    documents: int
    rows: UInt32s
    block_starts: Int64s

    def encode(self) -> Mapping[str, Integers]:
        """The blocks of a field that keep this, by the last parts of their names."""
        parts = [self.rows[at : at + _AT_ONCE] for at in range(0, max(len(self.rows), 1), _AT_ONCE)]
        pairs, code_of = _common_pairs(parts)
        least = np.full(ESCAPE + 1, np.iinfo(np.int64).max)
        codes_of = [code_of[_pair_numbers(part)] for part in parts]
        for part, codes in zip(parts, codes_of, strict=True):
            np.minimum.at(least, codes, part[:, 2].astype(np.int64))  # of one type it is many times as fast
        encoded = [
            _encode_part(part, codes, least, self.documents) for part, codes in zip(parts, codes_of, strict=True)
        ]
        codes, bits, rows = (np.concatenate(columns) for columns in zip(*encoded, strict=True))
        widths = bit_widths(rows.max(axis=0, initial=0) + 1)
        before = np.searchsorted(np.flatnonzero(codes == ESCAPE), np.arange(0, len(codes), TERM_BLOCK))
        return {
            "pairs": codes,
            "table": np.column_stack([pairs, least[: len(pairs)]]).astype("<u4"),
            "bits": bits if self.rows[:, 2].any() else bits[:0],
            "escaped": _pack_rows(rows, widths),
            "escaped.widths": widths.astype(np.uint8),
            "blocks": np.column_stack([before, self.block_starts]).astype("<u4"),
        }


def _pair_numbers(rows: UInt32s) -> Int64s:
    """int64[terms], the number of the pair of each row of infos; 0 where none is in the table."""
    doc_freqs, more = rows[:, 0], rows[:, 1]
    return np.where((doc_freqs < _SMALL) & (more < _SMALL), doc_freqs * _SMALL + more, 0).astype(np.int64)


def _common_pairs(parts: Sequence[UInt32s]) -> tuple[Int64s, Bytes]:
    """The table: int64[pairs, 2], doc freq and total term freq; and uint8[pair numbers], the code of each pair."""
    numbers = _SMALL * _SMALL
    counts = sum((np.bincount(_pair_numbers(part), minlength=numbers) for part in parts), np.zeros(numbers, np.int64))
    counts[0] = 0  # no doc freq is 0
    common = np.argsort(-counts, kind="stable")[:ESCAPE]
    common = common[counts[common] > 1]
    code_of = np.full(numbers, ESCAPE, np.uint8)
    code_of[common] = np.arange(len(common))
    doc_freqs = common // _SMALL
    return np.column_stack([doc_freqs, doc_freqs + common % _SMALL]), code_of


def _encode_part(rows: UInt32s, codes: Bytes, least: Int64s, documents: int) -> tuple[Bytes, Bytes, Int64s]:
    """The codes of some terms from the first of a block on, the bits of ``F.bits``, and the escaped rows."""
    doc_freqs, more, position_bits = rows.astype(np.int64).T
    beyond = position_bits - least[codes]
    codes[beyond > _MAX_BEYOND] = ESCAPE
    escaped = np.flatnonzero(codes == ESCAPE)
    beyond[escaped] = 0
    columns = (doc_freqs - 1, more, _ends(list_bits(doc_freqs, doc_freqs + more, documents)), position_bits)
    return codes, beyond.astype(np.uint8), np.column_stack([column[escaped] for column in columns])


def _ends(bits: Int64s) -> Int64s:
    """int64[terms], the bit of its block where each list ends, given their lengths."""
    ends = np.cumsum(bits)
    before = np.append(0, ends)[: len(ends) : TERM_BLOCK]
    ends -= np.repeat(before, TERM_BLOCK)[: len(ends)]
    return ends


def _pack_rows(rows: Int64s, widths: Int64s) -> Bytes:
    """Rows of integers of these widths in bits, each row in whole bytes."""
    size = _row_bytes(widths)
    offsets = 8 * size * np.arange(len(rows))[:, None] + (np.cumsum(widths) - widths)
    return pack(rows.reshape(-1), np.tile(widths, len(rows)), offsets.reshape(-1), size * len(rows))


def _row_bytes(widths: Int64s) -> int:
    return (int(widths.sum()) + 7) >> 3


class EscapedRows:
    """Reads the rows of the terms whose code is ``ESCAPE``.

    Args:
        file: the segment's.
        field: the name of the field.
        limits: the largest value that each column may have.

    Raises:
        Damaged: by the constructor and every method.
    """

    def __init__(self, file: BlockFile, field: str, limits: Int64s) -> None:
        name = f"{field}.escaped"
        self._widths: Int64s = file.array(f"{name}.widths", "u1", _COLUMNS).astype(np.int64)
        if int(self._widths.max()) > MAX_WIDTH:
            raise file.damaged(f"{name}.widths")
        self._before: Int64s = np.cumsum(self._widths) - self._widths
        self._shifts = self._before.tolist()
        self._masks = [(1 << width) - 1 for width in self._widths.tolist()]
        self._size = _row_bytes(self._widths)
        self._rows = file.mapped(name, "u1")
        self._file, self._name = file, name
        self._limits = limits

    def row(self, number: int) -> tuple[int, int, int]:
        """Doc freq, total term freq, and the bit of its block where the list ends, of one row."""
        size = self._size
        bits = int.from_bytes(self._rows.bytes(number * size, (number + 1) * size), "little")
        masks, shifts = self._masks, self._shifts
        doc_freq = (bits & masks[0]) + 1
        return doc_freq, doc_freq + (bits >> shifts[1] & masks[1]), bits >> shifts[2] & masks[2]

    def position_bits(self, first: int, last: int) -> int:
        """The bits of positions of the rows ``first`` to ``last`` (excluded) together."""
        bits = int.from_bytes(self._rows.bytes(first * self._size, last * self._size), "little")
        mask, shift, step = self._masks[-1], self._shifts[-1], 8 * self._size
        return sum(bits >> step * number + shift & mask for number in range(last - first))

    def rows(self, first: int, last: int) -> Int64s:
        """int64[rows, columns] from ``first`` to ``last`` (excluded)."""
        packed = self._rows.array(first * self._size, last * self._size)
        offsets = 8 * self._size * np.arange(last - first)[:, None] + self._before
        rows = unpack(packed, np.tile(self._widths, last - first), offsets.reshape(-1)).reshape(-1, _COLUMNS)
        if np.count_nonzero(rows > self._limits):
            raise self._file.damaged(self._name)
        return rows
