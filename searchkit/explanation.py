"""Why a post was found, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

How = Literal["word", "text", "other script", "synonym", "numeral", "pattern", "missing", ""]

TermScore = tuple[str, str, float]
"""A stream (``words``, ``unigrams``, ``bigrams``, or ``title words`` and so on), a term, what it adds to the score."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a word of the query has to do with a hit.

    Attributes:
        word: as it was typed; empty for what belongs to no required word: 的, or what stands at the border of two.
        how: as a ``word`` of the segmenter, as mere ``text``, in the ``other script``, as a regional ``synonym``, as a
            ``numeral`` written otherwise, by a ``pattern``; ``missing``: not at all; empty if ``word`` is.
        found: as the post writes it; empty where that is not one text.
        score: what it adds to the score, before age takes from it.
        parts: that by terms, strongest first.
    """

    word: str
    how: How
    found: str
    score: float
    parts: tuple[TermScore, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a post was found, and what its score is made of.

    Attributes:
        reasons: the words of the query, strongest first; the score is the sum of theirs times ``freshness``.
        freshness: what its age leaves of the score; 1 where age does not count.
    """

    reasons: tuple[Reason, ...]
    freshness: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON has it."""
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
