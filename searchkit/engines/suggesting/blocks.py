"""Makes what an engine keeps for suggestions of terms and titles; see ``protocol``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int64s, UInt32s, expand_ranges
from searchkit.engines.suggesting.protocol import (
    INITIALS,
    MAX_READINGS,
    READING,
    ROW,
    ROW_CHARS,
    TITLE_STARTS,
)
from searchkit.language.batch import FoldedBatch, Segmenter, word_bounds
from searchkit.language.lexicon import Lexicon
from searchkit.language.pinyin import readings

_MAX_TITLE = 200
"""Characters of a title that are kept."""

_SORTED_CHARS = 8
"""By so many characters title words are sorted within a bucket."""

_TERMS_AT_ONCE = 1 << 16

_AT_ONCE = 1 << 20
"""Characters of titles that are looked at at once."""

_NO_INITIAL = 255
_DIGIT = 27
_UNKNOWN = 0xFFFD  # for characters that take two code units


@dataclass(frozen=True, slots=True, eq=False)
class Titles:
    """Folded titles as arrays.

    Attributes:
        codes: uint16[n], the characters, each title ended by a zero.
        boundaries: bool[n], where a word or a symbol begins.
    """

    codes: npt.NDArray[np.uint16]
    boundaries: Bools

    @classmethod
    def of(cls, folded: Iterable[str], lexicon: Lexicon) -> Titles:
        """Cut folded titles into words."""
        batch = FoldedBatch.of([title[:_MAX_TITLE].replace("\0", " ") for title in folded])
        starts, ends = word_bounds(batch, Segmenter(lexicon))
        closing = np.append(batch.starts, len(batch.points))[1:] - 1
        boundaries = np.zeros(len(batch.points), bool)
        for places in (batch.starts, starts, ends):  # what stands between two words begins where one ends
            boundaries[places] = True
        boundaries[closing] = False
        codes = _codes(batch.points)
        codes[closing] = 0
        return cls(codes, boundaries)

    @classmethod
    def concat(cls, parts: Sequence[Titles]) -> Titles:
        """Titles one after the other."""
        return cls(
            np.concatenate([np.zeros(0, np.uint16), *(part.codes for part in parts)]),
            np.concatenate([np.zeros(0, bool), *(part.boundaries for part in parts)]),
        )

    def take(self, numbers: Int64s) -> Titles:
        """The titles with some numbers: int64[n], in the order that is wanted."""
        if np.array_equal(numbers, np.arange(np.count_nonzero(self.codes == 0))):
            return self
        ends = np.flatnonzero(self.codes == 0)
        lengths = np.diff(ends, prepend=-1)
        places = expand_ranges((ends + 1 - lengths)[numbers], lengths[numbers])
        return Titles(self.codes[places], self.boundaries[places])


def char_codes(text: str) -> npt.NDArray[np.uint16]:
    """uint16[characters]."""
    return _codes(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"))


def term_codes(terms: Sequence[bytes]) -> npt.NDArray[np.uint16]:
    """uint16[n], terms as UTF-8 in UTF-16 code units without surrogates, each ended by a zero."""
    parts = [np.zeros(0, np.uint16)]
    for at in range(0, len(terms), _TERMS_AT_ONCE):
        parts.append(char_codes(b"\0".join([*terms[at : at + _TERMS_AT_ONCE], b""]).decode("utf-8", "surrogatepass")))
    return np.concatenate(parts)


def _codes(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    return np.where(points < 1 << 16, points, _UNKNOWN).astype(np.uint16)


@dataclass(frozen=True, slots=True, eq=False)
class CompletionBlocks:
    """What is kept for suggestions besides the titles, see ``protocol.Completions``.

    Attributes:
        syllables: ascending.
        readings: READING[characters].
        tables: rows and the beginnings of their buckets: of the words in titles, and of the terms of each field.
    """

    syllables: list[str]
    readings: npt.NDArray[np.void]
    tables: Mapping[str, tuple[npt.NDArray[Any], Int64s]]


def completion_blocks(
    titles: Titles, fields: Mapping[str, tuple[npt.NDArray[np.uint16], Int64s]]
) -> CompletionBlocks:
    """Make them from titles, and from the ``term_codes`` and doc freqs of fields, by name."""
    completions = _Completions([titles.codes, *(codes for codes, _ in fields.values())])
    places, buckets = completions.titles(titles)
    tables: dict[str, tuple[npt.NDArray[Any], Int64s]] = {TITLE_STARTS: (places, buckets)}
    for name, (codes, doc_freqs) in fields.items():
        tables[name] = completions.terms(codes, doc_freqs)
    return CompletionBlocks(completions.syllables, completions.readings, tables)


class _Completions:
    """The blocks of some characters, terms and titles.

    Args:
        texts: all that its blocks have characters of.
    """

    def __init__(self, texts: Sequence[npt.NDArray[np.uint16]]) -> None:
        seen = np.zeros(1 << 16, bool)
        for text in texts:
            seen[text] = True
        listed = {code: found for code in np.flatnonzero(seen).tolist() if (found := readings(chr(code)))}
        self.syllables = sorted({reading for found in listed.values() for reading in found})
        number = {syllable: at for at, syllable in enumerate(self.syllables, 1)}
        self.readings = np.zeros(len(listed), READING)
        self.readings["char"] = list(listed)
        self._initials = np.full((1 << 16, MAX_READINGS), _NO_INITIAL, np.uint8)
        self._initials[:, 0] = 0
        self._initials[ord("a") : ord("z") + 1, 0] = np.arange(1, 27)
        self._initials[ord("0") : ord("9") + 1, 0] = _DIGIT
        for row, (code, found) in enumerate(listed.items()):
            self.readings["syllables"][row, : len(found)] = [number[reading] for reading in found]
            initials = sorted({ord(reading[0]) - ord("a") + 1 for reading in found})
            self._initials[code, : len(initials)] = initials

    def terms(self, codes: npt.NDArray[np.uint16], doc_freqs: Int64s) -> tuple[npt.NDArray[np.void], Int64s]:
        """The rows of a field's terms, and where each bucket begins.

        Args:
            codes: uint16[n], the terms, each ended by a zero.
            doc_freqs: int64[terms].
        """
        ends = np.flatnonzero(codes == 0)
        starts = np.append(0, ends[:-1] + 1)[: len(ends)].astype(np.uint32)
        lengths = np.diff(ends, prepend=-1).astype(np.uint32) - np.uint32(1)

        def chars(terms: UInt32s, column: int) -> npt.NDArray[np.uint16]:
            """A character of each of some terms; zeros behind their ends."""
            found: npt.NDArray[np.uint16] = codes.take(starts[terms] + np.uint32(column), mode="clip")
            return np.where(lengths[terms] > column, found, 0).astype(np.uint16)

        terms, buckets = self._sorted(codes[starts], lambda terms: (terms, chars(terms, 1)))
        rows = np.zeros(len(terms), ROW)
        rows["term"], rows["doc_freq"] = terms, doc_freqs[terms]
        for column in range(ROW_CHARS):
            rows["chars"][:, column] = chars(terms, column)
        return rows, buckets

    def titles(self, titles: Titles) -> tuple[UInt32s, Int64s]:
        """The places in titles where words begin, by bucket and text, and where each bucket begins."""
        codes, places = titles.codes, _word_starts(titles)

        def by_text(words: UInt32s) -> tuple[UInt32s, npt.NDArray[np.uint16]]:
            some = places[words]
            some = some[_text_order(codes, some)]
            return some, codes[some + np.uint32(1)]

        return self._sorted(codes[places], by_text)

    def _sorted(
        self,
        firsts: npt.NDArray[np.uint16],
        in_order: Callable[[UInt32s], tuple[UInt32s, npt.NDArray[np.uint16]]],
    ) -> tuple[UInt32s, Int64s]:
        """Rows by bucket, and where each bucket begins.

        A row is in a bucket for each pair of initials that its first two characters have. The buckets of one initial
        are made at once: those of all would take a hundred bytes for each row.

        Args:
            firsts: the first character of each row.
            in_order: of the rows with some numbers, in the order of a bucket, what is kept and the second character.
        """
        rows, counts = bytearray(), [np.zeros(1, np.int64)]
        initials_of = np.zeros(len(self._initials), np.uint32)  # a bit for each
        for column in self._initials.T:
            initials_of |= np.where(column != _NO_INITIAL, np.uint32(1) << column, np.uint32(0))
        initials_of = initials_of[firsts]
        for initial in range(INITIALS):
            some, seconds = in_order(np.flatnonzero(initials_of & np.uint32(1 << initial)).astype(np.uint32))
            initials = self._initials[seconds]
            places = np.flatnonzero(initials != _NO_INITIAL)  # row after row
            second = initials.reshape(-1)[places]
            rows += some[places[np.argsort(second, kind="stable")] // MAX_READINGS].data
            counts.append(np.bincount(second, minlength=INITIALS))
        return np.frombuffer(rows, np.uint32), np.cumsum(np.concatenate(counts))


def _word_starts(titles: Titles) -> UInt32s:
    """The places in titles where words begin."""
    codes, boundaries = titles.codes, titles.boundaries
    places = [np.zeros(0, np.uint32)]
    for at in range(0, len(codes), _AT_ONCE):
        here = slice(at, at + _AT_ONCE)
        next_codes, next_boundaries = codes[at + 1 : at + 1 + _AT_ONCE], boundaries[at + 1 : at + 1 + _AT_ONCE]
        after = np.append(next_boundaries | (next_codes == 0), True)[: len(codes[here])]
        first = np.append(codes[at - 1] == 0 if at else True, codes[here][:-1] == 0)
        starts = (boundaries[here] & ~after & (codes[here] > ord(" "))) | (first & (codes[here] > 0))
        places.append((np.flatnonzero(starts) + at).astype(np.uint32))
    return np.concatenate(places)


def _text_order(codes: npt.NDArray[np.uint16], places: UInt32s) -> Int64s:
    """The order of the texts at some places in titles, each up to its title's end."""
    keys = np.zeros((2, len(places)), np.uint64)
    going_on = np.ones(len(places), bool)
    for column in range(_SORTED_CHARS):
        chars = codes.take(places + np.uint32(column), mode="clip")  # the last title ends with a zero, too
        going_on &= chars > 0
        part = keys[2 * column // _SORTED_CHARS]
        part <<= np.uint64(16)
        part |= np.where(going_on, chars, 0).astype(np.uint64)
    high, low = keys
    return np.lexsort((low, high))
