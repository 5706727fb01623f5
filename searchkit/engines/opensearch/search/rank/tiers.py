"""Which documents come before others whatever their scores? And which are scored again for the distances of words?

First the post whose title is just what was typed, if at most ``MAX_TITLED`` have that title, those without a body after
the others; then posts with every typed run in one piece; then the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchkit.engines.opensearch.schema import TITLE, link
from searchkit.engines.opensearch.search.hits import Found, Hit
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.opensearch.search.match.lower import MAX_UNIGRAMS, Lowering, links_of
from searchkit.language.unigrams import TEXT_GAP
from searchkit.query.compiled import MAX_TITLED, CompiledQuery, Needle
from searchkit.query.needles import needle_of


@dataclass(frozen=True, slots=True)
class Tiers:
    """The tiers of the documents that match a clause, as clauses.

    Attributes:
        titled: those whose title is just what was typed; None if that may not be a title.
        others: the other tiers, of which each comes before the next; titled ones are among them.
    """

    titled: Clause | None
    others: tuple[Clause, ...]

    @classmethod
    def of(cls, query: CompiledQuery, matching: Clause, lowering: Lowering) -> Tiers:
        """The tiers of a query that asks for relevance."""
        needle = needle_of(query.title) if query.title else None
        may_be_title = needle is not None and len(needle.unigrams) <= MAX_UNIGRAMS
        titled = dsl.all_of([matching, titled_by(needle)]) if needle and may_be_title else None
        if not query.in_one_piece:
            return cls(titled, (matching,))
        pieces = [lowering.lower(phrase) for phrase in query.in_one_piece]
        whole = dsl.all_of([matching, *pieces])
        return cls(titled, (whole, dsl.all_of([matching], [dsl.all_of(pieces)])))


def titled_by(needle: Needle) -> Clause:
    """The documents whose title is just a needle: its links are the first, and its last unigram ends the title."""
    last = link(needle.unigrams[-1], TEXT_GAP)
    links = [*(links_of(needle) if len(needle.unigrams) > 1 else ()), last]
    return {"span_first": {"match": dsl.phrase_span(TITLE.links, links), "end": len(links)}}


def divided(titled: Found | None, others: Sequence[Found]) -> Iterator[tuple[Hit, ...]]:
    """The first documents of each tier, no document twice."""
    first = titled.hits if titled is not None and titled.total <= MAX_TITLED else ()
    yield tuple(hit for hit in first if hit.has_body)
    yield tuple(hit for hit in first if not hit.has_body)
    ids = {hit.id for hit in first}
    for found in others:
        yield tuple(hit for hit in found.hits if hit.id not in ids)
