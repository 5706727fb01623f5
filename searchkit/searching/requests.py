"""The options of a search as what an engine is asked for."""

from __future__ import annotations

import datetime as dt
import operator
import time
from collections.abc import Sequence

from searchkit.arguments import checked_text, checked_texts
from searchkit.engines.protocol import FACETS
from searchkit.errors import QueryError
from searchkit.language import fold
from searchkit.messages import _
from searchkit.model import SortOrder
from searchkit.query.ast import And, DateRange, Every, FieldValue, Or, Query
from searchkit.query.times.durations import duration
from searchkit.query.times.periods import earliest, latest

_SORT_ORDERS = ("relevance", "newest", "oldest")


_ALL = 1 << 40
"""More hits than there can be."""


def whole(name: str, number: int) -> int:
    """A number of things, at most ``_ALL``. Raises QueryError if it is none."""
    try:
        count = operator.index(number)  # numpy's integers, too
    except TypeError:
        count = -1
    if count < 0:
        raise QueryError(_("{name} must be a whole number, 0 or more, not {value!r}", name=name, value=number))
    return min(count, _ALL)


def page_size(limit: int | None) -> int | None:
    """How many at most; None for all. Raises QueryError if it is no number of them."""
    return None if limit is None else whole("limit", limit)


def positive(name: str, number: int) -> int:
    """A number of things, at least one. Raises QueryError if it is none."""
    if not whole(name, number):
        raise QueryError(_("{name} must be a whole number, 1 or more, not {value!r}", name=name, value=number))
    return whole(name, number)


def known_order(sort: SortOrder) -> SortOrder:
    """The order of the hits. Raises QueryError if there is none of this name."""
    if checked_text("sort", sort) not in _SORT_ORDERS:
        raise QueryError(
            _("there is no order {sort!r}", sort=sort),
            _("use one of {names}", names=", ".join(_SORT_ORDERS)),
        )
    return sort


def half_life(recency: str | dt.timedelta | None) -> tuple[int, int] | None:
    """Now and the half-life, both in microseconds."""
    if recency is None:
        return None
    age = duration(recency) if isinstance(recency, str) else recency
    if not isinstance(age, dt.timedelta):
        raise QueryError(_("{value!r} is no duration", value=age), _("use a duration such as 90d"))
    if age <= dt.timedelta():
        raise QueryError(_("recency is not positive"), _("use a duration such as 90d"))
    return time.time_ns() // 1000, age // dt.timedelta(microseconds=1)


def known_facets(facets: str | Sequence[str] | None) -> tuple[str, ...]:
    """The facets to count. Raises QueryError if there is no such one."""
    names = checked_texts("facets", facets)
    for name in names:
        if name not in FACETS:
            raise QueryError(
                _("there is no facet {name!r}", name=name), _("use some of {names}", names=", ".join(FACETS))
            )
    return names


def filter_tree(
    since: str | dt.date | None,
    until: str | dt.date | None,
    source: str | Sequence[str] | None,
    tag: str | Sequence[str] | None,
) -> Query:
    """A tree that posts between two dates, of any of the sources and with all of the tags match."""
    parts: list[Query] = []
    if since is not None or until is not None:
        today = dt.date.today()
        first = None if since is None else earliest(since, today)
        parts.append(DateRange(first, None if until is None else latest(until, today)))
    sources = [FieldValue("source", fold(name)) for name in checked_texts("source", source)]
    if sources:
        parts.append(Or(*sources))
    parts += [FieldValue("tag", fold(name)) for name in checked_texts("tag", tag)]
    return And(*parts) if parts else Every()
