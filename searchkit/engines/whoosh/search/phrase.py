"""Where a query matches within documents: positional queries on whole posting arrays.

A document and a position in it are packed into one number, so that an operation on spans is one on sorted arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh.query import (
    Or,
    Phrase,
    Query,
    QueryError,
    SpanBefore,
    SpanCondition,
    SpanContains,
    SpanFirst,
    SpanNear,
    SpanNear2,
    SpanNot,
    SpanOr,
    Term,
)

from searchkit.engines.whoosh.numeric.sorted import are_among, distinct
from searchkit.engines.whoosh.search.expand import MULTI_TERM, lists_of
from searchkit.engines.whoosh.codec.postings import POSITION_BITS, Lists, Postings, spread
from searchkit.engines.whoosh.schema import FIELD_ORDER, POSITION_FIELDS
from searchkit.engines.whoosh.codec.api import SegmentReader

Keys = npt.NDArray[np.int64]

_FAR = 1 << 30  # further than any two positions of a document are apart


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of documents, ascending by start, then by end; each once.

    Attributes:
        starts: int64[n], document and first position of each.
        ends: int64[n], document and last position.
    """

    starts: Keys
    ends: Keys

    @staticmethod
    def of(starts: Keys, ends: Keys) -> Spans:
        """Spans in any order, some of them several times."""
        order = np.lexsort((ends, starts))
        starts, ends = starts[order], ends[order]
        new = (np.diff(starts, prepend=-1) != 0) | (np.diff(ends, prepend=-1) != 0)
        return Spans(starts[new], ends[new])

    @property
    def documents(self) -> Keys:
        """int64[n], the document of each; ascending, with repetitions."""
        return self.starts >> POSITION_BITS

    @property
    def positions(self) -> Keys:
        """int64[n], where in its document each starts."""
        return self.starts & ((1 << POSITION_BITS) - 1)

    def among(self, chosen: npt.NDArray[np.bool_]) -> Spans:
        return Spans(self.starts[chosen], self.ends[chosen])


class _Place(NamedTuple):
    """One of some terms, and how far behind the first of its chain it stands."""

    terms: Query
    distance: int


def has_spans(query: Query) -> bool:
    """Whether ``spans_of`` knows all kinds of queries in this tree."""
    while type(query) is SpanNear:  # long phrases nest to the left, too deep to recurse
        if not has_spans(query.b):
            return False
        query = query.a
    return _is_one_term(query) or (type(query) in _SPANS and all(map(has_spans, parts_of(query))))


def parts_of(query: Query) -> Sequence[Query]:
    """What a positional query is made of; a match scores the sum of their scores, as in Whoosh's matchers."""
    if type(query) is Phrase:
        return [Term(query.fieldname, word) for word in query.words]
    if type(query) is SpanNear:
        parts = []
        while type(query) is SpanNear:
            parts.append(query.b)
            query = query.a
        return [query, *reversed(parts)]
    for name in ("qs", "subqs", "subqueries"):
        if hasattr(query, name):
            return getattr(query, name)  # type: ignore[no-any-return]
    if hasattr(query, "a"):
        return [query.a, query.b]
    return [query.q] if hasattr(query, "q") else []


def spans_of(query: Query, segment: SegmentReader) -> Spans:
    """All spans of a query that ``has_spans``; a document without any does not match.

    Raises:
        QueryError: it asks for positions in a field that has none.
    """
    chain = _chain(query)
    return _SPANS[type(query)](query, segment) if chain is None else _aligned(chain, segment)


def _chain(query: Query) -> list[_Place] | None:
    """A query for terms at exact distances, in order, as one list; None for any other."""
    links: list[SpanNear] = []
    while type(query) is SpanNear:
        if not (query.ordered and query.slop == query.mindist > 0):
            return None
        links.append(query)
        query = query.a
    chain = _chained(query)
    for link in reversed(links):
        chain = _continued(chain, link.b, link.slop)
    return chain


def _chained(query: Query) -> list[_Place] | None:
    """The chain of a query that is no ``SpanNear``."""
    if type(query) is Phrase and query.slop == 1:
        return [_Place(Term(query.fieldname, word), number) for number, word in enumerate(query.words)]
    if type(query) is SpanNear2 and query.qs and query.ordered and query.slop == query.mindist > 0:
        chain = _chain(query.qs[0])
        for part in query.qs[1:]:
            chain = _continued(chain, part, query.slop)
        return chain
    return [_Place(query, 0)] if _is_one_term(query) else None


def _is_one_term(query: Query) -> bool:
    """Whether each of its spans is a single position."""
    return type(query) in (Term, *MULTI_TERM) or (type(query) is Or and all(map(_is_one_term, query.subqueries)))


def _continued(chain: list[_Place] | None, part: Query, distance: int) -> list[_Place] | None:
    following = _chain(part)
    if not following or not chain:
        return None
    start = chain[-1].distance + distance
    return [*chain, *(place._replace(distance=start + place.distance) for place in following)]


def _aligned(chain: list[_Place], segment: SegmentReader) -> Spans:
    """Terms at exact distances: the rarest first, then where they are followed by the others."""
    lists: list[tuple[Postings, int]] = []
    choices: list[_Place] = []
    for place in chain:
        if type(place.terms) is not Term:
            choices.append(place)
            continue
        lists.append((_postings(place.terms, segment), place.distance))
        if not len(lists[-1][0].documents):
            return _NONE
    lists.sort(key=lambda entry: len(entry[0].documents))
    starts: Keys | None = None
    for postings, distance in lists:
        starts = postings.keys - distance if starts is None else _followed_by(starts, postings, distance)
        if not len(starts):
            return _NONE
    for place in choices:
        documents = np.arange(segment.info.documents) if starts is None else distinct(starts >> POSITION_BITS)
        keys = _any_keys(place.terms, segment, documents) - place.distance
        starts = keys if starts is None else starts[are_among(starts, keys)]
    found = _NONE.starts if starts is None else starts
    return Spans(found, found + (chain[-1].distance if chain else 0))


def _followed_by(starts: Keys, postings: Postings, distance: int) -> Keys:
    """Those of some starts that a term stands behind."""
    if postings.are_at_hand:
        return starts[are_among(starts + distance, postings.keys)]
    documents = distinct(starts >> POSITION_BITS)
    return starts[are_among(starts + distance, postings.keys_in(documents[are_among(documents, postings.documents)]))]


def _any_keys(query: Query, segment: SegmentReader, documents: Keys) -> Keys:
    """Where any of some terms stands in some documents."""
    wanted = np.zeros(segment.info.documents, bool)
    wanted[documents] = True
    found = [_NONE.starts]
    for lists in _alternatives(query, segment):
        among = wanted[lists.documents]
        if among.any():
            documents, counts = lists.documents[among], lists.frequencies[among]
            positions = lists.positions[np.repeat(among, lists.frequencies)]
            found.append(np.repeat(documents << POSITION_BITS, counts) | positions)
    return distinct(np.sort(np.concatenate(found), kind="stable"))  # of sorted parts: that sort merges them


def _alternatives(query: Query, segment: SegmentReader) -> Iterator[Lists | Postings]:
    if type(query) is Or:
        for part in query.subqueries:
            yield from _alternatives(part, segment)
    elif type(query) is Term:
        yield _postings(query, segment)
    else:
        _check_positions(query.fieldname)
        yield from lists_of(query, segment)


def _postings(term: Term, segment: SegmentReader) -> Postings:
    _check_positions(term.fieldname)
    return segment.postings(term.fieldname, term.text)


def _check_positions(field: str) -> None:
    if field in FIELD_ORDER and field not in POSITION_FIELDS:
        raise QueryError(f"{field} keeps no positions")


def _phrase(query: Phrase, segment: SegmentReader) -> Spans:
    return _in_order([Term(query.fieldname, word) for word in query.words], 1, query.slop, segment)


def _near_all(query: SpanNear2, segment: SegmentReader) -> Spans:
    if query.ordered:
        return _in_order(query.qs, query.mindist, query.slop, segment)
    found = [spans_of(part, segment) for part in query.qs]
    return reduce(lambda a, b: _near(a, b, query.mindist, query.slop, False), found)


def _in_order(parts: Sequence[Query], mindist: int, slop: int, segment: SegmentReader) -> Spans:
    found = spans_of(parts[0], segment) if parts else _NONE
    for part in parts[1:]:
        if not len(found.starts):
            break
        found = _near(found, spans_of(part, segment), mindist, slop, True)
    return found


def _near_two(query: SpanNear, segment: SegmentReader) -> Spans:
    links = []
    part: Query = query
    while type(part) is SpanNear and _chain(part) is None:
        links.append(part)
        part = part.a
    found = spans_of(part, segment)
    for link in reversed(links):
        found = _near(found, spans_of(link.b, segment), link.mindist, link.slop, link.ordered)
    return found


def _near(a: Spans, b: Spans, mindist: int, slop: int, ordered: bool) -> Spans:
    """From the start of the one to the end of the other, where the steps between them are within bounds.

    Two spans that overlap are 0 steps apart. In order, a starts no later than b.
    """
    found = _followed(a, b, mindist, slop)
    if not ordered:
        back = _followed(b, a, mindist, slop)
        found = Spans(np.append(found.starts, back.starts), np.append(found.ends, back.ends))
    return Spans.of(found.starts, found.ends)


def _followed(a: Spans, b: Spans, mindist: int, slop: int) -> Spans:
    if slop < 0:
        return _NONE
    lowest = a.ends + mindist if mindist > 0 else a.starts
    first = np.searchsorted(b.starts, lowest)
    counts = np.maximum(np.searchsorted(b.starts, a.ends + min(slop, _FAR), side="right") - first, 0)
    left = np.repeat(np.arange(len(counts)), counts)
    right = spread(first, counts)
    return Spans(a.starts[left], np.maximum(a.ends[left], b.ends[right]))


def _union(parts: Sequence[Query], segment: SegmentReader) -> Spans:
    found = [_NONE, *(spans_of(part, segment) for part in parts)]
    return Spans.of(np.concatenate([part.starts for part in found]), np.concatenate([part.ends for part in found]))


def _or(query: Or, segment: SegmentReader) -> Spans:
    return _union(query.subqueries, segment)


def _span_or(query: SpanOr, segment: SegmentReader) -> Spans:
    """Spans that overlap or touch are one."""
    found = _union(query.subqs, segment)
    if len(query.subqs) == 1 or not len(found.starts):
        return found
    ends = np.maximum.accumulate(found.ends)
    apart = found.starts[1:] > ends[:-1] + 1
    return Spans(found.starts[np.append(True, apart)], ends[np.append(apart, True)])


def _span_first(query: SpanFirst, segment: SegmentReader) -> Spans:
    found = spans_of(query.q, segment)
    return found.among((found.ends & ((1 << POSITION_BITS) - 1)) <= query.limit)


def _span_not(query: SpanNot, segment: SegmentReader) -> Spans:
    """Those of the first part that overlap none of the second."""
    a, b = spans_of(query.a, segment), spans_of(query.b, segment)
    latest = np.append(-1, np.maximum.accumulate(b.ends))  # of the spans up to each
    return a.among(latest[np.searchsorted(b.starts, a.ends, side="right")] < a.starts)


def _span_contains(query: SpanContains, segment: SegmentReader) -> Spans:
    """Those of the first part with one of the second within."""
    a, b = spans_of(query.a, segment), spans_of(query.b, segment)
    earliest = np.append(np.minimum.accumulate(b.ends[::-1])[::-1], np.iinfo(np.int64).max)  # of the spans from each on
    return a.among(earliest[np.searchsorted(b.starts, a.starts)] <= a.ends)


def _span_before(query: SpanBefore, segment: SegmentReader) -> Spans:
    """Those of the first part that end before the first of the second starts."""
    a, b = spans_of(query.a, segment), spans_of(query.b, segment)
    starts = np.append(b.starts, np.iinfo(np.int64).max)
    first = starts[np.searchsorted(b.starts, a.documents << POSITION_BITS)]
    return a.among((first >> POSITION_BITS == a.documents) & (a.ends < first))


def _span_condition(query: SpanCondition, segment: SegmentReader) -> Spans:
    """Those of the first part, in documents where the second matches too."""
    a, b = spans_of(query.a, segment), spans_of(query.b, segment)
    return a.among(np.isin(a.documents, b.documents))


_NONE = Spans(np.zeros(0, np.int64), np.zeros(0, np.int64))

_SPANS: dict[type[Query], Callable[[Any, SegmentReader], Spans]] = {
    Phrase: _phrase,
    Or: _or,
    SpanNear: _near_two,
    SpanNear2: _near_all,
    SpanOr: _span_or,
    SpanFirst: _span_first,
    SpanNot: _span_not,
    SpanContains: _span_contains,
    SpanBefore: _span_before,
    SpanCondition: _span_condition,
}
