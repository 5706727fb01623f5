"""Which lines show why a post was found: fragments of the original, with spans."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold, units
from searchkit.model import Snippet
from searchkit.query.parser import parse
from searchkit.snippets import snippets, spans

FILLER = "这里是一些别的话。"


def marked(text: str, found: Sequence[tuple[int, int]]) -> str:
    """The text with its spans in brackets."""
    for start, end in reversed(found):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


def show(text: str, query: str, chars: int = 120) -> list[str]:
    return [marked(snippet.text, snippet.spans) for snippet in snippets(text, parse(query).needles, chars)]


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("在國際論壇上", "国际论坛", "在[國際論壇]上"),
        ("在国际论坛上", "國際", "在[国际]论坛上"),
        ("在國\u200b際論壇上", "国际", "在[國\u200b際]論壇上"),
        ("看Ｃｈｉｎａ发布", "china", "看[Ｃｈｉｎａ]发布"),
        ("坐ﾊﾞｽ去", "バス", "坐[ﾊﾞｽ]去"),
        ("cafe\u0301里", "café", "[cafe\u0301]里"),
        ("马克思主义者马克思", "马克思", "[马克思]主义者[马克思]"),
        ("香港通关", "香港 通关", "[香港通关]"),
        ("香港 通关", "香港 通关", "[香港] [通关]"),
        ("香港 通关", '"香港通关"', "[香港 通关]"),
        ("中国—东盟合作", '"中国东盟"', "[中国—东盟]合作"),
        ("北京，上海", '"北京，上海"', "[北京，上海]"),
        ("北京。上海，北京，上海", '"北京，上海"', "北京。上海，[北京，上海]"),
        ("甲。甲，甲，甲", '"甲，甲，甲"', "甲。[甲，甲，甲]"),
        ("中国中国中", '"中国中"', "[中国中国中]"),
        ("iPhone15Pro和iPhones", "iphone15", "[iPhone15]Pro和iPhones"),
        ("Python 3.6和13.6", "3.6", "Python [3.6]和13.6"),
        ("C与C++", "C++", "C与[C++]"),
        ("南京市长江大桥", "市长 长江", "南京[市长江]大桥"),
        ("香港", "香港 -通关", "[香港]"),
        ("香港通关", "香港 -通关", "[香港]通关"),
        ("香港通关", "title:香港 通关", "香港[通关]"),
    ],
)
def test_spans(text: str, query: str, shown: str) -> None:
    assert show(text, query) == [shown]


def test_a_title_shows_what_is_looked_for_in_titles() -> None:
    needles = parse("title:香港 通关").needles
    assert marked("香港通關在即", spans("香港通關在即", needles)) == "[香港通關]在即"


def test_an_empty_text_has_no_snippet() -> None:
    assert snippets("", parse("香港").needles, 120) == ()


@pytest.mark.parametrize("query", ["香港", "title:这里", "", "-香港"])
def test_the_lead_is_shown_where_nothing_is_in_the_text(query: str) -> None:
    assert show(FILLER * 30, query, 30) == [FILLER * 3]


def test_a_fragment_begins_and_ends_with_a_sentence() -> None:
    text = FILLER * 20 + "昨天在香港开会。" + FILLER * 20
    [shown] = show(text, "香港", 60)
    assert "昨天在[香港]开会。" in shown
    assert re.fullmatch(rf"({FILLER})*昨天在\[香港\]开会。({FILLER})*", shown)


def test_a_long_sentence_is_cut_between_its_clauses() -> None:
    clause = "又有一个分句"
    [shown] = show(f"{clause}，" * 30 + "香港开会，" + f"{clause}，" * 30, "香港", 60)
    assert re.fullmatch(rf"({clause}，)*\[香港\]开会，({clause}，)*", shown)


def test_no_latin_word_is_cut() -> None:
    words = " ".join(["internationalization"] * 30)
    for chars in range(20, 120, 7):
        [shown] = show(f"{words} 香港 {words}", "香港", chars)
        assert set(shown.split()) <= {"internationalization", "[香港]"}


def test_one_fragment_that_has_all_words_is_enough() -> None:
    text = f"香港。{FILLER * 20}通关。{FILLER * 20}香港的通关。{FILLER * 20}"
    [shown] = show(text, "香港 通关", 60)
    assert "[香港]的[通关]" in shown


def test_words_far_apart_have_a_fragment_each_in_the_order_of_the_text() -> None:
    text = f"{FILLER * 20}通关。{FILLER * 20}香港。{FILLER * 20}论坛。{FILLER * 20}经济。"
    shown = show(text, "香港 通关 论坛 经济", 60)
    assert [re.findall(r"\[(.*?)\]", fragment) for fragment in shown] == [["通关"], ["香港"], ["论坛"]]


def test_lines_become_one() -> None:
    assert show("第一行\n香港\r\n\t第三行\n", "香港") == ["第一行 [香港]   第三行"]


def test_white_space_around_a_fragment_is_dropped() -> None:
    assert show("\n\n  香港\u3000\n", "香港") == ["[香港]"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("香港" * 150_000, "香港"),
        ("，" * 300_000, '"香，港"'),
        ("香" + "，" * 300_000, '"香，港"'),
        ("香 " * 150_000, '"香香香，港"'),
        ("a" * 300_000, "a"),
        ("1" * 300_000 + "香港", "香港"),
        (" " * 300_000 + "香港", "香港"),
        ("國\u200b" * 150_000, "国 港"),
        (f"{FILLER}香港{FILLER}通关" * 15_000, "香港 通关 论坛"),
    ],
)
def test_a_large_text_takes_no_longer_than_its_size(text: str, query: str) -> None:
    found = snippets(text, parse(query).needles, 120)
    assert len(found) <= 3
    assert sum(len(snippet.text) for snippet in found) <= 240


WORDS = ("香港", "國際", "通关", "Ｃｈｉｎａ", "iPhone15", "don't", "中", "国", "ｶﾞ")
BETWEEN = ("。", "，", " ", "\n", "-", "的", "一句话", "some words ", "\u200b", "", "\n\n", "：", "e\u0301", "👩‍👩‍👧")
prose = st.lists(st.sampled_from(WORDS + BETWEEN * 2), max_size=60).map("".join)
PHRASES = ('"香港通关"', '"中国"', '"香港，通关"')
queries = st.lists(st.sampled_from(WORDS + PHRASES), min_size=1, max_size=4).map(" ".join)


def check(text: str, query: str, chars: int, found: Sequence[Snippet]) -> None:
    needles = parse(query).needles
    wanted = {unit for needle in needles for unit in needle.units}
    line = re.sub(r"\s", " ", text)
    at = 0
    for snippet in found:
        at = line.index(snippet.text, at) + len(snippet.text)  # in the order of the text, not overlapping
        ends = [0, *(place for span in snippet.spans for place in span), len(snippet.text)]
        assert ends == sorted(ends)
        assert all(before < after for before, after in zip(ends[2::2], ends[3:-1:2], strict=False))  # joined
        for start, end in snippet.spans:
            assert set(units(fold(snippet.text[start:end])).texts) <= wanted
    longest = max((end - start for start, end in spans(text, needles)), default=0)
    assert len(found) <= 3
    assert sum(len(snippet.text) for snippet in found) <= max(2 * chars, 1) + 3 * longest


def test_no_characters_are_no_snippets() -> None:
    assert snippets("香港。", parse("香港").needles, 0) == ()


@settings(max_examples=150)
@given(prose, queries, st.integers(1, 150))
@example("香港。" + FILLER * 20, "香港", 1)
def test_snippets_of_prose(text: str, query: str, chars: int) -> None:
    found = snippets(text, parse(query).needles, chars)
    check(text, query, chars, found)
    assert bool(found) == bool(text)
    assert any(snippet.spans for snippet in found) == bool(spans(text, parse(query).needles))


@settings(max_examples=100)
@given(texts(60), texts(4), st.integers(0, 40))
@example("0\x1f0", "00", 0)
def test_snippets_of_anything(text: str, query: str, chars: int) -> None:
    check(text, query, chars, snippets(text, parse(query).needles, chars))


@settings(max_examples=100)
@given(texts(), st.data())
def test_a_phrase_from_the_text_is_shown_as_it_stands_there(text: str, data: st.DataObject) -> None:
    """Every span, sliced from the original and folded, is the folded phrase, joiners aside."""
    found = units(fold(text))
    assume(found.texts)
    first = data.draw(st.integers(0, len(found.texts) - 1))
    last = data.draw(st.integers(first, min(first + 3, len(found.texts) - 1)))
    phrase = fold(text)[found.starts[first] : found.starts[last] + len(found.texts[last])]
    assume('"' not in phrase)
    needles = parse(f'"{phrase}"').needles
    shown = spans(text, needles)
    assert shown
    wanted = units(phrase).texts
    for start, end in shown:
        there = units(fold(text[start:end])).texts
        assert there[: len(wanted)] == wanted or set(wanted) <= set(there)
