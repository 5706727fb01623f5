"""The k best documents of a query: the sum of BM25 over its terms, without scoring every document by every term.

Sparse terms tell most, and are added up first, all in one go. Then come the dense ones, the largest bound first; once
the remaining bounds cannot lift a document among the k best, it is dropped: MaxScore (Turtle and Flood, Query
Evaluation: Strategies and Optimizations, 1995), a term at a time on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import DocIds, Float32s, Float64s, Int64s
from searchkit.engines.scoring.bm25 import idf, tf_norm
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.search.match.lower import scored_field, text_fields
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.engines.whoosh.search.rank.impacts import DENSE_ONE_IN, Dense, Impacts, Scratch, Sparse
from searchkit.engines.whoosh.search.rank.statistics import Statistics
from searchkit.engines.words.patterns import pattern_text
from searchkit.query.ast import TEXT_FIELDS
from searchkit.query.compiled import CompiledQuery, ExpandedLeaf, TermKind

if TYPE_CHECKING:
    from searchkit.explanation import TermScore

_CACHE_BYTES = 160 << 20
"""Impacts that are kept for the next queries."""

_ROUNDING = 1e-4
"""More than sums can differ by, whatever the order in which their terms were added."""

_FEW_LOOKUPS = 1 << 15  # a document and a term each: with fewer, pruning costs more than it saves
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
        self._segments = segments
        self._statistics = Statistics(segments)
        self._impacts: ByteCache[tuple[str, str | ExpandedLeaf], Impacts] = ByteCache(_CACHE_BYTES, _nbytes)
        self.doc_count = self._statistics.doc_count
        self._max_doc = sum(segment.max_doc for segment in segments)
        self._scratch = Scratch(self._max_doc)

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
        scores = _sum_sparse(sparse, candidates, self._max_doc)
        kept = _prune_noncompetitive(dense, candidates, scores, k)
        candidates, scores = candidates[kept], scores[kept]
        _add(scores, dense, candidates)
        if len(candidates) > k:
            best = np.flatnonzero(scores >= _kth_largest(scores, k))
            candidates, scores = candidates[best], scores[best]
        return candidates, scores

    def scores(self, query: CompiledQuery, doc_ids: DocIds) -> Float64s:
        """float64[n]: the scores of some documents, ascending."""
        sparse, dense = self._terms(query)
        scores = _sum_sparse(sparse, doc_ids, self._max_doc)
        _add(scores, dense, doc_ids)
        return scores

    def word_idf(self, word: str) -> float:
        """The inverse document frequency of a word of title and body; 0 if no document has it."""
        return self._term_impacts(_PHYSICAL["", "words"], word).idf

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

        peek = self._impacts.peek
        for kind, text, weight, logical_field in query.scoring:
            field = _PHYSICAL[logical_field, kind]
            impacts = peek((field, text))
            if impacts is None:
                impacts = self._term_impacts(field, text)
            if impacts.max_value:
                terms = sparse if isinstance(impacts, Sparse) else dense
                terms.append(_WeightedTerm(field, text, weight * impacts.idf, impacts))
        for pattern in query.scoring_patterns:
            field = scored_field(pattern)
            impacts = self._pattern_impacts(field, pattern)
            if impacts.max_value:
                terms = sparse if isinstance(impacts, Sparse) else dense
                terms.append(_WeightedTerm(field, pattern_text(pattern), impacts.idf, impacts))
        return sparse, dense

    def _term_impacts(self, field: str, term: str) -> Impacts:
        def compute() -> Impacts:
            postings = [segment.reader.decode_postings(field, term) for segment in self._segments]
            return self._compute_impacts(field, [(part.doc_ids, part.freqs) for part in postings])

        return self._impacts.get((field, term), compute)

    def _pattern_impacts(self, field: str, pattern: ExpandedLeaf) -> Impacts:
        """What all terms together add that a pattern stands for, as if they were one."""

        def compute() -> Impacts:
            expansions = [segment.expander.expansion(pattern, field) for segment in self._segments]
            return self._compute_impacts(field, [(part.doc_ids, part.freqs) for part in expansions])

        return self._impacts.get((field, pattern), compute)

    def _compute_impacts(self, field: str, postings: Sequence[tuple[DocIds, Int64s]]) -> Impacts:
        """From the documents and frequencies in each segment."""
        parts: list[DocIds] = []
        values: list[Float32s] = []
        doc_freq = 0
        norms = self._statistics.norms(field)
        for segment, (doc_ids, freqs) in zip(self._segments, postings, strict=True):
            reader = segment.reader
            parts.append(doc_ids + segment.doc_base if segment.doc_base else doc_ids)
            values.append(tf_norm(freqs.astype(np.float32), norms[parts[-1]]))
            doc_freq += int(np.count_nonzero(reader.live[doc_ids])) if reader.info.deleted else len(doc_ids)
        doc_count = self._statistics.doc_count
        kind = Dense if doc_freq * DENSE_ONE_IN >= doc_count else Sparse
        weight = idf(doc_count, doc_freq) if doc_freq else 0.0
        return kind.of_list(as_one(parts, np.int64), as_one(values, np.float32), weight, self._scratch)


def _nbytes(impacts: Impacts) -> int:
    return impacts.nbytes


def _sum_sparse(terms: Sequence[_WeightedTerm], candidates: DocIds, max_doc: int) -> Float64s:
    """float64[n]: what the sparse terms add to each candidate together."""
    postings = sum(len(term.impacts) for term in terms)
    if postings * _POSTING_NS + max_doc >= len(candidates) * len(terms) * _LOOKUP_NS:
        scores = np.zeros(len(candidates))
        _add(scores, terms, candidates)
        return scores
    lists = [term.impacts for term in terms if isinstance(term.impacts, Sparse)]
    weights = np.repeat([term.weight for term in terms], [len(impacts) for impacts in lists])
    weights *= np.concatenate([impacts.values for impacts in lists])
    sums = np.bincount(np.concatenate([impacts.doc_ids for impacts in lists]), weights, max_doc)
    return np.asarray(sums, np.float64)[candidates]


def _add(scores: Float64s, terms: Sequence[_WeightedTerm], doc_ids: DocIds) -> None:
    """Add what the terms add to each of the documents."""
    for term in terms:
        scores += np.multiply(term.impacts.of(doc_ids), term.weight, dtype=np.float64)


def _prune_noncompetitive(terms: Sequence[_WeightedTerm], candidates: DocIds, sums: Float64s, k: int) -> Int64s:
    """The places of the candidates, which have these sums so far, that the terms may lift among the k best.

    MaxScore: prune only once the remaining bound can exclude documents.
    """
    places = np.arange(len(candidates))
    scores = sums.astype(np.float32)
    bound = sum(term.max_score for term in terms)
    prune_at = _PRUNE_AT * (bound + float(scores.max(initial=0)))
    for number, term in enumerate(sorted(terms, key=lambda term: -term.max_score)):
        if len(places) * (len(terms) - number) <= _FEW_LOOKUPS:
            break
        if bound <= prune_at:
            prune_at = bound * _PRUNE_AT
            kept = np.flatnonzero(scores >= _kth_largest(scores, k) - bound - _ROUNDING * (1 + bound))
            places, candidates, scores = places[kept], candidates[kept], scores[kept]
        values = term.impacts.of(candidates)
        values *= np.float32(term.weight)
        scores += values
        bound -= term.max_score
    return places


def _kth_largest(values: npt.NDArray[np.floating], k: int) -> float:
    """The k-th largest value; the smallest where there are fewer."""
    if len(values) <= k:
        return float(values.min(initial=0.0))
    groups = len(values) // _GROUP
    if groups > k:  # the k-th largest of the groups' maxima is a lower bound
        maxima = values[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
        values = values[values >= np.partition(maxima, groups - k)[groups - k]]
    return float(np.partition(values, len(values) - k)[len(values) - k])
