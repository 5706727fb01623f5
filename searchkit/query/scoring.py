"""The terms that rank: words, unigrams and bigrams of the wanted texts, each once more for the title.

A document's score is the weighted sum of the terms' BM25 scores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from searchkit.language.lexicon import Lexicon
from searchkit.language.unigrams import Unigrams, is_alnum_run
from searchkit.model import Span
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
    """Collects the terms that rank from the texts of a query, in order.

    Args:
        lexicon: with which texts are cut into words.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._texts: list[str] = []
        self._chars = 0  # of the texts, with a space behind each
        self._function_words: list[Span] = []  # in the texts with a space between
        self._ignored: list[Span] = []
        self._exact: set[str] = set()
        self._others: list[tuple[str, float]] = []

    def add(self, text: str, function_words: Iterable[Span] = ()) -> None:
        """A folded text that is wanted, and where its function words are."""
        self._texts.append(text)
        self._function_words += ((start + self._chars, end + self._chars) for start, end in function_words)
        self._chars += len(text) + 1

    def add_exact(self, text: str) -> None:
        """A folded text of which every document has all, in order: its words have no distances."""
        self._exact.update(words_of(text, self._lexicon))
        self.add(text)

    def add_other(self, texts: Iterable[str], weight: float) -> None:
        """Other forms of a wanted text."""
        self._others += ((text, weight) for text in texts)

    def ignore_function_words(self) -> None:
        """Function words do not rank, if there are other words; bigrams with a neighbour of theirs do.

        Latin ones rank, since in a built tree who may be WHO; other words weigh much more, anyway.
        """
        whole = " ".join(self._texts)
        places = _places(self._function_words)
        if any(start not in places for start in unigrams_of(whole).starts):
            self._ignored = [(start, end) for start, end in self._function_words if not whole[start:end].isascii()]

    def content_words(self) -> tuple[str, ...]:
        """The words of the texts that are not exact, each once; no function words, no single Han characters."""
        whole = " ".join(self._texts)
        function_words = {whole[start:end] for start, end in self._function_words}
        found = _words(self._texts, self._lexicon)
        words = dict.fromkeys(word for word in found if len(word) > 1 or is_alnum_run(word))
        return tuple(word for word in words if word not in function_words | self._exact)[:MAX_TERMS]

    def terms(self, title_weight: float) -> Iterator[ScoringTerm]:
        """The terms with their weights, in the order in which an engine adds up their scores."""
        whole = Counter(_terms(self._texts, self._lexicon, self._ignored))
        weights = {key: WEIGHTS[key[0]] * count for key, count in whole.items()}
        for text, weight in self._others:
            for key in _terms([text], self._lexicon):
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


def _terms(texts: Sequence[str], lexicon: Lexicon, ignored: Iterable[Span] = ()) -> list[_Key]:
    """The terms of folded texts with a space between, each with its kind; none of what is within an ignored word."""
    whole = " ".join(texts)
    found = unigrams_of(whole)
    ignored_words = {whole[start:end] for start, end in ignored}
    ignored_places = _places(ignored)
    kinds: dict[TermKind, Sequence[str]] = {
        "words": [word for word in _words(texts, lexicon) if word not in ignored_words],
        "unigrams": [text for text, at in zip(found.texts, found.starts, strict=True) if at not in ignored_places],
        "bigrams": _bigrams(found, texts, ignored_places),
    }
    return [(kind, term) for kind, terms in kinds.items() for term in terms]


def _words(texts: Sequence[str], lexicon: Lexicon) -> Sequence[str]:
    """The words of texts with a space between."""
    if "".join(texts).isalnum():  # no sign whose meaning depends on what is before it: those of each are known already
        return [word for text in texts for word in words_of(text, lexicon)]
    return words_of(" ".join(texts), lexicon)


def _places(spans: Iterable[Span]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _bigrams(found: Unigrams, texts: Sequence[str], ignored: set[int]) -> list[str]:
    """The bigrams of texts; not 港通 of 香港 通关, since a space between two Han characters is typed between words."""
    begins = set(accumulate(len(text) + 1 for text in texts))
    return [
        bigram
        for bigram, at in found.bigrams()
        if found.starts[at + 1] not in begins or is_alnum_run(found.texts[at]) or is_alnum_run(found.texts[at + 1])
        if not ignored.issuperset(found.starts[at : at + 2])
    ]


def _weighted(weights: Mapping[_Key, float], title_weight: float) -> Iterator[ScoringTerm]:
    by_kind: dict[TermKind, list[tuple[str, float]]] = {kind: [] for kind in WEIGHTS}
    for (kind, term), weight in weights.items():
        by_kind[kind].append((term, weight))
    for kind, terms in by_kind.items():
        for term, weight in terms[:MAX_TERMS]:
            yield ScoringTerm(kind, term, weight)
            yield ScoringTerm(kind, term, weight * title_weight, "title")
