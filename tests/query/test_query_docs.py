"""docs/query.md: each row of its tables on posts that it must find and posts that it must not, and its example."""

from __future__ import annotations

import datetime as dt
import doctest
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit import Index, query

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text("utf-8")
TYPED, _, BUILT = PAGE.partition("## Queries built by a program")
ROWS = re.findall(r"^\| `(.+?)` \|", TYPED, re.MULTILINE)
NODES = re.findall(r"^\| `(.+?)` \| `(.*?)` \|", BUILT, re.MULTILINE)
EXAMPLE = BUILT.partition("```python\n")[2].partition("```")[0]

POSTS = {
    "香港": {
        "body": "香港与内地通关，另有安排",
        "date": "2021-11-08",
        "author": "聯合早報",
        "tags": ["经济"],
    },
    "台湾": {
        "title": "小通关",
        "body": "香港与台湾的人工智能时代",
        "date": "2022-02-28",
        "url": "https://example.com/a",
    },
    "2021/11/段": {"body": "这是一段简单的文本，在国际论坛", "date": "2020-05-01"},
    "苹果": {"body": "iPhone 15 与 C++ 和 C 语言，ASP.NET 与 getUserById"},
    "命令": {"body": "先 net stop，再 npm i -g，夜里 5℃"},
    "框架": {"body": "装 .NET，夜里 -5℃，打 138-0000-1234"},
    "咖啡": {"body": "café 有 Wi-Fi"},
    "软体": {"body": "免費的軟體，二〇二六年三月五日"},
    "周报": {"body": "每周写一份周报"},
    "身分": {"body": "出示身分證，民國一一〇年"},
    "未来": {"body": "香港，未来", "tags": ["经济/贸易"]},
    "港府": {"body": "港府力争通关。北京、上海"},
    "北京": {"body": "北京上海。港府，力争"},
    "荷花": {"body": "西湖与荷花"},
    "梅花": {"body": "梅花与太湖"},
    "太湖": {"body": "太湖与荷花"},
    "西湖": {"body": "西湖在杭州"},
    "集群": {"body": "Kubernetes 集群，甲方与乙方签约"},
    "很久": {"body": "甲方等了很久很久很久很久，才来签约，在2021-11-08"},
    "难": {"body": "在城里买房难"},
    "不难": {"body": "难得买房"},
    "紫荆": {"title": "香港紫荆", "body": "紫荊花開"},
}

FOUND = {
    "香港 通关": "香港 台湾",
    "香港通关安排": "香港",
    "香港 通关 安排 时间 地点": "香港 台湾 未来 港府 紫荆",
    "买房难": "难",
    "段简": "2021/11/段",
    "國際論壇": "2021/11/段",
    "iphone15": "苹果",
    "C++": "苹果",
    ".NET": "苹果 框架",
    "user by id": "苹果",
    "夜里 -5℃": "框架",
    "npm i -g": "命令",
    "wifi": "咖啡",
    "cafe": "咖啡",
    "13800001234": "框架",
    "软件": "软体",
    "身份证": "身分",
    "2021/11/8": "很久",
    "民国110年": "身分",
    "2026年3月5日": "软体",
    "怎么写周报？": "周报",
    "香港的未来": "未来",
    "经济": "香港",
    "的": "台湾 2021/11/段 软体",
    '"港府力争"': "港府",
    '"北京，上海"': "港府",
    "香港 -台湾": "香港 未来 紫荆",
    '香港 -"小通关"': "香港 未来 紫荆",
    "+香港 通关": "香港 台湾",
    "荷花 OR 梅花": "荷花 梅花 太湖",
    "西湖 荷花 OR 梅花": "荷花",
    "西湖 AND 荷花": "荷花",
    "西湖 NOT 荷花": "西湖",
    "(西湖 OR 太湖) AND 荷花": "荷花 太湖",
    "人工*": "台湾",
    "*时代": "台湾",
    "kubernets~1": "集群",
    '香港 ~"小通关"': "台湾",
    "*:*": " ".join(POSTS),
    '"甲方 签约"~5': "集群",
    "title:通关": "台湾",
    'title:"小通关"': "台湾",
    "body:通关": "香港 港府",
    "source:联合早报": "香港",
    "source:联合*": "香港",
    "tag:经济": "香港 未来",
    "path:2021/11": "2021/11/段",
    "url:example.com": "台湾",
    "path:=2021/11/段.md": "2021/11/段",
    "date:2021": "香港",
    "date:2021-11..2022-02": "香港 台湾",
    "date:>2021": "台湾",
    "after:2021-11": "香港 台湾",
    "before:2021-11": "2021/11/段",
    "date:去年": "",
    "香港 最近7天": "",
    "date:*": "香港 台湾 2021/11/段",
    "added:今天": " ".join(POSTS),
    "is:new": " ".join(POSTS),
    "pinyin:zijing": "紫荆",
    'word:"-西湖"': "西湖 荷花",
}
"""The posts that count for each example."""


@pytest.fixture(scope="module")
def index(make_index: Callable[..., Index]) -> Index:
    return make_index({f"{path}.md": post for path, post in POSTS.items()})


def test_every_example_is_here() -> None:
    assert {row.replace("\\|", "|") for row in ROWS} == set(FOUND)


@pytest.mark.parametrize("query", FOUND)
def test_example(index: Index, query: str) -> None:
    results = index.search(query, limit=100)
    assert {hit.path.removesuffix(".md") for hit in results[: results.total]} == set(FOUND[query].split())


@pytest.mark.parametrize(
    ("query", "following"),
    [
        ("香港 通关", "紫荆 未来 港府"),
        ("+香港 通关", "紫荆 未来"),
        ("西湖 荷花 OR 梅花", "太湖 梅花"),
        ("西湖 AND 荷花", ""),
        ('香港 ~"小通关"', "香港 紫荆 未来"),
    ],
)
def test_what_lacks_something_follows(index: Index, query: str, following: str) -> None:
    results = index.search(query, limit=100)
    assert {hit.path.removesuffix(".md") for hit in results[results.total :]} == set(following.split())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("body:iph*", "苹果"),
        ("body:小*", ""),
        ("title:小*", "台湾"),
        ("body:kubernets~1", "集群"),
        ("body:*通关", "香港 港府"),
    ],
)
def test_a_pattern_in_the_body_does_not_match_titles(index: Index, query: str, found: str) -> None:
    assert {hit.path.removesuffix(".md") for hit in index.search(query)} == set(found.split())


@pytest.mark.parametrize(("node", "string"), NODES)
def test_each_node_as_a_string(node: str, string: str) -> None:
    tree = eval(node, vars(query) | {"dt": dt})  # the page's own text
    assert query.to_string(tree) == string
    assert query.parse(string).tree == tree


def test_every_node_is_in_the_table() -> None:
    nodes = {name for name in query.__all__ if isinstance(getattr(query, name), type)} - {"ParsedQuery"}
    assert {name for node, _ in NODES for name in re.findall(r"(\w+)\(", node)} - {"datetime"} == nodes


def test_the_example_of_a_program(index: Index) -> None:
    example = doctest.DocTestParser().get_doctest(EXAMPLE, {"index": index}, "docs/query.md", None, None)
    assert len(example.examples) > 3
    assert doctest.DocTestRunner().run(example).failed == 0
