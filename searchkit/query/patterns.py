"""Words with a star or a tilde."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.unigrams import is_letter_run
from searchkit.query.ast import Fuzzy, Or, Phrase, Prefix, TextField, Wildcard
from searchkit.query.segmentation import unigrams_of, words_of

Pattern = Prefix | Wildcard | Fuzzy

_FUZZY = re.compile(r"(.+)~([12])")
_HAN = re.compile("[一-\u9fd5]+")


def read_pattern(text: str, field: TextField = "") -> Pattern | None:
    """The pattern that a folded word is written as: a star at an end, or a tilde and a number of edits at the end.

    >>> read_pattern("kube*"), read_pattern("*net*"), read_pattern("kubernets~1"), read_pattern("a*b")
    (Prefix('kube'), Wildcard('*net*'), Fuzzy('kubernets', edits=1), None)
    """
    if not text.strip("*"):
        return None
    if text[0] == "*":
        return Wildcard(text, field)
    if text[-1] == "*":
        return Prefix(text[:-1], field)
    fuzzy = _FUZZY.fullmatch(text)
    return Fuzzy(fuzzy[1], int(fuzzy[2]), field) if fuzzy else None


def write_pattern(pattern: Pattern) -> str:
    """The word that ``read_pattern`` reads as this pattern."""
    match pattern:
        case Prefix(text):
            return f"{text}*"
        case Wildcard(written):
            return written
        case Fuzzy(text, edits):
            return f"{text}~{edits}"


@lru_cache(maxsize=64)  # the patterns of one query, each asked for several times
def lower_pattern(pattern: Pattern, lexicon: Lexicon = NO_LEXICON) -> Pattern | Phrase | Or | None:
    """A pattern on a text field as engines evaluate it; None if it is no single word, so it can only be read as text.

    >>> lower_pattern(Prefix("香港通关")), lower_pattern(Wildcard("*人工*")), lower_pattern(Prefix("北京，上海"))
    (Or(Prefix('香港通关'), Phrase('香港通关')), Phrase('人工'), None)
    """
    field = cast(TextField, pattern.field)
    if isinstance(pattern, Fuzzy):
        return pattern if _is_fuzzy_word(pattern) else None
    text = write_pattern(pattern)
    stem = text.strip("*")
    found = unigrams_of(stem)
    if not found.texts or any(found.gaps[:-1]) or text == stem:
        return None
    joined = "".join(found.texts)
    if _HAN.fullmatch(joined):
        return _lower_han(text, joined, field, lexicon)
    if len(found.texts) == 1 and joined.isalnum():
        return _word_pattern(text, joined, field)
    if text[0] != "*" and found.texts[-1].isalnum() and not _HAN.fullmatch(found.texts[-1]):
        return Prefix(stem, field)
    return None


def matches_words(pattern: Pattern) -> bool:
    """Whether a lowered pattern stands for words of the index, not for a text whose last unigram goes on."""
    return not isinstance(pattern, Prefix) or len(unigrams_of(pattern.text).texts) == 1 or is_han(pattern.text)


def is_han(text: str) -> bool:
    """Whether a folded text is Han characters only, which need not be a whole word to match."""
    return _HAN.fullmatch(text) is not None


def _is_fuzzy_word(fuzzy: Fuzzy) -> bool:
    """Whether it is one run of letters, long enough to be recognised with so many edits."""
    text, edits = fuzzy.text, fuzzy.edits
    return edits > 0 and len(text) > 2 * edits and unigrams_of(text).texts == [text] and is_letter_run(text)


def _lower_han(text: str, joined: str, field: TextField, lexicon: Lexicon) -> Pattern | Phrase | Or:
    """A run of several words can only go on as text."""
    exact = Phrase(joined, field)
    if text[0] == text[-1] == "*":
        return exact
    found = _word_pattern(text, joined, field)
    return found if len(words_of(joined, lexicon)) == 1 else Or(found, exact)


def _word_pattern(text: str, joined: str, field: TextField) -> Pattern:
    if text[0] != "*":
        return Prefix(joined, field)
    return Wildcard(f"*{joined}*" if text[-1] == "*" else f"*{joined}", field)
