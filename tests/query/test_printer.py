"""Query trees as query strings, which are read as the same trees."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from trees import query_strings, trees

from searchkit.query import (
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    New,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
    parse,
    to_string,
)

UTC = dt.UTC
FIRST = dt.datetime(2021, 1, 1)
LAST = dt.datetime(2021, 12, 31, 23, 59, 59, 999_999)


@settings(max_examples=200)
@given(query_strings())
def test_a_string_that_was_read_is_printed_so_that_it_is_read_alike(string: str) -> None:
    tree = parse(string).tree
    assert parse(to_string(tree)).tree == tree


@settings(max_examples=80)
@given(trees())
def test_a_printed_tree_is_read_as_that_tree(tree: Query) -> None:
    assert parse(to_string(tree)).tree == tree


@pytest.mark.parametrize(
    ("tree", "string"),
    [
        (Every(), ""),
        (Text("香港"), "+香港"),
        (Optional(Text("香港")), "香港"),
        (And(Optional(Text("香港")), Text("通关"), Text("小", "title")), "香港 +通关 title:小"),
        (And(Optional(Phrase("小通关")), Optional(Text("通关", "title"))), '~"小通关" ~title:通关'),
        (Optional(Or(Text("荷花"), Text("梅花"))), "~(荷花 OR 梅花)"),
        (Or(Text("荷花"), And(Text("西湖"), Not(Text("梅花")))), "荷花 OR 西湖 AND -梅花"),
        (And(Text("西湖"), Or(Text("荷花"), Text("梅花"))), "+西湖 (荷花 OR 梅花)"),
        (Not(And(Text("a"), Or(Text("b"), Not(Not(Text("c")))))), "-(a AND (b OR -(-c)))"),
        (Near(("甲方", "签约"), 5, "body"), 'body:"甲方 签约"~5'),
        (Or(Prefix("人工"), Wildcard("*时代"), Fuzzy("kubernets", 1)), "人工* OR *时代 OR kubernets~1"),
        (Pinyin("zijing"), "pinyin:zijing"),
        (FieldValue("source", "联合早报"), "source:联合早报"),
        (FieldValue("source", "bbc 中文"), 'source:"bbc 中文"'),
        (Prefix("联合", "source"), "source:联合*"),
        (Wildcard("*2021/11*", "path"), "path:2021/11"),
        (FieldValue("path", "2021/11.md"), "path:=2021/11.md"),
        (DateRange(FIRST, LAST), "date:2021-01-01..2021-12-31"),
        (DateRange(FIRST, FIRST.replace(hour=23, minute=59, second=59, microsecond=999_999)), "date:2021-01-01"),
        (DateRange(FIRST.replace(hour=8), None), "date:2021-01-01T08:00:00.."),
        (DateRange(FIRST.replace(tzinfo=UTC), None), "date:2021-01-01T00:00:00+00:00.."),
        (DateRange(None, FIRST), "date:..2021-01-01T00:00:00.000000"),
        (DateRange(), "date:*"),
        (And(AddedRange(FIRST, LAST), Not(New())), "added:2021-01-01..2021-12-31 -is:new"),
        (And(Every(), Nothing()), "*:* -*:*"),
        # words that would be something else
        (Optional(Text("最近7天")), 'word:"最近7天"'),
        (Or(Text("或"), Text("-a"), Text("b", "title")), 'word:"或" OR word:"-a" OR title:b'),
        (And(Or(Text("a(b"), Text("c")), Text("d")), '(word:"a(b" OR c) +d'),
        (Optional(Prefix("new y")), 'word:"new y*"'),
        # a minus sign that would be that of an option
        (Not(Text("t")), "NOT t"),
        (And(Optional(Text("rm")), Not(Text("rf")), Phrase("a -b")), 'rm NOT rf "a -b"'),
        (And(Optional(Text("ls")), Or(Not(Text("a")), Text("b"))), "ls (NOT a OR b)"),
        (And(Optional(Text("香港")), Not(Text("t"))), "香港 -t"),
    ],
)
def test_a_tree_is_printed_as_one_would_type_it(tree: Query, string: str) -> None:
    assert to_string(tree) == string
    assert parse(string).tree == tree


@pytest.mark.parametrize(
    ("tree", "string"),
    [
        (And(), ""),
        (Or(), "-*:*"),
        (And(Or(Text("a"))), "+a"),
        (Or(Optional(Text("a")), Text("b")), "a OR b"),
        (Text("软件", synonyms=("软体",)), "软件 OR 软体"),
        (Phrase('a"b'), '"a:b"'),
        (Near(("new york", "x"), -1), '"new_york x"~0'),
        (FieldValue("source", 'a"b'), 'source:"a*b"'),
        (Wildcard("a", "path"), "path:=a"),
        (Text("a*"), '+word:" a* "'),
    ],
)
def test_what_cannot_be_typed_is_printed_as_what_means_the_same(tree: Query, string: str) -> None:
    assert to_string(tree) == string
