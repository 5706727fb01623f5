"""Proximity in a commit point: where the words of a query are in some of its documents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.engines.arrays import DocIds, Float64s, Int64s
from searchkit.engines.keys import POSITION, POSITION_BITS
from searchkit.engines.scoring.proximity import NearWord, proximity, rarest
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.postings import keys_of
from searchkit.engines.whoosh.search.match.lower import occurrences
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.engines.whoosh.search.rank.topk import Ranker

_SCORES_BYTES = 1 << 20  # of the first documents of queries: their next pages rank by the same
_OPEN_BYTES = 16 << 20  # keys of words of one unigram that are kept for the next queries


class Proximity:
    """Scores the distances between words.

    Args:
        segments: all of a commit point.
        ranker: knows how rare a word is.
    """

    def __init__(self, segments: Sequence[SegmentContext], ranker: Ranker) -> None:
        self._segments = segments
        self._ranker = ranker
        self._scores: ByteCache[tuple[bytes, tuple[str, ...]], Float64s] = ByteCache(
            _SCORES_BYTES, lambda scores: 2 * scores.nbytes
        )
        self._open_keys: ByteCache[tuple[int, str], Int64s] = ByteCache(_OPEN_BYTES, lambda keys: keys.nbytes)

    def rarest(self, words: Sequence[str]) -> list[NearWord]:
        """The words of a query whose distances count, in order; none if there are less than two."""
        if len(words) < 2:
            return []
        return rarest(words, self._ranker.word_idfs(words).__getitem__, self._ranker.doc_count)

    def scores(self, words: Sequence[NearWord], doc_ids: DocIds) -> Float64s:
        """float64[n]: the proximity of the words in some documents, ascending."""
        if not words or not len(doc_ids):
            return np.zeros(len(doc_ids))
        key = (doc_ids.tobytes(), tuple([word.text for word in words]))
        return self._scores.get(key, lambda: self._computed(words, doc_ids))

    def _computed(self, words: Sequence[NearWord], doc_ids: DocIds) -> Float64s:
        parts = self._parts(doc_ids)
        return proximity([word.weight for word in words], [self._keys(word, parts) for word in words], len(doc_ids))

    def _parts(self, doc_ids: DocIds) -> list[tuple[int, int, DocIds]]:
        """Of each segment with any of the documents: its number, the place of the first, and the documents in it."""
        bounds = [segment.doc_base for segment in self._segments]
        firsts = [*doc_ids.searchsorted(bounds).tolist(), len(doc_ids)]
        ranges = enumerate(zip(firsts[:-1], firsts[1:], bounds, strict=True))
        return [(number, first, doc_ids[first:last] - base) for number, (first, last, base) in ranges if first < last]

    def _keys(self, word: NearWord, parts: Sequence[tuple[int, int, DocIds]]) -> Int64s:
        """int64[n], ascending: where a word is, as a document's place among all and a position."""
        found = []
        for number, first, doc_ids in parts:
            keys = self._segment_keys(word, number, doc_ids)
            places = doc_ids.searchsorted(keys >> POSITION_BITS) + first
            found.append((places << POSITION_BITS) | (keys & POSITION))
        return as_one(found, np.int64)

    def _segment_keys(self, word: NearWord, number: int, doc_ids: DocIds) -> Int64s:
        segment, phrase = self._segments[number], occurrences(word.needle)
        if not phrase.open_links:
            return phrase.keys_in(segment, doc_ids)
        return keys_of(self._open_keys.get((number, word.text), lambda: phrase.keys(segment)), doc_ids)
