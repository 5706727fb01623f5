"""Our segments to Whoosh: its reader and searcher on posting arrays, and the queries that only its matchers know.

    >>> with searcher([open_segment(folder, info)]) as found:  # doctest: +SKIP
    ...     found.search(Prefix("words", "香"), limit=None)
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.fields import COLUMN, STORED, Schema
from whoosh.matching import ListMatcher, Matcher
from whoosh.query import Query
from whoosh.reading import IndexReader, MultiReader
from whoosh.reading import SegmentReader as WhooshReader
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from searchkit.engines.whoosh.door.codec import ArrayMatcher, ArraySegment, NumberColumn
from searchkit.engines.whoosh.door.fields import schema
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.engines.whoosh.codec.api import SegmentReader
from searchkit.engines.whoosh.weighting import BM25, Scores, Weighting


def searcher(segments: Sequence[SegmentReader], weighting: Weighting | None = None) -> Searcher:
    """Whoosh's searcher over a whole state; it scores with our BM25, or with another weighting.

    Closing it leaves the segments open.
    """
    return Searcher(reader(segments), weighting=ArrayWeighting(weighting or BM25(segments)))


def reader(segments: Sequence[SegmentReader]) -> IndexReader:
    """Whoosh's reader of some segments, documents numbered through all of them in order."""
    fields = _schema()
    readers = [WhooshReader(None, fields, ArraySegment(segment)) for segment in segments]
    return readers[0] if len(readers) == 1 else MultiReader(readers)


def expanded(query: Query, segment: SegmentReader) -> Iterator[str]:
    """The terms that a multi-term query stands for in a segment."""
    opened = reader([segment])
    if query.fieldname in FIELD_ORDER:
        for field, term in query.expanded_terms(opened):
            yield opened.schema[field].from_bytes(term) if isinstance(term, bytes) else term


def step_through(
    query: Query, segment: SegmentReader, weighting: Weighting | None = None
) -> tuple[npt.NDArray[np.bool_], Scores]:
    """bool[documents] and float64[documents]: which match and how well, by Whoosh's matchers; unweighted, all zeros."""
    mask, scores = np.zeros(segment.info.documents, bool), np.zeros(segment.info.documents)
    stepping = searcher([segment], weighting or BM25([segment]))
    matcher = query.matcher(stepping, stepping.context())
    while matcher.is_active():
        mask[matcher.id()] = True
        if weighting:
            scores[matcher.id()] = matcher.score()
        matcher.next()
    return mask, scores


class Known(Query):  # type: ignore[misc]
    """A query whose documents are known already.

    Args:
        documents: int64[n], ascending.
        score: of each of them.
    """

    def __init__(self, documents: npt.NDArray[np.int64], score: float) -> None:
        self._documents = array("I", documents.tolist())
        self._score = score

    def estimate_size(self, ixreader: IndexReader) -> int:
        return len(self._documents)

    def matcher(self, searcher: Searcher, context: Any = None) -> Matcher:
        return ListMatcher(self._documents, all_weights=self._score)


def _schema() -> Schema:
    """Our schema, with the stored fields and the date's column."""
    fields = schema()
    fields.add("date", COLUMN(NumberColumn()))
    for name in ("title", "tags", "body"):
        fields.add(name, STORED())
    return fields


class ArrayWeighting(WeightingModel):  # type: ignore[misc]
    """A weighting on whole posting arrays, as one of Whoosh's models."""

    def __init__(self, weighting: Weighting) -> None:
        self._weighting = weighting

    def scorer(self, searcher: Searcher, fieldname: str, text: bytes, qf: int = 1) -> BaseScorer:
        if not searcher.is_atomic():
            return _PartScorer()
        segment = searcher.reader().segment().opened
        return _ArrayScorer(self._weighting.scores(fieldname, text.decode("utf-8", "surrogatepass"), segment))


class _PartScorer(BaseScorer):  # type: ignore[misc]
    """Scores a matcher of several segments as the one scores that it stands in."""

    def score(self, matcher: Matcher) -> float:
        return float(matcher.children()[0].score())


class _ArrayScorer(BaseScorer):  # type: ignore[misc]
    """Knows the score of every posting of a term."""

    def __init__(self, scores: Scores) -> None:
        self._scores = scores.tolist()
        self._best = max(self._scores, default=0.0)

    def supports_block_quality(self) -> bool:
        return True

    def score(self, matcher: ArrayMatcher) -> float:
        return float(self._scores[matcher.place])

    def max_quality(self) -> float:
        return self._best

    def block_quality(self, matcher: ArrayMatcher) -> float:
        return self._best
