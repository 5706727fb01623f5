"""What a dictionary knows of each term besides its text: frequencies, and where its posting list is.

A term is looked up alone, without decoding others: the codes between it and the escape before it in its block of
``TERM_BLOCK`` say how many bits their lists take, and the row of that escape where its own list ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter
from searchkit.engines.whoosh.codec.elias_fano import list_bits
from searchkit.engines.whoosh.codec.term_block import TERM_BLOCK, bit_offsets
from searchkit.engines.whoosh.codec.terms.pairs import ESCAPE, EncodedTermInfos, EscapedRows

_ESCAPE = bytes([ESCAPE])


class TermInfo(NamedTuple):
    """One term of a field.

    Attributes:
        doc_freq: how many documents have it, deleted ones included.
        total_term_freq: how often it occurs in all of them.
        offset: the bit where its posting list begins.
    """

    doc_freq: int
    total_term_freq: int
    offset: int


@dataclass(frozen=True, slots=True)
class TermInfos:
    """Many terms of a field: each attribute of ``TermInfo`` as int64[terms], and the bits where positions begin."""

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


class TermInfoTable:
    """Reads the infos of a field's terms; safe to use from several threads.

    Args:
        file: the segment's.
        field: the name of the field.
        documents: how many the segment has.

    Raises:
        Damaged: by the constructor and every method.
    """

    def __init__(self, file: BlockFile, field: str, documents: int) -> None:
        self._file, self._field, self._documents = file, field, documents
        self._codes = file.mapped(f"{field}.pairs", "u1")
        terms = len(self._codes)
        self._blocks = file.mapped(f"{field}.blocks", "<u4", 3 * -(-terms // TERM_BLOCK))
        self._bits = file.mapped(f"{field}.bits", "u1")
        if len(self._bits) not in (0, terms):
            raise self._damaged("bits")
        postings, positions = (8 * file.length(f"{field}.{block}") for block in ("postings", "positions"))
        limits = np.array([documents - 1, postings, postings, positions])
        self._escaped = EscapedRows(file, field, limits)
        self._table = self._read_table(limits)
        doc_freqs, total_term_freqs, position_bits = self._table.T
        bits = np.where(doc_freqs > 0, list_bits(np.maximum(doc_freqs, 1), total_term_freqs, documents), 0)
        self._doc_freqs, self._total_term_freqs = doc_freqs.tolist(), total_term_freqs.tolist()
        self._list_bits, self._position_bits = bits.tolist(), position_bits.tolist()

    def _read_table(self, limits: Int64s) -> Int64s:
        """int64[256, 3]: doc freq, total term freq and the least bits of positions by code, zeros where it is none."""
        table = self._file.array(f"{self._field}.table", "<u4")
        if len(table) > 3 * ESCAPE or len(table) % 3:
            raise self._damaged("table")
        rows = table.reshape(-1, 3).astype(np.int64)
        doc_freqs, total_term_freqs, bits = rows.T
        good = (doc_freqs > 0) & (doc_freqs <= limits[0] + 1) & (total_term_freqs >= doc_freqs)
        if not (good & (total_term_freqs - doc_freqs <= limits[1]) & (bits <= limits[3])).all():
            raise self._damaged("table")
        return np.concatenate([rows, np.zeros((ESCAPE + 1 - len(rows), 3), np.int64)])

    @staticmethod
    def write(file: BlockWriter, field: str, infos: EncodedTermInfos) -> None:
        """Write the infos of a field."""
        for name, block in infos.encode().items():
            file.add(f"{field}.{name}", block)

    def __len__(self) -> int:
        """How many terms."""
        return len(self._codes)

    def info(self, term_ord: int) -> TermInfo:
        """The info of the term at this place."""
        block = term_ord // TERM_BLOCK
        codes = self._codes.bytes(block * TERM_BLOCK, term_ord + 1)
        place = len(codes) - 1
        last = codes.rfind(_ESCAPE, 0, place)
        offset = self._blocks[3 * block + 1] * 8 + sum(map(self._list_bits.__getitem__, codes[last + 1 : place]))
        code = codes[place]
        if last >= 0 or code == ESCAPE:
            number = self._blocks[3 * block] + codes.count(_ESCAPE, 0, place)
            if last >= 0:
                offset += self._escaped.row(number - 1)[2]
            if code == ESCAPE:
                doc_freq, total_term_freq, _ = self._escaped.row(number)
                if doc_freq > self._documents:
                    raise self._damaged("escaped")
                return TermInfo(doc_freq, total_term_freq, offset)
        doc_freq = self._doc_freqs[code]
        if not doc_freq:
            raise self._damaged("pairs")
        return TermInfo(doc_freq, self._total_term_freqs[code], offset)

    def position_offset(self, term_ord: int) -> int:
        """The bit where the positions of the term at this place begin."""
        block, place = divmod(term_ord, TERM_BLOCK)
        before = term_ord - place
        codes = self._codes.bytes(before, term_ord)
        bits: int = sum(map(self._position_bits.__getitem__, codes))
        if len(self._bits):
            bits += sum(self._bits.bytes(before, term_ord))
        escapes = codes.count(_ESCAPE)
        if escapes:
            first = self._blocks[3 * block]
            bits += self._escaped.position_bits(first, first + escapes)
        return self._blocks[3 * block + 2] * 8 + bits

    def infos(self, first: int, last: int) -> TermInfos:
        """The infos of the terms ``first`` to ``last`` (excluded); at least one."""
        block, end = first // TERM_BLOCK, (last - 1) // TERM_BLOCK + 1
        doc_freqs, total_term_freqs, position_bits = self._rows(block, end)
        start, position_start = self._blocks[3 * block + 1], self._blocks[3 * block + 2]
        offsets = start * 8 + bit_offsets(list_bits(doc_freqs, total_term_freqs, self._documents))[0]
        position_offsets = position_start * 8 + bit_offsets(position_bits)[0]
        infos = TermInfos(doc_freqs, total_term_freqs, offsets, position_offsets)
        return infos.slice(first - block * TERM_BLOCK, last - block * TERM_BLOCK)

    def doc_freqs(self) -> Int64s:
        """int64[terms]."""
        return self._all_rows()[0]

    def total_term_freqs(self) -> Int64s:
        """int64[terms]."""
        return self._all_rows()[1]

    def is_consistent(self) -> bool:
        """Whether its blocks are those that a writer makes of all of its rows."""
        doc_freqs, total_term_freqs, position_bits = self._all_rows()
        rows = np.column_stack([doc_freqs, total_term_freqs - doc_freqs, position_bits]).astype(np.uint32)
        starts = [
            bit_offsets(bits)[1][:-1]
            for bits in (list_bits(doc_freqs, total_term_freqs, self._documents), position_bits)
        ]
        encoded = EncodedTermInfos(self._documents, rows, np.column_stack(starts)).encode()
        names = ((f"{self._field}.{name}", block) for name, block in encoded.items())
        return all(self._file.array(name, "u1").tobytes() == block.tobytes() for name, block in names)

    def _all_rows(self) -> tuple[Int64s, Int64s, Int64s]:
        return self._rows(0, len(self._blocks) // 3)

    def _rows(self, block: int, end: int) -> tuple[Int64s, Int64s, Int64s]:
        """Of the blocks ``block`` to ``end`` (excluded): doc freqs, total term freqs, bits of positions."""
        first, last = block * TERM_BLOCK, min(end * TERM_BLOCK, len(self))
        codes = self._codes.array(first, last)
        doc_freqs, total_term_freqs, position_bits = (column[codes] for column in self._table.T)
        if len(self._bits):
            position_bits += self._bits.array(first, last)
        escaped = np.flatnonzero(codes == ESCAPE)
        if len(escaped):
            number = self._blocks[3 * block]
            rows = self._escaped.rows(number, number + len(escaped))
            doc_freqs[escaped] = rows[:, 0] + 1
            total_term_freqs[escaped] = rows[:, 0] + 1 + rows[:, 1]
            position_bits[escaped] = rows[:, 3]
        if np.count_nonzero(doc_freqs == 0):
            raise self._damaged("pairs")
        return doc_freqs, total_term_freqs, position_bits

    def _damaged(self, block: str) -> Damaged:
        return self._file.damaged(f"{self._field}.{block}")
