"""In which order do documents come? By score, by score and age, or by date; equal ones by path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit import CommitPoint
from searchkit.engines.opensearch.search.dsl import Clause
from searchkit.engines.opensearch.search.hits import PAGE, Found, pages, request
from searchkit.engines.opensearch.search.scoring import Scoring, WeightedTerm
from searchkit.engines.protocol import Request
from searchkit.model import SortOrder
from searchkit.query.compiled import CompiledQuery

_SORTS: dict[SortOrder, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, {schema.PATH: "asc"}],
    "newest": [{schema.DATE: {"order": "desc", "missing": "_last"}}, {schema.PATH: "asc"}],
    "oldest": [{schema.DATE: {"order": "asc", "missing": "_last"}}, {schema.PATH: "asc"}],
}


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

    def first(self, wanted: Sequence[Wanted], asked: Request) -> list[Found]:
        """The first documents of each in the requested order, from one request unless many are wanted."""
        terms = {id(each.query): self._scoring.terms(each.query) for each in wanted}
        bodies = [self._body(each, terms[id(each.query)], asked) for each in wanted]
        found = [Found.of(answer) for answer in self._client.msearch(self._index, bodies)]
        return [self._completed(*each) for each in zip(found, bodies, wanted, strict=True)]

    def _body(self, wanted: Wanted, terms: Sequence[WeightedTerm], asked: Request) -> dict[str, Any]:
        recency = asked.recency if asked.sort == "relevance" else None
        scored = self._scoring.scored(wanted.matching, terms, recency)
        return request(scored, _SORTS[asked.sort], min(wanted.k, PAGE), scored=True)

    def _completed(self, found: Found, body: dict[str, Any], wanted: Wanted) -> Found:
        """What was found with those behind that one request does not give."""
        hits = list(found.hits)
        if wanted.k > len(hits) == PAGE < found.total:
            for page in pages(self._client, self._index, {**body, "search_after": list(hits[-1].sort)}):
                hits += page
                if len(hits) >= wanted.k:
                    break
        return Found(found.total, tuple(hits[: wanted.k]))
