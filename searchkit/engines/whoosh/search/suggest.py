"""The words of a commit point: which begin so, and which are near to one that does not occur?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from searchkit.engines.whoosh.schema import CONTENT
from searchkit.engines.whoosh.search.match.segment import SegmentContext


class Vocabulary:
    """The words that the index ranks by."""

    def __init__(self, segments: Sequence[SegmentContext]) -> None:
        self._segments = segments

    def terms(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The words that begin so and how many live documents have each, the most frequent first, then in order."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            lists = segment.reader.posting_lists_with_prefix(CONTENT.words, prefix)
            live = np.append(0, np.cumsum(segment.reader.live[lists.doc_ids]))
            doc_freqs = np.diff(live[lists.starts]).tolist()
            for term, doc_freq in zip(segment.reader.terms(CONTENT.words, prefix), doc_freqs, strict=False):
                counts[term] += doc_freq
        rows = sorted(((term, count) for term, count in counts.items() if count), key=lambda row: (-row[1], row[0]))
        return rows[:limit]

    def suggest(self, word: str, limit: int) -> dict[str, int]:
        """The distance of each of the words of live documents that are nearest to a folded one, best first."""
        from searchkit.language.nearest import nearest_distances  # edit distances, where nothing is found only

        near = nearest_distances(word, self._doc_freqs, limit)
        return {other: distance for other, distance in near.items() if self._is_live(other)}

    @cached_property
    def _doc_freqs(self) -> dict[str, int]:
        """How many documents have each word, deleted ones included."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            terms, doc_freqs = segment.reader.terms(CONTENT.words), segment.reader.doc_freqs(CONTENT.words)
            counts.update(dict(zip(terms, doc_freqs.tolist(), strict=True)))
        return counts

    def doc_freq(self, word: str) -> int:
        """How many live documents have a word."""
        readers = (segment.reader for segment in self._segments)
        return sum(int(reader.live[reader.postings(CONTENT.words, word).doc_ids].sum()) for reader in readers)

    def _is_live(self, word: str) -> bool:
        readers = (segment.reader for segment in self._segments)
        return any(reader.live[reader.postings(CONTENT.words, word).doc_ids].any() for reader in readers)
