"""Folding: all spellings of a text fold to the same text, and offsets point into the original."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Literal

import opencc
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold, fold_with_offsets
from searchkit.language.folding import _composing, composes


@settings(max_examples=200)
@given(texts())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=200)
@given(texts())
def test_folding_with_offsets_returns_the_same_text(text: str) -> None:
    assert fold_with_offsets(text).text == fold(text)


@settings(max_examples=200)
@given(texts(), st.data())
@example("ｶ\u200bﾞ", None)
def test_a_slice_of_the_original_folds_to_what_was_matched(text: str, data: st.DataObject | None) -> None:
    folded = fold_with_offsets(text)
    assume(not re.search("[0-9],[0-9]", folded.text))  # a part of 1,2345 may be a grouped number
    size = len(folded.text)
    spans = [folded.original_span(at, at + 1) for at in range(size)]
    starts = [at for at in range(size) if at == 0 or spans[at] != spans[at - 1]]  # where a cluster begins
    for start in starts[:3] if data is None else data.draw(st.lists(st.sampled_from(starts or [0]), max_size=3)):
        for end in [*starts, size]:
            if start < end:
                a, b = folded.original_span(start, end)
                assert fold(text[a:b]) == folded.text[start:end]


@settings(max_examples=100)
@given(texts())
def test_spans_ascend_and_never_overlap(text: str) -> None:
    folded = fold_with_offsets(text)
    spans = [folded.original_span(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one == two or one[1] <= two[0] for one, two in pairwise(spans))


@settings(max_examples=100)
@given(texts())
def test_folded_text_has_no_invisible_characters(text: str) -> None:
    categories = [unicodedata.category(char) for char in fold(text) if char != "\n"]
    assert not {"Cc", "Cf", "Cs"}.intersection(categories)


@settings(max_examples=200)
@given(texts(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_equivalent_texts_fold_alike(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("國際論壇", "国际论坛"),
        ("臺灣台灣", "台湾台湾"),
        ("頭髮發展", "头发发展"),
        ("Ｃｈｉｎａ１２", "china12"),
        ("Straße ΣΑΣ", "strasse σασ"),
        ("零\u200b宽\ufeff空\xad格\u2060", "零宽空格"),
        ("ﾊﾞｽ", "バス"),
        ("e\u0301 Å", "é å"),
        ("\u1100\u1161\u11a8", "각"),
        ("ﬁ", "fi"),
        ("豈\ufa19\U0002f804", "岂神你"),
        ("“引”「号」『书』", '"引""号""书"'),
        ("中国—东盟–合作−东盟──合作", "中国-东盟-合作-东盟--合作"),
        ("卡尔・马克思•卡尔·马克思˙马", "卡尔·马克思·卡尔·马克思·马"),
        ("標題︰例∶子⋯", "标题:例:子..."),
        ("馀余餘 钜巨 锺钟鍾 麺面麵 讬托", "余余余 巨巨 钟钟钟 面面面 托托"),
        ("広島の駅 衞生 枱灯 麻痺", "广岛の驿 卫生 台灯 麻痹"),
        ("瞭解 復甦 村邨 𠮷野家 户戶戸", "了解 复苏 村村 吉野家 户户户"),
        ("隨著著名 藉口 彷彿", "随着着名 借口 仿佛"),
        ("⻓安⾨⺠", "长安门民"),
        ("沉沈 后後 乾干幹 复覆", "沉沈 后后 干干干 复覆"),
        ("12,345 １，２３４，５６７.8 a1,000", "12345 1234567.8 a1000"),
        ("12,34 1,2,3 2021,2022", "12,34 1,2,3 2021,2022"),
        ("1,234,56 1.234,567 0,123 1,2345", "1,234,56 1.234,567 0,123 1,2345"),
        ("一\u3000二\xa0三\t四\x1f五", "一 二 三 四 五"),
        ("一\r\n二\u2028三\x85四", "一\n\n二\n三\n四"),
        ("❤\ufe0f", "❤"),
        ("\ud83d中", "\ufffd中"),
        ("\x1b[31m红", "[31m红"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "needle", "original"),
    [
        ("看國\u200b際論壇", "国际", "國\u200b際"),
        ("請問Ｃｈｉｎａ呢", "china", "Ｃｈｉｎａ"),
        ("坐ﾊﾞｽ去", "バス", "ﾊﾞｽ"),
        ("ﬁne", "fine", "ﬁne"),
        ("ﬁne", "i", "ﬁ"),  # the whole ligature is highlighted
        ("㈱中", "(株)", "㈱"),
        ("cafe\u0301中", "café", "cafe\u0301"),
        ("約１２，３４５人，多", "12345", "１２，３４５"),
        ("“約1,234人。", "人", "人"),
        ("\u200b约1,234", "1234", "1,234"),
    ],
)
def test_offsets(text: str, needle: str, original: str) -> None:
    folded = fold_with_offsets(text)
    at = folded.text.index(needle)
    start, end = folded.original_span(at, at + len(needle))
    assert text[start:end] == original


@pytest.mark.parametrize(
    "text",
    [
        "国际论坛在台湾开幕，与会者讨论半导体与数据安全。",
        "头发发展，干部干杯干净，里面一里，皇后后来，面条表面，钟表一只。",
        "从零写一个中文全文检索引擎：分词、索引、排序与高亮。",
        "南京长江大桥是怎样站到水里去的？武汉体育馆旁边的图书馆知道。",
        "随着经济发展，意味着什么？这仿佛是借口，著名的著作了解了。",
    ],
)
@pytest.mark.parametrize("conversion", ["s2t", "s2tw", "s2hk"])
def test_traditional_and_simplified_texts_fold_alike(text: str, conversion: str) -> None:
    assert fold(opencc.OpenCC(conversion).convert(text)) == fold(text)


def test_a_text_that_folds_to_itself_needs_no_offsets() -> None:
    folded = fold_with_offsets("国际论坛。" * 1000)
    assert (folded.starts, folded.ends) == (None, None)
    assert folded.original_span(5, 7) == (5, 7)


ROWS = [bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
COMMON = "".join(code.decode("gb2312", "ignore") for code in ROWS)


def test_common_characters_stay_apart_as_opencc_keeps_them() -> None:
    simplified = opencc.OpenCC("t2s").convert
    merged = {char: fold(char) for char in COMMON if fold(char) != simplified(char)}
    assert merged == dict(zip("著藉彷帐姊馀钜锺迳谘镟", "着借仿账姐余巨钟径咨旋", strict=True))


def test_a_han_character_folds_to_one_folded_character() -> None:
    for char in map(chr, range(0x4E00, 0xA000)):
        assert len(fold(char)) == 1
        assert fold(fold(char)) == fold(char)


def test_what_composes_is_looked_for_only_where_it_stands() -> None:
    assert all(composes(char) for char in _composing())
