"""What restricts and what orders a search besides its words; and posts with the same text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from searchkit import Index

MakeIndex = Callable[..., Index]


def test_a_value_is_written_as_the_first_post_by_path_writes_it(make_index: MakeIndex) -> None:
    """Not as the first in the index, which is history."""
    b = {"b.md": {"body": "乙", "tags": ["Python"], "author": "BBC"}}
    index = make_index(b, b | {"a.md": {"body": "甲", "tags": ["python"], "author": "bbc"}})
    assert index.search("", facets=("source", "tag")).facets == {"source": (("bbc", 2),), "tag": (("python", 2),)}
    assert index.count(by="tag").rows == ((("python",), 2),)
    assert index.search("tag:pyton").unknown == (("tag:pyton", ("tag:python",)),)


@pytest.fixture(scope="module")
def dated(make_index: MakeIndex) -> Index:
    return make_index(
        {
            "a.md": {"body": "香港，甲", "date": "2021-11-08", "author": "BBC 中文", "tags": ["新闻", "香港"]},
            "b.md": {"body": "香港，乙", "date": "2021-11-08T23:59:59.5Z", "author": "聯合早報", "tags": ["新聞"]},
            "c.md": {"body": "香港，丙，香港", "date": "2022-01-01T07:00:00+08:00", "author": "ＢＢＣ 中文"},
            "d.md": {"body": "香港，丁，香港，香港"},
            "e.md": {"body": "香港，戊", "date": "1969-12-31"},
        }
    )


def paths(index: Index, query: str = "香港", **options: object) -> str:
    return "".join(hit.path.removesuffix(".md") for hit in index.search(query, **options))


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, "abcde"),
        ({"since": "2021"}, "abc"),
        ({"until": "2021"}, "abe"),
        ({"since": "2022"}, "c"),
        ({"since": "2021-11-08", "until": "2021-11-08"}, "ab"),
        ({"since": "2022-01-01T07:00:00", "until": "2022-01-01T07:00:00"}, "c"),
        ({"since": "2021-12-31T23:00:00Z", "until": "2021-12-31T23:00:00Z"}, "c"),
        ({"since": "2021-12-31T23:00:00Z", "until": "2022"}, "c"),
        ({"since": dt.datetime(2022, 1, 1, 7)}, "c"),
        ({"since": "2021-11-08T00:00:00.000001Z"}, "bc"),
        ({"until": "2021-11-08T00:00Z"}, "ae"),
        ({"since": dt.date(2022, 1, 1), "until": dt.date(2022, 1, 1)}, "c"),
        ({"since": dt.date(2021, 12, 31), "until": dt.date(2021, 12, 31)}, ""),
        ({"since": dt.datetime(2021, 12, 31, 23, tzinfo=dt.UTC)}, "c"),
        ({"until": "1969"}, "e"),
        ({"since": "2022", "until": "2021"}, ""),
        ({"source": "BBC 中文"}, "ac"),
        ({"source": "bbc 中文"}, "ac"),
        ({"source": "BBC"}, ""),
        ({"source": ["BBC 中文", "联合早报"]}, "abc"),
        ({"tag": "新闻"}, "ab"),
        ({"tag": ["新闻", "香港"]}, "a"),
        ({"tag": "新"}, ""),
        ({"tag": "新闻", "source": "联合早报", "since": "2021", "until": "2021"}, "b"),
        ({"source": [], "tag": []}, "abcde"),
    ],
)
def test_filters(dated: Index, options: dict[str, object], found: str) -> None:
    assert "".join(sorted(paths(dated, **options))) == found
    assert "".join(sorted(paths(dated, "", **options))) == found
    assert dated.search("香港", limit=1, **options).total == len(found)


@pytest.mark.parametrize(("sort", "order"), [("newest", "cbaed"), ("oldest", "eabcd"), ("relevance", "dcabe")])
def test_order(dated: Index, sort: str, order: str) -> None:
    """Posts without a date come last in either order of dates."""
    assert paths(dated, sort=sort) == order


def test_posts_of_one_date_are_ordered_by_path(make_index: MakeIndex) -> None:
    posts = {f"{n}.md": {"body": f"香港{n}，香港" if n == "b" else f"香港{n}", "date": "2021"} for n in "cab"}
    assert paths(make_index(posts), sort="newest") == paths(make_index(posts), sort="oldest") == "abc"


@pytest.fixture(scope="module")
def twins(make_index: MakeIndex) -> Index:
    text = {"title": "香港通关", "body": "初期每日配额约一千人。"}
    return make_index(
        {
            "m/c.md": text | {"author": "丙", "date": "2023-01-01"},
            "z.md": {"title": "香港通关", "body": "初期每日配额约两千人。"},
        },
        {
            "m/c.md": text | {"author": "丙", "date": "2023-01-01"},
            "m/b.md": {"title": "香港通關", "body": "初期每日配額約一千人。", "author": "乙", "date": "2021-01-01"},
            "x.md": text | {"author": "丁", "date": "2022-01-01"},
            "z.md": {"title": "香港通关", "body": "初期每日配额约两千人。"},
        },
    )


@pytest.mark.parametrize(
    ("options", "total", "first", "also"),
    [
        ({}, 2, "m/b.md", ("m/c.md", "x.md")),
        ({"source": "丙"}, 1, "m/c.md", ("m/b.md", "x.md")),
        ({"source": ["丙", "丁"]}, 1, "m/c.md", ("m/b.md", "x.md")),
        ({"since": "2022", "until": "2022"}, 1, "x.md", ("m/b.md", "m/c.md")),
    ],
)
def test_posts_with_the_same_text_are_one_hit(
    twins: Index, options: dict[str, object], total: int, first: str, also: tuple[str, ...]
) -> None:
    """In either script, over several rebuilds; the first path that the filters let through stands for all."""
    results = twins.search("初期", **options)
    hit = next(hit for hit in results if hit.also)
    assert (results.total, hit.path, hit.also) == (total, first, also)


def test_a_copy_that_goes_leaves_the_others(make_index: MakeIndex) -> None:
    text = {"title": "香港通关", "body": "正文"}
    index = make_index({"a.md": text, "b.md": text, "c.md": text}, {"b.md": text, "c.md": text})
    [hit] = index.search("通关")
    assert (hit.path, hit.also, len(index)) == ("b.md", ("c.md",), 2)


def test_documents_tell_their_copies(twins: Index) -> None:
    assert [document.paths for document in twins.documents()] == [("m/b.md", "m/c.md", "x.md"), ("z.md",)]
    assert twins.document("x.md").paths == ("x.md", "m/b.md", "m/c.md")
    assert twins.document("x.md").source == "丁"


@pytest.fixture(scope="module")
def travelling(make_index: MakeIndex) -> Index:
    """Posts around a turn of the year, in several time zones."""
    return make_index(
        {
            "a.md": {"body": "香港，甲", "date": "2022-01-01 00:30:00 +0800", "tags": ["美食/晚餐", "美食家"]},
            "b.md": {"body": "香港，乙", "date": "2021-12-31T23:30:00-05:00", "tags": ["美食"]},
            "c.md": {"body": "香港，丙", "date": "2021-12-31T20:00:00Z", "tags": ["美食/早餐/粥", "美食/早餐/饼"]},
        }
    )


def test_the_day_is_that_of_the_author_and_the_order_that_of_the_instants(travelling: Index) -> None:
    page = travelling.search("", sort="oldest", facets=["year", "month"])
    assert [str(hit.date) for hit in page] == [
        "2022-01-01 00:30:00+08:00",
        "2021-12-31 20:00:00+00:00",
        "2021-12-31 23:30:00-05:00",
    ]
    assert page.facets == {"year": (("2022", 1), ("2021", 2)), "month": (("2022-01", 1), ("2021-12", 2))}
    assert travelling.search("甲", facets="month").facets["month"] == (("2022-01", 1),)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("date:2022", "a"),
        ("date:2022-01-01", "a"),
        ("date:2021", "bc"),
        ("date:2021-12-31..2022-01-01", "abc"),
        ("date:>2021", "a"),
        ("before:2022", "bc"),
        ("date:2021-12-31T20:00..2021-12-31T23:30", "bc"),
        ("date:>2021-12-31T20:00:00Z", "b"),
        ("date:2021-12-31T16:30:00Z", "a"),
        ("tag:美食", "abc"),
        ("tag:美食/早餐", "c"),
        ("tag:美食/早餐/粥", "c"),
        ("tag:食", ""),
        ("-tag:美食/晚餐", "bc"),
    ],
)
def test_queries_for_days_and_for_tags_with_levels(travelling: Index, query: str, found: str) -> None:
    assert "".join(sorted(paths(travelling, query))) == found
    assert travelling.search(query, limit=1).total == len(found)


def test_since_and_tags_as_options(travelling: Index) -> None:
    assert paths(travelling, since="2022-01-01") == "a"
    assert sorted(paths(travelling, tag="美食")) == ["a", "b", "c"]
    assert dict(travelling.search("", facets="tag").facets["tag"])["美食"] == 1, "facets count tags as they are written"


def test_a_description_is_searchable_and_shown_where_only_it_has_the_word(make_index: MakeIndex) -> None:
    body = "春去秋来，" * 100
    index = make_index(
        {"a.md": {"title": "游记", "body": body, "description": "紫荆花开"}, "b.md": {"title": "紫荆花", "body": "x"}}
    )
    found = index.search("紫荆花")
    assert [hit.path for hit in found] == ["b.md", "a.md"]
    assert [(snippet.text, snippet.spans) for snippet in found[1].snippets] == [("紫荆花开", ((0, 3),))]
    assert (found[1].title, index.document("a.md").description) == ("游记", "紫荆花开")
    assert index.document("a.md").body == body
    assert index.search('"来紫荆"').total == 0
