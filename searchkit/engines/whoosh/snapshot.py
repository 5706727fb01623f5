"""One committed state, open for reading: which posts, in which order?"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from whoosh.query import And, NumericRange, Or, Query, Term

from searchkit.engines.protocol import Filters, Match, Ranking, State
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.evaluate import matching
from searchkit.engines.whoosh.ranking import Statistics, scores
from searchkit.engines.whoosh.schema import NO_DATE, microseconds
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.state import DAMAGE, corrupt
from searchkit.model import Document, SortOrder
from searchkit.query.parser import ParsedQuery

Numbers = npt.NDArray[np.int64]
_Number = TypeVar("_Number", bound=np.generic)


class WhooshSnapshot:
    """See ``searchkit.engines.protocol.Snapshot``. A document's number counts through all segments in order."""

    def __init__(self, folder: Path, state: State) -> None:
        self._folder = folder
        self._state = state
        self._lock = threading.Lock()  # the segments' files have one read position each
        self._segments = [open_segment(folder, segment) for segment in state.segments]
        self._bases = np.cumsum([0, *(segment.documents for segment in state.segments)])

    @property
    def state(self) -> State:
        return self._state

    def search(self, query: ParsedQuery, filters: Filters, sort: SortOrder, offset: int, limit: int) -> Ranking:
        with self._reading():
            tree = And([query.match, *(word.query for word in query.words), *_filter_queries(filters)])
            wanted = [np.flatnonzero(matching(tree, s) & s.live) for s in self._segments]
            found = _joined([part + base for part, base in zip(wanted, self._bases, strict=False)], np.int64)
            score = np.zeros(len(self._live))
            score[found] = _joined(scores(query.score, self._segments, wanted, self._statistics), np.float64)
            found = self._first_of_each_text(found)
            page = self._sorted(found, score, sort)[offset : offset + limit]
            matches = tuple(Match(self._with_paths(number), float(score[number])) for number in page.tolist())
            return Ranking(len(found), matches)

    def document(self, path: str) -> Document | None:
        with self._reading():
            for base, segment in zip(self._bases.tolist(), self._segments, strict=False):
                numbers = segment.postings("path", path).documents
                for number in numbers[segment.live[numbers]].tolist():
                    return self._with_paths(base + number)
        return None

    def documents(self) -> Iterator[Document]:
        with self._reading():
            numbers = self._first_of_each_text(np.flatnonzero(self._live))
            numbers = numbers[np.argsort(self._path_order[numbers])]
        for number in numbers.tolist():
            with self._reading():
                document = self._with_paths(number)
            yield document

    def close(self) -> None:
        with self._lock:
            for segment in self._segments:
                segment.close()
            self._segments = []
            vars(self).pop("_statistics", None)  # it refers to the segments, and so to their files

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except DAMAGE as error:
                raise corrupt(self._folder) from error

    @cached_property
    def _statistics(self) -> Statistics:
        return Statistics(self._segments)

    @cached_property
    def _live(self) -> npt.NDArray[np.bool_]:
        return _joined([segment.live for segment in self._segments], np.bool_)

    @cached_property
    def _texts(self) -> Numbers:
        """The hash of each document's folded text."""
        return _joined([segment.numbers["text"] for segment in self._segments], np.int64)

    @cached_property
    def _dates(self) -> Numbers:
        return _joined([segment.numbers["date"] for segment in self._segments], np.int64)

    @cached_property
    def _path_order(self) -> Numbers:
        """Each document's place in the order of paths."""
        paths = [path for segment in self._segments for path in segment.paths]
        order = np.empty(len(paths), np.int64)
        order[sorted(range(len(paths)), key=paths.__getitem__)] = np.arange(len(paths))
        return order

    def _first_of_each_text(self, numbers: Numbers) -> Numbers:
        """One document of each text, the first by path."""
        by_text = numbers[np.lexsort((self._path_order[numbers], self._texts[numbers]))]
        texts = self._texts[by_text]
        first: Numbers = by_text[np.r_[True, texts[1:] != texts[:-1]]] if len(texts) else by_text
        return first

    def _sorted(self, numbers: Numbers, score: npt.NDArray[np.float64], sort: SortOrder) -> Numbers:
        if sort == "relevance":
            keys: tuple[npt.NDArray[Any], ...] = (-score[numbers],)
        else:
            dates = self._dates[numbers]
            keys = (-dates if sort == "newest" else dates, dates == NO_DATE)  # those without a date last
        return numbers[np.lexsort((self._path_order[numbers], *keys))]

    def _with_paths(self, number: int) -> Document:
        same = np.flatnonzero((self._texts == self._texts[number]) & self._live)
        others = same[same != number]
        others = others[np.argsort(self._path_order[others])]
        paths = [self._path(other) for other in others.tolist()]
        document = self._document(number)
        return replace(document, paths=(document.path, *paths))

    def _path(self, number: int) -> str:
        segment, within = self._place(number)
        return segment.path(within)

    def _document(self, number: int) -> Document:
        segment, within = self._place(number)
        return segment.document(within)

    def _place(self, number: int) -> tuple[SegmentReader, int]:
        at = int(np.searchsorted(self._bases, number, side="right")) - 1
        return self._segments[at], number - int(self._bases[at])


def _joined(parts: Sequence[npt.NDArray[_Number]], kind: type[_Number]) -> npt.NDArray[_Number]:
    """The segments' arrays as one; an index without segments has an empty one."""
    return np.concatenate(parts) if parts else np.zeros(0, kind)


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
