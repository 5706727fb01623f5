"""One page of matches: its hits scored again for the distances of words, and what is stored of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from searchkit.engines.opensearch.analysis.terms import document_terms
from searchkit.engines.opensearch.search.documents import HEAD, WHOLE, Documents
from searchkit.engines.opensearch.search.hits import Hit
from searchkit.engines.opensearch.search.match.asked import missing
from searchkit.engines.opensearch.search.rank.explaining import Explaining
from searchkit.engines.opensearch.search.rank.proximity import Proximity
from searchkit.engines.opensearch.search.rank.scoring import Scoring, freshness_of
from searchkit.engines.protocol import Match, Request
from searchkit.engines.scoring.proximity import RERANKED, NearWord
from searchkit.explanation import TermScore
from searchkit.language.lexicon import Lexicon
from searchkit.model import Document
from searchkit.query.compiled import CompiledQuery

Tier = tuple[Hit, ...]
"""Hits in their order."""


class Pages:
    """Makes pages of hits.

    Args:
        documents: of the generation.
        scoring: its scores.
        proximity: scores distances.
        explaining: says what scores are made of.
        lexicon: with which the documents were cut into words.
    """

    def __init__(
        self, documents: Documents, scoring: Scoring, proximity: Proximity, explaining: Explaining, lexicon: Lexicon
    ) -> None:
        self._documents = documents
        self._scoring = scoring
        self._proximity = proximity
        self._explaining = explaining
        self._lexicon = lexicon

    def page(
        self, query: CompiledQuery, request: Request, tiers: Sequence[Tier], first: int, end: int, names_missing: bool
    ) -> list[Match]:
        """The matches from one number to another, excluded, of some tiers, one after the other.

        Args:
            query: what ranks.
            request: what is wanted of each match.
            tiers: of each the first ``end`` hits at least, or all.
            first: number of the first match.
            end: number behind the last one.
            names_missing: whether each says which optional clauses it lacks.
        """
        read: dict[str, Document] = {}
        near: dict[str, float] = {}
        words = self._proximity.words(query.content_words) if request.sort == "relevance" else []
        ordered: list[Hit] = []
        for tier in tiers:
            start = len(ordered)
            if words and start < end and first < start + len(tier[:RERANKED]):
                closest = tier[:RERANKED]
                read |= self._documents.read([hit.id for hit in closest], WHOLE)
                near |= self._nearness(words, [(hit, read[hit.id]) for hit in closest], request)
                rescored = (replace(hit, score=hit.score + near[hit.id]) for hit in closest)
                ordered += sorted(rescored, key=lambda hit: (-hit.score, hit.path))
                ordered += tier[RERANKED:]
            else:
                ordered += tier
        shown = ordered[first:end]
        fields = WHOLE if request.bodies or request.explain else HEAD
        read |= self._documents.read([hit.id for hit in shown if hit.id not in read], fields)
        terms = self._scoring.terms(query) if request.explain else []
        found = []
        for hit, document in zip(shown, self._documents.with_paths(shown, read), strict=True):
            lacking = missing(query.optional, hit.names) if names_missing else ()
            if not request.explain:
                kept = document if request.bodies else replace(document, body="")
                found.append(Match(kept, hit.score, lacking))
                continue
            factor = freshness_of(document, request)
            parts = self._explaining.parts(terms, document_terms([document], self._lexicon)[0])
            parts += _proximity_part(words, near.get(hit.id, 0.0) / factor)
            found.append(Match(document, hit.score, lacking, parts, factor))
        return found

    def _nearness(
        self, words: Sequence[NearWord], closest: Sequence[tuple[Hit, Document]], request: Request
    ) -> dict[str, float]:
        """What each hit scores for the distances of the words, by its id."""
        scores = self._proximity.scores(words, document_terms([each for _, each in closest], self._lexicon))
        return {
            hit.id: score * freshness_of(document, request)
            for (hit, document), score in zip(closest, scores, strict=True)
        }


def _proximity_part(words: Sequence[NearWord], score: float) -> tuple[TermScore, ...]:
    return (("proximity", " ".join(word.text for word in words), score),) if score else ()
