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

        return nearest_distances(word, self._doc_freqs, limit)

    @cached_property
    def _doc_freqs(self) -> dict[str, int]:
        """How many live documents have each word."""
        from searchkit.engines.whoosh.search.match.live_terms import live_doc_freqs  # where nothing is found only

        return live_doc_freqs((segment.reader for segment in self._segments), CONTENT.words)

    def doc_freq(self, word: str) -> int:
        """How many live documents have a word."""
        readers = (segment.reader for segment in self._segments)
        return sum(int(reader.live[reader.postings(CONTENT.words, word).doc_ids].sum()) for reader in readers)
