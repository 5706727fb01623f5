"""Documents from posts: values of any type, dates, titles, sources, tags."""

import datetime as dt
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.errors import PostError
from searchkit.model import Post
from searchkit.posts.dates import read_date
from searchkit.posts.documents import document, read_document

REAL = """---
layout: post
title: "消息：力争“小通关”"
date: 2021-11-08T03:39:04.573Z
author: 早报
from: https://www.example.com/realtime/1
tags: [ 早报 ]
categories: [ 早报, 要闻 ]
---
<!--1636361820000-->
[消息：力争“小通关”](https://www.example.com/realtime/1)
------

<div>
<p>甲</p><section id="imu"><div id="dfp-ad-imu1">        </div></section><p>乙</p>
<a href="https://subscribe.example.com/?utm_campaign=x" target="_blank"><img class="lazyload" data-src="x"></a>
</div>
"""


def test_a_typical_post() -> None:
    post, warnings = read_document("a/2021-11-08-x.md", REAL.encode())
    assert (post.path, post.title) == ("a/2021-11-08-x.md", "消息：力争“小通关”")
    assert post.date == dt.datetime(2021, 11, 8, 3, 39, 4, 573000, dt.UTC)
    assert (post.source, post.url) == ("早报", "https://www.example.com/realtime/1")
    assert (post.tags, post.body, warnings) == (("早报", "要闻"), "甲\n乙", ())


DAY = dt.datetime(2021, 11, 8, tzinfo=dt.UTC)
MOMENT = dt.datetime(2021, 11, 8, 3, 39, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2021-11-08", DAY),
        ("2021/11/8", DAY),
        ("2021.11.08", DAY),
        ("2021年11月8日", DAY),
        ("20211108", DAY),
        ("November 8, 2021", DAY),
        (dt.date(2021, 11, 8), DAY),
        ("2021-11-08T03:39:04Z", MOMENT),
        ("2021-11-08 03:39:04", MOMENT),
        ("2021-11-08 11:39:04 +0800", MOMENT),
        ("2021-11-08T11:39:04+08:00", MOMENT),
        ("2021-11-08 11:39:04 +8", MOMENT),
        ("2021-11-08T03:39:04.573Z", MOMENT.replace(microsecond=573000)),
        ("2021-11-07 22:09:04 -0530", MOMENT),
        ("2021年11月8日 下午3:39", MOMENT.replace(hour=15, second=0)),
        ("2021年11月8日 3时39分4秒", MOMENT),
        ("2021/11/08 3:39:04 PM", MOMENT.replace(hour=15)),
        ("Mon, 08 Nov 2021 11:39:04 +0800", MOMENT),
        ("Mon Nov  8 03:39:04 2021", MOMENT),
        ("20211108033904", MOMENT),
        ("1636342744", MOMENT),
        (1636342744, MOMENT),
        (1636342744000, MOMENT),
        (dt.datetime(2021, 11, 8, 11, 39, 4, tzinfo=dt.timezone(dt.timedelta(hours=8))), MOMENT),
        (dt.datetime(2021, 11, 8, 3, 39, 4), MOMENT),
    ],
)
def test_dates(value: object, date: dt.datetime) -> None:
    assert read_date(value) == date
    assert read_date(value).tzinfo is dt.UTC  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "value",
    [
        *("2021-02-30", "0000-01-01", "9999-12-31 23:00 -0800", "2021-11-08 25:00", "昨天", "", "x" * 500, "9" * 40),
        *(None, True, [], {}, b"", 1e300, float("nan")),
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    ],
)
def test_invalid_dates_are_none(value: object) -> None:
    assert read_date(value) is None


def doc(path: str = "a.md", content: str = "", **metadata: object) -> tuple[object, ...]:
    post, warnings = document(Post(path, metadata, content))
    return post, len(warnings)


@pytest.mark.parametrize(
    ("path", "title", "content", "expected"),
    [
        ("a.md", "甲 &amp;\n <b>乙</b>", "", "甲 & 乙"),
        ("a.md", 2021, "", "2021"),
        ("x/2021-11-08-标题.md", "", "# 不", "标题"),
        ("2021-11-08-标-题.md", None, "", "标-题"),
        ("2021-11-08-my-first-post.md", ["x"], "", "my first post"),
        ("a.md", "~", "文\n\n# 题 *一*\n", "题 一"),
        ("a.md", None, "<p>文</p><h2 id='x'>题<b>一</b></h2>", "题一"),
        ("a.md", None, "第一行\n\n第二行", "第一行"),
        ("a.md", None, "长" * 200, "长" * 99 + "…"),
        ("my-notes.md", None, "", "my notes"),
        ("2019-10-14-.md", "", "", "2019-10-14"),
        (os.fsdecode("2021-11-08-标题.md".encode("gbk")), None, "", "标题"),
    ],
)
def test_title(path: str, title: object, content: str, expected: str) -> None:
    assert document(Post(path, {"title": title}, content))[0].title == expected


@pytest.mark.parametrize(
    ("metadata", "source", "url"),
    [
        ({"author": "甲", "source": "乙", "from": "http://c.cn/1"}, "甲", "http://c.cn/1"),
        ({"source": "乙", "from": "http://c.cn/1"}, "乙", "http://c.cn/1"),
        ({"from": "https://www.Example.com:80/1"}, "example.com", "https://www.Example.com:80/1"),
        ({"author": ["甲", {"name": "乙"}]}, "甲, 乙", ""),
        ({"Author": {"name": "甲", "email": "x"}, "URL": "u", "link": "l"}, "甲", "u"),
        ({"author": {"email": "x"}, "link": "l"}, "", "l"),
        ({"permalink": "/a/"}, "", "/a/"),
        ({"from": "http://[bad"}, "", "http://[bad"),
        ({"from": None, "author": True, "url": 3.5}, "", "3.5"),
        ({}, "", ""),
    ],
)
def test_source_and_url(metadata: dict[str, object], source: str, url: str) -> None:
    post = document(Post("a.md", metadata, ""))[0]
    assert (post.source, post.url) == (source, url)


@pytest.mark.parametrize(
    ("metadata", "tags"),
    [
        ({"tags": ["甲", "乙"], "categories": ["乙", "丙"]}, ("甲", "乙", "丙")),
        ({"tags": "港 澳", "category": "大 湾, 区"}, ("港", "澳", "大 湾", "区")),
        ({"Tag": "甲，乙、丙"}, ("甲", "乙", "丙")),
        ({"tags": [2021, None, dt.date(2021, 11, 8), True, ["x"], {"name": "丁"}, " "]}, ("2021", "2021-11-08", "丁")),
        ({"tags": None, "categories": 7}, ("7",)),
        ({"tags": {"a": "b"}}, ()),
    ],
)
def test_tags(metadata: dict[str, object], tags: tuple[str, ...]) -> None:
    assert document(Post("a.md", metadata, ""))[0].tags == tags


def test_the_date_of_the_file_name_is_the_default() -> None:
    assert doc("2021-11-08-x.md")[0].date == DAY  # type: ignore[attr-defined]
    post, warnings = doc("2021-11-08-x.md", date="2021-02-30")
    assert (post.date, warnings) == (DAY, 1)  # type: ignore[attr-defined]
    post, warnings = doc("x.md", date=["?"])
    assert (post.date, warnings) == (None, 1)  # type: ignore[attr-defined]
    assert doc("2021-13-45-x.md")[0].date is None  # type: ignore[attr-defined]


def test_a_post_with_invalid_front_matter_keeps_its_values_and_body() -> None:
    text = '---\ntitle: "水平\\智力\\定"\ndate: 2022-04-25\n---\n<div>\n体\n</div>'
    post, warnings = read_document("a.md", text.encode())
    assert (post.title, post.body, len(warnings)) == ("水平\\智力\\定", "体", 1)
    assert post.date == dt.datetime(2022, 4, 25, tzinfo=dt.UTC)


def test_an_empty_file_is_a_document_with_a_warning() -> None:
    post, warnings = read_document("2021-11-08-空.md", b"")
    assert (post.title, post.date, post.body, warnings) == ("空", DAY, "", ("empty file",))


def test_if_the_parser_fails_tags_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(content: str, title: str = "") -> str:
        raise RecursionError

    monkeypatch.setattr("searchkit.posts.documents.plain_text", failing)
    post, warnings = read_document("2021-11-08-x.md", "<p>甲</p>\n乙".encode())
    assert post.body == "甲\n乙"
    assert warnings == ("cannot parse markup (RecursionError): removed all tags instead",)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["title", "date", "author", "source", "from", "url", "tags", "categories", "Title"])


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES))
def test_values_of_any_type_make_a_document(metadata: dict[str, object]) -> None:
    post = document(Post("2021-11-08-x.md", metadata, ""))[0]
    assert "\n" not in post.title
    assert post.title
    repr(post).encode()


FRAGMENTS = st.sampled_from(
    [
        *(b"---\n", b"title: ", b'"\\x', b"+++\n", b'{"a": ', b"[", b"<div>", b"<!--", b"{% raw %}", b"</", b"```\n"),
        *("港".encode(), b"\xb8\xdb", b"\xa4\xa4", b"\xff\xfe", b"\0", b"\r\n", b"&#x1F600;", b"tags: [a\n"),
        b"date: 2021-99-99\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.lists(FRAGMENTS, max_size=14).map(b"".join))
def test_any_bytes_are_a_document_or_a_post_error(data: bytes) -> None:
    try:
        post, _ = read_document("2021-11-08-x.md", data)
    except PostError:
        return
    (post.title + post.body + post.source + post.url + "".join(post.tags)).encode()
