"""Physical queries: which documents of a segment match?

``lower`` makes them of a query tree. Each is frozen data that evaluates itself on whole posting arrays. They have no
``repr``: to generate one takes most of the time of making a dataclass, which every search from a shell pays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np

from searchkit.engines.arrays import Bools, DocIds, are_among, no_int64s
from searchkit.engines.dates import NO_DATE
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.query.compiled import ExpandedLeaf

_SPARSE = 8  # with so many times fewer documents than the other side has, look them up by bisection

POSTINGS, COLUMNS, POSITIONS = range(3)
"""What evaluation reads, the cheapest first; a conjunction evaluates its parts in this order."""


class Physical(Protocol):
    """A query on physical fields; it can be hashed."""

    @property
    def cost(self) -> int: ...

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        """The matching documents of a segment, deleted ones among them or not."""


@dataclass(frozen=True, slots=True, repr=False)
class AllDocs:
    """Every document."""

    cost: ClassVar[int] = COLUMNS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        return np.arange(segment.max_doc)


@dataclass(frozen=True, slots=True, repr=False)
class NoDocs:
    """No document."""

    cost: ClassVar[int] = POSTINGS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        return no_int64s()


@dataclass(frozen=True, slots=True, repr=False)
class TermDocs:
    """The documents with a term."""

    field: str
    term: str
    cost: ClassVar[int] = POSTINGS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        return segment.reader.postings(self.field, self.term).doc_ids


@dataclass(frozen=True, slots=True, repr=False)
class TagDocs:
    """The documents with a tag, or with one below it: 美食 or 美食/晚餐."""

    tag: str
    cost: ClassVar[int] = POSTINGS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        doc_ids = segment.reader.postings("tag", self.tag).doc_ids
        below = segment.reader.posting_lists_with_prefix("tag", f"{self.tag}/").doc_ids
        return union([doc_ids, np.unique(below)], segment.max_doc)


@dataclass(frozen=True, slots=True, repr=False)
class PathDocs:
    """The documents with a folded path."""

    path: str
    cost: ClassVar[int] = COLUMNS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        return segment.expander.with_path(self.path)


@dataclass(frozen=True, slots=True, repr=False)
class MoreOften:
    """The documents in which a term occurs more often in one field than in another: in the body beside the title."""

    field: str
    other: str
    term: str
    cost: ClassVar[int] = POSTINGS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        surplus = np.zeros(segment.max_doc, np.int64)
        for sign, field in ((1, self.field), (-1, self.other)):
            postings = segment.reader.postings(field, self.term)
            surplus[postings.doc_ids] += sign * postings.freqs
        return np.flatnonzero(surplus > 0)


@dataclass(frozen=True, slots=True, repr=False)
class PatternDocs:
    """The documents with a term that a pattern stands for; if ``other`` is given, more often than in that field."""

    pattern: ExpandedLeaf
    field: str
    other: str = ""
    cost: ClassVar[int] = COLUMNS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        expansion = segment.expander.expansion(self.pattern, self.field)
        if not self.other:
            return expansion.doc_ids
        surplus = np.zeros(segment.max_doc, np.int64)
        surplus[expansion.doc_ids] = expansion.freqs
        beside = segment.expander.expansion(self.pattern, self.other)
        surplus[beside.doc_ids] -= beside.freqs
        return np.flatnonzero(surplus > 0)


@dataclass(frozen=True, slots=True, repr=False)
class DateBetween:
    """The documents with a date from one bound to another, both included, in microseconds; None for no bound.

    Attributes:
        of: what is compared, of each document: the instant of its date, what its author's clock showed, or the instant
            when it came into the index.
    """

    of: Literal["date", "clocks", "added"]
    since: int | None
    until: int | None
    cost: ClassVar[int] = COLUMNS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        reader = segment.reader
        dates = reader.clocks if self.of == "clocks" else reader.doc_values[self.of]
        matches: Bools = dates != NO_DATE
        if self.since is not None:
            matches &= dates >= self.since
        if self.until is not None:
            matches &= dates <= self.until
        return np.flatnonzero(matches)


@dataclass(frozen=True, slots=True, repr=False)
class NewDocs:
    """The documents that came last into the index, of all segments."""

    cost: ClassVar[int] = COLUMNS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        newest = segment.arrivals.newest
        return no_int64s() if newest == NO_DATE else np.flatnonzero(segment.reader.doc_values["added"] == newest)


@dataclass(frozen=True, slots=True, repr=False)
class Conjunction:
    """The documents that match every part, and none of the excluded ones; at least one part."""

    parts: tuple[Physical, ...]
    excluded: tuple[Physical, ...] = ()

    @property
    def cost(self) -> int:
        return max(part.cost for part in (*self.parts, *self.excluded))

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        cheap = [part for part in self.parts if part.cost == POSTINGS]
        lists = []
        for part in cheap:
            lists.append(part.doc_ids(segment))
            if not len(lists[-1]):
                return lists[-1]
        matches = intersection(lists, segment.max_doc) if lists else None
        for part in sorted((part for part in self.parts if part.cost != POSTINGS), key=lambda part: part.cost):
            if matches is not None and not len(matches):
                return matches
            others = part.doc_ids(segment)
            matches = others if matches is None else common(matches, others, segment.max_doc)
        assert matches is not None, "a conjunction has a part"
        for part in self.excluded:
            if not len(matches):
                break
            matches = matches[~are_among(matches, part.doc_ids(segment))]
        return matches


@dataclass(frozen=True, slots=True, repr=False)
class Disjunction:
    """The documents that match any part; at least one part."""

    parts: tuple[Physical, ...]

    @property
    def cost(self) -> int:
        return max(part.cost for part in self.parts)

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        return union([part.doc_ids(segment) for part in self.parts], segment.max_doc)


@dataclass(frozen=True, slots=True, repr=False)
class Complement:
    """The documents that do not match the part."""

    part: Physical

    @property
    def cost(self) -> int:
        return max(self.part.cost, COLUMNS)

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        others = np.ones(segment.max_doc, bool)
        others[self.part.doc_ids(segment)] = False
        return np.flatnonzero(others)


def intersection(lists: list[DocIds], max_doc: int) -> DocIds:
    """The documents of every list, the shortest first; at least one list."""
    matches, *others = sorted(lists, key=len)
    for other in others:
        matches = common(matches, other, max_doc)
    return matches


def common(some: DocIds, others: DocIds, max_doc: int) -> DocIds:
    """The documents of both lists."""
    if len(others) < len(some):
        some, others = others, some
    if len(some) * _SPARSE < len(others):
        return some[are_among(some, others)]
    is_other = np.zeros(max_doc, bool)
    is_other[others] = True
    return some[is_other.take(some)]


def union(lists: list[DocIds], max_doc: int) -> DocIds:
    """The documents of any list."""
    lists = [doc_ids for doc_ids in lists if len(doc_ids)]
    if len(lists) < 2:
        return lists[0] if lists else no_int64s()
    is_any = np.zeros(max_doc, bool)
    for doc_ids in lists:
        is_any[doc_ids] = True
    return np.flatnonzero(is_any)
