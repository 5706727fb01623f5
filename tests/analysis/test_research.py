"""Concordances, collocates, keywords, similar posts and samples."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from histories import POSTS, index_after
from hypothesis import given, settings
from rich.cells import cell_len

from searchkit import Document, Index, QueryError

MakeIndex = Callable[..., Index]


def lines(index: Index, query: str, **options: object) -> list[str]:
    return [f"{line.left}|{line.match}|{line.right}" for line in index.kwic(query, **options)]


@pytest.mark.parametrize(
    ("body", "query", "width", "found"),
    [
        ("香港与内地通關在即", "通关", 4, ["内地|通關|在即"]),
        ("昨天  \n 通关，今天通关", "通关", 20, ["昨天 |通关|，今天通关", "昨天 通关，今天|通关|"]),
        ("通关通关", "通关", 2, ["|通关|通", "关|通关|"]),
        ("用 kubernetes 部署", "kube*", 4, ["用 |kubernetes| 部"]),
        ("零下5度，室内ａｂｃ", "abc", 5, ["室内|ａｂｃ|"]),
        ("记于二〇二〇年冬", "2020年", 4, ["记于|二〇二〇年|冬"]),
        ("👨‍👩‍👧通关e\u0301了", "通关", 3, ["|通关|e\u0301了"]),
    ],
)
def test_a_match_is_found_as_in_a_search_and_its_context_is_measured_in_cells(
    make_index: MakeIndex, body: str, query: str, width: int, found: list[str]
) -> None:
    with make_index({"a.md": body}) as index:
        assert lines(index, query, width=width) == found


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> Index:
    return make_index(
        {
            "a.md": {"body": "今天香港通关了", "date": "2021-01-02", "author": "晨报"},
            "b.md": {"body": "昨天澳门通关吧", "date": "2020-01-02"},
            "c.md": {"body": "明天香港通关啊"},
            "d.md": {"title": "通关", "body": "别的", "date": "2022-01-02"},
        }
    )


def test_lines_are_sorted_by_date_or_by_the_words_beside_the_match(index: Index) -> None:
    assert [line.path for line in index.kwic("通关")] == ["b.md", "a.md", "d.md", "c.md"]
    assert [line.left for line in index.kwic("通关", sort="left")] == ["", "昨天澳门", "今天香港", "明天香港"]
    assert [line.right for line in index.kwic("通关", sort="right")] == ["", "了", "吧", "啊"]


def test_a_concordance_is_limited_filtered_and_sliced(index: Index) -> None:
    found = index.kwic("通关", limit=2)
    assert (len(found), found.total, len(found[1:]), found[1:].total) == (2, 4, 1, 4)
    assert [line.day for line in index.kwic("通关", source="晨报")] == ["2021-01-02"]
    assert index.kwic("没有这个").to_dict() == {"query": "没有这个", "width": 20, "total": 0, "lines": []}


@pytest.mark.parametrize("options", [{"width": 0}, {"sort": "up"}, {"limit": -1}, {"width": "wide"}])
def test_options_that_mean_nothing_are_errors(index: Index, options: dict[str, object]) -> None:
    with pytest.raises(QueryError):
        index.kwic("通关", **options)


@settings(max_examples=15)
@given(POSTS, POSTS)
def test_every_match_is_in_the_concordance(before: list[Document], posts: list[Document]) -> None:
    with index_after([before, posts]) as index:
        found = index.kwic("高铁", width=5, limit=None)
        documents = [index.document(hit.path) for hit in index.search("高铁", limit=None)]
        texts = [text.replace("鐵", "铁") for post in documents for text in (post.title, post.body)]
        assert found.total == sum(text.count("高铁") for text in texts)
        for line in found:
            assert max(cell_len(line.left), cell_len(line.right)) <= 5
            assert line.left + line.match + line.right in index.document(line.path).body


def test_collocates_are_counted_within_the_window(make_index: MakeIndex) -> None:
    with make_index(
        {"a.md": "苹果 疫情 防控，工作 苹果", "b.md": "防控 香蕉 香蕉 香蕉", "c.md": "疫情，防控"}
    ) as index:
        (word,) = (word for word in index.collocates("疫情", window=1) if word.word == "防控")
        assert (word.count, word.frequency) == (2, 3)
        # 2 of the 3 words in the windows, 3 of 15 words that are no match: 无题 is the title of each
        tokens = index.collocates("疫情").tokens - 2
        assert word.expected == pytest.approx(3 * 3 / tokens)
        assert word.log_dice == pytest.approx(14 + math.log2(2 * 2 / (2 + 3)))
        assert "香蕉" not in {word.word for word in index.collocates("疫情", window=99)}
        assert {word.word for word in index.collocates("疫情")} <= {"防控", "苹果", "工作"}


def test_keywords_are_those_of_either_set(make_index: MakeIndex) -> None:
    posts = {
        "a.md": {"body": "苹果 苹果 香蕉", "date": "2020-05-01"},
        "b.md": {"body": "香蕉 梨 香蕉", "date": "2021-05-01"},
    }
    with make_index(posts) as index:
        found = {word.word: (word.count_a, word.count_b, word.difference) for word in index.keywords("date:2020")}
        assert (found["苹果"], found["梨"], found["香蕉"]) == ((2, 0, float("inf")), (0, 1, -100), (1, 2, -50))
        assert index.keywords("date:2020").to_dicts()[0]["difference"] is None
        assert index.keywords("date:2020", "date:2021").words == index.keywords("date:2020").words
        assert index.keywords("date:1999").words == ()


LONG = "香港与内地商讨恢复正常通关。两地官员开了视频会议。初期每日配额一千人。经济学者看好零售业。"
TRADITIONAL = "香港與內地商討恢復正常通關。兩地官員開了視頻會議。初期每日配額一千人。經濟學者看好零售業。"


def test_near_duplicates_come_first_with_what_differs(make_index: MakeIndex) -> None:
    with make_index(
        {
            "a.md": {"title": "通关", "body": LONG},
            "same.md": {"title": "通關", "body": TRADITIONAL},
            "near.md": {"title": "通关", "body": LONG.replace("一千人", "两千人") + "完。"},
            "like.md": {"title": "零售业", "body": "经济学者说，香港零售业的生意靠通关，配额是多少人，商讨还在继续。"},
            "other.md": {"title": "无关", "body": "昨天下雨，今天晴。"},
        }
    ) as index:
        same, near, like, *others = index.similar("a.md")
        assert (same.path, same.ratio, same.differences.only_here) == ("same.md", 1.0, ())
        assert (near.path, near.duplicate, like.path, like.duplicate) == ("near.md", True, "like.md", False)
        assert near.differences.only_here == ("初期每日配额一千人。",)
        assert near.differences.only_there == ("初期每日配额两千人。", "完。")
        assert like.differences is None
        assert "a.md" not in {post.path for post in others}
        assert [post.path for post in index.similar("a.md", limit=1)] == ["same.md"]


@settings(max_examples=15)
@given(POSTS, POSTS)
def test_a_sample_and_similar_posts_are_the_same_after_any_history(
    before: list[Document], posts: list[Document]
) -> None:
    with index_after([posts]) as once, index_after([before, posts[:3], posts]) as often:
        sample = [hit.path for hit in once.sample("香港", 3, seed=1)]
        assert [hit.path for hit in often.sample("香港", 3, seed=1)] == sample
        assert sorted(sample) == sorted(set(sample) & {hit.path for hit in once.search("香港", limit=None)})
        assert len(sample) == min(3, once.search("香港").total)
        for post in posts[:1]:
            assert once.similar(post.path) == often.similar(post.path)


def test_another_seed_gives_another_sample(make_index: MakeIndex) -> None:
    with make_index({f"{number}.md": f"香港 {number}" for number in range(20)}) as index:
        samples = {tuple(hit.path for hit in index.sample("香港", 5, seed=seed)) for seed in range(5)}
        assert len(samples) == 5
