"""Numerals: dates and counts have other spellings; words that merely contain a number character have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold
from searchkit.language.numerals import Count, _in_places, _value, counts, spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二〇二六年三月五日", "2026年3月5日"),
        ("二○二六年三月五日", "2026年3月5日"),
        ("二零二六年", "2026年"),
        ("2026年3月5日", "2026年03月05日"),
        ("三十五人", "35人"),
        ("一百二十三亿", "123亿"),
        ("一百二十三亿美元", "12,300,000,000美元"),
        ("廿五日", "25日"),
        ("兩千五百人", "2500人"),
        ("两个", "2个"),
        ("3.5万人", "35,000人"),
        ("三万五千人", "3.5万人"),
        ("一亿二千万元", "1.2亿元"),
        ("1.2亿元", "一点二亿元"),
        ("百分之三十五", "35%"),
        ("百分之五點八", "５.８％"),
        ("九十年代", "90年代"),
        ("90后", "九零后"),
        ("00后", "零零后"),
        ("〇五后", "05后"),
        ("80年代", "八〇年代"),
        ("民国一一〇年", "民國110年"),
        ("民国一百一十年", "民國110年"),
        ("民国元年", "民国1年"),
        ("昭和六四年", "昭和64年"),
        ("正月廿一", "正月二十一"),
        ("三月十五", "3月15"),
        ("腊月卅", "腊月三十"),
        ("廿一世紀", "二十一世纪"),
        ("廿一世纪", "21世纪"),
        ("卅周年", "三十周年"),
        ("第卅七期", "第37期"),
        ("廿多歲", "20多岁"),
        ("双十一", "双11"),
        ("雙12", "双十二"),
        ("一九八四", "1984"),
        ("二零二一", "2021"),
        ("一百〇八人", "108人"),
        ("一百〇八人", "一百零八人"),
        ("第十八届三中全会", "第18届三中全会"),
        ("第一个", "第1个"),
        ("约三十多人", "约30多人"),
        ("2026年3月5日下午3时", "二〇二六年三月五日下午三时"),
    ],
)
def test_each_is_a_spelling_of_the_other(one: str, other: str) -> None:
    assert fold(other) in spellings(fold(one))
    assert fold(one) in spellings(fold(other))


@pytest.mark.parametrize(
    "text",
    ["一个", "一些", "十分", "红十字会", "三分之一", "三星", "十二五规划", "七八个", "零件", "百年", "0千0万"],
)
def test_words_that_are_no_counts_have_no_spellings(text: str) -> None:
    assert spellings(text) == ()
    assert counts(text) == ()


@pytest.mark.parametrize(
    "text",
    ["双十", "双111", "abc-1984", "1984-03", "3.1984", "1984px", "元年", "一元年费", "一二三四", "一一〇"],
)
def test_numbers_that_are_no_dates_have_no_spellings(text: str) -> None:
    assert counts(text) == ()


def test_counts_have_offsets() -> None:
    date, people = counts("在2026年5月有三十五人")
    assert (date.start, date.end) == (1, 8)
    assert people == Count(9, 13, ("35人",))


@given(st.integers(0, 10**15))
def test_a_number_in_characters_has_its_value(number: int) -> None:
    assert _value(_in_places(number)) == number


@given(st.integers(2, 10**12), st.sampled_from(["年", "月", "日", "人", "元", "%"]))
def test_spellings_of_a_spelling_lead_back(number: int, unit: str) -> None:
    for spelling in spellings(f"{number}{unit}"):
        assert {f"{number}{unit}", *spellings(f"{number}{unit}")} & set(spellings(spelling))


@given(st.one_of(texts(20), st.text("〇零一二十百千万亿两廿点百分之年个0123.%", max_size=60)))
def test_any_text_has_few_spellings(text: str) -> None:
    assert len(spellings(fold(text))) <= 11
    assert all(0 <= count.start < count.end <= len(fold(text)) for count in counts(fold(text)))


@pytest.mark.parametrize(
    ("amount", "value"),
    [("三点五万", 35000), ("1亿2000万", 120_000_000), ("三百五", 350), ("三百零五", 305), ("两万亿", 2 * 10**12)],
)
def test_values_of_amounts(amount: str, value: int) -> None:
    assert _value(amount) == value
