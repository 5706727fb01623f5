"""Which documents does a query count, and which come after those? As sorted numbers, one document of each text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.whoosh.numeric.types import Bools, DocIds
from searchkit.engines.whoosh.search.boolean import Physical, common, intersection, union
from searchkit.engines.whoosh.search.collapse import Duplicates
from searchkit.engines.whoosh.search.lower import lower
from searchkit.engines.whoosh.search.segment import SegmentContext, as_one
from searchkit.query.ast import Every, Query
from searchkit.query.compiled import CompiledQuery


@dataclass(frozen=True, slots=True, eq=False)
class ClauseMatches:
    """Which documents match each clause of a query, duplicates included.

    Attributes:
        required: those that match at all; None where that is every one.
        optional: those that match each optional clause.
    """

    required: DocIds | None
    optional: tuple[DocIds, ...]


class Candidates:
    """Finds the documents of a commit point that match.

    Args:
        segments: all of them.
        live: bool[documents], False where deleted.
        duplicates: which documents have the same text.
    """

    def __init__(self, segments: Sequence[SegmentContext], live: Bools, duplicates: Duplicates) -> None:
        self._segments = segments
        self._live = live
        self._all_live = bool(live.all())
        self._duplicates = duplicates

    def clause_matches(self, query: CompiledQuery, filter_query: Query) -> ClauseMatches:
        """What each clause of a query matches, the filter being a required one."""
        matches: dict[Physical, DocIds] = {}  # an optional clause may be a required one, too

        def matching(clause: Query) -> DocIds:
            physical = lower(clause)
            if physical not in matches:
                matches[physical] = self.doc_ids(physical)
            return matches[physical]

        required = [matching(part) for part in (query.required, filter_query) if not isinstance(part, Every)]
        return ClauseMatches(
            intersection(required, len(self._live)) if required else None,
            tuple(matching(clause.query) for clause in query.optional),
        )

    def doc_ids(self, physical: Physical) -> DocIds:
        """The live documents that match."""
        parts = []
        for segment in self._segments:
            doc_ids = physical.doc_ids(segment)
            parts.append(doc_ids + segment.doc_base if segment.doc_base else doc_ids)
        doc_ids = as_one(parts, np.int64)
        return doc_ids if self._all_live else doc_ids[self._live[doc_ids]]

    def all_clauses(self, matches: ClauseMatches, match_any: bool) -> DocIds:
        """The documents that match every clause; with ``match_any``, any of the optional ones."""
        lists = list(matches.optional)
        if match_any and lists:
            lists = [union(lists, len(self._live))]
        if matches.required is not None:
            lists.append(matches.required)
        doc_ids = intersection(lists, len(self._live)) if lists else np.flatnonzero(self._live)
        return self._duplicates.collapse(doc_ids)

    def partial(self, matches: ClauseMatches) -> DocIds:
        """The documents that match some of the optional clauses, but not all."""
        counts = np.zeros(len(self._live), np.uint8)
        for doc_ids in matches.optional:
            counts[doc_ids] += 1
        some = np.flatnonzero((counts > 0) & (counts < len(matches.optional)))
        if matches.required is not None:
            some = common(some, matches.required, len(self._live))
        return self._duplicates.collapse(some)
