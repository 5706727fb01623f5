"""Spellings: the words that are written in two ways."""

from __future__ import annotations

import pytest

from searchkit.language import fold
from searchkit.language.spellings import _others, other_spellings


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("身分", "身份"),
        ("身份證", "身分证"),
        ("大部份", "大部分"),
        ("想像力", "想象力"),
        ("計畫", "计划"),
        ("回覆", "回复"),
        ("報導", "报道"),
        ("知識份子", "知识分子"),
        ("沈默", "沉默"),
        ("為什麼", "为甚么"),
    ],
)
def test_two_spellings_of_a_word_find_each_other(word: str, other: str) -> None:
    assert other_spellings(fold(word)) == (other,)
    assert other_spellings(other) == (fold(word),)


@pytest.mark.parametrize("word", ["分子", "股份", "月份", "沈从文", "预订", "里程", "领导", "画", "香港", ""])
def test_a_word_with_a_meaning_of_its_own_has_no_other_spelling(word: str) -> None:
    assert other_spellings(word) == ()


def test_no_word_is_in_two_pairs_and_all_are_folded() -> None:
    others = _others()[0]
    assert {others[other] == word for word, other in others.items()} == {True}
    assert [word for word in others if fold(word) != word or len(word) != len(others[word])] == []


@pytest.mark.parametrize(("written", "typed"), [("帳戶", "账户"), ("妳好", "你好"), ("姊妹", "姐妹"), ("牠們", "它们")])
def test_folding_joins_characters_that_are_one_word(written: str, typed: str) -> None:
    assert fold(written) == typed
