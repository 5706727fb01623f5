"""What the searcher of every engine promises, as the protocol describes it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from committing import commit

from searchkit.engines.protocol import EVERY_POST, FACETS, Matching, Ranking, Request, Searcher
from searchkit.engines.registry import engine_of
from searchkit.language.lexicon import NO_LEXICON
from searchkit.model import Document
from searchkit.query import compile_query, parse
from searchkit.query.compiled import CompiledQuery


def post(path: str, day: str, source: str, tags: tuple[str, ...], title: str, body: str) -> Document:
    date = dt.datetime.fromisoformat(f"{day}T12:00:00+08:00") if day else None
    return Document(path, title, date, source, "", tags, body)


DOCUMENTS = [
    post("a.md", "2021-11-08", "晨光时报", ("港",), "香港通关", "香港 新闻，每日一千人。"),
    post("b.md", "2021-12-31", "聯合早報", ("港", "疫"), "通关之后", "香港香港香港 天气"),
    post("c.md", "2022-01-01", "晨光时报", (), "天气", "今日天气晴，Python 3.11 发布。"),
    post("d.md", "2020-02-29", "", ("港",), "香港通關", "香港 新聞，每日一千人。"),
    post("e.md", "", "晨光时报", ("Search",), "全文检索", "倒排索引与全文检索引擎；searching engines"),
    post("f.md", "2019-01-01", "晨光时报", (), "旧闻", "新闻一则"),
]
"""``a.md`` and ``d.md`` have the same text in two scripts."""


@pytest.fixture(scope="module", params=["whoosh", "opensearch"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def searcher(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Of an index that was committed twice; a post was changed in between, and one removed."""
    if engine == "whoosh":
        index = str(tmp_path_factory.mktemp("contract") / "index")
    else:
        index = request.getfixturevalue("cluster").address("contract")
    kept = engine_of(index)
    commit(kept, [*DOCUMENTS[2:], post("b.md", "2021-01-01", "", (), "香港", "")], [DOCUMENTS[0]])
    commit(kept, [DOCUMENTS[1]], [post("g.md", "", "", (), "香港", "香港")], removed=["b.md"])
    commit(kept, removed=["g.md"])
    opened = kept.open()
    yield opened
    opened.close()


def query(text: str) -> CompiledQuery:
    return compile_query(parse(text))


def found(searcher: Searcher, text: str, **options: Any) -> str:
    """The letters of the paths, in order."""
    return letters(*(match.document.path for match in searcher.search(query(text), Request(**options)).matches))


def letters(*paths: str) -> str:
    return "".join(path.removesuffix(".md") for path in paths)


def test_it_says_what_it_reads(searcher: Searcher) -> None:
    assert (searcher.info.generation, searcher.info.documents, searcher.lexicon) == (3, 6, NO_LEXICON)
    assert searcher.is_unchanged()


@pytest.mark.parametrize(
    ("text", "options", "paths"),
    [
        ("香港", {}, "ab"),
        ("香港", {"limit": 1}, "a"),
        ("香港", {"limit": 1, "offset": 1}, "b"),
        ("香港", {"offset": 2}, ""),
        ("香港", {"limit": None}, "ab"),
        ("", {"sort": "newest"}, "cbafe"),
        ("", {"sort": "oldest"}, "fabce"),
        ("", {"sort": "newest", "limit": 2, "offset": 2}, "af"),
        ("", {"limit": None}, "abcef"),
        ("", {"filter": parse("source:晨光时报").tree}, "acef"),
        ("", {"filter": parse("tag:港 -通关之后").tree}, "a"),
        ("", {"path": "b.md"}, "b"),
        ("", {"path": "d.md"}, "d"),
        ("", {"path": "nothing.md"}, ""),
        ("香港 天气", {}, "bca"),
        ("香港 天气", {"limit": None}, "b"),
        ('"新闻，每日"', {}, "a"),
        ('"新闻每日"', {}, ""),
        ("title:香港", {}, "a"),
        ("body:全文检索", {}, "e"),
        ("新闻 -每日", {}, "f"),
        ("全文 OR 天气", {"sort": "oldest"}, "bce"),
        ('"检索 引擎"~5', {}, "e"),
        ("search*", {}, "e"),
        ("pyth?n", {}, "c"),
        ("pythom~1", {}, "c"),
    ],
)
def test_what_is_found_in_which_order(searcher: Searcher, text: str, options: dict[str, Any], paths: str) -> None:
    assert found(searcher, text, **options) == paths


def test_a_total_counts_the_posts_that_have_all(searcher: Searcher) -> None:
    ranking = searcher.search(query("香港 天气"), Request(limit=2))
    assert (ranking.total, len(ranking.matches)) == (1, 2)
    assert [match.missing for match in ranking.matches] == [(), ("香港",)]


def test_posts_with_the_same_text_are_one_match(searcher: Searcher) -> None:
    (match,) = searcher.search(query("每日一千人"), Request()).matches
    assert match.document.paths == ("a.md", "d.md")
    only = searcher.search(query("每日一千人"), Request(filter=parse("date:2020").tree)).matches
    assert [match.document.paths for match in only] == [("d.md", "a.md")]
    assert searcher.search(query("每日一千人"), Request()).total == 1


def test_facets_count_all_matches(searcher: Searcher) -> None:
    assert searcher.search(query(""), Request(limit=0, facets=FACETS)).facets == {
        "source": (("晨光时报", 4), ("聯合早報", 1)),
        "tag": (("港", 2), ("Search", 1), ("疫", 1)),
        "year": (("2022", 1), ("2021", 2), ("2019", 1)),
        "month": (("2022-01", 1), ("2021-12", 1), ("2021-11", 1), ("2019-01", 1)),
    }


def test_a_score_is_the_sum_of_its_parts_and_fades_with_age(searcher: Searcher) -> None:
    day = 86_400_000_000
    instant = int(dt.datetime(2021, 12, 31, 4, tzinfo=dt.UTC).timestamp()) * 1_000_000
    request = Request(explain=True, recency=(instant, 53 * day))
    fading = {match.document.path: match for match in searcher.search(query("香港"), request).matches}
    plain = {match.document.path: match for match in searcher.search(query("香港"), Request(explain=True)).matches}
    for path, match in fading.items():
        assert math.isclose(match.score, match.freshness * sum(part[-1] for part in match.parts), rel_tol=1e-6)
        assert math.isclose(sum(part[-1] for part in plain[path].parts), plain[path].score, rel_tol=1e-6)
    assert math.isclose(fading["b.md"].freshness, 1)
    assert math.isclose(fading["a.md"].freshness, 0.5)


def test_what_is_unknown_is_said_with_what_is_near(searcher: Searcher) -> None:
    ranking = searcher.search(query("pythom 天气"), Request())
    assert ranking.total == 0
    assert dict(ranking.unknown)["pythom"] == ("python",)
    assert searcher.search(query("香港"), Request(filter=parse("date:2022").tree)).filtered_out == 2


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        (["source"], {("",): 0, ("晨光时报",): 4, ("聯合早報",): 1}),
        (["tag"], {("",): 2, ("Search",): 1, ("港",): 2, ("疫",): 1}),
        (["year"], {("",): 1, ("2019",): 1, ("2021",): 2, ("2022",): 1}),
        (["week"], {("",): 1, ("2019-W01",): 1, ("2021-W45",): 1, ("2021-W52",): 2}),
        (["day", "tag"], {("", "Search"): 1, ("2019-01-01", ""): 1, ("2021-11-08", "港"): 1, ("2021-12-31", "港"): 1,
                          ("2021-12-31", "疫"): 1, ("2022-01-01", ""): 1}),
    ],
)  # fmt: skip
def test_matches_are_counted_by_keys(searcher: Searcher, keys: list[str], rows: dict[tuple[str, ...], int]) -> None:
    counts = searcher.count(query(""), keys)
    assert counts.total == 5
    assert counts.rows == tuple(sorted((row, count) for row, count in rows.items() if count))


def test_all_that_match(searcher: Searcher) -> None:
    assert searcher.matching(query("香港")).paths == ("a.md", "b.md")
    assert searcher.matching(query(""), parse("date:2020").tree).paths == ("d.md",)
    assert searcher.matching(query("没有"), EVERY_POST) == Matching(())
    assert ["".join(needle.unigrams) for needle in searcher.matching(query("pythom~1")).needles] == ["python"]


def test_words_are_counted(searcher: Searcher) -> None:
    counts = searcher.word_counts(query("香港"))
    assert (counts.posts, counts.words["香港"], counts.words["天气"]) == (2, 5, 1)
    assert searcher.word_counts(query("没有")).words == {}
    assert searcher.doc_freqs(["香港", "天气", "没有"]) == {"香港": 3, "天气": 2, "没有": 0}
    assert searcher.terms("se", 10) == [("searching", 1)]
    assert searcher.terms("香", 1) == [("香港", 3)]


def test_documents_are_read(searcher: Searcher) -> None:
    document = searcher.document("d.md")
    assert document is not None
    assert (document.title, document.body, document.tags) == ("香港通關", "香港 新聞，每日一千人。", ("港",))
    assert document.date == DOCUMENTS[3].date
    assert searcher.document("g.md") is None
    assert letters(*(document.path for document in searcher.documents())) == "abcef"
    assert searcher.paths_with(["每日", "索引"]) == {"a.md", "d.md", "e.md"}
    assert searcher.paths_with([]) == set()


def test_what_may_be_meant(searcher: Searcher) -> None:
    assert "香港" in [suggestion.text for suggestion in searcher.suggest("xianggang", 5)]


def test_threads_find_the_same(searcher: Searcher) -> None:
    queries = [query(text) for text in ("香港", "香港 天气", "search*", "", '"新闻，每日"')]

    def answers(_: int) -> list[Ranking]:
        return [searcher.search(asked, Request(facets=FACETS)) for asked in queries]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(answers, range(8))) == [answers(0)] * 8
