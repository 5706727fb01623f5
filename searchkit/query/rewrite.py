"""Query tree to query tree: what engines evaluate.

Texts are cut into words with their spellings and synonyms, leaves without anything to look for are dropped, branches
collapse, constants are folded.
"""

from __future__ import annotations

from collections.abc import Iterable

from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.query.ast import (
    TEXT_FIELDS,
    And,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Prefix,
    Query,
    Text,
    TextField,
    Wildcard,
)
from searchkit.query.needles import needle_of
from searchkit.query.patterns import lower_pattern
from searchkit.query.words import Word, cut

MAX_DISTANCE = 1_000
"""Unigrams between one near text and the next."""


def rewrite(tree: Query, lexicon: Lexicon = NO_LEXICON) -> Query | None:
    """The tree as engines evaluate it; None if it asks for nothing that can be looked for.

    Args:
        tree: of folded texts.
        lexicon: with which texts are cut into words.

    Returns:
        A tree without ``Optional``. Each ``Text`` is one word with at least one unigram, each ``Phrase`` has a unigram,
        each ``Near`` at least two texts, each pattern is as ``lower_pattern`` gives it. ``Every`` and ``Nothing`` stand
        alone; no branch is empty, has one part, or is part of a branch of its own kind.

    >>> rewrite(And(Text("香港软件"), Phrase("。")))
    And(Text('香港'), Text('软件', synonyms=('软体',)))
    """
    match tree:
        case And(parts):
            return _all(parts, lexicon)
        case Or(parts):
            return _any(parts, lexicon)
        case Not(part):
            return _not(rewrite(part, lexicon))
        case Optional(part):
            return rewrite(part, lexicon)
        case Text(_, field):
            return conjunction(word_leaf(word, field) for word in words(tree, lexicon))
        case Phrase(text):
            return tree if needle_of(text) else None
        case Near():
            return _near(tree)
        case Prefix() | Wildcard() | Fuzzy() if tree.field in TEXT_FIELDS:
            return lower_pattern(tree, lexicon)
        case FieldValue(_, value):
            return tree if value else None
    return tree


def words(text: Text, lexicon: Lexicon) -> tuple[Word, ...]:
    """The words of a text; one that has its spellings or synonyms already is a word."""
    if text.spellings or text.synonyms:
        return (Word(text.text, 0, len(text.text), text.spellings, text.synonyms),) if needle_of(text.text) else ()
    return cut(text.text, lexicon)


def word_leaf(word: Word, field: TextField) -> Text:
    """The posts that have a word, in any of its forms."""
    if not (word.spellings or word.synonyms):
        return Text(word.text, field)
    spellings, synonyms = (tuple(filter(needle_of, forms)) for forms in (word.spellings, word.synonyms))
    return Text(word.text, field, spellings, synonyms)


def conjunction(parts: Iterable[Query]) -> Query | None:
    """All of some rewritten trees, each once; None without any."""
    return _branch(And, parts, Every, Nothing)


def _disjunction(parts: Iterable[Query]) -> Query | None:
    return _branch(Or, parts, Nothing, Every)


def _branch(
    kind: type[And | Or], parts: Iterable[Query], neutral: type[Every | Nothing], absorbing: type[Every | Nothing]
) -> Query | None:
    given = list(parts)
    if len(given) == 1:
        return given[0]
    flat: dict[Query, None] = {}
    for part in given:
        flat |= dict.fromkeys(part.parts if isinstance(part, kind) else (part,))
    if absorbing() in flat:
        return absorbing()
    found = [part for part in flat if not isinstance(part, neutral)]
    if len(found) < 2:
        return found[0] if found else next(iter(flat), None)
    return kind(*found)


def _all(parts: tuple[Query, ...], lexicon: Lexicon) -> Query | None:
    return conjunction(_rewritten(parts, lexicon)) if parts else Every()


def _any(parts: tuple[Query, ...], lexicon: Lexicon) -> Query | None:
    return _disjunction(_rewritten(parts, lexicon)) if parts else Nothing()


def _rewritten(parts: Iterable[Query], lexicon: Lexicon) -> list[Query]:
    return [found for part in parts if (found := rewrite(part, lexicon)) is not None]


def _not(part: Query | None) -> Query | None:
    match part:
        case None:
            return None
        case Every():
            return Nothing()
        case Nothing():
            return Every()
        case Not(inner):
            return inner
    return Not(part)


def _near(near: Near) -> Query | None:
    texts = tuple(filter(needle_of, near.texts))
    if len(texts) < 2:
        return Phrase(texts[0], near.field) if texts else None
    return Near(texts, min(max(near.distance, 0), MAX_DISTANCE), near.field)
