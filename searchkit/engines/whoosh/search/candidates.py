"""Which documents does a search count, and which come after those? As sorted numbers, one document of each text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from whoosh.query import Every, NumericRange, Or, Query, Term

from searchkit.engines.protocol import Filters
from searchkit.engines.whoosh.numeric.sorted import are_among
from searchkit.engines.whoosh.search.collapse import Duplicates
from searchkit.engines.whoosh.search.boolean import documents
from searchkit.engines.whoosh.schema import NO_DATE, microseconds
from searchkit.engines.whoosh.codec.api import SegmentReader, as_one
from searchkit.query.parser import ParsedQuery

Documents = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_FEW = 8  # times fewer numbers than there are others are looked up by bisection


@dataclass(frozen=True, slots=True)
class Having:
    """Which documents have what a query asks for, duplicates among them.

    Attributes:
        match: those that match at all; None where that is every one.
        words: those that have each of its words.
    """

    match: Documents | None
    words: tuple[Documents, ...]


class Selector:
    """Selects documents of a state.

    Args:
        segments: the whole state.
        live: bool[documents], False where deleted.
        duplicates: which documents have the same text.
    """

    def __init__(self, segments: Sequence[SegmentReader], live: Mask, duplicates: Duplicates) -> None:
        self._segments = segments
        self._live = live
        self._all_live = bool(live.all())
        self._duplicates = duplicates

    def having(self, query: ParsedQuery, filters: Filters) -> Having:
        """What each part of a query selects, among the documents that the filters let through."""
        return Having(self._matching(query.match, filters), tuple(self.documents(word.query) for word in query.words))

    def documents(self, query: Query) -> Documents:
        """The live documents that a query tree matches."""
        parts: list[Documents] = []
        base = 0
        for segment in self._segments:
            found = documents(query, segment)
            parts.append(found + base if base else found)
            base += segment.info.documents
        return self._only_live(as_one(parts, np.intp))

    def best(self, having: Having, question: bool) -> Documents:
        """The documents with all that is asked for; of a question, those with any of its words."""
        return self._duplicates.first_of(self._best(having, question))

    def others(self, having: Having) -> Documents:
        """The documents with some of the words, but not all."""
        counts = np.zeros(len(self._live), np.uint8)
        for found in having.words:
            counts[found] += 1
        some = np.flatnonzero((counts > 0) & (counts < len(having.words)))
        return self._duplicates.first_of(some if having.match is None else self._common(some, having.match))

    def _best(self, having: Having, question: bool) -> Documents:
        asked = having.words
        if question and asked:
            asked = (self._union(asked),)
        if having.match is not None:
            asked = (*asked, having.match)
        if not asked:
            return np.flatnonzero(self._live)
        return self._in_all(asked)

    def _matching(self, match: Query, filters: Filters) -> Documents | None:
        parts = [query for query in (match, *_filter_queries(filters)) if not _is_every(query)]
        return self._in_all(tuple(map(self.documents, parts))) if parts else None

    def _in_all(self, parts: Sequence[Documents]) -> Documents:
        """The numbers that all have, from the fewest on."""
        found, *others = sorted(parts, key=len)
        for other in others:
            found = self._common(found, other)
        return found

    def _only_live(self, found: Documents) -> Documents:
        return found if self._all_live else found[self._live[found]]

    def _common(self, fewer: Documents, others: Documents) -> Documents:
        """The numbers that both have."""
        if len(fewer) * _FEW < len(others):
            return fewer[are_among(fewer, others)]
        having = np.zeros(len(self._live), bool)
        having[others] = True
        return fewer[having.take(fewer)]

    def _union(self, parts: Sequence[Documents]) -> Documents:
        among = np.zeros(len(self._live), bool)
        for part in parts:
            among[part] = True
        return np.flatnonzero(among)


def _is_every(query: Query) -> bool:
    return type(query) is Every and query.fieldname is None


def _filter_queries(filters: Filters) -> list[Query]:
    queries: list[Query] = []
    if filters.since is not None or filters.until is not None:
        start = NO_DATE + 1 if filters.since is None else microseconds(filters.since)
        end = None if filters.until is None else microseconds(filters.until)
        queries.append(NumericRange("date", start, end))
    if filters.sources:
        queries.append(Or([Term("source", source) for source in filters.sources]))
    queries.extend(Term("tag", tag) for tag in filters.tags)
    return queries
