"""How many of the matching posts have which source, year, month or tag?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.search.groups import KeyCounts, count_groups
from searchkit.engines.opensearch.search.hits import BY_PATH
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.values import as_written
from searchkit.model import MAX_FACET_VALUES, FacetCounts

_AT_ONCE = 200


class Facets:
    """Counts values of documents of one generation.

    Args:
        client: of the cluster.
        point: the generation.
    """

    def __init__(self, client: Client, point: CommitPoint) -> None:
        self._client = client
        self._index = point.index
        self._written: dict[tuple[str, str], str] = {}

    def counts(self, facet: str, matching: Clause) -> FacetCounts:
        """The values of a facet among the documents that match, and how many have each; periods latest first."""
        if facet in ("year", "month"):
            rows = ((values[0], count) for values, count in self.groups([facet], matching) if values[0])
            return tuple(sorted(rows, reverse=True))
        found = sorted(self.values(facet, matching).items(), key=lambda row: (-row[1], row[0]))[:MAX_FACET_VALUES]
        written = self.written(facet, [value for value, _ in found])
        return tuple((written[value], count) for value, count in found)

    def values(self, field: str, matching: Clause = dsl.EVERYTHING) -> dict[str, int]:
        """How many documents that match have each folded value of a field."""
        return {values[0]: count for values, count in self.groups([field], matching) if values[0]}

    def groups(self, keys: Sequence[str], matching: Clause) -> list[KeyCounts]:
        """How many documents that match have which folded values of some keys."""
        return list(count_groups(self._client, self._index, keys, matching))

    def written(self, field: str, values: Iterable[str]) -> dict[str, str]:
        """Folded values as the first document by path writes each."""
        wanted = list(dict.fromkeys(values))
        asked = [value for value in wanted if (field, value) not in self._written]
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            bodies = [_first_with(field, value) for value in some]
            answers = self._client.msearch(self._index, bodies)
            for value, answer in zip(some, answers, strict=True):
                first = [read_document(hit["_source"]) for hit in answer["hits"]["hits"]]
                self._written[field, value] = as_written(first[0], field, value) if first else value
        return {value: self._written[field, value] for value in wanted}


def _first_with(field: str, value: str) -> dict[str, Any]:
    query = dsl.term(field, schema.keyword(value))
    return {"query": query, "size": 1, "sort": BY_PATH, "_source": [schema.HEAD], "track_total_hits": False}
