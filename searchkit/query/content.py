"""Here is a text to look for: what are its words, how else are they written, and which posts contain them?"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whoosh.query import Or, Phrase, Prefix, Query, Term
from whoosh.query.spans import SpanNear2

from searchkit.language import bigram_term
from searchkit.language.numerals import counts
from searchkit.language.synonyms import synonyms
from searchkit.language.unigrams import JOINED, Unigrams, boundary_term, position_terms
from searchkit.query.fields import Streams
from searchkit.query.parsed import Needle
from searchkit.query.segmented import unigrams_of, words_of

MAX_CUT = 64
"""Words of a text that are looked up for their synonyms."""

_LONGEST_NAME = 6  # characters of several jieba words that have a synonym together
_HAN_RUN = re.compile("[一-\u9fd5]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a text.

    Attributes:
        needle: its unigrams.
        start: where it begins in the text.
        end: where it ends, excluded.
        spellings: other ways to write it, worth as much: 二〇二六年 for 2026年.
        synonyms: what it is called elsewhere, worth less.
    """

    needle: Needle
    start: int
    end: int
    spellings: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    @property
    def needles(self) -> tuple[Needle, ...]:
        """Its own and those of its other forms."""
        others = (exact(text, self.needle.title_only) for text in (*self.spellings, *self.synonyms))
        return (self.needle, *(needle for needle in others if needle))


def exact(text: str, title_only: bool = False) -> Needle | None:
    """The whole of a folded text; None if there is nothing in it to look for."""
    found = unigrams_of(text)
    return Needle(tuple(found.texts), tuple(found.gaps[:-1]), title_only) if found.texts else None


def parts(text: str, title_only: bool = False) -> list[Part]:
    """The words of a folded text: its dates and counts, the jieba words of its Han runs, what stands between as it is.

    >>> [(part.needle.unigrams, part.spellings) for part in parts("三十五人在香港")]
    [(('三', '十', '五', '人'), ('35人',)), (('在',), ()), (('香', '港'), ())]
    """
    found = unigrams_of(text)
    spellings = {(count.start, count.end): count.spellings for count in counts(text)}
    ranges = list(_ranges(found, sorted(spellings)))
    named = _with_synonyms(found, ranges)
    made = []
    for first, last, others in named:
        start, end = found.starts[first], found.starts[last - 1] + len(found.texts[last - 1])
        needle = Needle(tuple(found.texts[first:last]), tuple(found.gaps[first : last - 1]), title_only)
        made.append(Part(needle, start, end, spellings.get((start, end), ()), others))
    return made


def _ranges(found: Unigrams, numerals: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """The words as stretches of unigrams, first and last (excluded)."""
    at = 0
    for start, end in numerals:
        first, last = bisect_left(found.starts, start), bisect_left(found.starts, end)
        yield from _cut(found, at, first)
        if first < last:
            yield first, last
        at = last
    yield from _cut(found, at, len(found.starts))


def _cut(found: Unigrams, first: int, last: int) -> Iterable[tuple[int, int]]:
    """The words of a stretch without numerals; none runs across a gap."""
    stretch = 0

    def kind(at: int) -> tuple[int, bool]:
        nonlocal stretch
        if at > first and found.gaps[at - 1] != JOINED:
            stretch += 1
        return stretch, _HAN_RUN.fullmatch(found.texts[at]) is not None

    for (_, is_han), group in itertools.groupby(range(first, last), key=kind):
        places = list(group)
        if not is_han:
            yield places[0], places[-1] + 1
            continue
        at = places[0]
        for word in words_of("".join(found.texts[at : places[-1] + 1])):
            yield at, at + len(word)
            at += len(word)


def _with_synonyms(found: Unigrams, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int, tuple[str, ...]]]:
    """The words with their synonyms; two that have one only together, such as 人工 智慧, become one word."""
    named: list[tuple[int, int, tuple[str, ...]]] = []
    for number, (first, last) in enumerate(ranges):
        if number >= MAX_CUT:
            named.append((first, last, ()))
            continue
        others = synonyms("".join(found.texts[first:last]))
        if not others and named and not named[-1][2] and named[-1][1] == first and found.gaps[first - 1] == JOINED:
            before = named[-1][0]
            name = "".join(found.texts[before:last])
            if len(name) <= _LONGEST_NAME and _HAN_RUN.fullmatch(name) and (others := synonyms(name)):
                named[-1] = (before, last, others)
                continue
        named.append((first, last, others))
    return named


def either(queries: Sequence[Query]) -> Query:
    """Any of some queries."""
    return queries[0] if len(queries) == 1 else Or(list(queries))


def containing(needle: Needle, streams: Streams) -> Query:
    """The posts whose text contains the needle: a unigram, or a chain of bigrams and boundaries."""
    if len(needle.unigrams) == 1:
        return Term(streams.unigrams, needle.unigrams[0])
    if not any(needle.gaps):
        bigrams = list(map(bigram_term, needle.unigrams, needle.unigrams[1:]))
        return Term(streams.bigrams, bigrams[0]) if len(bigrams) == 1 else Phrase(streams.bigrams, bigrams)
    chain = links(needle, streams)
    if needle.gaps[-1] != JOINED:
        chain.append(anywhere(needle.unigrams[-1], streams))
    return SpanNear2(chain)


def links(needle: Needle, streams: Streams) -> list[Query]:
    """Each unigram with what follows it: a bigram, or a break."""
    return [
        Term(streams.bigrams, bigram_term(unigram, after))
        if gap == JOINED
        else Term(streams.boundaries, boundary_term(unigram, gap))
        for unigram, after, gap in zip(needle.unigrams, needle.unigrams[1:], needle.gaps, strict=False)
    ]


def anywhere(unigram: str, streams: Streams) -> Query:
    """Where a unigram is: at the beginning of a bigram, or at a break. That looks at many terms."""
    bigrams, boundaries = position_terms(unigram)
    begins = Prefix(streams.bigrams, bigrams, constantscore=False)
    return Or([begins, *(Term(streams.boundaries, term) for term in boundaries)])
