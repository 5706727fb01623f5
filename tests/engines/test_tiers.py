"""Which posts come first: those with all of the words, then those with some; what is counted; what age takes away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit import Index
from searchkit.engines.whoosh.search.match.collapse import Duplicates
from searchkit.engines.whoosh.search.rank.impacts import Dense, Scratch, Sparse
from searchkit.engines.whoosh.search.rank.topk import Ranker, _kth_largest
from searchkit.errors import QueryError
from searchkit.query.ast import And, Every, Optional, Text
from searchkit.query.compiled import CompiledQuery, ScoringTerm

MakeIndex = Callable[..., Index]


@pytest.fixture(scope="module")
def some(make_index: MakeIndex) -> Index:
    first = {"title": "一", "body": "香港通关", "author": "BBC 中文", "tags": "旅行,香港", "date": "2021-11-08"}
    return make_index(
        {
            "a.md": first,
            "b.md": {"title": "二", "body": "香港", "author": "bbc中文", "tags": "旅行", "date": "2021-12-01"},
            "c.md": {"title": "三", "body": "通关，通关", "author": "BBC 中文", "date": "2019-01-01"},
            "d.md": {"title": "一", "body": "香港通關", "author": "聯合早報"},
        }
    )


def test_posts_with_all_words_come_first_and_are_the_total(some: Index) -> None:
    results = some.search("香港 通关")
    assert results.total == 1  # and its duplicate
    assert [(hit.path, hit.missing) for hit in results] == [("a.md", ()), ("c.md", ("香港",)), ("b.md", ("通关",))]
    assert results[0].also == ("d.md",)


def test_posts_with_some_words_fill_the_page_only(some: Index) -> None:
    assert [hit.path for hit in some.search("香港 通关", limit=1)] == ["a.md"]
    assert [hit.path for hit in some.search("香港 通关", limit=2)] == ["a.md", "c.md"]
    assert [hit.path for hit in some.search("香港 通关", limit=2, offset=2)] == ["b.md"]
    assert [hit.path for hit in some.search("香港 通关", sort="newest")] == ["a.md"]


@pytest.mark.parametrize("count", [255, 256, 257])
def test_a_post_may_have_all_but_one_of_very_many_clauses(make_index: MakeIndex, count: int) -> None:
    """Of 256, a counter of a byte was 0 again."""
    characters = [chr(ord("一") + at) for at in range(count)]
    tree = And(Optional(Text("zzz")), *map(Text, characters))
    assert [hit.missing for hit in make_index({"a.md": "，".join(characters)}).search(tree)] == [("zzz",)]


def test_what_is_left_out_stays_out_of_the_others(some: Index) -> None:
    assert [hit.path for hit in some.search("香港 三 -通关")] == ["b.md"]


@pytest.fixture(scope="module")
def typed(make_index: MakeIndex) -> Index:
    return make_index(
        {
            "apart.md": "政治，香港的环境，政治环境，香港，香港，政治，环境",
            "piece.md": "一篇很长的文章，" * 9 + "说到香港政治环境，还有别的，" + "一篇很长的文章，" * 9,
            "title.md": {"title": "香港政治环境", "body": "别的一篇文章说的是别的事" * 20},
            "empty.md": {"title": "香港政治环境", "body": ""},
            "longer.md": {"title": "香港政治环境之变", "body": "香港政治环境"},
            "some.md": "香港与政治",
        }
    )


def test_what_is_typed_in_one_piece_comes_first(typed: Index) -> None:
    """The post of that title, then posts with the whole run, then posts with every word, then with some."""
    hits = [hit.path for hit in typed.search("香港政治环境")]
    assert hits == ["title.md", "empty.md", "longer.md", "piece.md", "apart.md", "some.md"]
    assert typed.search("香港政治环境").total == 5


def test_a_title_of_many_posts_is_a_series_and_no_known_item(make_index: MakeIndex) -> None:
    series = {f"{number}.md": {"title": "周报", "body": f"第{number}期，别的内容" * 30} for number in range(4)}
    index = make_index({**series, "about.md": {"title": "怎么写周报", "body": "周报，周报，周报怎么写"}})
    assert index.search("周报")[0].path == "about.md"


def test_a_page_goes_on_in_the_next_tier(typed: Index) -> None:
    pages = [typed.search("香港政治环境", limit=1, offset=offset)[0].path for offset in range(6)]
    assert pages == [hit.path for hit in typed.search("香港政治环境")]


def test_a_single_character_counts_with_its_neighbour(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "裝上新的引擎", "b.md": "上面有包裝", "c.md": "猫和狗"})
    assert [hit.path for hit in index.search("裝上")] == ["a.md"]
    alone = index.search("猫狗")
    assert [hit.path for hit in alone] == ["c.md"]
    assert "single characters" in alone.notes[0]


def test_of_more_than_four_words_any_is_enough_and_hits_name_what_they_lack(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "香港 北京 上海 广州", "b.md": "香港 深圳", "c.md": "杭州"})
    results = index.search("香港 北京 上海 广州 深圳")
    assert results.total == 2
    assert [(hit.path, hit.missing) for hit in results] == [("a.md", ("深圳",)), ("b.md", ("北京", "上海", "广州"))]


def test_facets_count_what_the_total_counts(some: Index) -> None:
    facets = some.search("香港", facets=("source", "tag", "year", "month"), limit=0).facets
    assert facets["source"] == (("BBC 中文", 1), ("bbc中文", 1))
    assert facets["tag"] == (("旅行", 2), ("香港", 1))
    assert facets["year"] == (("2021", 2),)
    assert facets["month"] == (("2021-12", 1), ("2021-11", 1))


def test_no_such_facet(some: Index) -> None:
    with pytest.raises(QueryError, match="colour"):
        some.search("香港", facets="colour")


def test_age_takes_from_the_score(some: Index) -> None:
    plain = {hit.path: hit.score for hit in some.search("通关")}
    aged = {hit.path: hit.score for hit in some.search("通关", recency=dt.timedelta(days=365))}
    assert max(plain, key=plain.__getitem__) == "c.md"
    assert max(aged, key=aged.__getitem__) == "a.md"
    for path, year in (("a.md", 2021.85), ("c.md", 2019.0)):
        now = dt.datetime.now(dt.UTC)
        age = now.year + now.timetuple().tm_yday / 365.25 - year
        assert aged[path] / plain[path] == pytest.approx(0.5 ** age, rel=0.02)


@pytest.mark.parametrize("recency", ["soon", "0d", "-3d", "200y", dt.timedelta()])
def test_durations_that_mean_nothing(some: Index, recency: str | dt.timedelta) -> None:
    with pytest.raises(QueryError):
        some.search("香港", recency=recency)


def scoring(terms: list[ScoringTerm]) -> CompiledQuery:
    return CompiledQuery("", Every(), (), False, True, "", (), tuple(terms), (), (), ())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_pruning_loses_none_of_the_k_best(data: st.DataObject) -> None:
    draw = data.draw
    count = draw(st.sampled_from([300, 1500, 40_000]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    segments: Any = [SimpleNamespace(max_doc=count, reader=SimpleNamespace(info=SimpleNamespace(live=count)))]
    ranker = Ranker(segments)
    terms = []
    for number in range(draw(st.integers(0, 12))):
        documents = np.flatnonzero(rng.random(count) < rng.choice([0.001, 0.01, 0.3, 0.9]))
        values = rng.choice(np.linspace(0.1, 1.9, 7), len(documents))
        weight = float(rng.choice([0.01, 1, 5, 30]))
        form = rng.choice([Dense, Sparse])
        impacts = form.of_list(documents, values.astype(np.float32), weight, 1.9, Scratch(count))
        assert ranker._impacts._kept.get(("unigrams", str(number)), lambda impacts=impacts: impacts) is impacts
        terms.append(ScoringTerm("unigrams", str(number), float(rng.choice([0.1, 0.7, 1]))))
    among = np.flatnonzero(rng.random(count) < draw(st.sampled_from([0.2, 0.9, 1.1])))
    scores = ranker.scores(scoring(terms), among)
    wished = draw(st.integers(1, 30))
    last = np.sort(scores)[-wished:][0] if len(scores) else 0.0
    numbers, best = ranker.top_k(scoring(terms), among, wished)
    assert numbers.tolist() == among[scores >= last].tolist()
    assert best.tolist() == scores[scores >= last].tolist()


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), max_size=20), st.randoms())
def test_of_each_text_the_first_by_path_stays(rows: list[tuple[int, bool, bool]], random: object) -> None:
    ranks = list(range(len(rows)))
    random.shuffle(ranks)  # type: ignore[attr-defined]
    by_path = np.array(ranks, np.int64)
    texts, live, wanted = (np.array([row[n] for row in rows]) for n in range(3)) if rows else [np.zeros(0, bool)] * 3
    duplicates = Duplicates(texts.astype(np.int64), live, lambda numbers: numbers[np.argsort(by_path[numbers])])
    here = [n for n in range(len(rows)) if live[n] and wanted[n]]
    first = [n for n in here if all(ranks[n] <= ranks[m] for m in here if texts[m] == texts[n])]
    assert duplicates.collapse(np.array(here, np.int64)).tolist() == first
    for number in range(len(rows)):
        same = [n for n in range(len(rows)) if live[n] and texts[n] == texts[number]]
        if live[number]:
            assert duplicates.of(number) == sorted(same, key=ranks.__getitem__)


@given(st.lists(st.integers(0, 50), max_size=2000), st.integers(1, 20))
def test_the_kth_largest_value(values: list[int], count: int) -> None:
    last = _kth_largest(np.array(values, np.float64), count)
    assert last == (sorted(values)[-count] if len(values) > count else 0)


def test_no_terms_score_nothing() -> None:
    assert Ranker([]).scores(scoring([]), np.arange(3)).tolist() == [0, 0, 0]


@given(st.integers(1, 200), st.sets(st.integers(0, 199)), st.sets(st.integers(0, 199)))
def test_impacts_are_the_same_in_every_form(size: int, having: set[int], wanted: set[int]) -> None:
    documents, asked = (np.array(sorted(n for n in some if n < size), np.int64) for some in (having, wanted))
    scratch = Scratch(size)
    values = dict(zip(documents.tolist(), range(1, 300), strict=False))
    for form in (Dense, Sparse):
        found = form.of_list(documents, np.array(list(values.values()), np.float32), 1.0, 300.0, scratch)
        assert found.of(asked).tolist() == [values.get(number, 0) for number in asked.tolist()]
    assert not scratch.values.any()
