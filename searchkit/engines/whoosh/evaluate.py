"""A Whoosh query tree on whole posting arrays: which documents of a segment match."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.query import (
    And,
    AndNot,
    ConstantScoreQuery,
    Every,
    Not,
    NumericRange,
    Or,
    Phrase,
    Prefix,
    Query,
    SpanNear,
    Term,
)
from whoosh.query.qcore import _NullQuery
from whoosh.query.spans import SpanNear2

from searchkit.engines.whoosh.postings import Postings
from searchkit.engines.whoosh.segments import SegmentReader

Mask = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.int64]

_POSITION_BITS = 32


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Where a query matches: document and position packed into one number, ascending.

    Attributes:
        starts: of the first unit of each match.
        ends: of the last one.
    """

    starts: Keys
    ends: Keys


def matching(query: Query, segment: SegmentReader) -> Mask:
    """bool[documents]: which documents match, deleted ones among them.

    Raises:
        TypeError: a kind of query that has no evaluation on arrays.
    """
    for kind, evaluate in _EVALUATIONS:
        if isinstance(query, kind):
            return evaluate(query, segment)
    raise TypeError(f"no evaluation of {type(query).__name__} queries")


def _nothing(segment: SegmentReader) -> Mask:
    return np.zeros(segment.info.documents, bool)


def _term(query: Term, segment: SegmentReader) -> Mask:
    mask = _nothing(segment)
    mask[segment.postings(query.fieldname, query.text).documents] = True
    return mask


def _and(query: And, segment: SegmentReader) -> Mask:
    mask = ~_nothing(segment)
    for part in query.subqueries:
        mask &= matching(part, segment)
        if not mask.any():
            break
    return mask


def _or(query: Or, segment: SegmentReader) -> Mask:
    mask = _nothing(segment)
    for part in query.subqueries:
        mask |= matching(part, segment)
    return mask


def _not(query: Not, segment: SegmentReader) -> Mask:
    return ~matching(query.query, segment)


def _and_not(query: AndNot, segment: SegmentReader) -> Mask:
    return matching(query.a, segment) & ~matching(query.b, segment)


def _every(query: Every, segment: SegmentReader) -> Mask:
    return ~_nothing(segment)


def _null(query: Query, segment: SegmentReader) -> Mask:
    return _nothing(segment)


def _constant(query: ConstantScoreQuery, segment: SegmentReader) -> Mask:
    return matching(query.child, segment)


def _range(query: NumericRange, segment: SegmentReader) -> Mask:
    values = segment.numbers[query.fieldname]
    mask = ~_nothing(segment)
    if query.start is not None:
        mask &= values > query.start if query.startexcl else values >= query.start
    if query.end is not None:
        mask &= values < query.end if query.endexcl else values <= query.end
    return mask


def _positional(query: Query, segment: SegmentReader) -> Mask:
    mask = _nothing(segment)
    mask[_occurrences(query, segment).starts >> _POSITION_BITS] = True
    return mask


def _occurrences(query: Query, segment: SegmentReader) -> _Occurrences:
    if isinstance(query, Term):
        keys = _keys(segment.postings(query.fieldname, query.text))
        return _Occurrences(keys, keys)
    if isinstance(query, Prefix):
        terms = itertools.takewhile(
            lambda term: term.startswith(query.text), segment.terms(query.fieldname, query.text)
        )
        return _any([_occurrences(Term(query.fieldname, term), segment) for term in terms])
    if isinstance(query, Or):
        return _any([_occurrences(part, segment) for part in query.subqueries])
    if isinstance(query, Phrase):
        return _phrase(query, segment)
    if isinstance(query, SpanNear):
        return _near(query, segment)
    if isinstance(query, SpanNear2):
        return _chain(query, segment)
    raise TypeError(f"no positions of {type(query).__name__} queries")


def _any(parts: list[_Occurrences]) -> _Occurrences:
    """Single units at any of some places."""
    places = np.unique(np.concatenate([np.empty(0, np.int64), *(part.starts for part in parts)]))
    return _Occurrences(places, places)


def _keys(postings: Postings) -> Keys:
    documents = np.repeat(postings.documents, postings.frequencies)
    keys: Keys = (documents << _POSITION_BITS) | postings.positions
    return keys


def _phrase(query: Phrase, segment: SegmentReader) -> _Occurrences:
    """Terms one after the other, the rarest looked at first."""
    if query.slop != 1:
        raise TypeError("phrases are evaluated for one exact distance only")
    lists = [(segment.postings(query.fieldname, term), place) for place, term in enumerate(query.words)]
    lists.sort(key=lambda entry: len(entry[0].positions))
    starts: Keys | None = None
    for postings, place in lists:
        keys = _keys(postings) - place
        starts = keys if starts is None else starts[np.isin(starts, keys, assume_unique=True)]
        if not len(starts):
            break
    found = np.empty(0, np.int64) if starts is None else starts
    return _Occurrences(found, found + len(query.words) - 1)


def _near(query: SpanNear, segment: SegmentReader) -> _Occurrences:
    """Parts at exact distances, in order. They nest to the left, too deep to recurse."""
    links: list[SpanNear] = []
    part: Query = query
    while isinstance(part, SpanNear):
        if not (part.ordered and part.slop == part.mindist):
            raise TypeError("near queries are evaluated for one exact distance only")
        links.append(part)
        part = part.a
    found = _occurrences(part, segment)
    for link in reversed(links):
        following = _occurrences(link.b, segment)
        _, left, right = np.intersect1d(found.ends + link.slop, following.starts, return_indices=True)
        found = _Occurrences(found.starts[left], following.ends[right])
    return found


def _chain(query: SpanNear2, segment: SegmentReader) -> _Occurrences:
    """Parts one after the other."""
    if not (query.ordered and query.slop == query.mindist == 1):
        raise TypeError("near queries are evaluated for one exact distance only")
    found = _occurrences(query.qs[0], segment)
    for link in query.qs[1:]:
        following = _occurrences(link, segment)
        _, left, right = np.intersect1d(found.ends + 1, following.starts, return_indices=True)
        found = _Occurrences(found.starts[left], following.ends[right])
    return found


_EVALUATIONS: tuple[tuple[type[Query], Callable[[Any, SegmentReader], Mask]], ...] = (
    (Term, _term),
    (And, _and),
    (Or, _or),
    (AndNot, _and_not),
    (Not, _not),
    (Every, _every),
    (NumericRange, _range),
    (ConstantScoreQuery, _constant),
    (Phrase, _positional),
    (SpanNear, _positional),
    (SpanNear2, _positional),
    (_NullQuery, _null),
)
