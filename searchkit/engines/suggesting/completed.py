"""Which terms and title words of a part of an index match a pattern of typed characters?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int64s
from searchkit.engines.suggesting.protocol import BUCKETS, INITIALS, ROW_CHARS, Part
from searchkit.engines.suggesting.typed import Pattern, Slot, Syllabary

_PHRASE_CHARS = 12
"""The longest phrase that is suggested."""

_KEPT_PLACES = 16
"""Patterns whose places in titles are kept: phrases and titles are both made of them."""

_KEPT_READINGS = 128
"""Ranges of readings whose characters are kept, 64 KB each."""

_HASH = np.uint64(0x9E3779B97F4A7C15)


class CompletedPart:
    """What one part of an index keeps for suggestions, compared with patterns."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._kept = part.completions
        self.title_places = lru_cache(_KEPT_PLACES)(self._title_places)
        self._readers_of = lru_cache(_KEPT_READINGS)(self._characters_read)

    @cached_property
    def syllabary(self) -> Syllabary:
        """Its syllables, which the patterns of its terms are made with."""
        return Syllabary(self._kept.syllables)

    def terms(self, field: str, pattern: Pattern) -> npt.NDArray[Any]:
        """ROW[n]: the terms of a field that begin with a pattern's characters."""
        parts = []
        known = self.part.term_count(field)
        for first, last in self._buckets(pattern):
            rows = self._kept.rows(field, known, first, last)
            if not len(rows):
                continue
            chars = rows["chars"]
            at = None
            for column, slot in enumerate(pattern[:ROW_CHARS]):
                good = self._matches(chars[:, column] if at is None else chars[at, column], slot)
                at = np.flatnonzero(good) if at is None else at[good]
                if not len(at):
                    break
            parts.append(rows if at is None else rows[at])
        if not parts:
            return self._kept.rows(field, known, 0, 0)
        rows = parts[0] if len(parts) == 1 else np.concatenate(parts)
        if len(pattern) > ROW_CHARS and len(rows):
            texts = [self.part.term(field, term) for term in rows["term"].tolist()]
            rows = rows[[self._goes_on(text, pattern) for text in texts]]
        return rows

    def _goes_on(self, text: str, pattern: Pattern) -> bool:
        codes = np.array([min(ord(char), 0xFFFD) for char in text[: len(pattern)]], np.uint16)
        return len(codes) == len(pattern) and all(
            self._matches(codes[at : at + 1], pattern[at])[0] for at in range(ROW_CHARS, len(pattern))
        )

    def _title_places(self, pattern: Pattern) -> Int64s:
        """int64[n], each once: where in the titles words begin that go on with a pattern's characters."""
        found = []
        codes = self._kept.codes
        for first, last in self._buckets(pattern):
            places = self._kept.title_starts(first, last)
            for column, slot in enumerate(pattern):
                places = places[places + column < len(codes)]
                places = places[self._matches(codes[places + column], slot)]
                if not len(places):
                    break
            found.append(places)
        in_one_bucket = len(pattern) > 1 and len(found) == 1
        return found[0] if in_one_bucket else np.unique(np.concatenate(found))

    def live_places(self, places: Int64s) -> Int64s:
        """Those of live documents."""
        return places if self.part.live.all() else places[self.part.live[self._kept.doc_ids[places]]]

    def doc_ids(self, places: Int64s) -> Int64s:
        """int64[n]: whose titles places are in, numbered through all parts."""
        return self._kept.doc_ids[places].astype(np.int64) + self.part.doc_base

    def is_title_start(self, places: Int64s) -> Bools:
        """bool[n]: whether a title begins there."""
        starts: Bools = np.logical_or(places == 0, self._kept.codes[places - 1] == 0)
        return starts

    def phrases(self, places: Int64s, typed: int) -> Iterator[tuple[npt.NDArray[np.uint64], Int64s, Int64s]]:
        """Phrases of several words that begin at places: the first that holds what was typed, and one word more.

        Args:
            places: int64[n], of live documents.
            typed: how many characters were.

        Returns:
            Twice the hashes of phrases, the place and the length of each.
        """
        codes, boundaries = self._padded
        window = places[:, None] + np.arange(_PHRASE_CHARS + 1)
        chars = codes[window]
        ended = np.logical_or.accumulate(chars == 0, axis=1)
        is_end = boundaries[window] | ended
        is_end[:, 0] = False
        words = np.cumsum(is_end, axis=1)  # at an end: how many words the text before it has
        after = np.arange(_PHRASE_CHARS + 1) >= typed
        first = np.argmax(is_end & after, axis=1)
        more = np.argmax(is_end & (np.arange(_PHRASE_CHARS + 1) > first[:, None]), axis=1)
        for lengths in (first, more):
            rows = np.arange(len(places))
            before = np.maximum(lengths - 1, 0)
            good = (lengths > 0) & ~ended[rows, before] & (words[rows, lengths] > 1)
            held = np.where(np.arange(_PHRASE_CHARS + 1) < lengths[:, None], chars, 0)[good]
            hashes = np.zeros(len(held), np.uint64)
            for column in range(_PHRASE_CHARS):
                hashes = (hashes ^ held[:, column]) * _HASH
            yield hashes, places[good], lengths[good].astype(np.int64)

    @cached_property
    def _padded(self) -> tuple[npt.NDArray[np.uint16], Bools]:
        """The titles and their boundaries, followed by as many zeros as a phrase is long."""
        padding = np.zeros(_PHRASE_CHARS + 1, np.uint16)
        return np.append(self._kept.codes, padding), np.append(self._kept.boundaries, padding.astype(bool))

    def title_text(self, place: int, length: int) -> str:
        """Characters of a folded title."""
        return "".join(map(chr, self._kept.codes[place : place + length].tolist()))

    def _matches(self, codes: npt.NDArray[np.uint16], slot: Slot) -> Bools:
        if slot.char:
            return np.equal(codes, slot.char)
        if not slot.first:
            return np.greater(codes, 0)
        matching: Bools = self._readers_of(slot.first, slot.last)[codes]
        return matching

    def _characters_read(self, first: int, last: int) -> Bools:
        """bool[65536]: which characters have one of some readings."""
        readings = self._kept.readings
        found = (readings >= first) & (readings <= last)
        return np.logical_or(found[:, 0], np.logical_or(found[:, 1], found[:, 2]))

    def _buckets(self, pattern: Pattern) -> list[tuple[int, int]]:
        """Ranges of buckets."""
        if not pattern:
            return [(0, BUCKETS)]
        firsts = self._initial(pattern[0])
        second = self._initial(pattern[1]) if len(pattern) > 1 else None
        if second is None:
            return [(0, BUCKETS)] if firsts is None else [(firsts * INITIALS, (firsts + 1) * INITIALS)]
        starts = range(INITIALS) if firsts is None else [firsts]
        return [(start * INITIALS + second, start * INITIALS + second + 1) for start in starts]

    def _initial(self, slot: Slot) -> int | None:
        """The initial of a character that matches; None if it may be any."""
        if not slot.char:
            return slot.initial or None
        char = chr(slot.char)
        if "a" <= char <= "z":
            return ord(char) - 96
        if "0" <= char <= "9":
            return 27
        reading = int(self._kept.readings[slot.char][0])
        return ord(self._kept.syllables[reading - 1][0]) - 96 if reading else 0
