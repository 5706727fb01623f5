"""How many of the matching posts have which source, year, month or tag: counted from columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import DocIds, Int64s
from searchkit.engines.dates import NO_DATE
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.model import MAX_FACET_VALUES, FacetCounts


@dataclass(frozen=True, slots=True, eq=False)
class ValueColumn:
    """The values of a keyword field, and which document has which.

    Attributes:
        values: folded, in no order.
        doc_ids: int64[n], a document for each value that it has.
        value_ords: int64[n], that value's place in ``values``.
        first_ords: int64[m], the values that live documents of each segment have, ascending.
        first_docs: int64[m], of each of these the first document by path in a segment.
    """

    values: list[str]
    doc_ids: Int64s
    value_ords: Int64s
    first_ords: Int64s
    first_docs: Int64s

    @classmethod
    def of(cls, field: str, segments: Sequence[SegmentContext]) -> ValueColumn:
        """The column of a keyword field over all segments."""
        ords: dict[str, int] = {}
        columns = [[np.zeros(0, np.int64)] for _ in range(4)]
        for segment in segments:
            lists = [np.zeros(0, np.int64)]
            lists += (segment.reader.postings(field, value).doc_ids for value in segment.reader.terms(field))
            here = [ords.setdefault(value, len(ords)) for value in segment.reader.terms(field)]
            doc_ids = np.concatenate(lists)
            value_ords = np.repeat(np.array(here, np.int64), [len(doc_ids) for doc_ids in lists[1:]])
            first_ords, first_docs = _first_by_path(segment, doc_ids, value_ords)
            found = (doc_ids + segment.doc_base, value_ords, first_ords, first_docs + segment.doc_base)
            for column, part in zip(columns, found, strict=True):
                column.append(part)
        doc_ids, value_ords, first_ords, first_docs = map(np.concatenate, columns)
        order = np.argsort(first_ords, kind="stable")
        return cls(list(ords), doc_ids, value_ords, first_ords[order], first_docs[order])

    def counts(self, matches: DocIds, max_doc: int) -> list[tuple[int, int]]:
        """The place of each value that a match has, and how many matches do; the most frequent value first."""
        is_match = np.zeros(max_doc, bool)
        is_match[matches] = True
        counts = np.bincount(self.value_ords[is_match[self.doc_ids]], minlength=len(self.values))
        rows = zip(np.flatnonzero(counts).tolist(), counts[counts > 0].tolist(), strict=True)
        return sorted(rows, key=lambda row: (-row[1], self.values[row[0]]))

    def first_of_segments(self, value_ord: int) -> list[int]:
        """The documents of which one is the first by path with a value."""
        first, end = np.searchsorted(self.first_ords, (value_ord, value_ord + 1))
        docs: list[int] = self.first_docs[first:end].tolist()
        return docs


def _first_by_path(segment: SegmentContext, doc_ids: DocIds, value_ords: Int64s) -> tuple[Int64s, Int64s]:
    """Each value that live documents of a segment have, and the first of them by path."""
    live = segment.reader.live[doc_ids]
    doc_ids, value_ords = doc_ids[live], value_ords[live]
    order = np.argsort(segment.reader.path_order[doc_ids], kind="stable")
    ords, places = np.unique(value_ords[order], return_index=True)
    return ords, doc_ids[order[places]]


class Facets:
    """Counts facets of a commit point."""

    def __init__(self, segments: Sequence[SegmentContext], docs: DocStore) -> None:
        self._segments = segments
        self._docs = docs
        self._columns: dict[str, ValueColumn] = {}
        self._written: dict[tuple[str, int], str] = {}

    def counts(self, facet: str, matches: DocIds) -> FacetCounts:
        """The values of a facet among the matches, and how many have each; years and months latest first."""
        if facet in ("year", "month"):
            return date_counts(self._docs.clocks[matches], facet == "month")
        rows = self.column(facet).counts(matches, self._docs.max_doc)[:MAX_FACET_VALUES]
        return tuple((self.written(facet, value_ord), count) for value_ord, count in rows)

    def values(self, field: str, matches: DocIds | None = None) -> dict[str, int]:
        """The folded values that some matches have, and how many have each; None for all documents."""
        if matches is None:
            matches = np.flatnonzero(self._docs.live)
        column = self.column(field)
        return {column.values[at]: count for at, count in column.counts(matches, self._docs.max_doc)}

    def column(self, field: str) -> ValueColumn:
        """The column of a keyword field; made once."""
        if field not in self._columns:
            self._columns[field] = ValueColumn.of(field, self._segments)
        return self._columns[field]

    def written(self, field: str, value_ord: int) -> str:
        """A value, by its place in the column, as the first live document by path writes it that has it."""
        key = (field, value_ord)
        if key not in self._written:
            from searchkit.engines.values import as_written  # where values are shown only

            column = self.column(field)
            first = min(column.first_of_segments(value_ord), key=self._docs.path)
            self._written[key] = as_written(self._docs.stored_fields(first), field, column.values[value_ord])
        return self._written[key]


def date_counts(clocks: Int64s, by_month: bool) -> FacetCounts:
    """How many dates lie in each year or month (``2021`` or ``2021-11``), the latest first.

    Args:
        clocks: int64[n], microseconds since 1970; ``NO_DATE`` is left out.
        by_month: by month, not by year.
    """
    dated = clocks[clocks != NO_DATE].view("datetime64[us]")
    values, counts = np.unique(dated.astype("datetime64[M]" if by_month else "datetime64[Y]"), return_counts=True)
    return tuple(zip(values.astype(str).tolist()[::-1], counts.tolist()[::-1], strict=True))
