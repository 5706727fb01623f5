"""A query tree on posting arrays finds what a walk over every document finds."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.query import (
    And,
    AndNot,
    ConstantScoreQuery,
    DisjunctionMax,
    Every,
    Not,
    NullQuery,
    NumericRange,
    Or,
    Phrase,
    Prefix,
    Query,
    QueryError,
    SpanFirst,
    SpanNear,
    SpanNear2,
    SpanOr,
    Term,
)

from searchkit.engines.protocol import CODECS
from searchkit.engines.whoosh.codecs import open_segment
from searchkit.engines.whoosh.evaluate import matching
from searchkit.engines.whoosh.scoring import scored
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.engines.whoosh.writing import write_segment
from searchkit.language import pair_term, units
from searchkit.model import Document

DICE = random.Random(2)
BODIES = ["".join(DICE.choices("甲乙丙，", k=DICE.randrange(1, 9))) for _ in range(300)]


@pytest.fixture(scope="module", params=CODECS)
def segment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SegmentReader]:
    """300 documents: a posting list is longer than a block of Whoosh's."""
    folder = tmp_path_factory.mktemp("segment")
    documents = [Document(str(n), "", None, "", "", (), body) for n, body in enumerate(BODIES)]
    with closing(open_segment(folder, write_segment(folder, request.param, documents))) as opened:
        yield opened


def starts(query: Query, body: str) -> list[tuple[int, int]]:
    """First and last position of each match, found one place after the other."""
    found = units(body)
    at = dict(enumerate(found.texts))
    pairs = {position: pair for pair, position in found.pairs()}
    if isinstance(query, Term):
        terms = pairs if query.fieldname == "pairs" else at
        return [(position, position) for position, term in terms.items() if term == query.text]
    if isinstance(query, Phrase):
        size = len(query.words)
        wanted = list(query.words)
        return [(p, p + size - 1) for p in pairs if [pairs.get(p + n) for n in range(size)] == wanted]
    assert isinstance(query, SpanNear)
    left, right = starts(query.a, body), starts(query.b, body)
    return [(a, d) for a, b in left for c, d in right if c - b == query.slop]


def holds(query: Query, body: str) -> bool:
    if isinstance(query, And):
        return all(holds(part, body) for part in query.subqueries)
    if isinstance(query, Or):
        return any(holds(part, body) for part in query.subqueries)
    if isinstance(query, Not):
        return not holds(query.query, body)
    if isinstance(query, AndNot):
        return holds(query.a, body) and not holds(query.b, body)
    if isinstance(query, ConstantScoreQuery):
        return holds(query.child, body)
    if isinstance(query, Every) or query is NullQuery:
        return isinstance(query, Every)
    return bool(starts(query, body))


unit = st.sampled_from("甲乙丙丁").map(lambda char: Term("units", char))
chars = st.text("甲乙丙", min_size=2, max_size=5)
places = st.one_of(
    chars.map(lambda run: Term("pairs", pair_term(*run[:2]))),
    chars.map(lambda run: Phrase("pairs", [pair_term(a, b) for a, b in pairwise(run)], slop=1)),
)
steps = st.integers(1, 3)
near = st.builds(lambda a, b, n: SpanNear(a, b, slop=n, mindist=n, ordered=True), places, places, steps)
trees = st.recursive(
    st.one_of(places, near, unit, st.just(Every()), st.just(NullQuery)),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(And),
        st.lists(parts, min_size=1, max_size=3).map(Or),
        parts.map(Not),
        parts.map(ConstantScoreQuery),
        st.builds(AndNot, parts, parts),
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(trees)
def test_any_tree(segment: SegmentReader, query: Query) -> None:
    assert matching(query, segment).tolist() == [holds(query, body) for body in BODIES]


@pytest.mark.parametrize(
    ("low", "high", "above", "below", "inside"),
    [
        (2, 4, False, False, {2, 3, 4}),
        (2, 4, True, False, {3, 4}),
        (2, 4, False, True, {2, 3}),
        (2, 4, True, True, {3}),
        (5, 4, False, False, set()),
        (5, None, False, False, {5, 6, 7, 8}),
        (None, 1, False, False, {0, 1}),
    ],
)
def test_ranges(
    segment: SegmentReader, low: int | None, high: int | None, above: bool, below: bool, inside: set[int]
) -> None:
    found = matching(NumericRange("units", low, high, above, below), segment)
    assert found.tolist() == [len(units(body).texts) in inside for body in BODIES]


def test_unknown_terms_and_fields_match_nothing(segment: SegmentReader) -> None:
    assert not matching(Term("units", "丁"), segment).any()
    assert not matching(Term("author", "甲"), segment).any()
    assert matching(Not(Term("author", "甲")), segment).all()


def documents(query: Query, segment: SegmentReader) -> set[str]:
    return {BODIES[number] for number in np.flatnonzero(matching(query, segment))}


AB, BC = Term("pairs", "甲 乙"), Term("pairs", "乙 丙")


def test_spans_of_or_that_touch_are_one(segment: SegmentReader) -> None:
    found = documents(SpanFirst(SpanOr([AB, BC]), limit=0), segment)
    assert found == {body for body in BODIES if re.match("，*(甲乙(?!丙)|乙丙)", body)}


def test_a_query_for_positions_where_there_are_none_is_an_error(segment: SegmentReader) -> None:
    with pytest.raises(QueryError, match="units keeps no positions"):
        matching(Phrase("units", ["甲", "乙"]), segment)


def test_a_place_may_be_any_of_many_terms(segment: SegmentReader) -> None:
    any_pair = Or([Prefix("pairs", "丙 ", constantscore=False), Term("breaks", '丙"')])
    found = documents(SpanNear2([AB, BC, any_pair]), segment)
    assert found == {body for body in BODIES if re.search("甲乙丙[甲乙丙]", body)}


def test_a_very_long_phrase(segment: SegmentReader) -> None:
    query: Query = AB
    for _ in range(5000):
        query = SpanNear(query, AB, slop=1, mindist=1)
    assert not matching(query, segment).any()


class One:
    """A weighting that tells how often a term occurs."""

    def scores(self, field: str, term: str, segment: SegmentReader) -> npt.NDArray[np.float64]:
        return segment.postings(field, term).frequencies.astype(np.float64)


@pytest.mark.parametrize(
    ("query", "score"),
    [
        (Prefix("units", "甲", boost=3), 3),
        (Prefix("units", "", boost=3, constantscore=False), 3),
        (Prefix("pairs", "甲 ", boost=3, constantscore=False), 3 * 2),
        (DisjunctionMax([Term("units", "甲"), Term("units", "乙"), AB], tiebreak=0.1), 3 + 0.1 * (2 + 1)),
        (And([Term("units", "乙"), Not(Term("units", "丁"))], boost=2), 2 * (2 + 1)),
        (ConstantScoreQuery(Term("units", "甲"), 7), 7),
        (Phrase("pairs", ["甲 乙", "乙 丙"], boost=5), 5 * (1 + 1)),
    ],
)
def test_scores(tmp_path: Path, query: Query, score: float) -> None:
    document = Document("", "", None, "", "", (), "甲乙丙甲甲，乙")
    segment = open_segment(tmp_path, write_segment(tmp_path, "arrays", [document]))
    result = scored(query, segment, One())
    assert result.documents.tolist() == [0]
    assert result.scores.tolist() == pytest.approx([score])
