"""Queries that stand for several terms of a field: which ones, in a segment."""

from __future__ import annotations

from collections.abc import Iterable

from whoosh.query import FuzzyTerm, Prefix, Query, Regex, TermRange, Variations, Wildcard

from searchkit.engines.whoosh.postings import Lists, Postings
from searchkit.engines.whoosh.segments import SegmentReader

MULTI_TERM = (Prefix, Wildcard, Regex, FuzzyTerm, TermRange, Variations)

_EVERYTHING = {Prefix: "", Wildcard: "*", Regex: ".*"}


def terms_of(query: Query, segment: SegmentReader) -> Iterable[str]:
    """The terms that a query of ``MULTI_TERM`` stands for; all are in the segment."""
    from searchkit.engines.whoosh.bridge import expanded  # Whoosh's codec interface, which few queries need

    return expanded(query, segment)


def lists_of(query: Query, segment: SegmentReader) -> Iterable[Lists | Postings]:
    """The posting lists of those terms."""
    if type(query) is Prefix:
        return [segment.lists_from(query.fieldname, query.text)]
    return (segment.postings(query.fieldname, term) for term in terms_of(query, segment))


def is_every(query: Query) -> bool:
    """Whether a pattern is one that every term of its field matches."""
    return type(query) in _EVERYTHING and bool(query.text == _EVERYTHING[type(query)])
