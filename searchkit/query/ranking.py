"""What ranks: the sum of BM25 over the words, the unigrams and the bigrams of what was asked for, in the title once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice

from whoosh.query import NullQuery, Or, Query, Term

from searchkit.language.unigrams import Unigrams, is_alnum_run
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS
from searchkit.query.segmented import unigrams_of, words_of

WEIGHTS = {"words": 1.0, "unigrams": 0.9, "bigrams": 0.9}
"""How much each stream counts in the sum of BM25 scores; measured on the tuning sets."""

TITLE_WEIGHT = 0.1
"""How much a match counts once more where it is in the title."""

SYNONYM_WEIGHT = 0.3
"""How much a regional synonym counts beside the word that was typed."""

MAX_TERMS = 256
"""Terms of a stream that rank: the first ones of the query."""


class Ranking:
    """The terms that rank, collected from the texts of a query."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._others: list[tuple[str, float]] = []
        self._patterns: dict[Query, None] = {}

    def add(self, text: str) -> None:
        """Folded text that was asked for."""
        self._texts.append(text)

    def add_other(self, texts: Iterable[str], weight: float) -> None:
        """Other forms of what was asked for."""
        self._others += ((text, weight) for text in texts)

    def add_pattern(self, pattern: Query) -> None:
        """A query that stands for several terms of the words."""
        self._patterns[pattern] = None

    def query(self) -> Query:
        """Or of terms and patterns, each with its weight as boost."""
        whole = Counter[tuple[str, str]](_terms(self._texts))
        boosts = {key: WEIGHTS[key[0]] * count for key, count in whole.items()}
        for text, weight in self._others:
            for key in _terms([text]):
                if key not in whole and key[0] != "unigrams":  # single characters of another spelling say little
                    boosts[key] = max(boosts.get(key, 0.0), weight * WEIGHTS[key[0]])
        terms = [*_boosted(boosts), *self._patterns]
        return Or(terms) if terms else NullQuery


def _terms(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The terms of folded texts with a space between, each with its stream."""
    whole = " ".join(texts)
    found = unigrams_of(whole)
    streams: dict[str, Sequence[str]] = {"words": words_of(whole), "unigrams": found.texts, "bigrams": _bigrams(found, texts)}
    return [(stream, term) for stream, terms in streams.items() for term in terms]


def _bigrams(found: Unigrams, texts: Sequence[str]) -> list[str]:
    """The bigrams of texts; not 港通 of 香港 通关, since a space between two Han characters is typed between words."""
    begins = set(accumulate(len(text) + 1 for text in texts))
    return [
        bigram
        for bigram, at in found.bigrams()
        if found.starts[at + 1] not in begins or any(map(is_alnum_run, found.texts[at : at + 2]))
    ]


def _boosted(boosts: Mapping[tuple[str, str], float]) -> Iterable[Query]:
    for stream in WEIGHTS:
        of_stream = ((term, boost) for (name, term), boost in boosts.items() if name == stream)
        for term, boost in islice(of_stream, MAX_TERMS):
            yield Term(getattr(BODY_STREAMS, stream), term, boost=boost)
            yield Term(getattr(TITLE_STREAMS, stream), term, boost=boost * TITLE_WEIGHT)
