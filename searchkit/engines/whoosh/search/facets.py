"""How many of the matching posts have which source, year, month or tag: counted from column vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.schema import NO_DATE
from searchkit.engines.whoosh.codec.api import SegmentReader
from searchkit.model import FacetCounts

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """Which of a field's values each document has.

    Attributes:
        values: the values, as ``fold`` gives them.
        documents: int64[n], a document for each value it has.
        numbers: int64[n], that value's place in ``values``.
    """

    values: list[str]
    documents: Numbers
    numbers: Numbers

    @classmethod
    def of(cls, field: str, segments: Sequence[SegmentReader]) -> ValueColumn:
        """The column of a field of whole values, over all segments."""
        place: dict[str, int] = {}
        documents, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        base = 0
        for segment in segments:
            for value in segment.terms(field):
                found = segment.postings(field, value).documents
                documents.append(found + base)
                numbers.append(np.full(len(found), place.setdefault(value, len(place))))
            base += segment.info.documents
        return cls(list(place), np.concatenate(documents), np.concatenate(numbers))

    def counts(self, wanted: Numbers, documents: int) -> list[tuple[str, int, int]]:
        """Each value that a wanted document has, how many do, and the first of them; the most frequent first.

        Args:
            wanted: int64[n], numbers of documents.
            documents: how many the state has.
        """
        is_wanted = np.zeros(documents, bool)
        is_wanted[wanted] = True
        among = is_wanted[self.documents]
        numbers, holders = self.numbers[among], self.documents[among]
        counts = np.bincount(numbers, minlength=len(self.values)).tolist()
        first = np.full(len(self.values), documents)
        np.minimum.at(first, numbers, holders)
        found = [(value, counts[n], int(first[n])) for n, value in enumerate(self.values) if counts[n]]
        return sorted(found, key=lambda entry: (-entry[1], entry[0]))


def date_counts(dates: Numbers, months: bool) -> FacetCounts:
    """How many dates lie in each year or month (``2021`` or ``2021-11``), the latest first; none is left out.

    Args:
        dates: int64[n], microseconds since 1970.
        months: by month, not by year.
    """
    known = dates[dates != NO_DATE].view("datetime64[us]")
    values, counts = np.unique(known.astype("datetime64[M]" if months else "datetime64[Y]"), return_counts=True)
    return tuple(zip(values.astype(str).tolist()[::-1], counts.tolist()[::-1], strict=True))
