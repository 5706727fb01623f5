"""Results as the page shows them: hits, what to narrow by, pages, other words to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from searchkit.index import Index
from searchkit.messages import _
from searchkit.model import FacetCounts, Hit, Results
from searchkit.render.wording import total_line
from searchkit.serve.pages.asked import MAX_PAGE, Asked, address
from searchkit.serve.pages.histogram import MAX_BARS, MAX_MONTHS_OF_DAYS, Histogram, histogram
from searchkit.serve.pages.texts import language_of

HITS = 10
"""Hits on a page."""

_FACETS = ("source", "year", "tag", "month")
_FIRST, _MORE = 8, 40  # values of a facet, and those that are folded away
_AROUND = 2  # pages before and after the current one that are offered


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose.

    Attributes:
        label: what a reader sees.
        address: where it leads; empty for what only stands there.
        count: how many posts it has.
        current: whether it is chosen already.
        relation: ``prev`` or ``next``, for pages.
    """

    label: str
    address: str
    count: int = 0
    current: bool = False
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """Values to narrow by, the most frequent first."""

    name: str
    heading: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A hit, where its post is, and in which language."""

    hit: Hit
    address: str
    language: str


def answer(index: Index, asked: Asked) -> dict[str, Any]:
    """What the template of the results shows.

    Raises:
        QueryError: a date means nothing.
    """
    results = search(index, asked)
    return {
        "asked": asked,
        "results": results,
        "total": total_line(results),
        "hits": [_row(asked, hit) for hit in results],
        "sorts": _sorts(asked),
        "chips": chips(asked, Asked.address),
        "facets": list(_facets(asked, results)),
        "chart": _chart(index, asked, results),
        "unknown": [(word, [_instead(asked, word, one) for one in near]) for word, near in results.unknown],
        "unfiltered": asked.unfiltered().address(),
        "first_page": asked.address(page=1),
        "pager": pager(asked.page, results.total, HITS, lambda page: asked.address(page=page)),
    }


def search(index: Index, asked: Asked) -> Results:
    """The page of results."""
    return index.search(
        asked.q,
        limit=HITS,
        offset=(asked.page - 1) * HITS,
        sort=asked.order,
        facets=_FACETS,
        snippet_chars=160,
        **asked.options(),
    )


def post_address(asked: Asked, path: str, rank: int = 0) -> str:
    """The address of a post that was found, by its rank among the hits."""
    kept = [(name, value) for name, value in asked.parameters() if name != "page"]
    return address("/post", [("path", path), *kept, *([("n", str(rank))] if rank else [])])


def chips(asked: Asked, address_of: Callable[[Asked], str]) -> list[Choice]:
    """What the results are narrowed by, each leading to the results without it.

    Args:
        asked: what was asked.
        address_of: the address of the same page for something else.
    """

    def without(**changes: Any) -> str:
        return address_of(replace(asked, **changes, page=1))

    found = []
    if asked.since and asked.since == asked.until:
        found.append(Choice(asked.since, without(since="", until="")))
    else:
        if asked.since:
            found.append(Choice(_("from {period}", period=asked.since), without(since="")))
        if asked.until:
            found.append(Choice(_("to {period}", period=asked.until), without(until="")))
    for name in asked.source:
        others = tuple(one for one in asked.source if one != name)
        found.append(Choice(name, without(source=others)))
    for tag in asked.tag:
        others = tuple(one for one in asked.tag if one != tag)
        found.append(Choice(f"#{tag}", without(tag=others)))
    return found


def pager(here: int, total: int, size: int, address_of: Callable[[int], str]) -> list[Choice]:
    """The pages around the current one, the first, the last, and those before and after; none if there is but one.

    Args:
        here: the current page, from 1.
        total: what is on all pages.
        size: what is on one.
        address_of: the address of a page.
    """
    last = min(-(-total // size), MAX_PAGE)
    if last < 2:
        return []
    near = range(max(min(here, last) - _AROUND, 1), min(here + _AROUND, last) + 1)
    choices = []
    if here > 1:
        choices.append(Choice("‹ " + _("Previous"), address_of(min(here - 1, last)), relation="prev"))
    before = 0
    for page in sorted({1, *near, last}):
        if page > before + 1:
            choices.append(Choice("…", ""))
        choices.append(Choice(f"{page:,}", address_of(page), current=page == here))
        before = page
    if here < last:
        choices.append(Choice(_("Next") + " ›", address_of(here + 1), relation="next"))
    return choices


def _row(asked: Asked, hit: Hit) -> Row:
    language = language_of(hit.title + " ".join(snippet.text for snippet in hit.snippets))
    return Row(hit, post_address(asked, hit.path, hit.rank), language)


def _sorts(asked: Asked) -> list[Choice]:
    names = {"relevance": _("Best match"), "newest": _("Newest"), "oldest": _("Oldest")}
    return [
        Choice(name, asked.address(sort=order, page=1), current=order == asked.order)
        for order, name in names.items()
        if asked.q or order != "relevance"
    ]


def _facets(asked: Asked, results: Results) -> Iterator[Facet]:
    headings = {"source": _("Source"), "year": _("Year"), "tag": _("Tag")}
    for name, heading in headings.items():
        counts = results.facets.get(name, ())
        choices = tuple(islice(_narrowed(asked, name, counts, results.total), _FIRST + _MORE))
        if choices:
            yield Facet(name, heading, choices[:_FIRST], choices[_FIRST:])


def _narrowed(asked: Asked, facet: str, counts: FacetCounts, total: int) -> Iterator[Choice]:
    """The values that narrow the results, not those that are chosen already or that all results have."""
    for value, count in counts:
        if count == total:
            continue
        if facet == "year":
            if not (asked.since == asked.until == value):
                yield Choice(value, asked.address(since=value, until=value, page=1), count)
        elif value not in getattr(asked, facet):
            values = (*getattr(asked, facet), value) if facet == "tag" else (value,)
            yield Choice(value, asked.address(**{facet: values, "page": 1}), count)


def _chart(index: Index, asked: Asked, results: Results) -> Histogram | None:
    """Of the hits, by month; by day where they are of few months, by year where of very many."""
    months = results.facets.get("month", ())
    if len(months) <= MAX_MONTHS_OF_DAYS and months:
        return histogram(asked, _days(index, asked))
    if len(months) > 1 and _span(months) > MAX_BARS:
        return histogram(asked, results.facets["year"])
    return histogram(asked, months)


def _span(months: FacetCounts) -> int:
    first, last = (int(month[:4]) * 12 + int(month[5:7]) for month in (min(months)[0], max(months)[0]))
    return last - first + 1


def _days(index: Index, asked: Asked) -> FacetCounts:
    counts = index.count(asked.q, by="day", **asked.options())
    return tuple((day, count) for (day,), count in counts.rows)


def _instead(asked: Asked, word: str, near: str) -> Choice:
    """The same with another word in the place of one that no post has: in the query, or as the filter it is."""
    field, colon, value = word.partition(":")
    if colon and field in ("source", "tag") and value in getattr(asked, field):
        other = near.removeprefix(f"{field}:")
        values = tuple(other if one == value else one for one in getattr(asked, field))
        return Choice(other, asked.address(**{field: values, "page": 1}))
    query = asked.q.replace(word, near, 1) if word in asked.q else near
    return Choice(near, asked.address(q=query, page=1))
