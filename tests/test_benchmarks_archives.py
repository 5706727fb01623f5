"""The checker of archives reads raw files as their formats say, and finds what a reader got wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.archives import __main__ as command
from benchmarks.archives.blocks import divide, divide_html
from benchmarks.archives.compare import check, metadata_failures, text_failures
from benchmarks.archives.marks import marks_left, prose_lines
from benchmarks.archives.membership import Membership, membership
from benchmarks.archives.metadata import split
from benchmarks.archives.said import day, same_title, titles, wrong_tags
from benchmarks.archives.visible import han_runs, literal_texts, spaced_lines
from searchkit import Document


def document(title: str = "题", body: str = "", tags: tuple[str, ...] = ()) -> Document:
    return Document("a.md", title, None, "", "", tags, body)


@pytest.mark.parametrize(
    ("raw", "metadata", "content"),
    [
        ("---\ntitle: 通关\n---\n正文", {"title": "通关"}, "正文"),
        ("\ufeff---\ntitle: 007\n---\n", {"title": "007"}, ""),
        ("---\nlayout: post\n...\n文", {"layout": "post"}, "文"),
        ("title: 旧式\ntags:\n  - 港\n---\n文", {"title": "旧式", "tags": ["港"]}, "文"),
        (
            '+++\ntitle = "题"\n[taxonomies]\ntags = ["港"]\n+++\n文',
            {"title": "题", "taxonomies": {"tags": ["港"]}},
            "文",
        ),
        ('{"title": "题"}\n文', {"title": "题"}, "\n文"),
        ('"title": "题",\n;;;\n文', {}, '"title": "题",\n;;;\n文'),
        (';;;\n"title": "题"\n;;;\n文', {"title": "题"}, "文"),
        ("---\n标题：通关\ntags:\n  - 港\n---\n文", {"标题": "通关", "tags": ["港"]}, "文"),
        ("---\n\n两条线之间\n\n---\n", {}, "---\n\n两条线之间\n\n---\n"),
        ("正文\n---\n后文", {}, "正文\n---\n后文"),
        ("---\ntitle: 没有结尾\n", {}, "---\ntitle: 没有结尾\n"),
    ],
)
def test_front_matter(raw: str, metadata: dict[str, object], content: str) -> None:
    post = split(raw)
    assert (dict(post.metadata), post.content) == (metadata, content)


@pytest.mark.parametrize(
    ("path", "raw", "title"),
    [
        ("a.md", "---\ntitle: 通关\n---\n# 别的", "通关"),
        ("a.md", "---\ntitle: [转载]\n---\n", "[转载]"),
        ("a.md", "---\ntitle: [公告, 搬家]\n---\n", "[公告, 搬家]"),
        ("a.md", '---\ntitle: "小报"何时印好？\n---\n', '"小报"何时印好？'),
        ("a.md", "---\ntitle: Java: 入门\n---\n", "Java: 入门"),
        ("a.md", "---\ntitle: 用 `<div>` 排版\n---\n", "用 `<div>` 排版"),
        ("a.md", "---\ntitle: 港<b>澳</b> &amp; 台\n---\n", "港澳 & 台"),
        ("a.md", "---\ntitle: 1.10\n---\n", "1.10"),
        ("a.md", "# 开头\n\n文", "开头"),
        ("a.md", "文\n\n# 唯一\n\n文", "唯一"),
        ("a.md", "## 开头\n\n文\n\n## 后来", "开头"),
        ("a.md", "开头\n====\n\n文", "开头"),
        ("a.md", '<h1 align="center">开头</h1>\n\n文', "开头"),
        ("2021-11-08-my-first-post.md", "文\n\n## 后来", "my first post"),
        ("2021-11-08 通关.md", "文", "通关"),
        ("20211108-通关.md", "```\n# 注释\n```\n", "通关"),
        ("2021-11-08.md", "文", "2021-11-08"),
        ("通关指南/index.md", "文", "通关指南"),
    ],
)
def test_titles(path: str, raw: str, title: str) -> None:
    post = split(raw)
    assert same_title(titles(path, post, divide(post.content)), title)


@pytest.mark.parametrize(
    ("raw", "title"), [("文\n\n## 后来", "后来"), ("第一句。", "第一句。"), ("---\ntitle: 甲\n---\n", "乙")]
)
def test_titles_that_are_wrong(raw: str, title: str) -> None:
    post = split(raw)
    assert not same_title(titles("a.md", post, divide(post.content)), title)


def test_one_of_several_later_h1_may_be_the_title_or_the_file_name() -> None:
    post = split("文\n\n# 一\n\n文\n\n# 二\n")
    forms = titles("名.md", post, divide(post.content))
    assert same_title(forms, "一")
    assert same_title(forms, "名")
    assert not same_title(forms, "二")


@pytest.mark.parametrize(
    ("path", "raw", "expected"),
    [
        ("a.md", "---\ndate: 2022-01-01 00:30:00 +0800\n---\n", "2022-01-01"),
        ("a.md", "---\ndate: 2022-01-01T00:30:00+08:00\n---\n", "2022-01-01"),
        ("a.md", "---\ndate: 2022/1/3\n---\n", "2022-01-03"),
        ("a.md", "---\n日期: 民國110年6月8日\n---\n", "2021-06-08"),
        ("a.md", "---\n日期：2021年6月8日\n---\n", "2021-06-08"),
        ("a.md", "+++\ndate = 2022-01-01T00:30:00+08:00\n+++\n", "2022-01-01"),
        ("2020-02-02-x.md", "---\npubDate: 2022-01-01\n---\n", "2022-01-01"),
        ("2020-02-02-x.md", "---\nupdated: 2022-01-01\n---\n", "2020-02-02"),
        ("a.md", "---\nlastmod: 2022-01-01\n---\n", "2022-01-01"),
        ("2021-11-08.md", "", "2021-11-08"),
        ("2021-11-08_x.md", "", "2021-11-08"),
        ("20211108-x.md", "", "2021-11-08"),
        ("2021/11/08/x.md", "", "2021-11-08"),
        ("a/12345678.md", "", ""),
        ("a.md", "---\ndate: 2021-13-45\n---\n", ""),
    ],
)
def test_days(path: str, raw: str, expected: str) -> None:
    assert day(path, split(raw)) == expected


@pytest.mark.parametrize(
    ("metadata", "got", "missing", "extra"),
    [
        ("tags: [港, 澳]", ("港", "澳"), (), ()),
        ("tags: 港, 澳", ("港", "澳"), (), ()),
        ("tags: [港, 澳]", ("港",), ("澳",), ()),
        ("tags: ['#随笔']", ("随笔",), (), ()),
        ("category: AI 编程", ("AI", "编程"), ("AI 编程",), ("AI", "编程")),
        ("category: AI 编程", ("AI 编程",), (), ()),
        ("categories:\n  - [前端, 框架]", ("前端", "框架"), (), ()),
        ("categories:\n  - [前端, 框架]", ("前端/框架",), (), ()),
        ("标签: [港]", ("港", "澳"), (), ("澳",)),
        ("title: 无", ("行内",), (), ()),
    ],
)
def test_tags(metadata: str, got: tuple[str, ...], missing: tuple[str, ...], extra: tuple[str, ...]) -> None:
    assert wrong_tags(split(f"---\n{metadata}\n---\n正文 #行内 标签"), got, jekyll=False) == (missing, extra)


def test_jekyll_divides_a_plural_key_at_spaces() -> None:
    assert wrong_tags(split("---\ntags: 港 澳\n---\n"), ("港 澳",), jekyll=True)[0] == ("港", "澳")


@pytest.mark.parametrize(
    ("raw", "runs"),
    [
        ("**词**{: .red}语", ["词语"]),
        ("甲*乙*丙 丁 * 戊", ["甲乙丙", "丁", "戊"]),
        ("![雨后的荷花](荷花.png)", ["雨后的荷花"]),
        ('![荷花](a.png "荷花")', ["荷花"]),
        ('<img src="a.png" alt="荷花"><figcaption>夏天</figcaption>', ["荷花", "夏天"]),
        ('{% asset_img 图.png "说明" %}', ["说明"]),
        ('{{< figure src="/图.png" caption="说明" >}}', ["说明"]),
        ('{% include image.html url="/图" caption="说明" %}', ["说明"]),
        ("{% post_link 通关-指南 这里 %}", ["这里"]),
        ("{% if 条件 %}文{% endif %}", ["文"]),
        ("<!-- 注释 -->文%%私下%%", ["文"]),
        ("[链接](/中文/路径)文", ["链接文"]),
        ("[甲]: /地址\n\n[甲]", ["甲"]),
        ("[[笔记|别名]]、![[图.png]]", ["别名"]),
        ("::: tip 标题\n文\n:::", ["标题", "文"]),
        ("> [!note] 标题\n> 文", ["标题", "文"]),
        ('!!! note "标题"\n', ["标题"]),
        ('```js title="名"\n// 注释 <b>粗</b> {{ 值 }}\n```', ["注释", "粗", "值", "名"]),
        ("```js 名\n```", ["名"]),
        ("<div>\n```html\n<script>代码</script>\n```\n</div>", ["代码"]),
        ("<script>\nlet 看不见\n</script>\n", []),
        ("<ruby>紫<rt>zǐ</rt>荆<rt>音</rt>花</ruby>", ["紫荆花"]),
        ("| 甲 | 乙 |\n|---|---|\n| 丙 | 丁 |", ["甲", "乙", "丙", "丁"]),
        ("`码`在 $\\text{式}$ 中", ["码在", "式", "中"]),
        ("&#20013;文", ["中文"]),
        ("* 目录\n{:toc}\n\n文 ^块", ["文", "块"]),
    ],
)
def test_visible_han_runs(raw: str, runs: list[str]) -> None:
    assert sorted(han_runs(divide(raw))) == sorted(runs)


@pytest.mark.parametrize(
    ("raw", "body", "kind"),
    [
        ("甲**乙**丙", "甲**乙**丙", "emphasis"),
        ("==高亮==", "==高亮==", "highlight"),
        ("![图](a.png)", "![图](a.png)", "image"),
        ("[文](a.md)", "[文](a.md)", "link"),
        ("[[笔记]]", "见[[笔记]]", "wiki link"),
        ("{% note %}", "{% note %}", "Liquid"),
        ("{{< br >}}", "{{< br >}}", "shortcode"),
        ("::: tip\n文\n:::", "::: tip 文", "container"),
        ("文\n{: .red}", "文{: .red}", "attributes"),
        ("文<b>字</b>", "文<b>字</b>", "tag"),
        ("<Badge text='新' />", "<Badge text='新' />", "component"),
        ("文 %%私下%%", "文 %%私下%%", "Obsidian comment"),
        ("词^[脚注]", "词^[脚注]", "inline footnote"),
        ("词[^1]\n\n[^1]: 注", "词[^1]", "footnote"),
        ("## 节", "## 节", "heading"),
        ("> [!note] 题", "[!note] 题", "callout"),
        ("> 引文", "> 引文", "quote"),
        ("<https://example.com>", "<https://example.com>", "address"),
        ("文&nbsp;字", "文&nbsp;字", "entity"),
        ("> ```\n> 码\n> ```", "```\n码", "fence"),
        ("[TOC]\n\n文", "[TOC]\n文", "table of contents"),
        ("*[词]: 全称\n\n词", "*[词]: 全称\n词", "abbreviation"),
        ("- 项 ^block1", "项 ^block1", "block name"),
        ("::: tabs\n@tab 甲\n\n文\n:::", "@tab 甲\n文", "tab"),
    ],
)
def test_marks_left(raw: str, body: str, kind: str) -> None:
    assert [found for found, _, _ in marks_left(divide(raw), body)] == [kind]


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("`**词**` 与 \\*\\*词\\*\\*", "**词** 与 **词**"),
        ("```\n# 注释\n<b>\n```", "# 注释\n<b>"),
        ("用 `<div>` 与 &lt;b&gt;", "用 <div> 与 <b>"),
        ("List<String> 与 a == b == c", "List<String> 与 a == b == c"),
        ("#随笔 一则", "#随笔 一则"),
        ("正则 [^5] 与 x^[n]", "正则 [^5] 与 x^[n]"),
        ("公式 $a_{1}*b*_{2}$ 甲", "公式 $a_{1}*b*_{2}$ 甲"),
        ("| # | 名 |\n|---|---|\n| > | 大于 |", "# | 名\n> | 大于"),
        ("<div>\n**词**\n</div>", "**词**"),
        ("C --> D", "C --> D"),
    ],
)
def test_what_looks_like_a_mark_but_is_text(raw: str, body: str) -> None:
    assert list(marks_left(divide(raw), body)) == []


def test_prose_lines_are_those_that_the_raw_file_does_not_mark_as_code() -> None:
    assert prose_lines(divide("用 `ls -a`：\n\n```\nls\n```\n"), "用 ls -a：\nls") == ["用 \ufffc："]


def test_code_and_formulas_are_literal() -> None:
    blocks = divide("`{{ x }}` 与 $a_{1}$，$5 与 $6\n\n```\n{% if a %}\n```\n")
    assert list(literal_texts(blocks)) == ["{% if a %}", "{{ x }}", "$a_{1}$"]


def test_white_space_in_code_counts() -> None:
    assert list(spaced_lines(divide("```\nif a:\n\tb\n│   x\n```\n"))) == ["    b", "│   x"]


def test_a_page_in_html_has_no_markdown() -> None:
    blocks = divide_html("<title>题</title><body># 文<script>看不见</script></body>")
    assert (blocks.title_heading, han_runs(blocks)) == ("题", ["文"])


@pytest.mark.parametrize(
    ("path", "raw", "expected"),
    [
        ("_posts/a.md", "", Membership.POST),
        ("_drafts/a.md", "", Membership.LEFT_OUT),
        ("themes/next/README.md", "", Membership.LEFT_OUT),
        ("a.md", "---\ndraft: true\n---\n", Membership.LEFT_OUT),
        ("a.md", "---\npublished: false\n---\n", Membership.LEFT_OUT),
        ("README.md", "", Membership.LEFT_OUT),
        ("docs/README.md", "", Membership.EITHER),
        ("layouts/a.html", "", Membership.EITHER),
    ],
)
def test_membership(tmp_path: Path, path: str, raw: str, expected: Membership) -> None:
    (tmp_path / "_config.yml").touch()
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    assert membership(tmp_path, path, split(raw)) is expected


def test_failures_name_what_the_file_says_and_what_the_document_has() -> None:
    raw = "---\ntitle: 通关\ndate: 2022-01-01\ntags: [港]\n---\n雨后的![荷花](a.png) 与 `{{ x }}`，**词**\n\n雨后的\n"
    post = split(raw)
    blocks, counts, wrong = divide(post.content), Counter[str](), document("雨后", "雨后的 与 **词**\n看不见")
    failures = [
        *metadata_failures("a.md", post, blocks, wrong, False, counts),
        *text_failures("a.md", post, blocks, wrong, counts),
    ]
    assert [(failure.kind, failure.expected) for failure in failures] == [
        ("title", "通关"),
        ("day", "2022-01-01"),
        ("tags", "missing ['港'], wrong []"),
        ("fewer", "雨后的, 2 times"),
        ("han", "荷花"),
        ("unseen", "看不见"),
        ("code", "{{ x }}"),
        ("marks", "emphasis: **词**"),
    ]
    assert counts == {"titles": 1, "days": 1, "tags": 1, "runs": 5, "words": 0, "code": 1, "lines": 2}


def test_the_table_has_a_row_for_each_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "2021-11-08-a.md").write_text("---\ntitle: 通关\n---\n雨后的荷花。\n", "utf-8")
    assert command.main([str(tmp_path), "--write", str(tmp_path / "out")]) == 0
    row, total = capsys.readouterr().out.splitlines()[-2:]
    assert row.startswith(
        "| blog | 1 | 0 | 0 | 0 | 0 of 1 | 0 of 1 | 0 of 1 | 0 of 1 | 0.00 | 0 of 0 | 0 of 1 | 0.00 |"
    )
    assert total == row.replace("blog", "all")
    assert (tmp_path / "out" / "title.txt").read_text("utf-8") == ""


def test_the_same_text_in_two_files_is_compared_with_both(tmp_path: Path) -> None:
    for name in ("2021-11-08-a.md", "2021-11-09-b.md"):
        (tmp_path / name).write_text("---\ntitle: 通关\n---\n雨后的荷花。\n", "utf-8")
    archive = check(tmp_path)
    assert (archive.counts["posts"], archive.counts["days"], archive.failures) == (2, 2, [])
