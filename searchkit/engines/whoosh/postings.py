"""Posting lists as bytes and as arrays.

A list is: the number of its documents; the deltas from document to document, each doubled, plus one where the term
occurs more than once; how often, less two, for those where it does. All of it as variable-length numbers. The
positions are apart from it, each in as many bits as its document's length takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchkit.engines.whoosh.bits import pack, unpack
from searchkit.engines.whoosh.varints import Bytes, Numbers, decode, deltas, encode, undo_deltas

_CHUNK_POSTINGS = 1_000_000  # so many are encoded at once


@dataclass(frozen=True, slots=True)
class Lists:
    """The posting lists of many terms, one after the other.

    Attributes:
        starts: int64[terms + 1], where each list begins in ``documents``.
        documents: int64[postings], ascending within a list.
        frequencies: int64[postings], how often the term occurs in each.
        positions: int64[sum of frequencies], document after document; empty where none are kept.
    """

    starts: Numbers
    documents: Numbers
    frequencies: Numbers
    positions: Numbers

    def __len__(self) -> int:
        return len(self.starts) - 1

    def chunks(self) -> Iterator[Lists]:
        """The same lists in stretches of bounded size."""
        occurrence_starts = np.append(0, np.cumsum(self.frequencies)) if len(self.positions) else None
        first = 0
        while first < len(self):
            limit = int(self.starts[first]) + _CHUNK_POSTINGS
            last = max(first + 1, int(np.searchsorted(self.starts, limit, side="right")) - 1)
            a, b = int(self.starts[first]), int(self.starts[last])
            positions = self.positions
            if occurrence_starts is not None:
                positions = positions[occurrence_starts[a] : occurrence_starts[b]]
            yield Lists(self.starts[first : last + 1] - a, self.documents[a:b], self.frequencies[a:b], positions)
            first = last


@dataclass(frozen=True, slots=True)
class EncodedLists:
    """Posting lists as bytes.

    Attributes:
        lists: their documents and frequencies.
        starts: int64[terms + 1], where each begins in ``lists``.
        positions: their positions.
        position_starts: int64[terms + 1], where those of each begin; all 0 where none are kept.
    """

    lists: Bytes
    starts: Numbers
    positions: Bytes
    position_starts: Numbers


class Postings:
    """The posting list of one term in one segment.

    Attributes:
        documents: int64[n], document numbers, ascending.
        frequencies: int64[n], how often the term occurs in each.
    """

    def __init__(self, documents: Numbers, frequencies: Numbers, positions: Callable[[Postings], Numbers]) -> None:
        self.documents = documents
        self.frequencies = frequencies
        self._positions = positions

    @cached_property
    def positions(self) -> Numbers:
        """int64[sum of frequencies], document after document; empty where none are kept. Decoded at the first look."""
        return self._positions(self)


def no_numbers() -> Numbers:
    """int64[0]."""
    return np.zeros(0, np.int64)


def no_positions(postings: Postings) -> Numbers:
    """The positions of a term that keeps none."""
    return no_numbers()


NO_POSTINGS = Postings(no_numbers(), no_numbers(), no_positions)


def encode_lists(chunk: Lists, widths: Numbers) -> EncodedLists:
    """The lists of a chunk as bytes.

    Args:
        chunk: the lists.
        widths: int64[documents of the segment], how many bits a position in each takes.
    """
    sizes = np.diff(chunk.starts)
    lists = np.repeat(np.arange(len(sizes)), sizes)
    first = np.zeros(len(chunk.documents), bool)
    first[chunk.starts[:-1]] = True
    several = chunk.frequencies > 1
    several_counts = np.bincount(lists[several], minlength=len(sizes))
    places = np.append(0, np.cumsum(1 + sizes + several_counts))
    values = np.empty(places[-1], np.int64)
    values[places[:-1]] = sizes
    values[spread(places[:-1] + 1, sizes)] = (deltas(chunk.documents, first) << 1) | several
    values[spread(places[:-1] + 1 + sizes, several_counts)] = chunk.frequencies[several] - 2
    encoded, starts = encode(values)
    if not len(chunk.positions):
        return EncodedLists(encoded, starts[places], np.zeros(0, np.uint8), np.zeros(len(places), np.int64))
    bits = widths[chunk.documents]
    position_starts, at = _position_places(bits * chunk.frequencies, chunk.starts)
    at, bits = _each_occurrence(at, bits, chunk.frequencies)
    return EncodedLists(
        encoded, starts[places], pack(chunk.positions, bits, at, int(position_starts[-1])), position_starts
    )


def _position_places(bits: Numbers, starts: Numbers) -> tuple[Numbers, Numbers]:
    """Where the positions of each list begin, in bytes, and those of each posting, in bits."""
    before = np.append(0, np.cumsum(bits))
    position_starts = np.append(0, np.cumsum((np.diff(before[starts]) + 7) >> 3))
    return position_starts, before[:-1] + np.repeat(position_starts[:-1] * 8 - before[starts[:-1]], np.diff(starts))


def _each_occurrence(places: Numbers, bits: Numbers, frequencies: Numbers) -> tuple[Numbers, Numbers]:
    """The bit where each occurrence begins, and how many it takes, from those of each posting."""
    bits = np.repeat(bits, frequencies)
    within = np.arange(len(bits)) - np.repeat(np.cumsum(frequencies) - frequencies, frequencies)
    return np.repeat(places, frequencies) + within * bits, bits


def decode_list(encoded: Bytes, positions: Callable[[Postings], Numbers] = no_positions) -> Postings:
    """One list from its bytes; ``positions`` is called when they are asked for."""
    ends = np.flatnonzero(encoded < 0x80)
    head = int(ends[0]) + 1
    size = int(decode(encoded[:head])[0])
    tail = int(ends[size]) + 1
    steps = decode(encoded[head:tail])
    several = np.flatnonzero(steps & 1)
    frequencies = np.ones(size, np.int64)
    if len(several):
        frequencies[several] = decode(encoded[tail:]) + 2
    return Postings(np.cumsum(steps >> 1), frequencies, positions)


def decode_lists(encoded: Bytes, starts: Numbers) -> Lists:
    """Many lists from their bytes, without their positions."""
    values = decode(encoded)
    places = np.searchsorted(np.flatnonzero(encoded < 0x80), starts)
    heads = places[:-1]
    sizes = values[heads]
    list_starts = np.append(0, np.cumsum(sizes))
    steps = values[spread(heads + 1, sizes)]
    several = (steps & 1).astype(bool)
    frequencies = np.ones(len(steps), np.int64)
    frequencies[several] = values[spread(heads + 1 + sizes, np.diff(places) - 1 - sizes)] + 2
    return Lists(list_starts, undo_deltas(steps >> 1, list_starts[:-1]), frequencies, no_numbers())


def decode_positions(packed: Bytes, lists: Lists, widths: Numbers) -> Numbers:
    """The positions of some lists, from the bytes of theirs alone.

    Args:
        packed: the bytes.
        lists: the lists without their positions.
        widths: int64[postings], how many bits a position in the document of each takes.
    """
    _, at = _position_places(widths * lists.frequencies, lists.starts)
    at, bits = _each_occurrence(at, widths, lists.frequencies)
    return unpack(packed, bits, at)


def spread(starts: Numbers, counts: Numbers) -> Numbers:
    """The places of ``counts[i]`` neighbours from ``starts[i]`` on, one group after the other."""
    before = np.cumsum(counts) - counts
    places: Numbers = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
    return places
