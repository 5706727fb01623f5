"""A word in all its contexts, line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from searchkit.analysis.concordance import ConcordanceSort
from searchkit.index import Index
from searchkit.messages import _
from searchkit.serve.pages.answer import chips, pager, post_address
from searchkit.serve.pages.asked import Asked, address
from searchkit.serve.pages.texts import language_of

LINES = 100
"""Lines on a page."""

MAX_POSTS = 3_000
"""Posts whose matches are shown; reading more takes a second and more."""

_MAX_LINES = 10_000
_WIDTH = 80  # cells of context on each side, 40 Han characters: more than a wide screen shows


@dataclass(frozen=True, slots=True)
class Line:
    """A match with its contexts, where its post is, and in which language."""

    left: str
    match: str
    right: str
    where: str
    address: str
    language: str


def concordance(index: Index, asked: Asked, order: str) -> dict[str, Any]:
    """What the template of the concordance shows.

    Raises:
        QueryError: a date means nothing.
    """
    by = cast(ConcordanceSort, order if order in get_args(ConcordanceSort) else "date")
    names = {"date": _("by date"), "left": _("by what stands before"), "right": _("by what stands after")}
    posts = index.search(asked.q, limit=0, **asked.options()).total if asked.q else 0
    found = (
        index.kwic(asked.q, width=_WIDTH, sort=by, limit=_MAX_LINES, **asked.options())
        if 0 < posts <= MAX_POSTS
        else None
    )
    first = (asked.page - 1) * LINES
    lines = found.lines[first : first + LINES] if found else ()
    return {
        "asked": asked,
        "order": by,
        "orders": list(names.items()),
        "chips": chips(asked, lambda other: _address(other, by)),
        "lines": [
            Line(
                left=line.left,
                match=line.match,
                right=line.right,
                where=" · ".join(filter(None, (line.day, line.title))),
                address=post_address(asked, line.path),
                language=language_of(line.left + line.match + line.right),
            )
            for line in lines
        ],
        "shown_lines": _shown(first, len(lines), found.total) if found else "",
        "too_many": posts if posts > MAX_POSTS else 0,
        "pager": pager(
            asked.page,
            min(found.total, _MAX_LINES) if found else 0,
            LINES,
            lambda page: _address(replace(asked, page=page), by),
        ),
    }


def _address(asked: Asked, order: str) -> str:
    parameters = [(name, value) for name, value in asked.parameters() if name != "sort"]
    return address("/kwic", [*parameters, *([("order", order)] if order != "date" else [])])


def _shown(first: int, lines: int, total: int) -> str:
    return _("{first:,}-{last:,} of {total:,} matches", first=first + 1, last=first + lines, total=total)
