"""A post matches a word or a phrase exactly when its folded text contains it, as ``grep`` would find it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import texts

from searchkit import Document, Index
from searchkit.errors import SearchkitError
from searchkit.language import fold, unigrams
from searchkit.query import FieldValue, Not, Query

MakeIndex = Callable[..., Index]


def found(index: Index, query: str | Query) -> set[str]:
    """The posts with all that is asked for."""
    results = index.search(query, limit=1000)
    hits = [hit for hit in results if not hit.missing]
    assert results.total == len(hits)
    assert list(results[: len(hits)]) == hits
    return {path for hit in hits for path in (hit.path, *hit.also)}


@pytest.mark.parametrize(
    ("post", "query", "matches"),
    [
        ("这是一段简单的测试文本", "段简", True),
        ("中国经济增长", '"中国经济"', True),
        ("中国经济增长", '"中国增长"', False),
        ("南京市长江大桥", '"市长江大桥"', True),
        ("南京市长江大桥", '"长江大桥"', True),
        ("南京市长江大桥", "市长", True),
        ("南京市长江大桥", "江", True),
        ("国际论坛在北京召开", "國際論壇", True),
        ("國際論壇在北京召開", "国际论坛", True),
        ("新冠病毒蔓延", "病", True),
        ("Ｃｈｉｎａ发布", "china", True),
        ("China发布", "ＣＨＩＮＡ", True),
        ("中国—东盟合作", '"中国东盟"', True),
        ("中国东盟合作", '"中国—东盟"', True),
        ("卡尔·马克思", "卡尔马克思", True),
        ("卡尔・马克思", '"卡尔•马克思"', True),
        ("他去了北京。上海下雨", '"北京上海"', False),
        ("他去了北京。上海下雨", "北京上海", True),
        ("他去了北京，上海下雨", '"北京上海"', False),
        ("他去了北京\n\n上海下雨", '"北京上海"', False),
        ("他去了北京，上海下雨", '"北京，上海"', True),
        ("他去了北京。上海下雨", '"北京。上海"', True),
        ("他去了北京。上海下雨", '"北京，上海"', False),
        ("iPhone15Pro手机发布", "iphone15", True),
        ("iPhone15Pro手机发布", '"iphone 15"', True),
        ("iPhone15Pro手机发布", "IPHONE", True),
        ("iPhone15Pro手机发布", "iphone1", False),
        ("iPhone15Pro手机发布", "phone", False),
        ("Python 3.6 和 3 个问题", "3.6.3", False),
        ("Python 3.6 和 3 个问题", "3.6", True),
        ("Python 36", "3.6", False),
        ("19名工人 COVID 研究", "COVID-19", False),
        ("COVID19 研究", "COVID-19", True),
        ("维生素A", "A", True),
        ("维生素A", "维生素a", True),
        ("维生素AB", "A", False),
        ("我们的未来", '"我们的未来"', True),
        ("我们的未来", "的", True),
        ("经济新闻：中国", "经济 -中国", False),
        ("经济新闻：中国", "经济 -美国", True),
        ("经济新闻：中国", '-"新闻中国"', True),
        ("经济新闻：中国", '-"经济新闻"', False),
        ("C++语言 与 AT&T公司", "C++", True),
        ("C++语言 与 AT&T公司", "AT&T", True),
        ("C++语言 与 AT&T公司", "C", True),
        ("C 语言", "C++", False),
        ("C+ 语言", "C++", False),
        ("Don’t look up", '"don\'t"', True),
        ("零\u200b宽空\u200b格", "零宽空格", True),
        ("ﾊﾞｽに乗る", "バス", True),
        ("𠮷野家在这里", "𠮷野", True),
        ("我❤️北京", "❤", True),
        ("香港与内地", "香港 北京", False),
        ("香港与内地", "香港 内地", True),
        ("香港与内地", "，。！", False),
        ("香港与内地", "", True),
    ],
)
def test_one_post_one_query(make_index: MakeIndex, post: str, query: str, matches: bool) -> None:
    assert bool(found(make_index({"a.md": post}), query)) is matches


@pytest.fixture(scope="module")
def some(make_index: MakeIndex) -> Index:
    return make_index(
        {
            "a.md": {"title": "香港通關", "body": "内地與香港", "author": "BBC 中文"},
            "b.md": {"title": "通关", "body": "香港", "author": "聯合早報"},
            "c.md": {"title": "内地", "body": "香港通关"},
        }
    )


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("香港", "abc"),
        ("香港 通关", "abc"),
        ('"香港通关"', "ac"),  # not from the title into the body
        ('"通关香港"', ""),
        ("title:香港", "a"),
        ("title:香港 通关 内地", "a"),
        ('title:"香港通关"', "a"),
        ("-title:香港", "bc"),
        ("香港 -title:内地", "ab"),
        ("source:联合早报", "b"),
        ("source:联合", ""),
        ('source:"bbc 中文"', "a"),
        ("-source:联合早报", "ac"),
        ("香港 -香港", ""),
        ("香港 香港", "abc"),
    ],
)
def test_fields(some: Index, query: str, paths: str) -> None:
    assert found(some, query) == {f"{path}.md" for path in paths}


@pytest.mark.parametrize("path", ["a.md", "README.md", "筆記/樹莓派.md", "Ｆｕｌｌ：寬.md", "a.MD", " 空.md"])
def test_a_path_is_found_in_any_script_and_case(make_index: MakeIndex, path: str) -> None:
    """A query is folded, paths are not: path:= found none in traditional characters or with capitals."""
    index = make_index({path: "香港", "other.md": "通关"})
    assert found(index, FieldValue("path", path)) == {path}
    assert found(index, Not(FieldValue("path", path))) == {"other.md"}


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ("北京和上海", '"北京，上海"'),
        ("北京是一二三四五六七八九十一二三四五上海", '"北京。上海"'),
        ("标题的第一句话", '"无题。标题"'),  # the last of the title, the first of the body
    ],
)
def test_punctuation_in_a_phrase_is_no_wild_card(make_index: MakeIndex, body: str, query: str) -> None:
    assert not found(make_index({"a.md": body}), query)


CHARS = "中国經济北京A1+-·，。 \n"
bodies = st.text(CHARS, max_size=14) | st.text("中国", max_size=9)
titles_and_bodies = st.tuples(st.text("中国北京A1", max_size=4), bodies)
collections = st.lists(titles_and_bodies, min_size=1, max_size=8)


def lines_of(document: Document) -> Iterable[str]:
    return document.title, document.body


def has_unigrams(text: str, phrase: str) -> bool:
    """Whether the unigrams of the phrase stand in the text with the same gaps, looked at one place after the other."""
    there, wanted = unigrams(fold(text)), unigrams(fold(phrase))
    size = len(wanted.texts)
    return any(
        there.texts[at : at + size] == wanted.texts
        and there.gaps[at : at + size - 1] == wanted.gaps[:-1]
        for at in range(len(there.texts) - size + 1)
    )


def grep(text: str, run: str) -> bool:
    """Whether the folded text holds the run, joiners aside."""
    return run in re.sub(r"[ \-·_]", "", fold(text))


@settings(max_examples=20)
@given(st.data(), collections)
def test_phrases_are_found_where_their_unigrams_stand(
    make_index: MakeIndex, data: st.DataObject, posts: list[tuple[str, str]]
) -> None:
    index = make_index({f"{n}.md": {"title": title or "无", "body": body} for n, (title, body) in enumerate(posts)})
    documents = list(index.documents())
    slices = [
        text[a : a + size]
        for document in documents
        for text in lines_of(document)
        for size in (1, 2, 3, 4, 6)
        for a in range(len(text) - size + 1)
    ]
    phrases = st.text(CHARS, min_size=1, max_size=5) | st.text("中國", min_size=3, max_size=5) | st.sampled_from(slices)
    for phrase in data.draw(st.lists(phrases, min_size=12, max_size=12, unique=True)):
        if not unigrams(fold(phrase)).texts:
            continue
        expected = {p for d in documents if any(has_unigrams(text, phrase) for text in lines_of(d)) for p in d.paths}
        assert found(index, f'"{phrase}"') == expected, phrase
        if re.fullmatch("[一-龥]+", fold(phrase)):
            grepped = {p for d in documents if any(grep(text, fold(phrase)) for text in lines_of(d)) for p in d.paths}
            assert grepped == expected, phrase


@settings(max_examples=20)
@given(collections, st.lists(st.text("中国經济北京A1+-", min_size=1, max_size=4), min_size=8, max_size=8))
def test_words_are_found_as_text_and_can_be_shown(
    make_index: MakeIndex, posts: list[tuple[str, str]], queries: list[str]
) -> None:
    """What matches has a span, in the title or the body; what a span covers is what was asked for."""
    index = make_index({f"{n}.md": {"title": title or "无", "body": body} for n, (title, body) in enumerate(posts)})
    for query in queries:
        wanted = unigrams(fold(query)).texts
        for hit in index.search(query, limit=100):
            shown = [hit.title[a:b] for a, b in hit.title_spans]
            shown += [snippet.text[a:b] for snippet in hit.snippets for a, b in snippet.spans]
            if wanted and not query.startswith("-"):
                assert shown
                starts = tuple(wanted)
                for texts in (unigrams(fold(part)).texts for part in shown):
                    # a word of two may be written as one, and one as two: aa for a-a, a-a for aa
                    assert all(text.startswith(starts) for text in texts) or "".join(texts).startswith(starts)


def test_every_run_of_characters_is_found(make_index: MakeIndex) -> None:
    """No segmentation stands between a post and its text: all runs of 1 to 6 characters of a sentence find it."""
    sentence = "南京市长江大桥是怎樣站到水裡去的"
    index = make_index({"a.md": sentence, "b.md": sentence[::-1]})
    for a, b in itertools.combinations(range(len(sentence) + 1), 2):
        if b - a <= 6:
            expected = {"a.md", "b.md"} if b - a == 1 else {"a.md"}
            assert found(index, f'"{sentence[a:b]}"') == expected


operators = st.sampled_from(['"', " -", "title:", "source:", "香港", "通关", "*"])


@settings(max_examples=60)
@given(st.lists(st.one_of(operators, texts(4))).map("".join))
@example('"' * 999)
@example("-" * 999)
@example("香港，" * 500)
@example('"' + "香港，" * 2000 + '"')
def test_no_query_fails(some: Index, query: str) -> None:
    results = some.search(query)
    assert results.total >= len([hit for hit in results if not hit.missing])


@pytest.mark.parametrize("options", [{"limit": -1}, {"offset": -1}, {"snippet_chars": -1}, {"sort": "best"}])
def test_options_that_mean_nothing(some: Index, options: dict[str, object]) -> None:
    with pytest.raises(SearchkitError):
        some.search("香港", **options)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("pinyin:zijing", {"紫荊"}),
        ("pinyin:xg", {"香港"}),
        ("kubernets~1", {"Kubernetes"}),
        ("-pinyin:xg", set()),
    ],
)
def test_what_the_index_knows_a_word_as_is_highlighted(make_index: MakeIndex, query: str, shown: set[str]) -> None:
    hits = make_index({"a.md": {"title": "香港", "body": "紫荊花與Kubernetes"}, "b.md": "向港口"}).search(query)
    texts = [(hit.title, hit.title_spans) for hit in hits]
    texts += [(part.text, part.spans) for hit in hits for part in hit.snippets]
    assert {text[start:end] for text, spans in texts for start, end in spans} == shown


def test_words_that_read_so_rank(make_index: MakeIndex) -> None:
    index = make_index({"a.md": "紫荆，紫荆，紫荆", "b.md": "紫荆和很多别的花草"})
    first, second = index.search("pinyin:zijing")
    assert first.path == "a.md"
    assert first.score > second.score > 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"甲 乙 丙"~2', "abc"),
        ('"甲 乙 丙"~1', "bc"),
        ('"丙 甲"~5', "abc"),
        ('"甲 甲"~9', "c"),
        ('"甲乙 丙"~9', "b"),
        ('body:"甲 标"~9', ""),
        ('"甲 标"~9', "a"),
    ],
)
def test_near_is_a_stretch_with_all_and_little_between(make_index: MakeIndex, query: str, found: str) -> None:
    texts = {"a.md": {"title": "标", "body": "甲。乙一二丙"}, "b.md": "丙丁甲乙", "c.md": "甲一二乙二丙甲"}
    assert "".join(sorted(hit.path[0] for hit in make_index(texts).search(query))) == found
