"""Posting lists as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.numeric.varint import Numbers

_CHUNK_POSTINGS = 500_000  # so many are encoded at once
_FEW = 4  # times fewer documents than there are: their positions are decoded alone
_SMALL = 2048  # documents of a list whose positions are decoded all at once

POSITION_BITS = 32
"""How many bits of a key its position has."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The posting lists of many terms, one after the other.

    Attributes:
        starts: int64[terms + 1], where each list begins in ``documents``.
        documents: int64[postings], ascending within a list.
        frequencies: int64[postings], how often the term occurs in each.
        positions: int64[sum of frequencies], document after document; empty where none are kept.

    Where lists are written and not read, the last three may be of any kind of signed integer.
    """

    starts: Numbers
    documents: npt.NDArray[Any]
    frequencies: npt.NDArray[Any]
    positions: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def between(self, first: int, last: int) -> Lists:
        """Some of the lists."""
        a, b = int(self.starts[first]), int(self.starts[last])
        positions = self.positions
        if len(positions):
            before = int(self.frequencies[:a].sum())
            positions = positions[before : before + int(self.frequencies[a:b].sum())]
        return Lists(self.starts[first : last + 1] - a, self.documents[a:b], self.frequencies[a:b], positions)

    def chosen(self, wanted: npt.NDArray[np.bool_]) -> Lists:
        """Some of the lists: bool[terms]."""
        sizes = np.diff(self.starts)
        postings = np.repeat(wanted, sizes)
        positions = self.positions
        if len(positions):
            positions = positions[np.repeat(postings, self.frequencies)]
        starts = np.append(0, np.cumsum(sizes[wanted]))
        return Lists(starts, self.documents[postings], self.frequencies[postings], positions)

    def ordered(self, order: Numbers) -> Lists:
        """The same lists in another order."""
        starts, sizes = self.starts[order], np.diff(self.starts)[order]
        postings = spread(starts, sizes)
        frequencies = self.frequencies[postings]
        positions = self.positions
        if len(positions):
            ends = np.append(0, np.cumsum(self.frequencies))[self.starts]
            positions = positions[spread(ends[order], np.diff(ends)[order])]
        return Lists(np.append(0, np.cumsum(sizes)), self.documents[postings], frequencies, positions)

    def chunks(self) -> Iterator[Lists]:
        """The same lists in stretches of bounded size."""
        first = 0
        while first < len(self):
            limit = int(self.starts[first]) + _CHUNK_POSTINGS
            last = max(first + 1, int(np.searchsorted(self.starts, limit, side="right")) - 1)
            yield self.between(first, last)
            first = last


def joined(parts: Sequence[Lists]) -> Lists:
    """Some lists after the others."""
    documents, frequencies, positions = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("documents", "frequencies", "positions")
    )
    sizes = [np.diff(part.starts) for part in parts]
    return Lists(np.append(0, np.cumsum(np.concatenate(sizes))), documents, frequencies, positions)


class Postings:
    """The posting list of one term in one segment.

    Attributes:
        documents: int64[n], document numbers, ascending.
        frequencies: int64[n], how often the term occurs in each.
    """

    def __init__(
        self, documents: Numbers, frequencies: Numbers, positions: Callable[[Postings, Numbers], Numbers]
    ) -> None:
        self.documents = documents
        self.frequencies = frequencies
        self._positions = positions

    @cached_property
    def positions(self) -> Numbers:
        """int64[sum of frequencies], document after document; empty where none are kept. Decoded at the first look."""
        return self._positions(self, np.arange(len(self.documents)))

    @cached_property
    def keys(self) -> Numbers:
        """int64[sum of frequencies], ascending: document and position of each occurrence in one number."""
        keys: Numbers = np.repeat(self.documents << POSITION_BITS, self.frequencies)
        keys |= self.positions
        return keys

    @cached_property
    def size(self) -> int:
        """How many postings and positions may be in memory, of at most 16 bytes each."""
        without = self._positions is no_positions
        return len(self.documents) + (0 if without else int(self.frequencies.sum()))

    @property
    def are_at_hand(self) -> bool:
        """Whether ``keys`` cost next to nothing."""
        return "keys" in vars(self) or len(self.documents) <= _SMALL

    def keys_in(self, documents: Numbers) -> Numbers:
        """The keys in some of its documents; only these are decoded where they are few."""
        places = self.documents.searchsorted(documents)
        if len(places) * _FEW >= len(self.documents):
            return self.keys[np.repeat(_among(places, len(self.documents)), self.frequencies)]
        keys: Numbers = np.repeat(documents << POSITION_BITS, self.frequencies[places])
        keys |= self._positions(self, places)
        return keys


def _among(places: Numbers, size: int) -> npt.NDArray[np.bool_]:
    """bool[size], True at some places."""
    among = np.zeros(size, bool)
    among[places] = True
    return among


def no_numbers() -> Numbers:
    """int64[0]."""
    return np.zeros(0, np.int64)


def no_positions(postings: Postings, places: Numbers) -> Numbers:
    """The positions of a term that keeps none."""
    return no_numbers()


NO_POSTINGS = Postings(no_numbers(), no_numbers(), no_positions)
NO_LISTS = Lists(np.zeros(1, np.int64), no_numbers(), no_numbers(), no_numbers())


def spread(starts: Numbers, counts: Numbers) -> Numbers:
    """The places of ``counts[i]`` neighbours from ``starts[i]`` on, one group after the other."""
    before = np.cumsum(counts) - counts
    places: Numbers = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
    return places
