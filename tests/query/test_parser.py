"""Query strings as trees, before their texts are cut into words."""

from __future__ import annotations

import datetime as dt

import pytest

from searchkit.language import fold
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
)

TODAY = dt.date(2022, 3, 16)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        # a word between spaces is optional
        ("香港通关", Optional(Text("香港通关"))),
        ("國際 Ａ", And(Optional(Text("国际")), Optional(Text("a")))),
        ("香港 香港", And(Optional(Text("香港")), Optional(Text("香港")))),
        ("kube*", Optional(Prefix("kube"))),
        ("*net*", Optional(Wildcard("*net*"))),
        ("kubernets～１", Optional(Fuzzy("kubernets", 1))),
        # all else is required
        ("+香港", Text("香港")),
        ('"香港 通关"', Phrase("香港 通关")),
        ('"甲方 签约"~5', Near(("甲方", "签约"), 5)),
        ("-香港", Not(Text("香港"))),
        ("荷花 OR 梅花", Or(Text("荷花"), Text("梅花"))),
        ("荷花 AND 梅*", And(Text("荷花"), Prefix("梅"))),
        ("title:香港", Text("香港", "title")),
        ("body:kube*", Prefix("kube", "body")),
        ("来源：聯合早報", FieldValue("source", "联合早报")),
        ("source:联合*", Prefix("联合", "source")),
        ("source:*早报", Wildcard("*早报", "source")),
        ("path:2021/11", Wildcard("*2021/11*", "path")),
        ("path:=2021/11.md", FieldValue("path", "2021/11.md")),
        ("url:a.com/?p=1", Wildcard("*a.com/?p=1*", "url")),
        ("pinyin:zijing", Pinyin("zijing")),
        ("date:*", DateRange()),
        ("added:2021-11", AddedRange(dt.datetime(2021, 11, 1), dt.datetime(2021, 11, 30, 23, 59, 59, 999_999))),
        ("收录：>2021", AddedRange(dt.datetime(2022, 1, 1))),
        ("IS:New", New()),
        ("is:newer", Optional(Text("is:newer"))),
        ("added:很久", Optional(Text("added:很久"))),
        ("after:2021-11", DateRange(dt.datetime(2021, 11, 1))),
        # unless a tilde says otherwise
        ('~"小通关" ~title:通关', And(Optional(Phrase("小通关")), Optional(Text("通关", "title")))),
        ("～（荷花 OR 梅花）", Optional(Or(Text("荷花"), Text("梅花")))),
        ('(~"a" OR b)', Or(Phrase("a"), Text("b"))),
        ("+~title:a", Text("a", "title")),
        # branches
        ("(香港 通关)", And(Optional(Text("香港")), Optional(Text("通关")))),
        ("a OR (b OR c)", Or(Text("a"), Text("b"), Text("c"))),
        ("+a +(b c)", And(Text("a"), Text("b"), Text("c"))),
        ("-(-a)", Not(Not(Text("a")))),
        ("NOT NOT +a", Text("a")),
        # whatever it looks like
        ('word:"最近7天" x', And(Optional(Text("最近7天")), Optional(Text("x")))),
        ('+title:word:"a OR -b"', Text("a or -b", "title")),
        ('word:"new y*"', Optional(Prefix("new y"))),
        # all and none
        ("", Every()),
        ("*:*", Every()),
        ("-*:*", Nothing()),
        ("*:* 香港", And(Every(), Optional(Text("香港")))),
        ("｜", Nothing()),
        # a quote that is not closed is punctuation
        ('"香港', Optional(Text("'香港"))),
        ('source:"BBC', FieldValue("source", "bbc")),
    ],
)
def test_a_string_as_a_tree(query: str, tree: Query) -> None:
    assert parse(query, TODAY).tree == tree


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("author:张三", "unknown field author: read as words; did you mean source:?"),
        ("word: 张三", "word: has no value directly after it: read as words"),
        ("date:abc", "abc is not a date: read as words"),
        ("a 2021..2022", '2021..2022 was read as a date: write "2021..2022" for the text'),
        ("a" * 10_001, "only the first 10,000 characters were read"),
        ("a " * 1_001, "only the first 1,000 words and signs were read"),
    ],
)
def test_a_note_says_how_a_string_was_read(query: str, note: str) -> None:
    assert parse(query, TODAY).notes == (note,)


@pytest.mark.parametrize(
    "text",
    [
        "before:0001", "until:0001-01-01", "date:<0001", "date:>9999", "date:>9999-12-31",
        "date:>>2021", "date:" + ">" * 1_200, "date:" + ">" * 9_000 + "2021", "date:2021..2022..2023",
        "date:" + "2021.." * 1_500, "date:..", "date:" + "1" * 5_000, "2021.." * 1_500,
        "date:最近" + "9" * 5_000 + "天", "date:2021110812",
    ],
)  # fmt: skip
def test_what_is_no_date_is_read_as_words(text: str) -> None:
    tree = parse(text, TODAY).tree
    assert isinstance(tree, Optional), isinstance(tree.part, Text)


def test_a_text_that_is_no_date_keeps_the_name_of_its_field() -> None:
    assert parse('日期：abc before:"x').tree == And(Optional(Text("日期:abc")), Optional(Text("before:'x")))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("sorce:美国之音", "source"),
        ("SOURCES:美国之音", "source"),
        ("tags:经济", "tag"),
        ("titel:香港", "title"),
        ("site:example.com", "url"),
        ("来原：美国之音", "来源"),
        ("標提：通关", "标题"),
        ("类别：经济", "标签"),
    ],
)
def test_a_mistyped_field_offers_the_right_one(text: str, meant: str) -> None:
    name = fold(text).partition(":")[0]
    assert parse(text).notes == (f"unknown field {name}: read as words; did you mean {meant}:?",)


@pytest.mark.parametrize("text", ["日记：今天", "开会：三点", "http://a.b", "std::x", "12:30", "香港：通关"])
def test_a_word_before_a_colon_is_mostly_text(text: str) -> None:
    assert parse(text).notes == ()
