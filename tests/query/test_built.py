"""Query trees that a program builds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from searchkit.errors import QueryError
from searchkit.query import (
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Prefix,
    Query,
    Text,
    Wildcard,
    compile_query,
    to_string,
)

NOVEMBER = dt.datetime(2021, 11, 1)


@pytest.mark.parametrize(
    ("tree", "required"),
    [
        (Text("國際論壇"), And(Text("国际"), Text("论坛"))),
        (Phrase("Ｃｈｉｎａ"), Phrase("china")),
        (Near(("甲方", "簽約"), 5), Near(("甲方", "签约"), 5)),
        (Near(("甲方", "。"), 5), Phrase("甲方")),
        (Near(("甲方", "签约"), -5), Near(("甲方", "签约"), 0)),
        (Prefix("Kube", "body"), Prefix("kube", "body")),
        (Wildcard("＊NET＊"), Wildcard("*net*")),
        (Fuzzy("Kubernetes", 3), Fuzzy("kubernetes", 3)),
        (FieldValue("source", " 聯合早報"), FieldValue("source", "联合早报")),
        (DateRange(NOVEMBER), DateRange(NOVEMBER)),
        (Text("港府", synonyms=("香港政府",)), Text("港府", synonyms=("香港政府",))),
        # as text
        (Wildcard("a*b"), And(Text("a"), Text("b"))),
        (Fuzzy("国际", 1), And(Text("国际"), Text("1"))),
        # constants
        (And(), Every()),
        (Or(), Nothing()),
        (Not(Or()), Every()),
        (And(Text("a"), Every()), Text("a")),
        (And(Text("a"), Nothing()), Nothing()),
        (Or(Text("a"), Every()), Every()),
        (Or(Text("a"), Nothing()), Text("a")),
        (Not(Not(Text("a"))), Text("a")),
        # what has nothing to look for says nothing
        (Text("。"), Nothing()),
        (And(Text("a"), Phrase("。")), Text("a")),
        # branches
        (And(Text("a"), And(Text("b"), Text("a"))), And(Text("a"), Text("b"))),
        (Or(Or(Text("a"), Optional(Text("b")))), Or(Text("a"), Text("b"))),
    ],
)
def test_what_a_tree_requires(tree: Query, required: Query) -> None:
    assert compile_query(tree).required == required


def test_a_clause_is_as_the_program_wrote_it() -> None:
    tree = And(Optional(Text("國際論壇")), Optional(Or(Text("A"), Phrase("b"))), Text("計程車"))
    assert [clause.text for clause in compile_query(tree).optional] == ["國際", "論壇", 'a OR "b"', "計程車"]


def test_a_tree_is_shown_as_its_string() -> None:
    assert compile_query(And(Optional(Text("香港")), DateRange(NOVEMBER))).text == "香港 date:2021-11-01.."


def test_a_tree_may_be_deep_but_not_endless() -> None:
    tree: Query = Text("a")
    for _ in range(199):
        tree = Not(tree)
    assert compile_query(tree).required == Not(Text("a"))
    for _ in range(10_000):
        tree = Not(tree)
    with pytest.raises(QueryError, match="the query has more than 200 levels; use fewer branches within each other"):
        compile_query(tree)


@pytest.mark.parametrize("read", [compile_query, to_string])
@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (And(Text("a"), "b"), "'b' is no query; use a text or a tree of searchkit.query"),
        (Not(None), "None is no query"),
        (Optional(Or(5)), "5 is no query"),
        ([Text("a")], "[Text('a')] is no query"),
        (Text(5), "text of Text is not 5; use what searchkit.query says of it"),
        (Phrase(b"a"), "text of Phrase is not b'a'"),
        (Text("a", "source"), "field of Text is not 'source'"),
        (Text("a", synonyms="b"), "synonyms of Text is not 'b'"),
        (Near(("a", None), 5), "texts of Near is not ('a', None)"),
        (Near(("a", "b"), 0.5), "distance of Near is not 0.5"),
        (Fuzzy("a", "1"), "edits of Fuzzy is not '1'"),
        (Prefix("a", ["title"]), "field of Prefix is not ['title']"),
        (FieldValue("title", "a"), "field of FieldValue is not 'title'"),
        (DateRange("2021"), "since of DateRange is not '2021'"),
        (Not(AddedRange(None, 2021)), "until of AddedRange is not 2021"),
    ],
)
def test_what_is_no_part_of_a_query_is_an_error(read: Callable[[object], object], tree: object, message: str) -> None:
    with pytest.raises(QueryError, match=re.escape(message)):
        read(tree)


def test_a_pattern_that_is_no_word_is_noted() -> None:
    assert compile_query(Prefix("iPhone15手机")).notes == (
        "iphone15手机* was read as text: a star or a tilde applies to a single word",
    )
