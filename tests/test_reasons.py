"""Why was a post found, and what is its score made of?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchkit import Index
from searchkit.explanation import Nearness
from searchkit.query import And, Fuzzy, Nothing, Optional, Phrase, Prefix, Query, Text, compile_query
from searchkit.query.readable import readable

MakeIndex = Callable[..., Index]

POSTS = {
    "a.md": {"title": "香港通关", "body": "香港與內地通關，三十五人。人工智能的软件。iPhone15", "date": "2021-11-08"},
    "b.md": {"title": "國際論壇", "body": "軟體之都。這是一段簡單的文本", "date": "2022-11-08"},
    "c.md": "香港的国际论坛",
    "d.md": {"title": "连到家里的机器", "body": "出示身分證", "tags": ["穿透", "機器"]},
}


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> Index:
    return make_index(POSTS)


@pytest.mark.parametrize("options", [{}, {"recency": "1y"}, {"sort": "newest", "recency": "1y"}])
@pytest.mark.parametrize(
    "query",
    [
        "香港 通关",
        "香港通关 軟件",
        "怎么写国际论坛的软件？",
        '"国际论坛" -通关',
        "人工* title:香港",
        "香港 OR 软件",
        "~date:2021 香港",
        And(Optional(Text("國際")), Optional(Prefix("软"))),
        "",
    ],
)
def test_the_parts_sum_up_to_the_score(index: Index, query: str | Query, options: dict[str, str]) -> None:
    results = index.search(query, explain=True, **options)
    assert len(results)
    for hit in results:
        assert hit.explanation
        for reason in hit.explanation.reasons:
            assert reason.score == pytest.approx(sum(score for _, _, score in reason.parts))
            assert list(reason.parts) == sorted(reason.parts, key=lambda part: -part[2])
        scores = [reason.score for reason in hit.explanation.reasons]
        assert scores == sorted(scores, reverse=True)
        assert hit.score == pytest.approx(sum(scores) * hit.explanation.freshness)
        assert (hit.explanation.freshness < 1) == (options == {"recency": "1y"})


@pytest.mark.parametrize(
    ("query", "path", "reasons"),
    [
        ("香港", "a.md", {"香港": ("word", "香港")}),
        ('"段简"', "b.md", {"段简": ("other script", "段簡")}),
        ("国际论坛", "b.md", {"国际": ("other script", "國際"), "论坛": ("other script", "論壇")}),
        ("软件", "b.md", {"软件": ("synonym", "軟體")}),
        ("35人", "a.md", {"35人": ("numeral", "三十五人")}),
        ("身份证", "d.md", {"身份证": ("spelling", "身分證")}),
        ("家里 隧道公司", "d.md", {"家里": ("word", "家里"), "隧道": ("missing", ""), "公司": ("missing", "")}),
        ("穿透", "d.md", {"穿透": ("tag", "穿透")}),
        ("机器", "d.md", {"机器": ("word", "机器")}),
        ("iPHONE15", "a.md", {"iPHONE15": ("text", "iPhone15")}),
        ("人工*", "a.md", {"人工*": ("pattern", "人工")}),
        ("iph*", "a.md", {"iph*": ("pattern", "iPhone")}),
        ("pinyin:tongguan", "a.md", {"pinyin:tongguan": ("pattern", "")}),
        ("~pinyin:tongguan", "a.md", {"pinyin:tongguan": ("pattern", "")}),
        ("香港 ~date:2021", "a.md", {"香港": ("word", "香港")}),
        ("香港 ~date:2022", "c.md", {"香港": ("word", "香港"), "date:2022-01-01..2022-12-31": ("missing", "")}),
        (And(Optional(Text("國際論壇"))), "c.md", {"國際": ("other script", "国际"), "論壇": ("other script", "论坛")}),
        ("香港 软件", "b.md", {"香港": ("missing", ""), "软件": ("synonym", "軟體")}),
        ('"香港的国际"', "c.md", {"香港的国际": ("text", "香港的国际")}),
        ("什么是通关？", "a.md", {"通关": ("word", "通关")}),
    ],
)
def test_why_a_word_is_said_to_be_there(
    index: Index, query: str | Query, path: str, reasons: dict[str, tuple[str, str]]
) -> None:
    hit = next(hit for hit in index.search(query, explain=True) if hit.path == path)
    assert hit.explanation
    assert {r.word: (r.how, r.found) for r in hit.explanation.reasons if r.word} == reasons


@pytest.mark.parametrize(
    ("query", "path", "places"),
    [
        ("香港 通关", "a.md", {"香港": (1, 1, ()), "通关": (1, 1, (("通關", 1),))}),
        ("软件", "b.md", {"软件": (0, 1, (("軟體", 1),))}),
        ("35人", "a.md", {"35人": (0, 1, (("三十五人", 1),))}),
        ("国际论坛", "b.md", {"国际": (1, 0, (("國際", 1),)), "论坛": (1, 0, (("論壇", 1),))}),
        ("iph*", "a.md", {"iph*": (0, 1, (("iPhone", 1),))}),
        ("香港 软件", "b.md", {"香港": (0, 0, ()), "软件": (0, 1, (("軟體", 1),))}),
        ('"香港的国际"', "c.md", {"香港的国际": (0, 1, ())}),
    ],
)
def test_where_a_post_has_a_word(index: Index, query: str, path: str, places: dict[str, object]) -> None:
    hit = next(hit for hit in index.search(query, explain=True) if hit.path == path)
    assert hit.explanation
    assert {r.word: (r.in_title, r.in_text, r.forms) for r in hit.explanation.reasons if r.word} == places


@pytest.mark.parametrize(
    ("query", "path", "nearness"),
    [
        ("香港 通关", "a.md", Nearness(("香港", "通关"), 0, 4, True)),
        ("软件 人工智能", "a.md", Nearness(("软件", "人工智能"), 1, 7, False)),
        ("香港 论坛", "c.md", Nearness(("香港", "论坛"), 3, 7, False)),
        ("香港 国际 论坛", "c.md", Nearness(("香港", "国际", "论坛"), 1, 7, False)),
        ("香港 软件", "b.md", None),  # one is missing
        ("国际 软件", "b.md", None),  # one in the title, one in the text
        ("香港", "a.md", None),
    ],
)
def test_how_near_the_words_stand(index: Index, query: str, path: str, nearness: Nearness | None) -> None:
    hit = next(hit for hit in index.search(query, explain=True) if hit.path == path)
    assert hit.explanation
    assert hit.explanation.nearness == nearness
    assert hit.to_dict()["explanation"]["nearness"] == (nearness and nearness.to_dict())


def test_terms_go_to_their_word(index: Index) -> None:
    hit = index.search("香港 通关", explain=True)[0]
    assert hit.explanation
    terms = {reason.word: {term for _, term, _ in reason.parts} for reason in hit.explanation.reasons}
    assert terms == {"香港": {"香港", "香", "港"}, "通关": {"通关", "通", "关"}, "": {"香港 通关"}}


def test_nothing_is_explained_unless_asked(index: Index) -> None:
    results = index.search("香港")
    assert (results[0].explanation, results.parsed) == (None, "")
    assert "explanation" not in results.to_dicts()[0]
    assert index.search("香港", explain=True).parsed == 'all of: "香港"'


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("", "every post"),
        ("怎么写周报？", 'any of: "写", "周报"'),
        ("西湖 AND 荷花 -梅花", 'required: "西湖" AND "荷花" NOT "梅花"'),
        ('title:"小通关" source:BBC', 'required: title:"小通关" AND source:"bbc"'),
        ("body:西湖 OR pinyin:xh", 'required: body:"西湖" OR pinyin:xh'),
        ("date:2021-11", "required: date:2021-11-01 00:00..2021-11-30 23:59"),
        ('"甲方 签约"~5', 'required: "甲方 签约"~5'),
        ("人工* kubernets~1", 'all of: "人工*", "kubernets~1"'),
        ("title:*net body:软件", 'required: title:"*net" AND (body:"软件" OR body:"软体")'),
        ('"北京，上海" path:2021', 'required: "北京,上海" AND path:"*2021*"'),
        ("-(a OR b)", 'required: NOT ("a" OR "b")'),
        ("-*:*", "required: no post"),
        (
            And(Optional(Phrase("小通关")), Fuzzy("Kubernetes", 3)),
            'all of: "小通关", "kubernetes~3"; required: "kubernetes~3"',
        ),
        (Nothing(), "required: no post"),
    ],
)
def test_how_a_query_was_read(query: str | Query, read: str) -> None:
    assert readable(compile_query(query)) == read


def test_a_hit_names_the_tags_that_the_query_names_and_the_text_lacks(index: Index) -> None:
    assert {hit.path: hit.named_tags for hit in index.search("穿透")} == {"d.md": ("穿透",)}
    assert {hit.path: hit.named_tags for hit in index.search("机器")} == {"d.md": ()}
    assert [hit["named_tags"] for hit in index.search("穿透").to_dicts()] == [["穿透"]]


def test_a_post_with_a_longer_word_alone_says_what_its_score_is_made_of(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "PostgreSQL 的索引", "b.md": "天气很好"})
    (hit,) = index.search("postgres", explain=True)
    assert hit.explanation
    assert sum(reason.score for reason in hit.explanation.reasons) == pytest.approx(hit.score)
