"""Pinyin: words are found by their pronunciation, however it is typed."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from searchkit.errors import MissingDependency
from searchkit.language import pinyin
from searchkit.language.pinyin import PinyinIndex, readings

TEXT = "香港 相关 香 先 西安 重庆 重要 银行 行为 旅游 女性 省略 北京 背景 背 了解 中国 hongkong 15 カメラ 香港人"
WORDS = TEXT.split()
INDEX = PinyinIndex(WORDS)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("xianggang", "香港"),
        ("xiang gang", "香港"),
        ("XiangGang", "香港"),
        ("xiāng-gǎng", "香港"),
        ("xianggangren", "香港人"),
        ("xian", "先 西安"),
        ("xi'an", "西安"),
        ("chongqing", "重庆"),
        ("zhongyao", "重要"),
        ("yinhang", "银行"),
        ("xingwei", "行为"),
        ("lvyou", "旅游"),
        ("lüyou", "旅游"),
        ("nüxing", "女性"),
        ("shenglve", "省略"),
        ("shenglue", "省略"),
        ("beijing", "北京 背景"),
        ("xiangg", ""),
        ("hongkong", ""),
        ("香港", ""),
        ("", ""),
    ],
)
def test_words_by_pinyin(typed: str, words: str) -> None:
    assert INDEX.prefixes(typed) == tuple(words.split())


@pytest.mark.parametrize(("letters", "words"), [("xg", "香港 相关"), ("XGR", "香港人"), ("z", ""), ("v", ""), ("", "")])
def test_words_by_initials(letters: str, words: str) -> None:
    assert INDEX.with_initials(letters) == tuple(words.split())


def test_homophones_are_other_words() -> None:
    assert INDEX.homophones("北惊") == ("北京", "背景")
    assert INDEX.homophones("北京") == ("背景",)
    assert INDEX.homophones("kamera") == ()


def test_only_common_readings_count() -> None:
    assert readings("北") == ("bei",)
    assert set(readings("行")) == {"xing", "hang", "heng"}
    assert readings("カ") == ()


@given(st.one_of(texts(12), st.text("xiangev' ", max_size=80)))
def test_any_typed_text_finds_only_words_of_the_vocabulary(typed: str) -> None:
    assert all(any(word.startswith(prefix) for word in WORDS) for prefix in INDEX.prefixes(typed))
    assert set(INDEX.with_initials(typed)) <= set(WORDS)


def test_without_pypinyin_there_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pinyin._dictionary.cache_clear()
    readings.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDependency, match="pip install pypinyin"):
        PinyinIndex(WORDS).prefixes("xianggang")
