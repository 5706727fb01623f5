"""What the user has asked for: the query, the values chosen to narrow it by, the order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from searchkit.model import SortOrder

FACETS = ("source", "year", "tag")
"""What can be narrowed by, in the order of the screen."""

_ORDERS: tuple[SortOrder, ...] = ("relevance", "newest", "oldest")


@dataclass(frozen=True, slots=True)
class View:
    """What is searched for.

    Attributes:
        query: as it was typed.
        sources: a post must have one of them, if there are any.
        years: the year that a post must be of; at most one, since a search has one span of time.
        tags: a post must have all of them.
        sort: the order that was chosen.

    >>> View("香港").toggled("source", "维港漫游").options()["source"]
    ('维港漫游',)
    """

    query: str = ""
    sources: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sort: SortOrder = "relevance"

    @property
    def order(self) -> SortOrder:
        """The order of the hits; all posts, which no query ranks, come newest first."""
        return "newest" if self.sort == "relevance" and not self.query.strip() else self.sort

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values of a facet that narrow the search."""
        return {"source": self.sources, "year": self.years, "tag": self.tags}[facet]

    def toggled(self, facet: str, value: str) -> View:
        """With a value of a facet, or without it if it was chosen."""
        chosen = self.chosen(facet)
        if value in chosen:
            rest = tuple(other for other in chosen if other != value)
        else:
            rest = (value,) if facet == "year" else (*chosen, value)
        return self._with(facet, rest)

    def without(self, facet: str) -> View:
        """Not narrowed by a facet."""
        return self._with(facet, ())

    def cleared(self) -> View:
        """Not narrowed at all."""
        return replace(self, sources=(), years=(), tags=())

    def next_order(self) -> View:
        """With the next order: relevance, newest, oldest; of all posts, newest and oldest."""
        following = _ORDERS[(_ORDERS.index(self.order) + 1) % len(_ORDERS)]
        return replace(self, sort=following)

    def options(self) -> dict[str, Any]:
        """The arguments of ``Index.search`` beside the query."""
        year = self.years[0] if self.years else None
        return {"source": self.sources, "tag": self.tags, "since": year, "until": year, "sort": self.order}

    def _with(self, facet: str, values: tuple[str, ...]) -> View:
        if facet == "source":
            return replace(self, sources=values)
        return replace(self, years=values) if facet == "year" else replace(self, tags=values)
