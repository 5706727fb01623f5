"""Regional synonyms: in both directions, and none for words with another meaning elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import texts

from searchkit.language import fold
from searchkit.language.synonyms import _EXCLUDED, _GROUPS, _look_up, synonyms


@pytest.mark.parametrize(
    ("word", "synonym"),
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
    ],
)
def test_synonyms_in_both_directions(word: str, synonym: str) -> None:
    assert fold(synonym) in synonyms(fold(word))
    assert fold(word) in synonyms(fold(synonym))


@pytest.mark.parametrize("word", ["北京", "网", "硅", "支持", "文件", "数据", "对象", "狮子山", "12", ""])
def test_words_without_synonyms(word: str) -> None:
    assert synonyms(word) == ()


def test_no_synonym_is_composed_from_an_excluded_word() -> None:
    assert fold("支援率") not in synonyms("支持率")


def test_the_tables_are_folded() -> None:
    for word in (*_EXCLUDED, *_GROUPS.replace("/", "").split()):
        assert fold(word) == word


@given(texts(8))
def test_synonyms_of_any_text_are_folded_and_other_words(text: str) -> None:
    word = fold(text)
    assert word not in synonyms(word)
    assert all(fold(synonym) == synonym for synonym in synonyms(word))


@given(texts(8), texts(8))
def test_words_that_are_looked_up_together_have_their_own_synonyms(first: str, second: str) -> None:
    words = [fold(first), "软件", fold(second), "支持"]
    assert _look_up(words) == {word: _look_up([word])[word] for word in words}
