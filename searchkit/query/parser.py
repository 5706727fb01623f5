"""Here is what somebody typed: what do they mean?

A query is folded first, so full-width and curly signs work as their ASCII twins. Then: ``"exact text"``,
``-word``, ``-"text"``, ``title:word``, ``source:name``; everything else is words. Each word must occur in
title or body as text. A run without spaces is the words that jieba cuts it into.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from whoosh.query import And, Every, Not, NullQuery, Or, Phrase, Prefix, Query, Term
from whoosh.query.spans import SpanNear2

from searchkit.language import Units, fold, pair_term, units, words
from searchkit.language.units import JOINED, break_term, first_terms
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS, Streams

WORD_WEIGHT, UNIT_WEIGHT, PAIR_WEIGHT = 1.0, 0.5, 0.7
"""How much each stream counts in the sum of BM25 scores; measured on the tuning sets."""

TITLE_WEIGHT = 0.1
"""How much a match counts once more where it is in the title."""

_ITEM = re.compile(
    r"""(?P<minus>(?<!\S)-(?=[^\s-]))?
        (?:(?P<field>title|source):(?=\S))?
        (?:"(?P<phrase>[^"]*)" | (?P<word>[^\s"]+|"))""",
    re.VERBOSE,
)
_HAN_RUN = re.compile("[一-\u9fd5]+")


@dataclass(frozen=True, slots=True)
class Needle:
    """A text to look for and to highlight.

    Attributes:
        units: its units.
        gaps: the kind of gap from each unit to the next; ``JOINED`` where nothing but joiners is between.
        title_only: it is looked for in the title only.
    """

    units: tuple[str, ...]
    gaps: tuple[int, ...]
    title_only: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a post should have.

    Attributes:
        text: as it was typed.
        query: the posts that have it.
    """

    text: str
    query: Query


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a query means.

    Attributes:
        text: as it was typed.
        match: which posts match at all: exact texts, fields, what is left out.
        words: what posts with all of it come first for.
        question: no word is required; posts with any of them are ranked by score alone.
        score: the terms that rank, each with its weight as boost.
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


def parse(text: str) -> ParsedQuery:
    """The meaning of a query; no query is an error.

    >>> parse('"香港" -通关').match
    And([Term('pairs', '香 港'), Not(Term('pairs', '通 关'))])
    >>> parse("香港 通关").words[1]
    Word(text='通关', query=Term('pairs', '通 关'))
    """
    matching: list[Query] = []
    wanted: list[Word] = []
    needles: list[Needle] = []
    ranking: list[tuple[str, bool]] = []
    folded = fold(text)
    for item in _ITEM.finditer(folded):
        minus, field, phrase, word = item.group("minus", "field", "phrase", "word")
        content = word if phrase is None else phrase
        if field == "source":
            parts: list[Query] = [Term("source", content.strip())]
        else:
            found = [Needle(n.units, n.gaps, field == "title") for n in _needles(content, phrase is not None)]
            parts = [_containing(needle) for needle in found]
            if not minus:
                needles += found
                ranking.append((content, field == "title"))
                if phrase is None and not field:
                    wanted += (Word("".join(n.units), part) for n, part in zip(found, parts, strict=True))
                    continue
        if parts:
            query = parts[0] if len(parts) == 1 else And(parts)
            matching.append(Not(query) if minus else query)
    match = Every() if wanted and not matching else _all_of(matching, folded)
    return ParsedQuery(text, match, tuple(wanted), False, _ranking(ranking), tuple(dict.fromkeys(needles)))


def _all_of(matching: list[Query], folded: str) -> Query:
    if not matching:
        return NullQuery if folded.strip() else Every()
    if all(isinstance(query, Not) for query in matching):
        matching = [Every(), *matching]
    return matching[0] if len(matching) == 1 else And(matching)


def _needles(content: str, exact: bool) -> list[Needle]:
    """What must occur: the whole content if it is exact, else its words."""
    found = units(content)
    if not found.texts:
        return []
    whole = Needle(tuple(found.texts), tuple(found.gaps[:-1]))
    return [whole] if exact else [part for stretch in _stretches(whole) for part in _words_of(stretch)]


def _stretches(needle: Needle) -> list[Needle]:
    """The needle in parts, cut at its gaps."""
    borders = [0, *(i + 1 for i, gap in enumerate(needle.gaps) if gap != JOINED), len(needle.units)]
    return [Needle(needle.units[a:b], needle.gaps[a : b - 1]) for a, b in itertools.pairwise(borders)]


def _words_of(stretch: Needle) -> list[Needle]:
    """The jieba words of a stretch's Han runs; what stands between them as it is."""
    parts: list[tuple[str, ...]] = []
    run: list[str] = []
    other: list[str] = []

    def close() -> None:
        if run:
            parts.extend(tuple(word) for word in words("".join(run)))
        if other:
            parts.append(tuple(other))
        run.clear()
        other.clear()

    for unit in stretch.units:
        into, away = (run, other) if _HAN_RUN.fullmatch(unit) else (other, run)
        if away:
            close()
        into.append(unit)
    close()
    return [Needle(part, (JOINED,) * (len(part) - 1)) for part in parts]


def _containing(needle: Needle) -> Query:
    """The posts whose text contains the needle: a unit, or a chain of pairs and breaks."""
    streams = TITLE_STREAMS if needle.title_only else BODY_STREAMS
    if len(needle.units) == 1:
        return Term(streams.units, needle.units[0])
    pairs = list(map(pair_term, needle.units, needle.units[1:]))
    if not any(needle.gaps):
        return Term(streams.pairs, pairs[0]) if len(pairs) == 1 else Phrase(streams.pairs, pairs)
    links: list[Query] = [
        Term(streams.pairs, pair) if gap == JOINED else Term(streams.breaks, break_term(unit, gap))
        for pair, unit, gap in zip(pairs, needle.units, needle.gaps, strict=False)
    ]
    if needle.gaps[-1] != JOINED:
        links.append(_anywhere(needle.units[-1], streams))
    return SpanNear2(links)


def _anywhere(unit: str, streams: Streams) -> Query:
    """Where a unit is: at the beginning of a pair, or at a break."""
    pairs, breaks = first_terms(unit)
    begins = Prefix(streams.pairs, pairs, constantscore=False)
    return Or([begins, *(Term(streams.breaks, term) for term in breaks)])


def _ranking(texts: list[tuple[str, bool]]) -> Query:
    """The sum over all streams of the terms of what was asked for."""
    whole = " ".join(text for text, _ in texts)
    found = units(whole)
    terms: list[Query] = []
    for stream, stream_terms, weight in (
        ("words", words(whole), WORD_WEIGHT),
        ("units", found.texts, UNIT_WEIGHT),
        ("pairs", _pair_terms(found), PAIR_WEIGHT),
    ):
        for term, count in Counter(stream_terms).items():
            terms.append(Term(getattr(BODY_STREAMS, stream), term, boost=weight * count))
            terms.append(Term(getattr(TITLE_STREAMS, stream), term, boost=weight * count * TITLE_WEIGHT))
    return Or(terms) if terms else NullQuery


def _pair_terms(found: Units) -> list[str]:
    return [pair for pair, _ in found.pairs()]
