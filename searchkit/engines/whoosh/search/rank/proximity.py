"""Proximity in a commit point: where the words of a query are in some of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from searchkit.engines.arrays import DocIds, Float64s, Int64s
from searchkit.engines.keys import POSITION, POSITION_BITS
from searchkit.engines.scoring.proximity import NearWord, proximity, rarest
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.postings import keys_of
from searchkit.engines.whoosh.search.match.lower import occurrences
from searchkit.engines.whoosh.search.match.phrase import keys_in
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.engines.whoosh.search.rank.topk import Ranker

_SCORES_BYTES = 1 << 20  # of the first documents of queries: their next pages rank by the same


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
        found: list[list[Int64s]] = [[] for _ in words]
        for number, first, here in self._parts(doc_ids):
            for keys, part in zip(found, self._segment_keys(words, number, here), strict=True):
                places = here.searchsorted(part >> POSITION_BITS) + first
                keys.append((places << POSITION_BITS) | (part & POSITION))
        return proximity([word.weight for word in words], [as_one(keys, np.int64) for keys in found], len(doc_ids))

    def _parts(self, doc_ids: DocIds) -> list[tuple[int, int, DocIds]]:
        """Of each segment with any of the documents: its number, the place of the first, and the documents in it."""
        bounds = [segment.doc_base for segment in self._segments]
        firsts = [*doc_ids.searchsorted(bounds).tolist(), len(doc_ids)]
        ranges = enumerate(zip(firsts[:-1], firsts[1:], bounds, strict=True))
        return [(number, first, doc_ids[first:last] - base) for number, (first, last, base) in ranges if first < last]

    def _segment_keys(self, words: Sequence[NearWord], number: int, doc_ids: DocIds) -> Iterator[Int64s]:
        """Of each word int64[n], ascending: where it is in some documents of a segment."""
        segment = self._segments[number]
        phrases = [occurrences(word.needle) for word in words]
        closed = iter(keys_in([phrase for phrase in phrases if not phrase.open_links], segment, doc_ids))
        for phrase in phrases:
            yield keys_of(phrase.keys(segment), doc_ids) if phrase.open_links else next(closed)
