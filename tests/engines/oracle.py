"""Whoosh as the oracle: its own codec, matchers and searcher, scoring with our BM25 a posting at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from whoosh import matching as matchers
from whoosh import query as q
from whoosh.codec.whoosh3 import W3Segment
from whoosh.query.spans import SpanQuery
from whoosh.reading import MultiReader
from whoosh.reading import SegmentReader as WhooshReader
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from searchkit.engines.whoosh.fieldtypes import schema
from searchkit.engines.whoosh.ranking import K1, B, Statistics, idf
from searchkit.engines.whoosh.schema import RANKED_FIELDS
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.state import INDEX_NAME
from searchkit.engines.whoosh.stockcodec import PlainCodec, PlainStorage


def whoosh_searcher(folder: Path, segments: Sequence[SegmentReader]) -> Searcher:
    """Whoosh's searcher over segments of its own codec, which are open for reading their numbers too."""
    fields, storage = schema(), PlainStorage(str(folder))
    readers = []
    for segment in segments:
        info = segment.info
        whoosh_segment = W3Segment(PlainCodec(), INDEX_NAME, info.documents, info.id, set(info.deleted))
        readers.append(Numbered(storage, fields, whoosh_segment))
        readers[-1].documents = segment
    return Searcher(MultiReader(readers), weighting=OracleBM25(segments))


class Numbered(WhooshReader):  # type: ignore[misc]
    """Whoosh's reader, with the numbers that our columns keep."""

    documents: SegmentReader


class OracleBM25(WeightingModel):  # type: ignore[misc]
    """Our BM25 a posting at a time."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._statistics = Statistics(segments)

    def scorer(self, searcher: Searcher, fieldname: str, text: bytes, qf: int = 1) -> BaseScorer:
        if fieldname not in RANKED_FIELDS:
            return WeightScorer()
        lengths = searcher.reader().documents.numbers[fieldname]
        return Scorer(self._rarity(fieldname, text), lengths, self._statistics.mean_length(fieldname))

    @cache  # noqa: B019 - it lives as long as the test
    def _rarity(self, field: str, text: bytes) -> float:
        postings = [segment.postings(field, text.decode()).documents for segment in self._segments]
        live = sum(int(s.live[part].sum()) for s, part in zip(self._segments, postings, strict=True))
        return idf(self._statistics.documents, live)


class WeightScorer(BaseScorer):  # type: ignore[misc]
    def score(self, matcher: Any) -> float:
        return float(matcher.weight())

    def max_quality(self) -> float:
        return 1.0


class Scorer(BaseScorer):  # type: ignore[misc]
    def __init__(self, rarity: float, lengths: Any, mean: float) -> None:
        self._rarity, self._lengths, self._mean = rarity, lengths, mean

    def score(self, matcher: Any) -> float:
        frequency, length = matcher.weight(), float(self._lengths[matcher.id()])
        return self._rarity * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / self._mean))

    def max_quality(self) -> float:
        return self._rarity * (K1 + 1)


class Between(q.Query):  # type: ignore[misc]
    """A range of a number, document by document: Whoosh would look for terms where we have a column."""

    def __init__(self, field: str, holds: Callable[[int], bool], boost: float) -> None:
        self.fieldname, self._holds, self.boost = field, holds, boost

    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count_all())

    def matcher(self, searcher: Searcher, context: Any = None) -> matchers.ListMatcher:
        reader = searcher.reader()
        segment = reader.documents if isinstance(reader, Numbered) else reader.segment().opened
        numbers = segment.numbers[self.fieldname].tolist()
        found = [number for number in reader.all_doc_ids() if self._holds(numbers[number])]
        return matchers.ListMatcher(found, all_weights=self.boost)


@contextlib.contextmanager
def mended() -> Iterator[None]:
    """Whoosh with the slips of its matchers mended, each as their own documentation has it."""

    def best_of_this_document(self: Any) -> float:
        """Not of a part that stands at a later one."""
        parts = [part for part in (self.a, self.b) if part.is_active()]
        return max(float(part.score()) for part in parts if part.id() == self.id())

    find_next = matchers.AndNotMatcher._find_next

    def leave_out_the_first_too(self: Any) -> Any:
        return find_next(self) if self.a.is_active() else False

    def take_both_to_the_same(self: Any, id: int) -> None:  # noqa: A002 - Whoosh's name for it
        self.a.skip_to(id)
        if self.a.is_active() and self.b.is_active():
            self.b.skip_to(self.a.id())

    def spans_of_a(self: Any) -> list[Any]:
        """Where b has come to its end, too."""
        here = self.b.is_active() and self.b.id() == self.a.id()
        return [a for a in self.a.spans() if not (here and any(a.overlaps(b) for b in self.b.spans()))]

    def what_both_match(self: Any, searcher: Searcher, context: Any = None) -> Any:
        """Not, as in 2.7.4, what only the first does."""
        required = self.b.matcher(searcher, searcher.boolean_context())
        return matchers.RequireMatcher(self.a.matcher(searcher, context), required)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(q.Require, "matcher", what_both_match)
        patch.setattr(matchers.DisjunctionMaxMatcher, "score", best_of_this_document)
        patch.setattr(matchers.AndNotMatcher, "_find_first", leave_out_the_first_too)
        patch.setattr(matchers.AndNotMatcher, "_find_next", leave_out_the_first_too)
        patch.setattr(matchers.AndMaybeMatcher, "skip_to", take_both_to_the_same)
        patch.setattr(q.SpanNot._Matcher, "_get_spans", spans_of_a)
        patch.setattr(q.SpanNear2, "_and_query", lambda self: q.And(self.qs))
        patch.setattr(SpanQuery, "estimate_size", lambda self, reader: self.q.estimate_size(reader))
        yield
