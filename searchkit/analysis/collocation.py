"""Which words stand beside a match more often than chance would have it?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from searchkit.analysis.asking import Question
from searchkit.analysis.association import log_dice, log_likelihood
from searchkit.analysis.concordance import Progress
from searchkit.analysis.occurrences import places
from searchkit.errors import QueryError
from searchkit.frames import Column
from searchkit.language import words
from searchkit.language.lexicon import Lexicon
from searchkit.messages import _
from searchkit.model import Span
from searchkit.query.ast import Every
from searchkit.tables import Chartable

CollocateSort = Literal["log_likelihood", "log_dice"]

SORTS: tuple[CollocateSort, ...] = ("log_likelihood", "log_dice")


@dataclass(frozen=True, slots=True)
class Collocate:
    """A word beside the matches.

    Attributes:
        word: folded: simplified, lower case.
        count: how often it stands within the window of a match; each occurrence counts once.
        frequency: how often it occurs in all posts that pass the filters.
        expected: how often it would stand there by chance.
        log_likelihood: G², of how sure it is that this is no chance (Dunning 1993).
        log_dice: how exclusively the two go together, at most 14 (Rychlý 2008).
    """

    word: str
    count: int
    frequency: int
    expected: float
    log_likelihood: float
    log_dice: float

    def to_dict(self) -> dict[str, Any]:
        """The word as JSON types."""
        return {
            "word": self.word,
            "count": self.count,
            "frequency": self.frequency,
            "expected": round(self.expected, 3),
            "log_likelihood": round(self.log_likelihood, 3),
            "log_dice": round(self.log_dice, 3),
        }


@dataclass(frozen=True)
class Collocates(Chartable[Collocate]):
    """The words beside the matches of a query, the most strongly attracted first.

    Attributes:
        query: as it was typed.
        window: how many words left and right of a match were looked at.
        words: the words.
        matches: how many matches there are.
        tokens: how many words the posts have that pass the filters.
    """

    rows_field: ClassVar[str] = "words"

    query: str
    window: int
    words: tuple[Collocate, ...]
    matches: int
    tokens: int

    def to_dict(self) -> dict[str, Any]:
        """The table as ``searchkit collocates --format json`` prints it."""
        return {
            "query": self.query,
            "window": self.window,
            "matches": self.matches,
            "tokens": self.tokens,
            "words": self.to_dicts(),
        }

    def columns(self) -> tuple[Column, ...]:
        """A line for each word: word, count, frequency, expected, log_likelihood, log_dice."""
        words = self.words
        return (
            Column("word", "text", [word.word for word in words]),
            Column("count", "integer", [word.count for word in words]),
            Column("frequency", "integer", [word.frequency for word in words]),
            Column("expected", "number", [word.expected for word in words]),
            Column("log_likelihood", "number", [word.log_likelihood for word in words]),
            Column("log_dice", "number", [word.log_dice for word in words]),
        )

    def __repr__(self) -> str:
        return f"<Collocates of {self.query!r}: {len(self)} words, {self.matches} matches>"


@dataclass(slots=True)
class _Neighbourhood:
    """What was counted around the matches.

    Attributes:
        words: how often each word stands within the windows.
        node_words: how often each word is part of a match.
        matches: how many matches there are.
    """

    words: Counter[str]
    node_words: Counter[str]
    matches: int = 0


def collocates(
    question: Question, window: int, limit: int | None, sort: CollocateSort, progress: Progress | None
) -> Collocates:
    """The words beside the matches; see ``Index.collocates``."""
    if sort not in SORTS:
        raise QueryError(_("there is no order {sort!r}", sort=sort), _("use one of {names}", names=", ".join(SORTS)))
    near = _neighbourhood(question, window, progress)
    corpus = Question.of(question.searcher, Every(), question.filter).word_counts()
    found = _associations(near, corpus.words, corpus.tokens)
    found.sort(key=lambda word: (-getattr(word, sort), word.word))
    return Collocates(question.text, window, tuple(found[:limit]), near.matches, corpus.tokens)


def _associations(near: _Neighbourhood, frequencies: Any, tokens: int) -> list[Collocate]:
    """The words that stand in the windows more often than chance would have it.

    The table of a word: within the windows or not, this word or not, of all words that are no part of a match (Evert,
    "Corpora and collocations", 2008, surface cooccurrence).
    """
    inside = near.words.total()
    others = max(tokens - near.node_words.total() - inside, 0)  # of a damaged index, counts contradict its texts
    found = []
    for word, count in near.words.items():
        outside = min(max(frequencies.get(word, 0) - near.node_words[word] - count, 0), others)
        expected = inside * (count + outside) / (inside + others)
        if count > expected:
            likelihood = log_likelihood(count, inside - count, outside, others - outside)
            dice = log_dice(count, near.matches, frequencies.get(word, 0))
            found.append(Collocate(word, count, frequencies.get(word, 0), expected, likelihood, dice))
    return found


def _neighbourhood(question: Question, window: int, progress: Progress | None) -> _Neighbourhood:
    matching = question.matching()
    needles = question.needles(matching)
    near = _Neighbourhood(Counter(), Counter())
    for done, document in enumerate(question.searcher.documents_of(matching.paths), 1):
        if document is None:
            continue  # its path is not in order with the others: a damaged index
        for found in places(document, needles):
            _count(near, found.text.text, found.spans, window, question.searcher.lexicon)
        if progress is not None:
            progress("posts", done, len(matching.paths))
    return near


def _count(near: _Neighbourhood, folded: str, spans: Sequence[Span], window: int, lexicon: Lexicon) -> None:
    """Add the words around the matches of a text."""
    found = list(_located(folded, lexicon))
    starts, ends = [start for _word, start, _end in found], [end for _word, _start, end in found]
    node: set[int] = set()
    beside: set[int] = set()
    for start, end in spans:
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        node.update(range(first, last))
        beside.update(range(max(first - window, 0), first), range(last, min(last + window, len(found))))
    near.matches += len(spans)
    near.node_words.update(found[at][0] for at in node)
    near.words.update(found[at][0] for at in beside - node)


def _located(folded: str, lexicon: Lexicon) -> list[tuple[str, int, int]]:
    """The words of a folded text with their places, in order."""
    located = []
    at = 0
    for word in words(folded, lexicon):
        at = folded.index(word, at)
        located.append((word, at, at + len(word)))
        at += len(word)
    return located
