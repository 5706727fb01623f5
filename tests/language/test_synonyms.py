"""Regional words: found in both directions where they say the same, left alone where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import texts

from searchkit.language import fold
from searchkit.language.synonyms import _AMBIGUOUS, _GROUPS, synonyms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("软件", "軟體"),
        ("网络", "網路"),
        ("互联网", "網際網路"),
        ("出租车", "計程車"),
        ("出租车", "的士"),
        ("打印机", "印表機"),
        ("人工智能", "人工智慧"),
        ("數據庫", "資料庫"),
        ("意大利", "義大利"),
        ("新西兰", "紐西蘭"),
        ("U盘", "隨身碟"),
        ("特朗普", "川普"),
        ("计划", "計畫"),
        ("反复", "反覆"),
        ("什么", "甚麼"),
    ],
)
def test_in_both_directions(one: str, other: str) -> None:
    assert fold(other) in synonyms(fold(one))
    assert fold(one) in synonyms(fold(other))


@pytest.mark.parametrize("word", ["北京", "网", "硅", "支持", "文件", "数据", "对象", "狮子山", "12", ""])
def test_others_have_none(word: str) -> None:
    assert synonyms(word) == ()


def test_no_word_is_put_together_from_an_ambiguous_one() -> None:
    assert fold("支援率") not in synonyms("支持率")


def test_the_tables_are_folded() -> None:
    for word in (*_AMBIGUOUS, *_GROUPS.replace("/", "").split()):
        assert fold(word) == word


@given(texts(8))
def test_any_text(text: str) -> None:
    word = fold(text)
    assert word not in synonyms(word)
    assert all(fold(other) == other for other in synonyms(word))
