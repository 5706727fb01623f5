"""The addresses for programs: what each takes, what it answers, and how it is described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from searchkit.engines.protocol import FACETS
from searchkit.index import Index
from searchkit.render.data import document_dict
from searchkit.serve.api import schemas
from searchkit.serve.api.parameters import MAX_QUERY, Choice, Choices, Number, Parameter, Switch, Text, Texts

Values = Mapping[str, Any]

_MAX_PATH = 4_096

_QUERY = Text("q", "What is searched for, as in docs/query.md; every post if it is empty.", max_length=MAX_QUERY)
_FILTERS: tuple[Parameter, ...] = (
    Text("since", "The first day, month, year or instant, or a time such as 去年 or 7d.", format="period"),
    Text("until", "The last one, included whole.", format="period"),
    Texts("source", "Posts of one of these sources."),
    Texts("tag", "Posts with all of these tags."),
)
_PATH = Text("path", "The path of the post, relative to the corpus.", required=True, max_length=_MAX_PATH)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address.

    Attributes:
        name: the last part of its path.
        summary: what it answers, one line.
        parameters: what it takes.
        answer: its data, of an index and the values of its parameters.
        schema: of its data.
        of_a_post: whether there may be no such post.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Index, Values], dict[str, Any]]
    schema: schemas.Schema
    of_a_post: bool = False

    @property
    def path(self) -> str:
        """The whole path."""
        return f"/api/{self.name}"


def _search(index: Index, values: Values) -> dict[str, Any]:
    return index.search(
        values["q"] or "",
        limit=values["limit"],
        offset=values["offset"],
        sort=values["sort"],
        recency=values["recency"],
        facets=values["facets"],
        snippet_chars=values["snippet_chars"],
        explain=values["explain"],
        **_filters(values),
    ).to_dict()


def _post(index: Index, values: Values) -> dict[str, Any]:
    found = index.read(values["path"], values["q"] or "")
    return {
        **document_dict(found.document),
        "text": found.document.text,
        "title_spans": [list(span) for span in found.title_spans],
        "spans": [list(span) for span in found.spans],
    }


def _facets(index: Index, values: Values) -> dict[str, Any]:
    results = index.search(values["q"] or "", limit=0, facets=values["by"], **_filters(values)).to_dict()
    return {name: results[name] for name in ("query", "total", "facets")}


def _suggest(index: Index, values: Values) -> dict[str, Any]:
    found = index.suggest(values["q"], limit=values["limit"])
    return {"suggestions": [suggestion.to_dict() for suggestion in found]}


def _trend(index: Index, values: Values) -> dict[str, Any]:
    return index.trend(values["q"], by=values["by"], share=values["share"], **_filters(values)).to_dict()


def _kwic(index: Index, values: Values) -> dict[str, Any]:
    return index.kwic(
        values["q"], width=values["width"], sort=values["sort"], limit=values["limit"], **_filters(values)
    ).to_dict()


def _similar(index: Index, values: Values) -> dict[str, Any]:
    return index.similar(values["path"], limit=values["limit"]).to_dict()


def _filters(values: Values) -> dict[str, Any]:
    return {name: values[name] for name in ("since", "until", "source", "tag")}


ENDPOINTS = (
    Endpoint(
        "search",
        "Posts, best first",
        (
            _QUERY,
            Number("limit", "How many hits at most.", default=10, minimum=0, maximum=100),
            Number("offset", "How many hits are left out first.", default=0, minimum=0, maximum=10_000),
            Choice("sort", "The order of the hits.", ("relevance", "newest", "oldest")),
            *_FILTERS,
            Text("recency", "The age at which a score counts half: 90d, 2w, 6m, 1y.", format="age"),
            Choices("facets", "What is counted among all matches.", FACETS),
            Number("snippet_chars", "Most characters of a hit's snippets.", default=120, minimum=0, maximum=1_000),
            Switch("explain", "Whether each hit says why it was found."),
        ),
        _search,
        schemas.RESULTS,
    ),
    Endpoint("post", "A post, with all that a query matches in it", (_PATH, _QUERY), _post, schemas.POST, True),
    Endpoint(
        "facets",
        "Counts of the matching posts by source, tag, year, month",
        (_QUERY, *_FILTERS, Choices("by", "What is counted.", FACETS, default=FACETS)),
        _facets,
        schemas.FACET_COUNTS,
    ),
    Endpoint(
        "suggest",
        "What to offer while a query is typed",
        (
            Text("q", "What was typed so far.", required=True, max_length=MAX_QUERY),
            Number("limit", "How many at most.", default=8, minimum=1, maximum=50),
        ),
        _suggest,
        schemas.SUGGESTIONS,
    ),
    Endpoint(
        "trend",
        "Counts of the posts that match each of several queries, period by period",
        (
            Texts("q", "A query; several are compared.", required=True, max_items=12, max_length=MAX_QUERY),
            Choice("by", "How long a period is.", ("month", "year", "week", "day")),
            Switch("share", "Whether the counts are meant as a share of all posts of their period."),
            *_FILTERS,
        ),
        _trend,
        schemas.TREND,
    ),
    Endpoint(
        "kwic",
        "Every match in its context: a concordance",
        (
            Text("q", "What is searched for, as in docs/query.md.", required=True, max_length=MAX_QUERY),
            Number("width", "Cells of a context on each side; a wide character takes two.", 20, 1, 200),
            Choice("sort", "By date, or by what stands to the left or the right.", ("date", "left", "right")),
            Number("limit", "How many lines at most.", default=100, minimum=0, maximum=1_000),
            *_FILTERS,
        ),
        _kwic,
        schemas.CONCORDANCE,
    ),
    Endpoint(
        "similar",
        "The posts most like one, near-duplicates first",
        (_PATH, Number("limit", "How many at most.", default=10, minimum=0, maximum=50)),
        _similar,
        schemas.SIMILAR,
        True,
    ),
)
"""All addresses."""
