"""How many of the matching posts have which source, year, month or tag: counted from columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.whoosh.numeric.types import DocIds, Int64s
from searchkit.engines.whoosh.schema import NO_DATE
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.model import Document, FacetCounts

MAX_VALUES = 100
"""Values of one facet that are shown."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueColumn:
    """The values of a keyword field, and which document has which.

    Attributes:
        values: folded, in no order.
        doc_ids: int64[n], a document for each value that it has.
        value_ords: int64[n], that value's place in ``values``.
    """

    values: list[str]
    doc_ids: Int64s
    value_ords: Int64s

    @classmethod
    def of(cls, field: str, segments: Sequence[SegmentContext]) -> ValueColumn:
        """The column of a keyword field over all segments."""
        ords: dict[str, int] = {}
        doc_ids, value_ords = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for segment in segments:
            for value in segment.reader.terms(field):
                matches = segment.reader.postings(field, value).doc_ids
                doc_ids.append(matches + segment.doc_base)
                value_ords.append(np.full(len(matches), ords.setdefault(value, len(ords))))
        return cls(list(ords), np.concatenate(doc_ids), np.concatenate(value_ords))

    def counts(self, matches: DocIds, max_doc: int) -> list[tuple[str, int, int]]:
        """Each value that a match has, how many matches do, and the first of them; the most frequent value first."""
        is_match = np.zeros(max_doc, bool)
        is_match[matches] = True
        kept = is_match[self.doc_ids]
        value_ords, holders = self.value_ords[kept], self.doc_ids[kept]
        counts = np.bincount(value_ords, minlength=len(self.values)).tolist()
        first = np.full(len(self.values), max_doc)
        np.minimum.at(first, value_ords, holders)
        rows = [(value, counts[at], int(first[at])) for at, value in enumerate(self.values) if counts[at]]
        return sorted(rows, key=lambda row: (-row[1], row[0]))


class Facets:
    """Counts facets of a commit point."""

    def __init__(self, segments: Sequence[SegmentContext], docs: DocStore) -> None:
        self._segments = segments
        self._docs = docs
        self._columns: dict[str, ValueColumn] = {}

    def counts(self, facet: str, matches: DocIds) -> FacetCounts:
        """The values of a facet among the matches, and how many have each; years and months latest first."""
        if facet in ("year", "month"):
            return date_counts(self._docs.clocks[matches], facet == "month")
        rows = self.values(facet, matches)[:MAX_VALUES]
        return tuple((self.as_written(facet, value, first), count) for value, count, first in rows)

    def values(self, field: str, matches: DocIds | None = None) -> list[tuple[str, int, int]]:
        """Each value that some of the matches have, how many do, and the first of them; None for all documents."""
        if matches is None:
            matches = np.flatnonzero(self._docs.live)
        return self.column(field).counts(matches, self._docs.max_doc)

    def column(self, field: str) -> ValueColumn:
        """The column of a keyword field; made once."""
        if field not in self._columns:
            self._columns[field] = ValueColumn.of(field, self._segments)
        return self._columns[field]

    def first_written(self, field: str, value_ord: int) -> str:
        """A value, by its place in the column, as the first live document by path writes it that has it."""
        column = self.column(field)
        holders = column.doc_ids[column.value_ords == value_ord]
        holders = holders[self._docs.live[holders]]
        first = int(holders[np.argmin(self._docs.path_ranks(holders))])
        return self.as_written(field, column.values[value_ord], first)

    def as_written(self, field: str, value: str, doc_id: int) -> str:
        """A folded value as a document that has it writes it."""
        return _as_written(self._docs.stored_fields(doc_id), field, value)


def _as_written(document: Document, field: str, value: str) -> str:
    """A folded value as a document that has it writes it."""
    from searchkit.language import fold  # OpenCC's tables, which a search for Latin words does without

    written = (document.source,) if field == "source" else document.tags
    return next((text for text in written if fold(text) == value), value)


def date_counts(clocks: Int64s, by_month: bool) -> FacetCounts:
    """How many dates lie in each year or month (``2021`` or ``2021-11``), the latest first.

    Args:
        clocks: int64[n], microseconds since 1970; ``NO_DATE`` is left out.
        by_month: by month, not by year.
    """
    dated = clocks[clocks != NO_DATE].view("datetime64[us]")
    values, counts = np.unique(dated.astype("datetime64[M]" if by_month else "datetime64[Y]"), return_counts=True)
    return tuple(zip(values.astype(str).tolist()[::-1], counts.tolist()[::-1], strict=True))
