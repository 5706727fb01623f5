"""What a query means, as data."""

from __future__ import annotations

from dataclasses import dataclass

from whoosh.query import Query


@dataclass(frozen=True, slots=True)
class Needle:
    """A text to look for and to highlight.

    Attributes:
        unigrams: its unigrams.
        gaps: the kind of gap from each unigram to the next; ``JOINED`` where nothing but joiners is between.
        title_only: it is looked for in the title only.
        open_start: the first unigram may be the end of a longer one: *netes.
        open_end: the last unigram may be the beginning of a longer one: kube*.
    """

    unigrams: tuple[str, ...]
    gaps: tuple[int, ...]
    title_only: bool = False
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a post should have.

    Attributes:
        text: as it was typed.
        query: the posts that have it, in any of its spellings.
    """

    text: str
    query: Query


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a query means.

    Attributes:
        text: as it was typed.
        match: which posts match at all: exact texts, fields, brackets, what is left out.
        words: what posts with all of it come first for.
        question: any of the words is enough; all posts with one are ranked by score alone.
        score: what ranks, each with its weight as boost: terms, and patterns that stand for several.
        needles: what to highlight.
        notes: how it was read, where that may not be what was meant.
    """

    text: str
    match: Query
    words: tuple[Word, ...]
    question: bool
    score: Query
    needles: tuple[Needle, ...]
    notes: tuple[str, ...] = ()
