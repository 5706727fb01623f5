"""Our segments through Whoosh's own interfaces, and the queries that only its matchers know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from whoosh import query as q
from whoosh.query.compound import DefaultOr
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from searchkit.engines.protocol import CODECS
from searchkit.engines.whoosh.arraycodec import ArrayCodec
from searchkit.engines.whoosh.bridge import reader, searcher
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.evaluate import matching
from searchkit.engines.whoosh.schema import FIELD_ORDER
from searchkit.engines.whoosh.scoring import scored
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.weighting import BM25
from searchkit.engines.whoosh.writing import write_segment
from searchkit.model import Document

WORDS = ["甲", "甲甲乙", "乙甲 apple", "丙 apply", "apple maple 甲", "", "甲乙丙丁", "\ud800甲"]
DOCUMENTS = [
    Document(f"{n}.md", "题", dt.datetime(2020, 1, 9 - n, tzinfo=dt.UTC), "报", "", ("t",), body)
    for n, body in enumerate(WORDS)
]
DELETED = 3


@pytest.fixture(scope="module", params=CODECS)
def segments(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[SegmentReader]]:
    folder = tmp_path_factory.mktemp("index")
    infos = [write_segment(folder, request.param, part) for part in (DOCUMENTS[:5], DOCUMENTS[5:])]
    opened = [open_segment(folder, info) for info in (replace(infos[0], deleted=(DELETED,)), infos[1])]
    yield opened
    for segment in opened:
        segment.close()


@pytest.fixture
def whoosh(segments: list[SegmentReader]) -> Iterator[Searcher]:
    with searcher(segments) as opened:
        yield opened


def found(results: Any) -> list[int]:
    return [hit.docnum for hit in results]


def test_a_search_by_whoosh(segments: list[SegmentReader], whoosh: Searcher) -> None:
    query = q.Or([q.Term("units", "甲"), q.Term("units", "apple")])
    results = whoosh.search(query, limit=None)
    scores = {hit.docnum: hit.score for hit in results}
    weighting = BM25(segments)
    expected = [scored(query, segment, weighting) for segment in segments]
    assert scores == pytest.approx(
        {n + base: score for part, base in zip(expected, (0, 5), strict=True)
         for n, score in zip(part.documents.tolist(), part.scores.tolist(), strict=True)}
    )  # fmt: skip
    assert found(whoosh.search(query, limit=2)) == found(results)[:2]


def test_stored_fields_and_sorting(whoosh: Searcher) -> None:
    results = whoosh.search(q.Every(), sortedby="date", limit=3)
    assert found(results) == [7, 6, 5]
    assert found(whoosh.search(q.Every(), sortedby="date", reverse=True, limit=3)) == [0, 1, 2]
    assert results[1]["body"] == WORDS[6]
    assert results[1]["date"] == DOCUMENTS[6].date
    assert (results[1]["path"], results[1]["title"], results[1]["tags"]) == ("6.md", "题", ("t",))


def test_deleted_documents(whoosh: Searcher) -> None:
    opened = whoosh.reader()
    assert (opened.doc_count(), opened.doc_count_all(), opened.has_deletions()) == (7, 8, True)
    assert list(opened.all_doc_ids()) == [0, 1, 2, 4, 5, 6, 7]
    assert opened.is_deleted(DELETED)
    assert found(whoosh.search(q.Term("units", "apply"))) == []


def test_terms(segments: list[SegmentReader]) -> None:
    first = reader(segments[:1])
    assert list(first.field_terms("units")) == ["apple", "apply", "maple", "丙", "乙", "甲", "题"]
    assert list(first.expand_prefix("units", "app")) == [b"apple", b"apply"]
    assert sorted(first.terms_within("units", "applx", 1)) == ["apple", "apply"]
    assert {name for name, _ in first.all_terms()} == {name for name in FIELD_ORDER if list(first.lexicon(name))}
    assert ("units", "甲") in first
    assert ("units", "丁") not in first
    info = first.term_info("units", "甲")
    assert (info.doc_frequency(), info.weight(), info.max_weight(), info.min_id(), info.max_id()) == (4, 5, 2, 0, 4)
    assert (info.min_length(), info.max_length()) == (2, 4)  # with the title's one unit
    assert first.doc_field_length(1, "units") == 4
    assert first.field_length("units") == 14  # of live documents


def test_a_matcher_step_by_step(segments: list[SegmentReader]) -> None:
    postings = reader(segments[:1]).postings("pairs", "甲 甲")
    assert (postings.id(), postings.weight(), len(postings.spans()), postings.value_as("frequency")) == (1, 1.0, 1, 1)
    postings.next()
    assert not postings.is_active()
    undeleted = reader(segments[:1]).postings("units", "甲")
    undeleted.skip_to(3)
    assert undeleted.id() == 4


def test_whooshs_own_weighting(segments: list[SegmentReader]) -> None:
    with Searcher(reader(segments), weighting=BM25F()) as other:
        assert set(found(other.search(q.Term("units", "甲"), limit=2))) < {0, 1, 2, 4, 6, 7}


class Mine(q.Term):  # type: ignore[misc]
    """A subclass may mean something else: this one means the opposite."""

    def matcher(self, searcher: Searcher, context: Any = None) -> Any:
        return q.Not(q.Term(self.fieldname, self.text)).matcher(searcher, context)


A, APPLE = q.Term("units", "甲"), q.Term("units", "apple")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (q.Ordered([q.Term("pairs", "甲 甲"), q.Term("pairs", "甲 乙")]), {1}),
        (q.Sequence([q.Term("pairs", "甲 乙"), q.Term("pairs", "乙 丙")], slop=3), {6}),
        (q.Or([A, APPLE], scale=0.5), {0, 1, 2, 4, 6, 7}),
        (DefaultOr([A, APPLE, q.NumericRange("units", 5, 9)]), {0, 1, 2, 4, 6, 7}),
        (Mine("units", "甲"), {5}),
        (q.And([A, q.Not(Mine("units", "apple"))]), {2, 4}),
        (q.NestedChildren(q.Term("path", "0.md"), q.Every()), {1, 2, 4}),
    ],
)
def test_kinds_that_only_whoosh_knows(segments: list[SegmentReader], query: q.Query, expected: set[int]) -> None:
    masks = [matching(query, segment) & segment.live for segment in segments]
    documents = np.flatnonzero(np.concatenate(masks)).tolist()
    assert set(documents) == expected
    weighting = BM25(segments)
    for segment, mask in zip(segments, masks, strict=True):
        assert scored(query, segment, weighting).documents.tolist() == np.flatnonzero(mask).tolist()


def test_their_scores_are_whooshs(segments: list[SegmentReader]) -> None:
    result = scored(q.And([Mine("units", "apple"), q.Term("tag", "t", boost=2)]), segments[0], BM25(segments))
    assert result.documents.tolist() == [0, 1]
    assert result.scores.tolist() == [3, 3]  # an inverse matcher scores 1, a value its frequency


def test_surrogates_are_terms_like_others(segments: list[SegmentReader]) -> None:
    assert matching(q.Wildcard("path", "7.*"), segments[1]).tolist() == [False, False, True]
    assert matching(q.Regex("units", "."), segments[1]).tolist() == [True, True, True]


def test_nothing_of_the_interface_writes() -> None:
    for write in (ArrayCodec().field_writer, ArrayCodec().per_document_writer):
        with pytest.raises(NotImplementedError):
            write(None, None)
