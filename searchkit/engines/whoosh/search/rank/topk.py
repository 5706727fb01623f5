"""The k best documents of a query: the sum of BM25 over its terms, without scoring every document by every term.

Sparse terms tell most, and are added up first, all in one go. Then come the dense ones, the largest bound first; once
the remaining bounds cannot lift a document among the k best, it is dropped: MaxScore (Turtle and Flood, Query
Evaluation: Strategies and Optimizations, 1995), a term at a time on whole arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import DocIds, Float32s, Float64s, Int64s
from searchkit.engines.whoosh.search.match.lower import scored_field, text_fields
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.engines.whoosh.search.rank.impacts import Encoded, Impacts, Sparse
from searchkit.engines.whoosh.search.rank.loading import TermImpacts
from searchkit.engines.whoosh.search.rank.statistics import Statistics
from searchkit.engines.words.patterns import pattern_text
from searchkit.query.ast import TEXT_FIELDS
from searchkit.query.compiled import CompiledQuery, TermKind

if TYPE_CHECKING:
    from searchkit.explanation import TermScore

_ROUNDING = 1e-4
"""More than sums can differ by, whatever the order in which their terms were added."""

_FEW_LOOKUPS = 1 << 15  # a document and a term each: with fewer, pruning costs more than it saves
_ENCODED_COST = 16  # a look-up in an encoded list, beside one in a decoded one
_PRUNE_AT = 0.3  # of the bound at the last pruning: once no more than that remains, prune again
_PHYSICAL = {(field, kind): getattr(text_fields(field), kind) for field in TEXT_FIELDS for kind in get_args(TermKind)}

_GROUP = 64  # values of which only the largest is partitioned first
_POSTING_NS, _LOOKUP_NS = 6, 32  # what adding up a posting costs, and looking up one document in one list


class _WeightedTerm(NamedTuple):
    """A term of a query, its weight times its idf, and its impacts; a tuple, since a question has a hundred of them."""

    field: str
    text: str
    weight: float
    impacts: Impacts

    @property
    def max_score(self) -> float:
        return self.weight * self.impacts.max_value


class Ranker:
    """Scores the documents of a commit point.

    Args:
        segments: all of them.

    Attributes:
        doc_count: how many documents are not deleted.
    """

    def __init__(self, segments: Sequence[SegmentContext]) -> None:
        statistics = Statistics(segments)
        self._impacts = TermImpacts(segments, statistics)
        self.doc_count = statistics.doc_count
        self._max_doc = sum(segment.max_doc for segment in segments)

    def top_k(self, query: CompiledQuery, candidates: DocIds, k: int) -> tuple[DocIds, Float64s]:
        """The k best candidates, and all that score as well as the last of them.

        Args:
            query: what ranks.
            candidates: int64[n], ascending.
            k: at least one.

        Returns:
            Their numbers, ascending, and their scores.
        """
        sparse, dense = self._terms(query)
        short = [term for term in sparse if isinstance(term.impacts, Sparse)]
        sums = _sum_sparse(short, candidates, self._max_doc)
        long = [*(term for term in sparse if isinstance(term.impacts, Encoded)), *dense]
        kept, known = _prune_noncompetitive(long, candidates, sums, k)
        candidates, scores = candidates[kept], sums[kept]
        if len(short) < len(sparse):
            scores = np.zeros(len(candidates))
            _add(scores, sparse, candidates, known)
        _add(scores, dense, candidates, known)
        if len(candidates) > k:
            best = np.flatnonzero(scores >= _kth_largest(scores, k))
            candidates, scores = candidates[best], scores[best]
        return candidates, scores

    def scores(self, query: CompiledQuery, doc_ids: DocIds) -> Float64s:
        """float64[n]: the scores of some documents, ascending."""
        sparse, dense = self._terms(query)
        if any(isinstance(term.impacts, Encoded) for term in sparse):
            scores = np.zeros(len(doc_ids))
            _add(scores, sparse, doc_ids, {})
        else:
            scores = _sum_sparse(sparse, doc_ids, self._max_doc)
        _add(scores, dense, doc_ids, {})
        return scores

    def word_idfs(self, words: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each of some words of title and body; 0 if no document has it."""
        found = self._impacts.of([(_PHYSICAL["", "words"], word) for word in words])
        return {word: impacts.idf for (_field, word), impacts in found.items()}

    def explain(self, query: CompiledQuery, doc_id: int) -> tuple[TermScore, ...]:
        """Field and text of each term that a document has, and what it adds to the score."""
        here = np.array([doc_id], np.int64)
        terms = chain(*self._terms(query))
        scores = ((term.field, term.text, term.weight * float(term.impacts.of(here)[0])) for term in terms)
        return tuple(part for part in scores if part[2])

    def _terms(self, query: CompiledQuery) -> tuple[list[_WeightedTerm], list[_WeightedTerm]]:
        """The sparse and the dense terms that any document has.

        Scores are summed in this order, whatever is looked up, so the same documents always score the same.
        """
        sparse: list[_WeightedTerm] = []
        dense: list[_WeightedTerm] = []
        impacts: Impacts
        keys = [(_PHYSICAL[field, kind], text) for kind, text, _, field in query.scoring]
        found = self._impacts.of(keys)
        for key, term in zip(keys, query.scoring, strict=True):
            impacts = found[key]
            if impacts.max_value:
                (dense if impacts.is_dense else sparse).append(_WeightedTerm(*key, term.weight * impacts.idf, impacts))
        for pattern in query.scoring_patterns:
            field = scored_field(pattern)
            impacts = self._impacts.of_pattern(field, pattern)
            if impacts.max_value:
                weighted = _WeightedTerm(field, pattern_text(pattern), impacts.idf, impacts)
                (dense if impacts.is_dense else sparse).append(weighted)
        return sparse, dense


def _sum_sparse(terms: Sequence[_WeightedTerm], candidates: DocIds, max_doc: int) -> Float64s:
    """float64[n]: what the sparse terms add to each candidate together."""
    postings = sum(len(term.impacts) for term in terms)
    if postings * _POSTING_NS + max_doc >= len(candidates) * len(terms) * _LOOKUP_NS:
        scores = np.zeros(len(candidates))
        _add(scores, terms, candidates, {})
        return scores
    lists = [term.impacts for term in terms if isinstance(term.impacts, Sparse)]
    weights = np.repeat([term.weight for term in terms], [len(impacts) for impacts in lists])
    weights *= np.concatenate([impacts.values for impacts in lists])
    sums = np.bincount(np.concatenate([impacts.doc_ids for impacts in lists]), weights, max_doc)
    return np.asarray(sums, np.float64)[candidates]


def _add(scores: Float64s, terms: Sequence[_WeightedTerm], doc_ids: DocIds, known: Mapping[int, Float32s]) -> None:
    """Add what the terms add to each of the documents; ``known`` has the values of some, by the id of their impacts."""
    for term in terms:
        values = known.get(id(term.impacts))
        values = term.impacts.of(doc_ids) if values is None else values
        scores += np.multiply(values, term.weight, dtype=np.float64)


def _prune_noncompetitive(
    terms: Sequence[_WeightedTerm], candidates: DocIds, sums: Float64s, k: int
) -> tuple[Int64s, dict[int, Float32s]]:
    """The places of the candidates, which have these sums so far, that the terms may lift among the k best.

    MaxScore: prune only once the remaining bound can exclude documents, and before a list is read that is encoded.

    Returns:
        The places, and what encoded lists add to the candidates there, by the id of their impacts.
    """
    places = np.arange(len(candidates))
    scores = sums.astype(np.float32)
    known: dict[int, Float32s] = {}
    bound = sum(term.max_score for term in terms)
    prune_at = _PRUNE_AT * (bound + float(scores.max(initial=0)))
    terms = sorted(terms, key=lambda term: -term.max_score)
    costs = [_ENCODED_COST if isinstance(term.impacts, Encoded) else 1 for term in terms]
    left = sum(costs)
    for term, cost in zip(terms, costs, strict=True):
        if len(places) * left <= _FEW_LOOKUPS:
            break
        if bound <= prune_at or cost > 1:
            prune_at = min(prune_at, bound * _PRUNE_AT)
            kept = np.flatnonzero(scores >= _kth_largest(scores, k) - bound - _ROUNDING * (1 + bound))
            if len(kept) < len(places):
                places, candidates, scores = places[kept], candidates[kept], scores[kept]
                known = {key: values[kept] for key, values in known.items()}
        values = term.impacts.of(candidates)
        if cost > 1:
            known[id(term.impacts)] = values
        scores += values * np.float32(term.weight)
        bound -= term.max_score
        left -= cost
    return places, known


def _kth_largest(values: npt.NDArray[np.floating], k: int) -> float:
    """The k-th largest value; the smallest where there are fewer."""
    if len(values) <= k:
        return float(values.min(initial=0.0))
    groups = len(values) // _GROUP
    if groups > k:  # the k-th largest of the groups' maxima is a lower bound
        maxima = values[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
        values = values[values >= np.partition(maxima, groups - k)[groups - k]]
    return float(np.partition(values, len(values) - k)[len(values) - k])
