"""Where nothing is found: which words occur nowhere, what was meant, did the filters leave it out?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import searchkit

MakeIndex = Callable[..., searchkit.Index]

POSTS = {
    "a.md": {"title": "北京", "body": "背景 python", "author": "甲", "date": "2021-11-08"},
    "b.md": {"title": "背景", "body": "软件", "author": "乙", "date": "2022-11-08"},
}


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> searchkit.Index:
    return make_index(POSTS)


@pytest.mark.parametrize(
    ("query", "unknown"),
    [
        ("北惊", (("北惊", ("背景", "北京")),)),  # the more frequent first
        ("Pyhton 北京", (("Pyhton", ("python",)),)),
        ("魑魅魍魉", (("魑魅魍魉", ()),)),
        ('"pyhton" AND 软件', (("pyhton", ("python",)),)),  # not 软体, which nobody typed
        ('"背景 pyhton"', (("背景 pyhton", ("背景 python",)),)),  # a part of it
        ('"背景 pyhtonx 软件"', (("背景 pyhtonx 软件", ()),)),  # nothing has that either
        ('-"pyhton" AND "北京 无"', (("北京 无", ()),)),
        ("python 软件", ()),  # but no post has both
        ("python -北京", ()),
        ("怎么用 pyhton 写软件？", ()),  # any of the words is enough
        ("pyhton OR python", ()),
        ("title:软件", ()),  # in a body
        ("背景 title:软件", ()),
    ],
)
def test_words_that_occur_nowhere(index: searchkit.Index, query: str, unknown: object) -> None:
    assert index.search(query).unknown == unknown


PUBLISHERS = {
    "a.md": {"title": "香港", "body": "通关", "author": "美国之音中文网", "tags": ["財經", "Web 开发"]},
    "b.md": {"title": "香港", "body": "选举", "author": "联合早报", "tags": ["财经新闻"]},
    "c.md": {"title": "东京", "body": "选举", "author": "联合晚报", "tags": ["VOA"]},
}


@pytest.fixture(scope="module")
def publishers(make_index: MakeIndex) -> searchkit.Index:
    return make_index(PUBLISHERS)


@pytest.mark.parametrize(
    ("query", "unknown"),
    [
        ("source:美国之音", (("source:美国之音", ("source:美国之音中文网",)),)),
        ("香港 source:美國之音", (("source:美国之音", ("source:美国之音中文网",)),)),
        ("source:联合报", (("source:联合报", ("source:联合早报", "source:联合晚报")),)),
        ("source:联合报 东京", (("source:联合报", ("source:联合晚报", "source:联合早报")),)),  # finds most first
        ("tag:财精", (("tag:财精", ("tag:財經",)),)),  # as the post writes it
        ("tag:web开发", (("tag:web开发", ('tag:"Web 开发"',)),)),  # as it can be typed
        ("source:voa", (("source:voa", ("tag:VOA",)),)),
        ("source:联早", (("source:联早", ("source:联合早报",)),)),
        ("source:无此", (("source:无此", ()),)),
        ("香港 ~source:美国之音", (("source:美国之音", ("source:美国之音中文网",)),)),
        ("香港 ~date:1999", ()),
        ("北惊 source:美国之音", (("北惊", ()), ("source:美国之音", ("source:美国之音中文网",)))),
        ("香港 -source:美国之音 东京", ()),
        ("source:联合早报 东京", ()),  # there is one, but not with 东京
        ("source:美国之音 OR 香港", ()),
    ],
)
def test_values_that_no_post_has(publishers: searchkit.Index, query: str, unknown: object) -> None:
    assert publishers.search(query).unknown == unknown


def test_values_of_the_options_are_offered_too(publishers: searchkit.Index) -> None:
    offered = (("source:美国之音", ("source:美国之音中文网",)),)
    assert publishers.search("香港", source="美国之音").unknown == offered
    assert publishers.search("香港", tag="财精").unknown == (("tag:财精", ("tag:財經",)),)
    assert publishers.search("香港", source=["美国之音", "联合早报"]).unknown == ()


def test_the_word_that_finds_most_of_the_whole_query_is_offered_first(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "背景 音乐", "b.md": "背景", "c.md": "北京 故宫"})
    assert index.search("北惊").unknown == (("北惊", ("背景", "北京")),)
    assert index.search("北惊 故宫").unknown == (("北惊", ("北京", "背景")),)
    assert index.search("故宫 AND 北惊").unknown == (("北惊", ("北京", "背景")),)


def test_what_was_typed_is_offered_where_its_characters_were_searched_on_their_own(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "装备和上海", "b.md": "装伤"})
    results = index.search("装上")
    assert (results.total, results.unknown) == (1, (("装上", ("装伤",)),))


def test_counting_looks_for_no_reasons(index: searchkit.Index) -> None:
    assert index.search("北惊", limit=0).unknown == ()


def test_near_words_are_looked_for_a_few_words_only(index: searchkit.Index) -> None:
    typed = ["pyhton", "pythonn", "pythom", "pythn", "ppython"]
    assert index.search(" ".join(typed)).unknown == (*((word, ("python",)) for word in typed[:4]), (typed[4], ()))


def test_a_word_that_was_deleted_is_not_offered(make_index: MakeIndex) -> None:
    kept = {"b.md": "java", "c.md": "go", "d.md": "rust"}
    index = make_index({"a.md": "python", **kept}, kept)
    assert index.search("pyhton").unknown == (("pyhton", ()),)
    assert index.search("python").unknown == (("python", ()),)


def test_what_the_filters_leave_out_is_counted(index: searchkit.Index) -> None:
    assert index.search("背景", source="丙").filtered_out == 2
    assert index.search("背景", until="2021-12", tag="无").filtered_out == 2
    assert index.search("背景 python", source="乙").filtered_out == 1
    assert index.search("背景", source="乙").filtered_out == 0  # there is one
    assert index.search("背景 魑魅魍魉", source="乙").filtered_out == 0


def test_the_words_of_the_index_that_begin_so(make_index: MakeIndex) -> None:
    first = {"a.md": "香港，香味", "b.md": "香港 kubernetes", "c.md": "香肠"}
    index = make_index(first, {**first, "c.md": "别的"})
    assert index.terms("香") == [("香港", 2), ("香味", 1)]
    assert index.terms("KUBE") == [("kubernetes", 1)]
    assert index.terms("香", limit=1) == [("香港", 2)]
    assert index.terms("无此") == []
