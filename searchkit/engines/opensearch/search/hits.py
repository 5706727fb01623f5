"""What a search of OpenSearch answers: hits, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.search.match.dsl import Clause

PAGE = 10_000
"""Hits of one request at most."""

BY_PATH = [{schema.PATH: "asc"}]

_VALUES = (schema.PATH, schema.DUPLICATE, schema.TEXT_HASH, schema.CONTENT.n_units, schema.TITLE.n_units)


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found.

    Attributes:
        id: OpenSearch's name for it.
        path: as the index keeps it.
        score: how well it matches; 0.0 where nothing ranks.
        text_hash: that of its folded text.
        has_duplicate: whether another document has the same text.
        has_body: whether it has more text than its title.
        names: the named clauses that it matches.
        source: its stored fields, if they were asked for.
        sort: by what it was sorted, to go on behind it.
    """

    id: str
    path: str
    score: float
    text_hash: int
    has_duplicate: bool
    has_body: bool
    names: frozenset[str]
    source: Mapping[str, str]
    sort: tuple[Any, ...]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Hit:
        """From the JSON of a hit."""
        values = found["fields"]
        return cls(
            id=found["_id"],
            path=values[schema.PATH][0],
            score=found["_score"] or 0.0,
            text_hash=values[schema.TEXT_HASH][0],
            has_duplicate=schema.DUPLICATE in values,
            has_body=values[schema.CONTENT.n_units][0] > values[schema.TITLE.n_units][0],
            names=frozenset(found.get("matched_queries", ())),
            source=found.get("_source", {}),
            sort=tuple(found.get("sort", ())),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits of a search, and how many there are in all."""

    total: int
    hits: tuple[Hit, ...]

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Found:
        """From the JSON of an answer."""
        found = answer["hits"]
        total = found.get("total", {}).get("value", 0)
        return cls(total, tuple(map(Hit.of, found["hits"])))


def request(
    query: Clause, sort: list[Any], size: int, source: tuple[str, ...] = (), scored: bool = False
) -> dict[str, Any]:
    """The body of a search for hits."""
    return {
        "query": query,
        "sort": sort,
        "size": size,
        "_source": list(source) or False,
        "docvalue_fields": list(_VALUES),
        "track_total_hits": True,
        "track_scores": scored,
    }


def pages(client: Client, index: str, body: Mapping[str, Any], size: int = PAGE) -> Iterator[tuple[Hit, ...]]:
    """All hits of a search, in pages; its order must be that of distinct values, as by path."""
    after: dict[str, Any] = {}
    while True:
        found = Found.of(client.search(index, {**body, **after, "size": size, "track_total_hits": False}))
        if found.hits:
            yield found.hits
        if len(found.hits) < size:
            return
        after = {"search_after": list(found.hits[-1].sort)}
