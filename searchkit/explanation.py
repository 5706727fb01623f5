"""Explanations: why a post matched, and the parts of its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

How = Literal["word", "text", "other script", "synonym", "numeral", "pattern", "missing", ""]

TermScore = tuple[str, str, float]
"""The kind of a term (``words``, ``unigrams``, ``bigrams``, ``title words`` …), the term, and its part of the score.

The kind ``proximity`` has the words whose distances count, with spaces between."""


@dataclass(frozen=True, slots=True)
class Reason:
    """How a word of the query matched a post.

    Attributes:
        word: the word as it was typed; empty for all scoring terms that belong to no single word, such as bigrams that
            span two words, and for the proximity of the words.
        how: how it matched: as a segmented ``word``; as ``text``; in the ``other script``; by a regional ``synonym``;
            by another spelling of a ``numeral``; by a ``pattern``; ``missing`` if the post lacks it; empty if ``word``
            is empty.
        found: the matching text as the post spells it; empty if it is not one contiguous text.
        score: its part of the score, before recency is applied.
        parts: that part by terms, highest first.
    """

    word: str
    how: How
    found: str
    score: float
    parts: tuple[TermScore, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a post matched, and the parts of its score.

    Attributes:
        reasons: one per word of the query, highest score first. The score of the post is the sum of their scores,
            multiplied by ``freshness``.
        freshness: the recency factor, from 0 to 1; 1 if the search does not use recency.
    """

    reasons: tuple[Reason, ...]
    freshness: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """The explanation as ``searchkit search --explain --format json`` prints it."""
        return {
            "freshness": round(self.freshness, 6),
            "reasons": [
                {
                    "word": reason.word,
                    "how": reason.how,
                    "found": reason.found,
                    "score": round(reason.score, 6),
                    "parts": [
                        {"stream": stream, "term": term, "score": round(score, 6)}
                        for stream, term, score in reason.parts
                    ],
                }
                for reason in self.reasons
            ],
        }
