"""BM25 over words, unigrams and bigrams, summed; the same posts score the same however they came to be indexed."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import Index
from searchkit.engines.scoring.bm25 import idf, length_norms, tf_norm
from searchkit.engines.whoosh.codec import postings
from searchkit.engines.whoosh.search.rank import impacts, loading, topk
from searchkit.language import words

MakeIndex = Callable[..., Index]


def ranked(index: Index, query: str, **options: object) -> list[str]:
    return [hit.path.removesuffix(".md") for hit in index.search(query, **options)]


def scores(index: Index, query: str) -> list[tuple[str, float]]:
    return [(hit.path, hit.score) for hit in index.search(query, limit=100)]


def test_idf() -> None:
    assert idf(1, 1) == pytest.approx(math.log(4 / 3) ** 1.5)
    assert idf(10, 2) == pytest.approx(math.log(4.4) ** 1.5) == pytest.approx(1.803, abs=0.001)
    assert idf(1000, 1) > idf(1000, 2) > idf(1000, 1000) > 0


def test_tf_norm() -> None:
    once, twice, often = tf_norm(np.array([1.0, 2.0, 1e9]), length_norms(np.array([10] * 3), 10.0))
    assert (once, twice, often) == pytest.approx((1.0, 3.4 / 2.7, 1.7))
    short, mean, long = tf_norm(np.ones(3), length_norms(np.array([5, 10, 20]), 10.0))
    assert (short, mean, long) == pytest.approx((1.7 / 1.42, 1.0, 1.7 / 2.26))


def test_a_score_by_hand(make_index: MakeIndex) -> None:
    """Two posts of two and four unigrams; one has 病 once, as a word (weight 1) and as a unigram (0.9)."""
    index = make_index({"a.md": {"title": "甲", "body": "病"}, "b.md": {"title": "乙", "body": "丙丁戊"}})
    [hit] = index.search("病")
    rarity = math.log(1 + 1.5 / 1.5) ** 1.5
    mean_words = (len(words("甲\n病")) + len(words("乙\n丙丁戊"))) / 2
    in_words = 1.7 / (1 + 0.7 * (0.2 + 0.8 * 2 / mean_words))
    in_unigrams = 1.7 / (1 + 0.7 * (0.2 + 0.8 * 2 / 3))
    assert hit.score == pytest.approx(rarity * (in_words + 0.9 * in_unigrams))


def test_a_match_in_the_title_counts_a_little_more(make_index: MakeIndex) -> None:
    index = make_index({"a.md": {"title": "上海", "body": "香港"}, "b.md": {"title": "香港", "body": "上海"}})
    assert ranked(index, "香港") == ["b", "a"]
    assert ranked(index, "上海") == ["a", "b"]


def test_rare_words_count_more(make_index: MakeIndex) -> None:
    common = {f"{n}.md": f"香港的第{n}天" for n in range(9)}
    index = make_index(common | {"a.md": "香港，香港，通关", "b.md": "香港，通关，通关"})
    assert ranked(index, "香港 通关")[:2] == ["b", "a"]


def test_a_real_word_ranks_above_an_accidental_one(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "南京市长江大桥", "b.md": "南京的市长很忙的"})
    assert ranked(index, "市长") == ["b", "a"]


def test_words_side_by_side_rank_above_words_apart(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "通关之前先到香港", "b.md": "香港通关之前先到"})
    assert ranked(index, "香港通关") == ["b", "a"]


def test_shorter_posts_rank_above_longer_ones(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "香港，" + "又一个词，" * 20, "b.md": "香港，又一个词"})
    assert ranked(index, "香港") == ["b", "a"]


def test_equal_posts_rank_by_path(make_index: MakeIndex) -> None:
    index = make_index(*({f"{path}.md": f"香港，{path}" for path in paths} for paths in ("db", "dbca")))
    assert ranked(index, "香港") == ["a", "b", "c", "d"]
    assert len({hit.score for hit in index.search("香港")}) == 1


def test_without_words_posts_rank_by_path(make_index: MakeIndex) -> None:
    index = make_index({f"{path}.md": f"香港，{path}" for path in "dbca"})
    assert ranked(index, "-上海") == ranked(index, "") == ["a", "b", "c", "d"]


def test_a_page(make_index: MakeIndex) -> None:
    index = make_index({f"{path}.md": f"香港，{path}" for path in "abcde"})
    page = index.search("香港", offset=2, limit=2)
    assert (page.total, page.offset, [(hit.rank, hit.path) for hit in page]) == (5, 2, [(3, "c.md"), (4, "d.md")])
    assert (index.search("香港", limit=0).total, len(index.search("香港", offset=9))) == (5, 0)


QUERIES = ("香港", "香 港", "中国 经济", '"中国经济"', "title:香港", "北 -京", "A1", "")
TEXTS = st.text("香港中国经济北京A1。，", min_size=1, max_size=12)
edits = st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.none() | TEXTS), min_size=1, max_size=4)


@settings(max_examples=12)
@given(st.lists(TEXTS, min_size=8, max_size=10), edits)
@example(["香港"] + ["香港，的，的，北京"] * 7, [("a", None), ("b", "香")])
def test_scores_do_not_depend_on_how_the_posts_were_indexed(
    make_index: MakeIndex, bodies: list[str], edits: list[tuple[str, str | None]]
) -> None:
    """Added, changed and deleted over several segments, or all at once: the same order, the same scores."""
    states = [dict(zip("abcdefghij", bodies, strict=False))]
    for name, body in edits:
        states.append({n: b for n, b in {**states[-1], name: body}.items() if b is not None})
    posts = [{f"{name}.md": {"title": body[:2], "body": body} for name, body in state.items()} for state in states]
    step_by_step, at_once = make_index(*posts), make_index(posts[-1])
    for query in QUERIES:
        assert scores(step_by_step, query) == scores(at_once, query)
        assert step_by_step.search(query).total == at_once.search(query).total
    left, right = ([replace(d, added=None) for d in index.documents()] for index in (step_by_step, at_once))
    assert left == right


def test_long_lists_score_the_same_before_they_are_decoded(
    make_index: MakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked up in their bits, in two segments, some of whose documents are deleted."""
    chance = random.Random(15)
    first = {f"{n}.md": "".join(chance.choices("香港中国经济北京的", k=30)) for n in range(300)}
    then = {**first, **{f"{n}.md": "香港的" for n in range(280, 350)}}
    every = [scores(make_index(first, then), query) for query in QUERIES]
    for module, name, value in ((loading, "LONG_LIST", 1), (topk, "_FEW_LOOKUPS", 0), (impacts, "LOOKED_UP", 0)):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(impacts, "_POSTING_NS", 10**9)
    monkeypatch.setattr(postings, "LOOKED_UP", 0)
    index = make_index(first, then)
    for query, expected in zip(QUERIES, every, strict=True):
        assert scores(index, query) == expected


def test_terms_score_the_same_read_together_again_and_one_by_one(make_index: MakeIndex) -> None:
    """In two segments, some of whose documents are deleted."""
    chance = random.Random(15)
    posts = {f"{n}.md": "".join(chance.choices("香港中国经济北京的", k=30)) for n in range(60)}
    then = {**posts, **{f"{n}.md": "香港的" for n in range(50, 70)}}
    one_by_one = make_index(posts, then)
    for character in "香港中国经济北京的":
        one_by_one.search(character)
    for query in QUERIES:
        with searchkit.open(one_by_one.path) as together:
            first = scores(together, query)
            assert scores(together, query) == scores(one_by_one, query) == first


def test_the_terms_of_a_pattern_rank_as_one(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "computer computing 一二三", "b.md": "computer 一二三四", "c.md": "一二三四五六"})
    assert ranked(index, "comput*") == ["a", "b"]
    assert all(hit.score > 0 for hit in index.search("comput*"))


def test_addresses_are_found_by_a_part(make_index: MakeIndex) -> None:
    posts = {"a.md": {"body": "一", "link": "https://p.dw.com/a"}, "b.md": {"body": "二", "link": "https://b.com"}}
    index = make_index(posts)
    urls = [hit.url for hit in index.search("")]
    assert sorted(urls) == ["https://b.com", "https://p.dw.com/a"]
    assert ranked(index, "url:dw.com") == ["a"]


def test_paths_are_found_as_they_fold(make_index: MakeIndex) -> None:
    index = make_index({"README.md": "一", "國際/b.md": "二"})
    assert ranked(index, "path:readme") == ranked(index, "path:README") == ["README"]
    assert ranked(index, "path:国际") == ranked(index, "path:國際*") == ["國際/b"]


def test_a_pattern_counts_each_of_its_terms(make_index: MakeIndex) -> None:
    index = make_index({f"{n}.md": f"term{chr(97 + n)} x" for n in range(9)} | {"z.md": "other termx termy x"})
    assert ranked(index, "*erm*")[0] == "z"
    assert len(scores(index, "*erm*")) == 10


def test_stars_cost_no_more_than_the_text(make_index: MakeIndex) -> None:
    index = make_index({"a.md": {"body": "一", "link": f"https://b.com/{'a' * 400}"}})
    assert ranked(index, f"url:{'*a' * 50}*") == ["a"]
    assert ranked(index, f"url:{'*a' * 50}*b") == []
