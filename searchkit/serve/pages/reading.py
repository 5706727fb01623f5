"""A post as the page shows it: its text with the matches, its neighbours in the results, posts like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from searchkit.index import Index
from searchkit.messages import _
from searchkit.model import Hit
from searchkit.render.safe import web_link
from searchkit.serve.pages.answer import HITS, Choice, post_address
from searchkit.serve.pages.asked import Asked
from searchkit.serve.pages.texts import language_of, paragraphs

_SIMILAR = 6


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """A similar post.

    Attributes:
        label: its title.
        address: where it is.
        language: of its title.
        day: ``2021-11-08``; empty if unknown.
        source: the publisher.
        note: that it is nearly the same, if so.
    """

    label: str
    address: str
    language: str
    day: str
    source: str
    note: str


def reading(index: Index, asked: Asked, path: str, rank: int) -> dict[str, Any]:
    """What the template of a post shows.

    Args:
        index: where it is.
        asked: the search that found it, if any.
        path: of the post.
        rank: among the hits of the search, from 1; 0 if it was not found by one.

    Raises:
        DocumentNotFound: no post has this path.
        QueryError: a date of the search means nothing.
    """
    found = index.read(path, asked.q)
    document = found.document
    lines = list(paragraphs(document.text, found.spans, document.title))
    neighbours = _neighbours(index, asked, path, rank) if rank else (None, None)
    page = (rank - 1) // HITS + 1 if rank else 1
    return {
        "asked": asked,
        "document": document,
        "title_spans": found.title_spans,
        "paragraphs": lines,
        "matches": sum(line.matches for line in lines),
        "content_language": language_of(f"{document.title}\n{document.text[:400]}"),
        "back": asked.address(page=page),
        "source": Choice(document.source, Asked(source=(document.source,)).address()) if document.source else None,
        "original": web_link(document.url),
        "tags": [Choice(tag, Asked(tag=(tag,)).address()) for tag in document.tags],
        "previous": neighbours[0],
        "next": neighbours[1],
        "similar": _similar(index, path),
    }


def _neighbours(index: Index, asked: Asked, path: str, rank: int) -> tuple[Choice | None, Choice | None]:
    """The posts before and after in the results; none if the results have changed meanwhile."""
    first = max(rank - 1, 1)
    hits = index.search(
        asked.q, limit=rank - first + 2, offset=first - 1, sort=asked.order, snippet_chars=0, **asked.options()
    )
    places = [number for number, hit in enumerate(hits) if path in (hit.path, *hit.also)]
    if not places:
        return None, None
    at = places[0]
    return (
        _neighbour(asked, hits[at - 1]) if at else None,
        _neighbour(asked, hits[at + 1]) if at + 1 < len(hits) else None,
    )


def _neighbour(asked: Asked, hit: Hit) -> Choice:
    return Choice(hit.title or _("(no title)"), post_address(asked, hit.path, hit.rank))


def _similar(index: Index, path: str) -> list[SimilarRow]:
    return [
        SimilarRow(
            label=post.title,
            address=post_address(Asked(), post.path),
            language=language_of(post.title),
            day=post.date.date().isoformat() if post.date else "",
            source=post.source,
            note=_("nearly the same") if post.duplicate else "",
        )
        for post in index.similar(path, limit=_SIMILAR)
    ]
