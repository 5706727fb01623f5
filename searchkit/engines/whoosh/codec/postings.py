"""Posting lists in memory: of many terms at once, and of one term."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from searchkit.engines.arrays import Bools, DocIds, Int64s, Integers, expand_ranges, no_int64s
from searchkit.engines.keys import POSITION_BITS

_CHUNK_POSTINGS = 500_000
_FEW = 4
"""Where fewer than one in so many of a term's documents are asked for, only their positions are decoded."""

LONG_LIST = 8_192
"""Documents of a list of which it is worth to decode only what is asked for."""

LOOKED_UP = 12
"""Where fewer than one in so many of a term's documents are asked for, they are looked up in the encoded list."""

_SMALL = 2048
"""Documents of a list short enough to decode all its positions for any question."""


@dataclass(frozen=True, slots=True)
class PostingLists:
    """The posting lists of many terms, concatenated.

    Attributes:
        starts: int64[terms + 1], where each list begins in ``doc_ids``, and the end.
        doc_ids: int64[postings], ascending within a list.
        freqs: int64[postings], how often the term occurs in each document.
        positions: int64[sum of freqs], ascending within a posting; empty for fields without positions.

    On the way to disk the last three may have any integer type.
    """

    starts: Int64s
    doc_ids: Integers
    freqs: Integers
    positions: Integers

    def __len__(self) -> int:
        """How many terms."""
        return len(self.starts) - 1

    def is_of(self, documents: int) -> bool:
        """Whether doc ids ascend within each list, none being empty, and are of a segment of so many documents."""
        doc_ids, starts = self.doc_ids, self.starts
        descends = doc_ids[1:] <= doc_ids[:-1]
        if np.count_nonzero(descends) != np.count_nonzero(descends[starts[1:-1] - 1]):
            return False
        return bool(doc_ids[starts[:-1]].min(initial=0) >= 0 and doc_ids[starts[1:] - 1].max(initial=0) < documents)

    def slice(self, first: int, last: int) -> PostingLists:
        """The lists of the terms ``first`` to ``last`` (excluded)."""
        a, b = int(self.starts[first]), int(self.starts[last])
        positions = self.positions
        if len(positions):
            before = int(self.freqs[:a].sum())
            positions = positions[before : before + int(self.freqs[a:b].sum())]
        return PostingLists(self.starts[first : last + 1] - a, self.doc_ids[a:b], self.freqs[a:b], positions)

    def filter(self, mask: Bools) -> PostingLists:
        """The lists whose terms are set in bool[terms]."""
        sizes = np.diff(self.starts)
        starts = np.append(0, np.cumsum(sizes[mask]))
        return self._postings(np.repeat(mask, sizes), starts)

    def filter_postings(self, mask: Bools) -> PostingLists:
        """All lists, with only the postings that are set in bool[postings]; some may be empty."""
        return self._postings(mask, np.append(0, np.cumsum(mask))[self.starts])

    def _postings(self, mask: Bools, starts: Int64s) -> PostingLists:
        positions = self.positions
        if len(positions):
            positions = positions[np.repeat(mask, self.freqs)]
        return PostingLists(starts, self.doc_ids[mask], self.freqs[mask], positions)

    def take(self, order: Int64s) -> PostingLists:
        """The lists of some terms, in the order of int64[n]."""
        starts, sizes = self.starts[order], np.diff(self.starts)[order]
        postings = expand_ranges(starts, sizes)
        freqs = self.freqs[postings]
        positions = self.positions
        if len(positions):
            ends = np.append(0, np.cumsum(self.freqs))[self.starts]
            positions = positions[expand_ranges(ends[order], np.diff(ends)[order])]
        return PostingLists(np.append(0, np.cumsum(sizes)), self.doc_ids[postings], freqs, positions)

    def chunks(self) -> Iterator[PostingLists]:
        """The same lists in slices of bounded size."""
        first = 0
        while first < len(self):
            limit = int(self.starts[first]) + _CHUNK_POSTINGS
            last = max(first + 1, int(np.searchsorted(self.starts, limit, side="right")) - 1)
            yield self.slice(first, last)
            first = last


def concat(parts: Sequence[PostingLists]) -> PostingLists:
    """The lists of each part, part after part; at least one part."""
    doc_ids, freqs, positions = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("doc_ids", "freqs", "positions")
    )
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    return PostingLists(np.append(0, np.cumsum(sizes)), doc_ids, freqs, positions)


class PostingList(Protocol):
    """Where the doc ids and freqs of one term come from."""

    def doc_ids(self) -> DocIds:
        """All doc ids, ascending."""

    def freqs(self) -> Int64s:
        """int64[doc ids], how often the term occurs in each."""

    def places_of(self, doc_ids: DocIds) -> Int64s:
        """int64[n]: the place of each of some documents, ascending, in the list; -1 where it is not in it."""

    def freqs_at(self, places: Int64s) -> Int64s:
        """int64[n]: the freqs at some places, ascending."""


@dataclass(frozen=True, slots=True)
class DecodedList:
    """A list in memory; see ``PostingList``."""

    every_doc_id: DocIds
    every_freq: Int64s

    def doc_ids(self) -> DocIds:
        return self.every_doc_id

    def freqs(self) -> Int64s:
        return self.every_freq

    def places_of(self, doc_ids: DocIds) -> Int64s:
        if not len(self.every_doc_id):
            return np.full(len(doc_ids), -1)
        places = self.every_doc_id.searchsorted(doc_ids)
        np.minimum(places, len(self.every_doc_id) - 1, out=places)
        places[self.every_doc_id.take(places) != doc_ids] = -1
        return places

    def freqs_at(self, places: Int64s) -> Int64s:
        return self.every_freq[places]


_DecodePositions = Callable[["Postings", Int64s], Int64s]


class Postings:
    """The posting list of one term in one segment; deleted documents are still in it.

    Arrays are decoded when they are first read. Safe to use from several threads: two that need the same one at once
    both decode it.

    Attributes:
        doc_freq: how many documents are in it.
        position_ends: int64[doc freq], the bit behind the positions of each posting, once they have been counted.
        max_bytes: what all arrays take once everything is decoded.

    Args:
        lists: the list.
        doc_freq: how many documents have the term.
        total_term_freq: how often it occurs in them.
        positions: decodes the positions of some postings, given the list itself and their places, int64[m] ascending.
    """

    def __init__(
        self,
        lists: PostingList,
        doc_freq: int,
        total_term_freq: int,
        positions: _DecodePositions | None = None,
    ) -> None:
        self.doc_freq = doc_freq
        self._list = lists
        self._doc_ids: DocIds | None = None
        self._freqs: Int64s | None = None
        self._decode_positions: _DecodePositions | None = positions
        self._positions: Int64s | None = None
        self._keys: Int64s | None = None
        self.position_ends: Int64s | None = None
        numbers = 2 * doc_freq + (0 if positions is None else doc_freq + 2 * total_term_freq)  # positions and keys
        self.max_bytes = numbers * np.dtype(np.int64).itemsize

    # functools.cached_property is none of these: on Python 3.11 all instances share its lock

    @property
    def doc_ids(self) -> DocIds:
        """int64[doc freq], ascending."""
        if self._doc_ids is None:
            self._doc_ids = self._list.doc_ids()
        return self._doc_ids

    @property
    def freqs(self) -> Int64s:
        """int64[doc freq], how often the term occurs in each document."""
        if self._freqs is None:
            self._freqs = self._list.freqs()
        return self._freqs

    def places_of(self, doc_ids: DocIds) -> Int64s:
        """int64[n]: the place of each of some documents, ascending, in the list; -1 where it is not in it."""
        if self._doc_ids is None and len(doc_ids) * LOOKED_UP < self.doc_freq:
            return self._list.places_of(doc_ids)
        return DecodedList(self.doc_ids, no_int64s()).places_of(doc_ids)

    def freqs_at(self, places: Int64s) -> Int64s:
        """int64[n]: how often the term occurs in the documents at some places, ascending."""
        if self._freqs is None and len(places) * LOOKED_UP < self.doc_freq:
            return self._list.freqs_at(places)
        return self.freqs[places]

    @property
    def positions(self) -> Int64s:
        """int64[sum of freqs], posting after posting; empty for fields without positions. Decoded when first read."""
        if self._positions is None:
            self._positions = self._positions_of(np.arange(self.doc_freq))
        return self._positions

    @property
    def keys(self) -> Int64s:
        """int64[sum of freqs], ascending: document and position of each occurrence as one integer."""
        if self._keys is None:
            keys: Int64s = np.repeat(self.doc_ids << POSITION_BITS, self.freqs)
            keys |= self.positions
            self._keys = keys
        return self._keys

    @property
    def keys_at_hand(self) -> bool:
        """Whether ``keys`` are decoded already, or nearly free to decode."""
        return self._keys is not None or self.doc_freq <= _SMALL

    def keys_in(self, doc_ids: DocIds) -> Int64s:
        """The keys in some documents, those that have the term; where these are few, only theirs are decoded."""
        if self.keys_at_hand:
            return keys_of(self.keys, doc_ids)
        places = self.places_of(doc_ids)
        found = places >= 0
        doc_ids, places = doc_ids[found], places[found]
        if len(places) * _FEW >= len(self.doc_ids):
            wanted = np.zeros(len(self.doc_ids), bool)
            wanted[places] = True
            keys: Int64s = self.keys[np.repeat(wanted, self.freqs)]
            return keys
        keys = np.repeat(doc_ids << POSITION_BITS, self.freqs_at(places))
        keys |= self._positions_of(places)
        return keys

    def _positions_of(self, places: Int64s) -> Int64s:
        return no_int64s() if self._decode_positions is None else self._decode_positions(self, places)


def keys_of(keys: Int64s, doc_ids: DocIds) -> Int64s:
    """Those of some ascending keys that are in some documents."""
    starts = keys.searchsorted(doc_ids << POSITION_BITS)
    return keys[expand_ranges(starts, keys.searchsorted((doc_ids + 1) << POSITION_BITS) - starts)]


NO_POSTINGS = Postings(DecodedList(no_int64s(), no_int64s()), 0, 0)
NO_POSTING_LISTS = PostingLists(np.zeros(1, np.int64), no_int64s(), no_int64s(), no_int64s())
