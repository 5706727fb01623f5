"""In which order do matches come? The first k by score, by score and age, or by date; equal ones by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from searchkit.engines.arrays import DocIds, Float64s, Int64s
from searchkit.engines.dates import NO_DATE
from searchkit.engines.protocol import Request
from searchkit.engines.scoring.proximity import RERANKED
from searchkit.engines.scoring.recency import freshness
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.rank.proximity import Proximity
from searchkit.engines.whoosh.search.rank.topk import Ranker
from searchkit.query.compiled import CompiledQuery

if TYPE_CHECKING:
    from searchkit.explanation import TermScore


class Sorter:
    """Sorts candidates."""

    def __init__(self, docs: DocStore, ranker: Ranker, proximity: Proximity) -> None:
        self._docs = docs
        self._ranker = ranker
        self._proximity = proximity

    def first(self, query: CompiledQuery, candidates: DocIds, request: Request, k: int) -> list[tuple[int, float]]:
        """The first k candidates in the requested order, with their scores.

        Of the order by relevance, proximity counts for the first ``RERANKED`` candidates, whatever k is, so that a page
        continues the one before. They score no less than those behind them, since proximity only adds.
        """
        if k <= 0 or not len(candidates):
            return []
        if request.sort != "relevance":
            doc_ids = self._by_date(candidates, request.sort == "newest", k)
            scores = self._ranker.scores(query, np.sort(doc_ids))[np.argsort(np.argsort(doc_ids))]
        else:
            doc_ids, scores = self._by_relevance(query, candidates, request.recency, k)
        return list(zip(doc_ids[:k].tolist(), scores[:k].tolist(), strict=True))

    def explain(self, query: CompiledQuery, doc_id: int, score: float, freshness: float) -> tuple[TermScore, ...]:
        """What a document's score is made of: its terms, and its proximity if that counts."""
        parts = self._ranker.explain(query, doc_id)
        words = self._proximity.rarest(query.content_words)
        near = float(self._proximity.scores(words, np.array([doc_id]))[0])
        terms = sum(part[2] for part in parts)
        if abs(score - (terms + near) * freshness) < abs(score - terms * freshness):
            return (*parts, ("proximity", " ".join(word.text for word in words), near))
        return parts

    def _by_relevance(
        self, query: CompiledQuery, candidates: DocIds, recency: tuple[int, int] | None, k: int
    ) -> tuple[Int64s, Float64s]:
        if len(query.content_words) > 1:
            k = max(k, RERANKED)
        if recency is None:
            doc_ids, scores = self._by_score(*self._ranker.top_k(query, candidates, k))
        else:
            scores = self._ranker.scores(query, candidates) * self.freshness(candidates, recency)
            doc_ids, scores = self._by_score(candidates, scores)
        words = self._proximity.rarest(query.content_words)  # ranking has read how rare they are
        if not words:
            return doc_ids, scores
        first = doc_ids[:RERANKED]
        order = np.argsort(first)
        near = np.zeros(len(first))
        near[order] = self._proximity.scores(words, first[order])
        if recency is not None:
            near *= self.freshness(first, recency)
        first, first_scores = self._by_score(first, scores[:RERANKED] + near)
        return np.append(first, doc_ids[RERANKED:]), np.append(first_scores, scores[RERANKED:])

    def freshness(self, doc_ids: DocIds, recency: tuple[int, int]) -> Float64s:
        """float64[n]: the factor that each document's age leaves of its score; half after a half-life."""
        return freshness(self._docs.dates[doc_ids], recency)

    def _by_score(self, doc_ids: DocIds, scores: Float64s) -> tuple[Int64s, Float64s]:
        order = np.argsort(-scores, kind="stable")
        if (np.diff(scores[order]) == 0).any():
            order = np.lexsort((self._docs.path_ranks(doc_ids), -scores))
        return doc_ids[order], scores[order]

    def _by_date(self, doc_ids: DocIds, newest: bool, k: int) -> Int64s:
        """The first k by date; those without one last."""
        dates = self._docs.dates[doc_ids]
        keys = np.where(dates == NO_DATE, np.iinfo(np.int64).max, -dates if newest else dates)
        if len(keys) > k:
            first = keys <= np.partition(keys, k - 1)[k - 1]
            doc_ids, keys = doc_ids[first], keys[first]
        ordered: Int64s = doc_ids[np.lexsort((self._docs.path_ranks(doc_ids), keys))]
        return ordered
