"""Snippets: fragments of the original text that show why a post matched, with spans."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

import pytest
import regex
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit.language import fold, fold_with_offsets, unigrams
from searchkit.language.unigrams import phrase_pattern
from searchkit.model import Snippet
from searchkit.query import compile_query
from searchkit.query.compiled import Needle
from searchkit.query.needles import run_needles
from searchkit.snippets import Highlighter
from searchkit.snippets.clusters import is_cluster_boundary
from searchkit.snippets.folded import folded_texts
from searchkit.snippets.known import KnownFoldings
from searchkit.snippets.matching import finder_of
from searchkit.snippets.occurrences import JoinedTexts
from searchkit.snippets.windows import RUN, best_window

FILLER = "这里是一些别的话。"


def marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with its spans in brackets."""
    for start, end in reversed(spans):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


def show(text: str, query: str, chars: int = 120, title: str = "") -> list[str]:
    compiled = compile_query(query)
    snippets = Highlighter(compiled.needles, run_needles(compiled.in_one_piece)).snippets(text, chars, title)
    return [marked(snippet.text, snippet.spans) for snippet in snippets]


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("在國際論壇上", "国际论坛", "在[國際論壇]上"),
        ("在国际论坛上", "國際", "在[国际]论坛上"),
        ("在國\u200b際論壇上", "国际", "在[國\u200b際]論壇上"),
        ("葛\U000e0100城", "葛", "[葛\U000e0100]城"),
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


def test_needles_of_the_title_field_are_highlighted_in_titles() -> None:
    needles = compile_query("title:香港 通关").needles
    assert marked("香港通關在即", Highlighter(needles).spans("香港通關在即")) == "[香港通關]在即"


@pytest.mark.parametrize("text", ["", " ", "\n\u3000\n"])
def test_a_blank_text_has_no_snippet(text: str) -> None:
    assert Highlighter(compile_query("香港").needles).snippets(text, 120) == ()


@pytest.mark.parametrize("query", ["香港", "title:这里", "", "-香港"])
def test_a_body_without_matches_shows_its_beginning(query: str) -> None:
    assert show(FILLER * 30, query, 30) == [FILLER * 3]


def test_a_fragment_begins_and_ends_at_sentence_boundaries() -> None:
    text = FILLER * 20 + "昨天在香港开会。" + FILLER * 20
    [shown] = show(text, "香港", 60)
    assert "昨天在[香港]开会。" in shown
    assert re.fullmatch(rf"({FILLER})*昨天在\[香港\]开会。({FILLER})*", shown)


def test_a_long_sentence_is_cut_at_clause_boundaries() -> None:
    clause = "又有一个分句"
    [shown] = show(f"{clause}，" * 30 + "香港开会，" + f"{clause}，" * 30, "香港", 60)
    assert re.fullmatch(rf"({clause}，)+\[香港\]开会(，{clause})*", shown)


def test_no_latin_word_is_cut() -> None:
    words = " ".join(["internationalization"] * 30)
    for chars in range(20, 120, 7):
        [shown] = show(f"{words} 香港 {words}", "香港", chars)
        assert set(shown.split()) <= {"internationalization", "[香港]"}


def test_no_url_is_cut() -> None:
    url = "https://example.com/a/long-path?with=parameters&more"
    for chars in range(60, 120, 7):
        [shown] = show(f"见{url}香港{url}", "香港", chars)
        assert set(re.split(r"见|\[香港\]", shown)) <= {"", url}


def test_no_date_is_cut() -> None:
    for chars in range(14, 60):
        [shown] = show("从2021年11月8日" * 9 + "在香港" + "到2022年3月25日" * 9, "香港", chars)
        assert re.fullmatch("(从?2021年11月8日|从)*在?\\[香港\\](到2022年3月25日|到)*", shown)


def test_a_horizontal_rule_is_a_boundary() -> None:
    assert show(f"{FILLER * 9}-----------香港--------{FILLER * 9}", "香港", 12) == ["[香港]"]


def test_an_unfinished_fragment_ends_before_its_comma() -> None:
    assert show("昨天在香港开会，" + "又有一个很长的分句" * 9, "香港", 12) == ["昨天在[香港]开会"]


def test_a_fragment_does_not_begin_with_punctuation_of_the_text_before_it() -> None:
    [shown] = show(f"{FILLER * 20}「他说」……』，香港开会。", "香港", 12)
    assert shown == "[香港]开会。"
    assert show("- 香港", "香港") == ["[香港]"]
    assert show("-5度的香港", "香港") == ["-5度的[香港]"]


def test_signs_at_the_beginning_that_match_are_shown() -> None:
    assert "[###] 目录" in show(f"{FILLER * 9}\n### 目录\n{FILLER * 9}", '"##"')[0]


def test_a_fragment_does_not_extend_beyond_a_long_paragraph() -> None:
    paragraph = "昨天在香港开会，" + "后来又说了很多话，" * 5 + "就这样。"
    assert show(f"小标题\n{paragraph}\n{FILLER * 9}", "香港", 80) == [marked(paragraph, [(3, 5)])]
    assert show(f"小标题\n昨天在香港开会\n{FILLER * 9}", "香港", 40) == [f"昨天在[香港]开会 {FILLER * 3}"]


def test_near_matches_are_shown_together_across_paragraphs() -> None:
    assert show(f"{FILLER * 9}昨天香港。\n通关了。{FILLER * 9}", "香港 通关", 10) == ["昨天[香港]。 [通关]了。"]


def test_no_match_is_cut() -> None:
    for chars in range(2, 30):
        for shown in show("国际香港国际香港国际" * 9, '"香港国际香港国际香港" 香港', chars):
            assert shown.replace("[", "").replace("]", "").strip("国际").startswith("香港")


def test_a_line_that_repeats_the_title_is_not_shown_again() -> None:
    text = f"香港通关\n{FILLER * 3}\n今天香港下雨。"
    assert show(text, "香港", 12, "香港通关") == ["今天[香港]下雨。"]
    assert show(text, "通关", 12, "香港通关")[0].startswith("香港[通关]")
    assert show(text, "经济", 9, "香港通关") == [FILLER]
    assert show("香港通关\n今天香港下雨。", "香港", 60, "香港通关") == ["今天[香港]下雨。"]
    assert show("香港通关\n", "经济", 9, "香港通关") == ["香港通关"]


def test_fragments_are_not_chosen_by_frequent_single_characters() -> None:
    text = f"我的和他的都是在这里的。{FILLER * 20}香港的经济。{FILLER * 20}"
    assert "[香港的经济]" in show(text, "香港 的 经济 是 在 和 这 里", 40)[0]


def test_a_frequent_single_character_is_shown_if_nothing_else_matches() -> None:
    assert show("的" * 500, "的", 20) == [f"[{'的' * 20}]"]


def test_near_fragments_are_merged() -> None:
    text = f"{FILLER * 20}香港开会。{FILLER * 4}通关了。{FILLER * 20}"
    [shown] = show(text, "香港 通关", 120)
    assert f"[香港]开会。{FILLER * 4}[通关]了。" in shown


def test_one_fragment_with_all_words_is_enough() -> None:
    text = f"香港。{FILLER * 20}通关。{FILLER * 20}香港的通关。{FILLER * 20}"
    [shown] = show(text, "香港 通关", 60)
    assert "[香港]的[通关]" in shown


def test_words_far_apart_have_a_fragment_each_in_the_order_of_the_text() -> None:
    text = f"{FILLER * 20}通关。{FILLER * 20}香港。{FILLER * 20}论坛。{FILLER * 20}经济。"
    shown = show(text, "香港 通关 论坛 经济", 60)
    assert [re.findall(r"\[(.*?)\]", fragment) for fragment in shown] == [["通关"], ["香港"], ["论坛"]]


def test_the_shortest_window_with_most_needles_is_best() -> None:
    matches = [(0, 2, 0), (20, 22, 0), (23, 25, 1), (30, 32, 1)]
    assert best_window(matches, [8, 8], 40).matches == matches[1:3]
    assert best_window(matches, [8, 8], 2).matches == matches[:1]


def test_a_window_with_a_run_is_best_even_if_another_has_more_words() -> None:
    matches = [(0, 2, 0), (3, 5, 1), (6, 8, 2), (100, 102, 0), (100, 104, 3), (102, 104, 1)]
    assert best_window(matches, [8, 8, 8, RUN], 40).matches == matches[3:]
    assert best_window(matches, [8, 8, 8, 1], 40).matches == matches[:3]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("香港政治", "后来[香港政治]变了。"),
        ("香港的政治", "谈到[香港的政治]。"),
        ("香港 政治", "后来[香港政治]变了。"),  # typed apart: the nearest
        ("「香港的政治」", "谈到[香港的政治]。"),
        ("title:x 香港政治", "后来[香港政治]变了。"),
    ],
)
def test_what_was_typed_in_one_piece_is_shown_in_one_piece(query: str, shown: str) -> None:
    text = f"[香港]。[政治]在。{FILLER * 9}后来香港政治变了。{FILLER * 9}谈到香港的政治。{FILLER * 9}的的的的的的的的的"
    assert show(text.replace("[", "").replace("]", ""), query, 12) == [shown]


def test_a_run_of_single_characters_is_shown_in_one_piece() -> None:
    assert show(f"{'装了又上。' * 20}后来装上了。{'装了又上。' * 9}", "装上", 6) == ["后来[装上]了。"]


def test_a_run_and_a_word_far_from_it_have_a_fragment_each() -> None:
    text = f"香港。政治。经济。{FILLER * 20}香港政治。{FILLER * 20}"
    shown = show(text, "香港政治 经济", 60)
    assert [re.findall(r"\[(.*?)\]", fragment) for fragment in shown] == [["香港", "政治", "经济"], ["香港政治"]]


def test_a_single_character_far_from_the_other_word_has_a_fragment_unless_it_serves_grammar() -> None:
    text = f"{FILLER * 20}润是什么。{FILLER * 20}日本的事。{FILLER * 20}"
    assert [re.findall(r"\[(.*?)\]", fragment) for fragment in show(text, "润 日本", 60)] == [["润"], ["日本"]]
    other = "又说别话。"
    text = f"{other * 20}谁的。{other * 30}日本。{other * 20}"
    assert [re.findall(r"\[(.*?)\]", fragment) for fragment in show(text, "的 日本", 60)] == [["日本"]]


@pytest.mark.parametrize(
    ("text", "chars", "goes_on"),
    [
        ("昨天在香港开会", 120, False),  # the whole text
        ("昨天在香港开会，", 120, False),
        ("标题：香港\n正文", 5, False),  # a whole line
        ("昨天在香港开会。又有一个分句", 8, False),  # a whole sentence
        ("昨天在香港开会，又有一个很长的分句", 12, True),
        ("in Hong Kong 香港 and more of it", 16, True),
    ],
)
def test_a_snippet_goes_on_where_its_sentence_is_cut(text: str, chars: int, goes_on: bool) -> None:
    [snippet] = Highlighter(compile_query("香港").needles).snippets(text, chars)
    assert snippet.goes_on == goes_on


def test_a_snippet_is_one_line() -> None:
    assert show("第一行\n香港\r\n\t第三行\n", "香港") == ["第一行 [香港]   第三行"]


def test_white_space_around_a_fragment_is_removed() -> None:
    assert show("\n\n  香港\u3000\ufeff\n", "香港") == ["[香港]"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("香港" * 150_000, "香港"),
        ("，" * 300_000, '"香，港"'),
        ("香" + "，" * 300_000, '"香，港"'),
        ("香 " * 150_000, '"香香香，港"'),
        ("a" * 300_000, "a"),
        ("1" * 300_000 + "香港", "香港"),
        ("香港" + "-" * 90 + "。" + "=" * 300_000, "香港"),
        (" " * 300_000 + "香港", "香港"),
        ("國\u200b" * 150_000, "国 港"),
        (f"{FILLER}香港{FILLER}通关" * 15_000, "香港 通关 论坛"),
    ],
)
def test_snippets_of_large_texts(text: str, query: str) -> None:
    snippets = Highlighter(compile_query(query).needles).snippets(text, 120)  # quadratic time would be hours
    assert len(snippets) <= 3
    assert sum(len(snippet.text) for snippet in snippets) <= 120


WORDS = ("香港", "國際", "通关", "Ｃｈｉｎａ", "iPhone15", "don't", "中", "国", "ｶﾞ")
SEPARATORS = (
    "。",
    "，",
    " ",
    "\n",
    "-",
    "的",
    "一句话",
    "some words ",
    "\u200b",
    "",
    "\n\n",
    "：",
    "e\u0301",
    "👩‍👩‍👧",
)
COMPOSED = ("🇭🇰", "👍🏽", "3️⃣", "葛\U000e0100", "\ud83d\ude00", "นี้", "각", "क्षि")
prose = st.lists(st.sampled_from(WORDS + SEPARATORS * 2 + COMPOSED), max_size=60).map("".join)
PHRASES = ('"香港通关"', '"中国"', '"香港，通关"')
queries = st.lists(st.sampled_from(WORDS + PHRASES), min_size=1, max_size=4).map(" ".join)


def check(text: str, query: str, chars: int, snippets: Sequence[Snippet]) -> None:
    """Assert the laws that hold for the snippets of any text."""
    needles = compile_query(query).needles
    highlighted = {unigram for needle in needles for unigram in needle.unigrams}
    line = re.sub(r"\s", " ", text)
    at = 0
    for snippet in snippets:
        at = line.index(snippet.text, at) + len(snippet.text)  # in the order of the text, not overlapping
        ends = [0, *(place for span in snippet.spans for place in span), len(snippet.text)]
        assert ends == sorted(ends)
        assert all(before < after for before, after in zip(ends[2::2], ends[3:-1:2], strict=False))  # merged
        for start, end in snippet.spans:
            span = snippet.text[start:end]
            if all(len(unigrams(fold(character)).texts) < 2 for character in span):  # ¾ is 3 and 4, in one piece
                assert set(unigrams(fold(span)).texts) <= highlighted
        assert "|".join(["", *clusters(snippet.text), ""]) in "|".join(["", *clusters(line), ""])
    boundaries = [0, *accumulate(map(len, clusters(text)))]
    matches = [span for needle in needles for span in Highlighter([needle]).spans(text)]
    limits = [max(chars, *map(len, clusters(text)), 0)]
    for start, end in matches:
        limits.append(boundaries[bisect_left(boundaries, end)] - boundaries[bisect_right(boundaries, start) - 1])
    assert len(snippets) <= 3
    assert sum(len(snippet.text) for snippet in snippets) <= max(limits)


@given(st.lists(texts(), max_size=4), texts(10))
@example(["甲", "甲。甲"], '"甲。甲"')
def test_titles_are_searched_as_one_as_each_alone(titles: list[str], query: str) -> None:
    highlighter = Highlighter(compile_query(query).needles)
    assert highlighter.spans_of_each(titles) == [highlighter.spans(title) for title in titles]


LONG = " ".join(f"{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 2)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (f"x {LONG} y", ((2, 2 + len(LONG)),)),
        (f"x{LONG} y", ()),
        (f"x {LONG}y", ()),
        (LONG.replace("mm nn", "mmnn"), ()),
        (LONG.replace("mm nn", "mm。nn"), ()),
        (LONG.replace("mm nn", "mm-nn"), ((0, len(LONG)),)),
    ],
)
def test_a_long_quoted_text_is_found_whole(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert Highlighter(compile_query(f'"{LONG}"').needles).spans(text) == spans


def clusters(text: str) -> list[str]:
    """Extended grapheme clusters according to the package regex; two surrogates are one cluster."""
    found: list[str] = regex.findall("[\ud800-\udbff][\udc00-\udfff]|\\X", text)
    return found


def test_zero_characters_return_no_snippets() -> None:
    assert Highlighter(compile_query("香港").needles).snippets("香港。", 0) == ()


@settings(max_examples=150)
@given(prose, queries, st.integers(1, 150))
@example("香港。" + FILLER * 20, "香港", 1)
@example("香港。" + FILLER * 20 + "中国", "香港 中国", 3)
def test_snippets_of_prose(text: str, query: str, chars: int) -> None:
    snippets = Highlighter(compile_query(query).needles).snippets(text, chars)
    check(text, query, chars, snippets)
    assert bool(snippets) == bool(text.strip())
    assert any(snippet.spans for snippet in snippets) == bool(Highlighter(compile_query(query).needles).spans(text))


@settings(max_examples=100)
@given(texts(60), texts(4), st.integers(0, 40))
@example("0\x1f0", "00", 0)
@example("¾", "3", 1)
def test_snippets_of_any_text(text: str, query: str, chars: int) -> None:
    assume("Cn" not in map(unicodedata.category, text))  # regex and Python have different versions of Unicode
    check(text, query, chars, Highlighter(compile_query(query).needles).snippets(text, chars))


@settings(max_examples=50)
@given(st.lists(texts(30), max_size=4), texts(4), st.integers(0, 40))
@example(["香港。1", "234香港"], "香港", 20)
def test_the_snippets_of_several_texts_are_those_of_each(bodies: list[str], query: str, chars: int) -> None:
    highlighter = Highlighter(compile_query(query).needles)
    alone = [highlighter.snippets(body, chars, "香港") for body in bodies]
    assert list(highlighter.snippets_of_each(bodies, chars, ["香港"] * len(bodies))) == alone


@settings(max_examples=100)
@given(st.lists(st.sampled_from(("word", "internationalization", "don't", "3.6", "香港", "，", "。")), max_size=40))
def test_words_are_never_cut(words: list[str]) -> None:
    for snippet in Highlighter(compile_query("香港 word").needles).snippets(" ".join(words), 25):
        assert set(snippet.text.split()) <= set(words)


@settings(max_examples=200)
@given(texts())
@example("🇭🇰🇭🇰🇭🇰🇭")
def test_no_boundary_is_inside_a_grapheme_cluster(text: str) -> None:
    assume("Cn" not in map(unicodedata.category, text))  # regex and Python have different versions of Unicode
    boundaries = {0, *accumulate(map(len, clusters(text)))}
    assert {at for at in range(len(text) + 1) if is_cluster_boundary(text, at)} <= boundaries


def test_ordinary_characters_are_separate_clusters() -> None:
    text = "香港，abc 1２👍🇭🇰カ"
    assert [text[at] for at in range(len(text)) if not is_cluster_boundary(text, at)] == ["🇰"]


@settings(max_examples=200)
@given(st.lists(texts(12), max_size=4))
@example(["e\u0301", "12,345", "国\u0301"])
def test_texts_that_are_folded_together_have_the_same_text_and_offsets(parts: list[str]) -> None:
    text = ("港" * 63).join(["", *parts, "港"])
    (*_, lazy, _), eager = folded_texts([*parts, text, "\u0301"]), fold_with_offsets(text)
    assert lazy.text == eager.text
    for at, char in enumerate(eager.text):
        start, end = lazy.original_span(at, at + 1)
        first, last = eager.original_span(at, at + 1)
        assert first <= start < end
        assert char in fold(text[start : min(end, last)])
        assert fold(text[last:end]) == ""


def test_foldings_are_kept_for_the_next_query_within_a_bound() -> None:
    known = KnownFoldings(100)
    first, large = known.of(["國際", "論" * 20])
    assert known.of(["國際"]) == [first]
    assert known.of(["論" * 20]) != [large]
    for text in map(str, range(100, 150)):
        known.of([text])
    assert known.of(["國際"]) != [first]


@settings(max_examples=100)
@given(texts(), st.data())
def test_a_phrase_of_the_text_is_highlighted(text: str, data: st.DataObject) -> None:
    """Every span, sliced from the original and folded, is the folded phrase, joiners aside."""
    grams = unigrams(fold(text))
    assume(grams.texts)
    first = data.draw(st.integers(0, len(grams.texts) - 1))
    last = data.draw(st.integers(first, min(first + 3, len(grams.texts) - 1)))
    phrase = fold(text)[grams.starts[first] : grams.starts[last] + len(grams.texts[last])]
    assume('"' not in phrase)
    assume(unigrams(phrase).texts == grams.texts[first : last + 1])  # a sign alone is punctuation
    needles = compile_query(f'"{phrase}"').needles
    assume(needles)  # the sign of .NET is none without its word
    spans = Highlighter(needles).spans(text)
    assert spans
    expected = unigrams(phrase).texts
    for start, end in spans:
        highlighted = unigrams(fold(text[start:end])).texts
        assert highlighted[: len(expected)] == expected or set(expected) <= set(highlighted)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("kube*", "說Kubernetes與kube-proxy，不是akube", ["Kubernetes", "kube"]),
        ("*netes", "Kubernetes", ["Kubernetes"]),
        ("*bern*", "Ｋubernetes", ["Ｋubernetes"]),
        ("iphone1*", "iPhone 15与iPhone", ["iPhone 15"]),
        ("人工*", "人工智慧", ["人工"]),
    ],
)
def test_the_expansions_of_a_wildcard_are_highlighted(query: str, text: str, shown: list[str]) -> None:
    assert [text[start:end] for start, end in Highlighter(compile_query(query).needles).spans(text)] == shown


CAPTION = "[雨后的荷花]\n昨天去看雨后的荷花，开得正好。\n[雨后的荷塘]"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("荷花", "昨天去看雨后的[荷花]，开得正好。"),
        ("荷塘", "[雨后的[荷塘]]"),
        ("不在其中", "昨天去看雨后的荷花，开得正好。"),
    ],
)
def test_prose_is_shown_before_captions(query: str, shown: str) -> None:
    (snippet, *_) = Highlighter(compile_query(query).needles).snippets(CAPTION, 20)
    text = snippet.text
    for start, end in reversed(snippet.spans):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    assert text.strip("[]") == shown.strip("[]")


def test_the_indentation_of_code_moves_no_highlight() -> None:
    body = "甲\nif a:\n    香港 = 1\n\n    b"
    (snippet,) = Highlighter(compile_query("香港").needles).snippets(body, 100)
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["香港"]


def test_a_long_text_is_highlighted_only_where_it_stands_without_a_stop() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E30)))
    highlighter = Highlighter(compile_query(f'"{text}"').needles)
    assert highlighter.spans_within(f"前{text[:20]}\n{text[20:]}后") == ()
    assert highlighter.spans_within(f"前{text[:20]} {text[20:]}后") == ((1, 2 + len(text)),)


@given(st.text("京上京 -·_.。", min_size=1, max_size=6).map("".join), st.text("京上 -·_.。,5a", max_size=30))
@example("京上", "京。上京 -上京..上京")
def test_han_characters_are_found_as_a_pattern_finds_them(needle: str, text: str) -> None:
    found = unigrams(needle)
    assume(found.texts and not any(found.gaps[:-1]))
    pattern = phrase_pattern(tuple(found.texts), tuple(found.gaps[:-1]))
    finder = finder_of(Needle(tuple(found.texts), tuple(found.gaps[:-1])))
    for followed in (text, text + "。" * 1_500):
        places = (pattern.match(followed, at) for at in range(len(text)))
        spans = [place.span() for place in places if place]
        assert finder.find_all(followed, 0, len(followed)) == spans
        for one in JoinedTexts([followed, followed]).occurrences([finder]):
            assert one.within(0, len(followed)) == spans
