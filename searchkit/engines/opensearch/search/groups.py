"""How many of the matching posts have which source, tag and period: pages of one aggregation, exact on any shards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.search.match.dsl import Clause

KeyCounts = tuple[tuple[str, ...], int]
"""Values of the keys, and how many documents have them."""

_PAGE = 5_000
"""Groups of one request."""


def count_groups(client: Client, index: str, keys: Sequence[str], matching: Clause) -> Iterator[KeyCounts]:
    """The groups of the documents that match, by folded values; a document without a value is under an empty text.

    Args:
        client: of the cluster.
        index: the generation.
        keys: some of ``searchkit.engines.protocol.KEYS``, at least one.
        matching: which documents.
    """
    sources = [{str(number): _source(key)} for number, key in enumerate(keys)]
    composite: dict[str, Any] = {"size": _PAGE, "sources": sources}
    while True:
        body = {"size": 0, "query": matching, "track_total_hits": False, "aggs": {"groups": {"composite": composite}}}
        answer = client.search(index, body)["aggregations"]["groups"]
        for bucket in answer["buckets"]:
            found = bucket["key"]
            values = tuple(_text(key, found[str(number)]) for number, key in enumerate(keys))
            yield values, bucket["doc_count"]
        if len(answer["buckets"]) < _PAGE:
            return
        composite = {**composite, "after": answer["after_key"]}


def _source(key: str) -> dict[str, Any]:
    if key in _PERIODS:
        histogram = {"field": schema.CLOCK_DAY, "calendar_interval": key, "missing_bucket": True}
        return {"date_histogram": histogram}
    return {"terms": {"field": key, "missing_bucket": True}}


def _text(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key in _PERIODS:
        return _PERIODS[key](_EPOCH + dt.timedelta(milliseconds=value))
    return schema.unescaped(value)


def _week(day: dt.datetime) -> str:
    """``2021-W45``: a week is one of the year that its Thursday lies in."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


_EPOCH = dt.datetime(1970, 1, 1)
_PERIODS: dict[str, Callable[[dt.datetime], str]] = {
    "year": lambda day: f"{day.year:04}",
    "month": lambda day: f"{day.year:04}-{day.month:02}",
    "week": _week,
    "day": lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
}
"""How each period is written that begins with a day."""
