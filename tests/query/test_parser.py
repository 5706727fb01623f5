"""What somebody typed, and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import TRICKY, texts
from whoosh.query import And, Every, Not, NullQuery, Or, Phrase, Query, Term

from searchkit.language import units
from searchkit.language.units import JOINED, PUNCTUATION_GAP, SENTENCE_GAP
from searchkit.query.parser import Needle, ParsedQuery, parse


def read(query: Query) -> str:
    """A query tree as one line: ``香 港`` is a pair, ``国 际·际 论`` pairs in a row, ``t:`` the title."""
    if isinstance(query, And):
        return " & ".join(read(part) for part in query.subqueries)
    if isinstance(query, Not):
        return f"not({read(query.query)})"
    if isinstance(query, Every):
        return "all"
    if query is NullQuery:
        return "none"
    title = "t:" if query.fieldname.startswith("title") else ""
    if isinstance(query, Phrase):
        return title + "·".join(query.words)
    assert isinstance(query, Term)
    return f"source={query.text}" if query.fieldname == "source" else title + query.text


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        # words
        ("病", "病"),
        ("香港", "香 港"),
        ("香港 通关", "香 港 & 通 关"),
        ("香港通关", "香 港 & 通 关"),
        ("國際論壇", "国 际 & 论 坛"),
        ("马克思主义", "马 克·克 思·思 主·主 义"),
        ("Ｃｈｉｎａ", "china"),
        ("iPhone15", "iphone 15"),
        ("iPhone15新机", "iphone 15 & 新 机"),
        ("C++", "c +·+ +"),
        ("AT&T", "at &·& t"),
        ("3.6.3", "3 6·6 3"),
        ("COVID-19", "covid 19"),
        ("北京，上海。", "北 京 & 上 海"),
        ("title:", "title"),
        ("author:张三", "author & 张 三"),
        ("http://a.b", "http & a b"),
        # phrases
        ('"香港通关"', "香 港·港 通·通 关"),
        ('"香港" 通关', "香 港 & 通 关"),
        ("“香港通关”", "香 港·港 通·通 关"),
        ("「香港通关」", "香 港·港 通·通 关"),
        ('"病"', "病"),
        ('"中国—东盟"', "中 国·国 东·东 盟"),
        ('"iphone 15"', "iphone 15"),
        ('"香港 通关', "香 港 & 通 关"),
        ('香港"通关', "香 港 & 通 关"),
        ('香港""通关', "香 港 & 通 关"),
        # without
        ("经济 -中国", "经 济 & not(中 国)"),
        ("经济 －中国", "经 济 & not(中 国)"),
        ("经济 −中国", "经 济 & not(中 国)"),
        ("经济\u3000-中国", "经 济 & not(中 国)"),
        ("经济 -香港通关", "经 济 & not(香 港 & 通 关)"),
        ('经济 -"香港通关"', "经 济 & not(香 港·港 通·通 关)"),
        ("经济-中国", "经 济 & 中 国"),
        ("经济 - 中国", "经 济 & 中 国"),
        ("经济 --中国", "经 济 & 中 国"),
        ("-中国", "all & not(中 国)"),
        ("-中国 -香港", "all & not(中 国) & not(香 港)"),
        ('-"" 经济', "经 济"),
        ("-。 经济", "经 济"),
        # fields
        ("title:香港", "t:香 港"),
        ("TITLE：香港", "t:香 港"),
        ('title:"香港通关"', "t:香 港·港 通·通 关"),
        ("-title:香港", "all & not(t:香 港)"),
        ("经济 title:香港 通关", "经 济 & t:香 港 & 通 关"),
        ("source:联合早报", "source=联合早报"),
        ("source:聯合早報", "source=联合早报"),
        ('source:"BBC 中文"', "source=bbc 中文"),
        ("-source:BBC", "all & not(source=bbc)"),
        # nothing to look for
        ("", "all"),
        (" \u3000\n", "all"),
        ("，。！", "none"),
        ('"', "none"),
        ('""', "none"),
        ("-", "none"),
        ("\u200b", "all"),
    ],
)
def test_meaning(query: str, meaning: str) -> None:
    assert read(parse(query).match) == meaning


def test_the_query_stays_as_it_was_typed() -> None:
    assert parse("國際　Ａ").text == "國際　Ａ"


@pytest.mark.parametrize(
    ("query", "needles"),
    [
        ("香港 香港", [Needle(("香", "港"), (JOINED,))]),
        ("title:香港", [Needle(("香", "港"), (JOINED,), title_only=True)]),
        ("经济 -中国 source:BBC", [Needle(("经", "济"), (JOINED,))]),
        ('"北京。上海"', [Needle(("北", "京", "上", "海"), (JOINED, SENTENCE_GAP, JOINED))]),
        ('"北京，上"', [Needle(("北", "京", "上"), (JOINED, PUNCTUATION_GAP))]),
        ("", []),
    ],
)
def test_what_is_highlighted(query: str, needles: list[Needle]) -> None:
    assert list(parse(query).needles) == needles


def weights(query: str) -> dict[tuple[str, str], float]:
    score = parse(query).score
    assert isinstance(score, Or)
    return {(term.fieldname, term.text): round(term.boost, 6) for term in score.subqueries}


def test_words_units_and_pairs_rank_and_the_title_a_little_more() -> None:
    assert weights("香港") == {
        ("words", "香港"): 1.0,
        ("units", "香"): 0.5,
        ("units", "港"): 0.5,
        ("pairs", "香 港"): 0.7,
        ("title_words", "香港"): 0.1,
        ("title_units", "香"): 0.05,
        ("title_units", "港"): 0.05,
        ("title_pairs", "香 港"): 0.07,
    }


def test_what_is_asked_for_twice_counts_twice() -> None:
    assert weights("病 病")["units", "病"] == 2 * weights("病")["units", "病"]


@pytest.mark.parametrize("query", ["", "-中国", "source:BBC", "。"])
def test_what_is_not_text_to_find_does_not_rank(query: str) -> None:
    assert parse(query).score is NullQuery


OPERATORS = ('"', "-", "title:", "source:", "：", "“", "”", "(", ")", "*", "~", "OR", "\\", "香港", "iPhone15", " ")


def check(query: ParsedQuery) -> None:
    for needle in query.needles:
        assert needle.units
        assert len(needle.gaps) == len(needle.units) - 1
        assert units(" ".join(needle.units)).texts == list(needle.units)
    assert isinstance(query.match, Query)
    assert isinstance(query.score, Query)


@settings(max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(OPERATORS), texts(5)), max_size=20).map("".join))
def test_no_query_is_an_error(text: str) -> None:
    check(parse(text))


@pytest.mark.parametrize("part", [*OPERATORS, ' -"', ' -title:"', "a'", *"㍿ﾞ\u0301\u200b\ud800\n👨", "".join(TRICKY)])
def test_no_long_query_is_an_error(part: str) -> None:
    check(parse(part * (10_000 // len(part))))
