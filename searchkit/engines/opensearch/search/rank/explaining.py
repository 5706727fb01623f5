"""What a document's score is made of: its terms are derived again from its stored text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from searchkit.engines.opensearch.analysis.terms import DocumentTerms
from searchkit.engines.opensearch.search.match.lower import Expansions
from searchkit.engines.opensearch.search.rank.scoring import WeightedTerm
from searchkit.engines.opensearch.search.rank.statistics import Statistics
from searchkit.engines.scoring.bm25 import K1
from searchkit.engines.words.patterns import wildcard_regex
from searchkit.explanation import TermScore
from searchkit.query.ast import Fuzzy, Pinyin, Prefix, Wildcard
from searchkit.query.compiled import ExpandedLeaf


class Explaining:
    """Explains the scores of one generation.

    Args:
        statistics: of the generation.
        expansions: of its vocabulary.
    """

    def __init__(self, statistics: Statistics, expansions: Expansions) -> None:
        self._statistics = statistics
        self._expansions = expansions

    def parts(self, terms: Sequence[WeightedTerm], document: DocumentTerms) -> tuple[TermScore, ...]:
        """Field and text of each term that a document has, and what it adds to the score."""
        found = []
        for term in terms:
            freq = self._freq(term, document)
            if freq:
                saturation = self._statistics.saturation(term.field)
                norm = saturation.base + saturation.slope * document.lengths[term.field.length]
                found.append((term.field.name, term.text, term.weight * freq * (1 + K1) / (freq + norm)))
        return tuple(found)

    def _freq(self, term: WeightedTerm, document: DocumentTerms) -> int:
        freqs = document.counts(term.field.kind, term.field.of)
        if term.pattern is None:
            return freqs[term.text]
        matches = self._matching(term.pattern, term.field.tokens)
        return sum(freq for word, freq in freqs.items() if matches(word))

    def _matching(self, pattern: ExpandedLeaf, field: str) -> Callable[[str], bool]:
        """Whether a word is one of those that a pattern stands for."""
        match pattern:
            case Prefix(text):
                return lambda word: word.startswith(text)
            case Wildcard(text):
                whole = re.compile(wildcard_regex(text))
                return lambda word: whole.fullmatch(word) is not None
            case Fuzzy():
                return frozenset(self._expansions.fuzzy_terms(pattern, field)).__contains__
            case Pinyin():
                texts = ["".join(needle.unigrams) for needle in self._expansions.readings(pattern)]
                begins = tuple(text for text in texts if len(text) > 1)
                return lambda word: word in texts or word.startswith(begins)
