"""One committed state, open for reading: which posts, in which order?"""

from __future__ import annotations

import contextlib
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from whoosh.query import NumericRange, Or, Query, Term

from searchkit.engines.protocol import Filters, Match, Ranking, Request, State
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.duplicates import Duplicates
from searchkit.engines.whoosh.evaluate import matching
from searchkit.engines.whoosh.expansion import found_as
from searchkit.engines.whoosh.facets import ValueColumn, date_counts
from searchkit.engines.whoosh.ranker import Ranker
from searchkit.engines.whoosh.ranking import Statistics
from searchkit.engines.whoosh.schema import NO_DATE, microseconds
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.state import DAMAGE, corrupt
from searchkit.model import Document, FacetCounts, Unknown
from searchkit.query.content import containing, exact
from searchkit.query.fields import BODY_STREAMS
from searchkit.query.parser import Needle, ParsedQuery, Word

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
_Number = TypeVar("_Number", bound=np.generic)

_FACETS_SHOWN = 100  # values of one facet
_MOST_NEAR = 4  # unknown words that near ones are looked for: each looks at the whole vocabulary
_UNDATED = 0.1  # of a score, where age counts
_FEW_PATHS = 512  # so few are compared as texts; more are worth the order of all


class WhooshSnapshot:
    """See ``searchkit.engines.protocol.Snapshot``. A document's number counts through all segments in order."""

    def __init__(self, folder: Path, state: State) -> None:
        self._folder = folder
        self._state = state
        self._lock = threading.Lock()  # the segments' files have one read position each
        self._segments = [open_segment(folder, segment) for segment in state.segments]
        self._bases = list(accumulate((segment.documents for segment in state.segments), initial=0))

    @property
    def state(self) -> State:
        return self._state

    def search(self, query: ParsedQuery, request: Request) -> Ranking:
        with self._reading():
            has = [self._matching(word.query) for word in query.words]
            anywhere = self._live & self._matching(query.match)
            wanted = anywhere.copy()
            for part in _filter_queries(request.filters):
                wanted &= self._matching(part)
            best, others = self._tiers(wanted, has, query.question)
            total = int(np.count_nonzero(best))
            end = request.offset + request.limit
            page = self._page(query.score, best, request, end)
            if total < end and request.sort == "relevance":
                page += self._page(query.score, others, request, end - total)
            matches = tuple(
                self._match(
                    query, request, number, score, _missing(query.words, has, number) if others[number] else ()
                )
                for number, score in page[request.offset : end]
            )
            facets = {facet: self._facet(facet, best) for facet in request.facets}
            if total or not request.limit:
                return Ranking(total, matches, facets, needles=self._found_as(query.score))
            unfiltered = self._tiers(anywhere, has, query.question)[0]
            left_out = int(np.count_nonzero(unfiltered))
            return Ranking(total, matches, facets, self._unknown(query, has), left_out, self._found_as(query.score))

    def _match(
        self, query: ParsedQuery, request: Request, number: int, score: float, missing: tuple[str, ...]
    ) -> Match:
        document = self._with_paths(number, request.bodies)
        if not request.explain:
            return Match(document, score, missing)
        aged = request.recency if request.sort == "relevance" else None
        freshness = 1.0 if aged is None else float(self._freshness(np.array([number]), aged)[0])
        return Match(document, score, missing, self._ranker.parts(query.score, number), freshness)

    def _matching(self, query: Query) -> Mask:
        return _joined([matching(query, segment) for segment in self._segments], np.bool_)

    def _tiers(self, wanted: Mask, has: Sequence[Mask], question: bool) -> tuple[Mask, Mask]:
        """The documents that count, and those that come after them; one of each text."""
        if not has:
            best, others = wanted, np.zeros(len(wanted), bool)
        else:
            some = wanted & np.logical_or.reduce(has)
            best = some if question else wanted & np.logical_and.reduce(has)
            others = some & ~best
        for tier in (best, others):
            tier[self._duplicates.all_but_first(tier)] = False
        return best, others

    def _unknown(self, query: ParsedQuery, has: Sequence[Mask]) -> Unknown:
        """The words of a query that no document has, and what is near to them."""
        from searchkit.language import fold  # where nothing is found only
        from searchkit.language.nearest import nearest  # the same

        def occurs(text: str) -> bool:
            needle = exact(text)
            return needle is not None and bool((self._matching(containing(needle, BODY_STREAMS)) & self._live).any())

        asked = [word.text for word, mask in zip(query.words, has, strict=True) if not (mask & self._live).any()]
        if not query.words:  # all of it is required
            folded = fold(query.text)
            asked = [text for needle in query.needles if (text := "".join(needle.units)) in folded]
        absent = [text for text in asked if not occurs(fold(text))]  # what is in no title may be in a body
        near = {text: nearest(fold(text), self._vocabulary) for text in absent[:_MOST_NEAR]}
        return tuple((text, tuple(filter(self._is_live, near.get(text, ())))) for text in absent)

    def _found_as(self, score: Query) -> tuple[Needle, ...]:
        """What to highlight for patterns that only the index knows the words of."""
        patterns = [part for part in getattr(score, "subqueries", ()) if type(part) is not Term]
        found = (needle for part in patterns for segment in self._segments for needle in found_as(part, segment))
        return tuple(dict.fromkeys(found))

    def _is_live(self, word: str) -> bool:
        return any(segment.live[segment.postings("words", word).documents].any() for segment in self._segments)

    def _page(self, score: Query, wanted: Mask, request: Request, count: int) -> list[tuple[int, float]]:
        """The first of the wanted documents in the order that is asked for, with their scores."""
        if count <= 0 or not wanted.any():
            return []
        if request.sort != "relevance":
            numbers = self._by_date(np.flatnonzero(wanted), request.sort == "newest", count)
            scores = self._ranker.scores(score, np.sort(numbers))[np.argsort(np.argsort(numbers))]
        elif request.recency is not None:
            numbers = np.flatnonzero(wanted)
            scores = self._ranker.scores(score, numbers) * self._freshness(numbers, request.recency)
            numbers, scores = self._ordered(numbers, scores)
        else:
            numbers, scores = self._ordered(*self._ranker.best(score, wanted, count))
        return list(zip(numbers[:count].tolist(), scores[:count].tolist(), strict=True))

    def _ordered(self, numbers: Numbers, scores: Scores) -> tuple[Numbers, Scores]:
        """The best first, equal ones by path."""
        order = np.argsort(-scores, kind="stable")
        if (np.diff(scores[order]) == 0).any():
            order = np.lexsort((self._path_ranks(numbers), -scores))
        return numbers[order], scores[order]

    def _by_date(self, numbers: Numbers, newest: bool, count: int) -> Numbers:
        """The first of some documents by date, equal ones by path; those without a date last."""
        dates = self._dates[numbers]
        keys = np.where(dates == NO_DATE, np.iinfo(np.int64).max, -dates if newest else dates)
        if len(keys) > count:
            among = keys <= np.partition(keys, count - 1)[count - 1]
            numbers, keys = numbers[among], keys[among]
        ordered: Numbers = numbers[np.lexsort((self._path_ranks(numbers), keys))]
        return ordered

    def _freshness(self, numbers: Numbers, recency: tuple[int, int]) -> Scores:
        """What the age of each document leaves of its score: half after a half-life."""
        now, half_life = recency
        dates = self._dates[numbers]
        left: Scores = np.exp2(-np.maximum(now - dates, 0) / half_life)
        return np.where(dates == NO_DATE, _UNDATED, left)

    def _facet(self, name: str, wanted: Mask) -> FacetCounts:
        if name in ("year", "month"):
            return date_counts(self._dates[wanted], name == "month")
        shown = self._column(name).counts(wanted)[:_FACETS_SHOWN]
        return tuple((self._as_written(name, value, first), count) for value, count, first in shown)

    def _as_written(self, field: str, value: str, number: int) -> str:
        """A folded value as a document that has it writes it."""
        from searchkit.language import fold  # facets only

        segment, within = self._place(number)
        document = segment.head(within)
        written = (document.source,) if field == "source" else document.tags
        return next((text for text in written if fold(text) == value), value)

    def _column(self, field: str) -> ValueColumn:
        known = self._columns.get(field)
        if known is None:
            known = self._columns[field] = ValueColumn.of(field, self._segments)
        return known

    def document(self, path: str) -> Document | None:
        with self._reading():
            for base, segment in zip(self._bases, self._segments, strict=False):
                numbers = segment.postings("path", path).documents
                for number in numbers[segment.live[numbers]].tolist():
                    return self._with_paths(base + number)
        return None

    def documents(self) -> Iterator[Document]:
        with self._reading():
            first = self._live.copy()
            first[self._duplicates.all_but_first(first)] = False
            numbers = np.flatnonzero(first)
            numbers = numbers[np.argsort(self._path_ranks(numbers))]
        for number in numbers.tolist():
            with self._reading():
                document = self._with_paths(number)
            yield document

    def close(self) -> None:
        with self._lock:
            for segment in self._segments:
                segment.close()
            self._segments = []
            for name in ("_ranker", "_columns"):  # they refer to the segments, and so to their files
                vars(self).pop(name, None)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except DAMAGE as error:
                raise corrupt(self._folder) from error

    @cached_property
    def _ranker(self) -> Ranker:
        return Ranker(self._segments, Statistics(self._segments))

    @cached_property
    def _columns(self) -> dict[str, ValueColumn]:
        return {}

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        """The words, and how many documents have each, deleted ones among them."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            counts.update(dict(zip(segment.terms("words"), segment.doc_frequencies("words").tolist(), strict=True)))
        return counts

    @cached_property
    def _live(self) -> Mask:
        return _joined([segment.live for segment in self._segments], np.bool_)

    @cached_property
    def _dates(self) -> Numbers:
        return _joined([segment.numbers["date"] for segment in self._segments], np.int64)

    @cached_property
    def _duplicates(self) -> Duplicates:
        texts = _joined([segment.numbers["text"] for segment in self._segments], np.int64)
        return Duplicates(texts, self._live, lambda numbers: numbers[np.argsort(self._path_ranks(numbers))])

    def _path_ranks(self, numbers: Numbers) -> Numbers:
        """int64[n], in the order of the documents' paths."""
        if len(self._segments) == 1:
            return self._segments[0].path_order[numbers]
        if len(numbers) > _FEW_PATHS:
            return self._path_order[numbers]
        ranks = np.empty(len(numbers), np.int64)
        paths = list(map(self._path, numbers.tolist()))
        ranks[sorted(range(len(paths)), key=paths.__getitem__)] = np.arange(len(paths))
        return ranks

    @cached_property
    def _path_order(self) -> Numbers:
        """Each document's place in the order of all paths."""
        paths = [path for segment in self._segments for path in segment.paths]
        order = np.empty(len(paths), np.int64)
        order[sorted(range(len(paths)), key=paths.__getitem__)] = np.arange(len(paths))
        return order

    def _with_paths(self, number: int, body: bool = True) -> Document:
        segment, within = self._place(number)
        d = segment.document(within) if body else segment.head(within)
        others = (self._path(other) for other in self._duplicates.of(number) if other != number)
        # dataclasses.replace takes as long as all the rest
        return Document(d.path, d.title, d.date, d.source, d.url, d.tags, d.body, (d.path, *others))

    def _path(self, number: int) -> str:
        segment, within = self._place(number)
        return segment.path(within)

    def _place(self, number: int) -> tuple[SegmentReader, int]:
        at = bisect_right(self._bases, number) - 1
        return self._segments[at], number - self._bases[at]


def _missing(words: Sequence[Word], has: Sequence[Mask], number: int) -> tuple[str, ...]:
    """The words that a document lacks."""
    return tuple(word.text for word, mask in zip(words, has, strict=True) if not mask[number])


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
