"""The options of a search as what an engine is asked for."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

from searchkit.engines.protocol import FACETS
from searchkit.errors import QueryError
from searchkit.language import fold
from searchkit.messages import _
from searchkit.query.ast import And, DateRange, Every, FieldValue, Or, Query
from searchkit.query.times.durations import duration
from searchkit.query.times.periods import earliest, latest

_SORT_ORDERS = ("relevance", "newest", "oldest")


def check_page(limit: int | None, offset: int, sort: str, snippet_chars: int) -> None:
    if (limit or 0) < 0 or offset < 0 or snippet_chars < 0:
        raise QueryError(_("limit, offset and snippet_chars must not be negative"))
    if sort not in _SORT_ORDERS:
        raise QueryError(
            _("there is no order {sort!r}", sort=sort),
            _("use one of {names}", names=", ".join(_SORT_ORDERS)),
        )


def half_life(recency: str | dt.timedelta | None) -> tuple[int, int] | None:
    """Now and the half-life, both in microseconds."""
    if recency is None:
        return None
    age = duration(recency) if isinstance(recency, str) else recency
    if age <= dt.timedelta():
        raise QueryError(_("recency is not positive"), _("use a duration such as 90d"))
    return time.time_ns() // 1000, age // dt.timedelta(microseconds=1)


def known_facets(facets: str | Sequence[str]) -> tuple[str, ...]:
    """The facets to count. Raises QueryError if there is no such one."""
    names = (facets,) if isinstance(facets, str) else tuple(facets)
    for name in names:
        if name not in FACETS:
            raise QueryError(
                _("there is no facet {name!r}", name=name), _("use some of {names}", names=", ".join(FACETS))
            )
    return names


def _folded(names: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(name) for name in ([names] if isinstance(names, str) else names))


def filter_tree(
    since: str | dt.date | None, until: str | dt.date | None, source: str | Sequence[str], tag: str | Sequence[str]
) -> Query:
    """A tree that posts between two dates, of any of the sources and with all of the tags match."""
    parts: list[Query] = []
    if since is not None or until is not None:
        today = dt.date.today()
        first = None if since is None else earliest(since, today)
        parts.append(DateRange(first, None if until is None else latest(until, today)))
    sources = _folded(source)
    if sources:
        parts.append(Or(*(FieldValue("source", name) for name in sources)))
    parts += [FieldValue("tag", name) for name in _folded(tag)]
    return And(*parts) if parts else Every()
