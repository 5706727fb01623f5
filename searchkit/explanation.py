"""Explanations: why a post matched, and the parts of its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

How = Literal["word", "text", "other script", "synonym", "numeral", "spelling", "pattern", "tag", "part", "missing", ""]

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
            by a ``numeral`` written otherwise; by another ``spelling``; by a ``pattern``; as a ``tag``; as a ``part``
            of an identifier; ``missing`` if the post lacks it; empty if ``word`` is empty.
        found: the matching text as the post spells it; empty if it is not one contiguous text.
        score: its part of the score, before recency is applied.
        parts: that part by terms, highest first.
        in_title: how often the title has it, in any form.
        in_text: how often the body has it.
        forms: how the post writes it where that is not how it was typed, each with its number, the most frequent first.
    """

    word: str
    how: How
    found: str
    score: float
    parts: tuple[TermScore, ...]
    in_title: int = 0
    in_text: int = 0
    forms: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Nearness:
    """The shortest stretch of a post that has most of the words of a query, in characters.

    Attributes:
        words: the words in it, two or more, in the order of the query.
        between: the characters that stand between them.
        length: the characters of the stretch.
        in_title: whether it is in the title.
    """

    words: tuple[str, ...]
    between: int
    length: int
    in_title: bool

    def to_dict(self) -> dict[str, Any]:
        """The stretch as JSON types."""
        return {
            "words": list(self.words), "between": self.between, "length": self.length, "in_title": self.in_title
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a post matched, and the parts of its score.

    Attributes:
        reasons: one per word of the query, highest score first. The score of the post is the sum of their scores,
            multiplied by ``freshness``.
        freshness: the recency factor, from 0 to 1; 1 if the search does not use recency.
        nearness: how near to each other the words stand; None if the post has less than two.
    """

    reasons: tuple[Reason, ...]
    freshness: float = 1.0
    nearness: Nearness | None = None

    def to_dict(self) -> dict[str, Any]:
        """The explanation as ``searchkit search --explain --format json`` prints it."""
        return {
            "freshness": round(self.freshness, 6),
            "nearness": self.nearness.to_dict() if self.nearness else None,
            "reasons": [
                {
                    "word": reason.word,
                    "how": reason.how,
                    "found": reason.found,
                    "in_title": reason.in_title,
                    "in_text": reason.in_text,
                    "forms": [list(form) for form in reason.forms],
                    "score": round(reason.score, 6),
                    "parts": [
                        {"stream": stream, "term": term, "score": round(score, 6)}
                        for stream, term, score in reason.parts
                    ],
                }
                for reason in self.reasons
            ],
        }
