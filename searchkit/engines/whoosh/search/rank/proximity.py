"""Proximity: what a document scores for having the words of a query close to each other.

The sum over the pairs of a query's rarest content words of sqrt(w1 * w2) / (1 + d / 10): w is a word's inverse document
frequency, as BM25 uses it, d the least distance between the two in the document. It is counted in unigrams, since the
index keeps their positions: each is a character, a Latin word or a number. Least distances tell more than spans do: Tao
and Zhai, An Exploration of Proximity Measures in Information Retrieval (2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import DocIds, Float64s, Int64s, changes
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.postings import POSITION_BITS, keys_of
from searchkit.engines.whoosh.search.match.lower import occurrences
from searchkit.engines.whoosh.search.match.phrase import PhraseDocs
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.engines.whoosh.search.rank.bm25 import idf
from searchkit.engines.whoosh.search.rank.topk import Ranker
from searchkit.query.needles import needle_of

MAX_WORDS = 8
"""Words of a query whose distances count: the rarest."""

WEIGHT = 1.5
"""How much proximity counts beside BM25; measured on the tuning sets."""

_HALF = 10
"""Unigrams from one word to another at which half is left of what they score without any distance."""

_MAX_OPEN_DOCS = 2_000
"""A word of one unigram, such as a Latin one, is looked for if at most so many documents have it: it begins bigrams
of all kinds, and all of them are read."""

_OPEN_BYTES = 16 << 20  # keys of such words that are kept for the next queries
_POSITION = (1 << POSITION_BITS) - 1
_APART = 1 << (POSITION_BITS - 1)  # no two positions of a document are so far from each other


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word of a query, its weight, and where it occurs."""

    text: str
    weight: float
    phrase: PhraseDocs


class Proximity:
    """Scores the distances between words.

    Args:
        segments: all of a commit point.
        ranker: knows how rare a word is.
    """

    def __init__(self, segments: Sequence[SegmentContext], ranker: Ranker) -> None:
        self._segments = segments
        self._ranker = ranker
        self._open_keys: ByteCache[tuple[int, str], Int64s] = ByteCache(_OPEN_BYTES, lambda keys: keys.nbytes)

    def rarest(self, words: Sequence[str]) -> list[NearWord]:
        """The words whose distances count, in order; none if there are less than two."""
        found = list(self._weighted(words)) if len(words) > 1 else []
        if len(found) > MAX_WORDS:
            places = sorted(range(len(found)), key=lambda place: -found[place].weight)[:MAX_WORDS]
            found = [found[place] for place in sorted(places)]
        return found if len(found) > 1 else []

    def _weighted(self, words: Sequence[str]) -> Iterator[NearWord]:
        doc_count = self._ranker.doc_count
        for text in words:
            weight, needle = self._ranker.word_idf(text), needle_of(text)
            if not weight or needle is None:
                continue
            if len(needle.unigrams) > 1 or weight >= idf(doc_count, min(_MAX_OPEN_DOCS, doc_count)):
                yield NearWord(text, weight, occurrences(needle))

    def scores(self, words: Sequence[NearWord], doc_ids: DocIds) -> Float64s:
        """float64[n]: the proximity of the words in some documents, ascending."""
        if not words or not len(doc_ids):
            return np.zeros(len(doc_ids))
        parts = self._parts(doc_ids)
        closest = _closest([self._keys(word, parts) for word in words], len(doc_ids))
        roots = np.sqrt([word.weight for word in words])
        first, second = _pairs(len(words))
        distances = np.minimum(closest[first, second], closest[second, first])
        pairs = (WEIGHT * roots[first] * roots[second])[:, None] / (1 + distances / _HALF)
        scores: Float64s = pairs.sum(axis=0)
        return scores

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
            found.append((places << POSITION_BITS) | (keys & _POSITION))
        return as_one(found, np.int64)

    def _segment_keys(self, word: NearWord, number: int, doc_ids: DocIds) -> Int64s:
        segment = self._segments[number]
        if not word.phrase.open_links:
            return word.phrase.keys_in(segment, doc_ids)
        return keys_of(self._open_keys.get((number, word.text), lambda: word.phrase.keys(segment)), doc_ids)


@lru_cache(MAX_WORDS)
def _pairs(words: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The first and the second word of each pair."""
    return np.triu_indices(words, 1)


def _closest(occurrences: Sequence[Int64s], documents: int) -> Float64s:
    """float64[words, words, documents]: from the first word to the second behind it, at the least; else infinite.

    Args:
        occurrences: the keys of each word.
        documents: how many.
    """
    words = len(occurrences)
    closest = np.full((words, words, documents), np.inf)
    keys = np.concatenate(occurrences)
    if not len(keys):
        return closest
    word_of = np.repeat(np.arange(words), [len(part) for part in occurrences])
    order = np.argsort(keys, kind="stable")
    keys, word_of = keys[order], word_of[order]
    last_of = np.where(word_of == np.arange(words)[:, None], keys, -_APART)  # [words, occurrences]
    distances = keys - np.maximum.accumulate(last_of, axis=1)
    groups = (keys >> POSITION_BITS) * words + word_of
    order = np.argsort(groups, kind="stable")
    groups = groups[order]
    starts = np.flatnonzero(changes(groups))
    least = np.minimum.reduceat(distances[:, order], starts, axis=1)
    document, second = np.divmod(groups[starts], words)
    closest[:, second, document] = np.where(least < _APART, least, np.inf)
    return closest
