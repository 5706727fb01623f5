# ruff: noqa: E501 - a line is a case
"""Formats beside Markdown and HTML: what a reader of each sees, and its title, date and tags."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.errors import PostError
from searchkit.posts.documents import read_document
from searchkit.posts.formats import parser_of
from searchkit.posts.selection.drafts import is_draft

TEXTS = [
    ("a.txt", "甲 <乙>\n  # 丙 **丁**\n{{ 戊 }} {% raw %}", ["甲 <乙>", "# 丙 **丁**", "{{ 戊 }} {% raw %}"]),
    ("a.txt", "---\ntitle: 题\n---\n正文", ["正文"]),
    ("a.org", "* TODO [#A] 第一节 :tag:\n正文", ["第一节", "正文"]),
    ("a.org", "** COMMENT 二\n# 注\n#+OPTIONS: toc:nil\n正文", ["二", "正文"]),
    ("a.org", ":PROPERTIES:\n:ID: x\n:END:\n正文\nSCHEDULED: <2021-11-09 Tue>", ["正文"]),
    ("a.org", ":不是抽屉:\n正文\n* 一", [":不是抽屉:", "正文", "一"]),
    ("a.org", ":drawer:\n正文\n* 一\n后", [":drawer:", "正文", "一", "后"]),
    ("a.org", "*粗* /斜/ _下_ +删+ =码= ~文~ a*b*c /usr/bin x_y_z", ["粗 斜 下 删 码 文 a*b*c /usr/bin x_y_z"]),
    ("a.org", "=*a* [[b]]= *粗 ~c/d/ e~ 体* =1", ["*a* [[b]] 粗 c/d/ e 体 =1"]),
    ("a.rst", "``*a* `b` \\c`` *斜 ``**d``* ``", ["*a* `b` \\c 斜 **d ``"]),
    ("a.org", "见 [[https://a.org][此处]] 与 [[https://b.org]] [[./a.png]]。[fn:1]\n\n[fn:1] 注", ["见 此处 与 https://b.org 。", "注"]),
    ("a.org", "- 一\n  续\n+ [X] 二 :: 说\n1. 三", ["• 一 续", "• 二 说", "• 三"]),
    ("a.org", "#+BEGIN_SRC c\nint *a = {{b}}; // *c*\n* 不是标题\n#+END_SRC\n后", ["int *a = {{b}}; // *c*", "* 不是标题", "后"]),
    ("a.org", "#+begin_quote\n引 *文*\n#+end_quote\n#+begin_comment\n隐\n#+end_comment", ["引 文"]),
    ("a.org", "#+BEGIN_SRC\n没有结尾\n正文", ["没有结尾", "正文"]),
    ("a.org", "#+CAPTION: 图说\n| 甲 | 乙 |\n|---+---|\n| 1 | 2 |\n: 原样  文", ["图说", "甲 | 乙", "1 | 2", "原样 文"]),
    ("a.org", "#+BEGIN_EXPORT html\n<b>网</b>页\n#+END_EXPORT\n#+BEGIN_EXPORT latex\n隐\n#+END_EXPORT", ["网页"]),
    ("a.rst", "题\n==\n\n第一行\n\n小节\n----\n\n正文", ["第一行", "小节", "正文"]),
    ("a.rst", "*斜* **粗** ``{{ 码 }}`` `文 <https://a.org>`_ :ref:`引 <x>` `名`_ [1]_ a*b", ["斜 粗 {{ 码 }} 文 引 名 a*b"]),
    ("a.rst", "例::\n\n    a = {{ b }}\n\n      c\n\n后", ["例:", "a = {{ b }}", "c", "后"]),
    ("a.rst", ".. code-block:: c\n   :linenos:\n\n   x\n\n   y\n\n后", ["x", "y", "后"]),
    ("a.rst", ".. note:: 题\n\n   正文\n\n.. image:: a.png\n   :alt: 荷花\n\n.. figure:: b.png\n\n   图说", ["题", "正文", "荷花", "图说"]),
    ("a.rst", ".. toctree::\n   :maxdepth: 2\n\n   a\n\n.. 注释\n   续\n\n.. _x: https://a.org\n\n.. [1] 脚注", ["脚注"]),
    ("a.rst", "- 一\n* 二\n#. 三\n\n| 诗\n| 行", ["• 一", "• 二", "• 三", "诗", "行"]),
    ("a.rst", "+---+---+\n| 甲| 乙|\n+===+===+\n| 1 | 2 |\n+---+---+\n\n===  ===\n丙   丁\n===  ===", ["甲 | 乙", "1 | 2", "丙 丁"]),
    ("a.mdx", "import A from 'a'\nexport const b = {\n  c: 1,\n}\n\n正文 {/* 注 */}\n\nimport 一词", ["正文"]),
    ("a.mdx", "正文\nimport 在段中\n\n```js\nimport a from 'b'\n\nexport c {/* 码 */}\n```", ["正文 import 在段中", "import a from 'b'", "export c {/* 码 */}"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "lines"), TEXTS)
def test_a_reader_sees_these_lines(path: str, text: str, lines: list[str]) -> None:
    body = read_document(path, text.encode())[0].body
    assert [" ".join(line.split()) for line in body.split("\n") if line.strip()] == lines


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("<title>页 &amp; 题 &lt;div></title>", {"title": "页 & 题 <div>"}),
        ("<meta property='og:title' content='题'>", {"title": "题"}),
        ("<meta property=article:published_time content='2021-11-08T00:30:00+08:00'>", {"day": "2021-11-08"}),
        ("<meta name=Author content='甲 &lt;a@b>'>", {"source": "甲 <a@b>"}),
        ("<meta name=keywords content='港, 澳'><meta name=description content='摘要'>", {"tags": ("港", "澳"), "description": "摘要"}),
        ("<meta property=article:tag content=港><meta property=article:tag content=澳>", {"tags": ("港", "澳")}),
        ("<meta name=author><meta content=甲><title></title>", {"title": "a", "source": ""}),
    ],
)
def test_the_head_of_a_page_is_its_front_matter(head: str, said: dict[str, Any]) -> None:
    page = f"<!DOCTYPE html>\n<html><head>{head}</head><body><title>不是</title>正文</body></html>"
    document, warnings = read_document("a.html", page.encode())
    found = {key: getattr(document, key) for key in ("title", "source", "tags", "description", "body")}
    found["day"] = str(document.date)[:10]
    assert found | said | {"body": "正文"} == found
    assert warnings == ()


def test_a_piece_of_html_and_front_matter_have_no_head() -> None:
    assert read_document("a.html", "<title>甲</title>乙".encode())[0].title == "a"
    page = "---\ntitle: 题\n---\n<html><head><title>甲</title></head><body>乙</body></html>"
    assert read_document("a.html", page.encode())[0].title == "题"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "---\ntitle: 通关\ndate: 2021-11-08\ntags: [港, 澳]\nauthor: 甲\n---\n"),
        ("a.mdx", "---\ntitle: 通关\ndate: 2021-11-08\ntags: [港, 澳]\nauthor: 甲\n---\n"),
        ("a.qmd", "---\ntitle: 通关\ndate: 2021-11-08\ncategories: [港, 澳]\nauthor: 甲\n---\n"),
        ("a.org", "#+TITLE: 通关\n#+DATE: <2021-11-08 一>\n#+FILETAGS: :港:澳:\n#+AUTHOR: 甲\n"),
        ("a.ORG", "#+title: 通关\n#+date: 2021-11-08\n#+hugo_tags: 港 澳\n#+author: 甲\n"),
        ("a.rst", "通关\n====\n\n:date: 2021-11-08\n:tags: 港, 澳\n:author: 甲\n"),
        ("a.rst", ".. title: 通关\n.. date: 2021-11-08\n.. tags: 港, 澳\n.. author: 甲\n\n正文"),
        ("a.rst", "====\n通关\n====\n:Date: 2021-11-08\n:Tags: 港, 澳\n:Author: 甲\n"),
    ],
)
def test_title_date_tags_and_author_come_out(path: str, text: str) -> None:
    document, warnings = read_document(path, text.encode())
    assert (document.title, str(document.date)[:10], document.tags) == ("通关", "2021-11-08", ("港", "澳"))
    assert (document.source, warnings) == ("甲", ())


def notebook(*cells: tuple[str, Any], **metadata: str) -> bytes:
    rows = [{"cell_type": kind, "source": source} for kind, source in cells]
    return json.dumps({"cells": rows, "metadata": metadata, "nbformat": 4}).encode()


def test_a_notebook_is_its_markdown_and_its_code() -> None:
    cells = (("markdown", ["# 通关\n", "\n", "**正文**"]), ("code", "a = '''\n```\n'''"), ("raw", "原"), ("code", " "))
    document, _ = read_document("a.ipynb", notebook(*cells))
    assert document.title == "通关"
    assert [line for line in document.body.split("\n") if line] == ["通关", "正文", "a = '''", "```", "'''", "原"]


def test_a_notebook_may_have_front_matter() -> None:
    document, _ = read_document("a.ipynb", notebook(("raw", "---\ntitle: 通关\n---"), ("markdown", "正文"), title="别"))
    assert (document.title, document.body) == ("通关", "正文")
    assert read_document("a.ipynb", notebook(("markdown", "正文"), title="别"))[0].title == "别"


def test_a_notebook_of_the_third_format_is_read() -> None:
    data = json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": ["甲"]}]}]}).encode()
    assert read_document("a.ipynb", data)[0].body == "甲"


@pytest.mark.parametrize("data", [b"{", b"[]", b"1", b"[" * 100_000])
def test_what_is_no_notebook_is_an_error(data: bytes) -> None:
    with pytest.raises(PostError, match=r"a\.ipynb: not a notebook"):
        read_document("a.ipynb", data)


@pytest.mark.parametrize(
    ("metadata", "draft"),
    [
        ({"draft": "true"}, True),
        ({"Draft": True}, True),
        ({"draft": "false"}, False),
        ({"published": "false"}, True),
        ({"published": False}, True),
        ({"published": "2021-11-08"}, False),
        ({"status": "draft"}, True),
        ({"status": "published"}, False),
        ({"草稿": "是"}, True),
        ({"draft": ""}, False),
        ({}, False),
    ],
)
def test_front_matter_says_whether_a_post_is_a_draft(metadata: dict[str, Any], draft: bool) -> None:
    assert is_draft(metadata) is draft


PATHS = ["a.txt", "a.org", "a.rst", "a.mdx", "a.ipynb"]


@pytest.mark.parametrize("path", PATHS)
@given(text=st.text(st.sampled_from("*-=#+:.|`_[]<>{}\\/~ \n\ta1甲"), max_size=60))
def test_no_text_is_an_unexpected_error(path: str, text: str) -> None:
    try:
        document, _ = read_document(path, text.encode())
    except PostError:
        assert path == "a.ipynb"
    else:
        assert document.path == path


@given(st.lists(st.text("甲乙丙 ,，。", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=8))
def test_no_word_of_plain_lines_is_lost(lines: list[str]) -> None:
    for path in ("a.txt", "a.org", "a.rst", "a.mdx"):
        document, _ = read_document(path, "\n".join(lines).encode())
        assert "".join(document.body.split()) == "".join("".join(lines).split()), path


UNITS = [
    *("`a ", "``a ", "``", "*a ", "**a ", ":a:`", "[[a", "[[a][", "[fn:1", "[fn:1:a", "|a", "| a |\n", "a\n==\n", ".. a::\n", ".. a\n b\n"),
    *(":a:\n", "    x\n", "::\n", "a::\n\n", "#+BEGIN_SRC\n", "#+END_SRC\n", "#+BEGIN_A\n#+END_B\n", "* a\n", "- a\n"),
    *("<2021-01-01 ", "{/*", "{/* ", "import\n", "{", "\\", "_a ", "/a ", "=a ", "~a", "+a ", "```\n", "\n \n", "=", "--- "),
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS[:-1])
def test_no_parser_takes_superlinear_time(path: str) -> None:
    parse = parser_of(path)

    def seconds(text: str) -> float:
        times = []
        for _ in range(3):
            began = time.process_time()
            parse(path, text)
            times.append(time.process_time() - began)
        return min(times)

    slow = [unit for unit in UNITS if seconds(unit * 12_000) > 2.6 * seconds(unit * 6_000) + 0.01]
    assert slow == []
