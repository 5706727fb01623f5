"""What documents score for having the words of a query close to each other: their stored texts tell where these are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.engines.keys import POSITION_BITS
from searchkit.engines.opensearch.analysis.terms import DocumentTerms
from searchkit.engines.opensearch.search.rank.scoring import Scoring
from searchkit.engines.scoring.proximity import NearWord, proximity, rarest


class Proximity:
    """Scores distances in documents of one generation.

    Args:
        scoring: knows how rare a word is.
        doc_count: how many documents there are.
    """

    def __init__(self, scoring: Scoring, doc_count: int) -> None:
        self._scoring = scoring
        self._doc_count = doc_count

    def words(self, content_words: Sequence[str]) -> list[NearWord]:
        """The words of a query whose distances count; none if there are less than two."""
        if len(content_words) < 2:
            return []
        idfs = self._scoring.word_idfs(content_words)
        return rarest(content_words, idfs.__getitem__, self._doc_count)

    def scores(self, words: Sequence[NearWord], documents: Sequence[DocumentTerms]) -> list[float]:
        """The proximity of the words in each document."""
        if not documents:
            return []
        keys = [
            np.concatenate([
                document.occurrences(word.needle) + (place << POSITION_BITS)
                for place, document in enumerate(documents)
            ])
            for word in words
        ]
        scores: list[float] = proximity([word.weight for word in words], keys, len(documents)).tolist()
        return scores
