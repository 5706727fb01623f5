"""Query tree to compiled query: what is required, what is optional, what ranks, what is highlighted."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from searchkit.language.identifiers import camel_parts
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.unigrams import is_letter_run
from searchkit.messages import N_, _, spoken
from searchkit.model import Span
from searchkit.query.ast import (
    TEXT_FIELDS,
    And,
    Every,
    Fuzzy,
    Leaf,
    Near,
    Nothing,
    Optional,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    TextField,
    Wildcard,
    is_text,
    leaves,
)
from searchkit.query.built import normalised
from searchkit.query.compiled import CompiledQuery, ExpandedLeaf, Needle, OptionalClause
from searchkit.query.limits import Limits
from searchkit.query.needles import needle_of, open_needle
from searchkit.query.patterns import Pattern, is_han, lower_pattern, matches_words, write_pattern
from searchkit.query.questions import asks, is_function_word, is_question
from searchkit.query.rewrite import conjunction, rewrite, word_leaf, words
from searchkit.query.scoring import SENTENCE_TITLE_WEIGHT, SYNONYM_WEIGHT, TITLE_WEIGHT, ScoringTerms, form_terms
from searchkit.query.strings.parser import ParsedQuery, parse
from searchkit.query.strings.printer import to_string
from searchkit.query.strings.spelling import Spelling
from searchkit.query.tags import with_tags
from searchkit.query.words import Word, stick

MAX_CLAUSES = 64
"""Optional words of a query: long before so many it is a sentence, of which any word is enough."""

MAX_REQUIRED_WORDS = 4
"""Optional words that a post should all have; of more any is enough, and the score decides."""

NOTHING_BUT_SIGNS = N_("punctuation alone finds nothing: type a word beside it")
"""The note on a query such as =>: the index knows punctuation only between words, and no scan of all texts is quick."""

MAX_NEEDLES = 256
"""Texts of a query that are highlighted: the first ones."""

_SHORT = 64  # characters
_SHORT_QUERIES = 256  # some 10 KB each

_GROUPED = re.compile("[1-9][0-9]{0,2}、[0-9]{3}")  # 12，345 is 12345, too
_RELAXED = N_("no post has all of it with single characters beside their neighbours: they were searched on their own")


def compile_query(query: str | Query | ParsedQuery, lexicon: Lexicon = NO_LEXICON) -> CompiledQuery:
    """What a query asks of an engine.

    Args:
        query: a string as it was typed, a tree built by a program, or a string that was read by ``parse``.
        lexicon: that of the index that is asked.

    Raises:
        QueryError: a tree is nested too deep.

    >>> compile_query('"香港" -通关').required
    And(Phrase('香港'), Not(Text('通关')))
    >>> compile_query("香港 通关").optional[1].query
    Text('通关', tags=('通关',))
    """
    if isinstance(query, str):
        compiled = _compile_short if len(query) <= _SHORT else _compile_string
        return compiled(query, dt.date.today(), spoken(), lexicon)
    if not isinstance(query, ParsedQuery):
        query = normalised(query)
    return QueryCompiler(query, lexicon).compile()


def _compile_string(query: str, today: dt.date, language: str, lexicon: Lexicon) -> CompiledQuery:
    """A query that was typed on a day, with notes in a language, which is the one of messages now."""
    return QueryCompiler(parse(query, today), lexicon).compile()


_compile_short = lru_cache(_SHORT_QUERIES)(_compile_string)  # for its next page, another order, another filter


@dataclass(frozen=True, slots=True)
class _OptionalWord:
    """An optional clause, and what its word says of the kind of query."""

    clause: OptionalClause
    is_function_word: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class _OptionalPart:
    """An optional part of a query.

    Attributes:
        words: what it was cut into.
        text: the part, if it is a text; else None.
        leaf: its number among the query's leaves.
        stuck: the words of the text, single characters stuck to their neighbours.
    """

    words: list[_OptionalWord]
    text: Text | None = None
    leaf: int = 0
    stuck: Sequence[Word] = ()


class QueryCompiler:
    """Compiles one query, a part of its root at a time.

    Args:
        query: a tree of folded texts, with its notes and its spelling.
        lexicon: that of the index that is asked.
    """

    def __init__(self, query: ParsedQuery, lexicon: Lexicon) -> None:
        self._query = query
        self._lexicon = lexicon
        self._spelling: Spelling = query.spelling
        self._limits = Limits()
        self._leaf = 0  # how many leaves precede the part at hand
        self._required: list[Query] = []
        self._required_texts: list[OptionalClause] = []
        self._optional: list[_OptionalPart] = []
        self._plain: list[str] = []
        self._in_one_piece: list[Phrase] = []
        self._scoring = ScoringTerms(lexicon)
        self._names_in_parts: dict[str, None] = {}  # max retry count for maxRetryCount
        self._scoring_patterns: dict[ExpandedLeaf, None] = {}
        self._needles: dict[Needle, None] = {}

    def compile(self) -> CompiledQuery:
        tree = self._limits.limited(self._query.tree)
        parts = tree.parts if isinstance(tree, And) and tree.parts else (tree,)
        for part in parts:
            if not isinstance(part, Optional):
                self._add_required(part)
            elif isinstance(part.part, Text):
                self._add_optional_text(part.part)
            else:
                self._add_optional(part.part)
        words = [word for part in self._optional for word in part.words]
        if self._is_question(words):
            self._scoring.ignore_function_words()
            question = self._compiled(parts, words, SENTENCE_TITLE_WEIGHT)
            return replace(question, match_any=True, names_missing=False, in_one_piece=())
        stuck = [word for part in self._optional for word in self._stuck_words(part)]
        strict = self._compiled(parts, stuck, TITLE_WEIGHT)
        if len(stuck) == len(words):
            return strict
        relaxed = self._compiled(parts, words, TITLE_WEIGHT)
        return replace(strict, relaxed=replace(relaxed, notes=(*relaxed.notes, _(_RELAXED))))

    def _compiled(self, parts: Sequence[Query], words: Sequence[_OptionalWord], title_weight: float) -> CompiledQuery:
        """The query of keywords with these optional words."""
        clauses = _clauses(words)
        if not clauses and not self._required and self._query.text.strip():
            self._limits.notes.append(_(NOTHING_BUT_SIGNS))
        required = conjunction(self._required) or (Every() if clauses else Nothing())
        return CompiledQuery(
            text=self._query.text,
            required=required,
            # a document with the required texts alone follows those with all
            optional=(*clauses[:MAX_CLAUSES], *dict.fromkeys(self._required_texts)) if clauses else (),
            match_any=len(clauses) > MAX_REQUIRED_WORDS,
            names_missing=True,
            title=_title(parts),
            in_one_piece=tuple(dict.fromkeys(self._in_one_piece)),
            scoring=(*self._scoring.terms(title_weight), *form_terms(self._names_in_parts)),
            scoring_patterns=tuple(self._scoring_patterns),
            needles=tuple(self._needles)[:MAX_NEEDLES],
            content_words=self._scoring.content_words(),
            notes=tuple(dict.fromkeys((*self._query.notes, *self._limits.notes))),
            lexicon=self._lexicon,
        )

    def _is_question(self, words: Sequence[_OptionalWord]) -> bool:
        """Whether the query is a question or a sentence, of which any word is enough."""
        function_words = sum(word.is_function_word for word in words)
        asking = any(word.asks for word in words)
        return is_question(" ".join(self._plain), len(words), function_words, asking)

    def _add_required(self, part: Query) -> None:
        text = self._spelled(part)
        self._collect(part)
        found = rewrite(part, self._lexicon)
        if found is None:
            return
        self._required.append(found)
        if text:
            self._required_texts.append(OptionalClause(text, found))

    def _add_optional(self, part: Query) -> None:
        text = self._spelled(part) or to_string(part) or "*:*"
        self._collect(part)
        found = rewrite(part, self._lexicon)
        if found is not None:
            self._optional.append(_OptionalPart([_OptionalWord(OptionalClause(text, found))]))

    def _add_optional_text(self, text: Text) -> None:
        """Each word of the text is a clause."""
        leaf = self._leaf
        self._leaf += 1
        self._plain.append(text.text)
        cut = words(text, self._lexicon)
        stuck = stick(cut)
        self._rank_text(text, cut, [(word.start, word.end) for word in cut if is_function_word(word.text, word.text)])
        optional = [self._optional_word(leaf, word, text) for word in cut]
        if _GROUPED.fullmatch(text.text):
            number = text.text.replace("、", "")
            optional = [replace(word, clause=replace(word.clause, joined=(number,))) for word in optional]
        self._optional.append(_OptionalPart(optional, text, leaf, stuck))
        if len(cut) > 1 or any(word.spellings or word.synonyms for word in cut):
            self._in_one_piece.append(Phrase(text.text, text.field))
        if len(stuck) < len(cut):
            for word in stuck:
                self._highlight(needle_of(word.text, text.field == "title"))

    def _stuck_words(self, part: _OptionalPart) -> list[_OptionalWord]:
        """The words of a part, single characters stuck to their neighbours."""
        if part.text is None or len(part.stuck) == len(part.words):
            return part.words
        return [self._optional_word(part.leaf, word, part.text) for word in part.stuck]

    def _optional_word(self, leaf: int, word: Word, text: Text) -> _OptionalWord:
        # a leaf that a limit made a text may be shorter than that text
        typed = self._spelling.word(leaf, word.start, word.end) or word.text
        if parts := camel_parts(typed):
            word = self._with_parts(word, " ".join(parts), text.field)
        clause = OptionalClause(typed, with_tags(word_leaf(word, text.field), text.text))
        return _OptionalWord(clause, is_function_word(word.text, typed), asks(word.text))

    def _with_parts(self, word: Word, parts: str, field: TextField) -> Word:
        """A word in camel case, such as maxRetryCount, which is max retry count, too."""
        self._names_in_parts[parts] = None
        self._highlight(needle_of(parts, field == "title"))
        return replace(word, synonyms=(*word.synonyms, parts))

    def _spelled(self, part: Query) -> str:
        """A part as it was typed if it asks for text alone; else nothing."""
        asked = [(number, leaf) for number, (leaf, negations) in enumerate(leaves(part), self._leaf) if not negations]
        if not asked or not all(is_text(leaf) for _, leaf in asked):
            return ""
        return self._spelling.clause(part, [number for number, _ in asked])

    def _collect(self, part: Query) -> None:
        """The leaves that posts are to have rank and are highlighted; two Nots are none."""
        for leaf, negations in leaves(part):
            self._leaf += 1
            if negations % 2 == 0:
                self._rank(leaf)

    def _rank(self, leaf: Leaf) -> None:
        match leaf:
            case Text():
                self._rank_text(leaf, words(leaf, self._lexicon))
            case Phrase(text, field):
                self._rank_exact(text, [text], field)
            case Near(texts, _, field):
                self._rank_exact(" ".join(texts), texts, field)
            case Pinyin():
                self._scoring_patterns[leaf] = None
            case Prefix() | Wildcard() | Fuzzy() if leaf.field in TEXT_FIELDS:
                self._rank_pattern(leaf)

    def _rank_text(self, leaf: Text, cut: Iterable[Word], function_words: Iterable[Span] = ()) -> None:
        title_only = leaf.field == "title"
        self._scoring.add(leaf.text, function_words)
        for word in cut:
            self._scoring.add_other(word.spellings, 1.0)
            self._scoring.add_other(word.synonyms, SYNONYM_WEIGHT)
            for form in (word.text, *word.spellings, *word.synonyms):
                self._highlight(needle_of(form, title_only))

    def _rank_exact(self, text: str, needles: Iterable[str], field: TextField) -> None:
        self._scoring.add_exact(text)
        for needle in needles:
            self._highlight(needle_of(needle, field == "title"))

    def _rank_pattern(self, pattern: Pattern) -> None:
        """A pattern ranks by the words that it stands for; where its stem must occur as text, by the stem."""
        title_only = pattern.field == "title"
        if not isinstance(pattern, Fuzzy):
            text = write_pattern(pattern)
            stem = text.strip("*")
            if is_han(stem):
                self._scoring.add(stem)
            self._highlight(open_needle(text, title_only))
        lowered = lower_pattern(pattern, self._lexicon)
        if isinstance(lowered, Prefix | Wildcard | Fuzzy) and matches_words(lowered):
            ranking = replace(lowered, field="") if lowered.field == "body" else lowered
            self._scoring_patterns[ranking] = None

    def _highlight(self, needle: Needle | None) -> None:
        if needle:
            self._needles[needle] = None


def _clauses(words: Sequence[_OptionalWord]) -> tuple[OptionalClause, ...]:
    """The optional clauses, without function words if there are others of two characters or more."""
    tells = any(not word.is_function_word and len(word.clause.text) > 1 for word in words)
    joined = _joined([word.clause.query for word in words])
    clauses = (
        replace(word.clause, joined=joined[at]) if at in joined else word.clause
        for at, word in enumerate(words)
        if not (tells and word.is_function_word)
    )
    return tuple(dict.fromkeys(clauses))


def _joined(queries: Sequence[Query]) -> dict[int, tuple[str, ...]]:
    """By their places, the Latin words that were typed side by side, each with what it is as one with a neighbour."""
    latin = [query.text if isinstance(query, Text) and is_letter_run(query.text) else "" for query in queries]
    joined: dict[int, tuple[str, ...]] = {}
    for at, (first, second) in enumerate(itertools.pairwise(latin)):
        if first and second:
            joined[at] = (*joined.get(at, ()), first + second)
            joined[at + 1] = (first + second,)
    return joined


def _title(parts: Sequence[Query]) -> str:
    """The text of a query that asks for nothing but text in title and body; empty for any other."""
    texts = []
    for part in parts:
        leaf = part.part if isinstance(part, Optional) else part
        if not isinstance(leaf, Text | Phrase) or leaf.field:
            return ""
        texts.append(leaf.text)
    return " ".join(texts)
