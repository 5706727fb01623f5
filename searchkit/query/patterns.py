"""Words with a star, words with a tilde, and the values of fields that are no text."""

from __future__ import annotations

import re
from dataclasses import replace

from whoosh.query import FuzzyTerm, Or, Prefix, Query, Term, Wildcard
from whoosh.query.spans import SpanNear2

from searchkit.language import bigram_term
from searchkit.language.unigrams import is_alnum_run, is_letter_run
from searchkit.query.content import containing, exact, links
from searchkit.query.fields import Streams
from searchkit.query.parsed import Needle
from searchkit.query.segmented import unigrams_of, words_of

_FUZZY = re.compile(r"(.+)~([12])")
_HAN = re.compile("[一-\u9fd5]+")
_WILD = str.maketrans("?[]", "???")  # signs that a pattern would take for its own


def is_pattern(text: str) -> bool:
    """Whether a folded word has a star at an end, or a tilde with a number of edits."""
    return bool(text.strip("*")) and (text[0] == "*" or text[-1] == "*" or _FUZZY.fullmatch(text) is not None)


def is_certain(text: str) -> bool:
    """Whether the posts that a pattern finds contain its stem as text: Han does not match whole, Latin does."""
    return _HAN.fullmatch(stem(text)) is not None


def stem(text: str) -> str:
    """What is certain of a word with stars."""
    return text.strip("*")


def sought(text: str, title_only: bool = False) -> Needle | None:
    """What to highlight for a word with stars; None for one with a tilde, whose words only an index knows.

    >>> sought("kube*")
    Needle(unigrams=('kube',), gaps=(), title_only=False, open_start=False, open_end=True)
    """
    needle = None if text[0] != "*" and text[-1] != "*" else exact(stem(text), title_only)
    if needle is None:
        return None
    first, last = needle.unigrams[0], needle.unigrams[-1]
    open_start, open_end = text[0] == "*" and is_alnum_run(first), text[-1] == "*" and is_alnum_run(last)
    return replace(needle, open_start=open_start, open_end=open_end)


def pattern(text: str, streams: Streams) -> Query | None:
    """The posts with a word that a pattern stands for; None if it cannot be one.

    >>> from searchkit.query.fields import BODY_STREAMS
    >>> pattern("人工*", BODY_STREAMS), pattern("*bernetes", BODY_STREAMS)
    (Prefix('words', '人工'), Wildcard('words', '*bernetes'))
    """
    fuzzy = _FUZZY.fullmatch(text)
    if fuzzy and (text[0] != "*"):
        found = unigrams_of(fuzzy[1])
        if found.texts == [fuzzy[1]] and is_letter_run(fuzzy[1]) and len(fuzzy[1]) > 2 * int(fuzzy[2]):
            return FuzzyTerm(streams.words, fuzzy[1], maxdist=int(fuzzy[2]), prefixlength=1)
        return None
    certain = stem(text)
    found = unigrams_of(certain)
    if not found.texts or any(found.gaps[:-1]):
        return None
    needle = Needle(tuple(found.texts), tuple(found.gaps[:-1]))
    joined = "".join(found.texts)
    if _HAN.fullmatch(joined):
        return _han(text, joined, needle, streams)
    if len(found.texts) == 1 and joined.isalnum():
        return _words(text, joined, streams)
    if text[0] != "*" and found.texts[-1].isalnum() and not _HAN.fullmatch(found.texts[-1]):
        *before, _ = links(needle, streams)
        last = Prefix(streams.bigrams, bigram_term(*found.texts[-2:]))
        return SpanNear2([*before, last]) if before else last
    return None


def _han(text: str, joined: str, needle: Needle, streams: Streams) -> Query:
    """A run of several words can only be continued as text."""
    if text[0] == text[-1] == "*":
        return containing(needle, streams)
    found = _words(text, joined, streams)
    return found if len(words_of(joined)) == 1 else Or([found, containing(needle, streams)])


def _words(text: str, joined: str, streams: Streams) -> Query:
    if text[0] != "*":
        return Prefix(streams.words, joined)
    return Wildcard(streams.words, f"*{joined}*" if text[-1] == "*" else f"*{joined}")


def whole_value(field: str, text: str) -> Query | None:
    """The posts whose source or tag is this one; a star stands for any characters."""
    value = text.strip()
    if not value:
        return None
    return _wild(field, value) if "*" in value else Term(field, value)


def part_of_value(field: str, text: str) -> Query | None:
    """The posts whose path or address has this text in it; with a star it is a pattern for the whole."""
    value = text.strip()
    if not value:
        return None
    return _wild(field, value if "*" in value else f"*{value}*")


def _wild(field: str, value: str) -> Query:
    if value.find("*") == len(value) - 1:
        return Prefix(field, value[:-1])
    return Wildcard(field, value.translate(_WILD))
