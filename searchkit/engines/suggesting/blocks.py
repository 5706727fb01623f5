"""Makes what an engine keeps for suggestions of terms and titles; see ``protocol``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int64s, expand_ranges
from searchkit.engines.suggesting.protocol import (
    BUCKETS,
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
        ends = np.flatnonzero(self.codes == 0)
        lengths = np.diff(ends, prepend=-1)
        places = expand_ranges((ends + 1 - lengths)[numbers], lengths[numbers])
        return Titles(self.codes[places], self.boundaries[places])


def char_codes(text: str) -> npt.NDArray[np.uint16]:
    """uint16[characters]."""
    return _codes(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"))


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


def completion_blocks(titles: Titles, fields: Mapping[str, tuple[list[bytes], Int64s]]) -> CompletionBlocks:
    """Make them from titles, and from the terms and doc freqs of fields, by name."""
    texts = {
        name: char_codes(b"".join(term + b"\0" for term in terms).decode("utf-8", "surrogatepass"))
        for name, (terms, _) in fields.items()
    }
    completions = _Completions([titles.codes, *texts.values()])
    places, buckets = completions.titles(titles)
    tables: dict[str, tuple[npt.NDArray[Any], Int64s]] = {TITLE_STARTS: (places.astype("<u4"), buckets)}
    for name, (_, doc_freqs) in fields.items():
        tables[name] = completions.terms(texts[name], doc_freqs)
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
        starts = np.append(0, ends[:-1] + 1)[: len(ends)]
        rows = np.zeros(len(ends), ROW)
        rows["term"], rows["doc_freq"] = np.arange(len(ends)), doc_freqs
        for column in range(ROW_CHARS):
            inside = ends - starts > column
            rows["chars"][inside, column] = codes[starts[inside] + column]
        order, buckets = self._sorted(rows["chars"][:, 0], rows["chars"][:, 1])
        return rows[order], buckets

    def titles(self, titles: Titles) -> tuple[Int64s, Int64s]:
        """The places in titles where words begin, by bucket and text, and where each bucket begins."""
        codes = np.append(titles.codes, np.zeros(_SORTED_CHARS, np.uint16))
        after = np.append(titles.boundaries[1:] | (titles.codes[1:] == 0), True)
        first = np.append(True, titles.codes[:-1] == 0)[: len(titles.codes)]
        places = np.flatnonzero((titles.boundaries & ~after & (titles.codes > ord(" "))) | (first & (titles.codes > 0)))
        high = np.zeros(len(places), np.uint64)
        low = np.zeros(len(places), np.uint64)
        going_on = np.ones(len(places), bool)
        for column in range(_SORTED_CHARS):
            chars = codes[places + column]
            going_on &= chars > 0
            part = high if column < _SORTED_CHARS // 2 else low
            part <<= np.uint64(16)
            part |= np.where(going_on, chars, 0).astype(np.uint64)
        by_text = np.lexsort((low, high))
        places = places[by_text]
        order, buckets = self._sorted(codes[places], codes[places + 1])
        return places[order], buckets

    def _sorted(self, firsts: npt.NDArray[np.uint16], seconds: npt.NDArray[np.uint16]) -> tuple[Int64s, Int64s]:
        """The places of rows by bucket, otherwise in their order, and where each bucket begins.

        A row is in a bucket for each pair of initials that its first two characters have.
        """
        rows, buckets = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)]
        for a in range(MAX_READINGS):
            for b in range(MAX_READINGS):
                first, second = self._initials[firsts, a], self._initials[seconds, b]
                here = np.flatnonzero((first != _NO_INITIAL) & (second != _NO_INITIAL))
                rows.append(here)
                buckets.append(first[here].astype(np.uint16) * INITIALS + second[here])
        row, bucket = np.concatenate(rows), np.concatenate(buckets)
        by_row = np.argsort(row, kind="stable")
        row, bucket = row[by_row], bucket[by_row]
        order = np.argsort(bucket, kind="stable")
        return row[order], np.searchsorted(bucket[order], np.arange(BUCKETS + 1))
