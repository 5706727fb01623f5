"""Which documents does a query count, and which come after those? As sorted numbers, one document of each text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchkit.engines.arrays import Bools, DocIds, are_among
from searchkit.engines.whoosh.schema import CONTENT, TITLE
from searchkit.engines.whoosh.search.match.boolean import Physical, TermDocs, common, intersection, union
from searchkit.engines.whoosh.search.match.collapse import Duplicates
from searchkit.engines.whoosh.search.match.lower import lower, titled
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.query.ast import Every, Query
from searchkit.query.compiled import MAX_TITLED, CompiledQuery
from searchkit.query.needles import needle_of


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

    Attributes:
        max_doc: how many documents there are, deleted ones included.
    """

    def __init__(self, segments: Sequence[SegmentContext], live: Bools, duplicates: Duplicates) -> None:
        self._segments = segments
        self._live = live
        self.max_doc = len(live)
        self._all_live = bool(live.all())
        self._duplicates = duplicates

    def clause_matches(self, query: CompiledQuery, filter_query: Query, path: str | None = None) -> ClauseMatches:
        """What each clause of a query matches, the filter and the path, if any, being required ones."""
        matches: dict[Query, DocIds] = {}  # an optional clause may be a required one, too

        def matching(clause: Query) -> DocIds:
            if clause not in matches:
                matches[clause] = self.doc_ids(lower(clause))
            return matches[clause]

        required = [matching(part) for part in (query.required, filter_query) if not isinstance(part, Every)]
        if path is not None:
            required.append(self.doc_ids(TermDocs("path", path)))
        return ClauseMatches(
            intersection(required, self.max_doc) if required else None,
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
            lists = [union(lists, self.max_doc)]
        if matches.required is not None:
            lists.append(matches.required)
        doc_ids = intersection(lists, self.max_doc) if lists else np.flatnonzero(self._live)
        return self._duplicates.collapse(doc_ids)

    def tiers(self, query: CompiledQuery, doc_ids: DocIds) -> Iterator[DocIds]:
        """Some documents in groups, of which each comes before the next whatever the scores.

        First the post whose title is just what was typed, if at most ``MAX_TITLED`` have that title, those without a
        body after the others; then posts with every typed run in one piece; then the others.
        """
        for preferred in self._preferred(query, doc_ids):
            is_preferred = are_among(doc_ids, preferred)
            if is_preferred.any():
                yield doc_ids[is_preferred]
                doc_ids = doc_ids[~is_preferred]
        yield doc_ids

    def _preferred(self, query: CompiledQuery, doc_ids: DocIds) -> Iterator[DocIds]:
        if query.title and (needle := needle_of(query.title)):
            titled_ids = self.doc_ids(titled(needle))
            titled_ids = titled_ids[are_among(titled_ids, doc_ids)]
            if 0 < len(titled_ids) <= MAX_TITLED:
                has_body = self._has_body[titled_ids]
                yield from (titled_ids[has_body], titled_ids[~has_body])
        if query.in_one_piece:
            yield intersection([self.doc_ids(lower(phrase)) for phrase in query.in_one_piece], self.max_doc)

    @cached_property
    def _has_body(self) -> Bools:
        """bool[documents]: which have more text than their title."""
        values = [segment.reader.doc_values for segment in self._segments]
        return as_one([part[CONTENT.unigrams] > part[TITLE.unigrams] for part in values], np.bool_)

    def beyond(self, physical: Physical, matches: ClauseMatches) -> DocIds:
        """The documents that match what is required and something else, but none of the optional clauses."""
        found = self.doc_ids(physical)
        if matches.required is not None:
            found = common(found, matches.required, self.max_doc)
        for doc_ids in matches.optional:
            found = found[~are_among(found, doc_ids)]
        return self._duplicates.collapse(found)

    def partial(self, matches: ClauseMatches) -> DocIds:
        """The documents that match some of the optional clauses, but not all."""
        counts = np.zeros(self.max_doc, np.uint32)  # a tree may have more than 255 clauses
        for doc_ids in matches.optional:
            counts[doc_ids] += 1
        some = np.flatnonzero((counts > 0) & (counts < len(matches.optional)))
        if matches.required is not None:
            some = common(some, matches.required, self.max_doc)
        return self._duplicates.collapse(some)
