"""Front matter: YAML, TOML, JSON and invalid front matter."""

import pytest

from searchkit.posts.frontmatter.parsing import parse

REAL = """---
layout: post
title: "通关：港府力争“小通关”"
date: 2021-11-08T03:39:04.573Z
tags: [ 早报, 二 ]
categories:
  - 三
---
<div>甲</div>
"""


def read(text: str) -> tuple[dict[str, object], str, int]:
    post = parse("a.md", text)
    return dict(post.metadata), post.content, len(post.warnings)


def test_typical_front_matter() -> None:
    metadata, content, warnings = read(REAL)
    assert metadata == {
        "layout": "post",
        "title": "通关：港府力争“小通关”",
        "date": "2021-11-08T03:39:04.573Z",
        "tags": ["早报", "二"],
        "categories": ["三"],
    }
    assert (content, warnings) == ("<div>甲</div>\n", 0)


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        ("---\ntitle: 1:30\n---\n体", {"title": "1:30"}),
        ("---\ntags: [007, no, 1.10]\n---\n体", {"tags": ["007", "no", "1.10"]}),
        ("---\ndate: 2021-02-30\n---\n体", {"date": "2021-02-30"}),
        ("---\ntitle: >-\n  甲\n  乙\n---\n体", {"title": "甲 乙"}),
        ("\n \n---  \ntitle: t\n---  \n体", {"title": "t"}),
        ("\ufeff---\ntitle: t\n...\n体", {"title": "t"}),
        ("---\n---\n体", {}),
        ("---\n# note\n---\n体", {}),
        ('+++\ntitle = "t"\ntags = ["a"]\n+++\n体', {"title": "t", "tags": ["a"]}),
        ('{"title": "t", "a": {"b": "}"}}\n\n体', {"title": "t", "a": {"b": "}"}}),
        ('{\n "title": "t"\n}\n体', {"title": "t"}),
        (';;;\n{"title": "t"}\n;;;\n体', {"title": "t"}),
        (';;;\n"title": "t",\n;;;\n体', {"title": "t"}),
        ("----\ntitle: t\n----\n体", {"title": "t"}),
        ("---yaml\ntitle: t\n---\n体", {"title": "t"}),
        ("---toml\ntitle = 't'\n---\n体", {"title": "t"}),
        ('+++\ntitle = "t"\n[taxonomies]\ntags = ["a"]\n+++\n体', {"title": "t", "taxonomies": {"tags": ["a"]}}),
        # no opening fence
        ("title: t\ntags:\n- a\n- b\n---\n体", {"title": "t", "tags": ["a", "b"]}),
        ("\n\ntitle: t\n\ndate: x\n---\n体", {"title": "t", "date": "x"}),
        ('"title": "t",\n"a": 1\n;;;\n体', {"title": "t", "a": 1}),
    ],
)
def test_front_matter(text: str, metadata: dict[str, object]) -> None:
    assert read(text) == (metadata, "体", 0)


@pytest.mark.parametrize(
    ("lines", "metadata"),
    [
        ('title: "甲\\智力\\定乙"', {"title": "甲\\智力\\定乙"}),
        ("title: a: b", {"title": "a: b"}),
        ('title: "t', {"title": "t"}),
        ("title: [甲] 乙", {"title": "[甲] 乙"}),
        ("title: @甲", {"title": "@甲"}),
        ("title: t\n\tdate: x", {"title": "t"}),
        ("title: 'it''s' x\ntags: [a, 'b']\ncategories:\n- c\n- d", {"tags": ["a", "b"], "categories": ["c", "d"]}),
        ("title: t\na: " + "[" * 100_000, {"title": "t"}),
        ("title: t\n" + "\n".join(" " * depth + "a:" for depth in range(1000)), {"title": "t"}),
        ("title: t\na:\n  " + "- " * 100_000, {"title": "t"}),
        ("title: @t\ntags: [\n  a,\n  b\n]\nx: y", {"title": "@t", "tags": ["a", "b"], "x": "y"}),
        ("title: @t\nauthors:\n  - name: 甲\n    url: x\n  - 乙", {"title": "@t", "authors": ["甲", "乙"]}),
        ("title: @t # 1\na: 甲 # 乙\ndescription: 一\n  二", {"title": "@t # 1", "a": "甲", "description": "一 二"}),
        ("title:t\ndate:2021-11-08", {"title": "t", "date": "2021-11-08"}),
        ("标题：t\n标签：a, b", {"标题": "t", "标签": "a, b"}),
        ("author:\n  name: 甲\ntitle: @t", {"author": {"name": "甲"}, "title": "@t"}),
        ("description: >-\n  甲\n  乙\ntitle: @t", {"description": "甲 乙", "title": "@t"}),
    ],
)
def test_invalid_yaml_is_read_as_plain_lines_with_a_warning(lines: str, metadata: dict[str, object]) -> None:
    values, content, warnings = read(f"---\n{lines}\n---\n体")
    assert values.items() >= metadata.items()
    assert (content, warnings) == ("体", 1)


def test_the_warning_has_the_reason() -> None:
    warnings = parse("a.md", '---\ntitle: "\\智"\n---\n').warnings
    assert warnings == ("invalid YAML in front matter: found unknown escape character; used its plain lines",)


@pytest.mark.parametrize(
    "broken", ["+++\ntitle: t\n+++\n体", ";;;\ntitle: t\n;;;\n体", "+++\ntitle = t\n+++\n体", "标题：t\n---\n体"]
)
def test_invalid_toml_and_json_are_read_as_plain_lines(broken: str) -> None:
    metadata, content, warnings = read(broken)
    assert (list(metadata.values()), content, warnings) == (["t"], "体", 1)


@pytest.mark.parametrize(
    "text",
    [
        "体",
        "---\n体\n---\n体",
        "---\n\n体",
        "---",
        "---\n- a\n- b\n---\n体",
        "https://example.com\n---\n体",
        "他说：好\n---\n体",
        "日期: 今天\n\n- 甲\n\n---\n体",
        "{% raw %}体",
        "{甲}",
        '{"a": 1} 体',
        "{}\n体",
        '---\n一段话\n他说: "甲\n又一段话\n再一段话\n---\n体',
        "",
    ],
)
def test_text_without_front_matter_is_content(text: str) -> None:
    assert read(text) == ({}, text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: t\n体",
        "---\n标题：t\n体",
        "+++\ntitle = 't'\n体",
        "title: t\nplace: x\n\n体",
        "标题：t\n作者：甲\n体",
        '{"title": "t",\n体',
        "———\ntitle: t\n———\n体",
        "--\ntitle: t\n--\n体",
        "<!--\n.. title: t\n.. date: 2021-11-08\n-->\n体",
    ],
)
def test_what_looks_like_front_matter_and_was_not_read_has_a_warning(text: str) -> None:
    assert read(text) == ({}, text, 1)


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        ("Title: 我的: 文\nDate: 2021-11-08\n\n体", {"Title": "我的: 文", "Date": "2021-11-08"}),
        ("标题：通关\n日期：2021-11-08\n\n\n体", {"标题": "通关", "日期": "2021-11-08"}),
    ],
)
def test_known_keys_alone_above_a_blank_line_are_front_matter(text: str, metadata: dict[str, str]) -> None:
    assert read(text) == (metadata, "体", 0)


def test_a_second_front_matter_is_content_with_a_warning() -> None:
    assert read("---\ntitle: t\n---\n\n---\ndate: x\n---\n体") == ({"title": "t"}, "\n---\ndate: x\n---\n体", 1)
    assert read("---\ntitle: t\n---\n\n---\n\n体\n---\n") == ({"title": "t"}, "\n---\n\n体\n---\n", 0)


def test_exponential_aliases_are_not_expanded() -> None:
    rows = "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(12))
    merges = "\n".join(f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 9)}]" for n in range(1, 10))
    assert read(f"---\na: &a [x]\n{rows}\nm0: &m0 {{k: v}}\n{merges}\ntitle: t\n---\n体")[0]["title"] == "t"
