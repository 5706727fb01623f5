"""Documents from posts: a typical one, a broken one, values of any type."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.errors import PostError
from searchkit.model import Post
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
KEYS = st.sampled_from(
    ["title", "date", "author", "source", "from", "url", "tags", "categories", "Title", "extra", "description", "tag"]
)


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
