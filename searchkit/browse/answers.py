"""What the facade says to what was asked: hits with the counts of facets, and more hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from searchkit.browse.state import FACETS, View
from searchkit.index import Index
from searchkit.model import FacetCounts, Results

PAGE = 20
"""Hits that are asked for at once."""

SNIPPET_CHARS = 80


@dataclass(frozen=True, slots=True)
class Question:
    """A view, and where its page begins.

    Attributes:
        view: what is searched for.
        offset: how many hits to leave out first.
    """

    view: View
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of hits.

    Attributes:
        question: what was asked.
        results: the page.
        counts: for each facet, its values and how many posts each would leave; for the first page only.
        version: of the index, so that a later one is noticed.
    """

    question: Question
    results: Results
    counts: Mapping[str, FacetCounts]
    version: object

    @property
    def is_last(self) -> bool:
        """Whether no more hits follow."""
        return len(self.results) < PAGE


def answer(index: Index, question: Question) -> Answer:
    """Search for a page of hits.

    The values of a facet of which a post needs only one are counted without those chosen, so that another can be chosen
    as well or instead.
    """
    view = question.view
    version = index.version
    facets = () if question.offset else FACETS
    results = index.search(
        view.query, limit=PAGE, offset=question.offset, facets=facets, snippet_chars=SNIPPET_CHARS, **view.options()
    )
    counts = dict(results.facets)
    for facet in ("source", "year"):
        if facets and view.chosen(facet):
            options = view.without(facet).options()
            counts[facet] = index.search(view.query, limit=0, facets=facet, **options).facets[facet]
    return Answer(question, results, counts, version)
