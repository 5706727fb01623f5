"""A Whoosh query tree on whole posting arrays: which documents of a segment match.

Each kind of query is looked up by its exact type: a subclass may mean something else. What is not listed here goes
through Whoosh's own matchers, a posting at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.query import (
    And,
    AndMaybe,
    AndNot,
    ConstantScoreQuery,
    DateRange,
    DisjunctionMax,
    Every,
    Not,
    NumericRange,
    Or,
    Otherwise,
    Phrase,
    Query,
    Require,
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
from whoosh.query.qcore import _NullQuery

from searchkit.engines.whoosh.numeric.sorted import are_among, distinct
from searchkit.engines.whoosh.search.expand import MULTI_TERM, is_every, occurrences, texts_read
from searchkit.engines.whoosh.search.near import near_documents
from searchkit.engines.whoosh.schema import NO_DATE, NUMBER_FIELDS, RANKED_FIELDS, microseconds
from searchkit.engines.whoosh.codec.api import SegmentReader
from searchkit.engines.whoosh.search.phrase import has_spans, spans_of
from searchkit.query.content import containing
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS
from searchkit.query.nodes import InBody, Near, Pinyin

Mask = npt.NDArray[np.bool_]
Documents = npt.NDArray[np.intp]

POSITIONAL = (Phrase, SpanNear, SpanNear2, SpanOr, SpanFirst, SpanNot, SpanContains, SpanBefore, SpanCondition)
"""Queries that look at positions."""


def matching(query: Query, segment: SegmentReader) -> Mask:
    """bool[documents]: which documents match, deleted ones among them or not.

    Raises:
        whoosh.query.QueryError: the query asks for positions in a field that has none.
    """
    return _MATCHING.get(type(query), _stepwise)(query, segment)


def documents(query: Query, segment: SegmentReader) -> Documents:
    """The numbers of the documents that match, ascending; see ``matching``."""
    if type(query) is Term:
        return segment.postings(query.fieldname, query.text).documents
    if type(query) in POSITIONAL and has_spans(query):
        return distinct(spans_of(query, segment).documents)
    return np.flatnonzero(matching(query, segment))


def nothing(segment: SegmentReader) -> Mask:
    """A mask without any document."""
    return np.zeros(segment.info.documents, bool)


def _term(query: Term, segment: SegmentReader) -> Mask:
    mask = nothing(segment)
    mask[segment.postings(query.fieldname, query.text).documents] = True
    return mask


def _and(query: And, segment: SegmentReader) -> Mask:
    """Terms first, the rarest before the others; then what is cheap, then what looks at positions."""
    if not query.subqueries:
        return nothing(segment)
    parts = list(_conjuncts(query))
    terms = [part for part in parts if type(part) is Term]
    mask = _all_terms(terms, segment) if terms else ~nothing(segment)
    for part in sorted((part for part in parts if type(part) is not Term), key=_looks_at_positions):
        if not mask.any():
            break
        mask &= matching(part, segment)
    return mask


def _conjuncts(query: And) -> Iterator[Query]:
    for part in query.subqueries:
        if type(part) is And and part.subqueries:
            yield from _conjuncts(part)
        else:
            yield part


def _all_terms(terms: list[Term], segment: SegmentReader) -> Mask:
    lists = []
    mask = nothing(segment)
    for term in terms:
        lists.append(segment.postings(term.fieldname, term.text).documents)
        if not len(lists[-1]):
            return mask
    lists.sort(key=len)
    found = lists[0]
    for documents in lists[1:]:
        found = found[are_among(found, documents)]
    mask[found] = True
    return mask


def _looks_at_positions(query: Query) -> bool:
    return type(query) in (*POSITIONAL, InBody, Near)


def _or(query: Or | DisjunctionMax, segment: SegmentReader) -> Mask:
    mask = nothing(segment)
    for part in query.subqueries:
        if type(part) is Term:
            mask[segment.postings(part.fieldname, part.text).documents] = True
        else:
            mask |= matching(part, segment)
    return mask


def _not(query: Not, segment: SegmentReader) -> Mask:
    return ~matching(query.query, segment)


def _and_not(query: AndNot, segment: SegmentReader) -> Mask:
    mask = matching(query.a, segment)
    return mask & ~matching(query.b, segment) if mask.any() else mask


def _and_maybe(query: AndMaybe, segment: SegmentReader) -> Mask:
    return matching(query.a, segment)


def _require(query: Require, segment: SegmentReader) -> Mask:
    return _and(And([query.a, query.b]), segment)


def _otherwise(query: Otherwise, segment: SegmentReader) -> Mask:
    mask = matching(query.a, segment)
    return mask if (mask & segment.live).any() else matching(query.b, segment)


def _every(query: Every, segment: SegmentReader) -> Mask:
    return ~nothing(segment) if query.fieldname is None else _any_term(query.fieldname, segment)


def _any_term(field: str, segment: SegmentReader) -> Mask:
    if field in RANKED_FIELDS:
        with_terms: Mask = segment.numbers[field] > 0
        return with_terms
    mask = nothing(segment)
    mask[segment.lists_from(field, "").documents] = True
    return mask


def _null(query: Query, segment: SegmentReader) -> Mask:
    return nothing(segment)


def _constant(query: ConstantScoreQuery, segment: SegmentReader) -> Mask:
    return matching(query.child, segment)


def _multi_term(query: Query, segment: SegmentReader) -> Mask:
    if is_every(query):
        return _any_term(query.fieldname, segment)
    mask = nothing(segment)
    mask[occurrences(query, segment)[0]] = True
    return mask


def _range(query: NumericRange, segment: SegmentReader) -> Mask:
    return _between(query, query.start, query.end, segment)


def _date_range(query: DateRange, segment: SegmentReader) -> Mask:
    return _between(query, _instant(query.startdate), _instant(query.enddate), segment)


def _instant(date: dt.datetime | None) -> int | None:
    """A date without a time zone is UTC, as everywhere in Whoosh."""
    if date is None:
        return None
    return microseconds(date if date.tzinfo else date.replace(tzinfo=dt.UTC))


def _between(query: NumericRange, start: int | None, end: int | None, segment: SegmentReader) -> Mask:
    if query.fieldname not in NUMBER_FIELDS:
        return nothing(segment)
    values = segment.numbers[query.fieldname]
    mask: Mask = values != NO_DATE
    if start is not None:
        mask &= values > start if query.startexcl else values >= start
    if end is not None:
        mask &= values < end if query.endexcl else values <= end
    return mask


def _positional(query: Query, segment: SegmentReader) -> Mask:
    if not has_spans(query):
        return _stepwise(query, segment)
    mask = nothing(segment)
    mask[spans_of(query, segment).documents] = True
    return mask


def _in_body(query: InBody, segment: SegmentReader) -> Mask:
    """The unigrams of a title come before those of the body."""
    if type(query.child) is Term:
        return _more_often_than_in_title(query.child, segment)
    found = spans_of(query.child, segment)
    mask = nothing(segment)
    mask[found.documents[found.positions >= segment.numbers[TITLE_STREAMS.unigrams][found.documents]]] = True
    return mask


def _more_often_than_in_title(query: Term, segment: SegmentReader) -> Mask:
    times = np.zeros(segment.info.documents, np.int64)
    for sign, field in ((1, query.fieldname), (-1, f"title_{query.fieldname}")):
        postings = segment.postings(field, query.text)
        times[postings.documents] += sign * postings.frequencies.astype(np.int64)
    more: Mask = times > 0
    return more


def _near(query: Near, segment: SegmentReader) -> Mask:
    mask = nothing(segment)
    mask[near_documents(query, segment)] = True
    return mask


def _pinyin(query: Pinyin, segment: SegmentReader) -> Mask:
    mask = nothing(segment)
    for needle in texts_read(query, segment):
        mask |= matching(containing(needle, TITLE_STREAMS if needle.title_only else BODY_STREAMS), segment)
    return mask


def _stepwise(query: Query, segment: SegmentReader) -> Mask:
    from searchkit.engines.whoosh.door.reader import step_through  # Whoosh's searcher, which few queries need

    return step_through(with_known_ranges(query, segment), segment)[0]


def with_known_ranges(query: Query, segment: SegmentReader) -> Query:
    """The tree for Whoosh's matchers: our numbers are columns, where they would look for terms."""
    from searchkit.engines.whoosh.door.reader import Known  # the same

    if not any(isinstance(part, NumericRange) for part in query.leaves()):
        return query  # ``accept`` would lose what few constructors take

    def known(part: Query) -> Query:
        if not isinstance(part, NumericRange):
            return part
        return Known(np.flatnonzero(matching(part, segment) & segment.live), part.boost)

    return query.accept(known)


_MATCHING: dict[type[Query], Callable[[Any, SegmentReader], Mask]] = {
    Term: _term,
    And: _and,
    Or: _or,
    DisjunctionMax: _or,
    AndNot: _and_not,
    AndMaybe: _and_maybe,
    Require: _require,
    Otherwise: _otherwise,
    Not: _not,
    Every: _every,
    _NullQuery: _null,
    NumericRange: _range,
    DateRange: _date_range,
    ConstantScoreQuery: _constant,
    **dict.fromkeys(MULTI_TERM, _multi_term),
    **dict.fromkeys(POSITIONAL, _positional),
    InBody: _in_body,
    Near: _near,
    Pinyin: _pinyin,
}
