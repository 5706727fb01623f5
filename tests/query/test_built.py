"""Query trees that a program builds."""

from __future__ import annotations

import datetime as dt

import pytest

from searchkit.errors import QueryError
from searchkit.query import (
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


def test_a_pattern_that_is_no_word_is_noted() -> None:
    assert compile_query(Prefix("iPhone15手机")).notes == (
        "iphone15手机* was read as text: a star or a tilde applies to a single word",
    )
