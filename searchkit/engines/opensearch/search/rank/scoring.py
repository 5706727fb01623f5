"""BM25 by OpenSearch: each term of a query as a clause whose score is what the term adds.

A field's similarity gives a term's frequency as its score; an expression makes BM25 of it with exact lengths. Lucene's
own BM25 rounds lengths to a byte, and counts documents of one shard, deleted ones included.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from searchkit.engines.dates import microseconds
from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.schema import link, token
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.opensearch.search.match.lower import Lowering
from searchkit.engines.opensearch.search.rank.statistics import RANKED, RankedField, Statistics
from searchkit.engines.protocol import Request
from searchkit.engines.scoring.bm25 import K1
from searchkit.engines.scoring.recency import UNDATED_FRESHNESS, freshness
from searchkit.engines.words.patterns import pattern_text
from searchkit.language.unigrams import JOINED
from searchkit.model import Document
from searchkit.query.ast import TextField
from searchkit.query.compiled import CompiledQuery, ExpandedLeaf, ScoringTerm

_BM25 = {
    field.length: f"w * _score / (_score + a + c * doc['{field.length}'].value)" for field in RANKED.values()
}
_FRESHNESS = (
    f"_score * (doc['{schema.DATE}'].empty ? {UNDATED_FRESHNESS} : "
    f"pow(2, -max(now - doc['{schema.DATE}'].value, 0) / half_life))"
)


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A term of a query that some document has.

    Attributes:
        field: where it ranks.
        text: the term as ``searchkit.language`` gives it; of a pattern what was typed.
        occurs: a clause whose score is its frequency.
        weight: its weight times its inverse document frequency.
        doc_freq: how many documents have it.
        pattern: what it is if it stands for several words.
    """

    field: RankedField
    text: str
    occurs: Clause
    weight: float
    doc_freq: int
    pattern: ExpandedLeaf | None = None


class Scoring:
    """Scores the documents of one generation.

    Args:
        statistics: of the generation.
        lowering: for it.
    """

    def __init__(self, statistics: Statistics, lowering: Lowering) -> None:
        self._statistics = statistics
        self._lowering = lowering

    def terms(self, query: CompiledQuery) -> list[WeightedTerm]:
        """The terms of a query that any document has, in the order of the query, patterns last."""
        terms = [(RANKED[term.field, term.kind], term) for term in query.scoring]
        patterns = [(RANKED[_logical_field(pattern), "words"], pattern) for pattern in query.scoring_patterns]
        clauses: dict[Hashable, Clause] = {(field, term.text): _occurs(field, term) for field, term in terms}
        clauses |= {(field, pattern): self._lowering.pattern(pattern, field.tokens) for field, pattern in patterns}
        doc_freqs = self._statistics.doc_freqs(clauses)
        idfs = {key: self._statistics.idf(doc_freq) for key, doc_freq in doc_freqs.items()}
        found = []
        for field, term in terms:
            key: Hashable = (field, term.text)
            if doc_freqs[key]:
                found.append(WeightedTerm(field, term.text, clauses[key], term.weight * idfs[key], doc_freqs[key]))
        for field, pattern in patterns:
            key = (field, pattern)
            if doc_freqs[key]:
                text, occurs = pattern_text(pattern), counting(clauses[key])
                found.append(WeightedTerm(field, text, occurs, idfs[key], doc_freqs[key], pattern))
        return found

    def scored(self, matching: Clause, terms: Sequence[WeightedTerm], recency: tuple[int, int] | None) -> Clause:
        """The documents that match, each with the sum of what the terms add, less with age where that counts."""
        adding = [self._adding(term) for term in terms]
        if not adding:
            return dsl.constant(matching)
        clause: Clause = {"bool": {"filter": [matching], "should": adding}}
        if recency is None:
            return clause
        now, half_life = recency
        return _scripted(clause, _FRESHNESS, {"now": now, "half_life": half_life})

    def _adding(self, term: WeightedTerm) -> Clause:
        saturation = self._statistics.saturation(term.field)
        parameters = {"w": term.weight * (1 + K1), "a": saturation.base, "c": saturation.slope}
        return _scripted(term.occurs, _BM25[term.field.length], parameters)

    def word_idfs(self, words: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each word of title and body; 0 of one that no document has."""
        field = RANKED["", "words"]
        clauses: dict[Hashable, Clause] = {(field, word): dsl.term(field.tokens, token(word)) for word in words}
        doc_freqs = self._statistics.doc_freqs(clauses)
        return {word: self._statistics.idf(doc_freqs[field, word]) for word in words}


def counting(clause: Clause, words: int | None = None) -> Clause:
    """A clause of words whose score is how often a document has any of them.

    Args:
        clause: of words, or what this function made of one.
        words: of each pattern so many at most; None for all.
    """
    rewrite = "scoring_boolean" if words is None else f"top_terms_{words}"
    for kind in ("prefix", "wildcard"):
        if kind in clause:
            return {kind: {field: {**value, "rewrite": rewrite} for field, value in clause[kind].items()}}
    if "terms" in clause:
        [(field, values)] = clause["terms"].items()
        return _sum([dsl.term(field, value) for value in values[:words]])
    if "bool" in clause:
        return _sum([counting(part, words) for part in clause["bool"]["should"][:words]])
    return clause


def _sum(clauses: Sequence[Clause]) -> Clause:
    return {"bool": {"should": list(clauses)}}


def _scripted(clause: Clause, source: str, parameters: Mapping[str, float]) -> dict[str, Any]:
    script = {"lang": "expression", "source": source, "params": dict(parameters)}
    return {"script_score": {"query": clause, "script": script}}


def _logical_field(pattern: ExpandedLeaf) -> TextField:
    return "title" if getattr(pattern, "field", "") == "title" else ""


def _occurs(field: RankedField, term: ScoringTerm) -> Clause:
    if term.kind != "bigrams":
        return dsl.term(field.tokens, token(term.text))
    first, second = term.text.split(" ")
    return dsl.term(field.tokens, link(first, JOINED, second))


def freshness_of(document: Document, request: Request) -> float:
    """The factor from 0 to 1 that a document's age leaves of its score."""
    if request.recency is None or request.sort != "relevance":
        return 1.0
    return float(freshness(np.array([microseconds(document.date)]), request.recency)[0])
