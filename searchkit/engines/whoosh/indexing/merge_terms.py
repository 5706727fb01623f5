"""The terms of a field in one segment or run, as a merge cuts them at borders that all of them share."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from operator import lt
from typing import Any, Protocol

import numpy as np

from searchkit.engines.arrays import Int32s, Int64s, distinct
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.codec.terms.dictionary import split_codes
from searchkit.engines.whoosh.indexing.merge_sources import FieldSource, field_source
from searchkit.messages import _

Keys = list[bytes] | Int64s
"""Terms, ascending: texts, or the codes of bigrams among the unigrams of the merge."""


class MergedField(Protocol):
    """A field in one segment or run: its terms, ascending, and their posting lists. Every method may raise Damaged."""

    def samples(self, occurrences: int) -> Sequence[Any]:
        """Some of the terms, about one for each so many occurrences."""

    def cuts(self, borders: Sequence[Any]) -> list[int]:
        """0; for each border, which ascend, how many terms are less than it; how many terms there are."""

    def keys(self, first: int, last: int) -> Keys:
        """The terms ``first`` to ``last`` (excluded)."""

    def lists(self, first: int, last: int) -> PostingLists:
        """The posting lists of these terms."""


class _Merged:
    """What both kinds have."""

    _weight = 0
    """As so many occurrences counts the term itself."""

    def __init__(self, source: FieldSource) -> None:
        self._source = source

    def lists(self, first: int, last: int) -> PostingLists:
        return self._source.lists(first, last)

    def _places(self, occurrences: int) -> Int64s:
        """int64[n]: terms, one for each so many occurrences; a term with more of them is there once."""
        ends = np.cumsum(self._source.total_term_freqs() + self._weight)
        wanted = np.arange(occurrences, int(ends[-1]) if len(ends) else 0, occurrences)
        return distinct(ends.searchsorted(wanted))


class MergedTexts(_Merged):
    """A field of texts.

    Args:
        source: the field.
        damaged: the error of terms that are none.
    """

    _weight = 3  # a text is an object; all paths would be one stretch

    def __init__(self, source: FieldSource, damaged: Callable[[], Damaged]) -> None:
        super().__init__(source)
        self._terms = source.terms()
        if not _are_terms(self._terms.all()):
            raise damaged()

    def samples(self, occurrences: int) -> list[bytes]:
        return list(map(self._terms.term, self._places(occurrences).tolist()))

    def cuts(self, borders: Sequence[bytes]) -> list[int]:
        places = range(len(self._terms))
        return [0, *(bisect_left(places, border, key=self._terms.term) for border in borders), len(places)]

    def keys(self, first: int, last: int) -> list[bytes]:
        return self._terms.between(first, last)


class MergedBigrams(_Merged):
    """A field of bigrams.

    Args:
        source: the field.
        unigram_places: int32[its unigrams], the place of each among all unigrams of the merge.
        unigrams: how many there are in the merge.
        damaged: the error of codes that are none.
    """

    def __init__(
        self, source: FieldSource, unigram_places: Int32s, unigrams: int, damaged: Callable[[], Damaged]
    ) -> None:
        super().__init__(source)
        codes = source.codes()
        own = len(unigram_places)
        if len(codes) and (codes[0] < 0 or codes[-1] >= own**2 or (codes[1:] <= codes[:-1]).any()):
            raise damaged()
        self._codes = codes
        self._unigram_places = unigram_places
        self._unigrams = unigrams

    def samples(self, occurrences: int) -> list[int]:
        samples: list[int] = self._merged(self._codes[self._places(occurrences)]).tolist()
        return samples

    def cuts(self, borders: Sequence[int]) -> list[int]:
        places = self._unigram_places
        if not len(places):
            return [0] * (len(borders) + 2)
        firsts, seconds = split_codes(np.array(borders, np.int64), self._unigrams)
        a, b = places.searchsorted(firsts), places.searchsorted(seconds)
        is_here = places[np.minimum(a, len(places) - 1)] == firsts
        cuts: list[int] = self._codes.searchsorted(a * len(places) + np.where(is_here, b, 0)).tolist()
        return [0, *cuts, len(self._codes)]

    def keys(self, first: int, last: int) -> Int64s:
        return self._merged(self._codes[first:last])

    def _merged(self, codes: Int64s) -> Int64s:
        """The codes of bigrams among the unigrams of the merge; they ascend as the own ones do."""
        firsts, seconds = split_codes(codes, len(self._unigram_places))
        places = self._unigram_places
        merged: Int64s = places[firsts].astype(np.int64) * self._unigrams + places[seconds]
        return merged


def merged_texts(segment: SegmentReader, name: str) -> MergedTexts:
    """A field of texts of a segment or a run.

    Raises:
        Damaged: it does not have the field, or its terms are none.
    """
    return MergedTexts(field_source(segment, name), partial(damaged, segment, name))


def merged_bigrams(segment: SegmentReader, name: str, unigram_places: Int32s, unigrams: int) -> MergedBigrams:
    """A field of bigrams of a segment or a run; see ``MergedBigrams``.

    Raises:
        Damaged: it does not have the field, or its terms are none.
    """
    return MergedBigrams(field_source(segment, name), unigram_places, unigrams, partial(damaged, segment, name))


def damaged(segment: SegmentReader, field: str) -> Damaged:
    """The error of a field that cannot be merged."""
    return Damaged(segment.file, _("block {name} cannot be decoded", name=field))


def _are_terms(terms: list[bytes]) -> bool:
    """Whether these ascend and are texts."""
    try:
        b"\0".join(terms).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return all(map(lt, terms, islice(terms, 1, None)))
