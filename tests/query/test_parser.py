"""What somebody typed, and what they mean."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import TRICKY, texts
from whoosh.query import And, DateRange, Every, FuzzyTerm, Not, NullQuery, Or, Phrase, Prefix, Query, Term, Wildcard
from whoosh.query.spans import SpanNear2

from searchkit.language import unigrams
from searchkit.language.unigrams import JOINED, PUNCTUATION_GAP, SENTENCE_GAP
from searchkit.query.nodes import InBody, Near, Pinyin
from searchkit.query.parser import Needle, ParsedQuery, parse

TODAY = dt.date(2022, 3, 16)  # a Wednesday


def read(query: Query) -> str:
    """A query tree as one line: ``香 港`` is a bigram, ``国 际·际 论`` bigrams in a row, ``t:`` the title."""
    match query:
        case And():
            return " & ".join(read(part) for part in query.subqueries if not isinstance(part, Every))
        case Or():
            return f"({' | '.join(map(read, query.subqueries))})"
        case Not():
            return f"not({read(query.query)})"
        case Every():
            return "all"
        case DateRange():
            ends = (query.startdate, query.enddate)
            return "..".join("" if end is None else f"{end:%Y-%m-%d}" for end in ends)
        case InBody():
            return f"body({read(query.child)})"
        case Pinyin():
            return f"pinyin({query.text})"
        case SpanNear2():
            return "+".join("?" if isinstance(part, Or) else read(part) for part in query.qs)
        case Near():
            near = f"near{query.between}({', '.join(' '.join(needle.unigrams) for needle in query.needles)})"
            return f"body({near})" if query.in_body else near
    if query is NullQuery:
        return "none"
    field = {"title": "t:", "source": "source=", "tag": "tag=", "path": "path=", "url": "url="}
    name = field.get(query.fieldname.partition("_")[0], "")
    match query:
        case Phrase():
            return name + "·".join(query.words)
        case FuzzyTerm():
            return f"{name}{query.text}~{query.maxdist}"
        case Prefix():
            return f"{name}{query.text}*"
        case Wildcard() | Term():
            return name + query.text
    raise AssertionError(query)


def meaning(query: str) -> str:
    """The words of a query, and after a bar what every post must have."""
    parsed = parse(query, TODAY)
    wanted = ", ".join(read(word.query) for word in parsed.words) + ("?" if parsed.question else "")
    required = "" if isinstance(parsed.match, Every) else read(parsed.match)
    return f"{wanted} || {required}".strip(" ")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("病", "病"),
        ("香港", "香 港"),
        ("香港 通关", "香 港, 通 关"),
        ("香港　通关", "香 港, 通 关"),
        ("香港通关安排", "香 港, 通 关, 安 排"),
        ("國際論壇", "国 际, 论 坛"),
        ("马克思主义", "马 克·克 思·思 主·主 义"),
        ("Ｃｈｉｎａ", "china"),
        ("iPhone15", "iphone 15"),
        ("iPhone15新机", "iphone 15, 新 机"),
        ("C++", "c +·+ +"),
        ("AT&T", "at &·& t"),
        ("3.6.3", "3 6·6 3"),
        ("COVID-19", "covid 19"),
        ("北京，上海。", "北 京, 上 海"),
        ("宝马(进口)", "宝 马, 进 口"),
        ("经济-中国", "经 济, 中 国"),
        ("经济 - 中国", "经 济, 中 国"),
        ("经济 --中国", "经 济, 中 国"),
        ("a + b", "a, +, b"),
        ("香港 香港", "香 港"),
        ("http://a.b", "http, a b"),
        # function words
        ("的", "的"),
        ("香港的未来", "香 港, 未 来"),
        ("the history of china", "history, china"),
        ("IT 行业", "it, 行 业"),
        ("涛之雨", "涛, 之 雨"),
        # brackets change nothing by themselves
        ("(香港 通关)", "香 港, 通 关"),
        ("（香港）通关", "香 港, 通 关"),
        # other spellings
        ("软件", "(软 件 | 软 体)"),
        ("人工智慧", "(人 工·工 智·智 慧 | 人 工·工 智·智 能)"),
        ("三十五人", "(三 十·十 五·五 人 | 35 人)"),
        # words for a time are words
        ("去年", "去 年"),
        ("最近7天", "最 近, (7 天 | 七 天)"),
        # stars and tildes
        ("人工*", "人工*"),
        ("人工＊", "人工*"),
        ("*时代", "*时代"),
        ("kube*", "kube*"),
        ("*net*", "*net*"),
        ("*时代*", "时 代"),
        ("iphone1*", "iphone 1*"),
        ("香港通关*", "(香港通关* | 香 港·港 通·通 关)"),
        ("kubernets~1", "kubernets~1"),
        ("kubernets～２", "kubernets~2"),
        ("hello~", "hello"),
        # nothing to look for
        ("", ""),
        (" \u3000\n", ""),
        ("\u200b", ""),
    ],
)
def test_words(query: str, words: str) -> None:
    assert meaning(query) == f"{words} ||".strip()


@pytest.mark.parametrize(
    ("query", "required"),
    [
        # exact texts
        ('"香港通关"', "香 港·港 通·通 关"),
        ("“香港通关”", "香 港·港 通·通 关"),
        ("「香港通关」", "香 港·港 通·通 关"),
        ('"病"', "病"),
        ('"中国—东盟"', "中 国·国 东·东 盟"),
        ('"iphone 15"', "iphone 15"),
        ('"软件"', "软 件"),
        ('"三十五人"', "三 十·十 五·五 人"),
        ('"甲方 签约"~5', "near5(甲 方, 签 约)"),
        ("“甲方　签约”～５", "near5(甲 方, 签 约)"),
        ('"甲方签约"~5', "甲 方·方 签·签 约"),
        # without
        ("-中国", "not(中 国)"),
        ("-中国 -香港", "not(中 国) & not(香 港)"),
        ("－中国", "not(中 国)"),
        ("−中国", "not(中 国)"),
        ("NOT 中国", "not(中 国)"),
        ("-香港通关", "not(香 港 & 通 关)"),
        ('-"香港通关"', "not(香 港·港 通·通 关)"),
        ("-(香港 OR 台湾)", "not((香 港 | 台 湾))"),
        # must
        ("+香港", "香 港"),
        ("＋香港", "香 港"),
        ("+香港通关", "香 港 & 通 关"),
        # operators
        ("荷花 OR 梅花", "(荷 花 | 梅 花)"),
        ("荷花 ＯＲ 梅花", "(荷 花 | 梅 花)"),
        ("荷花 或 梅花", "(荷 花 | 梅 花)"),
        ("荷花 | 梅花", "(荷 花 | 梅 花)"),
        ("荷花|梅花", "(荷 花 | 梅 花)"),
        ("荷花 AND 梅花", "荷 花 & 梅 花"),
        ("a AND b OR c", "(a & b | c)"),
        ("a AND (b OR c)", "a & (b | c)"),
        ("a AND NOT b", "a & not(b)"),
        ("a OR (b c)", "(a | b & c)"),
        # fields
        ("title:香港", "t:香 港"),
        ("TITLE：香港", "t:香 港"),
        ("標題：香港", "t:香 港"),
        ('标题:"香港通关"', "t:香 港·港 通·通 关"),
        ("-title:香港", "not(t:香 港)"),
        ("title:(香港 OR 台湾)", "(t:香 港 | t:台 湾)"),
        ("title:香*", "t:香*"),
        ("body:香", "body(香)"),
        ("正文：香港", "body(香 港)"),
        ("source:联合早报", "source=联合早报"),
        ("來源：聯合早報", "source=联合早报"),
        ('source:"BBC 中文"', "source=bbc 中文"),
        ("-source:BBC", "not(source=bbc)"),
        ("source:联合*", "source=联合*"),
        ("標籤：*经济", "tag=*经济"),
        ("path:2021/11", "path=*2021/11*"),
        ("路径：2021*", "path=2021*"),
        ("url:a.com/?p=1", "url=*a.com/?p=1*"),
        ("網址：a.com", "url=*a.com*"),
        ("pinyin:xianggang", "pinyin(xianggang)"),
        # dates
        ("date:2021", "2021-01-01..2021-12-31"),
        ("日期：2021年11月", "2021-11-01..2021-11-30"),
        ("date:2021-11-08", "2021-11-08..2021-11-08"),
        ("date:2021-11..2022-02", "2021-11-01..2022-02-28"),
        ("date:2021..", "2021-01-01.."),
        ("date:..2021", "..2021-12-31"),
        ("date:>2021", "2022-01-01.."),
        ("date:>=2021", "2021-01-01.."),
        ("date:<2021", "..2020-12-31"),
        ("date:＜=2021", "..2021-12-31"),
        ("after:2021-11", "2021-11-01.."),
        ("before:2021-11", "..2021-10-31"),
        ("date:最近7天", "2022-03-10.."),
        ("date:最近三个月", "2021-12-16.."),
        ("date:去年", "2021-01-01..2021-12-31"),
        ("date:上个月", "2022-02-01..2022-02-28"),
        ("date:本月", "2022-03-01..2022-03-31"),
        ("date:今年", "2022-01-01..2022-12-31"),
        ("date:昨天", "2022-03-15..2022-03-15"),
        ("date:上周", "2022-03-07..2022-03-13"),
        ("-date:2021", "not(2021-01-01..2021-12-31)"),
        ("date:(2019 OR 2021)", "(2019-01-01..2019-12-31 | 2021-01-01..2021-12-31)"),
        ("2021-11..2022-02", "2021-11-01..2022-02-28"),
        # nothing to look for
        ("，。！", "none"),
        ('"', "none"),
        ('""', "none"),
        ("-", "none"),
        ("()", "none"),
    ],
)
def test_what_every_post_must_have(query: str, required: str) -> None:
    assert meaning(query) == f"|| {required}"


@pytest.mark.parametrize(
    ("query", "both"),
    [
        ('"香港" 通关', "通 关, 香 港 || 香 港"),
        ("经济 -中国", "经 济 || not(中 国)"),
        ("经济　－中国", "经 济 || not(中 国)"),
        ("+香港 通关", "通 关, 香 港 || 香 港"),
        ("(荷花 或 梅花) 西湖", "西 湖, (荷 花 | 梅 花) || (荷 花 | 梅 花)"),
        ("西湖 荷花 OR 梅花", "西 湖, (荷 花 | 梅 花) || (荷 花 | 梅 花)"),
        ("经济 title:香港 通关", "经 济, 通 关, t:香 港 || t:香 港"),
        ("香港 source:BBC", "香 港 || source=bbc"),
        ("香港 最近7天", "香 港 || 2022-03-10.."),
        ('-"" 经济', "经 济 ||"),
        ("-。 经济", "经 济 ||"),
    ],
)
def test_both(query: str, both: str) -> None:
    assert meaning(query) == both


@pytest.mark.parametrize(
    ("query", "words", "note"),
    [
        ('"香港 通关', "香 港, 通 关", "an unclosed quote was read as if it were not there"),
        ('香港"通关', "香 港, 通 关", "an unclosed quote was read as if it were not there"),
        ("(香港 通关", "香 港, 通 关", "a bracket without its other one was read as if it were not there"),
        ("香港) 通关", "香 港, 通 关", "a bracket without its other one was read as if it were not there"),
        ("AND 香港 OR", "香 港", "an operator with nothing beside it was read as if it were not there"),
        ("author:张三", "author, 张 三", "unknown field author: read as words"),
        ("title: 香港", "title, 香 港", "nothing follows title: directly: read as words"),
        ("date:abc", "date, abc", "abc is no date: read as words"),
        ("date:2021-13", "date, 2021 13", "2021-13 is no date: read as words"),
        ("ab~1", "ab, 1", "ab~1 was read as text: a star or a tilde goes with one word"),
        ("国际~1", "国 际, 1", "国际~1 was read as text: a star or a tilde goes with one word"),
        ("iphone15手机*", "iphone 15, 手 机", "iphone15手机* was read as text: a star or a tilde goes with one word"),
    ],
)
def test_what_is_malformed_is_read_as_words(query: str, words: str, note: str) -> None:
    assert meaning(query) == f"{words} ||"
    assert parse(query).notes == (note,)


def test_operators_alone_are_words() -> None:
    assert meaning("OR") == "or ||"


@pytest.mark.parametrize(
    "query",
    [
        "怎么写周报？",
        "告诉我如何写周报",
        "香港什么时候通关",
        "什么是“小通关”？",
        "how to write a report",
        "时事大家谈：大外宣锁定俄亥俄“毒列车”，北京升高反美宣传？",
        "历史明镜 第117期（胡平 高伐林）| 文革期间公安部长死亡之谜",
    ],
)
def test_a_sentence_requires_nothing(query: str) -> None:
    parsed = parse(query)
    assert parsed.question
    assert isinstance(parsed.match, Every)


@pytest.mark.parametrize(
    "query", ["香港 通关", "香港通关安排", "为什么", "(荷花 或 梅花) 西湖", "英国国会 內閣制民主政體", '"怎么写周报"']
)
def test_keywords_are_no_question(query: str) -> None:
    assert not parse(query).question


def test_a_word_is_as_it_was_typed() -> None:
    assert [word.text for word in parse("國際論壇 Ａ 計程車").words] == ["國際", "論壇", "Ａ", "計程車"]
    assert parse("國際　Ａ").text == "國際　Ａ"


@pytest.mark.parametrize(
    ("query", "needles"),
    [
        ("香港 香港", [Needle(("香", "港"), (JOINED,))]),
        ("title:香港", [Needle(("香", "港"), (JOINED,), title_only=True)]),
        ("经济 -中国 source:BBC", [Needle(("经", "济"), (JOINED,))]),
        ('"北京。上海"', [Needle(("北", "京", "上", "海"), (JOINED, SENTENCE_GAP, JOINED))]),
        ('"北京，上"', [Needle(("北", "京", "上"), (JOINED, PUNCTUATION_GAP))]),
        ("软件", [Needle(("软", "件"), (JOINED,)), Needle(("软", "体"), (JOINED,))]),
        ("人工*", [Needle(("人", "工"), (JOINED,))]),
        ("kube*", [Needle(("kube",), (), open_end=True)]),
        ("title:*netes", [Needle(("netes",), (), title_only=True, open_start=True)]),
        ("-(香港 OR -经济)", [Needle(("经", "济"), (JOINED,))]),
        ("", []),
    ],
)
def test_what_is_highlighted(query: str, needles: list[Needle]) -> None:
    assert list(parse(query).needles) == needles


def weights(query: str) -> dict[tuple[str, str], float]:
    score = parse(query).score
    assert isinstance(score, Or)
    return {(term.fieldname, term.text): round(term.boost, 6) for term in score.subqueries}


def test_words_unigrams_and_bigrams_rank_and_the_title_a_little_more() -> None:
    assert weights("香港") == {
        ("words", "香港"): 1.0,
        ("unigrams", "香"): 0.9,
        ("unigrams", "港"): 0.9,
        ("bigrams", "香 港"): 0.9,
        ("title_words", "香港"): 0.1,
        ("title_unigrams", "香"): 0.09,
        ("title_unigrams", "港"): 0.09,
        ("title_bigrams", "香 港"): 0.09,
    }


def test_what_is_asked_for_twice_counts_twice() -> None:
    assert weights("病 病")["unigrams", "病"] == 2 * weights("病")["unigrams", "病"]


@pytest.mark.parametrize("query", ["", "-中国", "source:BBC", "。"])
def test_what_is_not_text_to_find_does_not_rank(query: str) -> None:
    assert parse(query).score is NullQuery


@pytest.mark.parametrize(
    ("query", "bigram", "ranks"),
    [
        ("香港 通关", "港 通", False),
        ("香港通关", "港 通", True),
        ('"香港 通关"', "港 通", True),
        ("new york", "new york", True),
        ("iphone 15 手机", "15 手", True),
    ],
)
def test_a_space_between_han_characters_is_typed_between_words(query: str, bigram: str, ranks: bool) -> None:
    assert (("bigrams", bigram) in weights(query)) is ranks


def test_a_synonym_ranks_lower_and_another_spelling_as_much() -> None:
    assert weights("软件")["words", "软体"] == 0.3 * weights("软件")["words", "软件"]
    assert weights("35人")["bigrams", "五 人"] == weights("35人")["bigrams", "35 人"]


def test_the_terms_that_rank_are_limited() -> None:
    assert len(weights("".join(map(chr, range(0x4E00, 0x5000))))) <= 6 * 256


def test_what_a_field_must_have_is_asked_once() -> None:
    assert meaning(f"body:({'的，' * 99})") == meaning("body:的")


def test_what_is_highlighted_is_limited() -> None:
    assert len(parse(" ".join(map(chr, range(0x4E00, 0x5000)))).needles) == 256


OPERATORS = (
    *('"', "-", "+", "title:", "source:", "date:", "：", "“", "”", "(", ")", "（", "）", "*", "~", "~1", "|"),
    *(" OR ", " AND ", " NOT ", " 或 ", "..", "去年", "pinyin:", "body:", "path:", "\\"),
    *("香港", "iPhone15", "三十五人", " "),
)


def check(query: ParsedQuery) -> None:
    for needle in query.needles:
        assert needle.unigrams
        assert len(needle.gaps) == len(needle.unigrams) - 1
        assert unigrams(" ".join(needle.unigrams)).texts == list(needle.unigrams)
    assert isinstance(query.match, Query)
    assert isinstance(query.score, Query)
    assert all(word.text for word in query.words)


@settings(max_examples=150)
@given(st.lists(st.one_of(st.sampled_from(OPERATORS), texts(5)), max_size=20).map("".join))
def test_no_query_is_an_error(text: str) -> None:
    check(parse(text))


PIECES = (' -"', ' -title:"', "-(a ", "(a OR ", "(a)", "a* ", "a OR ", '"a b"~5 ', "a'", *"㍿ﾞ\u0301\u200b\ud800\n👨")


@pytest.mark.parametrize("part", [*OPERATORS, *PIECES, "".join(TRICKY)])
def test_no_long_query_is_an_error(part: str) -> None:
    check(parse(part * (10_000 // len(part))))


@pytest.mark.parametrize("part", ["path:{}", "url:{}", "pinyin:{}", "{}*", "*{}", "abc{}~1", '"{} b"~5', "tag:{}*"])
def test_patterns_are_few(part: str) -> None:
    parsed = parse(" ".join(part.format(chr(0x61 + number)) for number in range(20)))
    trees = [parsed.match, *(word.query for word in parsed.words)]
    costly = {leaf for tree in trees for leaf in walked(tree) if isinstance(leaf, COSTLY)}
    assert len([query for query in costly if getattr(query, "fieldname", "") != "bigrams"]) <= 8
    assert any("only the first 8 patterns" in note for note in parsed.notes)


COSTLY = (Prefix, Wildcard, FuzzyTerm, Pinyin)


def walked(query: Query) -> list[Query]:
    return [query, *(found for child in query.children() for found in walked(child))]


def depth(query: Query) -> int:
    return 1 + max(map(depth, query.children()), default=0)


def test_brackets_are_few_deep() -> None:
    query = parse("(a OR " * 200 + "b" + ")" * 200)
    assert depth(query.match) < 50
    assert query.notes == ("brackets more than 32 deep were read as if they were not there",)
