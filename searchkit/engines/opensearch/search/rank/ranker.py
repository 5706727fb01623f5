"""In which order do documents come? By score, by score and age, or by date; equal ones by path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.client.failures import TooManyClauses
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.search.hits import PAGE, Found, pages, request
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.opensearch.search.rank.scoring import Scoring, WeightedTerm, counting
from searchkit.engines.protocol import Request
from searchkit.messages import _
from searchkit.model import SortOrder
from searchkit.query.compiled import CompiledQuery

_SORTS: dict[SortOrder, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, {schema.PATH: "asc"}],
    "newest": [{schema.DATE: {"order": "desc", "missing": "_last"}}, {schema.PATH: "asc"}],
    "oldest": [{schema.DATE: {"order": "asc", "missing": "_last"}}, {schema.PATH: "asc"}],
}


LARGE = 1_000_000
"""Documents with one word of a question: above, only the best by its heaviest terms are scored by all."""

FIRST_TERMS = 12
"""The heaviest terms of such a question."""

WINDOW = 1_000
"""Documents of each shard that are scored by all terms."""

CAPPED_TERMS, CAPPED_WORDS = 256, 64
"""Terms, and words of each pattern, that rank where a cluster takes no more; its usual limit is 1,024 clauses."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was found.

    Attributes:
        found: of each that was wanted.
        notes: how it was ranked, where that is not as ever.
    """

    found: tuple[Found, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Documents that match a clause, of which the first are wanted.

    Attributes:
        matching: which match.
        query: what ranks them.
        k: how many.
    """

    matching: Clause
    query: CompiledQuery
    k: int


class Ranker:
    """Ranks the documents of one generation.

    Args:
        client: of the cluster.
        point: the generation.
        scoring: its scores.
    """

    def __init__(self, client: Client, point: CommitPoint, scoring: Scoring) -> None:
        self._client = client
        self._index = point.index
        self._scoring = scoring

    def first(self, wanted: Sequence[Wanted], asked: Request) -> Ranked:
        """The first documents of each in the requested order, from one request unless many are wanted."""
        terms = {id(each.query): self._scoring.terms(each.query) for each in wanted}
        notes: tuple[str, ...] = ()
        bodies = [self._body(each, terms[id(each.query)], asked) for each in wanted]
        try:
            answers = self._client.msearch(self._index, bodies)
        except TooManyClauses:
            bodies = [self._body(each, fewer(terms[id(each.query)]), asked) for each in wanted]
            answers = self._client.msearch(self._index, bodies)
            note = _("the cluster allows few clauses a query: only its {count} rarest terms rank", count=CAPPED_TERMS)
            notes = (note,)
        found = map(Found.of, answers)
        return Ranked(tuple(self._completed(*each) for each in zip(found, bodies, wanted, strict=True)), notes)

    def _body(self, wanted: Wanted, terms: Sequence[WeightedTerm], asked: Request) -> dict[str, Any]:
        k = min(wanted.k, PAGE)
        if asked.sort == "relevance" and asked.recency is None and k <= WINDOW and is_large(wanted.query, terms):
            return self._rescored(wanted.matching, terms, k)
        recency = asked.recency if asked.sort == "relevance" else None
        return request(self._scoring.scored(wanted.matching, terms, recency), _SORTS[asked.sort], k, scored=True)

    def _rescored(self, matching: Clause, terms: Sequence[WeightedTerm], k: int) -> dict[str, Any]:
        """The first documents by the heaviest terms, of which the best of each shard are scored by the others, too."""
        ordered = sorted(terms, key=lambda term: -term.weight)
        first, others = ordered[:FIRST_TERMS], ordered[FIRST_TERMS:]
        body = request(self._scoring.scored(matching, first, None), [{"_score": "desc"}], k)
        rescored = {"rescore_query": self._scoring.scored(dsl.EVERYTHING, others, None), "score_mode": "total"}
        return {**body, "rescore": {"window_size": WINDOW, "query": rescored}}

    def _completed(self, found: Found, body: dict[str, Any], wanted: Wanted) -> Found:
        """What was found with those behind that one request does not give."""
        hits = list(found.hits)
        if "rescore" in body:
            hits.sort(key=lambda hit: (-hit.score, hit.path))
        if wanted.k > len(hits) == PAGE < found.total:
            for page in pages(self._client, self._index, {**body, "search_after": list(hits[-1].sort)}):
                hits += page
                if len(hits) >= wanted.k:
                    break
        return Found(found.total, tuple(hits[: wanted.k]))


def is_large(query: CompiledQuery, terms: Sequence[WeightedTerm]) -> bool:
    """Whether any word of a query is enough, so that very many documents match."""
    if not query.match_any or len(terms) <= FIRST_TERMS:
        return False
    return max((term.doc_freq for term in terms if term.field.kind == "words"), default=0) > LARGE


def fewer(terms: Sequence[WeightedTerm]) -> list[WeightedTerm]:
    """The heaviest terms, and patterns with fewer words, so that a cluster with the usual limit takes them."""
    heaviest = sorted((term for term in terms if term.pattern is None), key=lambda term: -term.weight)[:CAPPED_TERMS]
    kept = set(map(id, heaviest))
    return [
        term if term.pattern is None else replace(term, occurs=counting(term.occurs, CAPPED_WORDS))
        for term in terms
        if term.pattern is not None or id(term) in kept
    ]
