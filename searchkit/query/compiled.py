"""A compiled query: what an engine needs to know, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.query.ast import Fuzzy, Phrase, Pinyin, Prefix, Query, TextField, Wildcard

TermKind = Literal["words", "unigrams", "bigrams"]
"""What a term is of the text that it was cut from; see ``searchkit.language``."""

ExpandedLeaf = Prefix | Wildcard | Fuzzy | Pinyin
"""Leaves that stand for several terms of the index."""


MAX_TITLED = 3
"""Posts with the same title that come first for it; more of them, such as of 周报, are a series."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A text to look for and to highlight.

    Attributes:
        unigrams: its unigrams, folded.
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
class OptionalClause:
    """A word that a post should have.

    Attributes:
        text: as it was typed.
        query: the posts that have it, in any of its spellings.
        joined: it and a neighbour as one: youtube for you tube, 12345 for 12，345.
    """

    text: str
    query: Query
    joined: tuple[str, ...] = ()


class ScoringTerm(NamedTuple):
    """A term that adds to the score of each document that has it.

    A tuple, since a query has up to 1,536 and a frozen dataclass takes three times as long to make.

    Attributes:
        kind: what the term is.
        text: the term, as ``searchkit.language`` gives it; a bigram has a space between its unigrams.
        weight: multiplies its BM25 score.
        field: ``title`` for the title alone; empty for title and body.
    """

    kind: TermKind
    text: str
    weight: float
    field: TextField = ""


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """What a query asks for.

    Attributes:
        text: as it was typed.
        required: which documents match at all; ``Every`` where that is all of them.
        optional: what documents with all of it come first for.
        match_any: any of the optional clauses is enough, and the score alone decides the order.
        names_missing: each hit says which optional clauses it lacks; of a question none does.
        title: what was typed where it may be a title; documents with just that title come first.
        in_one_piece: the texts that were typed in one piece; documents with all of them come next.
        scoring: the terms that rank, in the order in which their scores are added up.
        scoring_patterns: leaves that stand for several words of the index, which rank together as one term would; their
            field is ``title`` or empty.
        content_words: words that rank higher close to each other: those that were typed, without function words.
        needles: what to highlight.
        notes: how the query was read, where that may not be what was meant.
        relaxed: what to ask instead if no document has all; None if nothing can be relaxed.
        lexicon: with which its texts were cut into words.
    """

    text: str
    required: Query
    optional: tuple[OptionalClause, ...]
    match_any: bool
    names_missing: bool
    title: str
    in_one_piece: tuple[Phrase, ...]
    scoring: tuple[ScoringTerm, ...]
    scoring_patterns: tuple[ExpandedLeaf, ...]
    content_words: tuple[str, ...]
    needles: tuple[Needle, ...]
    notes: tuple[str, ...] = ()
    relaxed: CompiledQuery | None = None
    lexicon: Lexicon = NO_LEXICON
