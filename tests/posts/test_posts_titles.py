"""Titles: of the front matter as they are written, else a heading, else the file name."""

from __future__ import annotations

import os

import pytest

from searchkit.model import Post
from searchkit.posts.documents import document, read_document
from searchkit.posts.frontmatter.titles import name_as_title


def title_in(front_matter: str) -> tuple[str, int]:
    post, warnings = read_document("文件.md", f"---\n{front_matter}\n---\n正文".encode())
    assert post.body == "正文"
    return post.title, len(warnings)


@pytest.mark.parametrize(
    ("written", "title", "warnings"),
    [
        ("title: 甲 &amp; <b>乙</b>", "甲 & 乙", 0),
        ("title: 2021", "2021", 0),
        ("title: yes", "yes", 0),
        ("title: 007", "007", 0),
        ("title: 2021-11-08", "2021-11-08", 0),
        ("title: 🎉 新年", "🎉 新年", 0),
        ("title: >-\n  甲\n  乙", "甲 乙", 0),
        ("title: |\n  甲\n  乙", "甲乙", 0),
        ("title: 'it''s'", "it's", 0),
        ('title: "甲\\"乙\\""', '甲"乙"', 0),
        ("标题: 甲", "甲", 0),
        ("標題: 甲", "甲", 0),
        ("title: #1 新闻", "#1 新闻", 0),
        ("title: 用 `<div>` 排版", "用 `<div>` 排版", 0),
        ("title: 用 `<div>` 与<b>粗</b>", "用 `<div>` 与粗", 0),
        ("title: List<T> 与 <br/> 换行", "List<T> 与 换行", 0),
        # what YAML reads as something else, or not at all
        ("title: [转载]", "[转载]", 1),
        ("title: [公告, 搬家]", "[公告, 搬家]", 1),
        ("title: [公告] 搬家", "[公告] 搬家", 1),
        ("title: {甲: 乙}", "{甲: 乙}", 1),
        ("title:\n  - 公告\n  - 搬家", "公告, 搬家", 1),
        ('title: "小报"何时印好？', '"小报"何时印好？', 1),
        ("title: '小报'何时印好？", "'小报'何时印好？", 1),
        ('title: "小报', "小报", 1),
        ("title: 甲: 乙", "甲: 乙", 1),
        ("title: @甲", "@甲", 1),
        ("title: %甲", "%甲", 1),
        ("title:无空格", "无空格", 1),
        ("title：宽冒号", "宽冒号", 1),
        ("标题：宽冒号", "宽冒号", 1),
        ("title:\t甲", "甲", 0),
        ('title: "甲\\智"', "甲\\智", 1),
    ],
)
def test_a_title_of_the_front_matter_is_never_lost(written: str, title: str, warnings: int) -> None:
    assert title_in(written) == (title, warnings)
    assert title_in(f"tags: [甲]\n{written}\nlayout: post") == (title, warnings)


@pytest.mark.parametrize("fence", ["+++", "---toml"])
def test_a_title_that_is_no_text_in_toml(fence: str) -> None:
    closing = fence[:3]
    for value, title in (('["转载"]', '["转载"]'), ("2021", "2021"), ("true", "true"), ("2021-11-08", "2021-11-08")):
        post, _ = read_document("a.md", f"{fence}\ntitle = {value}\n{closing}\n".encode())
        assert post.title == title


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("# 题 *一*\n文", "题 一"),
        ("文\n\n# 题\n", "题"),
        ("文\n\n题\n===\n", "题"),
        ("## 题\n文", "题"),
        ("\n\n### 题 ###\n文", "题"),
        ("题\n---\n文", "题"),
        ("<!-- 注 -->\n\n## 题\n文", "题"),
        ("[TOC]\n\n## 题\n文", "题"),
        ("## 节\n文\n\n# 题\n", "题"),
        ("<h1 align='center'>题</h1>\n文", "题"),
        ("<div align='center'><h1>\n题\n</h1></div>", "题"),
        ("<h3>题<b>一</b></h3>\n<p>文</p>", "题一"),
        ("# ![](logo.png)\n\n# 题", "题"),
        ("<!DOCTYPE html>\n<html><head></head><body><h2>小</h2><h1>大</h1></body></html>", "大"),
        ("<html><body><p>文</p><h1>大</h1></body></html>", "大"),
        # no title
        ("文\n\n## 小节\n", "文件"),
        ("第一句。\n\n第二句。", "文件"),
        ("![图](a.png)\n\n## 小节", "文件"),
        ("<img src='a.png'>\n\n## 小节", "文件"),
        ("<p>文</p><h2 id='x'>小节</h2>", "文件"),
        ("```sh\n# 注释\n```\n", "文件"),
        ("文\n\n~~~\n# 注释\n```\n# 注释\n~~~\n", "文件"),
        ("    # 注释\n", "文件"),
        ("<!--\n# 注释\n-->\n文", "文件"),
        ("{% highlight sh %}\n# 注释\n{% endhighlight %}", "文件"),
        ("<pre>\n# 注释\n</pre>", "文件"),
        ("#标签 文", "文件"),
        ("- 甲\n---\n", "文件"),
        ("", "文件"),
    ],
)
def test_a_heading_is_the_title_if_it_opens_the_text_or_is_of_level_1(content: str, title: str) -> None:
    assert document(Post("文件.md", {"title": None}, content))[0].title == title
    assert document(Post("2021-11-08-文件.md", {}, content))[0].title == title


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("2021-11-08-通关.md", "通关"),
        ("2021-11-08-my-first-post.md", "my first post"),
        ("2021-11-08_通关_在即.md", "通关 在即"),
        ("20211108-x.md", "x"),
        ("my-notes.md", "my notes"),
        ("112-咖啡店猫.md", "112 咖啡店猫"),
        ("On-shell program by Feng Bo.md", "On-shell program by Feng Bo"),
        ("2021-11-08 On-shell program.md", "On-shell program"),
        ("2021-11-08.md", "2021-11-08"),
        ("2019-10-14-.md", "2019-10-14"),
        ("版本1-2.md", "版本1-2"),
        ("my-trip/index.md", "my trip"),
        ("2021-11-08-my-trip/index.md", "my trip"),
        ("index.md", "index"),
        ("-.md", "-"),
        ("a.b.md", "a.b"),
        (os.fsdecode("2021-11-08-标题.md".encode("gbk")), "标题"),
    ],
)
def test_a_file_name_without_date_and_dashes(path: str, title: str) -> None:
    assert document(Post(path, {}, ""))[0].title == title


def test_a_title_from_the_text_is_not_longer_than_a_line() -> None:
    assert document(Post("a.md", {}, "# " + "长" * 200))[0].title == "长" * 99 + "…"
    assert document(Post("a.md", {"title": "长" * 200}, ""))[0].title == "长" * 200


def test_every_name_is_some_title() -> None:
    assert name_as_title("---", "---.md") == "---"
