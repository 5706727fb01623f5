"""Which words tell two sets of posts apart?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from searchkit.analysis.asking import Question
from searchkit.analysis.association import log_likelihood, percent_difference
from searchkit.engines.protocol import Searcher, WordCounts
from searchkit.frames import Column
from searchkit.query.ast import Every
from searchkit.tables import Chartable


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that is more frequent in one of two sets of posts.

    Attributes:
        word: folded: simplified, lower case.
        count_a: how often it occurs in the first set.
        count_b: how often it occurs in the second.
        log_likelihood: G², of how sure it is that this is no chance (Dunning 1993).
        difference: %DIFF, by how many percent its relative frequency in the first set is higher than in the second, at
            least -100; infinite where the second has none (Gabrielatos and Marchi 2012).
    """

    word: str
    count_a: int
    count_b: int
    log_likelihood: float
    difference: float

    def to_dict(self) -> dict[str, Any]:
        """The word as JSON types; an infinite ``difference`` is None."""
        return {
            "word": self.word,
            "count_a": self.count_a,
            "count_b": self.count_b,
            "log_likelihood": round(self.log_likelihood, 3),
            "difference": None if math.isinf(self.difference) else round(self.difference, 1),
        }


@dataclass(frozen=True)
class Keywords(Chartable[Keyword]):
    """The words that tell two sets of posts apart, the surest first.

    Attributes:
        a: the query of the first set.
        b: that of the second; empty for all other posts.
        words: the words of either set.
        posts_a: how many posts the first set has.
        posts_b: the same of the second.
        tokens_a: how many words the first set has in all.
        tokens_b: the same of the second.
    """

    rows_field: ClassVar[str] = "words"

    a: str
    b: str
    words: tuple[Keyword, ...]
    posts_a: int
    posts_b: int
    tokens_a: int
    tokens_b: int

    def to_dict(self) -> dict[str, Any]:
        """The table as ``searchkit keywords --format json`` prints it."""
        return {
            "a": self.a,
            "b": self.b,
            "posts_a": self.posts_a,
            "posts_b": self.posts_b,
            "tokens_a": self.tokens_a,
            "tokens_b": self.tokens_b,
            "words": self.to_dicts(),
        }

    def columns(self) -> tuple[Column, ...]:
        """A line for each word: word, count_a, count_b, log_likelihood, difference."""
        words = self.words
        return (
            Column("word", "text", [word.word for word in words]),
            Column("count_a", "integer", [word.count_a for word in words]),
            Column("count_b", "integer", [word.count_b for word in words]),
            Column("log_likelihood", "number", [word.log_likelihood for word in words]),
            Column("difference", "number", [word.difference for word in words]),
        )

    def __repr__(self) -> str:
        return f"<Keywords of {self.a!r} against {self.b or 'all others'!r}: {len(self)} words>"


def keywords(searcher: Searcher, a: str, b: str, limit: int | None) -> Keywords:
    """The words that tell two sets of posts apart; see ``Index.keywords``."""
    first = Question.of(searcher, a, Every()).word_counts()
    if b.strip():
        second = Question.of(searcher, b, Every()).word_counts()
    else:
        second = _without(Question.of(searcher, Every(), Every()).word_counts(), first)
    tokens_a, tokens_b = first.tokens, second.tokens
    found = []
    for word in {*first.words, *second.words} if tokens_a and tokens_b else ():
        in_a, in_b = first.words.get(word, 0), second.words.get(word, 0)
        likelihood = log_likelihood(in_a, tokens_a - in_a, in_b, tokens_b - in_b)
        difference = percent_difference(in_a / tokens_a, in_b / tokens_b)
        found.append(Keyword(word, in_a, in_b, likelihood, difference))
    found.sort(key=lambda word: (-word.log_likelihood, word.word))
    return Keywords(a, b, tuple(found[:limit]), first.posts, second.posts, tokens_a, tokens_b)


def _without(all_posts: WordCounts, some: WordCounts) -> WordCounts:
    """The words of those of all posts that are not among some."""
    words = {word: count - some.words.get(word, 0) for word, count in all_posts.words.items()}
    return WordCounts({word: count for word, count in words.items() if count}, all_posts.posts - some.posts)
