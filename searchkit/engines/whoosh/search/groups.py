"""How many of the matching posts have which source, tag and period: a cross table, counted from columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import DocIds, Int64s
from searchkit.engines.dates import NO_DATE
from searchkit.engines.protocol import GroupCounts
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.facets import Facets

_DAY = 86_400_000_000  # microseconds
_NONE = -(2**62)  # the number of the value that is missing: before every other


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """A key of each of some documents; one with several values is there once for each.

    Attributes:
        rows: int64[n], which of the documents.
        numbers: int64[n], its value; ``_NONE`` where it has none.
        text: the value of a number.
    """

    rows: Int64s
    numbers: Int64s
    text: Callable[[int], str]


class Groups:
    """Counts the documents of a commit point in groups."""

    def __init__(self, docs: DocStore, facets: Facets) -> None:
        self._docs = docs
        self._facets = facets

    def counts(self, keys: Sequence[str], doc_ids: DocIds) -> GroupCounts:
        """How many of some documents have which values of the keys; see ``Searcher.count``."""
        rows = np.arange(len(doc_ids))
        columns = [self._column(key, doc_ids) for key in keys]
        chosen: list[Int64s] = []
        for column in columns:  # each document of one is joined with each of its values in the next
            left, right = _joined(rows, column.rows, len(doc_ids))
            rows = rows[left]
            chosen = [numbers[left] for numbers in chosen] + [column.numbers[right]]
        if not columns:
            return GroupCounts(len(doc_ids), (((), len(doc_ids)),) if len(doc_ids) else ())
        groups, counts = np.unique(np.column_stack(chosen), axis=0, return_counts=True)
        names = [
            {number: column.text(number) for number in set(groups[:, at].tolist())} for at, column in enumerate(columns)
        ]
        values = [tuple(name[number] for name, number in zip(names, group, strict=True)) for group in groups.tolist()]
        return GroupCounts(len(doc_ids), tuple(sorted(zip(values, counts.tolist(), strict=True))))

    def _column(self, key: str, doc_ids: DocIds) -> _Column:
        if key in _PERIODS:
            clocks = self._docs.clocks[doc_ids]
            number, text = _PERIODS[key]
            numbers = np.where(clocks == NO_DATE, _NONE, number(np.floor_divide(clocks, _DAY)))
            return _Column(np.arange(len(doc_ids)), numbers, lambda at: "" if at == _NONE else text(at))
        column = self._facets.column(key)
        places = np.full(self._docs.max_doc, -1)
        places[doc_ids] = np.arange(len(doc_ids))
        holds = places[column.doc_ids] >= 0
        rows, numbers = places[column.doc_ids[holds]], column.value_ords[holds]
        without = np.setdiff1d(np.arange(len(doc_ids)), rows)
        return _Column(
            np.append(rows, without),
            np.append(numbers, np.full(len(without), _NONE)),
            lambda at: "" if at == _NONE else self._facets.written(key, at),
        )


def _joined(left: Int64s, right: Int64s, rows: int) -> tuple[Int64s, Int64s]:
    """The places in two arrays of rows of each pair that is of the same row."""
    order = np.argsort(right, kind="stable")
    sizes = np.bincount(right, minlength=rows)
    starts = np.append(0, np.cumsum(sizes))[:-1]
    repeats = sizes[left]
    ends = np.cumsum(repeats)
    within = np.arange(int(repeats.sum())) - np.repeat(ends - repeats, repeats)
    return np.repeat(np.arange(len(left)), repeats), order[np.repeat(starts[left], repeats) + within]


def _years(days: Int64s) -> Int64s:
    return days.view("datetime64[D]").astype("datetime64[Y]").astype(np.int64)


def _months(days: Int64s) -> Int64s:
    return days.view("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _weeks(days: Int64s) -> Int64s:
    """The ISO 8601 week of each day, counted from that of 1970-01-01, a Thursday; it begins on Monday."""
    return np.floor_divide(days + 3, 7)


def _week_text(week: int) -> str:
    """``2021-W45``: a week is one of the year that its Thursday lies in."""
    thursday = np.datetime64(7 * week, "D")
    year = thursday.astype("datetime64[Y]")
    return f"{year}-W{int((thursday - year.astype('datetime64[D]')).astype(int)) // 7 + 1:02}"


_PERIODS: dict[str, tuple[Callable[[Int64s], Int64s], Callable[[int], str]]] = {
    "year": (_years, lambda year: str(np.datetime64(year, "Y"))),
    "month": (_months, lambda month: str(np.datetime64(month, "M"))),
    "week": (_weeks, _week_text),
    "day": (lambda days: days, lambda day: str(np.datetime64(day, "D"))),
}
"""Of each period, the number of that in which a day since 1970 lies, and how it is written."""
