"""What a query asks of an engine: what is required, what is optional, what ranks, what is highlighted."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import assume, given, settings
from strategies import TRICKY
from trees import PIECES, query_strings, trees

from searchkit.language import unigrams
from searchkit.language.identifiers import camel_parts
from searchkit.language.unigrams import JOINED, PUNCTUATION_GAP, SENTENCE_GAP
from searchkit.messages import speaking
from searchkit.query import (
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    New,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
    compile_query,
    parse,
)
from searchkit.query.ast import leaves
from searchkit.query.compiled import CompiledQuery, Needle
from searchkit.query.patterns import write_pattern

TODAY = dt.date(2022, 3, 16)  # a Wednesday


def compiled(query: str) -> CompiledQuery:
    return compile_query(parse(query, TODAY))


def read(query: Query) -> str:
    """A rewritten tree in short: exact texts are in quotes, other forms of a word in brackets."""
    match query:
        case And(parts):
            return " & ".join(map(read, parts))
        case Or(parts):
            return f"({' | '.join(map(read, parts))})"
        case Not(part):
            return f"not({read(part)})"
        case Text(text, field, spellings, synonyms):
            forms = [within(field, form) for form in (text, *spellings, *synonyms)]
            return forms[0] if len(forms) == 1 else f"({' | '.join(forms)})"
        case Phrase(text, field):
            return within(field, f'"{text}"')
        case Near(near, distance, field):
            return within(field, f"near{distance}({', '.join(near)})")
        case Prefix() | Wildcard() | Fuzzy():
            return within(query.field, write_pattern(query))
        case FieldValue(field, value):
            return f"{field}={value}"
        case Pinyin(text):
            return f"pinyin({text})"
        case DateRange(since, until):
            return "..".join("" if end is None else f"{end:%Y-%m-%d}" for end in (since, until))
        case AddedRange(since, until):
            return f"added {read(DateRange(since, until))}"
    return {Every(): "all", Nothing(): "none", New(): "new"}[query]


def within(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


def meaning(query: str) -> str:
    """The optional clauses of a query, and after a bar what is required."""
    found = compiled(query)
    wanted = ", ".join(read(clause.query) for clause in found.optional) + ("?" if found.match_any else "")
    required = "" if found.required == Every() else read(found.required)
    return f"{wanted} || {required}".strip(" ")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("病", "病"),
        ("香港", "香港"),
        ("香港 通关", "香港, 通关"),
        ("香港　通关", "香港, 通关"),
        ("香港通关安排", "香港, 通关, 安排"),
        ("國際論壇", "国际, 论坛"),
        ("马克思主义", "马克思主义"),
        ("Ｃｈｉｎａ", "china"),
        ("iPhone15", "iphone15"),
        ("iPhone15新机", "iphone15, 新机"),
        ("C++", "c++"),
        ("AT&T", "at&t"),
        ("3.6.3", "3.6.3"),
        ("COVID-19", "covid-19"),
        ("北京，上海。", "北京, 上海"),
        ("宝马(进口)", "宝马, 进口"),
        ("经济-中国", "经济, 中国"),
        ("经济 - 中国", "经济, 中国"),
        ("经济 --中国", "经济, 中国"),
        ("a + b", "a, +, b"),
        ("香港 香港", "香港"),
        ("http://a.b", "http, a.b"),
        # function words
        ("的", "的"),
        ("香港的未来", "香港, 未来"),
        ("the history of china", "history, china"),
        ("IT 行业", "it, 行业"),
        # single characters stick to a neighbour
        ("涛之雨", "涛之雨"),
        ("装上", "装上"),
        ("买房难", "买房难"),
        ("难买房", "难买房"),
        ("猫狗", "猫狗"),
        ("民间救援", "民间, 救援"),
        ("不喜欢香港", "不喜欢, 香港"),
        ("香港的雨", "香港, 雨"),
        ("香港，雨", "香港, 雨"),
        ("香港 雨", "香港, 雨"),
        ("我的猫", "我的猫"),
        # brackets change nothing by themselves
        ("(香港 通关)", "香港, 通关"),
        ("（香港）通关", "香港, 通关"),
        # other spellings
        ("软件", "(软件 | 软体)"),
        ("人工智慧", "(人工智慧 | 人工智能)"),
        ("三十五人", "(三十五人 | 35人)"),
        # words for a time are words
        ("去年", "去年"),
        ("最近7天", "最近, (7天 | 七天)"),
        # stars and tildes
        ("人工*", "人工*"),
        ("人工＊", "人工*"),
        ("*时代", "*时代"),
        ("kube*", "kube*"),
        ("*net*", "*net*"),
        ("*时代*", '"时代"'),
        ("iphone1*", "iphone1*"),
        ("香港通关*", '(香港通关* | "香港通关")'),
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
        ('"香港通关"', '"香港通关"'),
        ("“香港通关”", '"香港通关"'),
        ("「香港通关」", '"香港通关"'),
        ('"病"', '"病"'),
        ('"中国—东盟"', '"中国-东盟"'),
        ('"iphone 15"', '"iphone 15"'),
        ('"软件"', '"软件"'),
        ('"三十五人"', '"三十五人"'),
        ('"甲方 签约"~5', "near5(甲方, 签约)"),
        ("“甲方　签约”～５", "near5(甲方, 签约)"),
        ('"甲方签约"~5', '"甲方签约"'),
        # without
        ("-中国", "not(中国)"),
        ("-中国 -香港", "not(中国) & not(香港)"),
        ("－中国", "not(中国)"),
        ("−中国", "not(中国)"),
        ("NOT 中国", "not(中国)"),
        ("-香港通关", "not(香港 & 通关)"),
        ('-"香港通关"', 'not("香港通关")'),
        ("-(香港 OR 台湾)", "not((香港 | 台湾))"),
        # must
        ("+香港", "香港"),
        ("＋香港", "香港"),
        ("+香港通关", "香港 & 通关"),
        # operators
        ("荷花 OR 梅花", "(荷花 | 梅花)"),
        ("荷花 ＯＲ 梅花", "(荷花 | 梅花)"),
        ("荷花 或 梅花", "(荷花 | 梅花)"),
        ("荷花 | 梅花", "(荷花 | 梅花)"),
        ("荷花|梅花", "(荷花 | 梅花)"),
        ("荷花 AND 梅花", "荷花 & 梅花"),
        ("a AND b OR c", "(a & b | c)"),
        ("a AND (b OR c)", "a & (b | c)"),
        ("a AND NOT b", "a & not(b)"),
        ("a OR (b c)", "(a | b & c)"),
        # fields
        ("title:香港", "title:香港"),
        ("TITLE：香港", "title:香港"),
        ("標題：香港", "title:香港"),
        ('标题:"香港通关"', 'title:"香港通关"'),
        ("-title:香港", "not(title:香港)"),
        ("title:(香港 OR 台湾)", "(title:香港 | title:台湾)"),
        ("title:香*", "title:香*"),
        ("body:香", "body:香"),
        ("正文：香港", "body:香港"),
        ("source:联合早报", "source=联合早报"),
        ("來源：聯合早報", "source=联合早报"),
        ('source:"BBC 中文"', "source=bbc 中文"),
        ("-source:BBC", "not(source=bbc)"),
        ("source:联合*", "source:联合*"),
        ("標籤：*经济", "tag:*经济"),
        ("path:2021/11", "path:*2021/11*"),
        ("路径：2021*", "path:2021*"),
        ("url:a.com/?p=1", "url:*a.com/?p=1*"),
        ("網址：a.com", "url:*a.com*"),
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
        ('"香港" 通关', '通关, "香港" || "香港"'),
        ("经济 -中国", "经济 || not(中国)"),
        ("经济　－中国", "经济 || not(中国)"),
        ("+香港 通关", "通关, 香港 || 香港"),
        ("(荷花 或 梅花) 西湖", "西湖, (荷花 | 梅花) || (荷花 | 梅花)"),
        ("西湖 荷花 OR 梅花", "西湖, (荷花 | 梅花) || (荷花 | 梅花)"),
        ("经济 title:香港 通关", "经济, 通关, title:香港 || title:香港"),
        ("香港 source:BBC", "香港 || source=bbc"),
        ("香港 最近7天", "香港 || 2022-03-10.."),
        ('-"" 经济', "经济 ||"),
        ("-。 经济", "经济 ||"),
    ],
)
def test_both(query: str, both: str) -> None:
    assert meaning(query) == both


@pytest.mark.parametrize(
    ("query", "words", "note"),
    [
        ('"香港 通关', "香港, 通关", "an unclosed quote was ignored"),
        ('香港"通关', "香港, 通关", "an unclosed quote was ignored"),
        ("(香港 通关", "香港, 通关", "an unmatched bracket was ignored"),
        ("香港) 通关", "香港, 通关", "an unmatched bracket was ignored"),
        ("AND 香港 OR", "香港", "an operator without operands was ignored"),
        ("author:张三", "author, 张三", "unknown field author: read as words; did you mean source:?"),
        ("title: 香港", "title, 香港", "title: has no value directly after it: read as words"),
        ("date:abc", "date, abc", "abc is not a date: read as words"),
        ("date:2021-13", "date, 2021-13", "2021-13 is not a date: read as words"),
        ("ab~1", "ab, 1", "ab~1 was read as text: a star or a tilde applies to a single word"),
        ("国际~1", "国际, 1", "国际~1 was read as text: a star or a tilde applies to a single word"),
        ("a1手机*", "a1, 手机", "a1手机* was read as text: a star or a tilde applies to a single word"),
    ],
)
def test_what_is_malformed_is_read_as_words(query: str, words: str, note: str) -> None:
    assert meaning(query) == f"{words} ||"
    assert compiled(query).notes == (note,)


def test_operators_alone_are_words() -> None:
    assert meaning("OR") == "or ||"


@pytest.mark.parametrize("query", ["标签:()\u200b", "拼音:()\u200b"])
def test_a_field_name_alone_is_a_word_as_it_was_typed(query: str) -> None:
    assert [clause.text for clause in compiled(query).optional] == [query[:2]]


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
    found = compiled(query)
    assert found.match_any
    assert found.required == Every()


@pytest.mark.parametrize(
    "query",
    [
        "台湾的“六四”记忆",
        "“两禁”难禁记者腐败",
        '为什么说"六四"记忆不能忘记',
        "在国内生活 “不信任” 已经深深刻在脑子里，我错了吗？",
        "今日读报时间-台湾花莲地震，耿爽感谢国际社会 -美国高度关注产能过剩",
        '审视世界的复杂性，围炉评论 "新质生产力" 与 "中国经济"',
    ],
)
def test_signs_of_a_pasted_sentence_are_punctuation(query: str) -> None:
    assert compiled(query).required == Every()
    assert any("within a sentence" in note for note in compiled(query).notes)


@pytest.mark.parametrize(
    ("query", "required"),
    [
        ('香港 "小通关"', Phrase("小通关")),
        ("“小通关” 香港", Phrase("小通关")),
        ("怎么写周报？ -模板", Not(Text("模板"))),
        ("中华人民共和国铁路运输 文化大革命 -台湾", Not(Text("台湾"))),
        ('中华人民共和国铁路运输 "广州铁路局"', Phrase("广州铁路局")),
        ('香港政府什么时候公布安排，什么时候通关？ +"小通关"', Phrase("小通关")),
        ("香港政府什么时候公布安排，什么时候通关？ NOT 台湾", Not(Text("台湾"))),
        ("title:“通关”安排", Phrase("通关", "title")),
    ],
)
def test_signs_of_a_typed_query_are_signs(query: str, required: Query) -> None:
    assert compiled(query).required == required


@pytest.mark.parametrize(
    "query", ["香港 通关", "香港通关安排", "为什么", "(荷花 或 梅花) 西湖", "英国国会 內閣制民主政體", '"怎么写周报"']
)
def test_keywords_are_no_question(query: str) -> None:
    assert not compiled(query).match_any


def clauses(query: str | Query) -> list[str]:
    return [clause.text for clause in compile_query(query).optional]


def test_a_clause_is_as_it_was_typed() -> None:
    assert clauses("國際論壇 Ａ 計程車 人工＊") == ["國際", "論壇", "Ａ", "計程車", "人工＊"]
    assert clauses("香港 “國際論壇” title:Ａ AND 荷花 (a OR -b)") == ["香港", "國際論壇", "Ａ", "荷花", "a"]
    assert compile_query("國際　Ａ").text == "國際　Ａ"


def test_what_is_optional_may_be_anything() -> None:
    assert meaning('~"小通关" ~source:BBC ~(a AND b) ~(-c)') == '"小通关", source=bbc, a & b, not(c) ||'
    assert clauses('~"小通关" ~来源:BBC ~(a AND b) ~(-c)') == ["小通关", "source:bbc", "a AND b", "NOT c"]


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
    assert list(compiled(query).needles) == needles


def weights(query: str) -> dict[tuple[str, str], float]:
    return {
        (f"{term.field}_{term.kind}".strip("_"), term.text): round(term.weight, 6) for term in compiled(query).scoring
    }


def test_words_unigrams_and_bigrams_rank_and_the_title_a_little_more() -> None:
    assert weights("香港") == {
        ("words", "香港"): 1.0,
        ("unigrams", "香"): 0.9,
        ("unigrams", "港"): 0.9,
        ("bigrams", "香 港"): 0.9,
        ("title_words", "香港"): 0.3,
        ("title_unigrams", "香"): 0.27,
        ("title_unigrams", "港"): 0.27,
        ("title_bigrams", "香 港"): 0.27,
    }
    assert weights("香港在哪里？")["title_words", "香港"] == 0.1, "a question's words are seldom a title"


def test_what_is_asked_for_twice_counts_twice() -> None:
    assert weights("病 病")["unigrams", "病"] == 2 * weights("病")["unigrams", "病"]


@pytest.mark.parametrize("query", ["", "-中国", "source:BBC", "。"])
def test_what_is_not_text_to_find_does_not_rank(query: str) -> None:
    assert compiled(query).scoring == ()


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


@pytest.mark.parametrize(
    ("query", "patterns"),
    [
        ("kube*", [Prefix("kube")]),
        ("body:kube* title:kubernets~1", [Prefix("kube"), Fuzzy("kubernets", 1, "title")]),
        ("pinyin:zijing", [Pinyin("zijing")]),
        ("-kube*", []),
        ("人工*", [Prefix("人工")]),
        # these rank by their texts alone
        ("香港通关* *人工*", []),
        ("iphone1*", []),
        ("source:联合*", []),
    ],
)
def test_what_stands_for_words_of_the_index_ranks(query: str, patterns: list[Query]) -> None:
    assert list(compiled(query).scoring_patterns) == patterns


@pytest.mark.parametrize("query", ["body:kube*", "body:*netes", "body:kubernets~1"])
def test_a_pattern_in_the_body_is_looked_for_there(query: str) -> None:
    assert meaning(query) == f"|| {query}"


def test_the_terms_that_rank_are_limited() -> None:
    assert len(weights("".join(map(chr, range(0x4E00, 0x5000))))) <= 6 * 256


def test_what_a_field_must_have_is_asked_once() -> None:
    assert meaning(f"body:({'的，' * 99})") == meaning("body:的")


def test_what_is_highlighted_is_limited() -> None:
    assert len(compiled(" ".join(map(chr, range(0x4E00, 0x5000)))).needles) == 256


def test_synonyms_of_many_words_are_not_looked_up() -> None:
    assert meaning(f"body:{'的，' * 63}软件") == "|| body:的 & (body:软件 | body:软体)"
    assert meaning(f"body:{'的，' * 64}软件") == "|| body:的 & body:软件"


def test_near_words_are_few_and_not_far() -> None:
    many = " ".join("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午")
    assert meaning(f'"{many}"~5') == f'|| "{many}"'
    assert compiled(f'"{many}"~5').notes == ("more than 16 words near each other were read as an exact text",)
    assert meaning('"甲 乙 丙 丁 戊 己 庚 辛 壬"~5') == '|| "甲 乙 丙 丁 戊 己 庚 辛 壬"'
    assert meaning('"甲方 签约"~9999') == "|| near1000(甲方, 签约)"
    assert meaning('"甲方 。"~5') == '|| "甲方"'


@pytest.mark.parametrize("part", ["path:{}", "url:{}", "pinyin:{}", "{}*", "*{}", "abc{}~1", '"{} b"~5', "tag:{}*"])
def test_patterns_are_few(part: str) -> None:
    found = compiled(" ".join(part.format(chr(0x61 + number)) for number in range(20)))
    asked = [found.required, *(clause.query for clause in found.optional)]
    costly = {leaf for tree in asked for leaf, _ in leaves(tree) if isinstance(leaf, COSTLY)}
    assert len(costly) <= 8
    assert any("only the first 8 patterns" in note for note in found.notes)


COSTLY = (Prefix, Wildcard, Fuzzy, Pinyin, Near)


def check(query: CompiledQuery) -> None:
    for needle in query.needles:
        assert needle.unigrams
        assert len(needle.gaps) == len(needle.unigrams) - 1
        # a leading sign stands directly before its number or name
        spaced = re.sub(r"(?<![^ ])([.-]) ", r"\1", " ".join(needle.unigrams))
        assert unigrams(spaced).texts == list(needle.unigrams)
    assert all(clause.text for clause in query.optional)
    for tree in (query.required, *(clause.query for clause in query.optional)):
        check_tree(tree)


def check_tree(tree: Query) -> None:
    """An engine gets what ``rewrite`` promises."""
    match tree:
        case And(parts) | Or(parts):
            assert len(parts) > 1
            assert not any(isinstance(part, type(tree) | Every | Nothing) for part in parts)
            for part in parts:
                check_tree(part)
        case Not(part):
            assert not isinstance(part, Not | Every | Nothing)
            check_tree(part)
        case Text(text, _, spellings, synonyms):
            assert all(unigrams(form).texts for form in (text, *spellings, *synonyms))
        case Phrase(text):
            assert unigrams(text).texts
        case Near(near, distance):
            assert len(near) > 1
            assert all(unigrams(text).texts for text in near)
            assert 0 <= distance <= 1_000
        case _:
            assert not isinstance(tree, Optional)


@settings(max_examples=150)
@given(query_strings())
def test_no_query_is_an_error(text: str) -> None:
    check(compile_query(text))


@settings(max_examples=80)
@given(trees())
def test_no_tree_is_an_error(tree: Query) -> None:
    check(compile_query(tree))


@settings(max_examples=150)
@given(query_strings())
def test_a_tree_says_all_that_its_string_asks(text: str) -> None:
    typed, built = compiled(text), compile_query(parse(text, TODAY).tree)
    assert typed.required == built.required
    assume(typed.names_missing == built.names_missing)  # only the string knows that OR, a word here, was in capitals
    assume(not any(camel_parts(clause.text) for clause in typed.optional))  # nor aaA, two words of an identifier
    assert typed.scoring == built.scoring
    assert typed.scoring_patterns == built.scoring_patterns
    assert typed.needles == built.needles


LONG = (
    *(' -"', ' -title:"', "-(a ", "(a OR ", "(a)", "a* ", "a OR ", '"a b"~5 ', '~"a" ', "~(", "a'"),
    *"㍿ﾞ\u0301\u200b\ud800\n👨",
)


@pytest.mark.parametrize("part", [*PIECES, *LONG, "".join(TRICKY)])
def test_no_long_query_is_an_error(part: str) -> None:
    check(compile_query(part * (10_000 // len(part))))


def depth(query: Query) -> int:
    match query:
        case And(parts) | Or(parts):
            return 1 + max(map(depth, parts))
        case Not(part):
            return 1 + depth(part)
    return 1


def test_brackets_are_few_deep() -> None:
    found = compiled("(a OR b AND -" * 100 + "b" + ")" * 100)
    assert 60 < depth(found.required) < 100
    assert found.notes == ("brackets more than 32 levels deep were ignored",)


@pytest.mark.parametrize("query", ["=>", "~", "，", '"=>"', "…", "( )", "。 。", ":"])
def test_a_note_says_why_punctuation_alone_finds_nothing(query: str) -> None:
    compiled = compile_query(query)
    assert compiled.required == Nothing()
    assert "punctuation alone finds nothing: type a word beside it" in compiled.notes


@pytest.mark.parametrize("query", ["", " ", "*:*", "-*:*", "+", "#", "a => b", "=> 香港", "source:x =>", '-"。" 香港'])
def test_what_finds_something_has_no_note_on_punctuation(query: str) -> None:
    assert "punctuation alone finds nothing: type a word beside it" not in compile_query(query).notes


def test_a_query_that_is_asked_again_is_read_once_a_day_and_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(dt.date):
        @classmethod
        def today(cls) -> dt.date:
            return dt.date(2022, 1, 1)

    asked = "date:昨天 ("
    today = compile_query(asked)
    assert compile_query(asked) is today
    with speaking("zh-CN"):
        assert compile_query(asked).notes != today.notes
    monkeypatch.setattr("searchkit.query.compile.dt.date", Tomorrow)
    assert compile_query(asked).required == compile_query("date:2021-12-31 (").required
