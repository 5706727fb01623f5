"""Tags, sources and descriptions, by the keys that people write."""

from __future__ import annotations

import datetime as dt

import pytest

from searchkit.model import Post
from searchkit.posts.documents import document, read_document, read_post
from searchkit.posts.selection.drafts import is_draft


@pytest.mark.parametrize(
    ("metadata", "tags"),
    [
        ({"tags": ["甲", "乙"], "categories": ["乙", "丙"]}, ("甲", "乙", "丙")),
        ({"tags": "甲 乙"}, ("甲", "乙")),
        ({"categories": "甲 乙"}, ("甲", "乙")),
        ({"tags": "港, 澳; 大 湾"}, ("港", "澳", "大 湾")),
        ({"tags": "甲，乙、丙；丁"}, ("甲", "乙", "丙", "丁")),
        ({"category": "AI 编程"}, ("AI 编程",)),
        ({"tag": "AI 编程"}, ("AI 编程",)),
        ({"Tag": "甲，乙"}, ("甲", "乙")),
        ({"标签": "甲 乙", "分类": "AI 编程"}, ("甲", "乙", "AI 编程")),
        ({"標籤": ["甲"], "分類": ["乙"]}, ("甲", "乙")),
        ({"tags": "#随笔"}, ("随笔",)),
        ({"tags": "#随笔 #日记"}, ("随笔", "日记")),
        ({"tags": ["#随笔", "[[日记]]", "C#", "F#", "c++"]}, ("随笔", "日记", "C#", "F#", "c++")),
        ({"tags": "-甲 -乙"}, ("甲", "乙")),
        ({"tags": ["美食/晚餐"]}, ("美食/晚餐",)),
        ({"categories": [["前端", "框架"], ["后端"]]}, ("前端", "框架", "后端")),
        ({"categories": ["前端", "框架"]}, ("前端", "框架")),
        ({"taxonomies": {"tags": ["甲"], "categories": ["乙"]}}, ("甲", "乙")),
        ({"extra": {"tags": ["甲"]}, "tags": ["乙"]}, ("乙", "甲")),
        ({"tags": [{"name": "甲"}, {"title": "乙"}, {"x": "丙"}]}, ("甲", "乙")),
        ({"tags": [2021, None, dt.date(2021, 11, 8), True, " "]}, ("2021", "2021-11-08")),
        ({"tags": None, "categories": 7}, ("7",)),
        ({"tags": {"a": "b"}}, ()),
        ({"keywords": "甲 乙"}, ()),
    ],
)
def test_tags(metadata: dict[str, object], tags: tuple[str, ...]) -> None:
    assert document(Post("a.md", metadata, ""))[0].tags == tags


@pytest.mark.parametrize(
    "lines", ["tags: #随笔", "tags:\n  - #随笔", "tags:\n- '#随笔'", "标签：#随笔", "tags:\n-#随笔"]
)
def test_a_hashtag_is_a_tag_where_yaml_sees_a_comment(lines: str) -> None:
    assert read_document("a.md", f"---\ntitle: 甲\n{lines}\n---\n".encode())[0].tags == ("随笔",)


def test_a_comment_is_none() -> None:
    assert read_document("a.md", "---\ntags: # 以后再写\n  - 甲 # 乙\n---\n".encode())[0].tags == ("甲",)


ALIASES = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
"""Eleven lines that stand for 31 billion items."""


@pytest.mark.parametrize("key", ["title", "date", "updated", "author", "url", "description", "draft", "other"])
def test_aliases_within_aliases_do_not_grow(key: str) -> None:
    for value in ("*a11", "{x: *a11}"):
        text = f"---\na0: &a0 [甲]\n{ALIASES}\n{key}: {value}\ntags: [*a11, 乙]\n---\n"
        post = read_post("a.md", text.encode())
        assert not is_draft(post.metadata)
        assert document(post)[0].tags == ("甲", "乙")


@pytest.mark.parametrize(
    ("metadata", "source", "url"),
    [
        ({"author": "甲", "source": "乙", "from": "http://c.cn/1"}, "甲", "http://c.cn/1"),
        ({"source": "乙", "from": "http://c.cn/1"}, "乙", "http://c.cn/1"),
        ({"from": "https://www.Example.com:80/1"}, "example.com", "https://www.Example.com:80/1"),
        ({"author": ["甲", {"name": "乙"}]}, "甲, 乙", ""),
        ({"authors": ["甲", "乙"]}, "甲, 乙", ""),
        ({"authors": [{"name": "甲", "url": "x"}, {"name": "乙"}]}, "甲, 乙", ""),
        ({"author": {"name": "甲"}}, "甲", ""),
        ({"extra": {"author": "甲"}}, "甲", ""),
        ({"作者": "甲"}, "甲", ""),
        ({"来源": "甲"}, "甲", ""),
        ({"來源": "甲", "作者": ""}, "甲", ""),
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
    ("metadata", "description"),
    [
        ({"description": "摘\n要 &amp; b\nc"}, "摘要 & b c"),
        ({"subtitle": "副题", "summary": "摘要"}, "副题 摘要"),
        ({"摘要": "甲"}, "甲"),
        ({"excerpt": "甲<br>乙"}, "甲 乙"),
        ({"description": "正文里有"}, ""),
        ({"description": "题"}, ""),
        ({"description": "甲", "summary": "甲"}, "甲"),
        ({"extra": {"subtitle": "甲"}}, "甲"),
        ({"description": ["甲", "乙"]}, "甲 乙"),
        ({"description": True, "excerpt": "true", "summary": None}, ""),
    ],
)
def test_the_description_is_what_the_body_lacks(metadata: dict[str, object], description: str) -> None:
    post = document(Post("a.md", {"title": "题"} | metadata, "这句正文里有。"))[0]
    assert (post.description, post.body) == (description, "这句正文里有。")
