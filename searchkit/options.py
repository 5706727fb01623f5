"""The options of a search as an engine takes them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

from searchkit.engines.protocol import FACETS
from searchkit.errors import QueryError
from searchkit.language import fold
from searchkit.query.ast import And, DateRange, Every, FieldValue, Or, Query
from searchkit.query.times.durations import duration
from searchkit.query.times.periods import earliest, latest


def half_life(recency: str | dt.timedelta | None) -> tuple[int, int] | None:
    """Now and the half-life, both in microseconds.

    Raises:
        QueryError: it is no duration.
    """
    if recency is None:
        return None
    age = duration(recency) if isinstance(recency, str) else recency
    if age <= dt.timedelta():
        raise QueryError("recency is not positive", "use a duration such as 90d")
    return time.time_ns() // 1000, age // dt.timedelta(microseconds=1)


def known_facets(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of facets.

    Raises:
        QueryError: one of them is not.
    """
    for name in names:
        if name not in FACETS:
            raise QueryError(f"there is no facet {name!r}", f"use some of {', '.join(FACETS)}")
    return names


def folded(names: str | Sequence[str]) -> tuple[str, ...]:
    """One name or several, as the index has them."""
    return tuple(fold(name) for name in ([names] if isinstance(names, str) else names))


def filter_tree(
    since: str | dt.date | None, until: str | dt.date | None, sources: tuple[str, ...], tags: tuple[str, ...]
) -> Query:
    """A tree that posts between two dates, of any of the sources and with all of the tags match."""
    parts: list[Query] = []
    if since is not None or until is not None:
        today = dt.date.today()
        first = None if since is None else earliest(since, today)
        parts.append(DateRange(first, None if until is None else latest(until, today)))
    if sources:
        parts.append(Or(*(FieldValue("source", source) for source in sources)))
    parts += [FieldValue("tag", tag) for tag in tags]
    return And(*parts) if parts else Every()
