"""The terms that rank: words, unigrams and bigrams of the wanted texts, each once more for the title.

A document's score is the weighted sum of the terms' BM25 scores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from searchkit.language.unigrams import Unigrams, is_alnum_run
from searchkit.query.compiled import ScoringTerm, TermKind
from searchkit.query.segmentation import unigrams_of, words_of

WEIGHTS: dict[TermKind, float] = {"words": 1.0, "unigrams": 0.9, "bigrams": 0.9}
"""How much each kind of term counts in the sum of BM25 scores; measured on the tuning sets."""

TITLE_WEIGHT = 0.3
"""How much a term of keywords counts once more where it is in the title; measured together with the tiers."""

SENTENCE_TITLE_WEIGHT = 0.1
"""The same of a question or a sentence."""

SYNONYM_WEIGHT = 0.3
"""How much a regional synonym counts beside the word that was typed."""

MAX_TERMS = 256
"""Terms of a kind that rank: the first ones of the query."""

_Key = tuple[TermKind, str]


class ScoringTerms:
    """Collects the terms that rank from the texts of a query, in order."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._others: list[tuple[str, float]] = []

    def add(self, text: str) -> None:
        """A folded text that is wanted."""
        self._texts.append(text)

    def add_other(self, texts: Iterable[str], weight: float) -> None:
        """Other forms of a wanted text."""
        self._others += ((text, weight) for text in texts)

    def terms(self, title_weight: float) -> Iterator[ScoringTerm]:
        """The terms with their weights, in the order in which an engine adds up their scores."""
        whole = Counter(_terms(self._texts))
        weights = {key: WEIGHTS[key[0]] * count for key, count in whole.items()}
        for text, weight in self._others:
            for key in _terms([text]):
                if key not in whole and key[0] != "unigrams":  # single characters of another spelling say little
                    weights[key] = max(weights.get(key, 0.0), weight * WEIGHTS[key[0]])
        return _weighted(weights, title_weight)


def form_terms(forms: Iterable[str]) -> Iterator[ScoringTerm]:
    """The terms of other forms of a Latin word: it in one piece, or its parts where they stand together."""
    weights: dict[_Key, float] = {}
    for form in forms:
        parts = unigrams_of(form)
        kinds: dict[TermKind, list[str]] = {"bigrams": [bigram for bigram, _ in parts.bigrams()]}
        if len(parts.texts) == 1:
            kinds = {"words": parts.texts, "unigrams": parts.texts}
        weights |= {(kind, term): SYNONYM_WEIGHT * WEIGHTS[kind] for kind, terms in kinds.items() for term in terms}
    return _weighted(weights, TITLE_WEIGHT)


def _terms(texts: Sequence[str]) -> list[_Key]:
    """The terms of folded texts with a space between, each with its kind."""
    whole = " ".join(texts)
    found = unigrams_of(whole)
    kinds: dict[TermKind, Sequence[str]] = {
        "words": words_of(whole),
        "unigrams": found.texts,
        "bigrams": _bigrams(found, texts),
    }
    return [(kind, term) for kind, terms in kinds.items() for term in terms]


def _bigrams(found: Unigrams, texts: Sequence[str]) -> list[str]:
    """The bigrams of texts; not 港通 of 香港 通关, since a space between two Han characters is typed between words."""
    begins = set(accumulate(len(text) + 1 for text in texts))
    return [
        bigram
        for bigram, at in found.bigrams()
        if found.starts[at + 1] not in begins or is_alnum_run(found.texts[at]) or is_alnum_run(found.texts[at + 1])
    ]


def _weighted(weights: Mapping[_Key, float], title_weight: float) -> Iterator[ScoringTerm]:
    by_kind: dict[TermKind, list[tuple[str, float]]] = {kind: [] for kind in WEIGHTS}
    for (kind, term), weight in weights.items():
        by_kind[kind].append((term, weight))
    for kind, terms in by_kind.items():
        for term, weight in terms[:MAX_TERMS]:
            yield ScoringTerm(kind, term, weight)
            yield ScoringTerm(kind, term, weight * title_weight, "title")
