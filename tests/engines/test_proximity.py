"""Words of a query that stand close to each other rank higher: the same in any segments, on any page."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from searchkit import Index
from searchkit.engines.scoring.bm25 import idf

MakeIndex = Callable[..., Index]


def ranked(index: Index, query: str, **options: object) -> list[str]:
    return [hit.path.removesuffix(".md") for hit in index.search(query, **options)]


def proximity(index: Index, query: str, path: str) -> float:
    [hit] = [hit for hit in index.search(query, explain=True, limit=100) if hit.path == path]
    assert hit.explanation
    parts = [part for reason in hit.explanation.reasons for part in reason.parts]
    assert hit.score == pytest.approx(sum(score for _, _, score in parts) * hit.explanation.freshness)
    return sum(score for kind, _, score in parts if kind == "proximity")


def test_words_close_to_each_other_rank_higher(make_index: MakeIndex) -> None:
    filler = "天地玄黄宇宙洪荒日月盈昃"
    index = make_index({"a.md": f"香港{filler}通关", "b.md": f"香港，通关{filler}"})
    assert ranked(index, "香港 通关") == ["b", "a"]


def test_proximity_by_hand(make_index: MakeIndex) -> None:
    """All words are in all documents; from 香港 to 通关 it is two unigrams, from 荷花 to 通关 three, to 香港 five."""
    bodies = {"a.md": "香港通关。的荷花", "b.md": "香港，荷花，通关"}
    index = make_index({path: {"title": path, "body": body} for path, body in bodies.items()})
    weight = idf(2, 2)
    assert proximity(index, "香港 通关 荷花", "a.md") == pytest.approx(
        1.5 * weight * sum(1 / (1 + distance / 10) for distance in (2, 3, 5))
    )


def test_the_least_distance_counts(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "通关。香港的天气真好。香港通关"})
    assert proximity(index, "香港 通关", "a.md") == pytest.approx(1.5 * idf(1, 1) / 1.2)


def test_latin_words_have_distances(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "docker nginx", "b.md": "docker and then nginx"})
    assert ranked(index, "nginx docker") == ["a", "b"]
    assert proximity(index, "nginx docker", "b.md") == pytest.approx(1.5 * idf(2, 2) / 1.3)


@pytest.mark.parametrize("query", ["香港", "猫 狗", "香港的", '"香港的通关"', "-香港 -通关", "香港 北京"])
def test_less_than_two_content_words_have_no_proximity(make_index: MakeIndex, query: str) -> None:
    index = make_index({"a.md": "香港的通关，猫狗", "b.md": "天"})
    assert not any(proximity(index, query, hit.path) for hit in index.search(query))


def test_function_words_of_a_question_do_not_rank(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "周报", "b.md": "周报，怎么写，怎么写，怎么写", "c.md": "怎么"})
    [first, *_] = index.search("怎么写周报？", explain=True)
    assert first.explanation
    terms = {term for reason in first.explanation.reasons for _, term, _ in reason.parts}
    assert terms
    assert not terms & {"怎么", "怎", "么"}


def test_a_question_of_function_words_ranks_by_them(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "为什么不可以呢", "b.md": "为什么"})
    assert all(hit.score > 0 for hit in index.search("为什么不可以？"))


def posts(count: int) -> dict[str, str]:
    """Posts with two words at distances that have nothing to do with the order of their lengths."""
    return {f"{n:03}.md": f"香港{'天' * (n * 37 % 23)}通关{'地' * (n % 50)}{n}" for n in range(count)}


def test_a_page_continues_the_one_before(make_index: MakeIndex) -> None:
    index = make_index(posts(130))
    whole = ranked(index, "香港 通关", limit=130)
    pages = [ranked(index, "香港 通关", limit=10, offset=offset) for offset in range(0, 130, 10)]
    assert [path for page in pages for path in page] == whole
    scores = [hit.score for hit in index.search("香港 通关", limit=130)]
    assert scores == sorted(scores, reverse=True)


def test_segments_make_no_difference(make_index: MakeIndex) -> None:
    all_posts = posts(60)
    some = {path: body for path, body in all_posts.items() if int(path[:3]) % 3}
    by_steps, at_once = make_index(some, all_posts), make_index(all_posts)
    for query in ("香港 通关", "香港通关", "通关 7", "为什么香港通关了？"):
        found = [[(hit.path, hit.score) for hit in index.search(query, limit=60)] for index in (by_steps, at_once)]
        assert found[0] == found[1]


def test_proximity_ages_with_the_score(make_index: MakeIndex) -> None:
    index = make_index({"a.md": {"body": "香港，通关", "date": "2020-01-01"}, "b.md": {"body": "香港天地玄黄通关"}})
    for hit in index.search("香港 通关", recency="1y", explain=True):
        assert hit.explanation
        total = sum(reason.score for reason in hit.explanation.reasons)
        assert math.isclose(hit.score, total * hit.explanation.freshness, rel_tol=1e-6)
