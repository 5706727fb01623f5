"""Posting lists as bits.

The documents of a list are kept as Elias and Fano do (Vigna, Quasi-Succinct Indices, 2013): of each number some low
bits as they are, and the rest in unary; frequencies in unary where a term occurs more than once anywhere; positions
apart from both, each in as many bits as its document's length takes. How many bits a list takes follows from its doc
frequency and its occurrences, which the dictionary has. Every ``BLOCK`` lists begin a byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.numeric.bitpack import bit_widths, pack, unpack
from searchkit.engines.whoosh.codec.postings import NO_LISTS, Lists, joined, no_numbers, spread
from searchkit.engines.whoosh.numeric.varint import Bytes, Numbers

BLOCK = 64

_NARROW = 5  # bits of many numbers: they are faster put together a bit at a time


def in_blocks(chunks: Iterable[Lists]) -> Iterator[Lists]:
    """The same lists, whole blocks at a time; what is left comes last."""
    left = NO_LISTS
    for chunk in chunks:
        together = joined([left, chunk]) if len(left) else chunk
        whole = len(together) // BLOCK * BLOCK
        if whole:
            yield together.between(0, whole)
        left = together.between(whole, len(together))
    if len(left):
        yield left


@dataclass(frozen=True, slots=True)
class EncodedLists:
    """Posting lists as bytes.

    Attributes:
        lists: their documents and frequencies.
        positions: their positions.
        rows: int64[terms, 3]: doc frequency, further occurrences, bits of positions.
        block_starts: int64[blocks, 2], where each block begins in ``lists`` and in ``positions``.
    """

    lists: Bytes
    positions: Bytes
    rows: Numbers
    block_starts: Numbers


@dataclass(frozen=True, slots=True)
class Extents:
    """Where some posting lists are.

    Attributes:
        doc_frequencies: int64[terms].
        occurrences: int64[terms], over all documents.
        starts: int64[terms], the bit where each begins.
        position_starts: int64[terms], the bit where its positions begin.
    """

    doc_frequencies: Numbers
    occurrences: Numbers
    starts: Numbers
    position_starts: Numbers

    def between(self, first: int, last: int) -> Extents:
        """Some of them."""
        columns = (self.doc_frequencies, self.occurrences, self.starts, self.position_starts)
        return Extents(*(column[first:last] for column in columns))

    def at(self, places: Numbers) -> Extents:
        """Those at some places."""
        columns = (self.doc_frequencies, self.occurrences, self.starts, self.position_starts)
        return Extents(*(column[places] for column in columns))


class Extent(NamedTuple):
    """Where one posting list is.

    Attributes:
        doc_frequency: how many documents have the term.
        occurrences: over all of them.
        start: the bit where the list begins.
        position_start: the bit where its positions begin.
    """

    doc_frequency: int
    occurrences: int
    start: int
    position_start: int


def _low_bits(doc_frequencies: Numbers, documents: int) -> Numbers:
    """How many bits of each document number are kept as they are."""
    return bit_widths(documents // doc_frequencies + 1) - 1


def _high_bits(doc_frequencies: Numbers, low: Numbers, documents: int) -> Numbers:
    """How many bits the rest of all numbers of a list takes."""
    return doc_frequencies + ((documents - 1) >> low)


def list_bits(doc_frequencies: Numbers, occurrences: Numbers, documents: int) -> Numbers:
    """int64[terms]: how many bits each list takes in a segment of so many documents."""
    low = _low_bits(doc_frequencies, documents)
    more = np.where(occurrences > doc_frequencies, occurrences, 0)
    bits: Numbers = doc_frequencies * low + _high_bits(doc_frequencies, low, documents) + more
    return bits


def bits_of_list(doc_frequency: int, occurrences: int, documents: int) -> int:
    """``list_bits`` of one list."""
    low = (documents // doc_frequency).bit_length() - 1
    high = doc_frequency + ((documents - 1) >> low)
    return doc_frequency * low + high + (occurrences if occurrences > doc_frequency else 0)


def block_places(bits: Numbers) -> tuple[Numbers, Numbers]:
    """Where lists of so many bits lie.

    Returns:
        int64[terms], the bit where each begins; int64[blocks + 1], the byte where each block begins, and the end.
    """
    before = np.append(0, np.cumsum(bits))
    first = np.arange(0, len(bits), BLOCK)
    sizes = np.diff(np.append(before[first], before[-1]))
    block_starts = np.append(0, np.cumsum((sizes + 7) >> 3))
    block = np.arange(len(bits)) // BLOCK
    return before[:-1] + (block_starts[:-1] * 8 - before[first])[block], block_starts


def encode_lists(chunk: Lists, documents: int, widths: Numbers) -> EncodedLists:
    """The lists of a chunk as bytes.

    Args:
        chunk: the lists, none of them empty, from the first of a block on.
        documents: how many the segment has.
        widths: int64[documents], how many bits a position in each takes; empty where none are kept.
    """
    firsts = chunk.starts[:-1]
    sizes = chunk.starts[1:] - firsts
    occurrences = np.add.reduceat(chunk.frequencies, firsts, dtype=np.int64)
    at, block_starts = block_places(list_bits(sizes, occurrences, documents))
    low = _low_bits(sizes, documents)
    highs = at + sizes * low
    place = np.arange(len(chunk.documents))
    low_widths = np.repeat(low.astype(np.uint8), sizes)
    bits = np.zeros(int(block_starts[-1]) * 8, np.uint8)
    ones = np.repeat(highs - firsts, sizes)
    ones += place
    ones += chunk.documents >> low_widths
    bits[ones] = 1
    several = occurrences > sizes
    if several.any():
        highs += _high_bits(sizes, low, documents)
        bits[_frequency_ends(chunk, several, highs[several])] = 1
    packed = np.packbits(bits, bitorder="little")
    if low.any():
        place *= low_widths
        place += np.repeat(at - firsts * low, sizes)
        low_parts = chunk.documents & ((np.int32(1) << low_widths) - np.int32(1))
        packed |= pack(low_parts, low_widths, place, len(packed))
    rows = np.column_stack([sizes, occurrences - sizes, np.zeros_like(sizes)])
    if not len(widths):
        starts = np.column_stack([block_starts[:-1], np.zeros_like(block_starts[:-1])])
        return EncodedLists(packed, np.zeros(0, np.uint8), rows, starts)
    each = np.repeat(widths.astype(np.uint8)[chunk.documents], chunk.frequencies)
    places = np.append(0, np.cumsum(each, dtype=np.int64))
    before = places[np.append(0, np.cumsum(occurrences))]
    rows[:, 2] = np.diff(before)
    position_at, position_blocks = block_places(rows[:, 2])
    places = places[:-1]
    places += np.repeat(position_at - before[:-1], occurrences)
    positions = pack(chunk.positions, each, places, int(position_blocks[-1]))
    return EncodedLists(packed, positions, rows, np.column_stack([block_starts[:-1], position_blocks[:-1]]))


def _frequency_ends(chunk: Lists, several: npt.NDArray[np.bool_], starts: Numbers) -> Numbers:
    """The bit where each frequency ends of the lists that have several, from where their frequencies begin."""
    sizes = np.diff(chunk.starts)
    ends = np.cumsum(chunk.frequencies[np.repeat(several, sizes)], dtype=np.int64)
    sizes = sizes[several]
    before = np.append(0, ends)[np.cumsum(sizes) - sizes]
    ends += np.repeat(starts - before - 1, sizes)
    return ends


def _each_occurrence(starts: Numbers, lists: Lists, widths: Numbers) -> tuple[Numbers, Numbers]:
    """The bit where each position begins, and how many it takes, from where those of each list begin."""
    bits = np.repeat(widths, lists.frequencies)
    before = np.append(0, np.cumsum(bits))
    firsts = np.append(0, np.cumsum(lists.frequencies))[lists.starts]
    places = before[:-1] + np.repeat(starts - before[firsts[:-1]], np.diff(firsts))
    return places, bits


def decode_list(encoded: Bytes, offset: int, size: int, occurrences: int, documents: int) -> tuple[Numbers, Numbers]:
    """The documents and frequencies of one list.

    Args:
        encoded: bytes that hold it.
        offset: the bit where it begins.
        size: its doc frequency.
        occurrences: over all documents.
        documents: how many the segment has.
    """
    low = (documents // size).bit_length() - 1
    bits = _bits(encoded)
    high = offset + size * low
    rest = high + size + ((documents - 1) >> low)
    places = np.arange(size)
    numbers = np.flatnonzero(bits[high:rest])
    numbers -= places
    if low:
        numbers <<= low
        if low <= _NARROW:
            numbers |= _columns(bits[offset:high], low)
        else:
            numbers |= unpack(encoded, np.full(size, low), offset + places * low)
    if occurrences == size:
        return numbers, np.ones(size, np.int64)
    ends = np.flatnonzero(bits[rest : rest + occurrences])
    frequencies = ends + 1
    frequencies[1:] -= frequencies[:-1].copy()
    return numbers, frequencies


def _bits(encoded: Bytes) -> npt.NDArray[np.bool_]:
    """Each bit of some bytes; truth values are looked through five times as fast as numbers."""
    return np.unpackbits(encoded, bitorder="little").view(np.bool_)


def _columns(bits: npt.NDArray[np.bool_], width: int) -> Numbers:
    """Numbers of so many bits each, one after the other."""
    digits = bits.view(np.uint8).reshape(-1, width)
    numbers = digits[:, 0].astype(np.int64)
    for place in range(1, width):
        numbers |= digits[:, place].astype(np.int64) << place
    return numbers


def decode_lists(encoded: Bytes, extents: Extents, documents: int) -> Lists:
    """Many lists, without their positions; their starts count from the first bit of ``encoded``."""
    sizes, occurrences, at = extents.doc_frequencies, extents.occurrences, extents.starts
    low = _low_bits(sizes, documents)
    bits = _bits(encoded)
    lists = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.append(0, np.cumsum(sizes))
    place = np.arange(len(lists)) - starts[lists]
    high_bits = _high_bits(sizes, low, documents)
    highs = np.flatnonzero(bits[spread(at + sizes * low, high_bits)])
    numbers = highs - (np.cumsum(high_bits) - high_bits)[lists] - place
    numbers = (numbers << low[lists]) | unpack(encoded, low[lists], at[lists] + place * low[lists])
    frequencies = np.ones(len(lists), np.int64)
    several = occurrences > sizes
    more = np.where(several, occurrences, 0)
    ends = np.flatnonzero(bits[spread(at + sizes * low + high_bits, more)])
    first = np.append(0, np.cumsum(sizes[several]))[:-1]
    if len(ends):
        last_before = (np.cumsum(more) - more)[several] - 1
        steps = np.diff(ends, prepend=-1)
        steps[first] = ends[first] - last_before
        frequencies[several[lists]] = steps
    return Lists(starts, numbers, frequencies, no_numbers())


def decode_positions(packed: Bytes, starts: Numbers, lists: Lists, widths: Numbers) -> Numbers:
    """The positions of some lists.

    Args:
        packed: bytes that hold them.
        starts: int64[lists], the bit where those of each list begin.
        lists: the lists without their positions.
        widths: int64[postings], how many bits a position in the document of each takes.
    """
    places, bits = _each_occurrence(starts, lists, widths)
    return unpack(packed, bits, places)


def decode_some_positions(packed: Bytes, starts: Numbers, frequencies: Numbers, widths: Numbers) -> Numbers:
    """The positions of some postings.

    Args:
        packed: bytes that hold them.
        starts: int64[n], the bit where those of each begin.
        frequencies: int64[n], how many there are of each.
        widths: int64[n], how many bits one of each takes.
    """
    each = np.repeat(widths, frequencies)
    before = np.cumsum(frequencies) - frequencies
    places = np.arange(len(each)) * each + np.repeat(starts - before * widths, frequencies)
    return unpack(packed, each, places)
