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

import numpy as np
import numpy.typing as npt
from whoosh.query import Query, Term

from searchkit.engines.protocol import Filters, Match, Ranking, Request, State
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.search.collapse import Duplicates
from searchkit.engines.whoosh.search.expand import found_as
from searchkit.engines.whoosh.search.facets import ValueColumn, date_counts
from searchkit.engines.whoosh.search.topk import Ranker
from searchkit.engines.whoosh.search.bm25 import Statistics
from searchkit.engines.whoosh.schema import NO_DATE
from searchkit.engines.whoosh.codec.api import SegmentReader, as_one
from searchkit.engines.whoosh.search.candidates import Having, Selector
from searchkit.engines.whoosh.commit.meta import DAMAGE, corrupt
from searchkit.model import Document, FacetCounts, Unknown
from searchkit.query.content import containing, exact
from searchkit.query.fields import BODY_STREAMS
from searchkit.query.parser import Needle, ParsedQuery, Word

Documents = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_FACETS_SHOWN = 100  # values of one facet
_MOST_NEAR = 4  # unknown words that near ones are looked for: each looks at the whole vocabulary
_UNDATED = 0.1  # of a score, where age counts
_KNOWN_HEADS = 4096  # documents without their bodies, kept for the next searches
_FEW_PATHS = 512  # so few are compared as texts; more are worth the order of all


class WhooshSnapshot:
    """See ``searchkit.engines.protocol.Snapshot``. A document's number counts through all segments in order."""

    def __init__(self, folder: Path, state: State) -> None:
        self._folder = folder
        self._state = state
        self._lock = threading.Lock()  # the segments' files have one read position each
        self._segments = [open_segment(folder, segment) for segment in state.segments]
        self._heads: dict[int, Document] = {}
        self._bases = list(accumulate((segment.documents for segment in state.segments), initial=0))

    @property
    def state(self) -> State:
        return self._state

    def search(self, query: ParsedQuery, request: Request) -> Ranking:
        with self._reading():
            having = self._selector.having(query, request.filters)
            best = self._selector.best(having, query.question)
            total, end = len(best), request.offset + request.limit
            page = self._page(query.score, best, request, end)
            matches = [self._match(query, request, *entry, ()) for entry in page[request.offset :]]
            if total < end and request.sort == "relevance" and len(query.words) > 1 and not query.question:
                others = self._page(query.score, self._selector.others(having), request, end - total)
                matches += [
                    self._match(query, request, *entry, _missing(query.words, having, entry[0]))
                    for entry in others[max(request.offset - total, 0) :]
                ]
            facets = {facet: self._facet(facet, best) for facet in request.facets}
            if total or not request.limit:
                return Ranking(total, tuple(matches), facets, needles=self._found_as(query.score))
            unfiltered = self._selector.having(query, Filters())
            left_out = len(self._selector.best(unfiltered, query.question))
            unknown = self._unknown(query, having.words)
            return Ranking(total, tuple(matches), facets, unknown, left_out, self._found_as(query.score))

    def _match(
        self, query: ParsedQuery, request: Request, number: int, score: float, missing: tuple[str, ...]
    ) -> Match:
        document = self._with_body(number) if request.bodies else self._head(number)
        if not request.explain:
            return Match(document, score, missing)
        aged = request.recency if request.sort == "relevance" else None
        freshness = 1.0 if aged is None else float(self._freshness(np.array([number]), aged)[0])
        return Match(document, score, missing, self._ranker.parts(query.score, number), freshness)

    def _unknown(self, query: ParsedQuery, having: Sequence[Documents]) -> Unknown:
        """The words of a query that no document has, and what is near to them."""
        from searchkit.language import fold  # where nothing is found only
        from searchkit.language.nearest import nearest  # the same

        def occurs(text: str) -> bool:
            needle = exact(text)
            return needle is not None and len(self._selector.documents(containing(needle, BODY_STREAMS))) > 0

        asked = [word.text for word, found in zip(query.words, having, strict=True) if not len(found)]
        if not query.words:  # all of it is required
            folded = fold(query.text)
            asked = [text for needle in query.needles if (text := "".join(needle.unigrams)) in folded]
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

    def _page(self, score: Query, wanted: Documents, request: Request, count: int) -> list[tuple[int, float]]:
        """The first of the wanted documents in the order that is asked for, with their scores."""
        if count <= 0 or not len(wanted):
            return []
        if request.sort != "relevance":
            numbers = self._by_date(wanted, request.sort == "newest", count)
            scores = self._ranker.scores(score, np.sort(numbers))[np.argsort(np.argsort(numbers))]
        elif request.recency is not None:
            scores = self._ranker.scores(score, wanted) * self._freshness(wanted, request.recency)
            numbers, scores = self._ordered(wanted, scores)
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

    def _facet(self, name: str, wanted: Documents) -> FacetCounts:
        if name in ("year", "month"):
            return date_counts(self._dates[wanted], name == "month")
        shown = self._column(name).counts(wanted, len(self._live))[:_FACETS_SHOWN]
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
                    return self._with_body(base + number)
        return None

    def documents(self) -> Iterator[Document]:
        with self._reading():
            numbers = self._duplicates.first_of(np.flatnonzero(self._live))
            numbers = numbers[np.argsort(self._path_ranks(numbers))]
        for number in numbers.tolist():
            with self._reading():
                document = self._with_body(number)
            yield document

    def close(self) -> None:
        with self._lock:
            for segment in self._segments:
                segment.close()
            self._segments = []
            for name in ("_ranker", "_selector", "_columns"):  # they refer to the segments, and so to their files
                vars(self).pop(name, None)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except DAMAGE as error:
                raise corrupt(self._folder) from error

    @cached_property
    def _selector(self) -> Selector:
        return Selector(self._segments, self._live, self._duplicates)

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
        return as_one([segment.live for segment in self._segments], np.bool_)

    @cached_property
    def _dates(self) -> Numbers:
        dates = as_one([segment.numbers["date"] for segment in self._segments], np.int64)
        return np.ascontiguousarray(dates)  # a copy, which needs the files no more

    @cached_property
    def _duplicates(self) -> Duplicates:
        texts = as_one([segment.numbers["text"] for segment in self._segments], np.int64)
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

    def _with_body(self, number: int) -> Document:
        segment, within = self._place(number)
        d = self._head(number)
        # dataclasses.replace takes as long as all the rest
        return Document(d.path, d.title, d.date, d.source, d.url, d.tags, segment.body(within), d.paths)

    def _head(self, number: int) -> Document:
        """A document without its body, with all its paths."""
        known = self._heads.get(number)
        if known is None:
            if len(self._heads) >= _KNOWN_HEADS:
                self._heads.clear()
            segment, within = self._place(number)
            d = segment.head(within)
            others = (self._path(other) for other in self._duplicates.of(number) if other != number)
            known = Document(d.path, d.title, d.date, d.source, d.url, d.tags, "", (d.path, *others))
            self._heads[number] = known
        return known

    def _path(self, number: int) -> str:
        segment, within = self._place(number)
        return segment.path(within)

    def _place(self, number: int) -> tuple[SegmentReader, int]:
        at = bisect_right(self._bases, number) - 1
        return self._segments[at], number - self._bases[at]


def _missing(words: Sequence[Word], having: Having, number: int) -> tuple[str, ...]:
    """The words that a document lacks."""
    bigrams = zip(words, having.words, strict=True)
    return tuple(word.text for word, found in bigrams if number not in found)
