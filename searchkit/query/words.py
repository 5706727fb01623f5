"""The words of a text, and how else each is written: its spellings and its synonyms."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce

from searchkit.language.dates import dates
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.numerals import counts
from searchkit.language.spellings import other_spellings
from searchkit.language.synonyms import synonyms_of
from searchkit.language.unigrams import JOINED, Unigrams, parts_words
from searchkit.query.questions import is_particle
from searchkit.query.segmentation import cached, unigrams_of, words_of

MAX_CUT = 64
"""Words of a text that are looked up for their synonyms, and dates for their other forms."""

MAX_FORMS = 64
"""Synonyms of words that were joined."""

_LONGEST_NAME = 6  # characters of several jieba words that have a synonym together
_HAN_RUN = re.compile("[一-\u9fd5]+")


def _is_han(text: str) -> bool:
    return _HAN_RUN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        text: the word, at least one unigram.
        start: where it begins in the text.
        end: where it ends, excluded.
        spellings: other ways to write it, which rank as high: 二〇二六年 for 2026年, 身分 for 身份.
        synonyms: what it is called elsewhere, which ranks lower; the other forms of a date.
    """

    text: str
    start: int
    end: int
    spellings: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@cached
def cut(text: str, lexicon: Lexicon = NO_LEXICON) -> tuple[Word, ...]:
    """The words of a folded text: its dates and counts, the jieba words of its Han runs, other runs as they are.

    >>> [(word.text, word.spellings) for word in cut("三十五人在香港")]
    [('三十五人', ('35人',)), ('在', ()), ('香港', ())]
    """
    found = unigrams_of(text)
    numbers = counts(text)
    numerals = {(count.start, count.end): count.spellings for count in numbers}
    forms = {(date.start, date.end): date.forms for date in dates(text, numbers)[:MAX_CUT]}
    ranges = list(_ranges(found, sorted(numerals.keys() | forms.keys()), lexicon))
    if lexicon.synonyms:
        ranges = list(_named_together(found, ranges, lexicon))
    words = []
    for first, last, others in _with_other_forms(found, ranges, lexicon):
        start, end = found.starts[first], found.starts[last - 1] + len(found.texts[last - 1])
        spellings = numerals.get((start, end)) or other_spellings(text[start:end])
        others = forms.get((start, end)) or tuple(other for other in others if other not in spellings)
        words.append(Word(text[start:end], start, end, spellings, others))
    return tuple(words)


def stick(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a text, single Han characters joined to a neighbour: alone they tell little.

    A character sticks to the word before it, else to the one behind it; particles do not stick. A run without a
    word of two characters or more is one word.

    >>> [word.text for word in stick(cut("买房难"))], [word.text for word in stick(cut("我的猫狗"))]
    (['买房难'], ['我的猫狗'])
    >>> [word.text for word in stick(cut("大的房子民间救援"))]
    ['大', '的', '房子', '民间', '救援']
    """
    stuck: list[Word] = []
    for run in _han_runs(words):
        single_characters = all(len(word.text) == 1 for word in run)
        stuck += [reduce(_join, run)] if single_characters else _stick_singles(run)
    return tuple(stuck)


def _han_runs(words: Sequence[Word]) -> list[list[Word]]:
    """Groups of Han words that stand side by side; any other word is a group of its own."""
    runs: list[list[Word]] = []
    for word in words:
        before = runs[-1][-1] if runs else None
        if before is not None and before.end == word.start and _is_han(before.text) and _is_han(word.text):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _stick_singles(run: Sequence[Word]) -> list[Word]:
    stuck: list[Word] = []
    for word in run:
        single = stuck and 1 in (len(stuck[-1].text), len(word.text))
        if single and not (is_particle(stuck[-1].text) or is_particle(word.text)):
            stuck[-1] = _join(stuck[-1], word)
        else:
            stuck.append(word)
    return stuck


def _join(first: Word, second: Word) -> Word:
    """Two words side by side as one, in all their forms."""
    spellings = itertools.product((first.text, *first.spellings), (second.text, *second.spellings))
    synonyms = itertools.product((first.text, *first.synonyms), (second.text, *second.synonyms))
    text, *others = map("".join, spellings)
    return Word(text, first.start, second.end, tuple(others), tuple(map("".join, synonyms))[1:MAX_FORMS])


def _ranges(
    found: Unigrams, numerals: Sequence[tuple[int, int]], lexicon: Lexicon
) -> Iterable[tuple[int, int]]:
    """The words as ranges of unigrams, first and last (excluded)."""
    at = 0
    for start, end in numerals:
        first, last = bisect_left(found.starts, start), bisect_left(found.starts, end)
        yield from _cut(found, at, first, lexicon)
        if first < last:
            yield first, last
        at = last
    yield from _cut(found, at, len(found.starts), lexicon)


def _cut(found: Unigrams, first: int, last: int, lexicon: Lexicon) -> Iterable[tuple[int, int]]:
    """The words of a range without numerals; no word runs across a gap."""
    text = "".join(found.texts[first:last])
    if _is_han(text) and not any(map(parts_words, found.gaps[first : last - 1])):
        at = first
        for word in words_of(text, lexicon):
            yield at, at + len(word)
            at += len(word)
        return
    stretch = 0

    def kind(at: int) -> tuple[int, bool]:
        nonlocal stretch
        if at > first and parts_words(found.gaps[at - 1]):
            stretch += 1
        return stretch, _HAN_RUN.fullmatch(found.texts[at]) is not None

    for (_, is_han), group in itertools.groupby(range(first, last), key=kind):
        places = list(group)
        if not is_han:
            yield places[0], places[-1] + 1
            continue
        at = places[0]
        for word in words_of("".join(found.texts[at : places[-1] + 1]), lexicon):
            yield at, at + len(word)
            at += len(word)


def _named_together(
    found: Unigrams, ranges: Sequence[tuple[int, int]], lexicon: Lexicon
) -> Iterable[tuple[int, int]]:
    """The words; those that have own synonyms only together become one, the longest first."""
    at = 0
    while at < len(ranges):
        first, last = ranges[at]
        name, longest = "", at
        for to in range(at, len(ranges)):
            begin, end = ranges[to]
            if to > at and (ranges[to - 1][1] != begin or parts_words(found.gaps[begin - 1])):
                break
            name += "".join(found.texts[begin:end])
            if len(name) > lexicon.longest_name:
                break
            if name in lexicon.synonyms:
                longest, last = to, end
        yield first, last
        at = longest + 1


def _with_other_forms(
    found: Unigrams, ranges: Sequence[tuple[int, int]], lexicon: Lexicon
) -> list[tuple[int, int, tuple[str, ...]]]:
    """The words with their synonyms; two that have another form only together, such as 人工 智慧, become one word."""
    words = ["".join(found.texts[first:last]) for first, last in ranges[:MAX_CUT]]
    names = ["", *map(partial(_name, found), ranges[:MAX_CUT], ranges[1:MAX_CUT])]
    regional = synonyms_of((*words, *names))
    named: list[tuple[int, int, tuple[str, ...]]] = []
    plain = False  # whether the word before has no other form
    for (first, last), word, name in zip(ranges, words, names, strict=False):
        others = tuple(dict.fromkeys((*lexicon.synonyms.get(word, ()), *regional[word])))
        before_is_plain, plain = plain, not others and not other_spellings(word)
        if plain and before_is_plain and (regional[name] or other_spellings(name)):
            named[-1] = (named[-1][0], last, regional[name])
            plain = False
        else:
            named.append((first, last, others))
    return named + [(first, last, ()) for first, last in ranges[MAX_CUT:]]


def _name(found: Unigrams, word: tuple[int, int], following: tuple[int, int]) -> str:
    """Two words side by side as one; empty where they are no Han characters, too many, or not side by side."""
    name = "".join(found.texts[word[0] : following[1]])
    is_one = word[1] == following[0] and found.gaps[following[0] - 1] == JOINED
    return name if is_one and len(name) <= _LONGEST_NAME and _is_han(name) else ""
