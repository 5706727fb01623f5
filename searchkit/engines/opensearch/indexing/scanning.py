"""All documents of a generation that match, in the order of their paths, and what they are together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.schema import ADDED, DUPLICATE, LENGTH_FIELDS, MIXED, PATH

PAGE = 500
"""Documents with their texts in one answer."""

_VALUES_PAGE = 10_000


def scan(
    client: Client,
    index: str,
    query: Mapping[str, Any],
    source: Sequence[str] = (),
    docvalues: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:
    """The hits of a query, by path; ``sort`` of each is its path.

    Args:
        client: asks.
        index: a generation that is not written to meanwhile.
        query: which documents.
        source: stored fields that are wanted.
        docvalues: other fields that are wanted.
    """
    body: dict[str, Any] = {
        "query": query,
        "size": PAGE if source else _VALUES_PAGE,
        "sort": [{PATH: "asc"}],
        "_source": list(source) or False,
        "docvalue_fields": list(docvalues),
        "track_total_hits": False,
    }
    while hits := client.search(index, body)["hits"]["hits"]:
        yield from hits
        if len(hits) < body["size"]:
            return
        body["search_after"] = hits[-1]["sort"]


@dataclass(frozen=True, slots=True)
class Measures:
    """What the documents of a generation are together; the attributes are those of ``CommitPoint``."""

    documents: int
    totals: Mapping[str, int]
    duplicates: int
    mixed: int
    newest_added: int | None


def measure(client: Client, index: str, node: str = "") -> Measures:
    """Count the documents of a generation, of all its shards.

    Args:
        client: asks.
        index: the generation.
        node: the id of one whose copies count, where it has any; else any copy does.

    Raises:
        IndexFailure: a shard does not answer.
    """
    body = {
        "size": 1,
        "_source": False,
        "track_total_hits": True,
        "sort": [{ADDED: {"order": "desc", "missing": "_last"}}],
        "docvalue_fields": [ADDED],
        "aggs": {
            **{name: {"sum": {"field": name}} for name in LENGTH_FIELDS},
            "duplicates": {"filter": {"exists": {"field": DUPLICATE}}},
            "mixed": {"filter": {"term": {DUPLICATE: MIXED}}},
        },
    }
    answer = client.search(index, body, preference=f"_prefer_nodes:{node}" if node else "")
    found, hits = answer["aggregations"], answer["hits"]["hits"]
    newest = hits[0].get("fields", {}).get(ADDED) if hits else None
    return Measures(
        documents=answer["hits"]["total"]["value"],
        totals={name: int(found[name]["value"]) for name in LENGTH_FIELDS},
        duplicates=found["duplicates"]["doc_count"],
        mixed=found["mixed"]["doc_count"],
        newest_added=newest[0] if newest else None,
    )
