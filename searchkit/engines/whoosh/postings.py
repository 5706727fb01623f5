"""Posting lists as bytes and as arrays.

A list is: the number of its documents; the steps from document to document, each doubled, plus one where the term
occurs more than once; how often, less two, for those where it does; the positions as steps within a document.
All of it as variable-length numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from searchkit.engines.whoosh.varints import Bytes, Numbers, decode, deltas, encode, undo_deltas

_CHUNK_POSTINGS = 1_000_000  # so many are encoded or decoded at once


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """All posting lists of a field, or those of a stretch of its terms.

    Attributes:
        terms: UTF-8, ascending.
        starts: int64[terms + 1], where each term's list begins in ``documents``.
        documents: int64[postings], ascending within a list.
        frequencies: int64[postings], how often the term occurs in each.
        positions: int64[sum of frequencies], document after document; empty where none are kept.
    """

    terms: list[bytes]
    starts: Numbers
    documents: Numbers
    frequencies: Numbers
    positions: Numbers

    def chunks(self) -> Iterator[FieldPostings]:
        """The same lists in stretches of bounded size."""
        occurrence_starts = np.append(0, np.cumsum(self.frequencies)) if len(self.positions) else None
        first = 0
        while first < len(self.terms):
            limit = int(self.starts[first]) + _CHUNK_POSTINGS
            last = max(first + 1, int(np.searchsorted(self.starts, limit, side="right")) - 1)
            a, b = int(self.starts[first]), int(self.starts[last])
            positions = self.positions
            if occurrence_starts is not None:
                positions = positions[occurrence_starts[a] : occurrence_starts[b]]
            yield FieldPostings(
                self.terms[first:last], self.starts[first : last + 1] - a, self.documents[a:b], self.frequencies[a:b],
                positions,
            )  # fmt: skip
            first = last


class Postings:
    """The posting list of one term in one segment.

    Attributes:
        documents: int64[n], document numbers, ascending.
        frequencies: int64[n], how often the term occurs in each.
    """

    def __init__(self, documents: Numbers, frequencies: Numbers, positions: Callable[[], Numbers]) -> None:
        self.documents = documents
        self.frequencies = frequencies
        self._positions = positions

    @cached_property
    def positions(self) -> Numbers:
        """int64[sum of frequencies], document after document; empty where none are kept. Decoded at the first look."""
        return self._positions()


def _none() -> Numbers:
    return np.zeros(0, np.int64)


NO_POSTINGS = Postings(_none(), _none(), _none)


def encode_lists(field: FieldPostings) -> tuple[Bytes, Numbers]:
    """The lists of a chunk as bytes, and int64[terms + 1], where each begins."""
    lists = np.repeat(np.arange(len(field.terms)), np.diff(field.starts))
    first = np.zeros(len(field.documents), bool)
    first[field.starts[:-1]] = True
    several = field.frequencies > 1
    occurrences = field.frequencies if len(field.positions) else np.zeros(len(field.documents), np.int64)
    sizes = np.diff(field.starts)
    several_counts = np.bincount(lists[several], minlength=len(sizes))
    position_counts = np.bincount(lists, occurrences, minlength=len(sizes)).astype(np.int64)
    places = np.append(0, np.cumsum(1 + sizes + several_counts + position_counts))
    values = np.empty(places[-1], np.int64)
    values[places[:-1]] = sizes
    values[spread(places[:-1] + 1, sizes)] = (deltas(field.documents, first) << 1) | several
    values[spread(places[:-1] + 1 + sizes, several_counts)] = field.frequencies[several] - 2
    if len(field.positions):
        first_positions = np.zeros(len(field.positions), bool)
        first_positions[np.cumsum(occurrences) - occurrences] = True
        steps = deltas(field.positions, first_positions)
        values[spread(places[:-1] + 1 + sizes + several_counts, position_counts)] = steps
    encoded, starts = encode(values)
    return encoded, starts[places]


def decode_list(encoded: Bytes) -> Postings:
    """One list from its bytes; the positions are decoded when they are asked for."""
    ends = np.flatnonzero(encoded < 0x80)
    head = int(ends[0]) + 1
    size = int(decode(encoded[:head])[0])
    tail = int(ends[size]) + 1
    steps = decode(encoded[head:tail])
    several = np.flatnonzero(steps & 1)
    documents = np.cumsum(steps >> 1)
    frequencies = np.ones(size, np.int64)
    if len(several):
        frequencies_end = int(ends[size + len(several)]) + 1
        frequencies[several] = decode(encoded[tail:frequencies_end]) + 2
        tail = frequencies_end
    return Postings(documents, frequencies, partial(_positions, encoded[tail:], frequencies))


def _positions(encoded: Bytes, frequencies: Numbers) -> Numbers:
    return undo_deltas(decode(encoded), np.cumsum(frequencies) - frequencies) if len(encoded) else _none()


def decode_lists(encoded: Bytes, starts: Numbers, terms: list[bytes]) -> FieldPostings:
    """Many lists from their bytes, what ``encode_lists`` came from."""
    values = decode(encoded)
    ends = np.flatnonzero(encoded < 0x80)
    places = np.searchsorted(ends, starts)
    heads = places[:-1]
    sizes = values[heads]
    list_starts = np.append(0, np.cumsum(sizes))
    steps = values[spread(heads + 1, sizes)]
    several = (steps & 1).astype(bool)
    lists = np.repeat(np.arange(len(sizes)), sizes)
    several_counts = np.bincount(lists[several], minlength=len(sizes))
    frequencies = np.ones(len(steps), np.int64)
    frequencies[several] = values[spread(heads + 1 + sizes, several_counts)] + 2
    position_counts = np.diff(places) - 1 - sizes - several_counts
    steps_within = values[spread(heads + 1 + sizes + several_counts, position_counts)]
    positions = undo_deltas(steps_within, np.cumsum(frequencies) - frequencies) if len(steps_within) else _none()
    return FieldPostings(terms, list_starts, undo_deltas(steps >> 1, list_starts[:-1]), frequencies, positions)


def spread(starts: Numbers, counts: Numbers) -> Numbers:
    """The places of ``counts[i]`` neighbours from ``starts[i]`` on, one group after the other."""
    before = np.cumsum(counts) - counts
    places: Numbers = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
    return places
