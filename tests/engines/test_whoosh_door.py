"""The index is a Whoosh index: what Whoosh's own reader, parser, searcher and highlighter make of it."""

from __future__ import annotations

import datetime as dt
import pickle
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import whoosh.index
from archive import Archive
from whoosh.fields import Schema
from whoosh.index import Index
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.query import DateRange, Every, FuzzyTerm, Phrase, Prefix, Query, Term
from whoosh.reading import IndexReader
from whoosh.searching import Searcher
from whoosh.sorting import FieldFacet
from whoosh.writing import AsyncWriter, BufferedWriter

import searchkit
from benchmarks.whoosh_door import differences, questions
from searchkit.language import fold, unigrams
from searchkit.model import Document

CORPUS = Path(__file__).parents[2] / "corpus"

POSTS = {
    "a.md": {
        "title": "小通关",
        "body": "香港与内地的小通关，或在年底。上海，香",
        "date": "2021-11-08",
        "source": "美國之音",
    },
    "b.md": {
        "title": "香港",
        "body": "小，通关",
        "date": "2021-12-31T23:59:59Z",
        "source": "美国之音",
        "tags": ["經濟", "社会"],
    },
    "c.md": {"title": "Kubernetes", "body": "iPhone 15 與軟體", "date": "2022-01-01", "url": "https://example.com/C"},
    "d.md": {"title": "未来", "body": "香港的香港"},
}

Open = Callable[[Path], Index]


def open_facade(folder: Path) -> Index:
    with searchkit.open(folder) as index:
        return index.whoosh()


OPENERS = [whoosh.index.open_dir, open_facade]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchkit.Index]:
    """The posts of corpus/ in several segments, some of them deleted."""
    folder = tmp_path_factory.mktemp("corpus")
    archive = Archive(folder)
    shutil.copytree(CORPUS, archive.corpus)
    posts = sorted(archive.corpus.rglob("*.md"))
    archive.rebuild()
    for post in posts[::9]:
        post.unlink()
    for number in range(3):
        archive.write(f"new{number}.md", f"香港 {number}\n香港，小通关。")
    archive.rebuild()
    with searchkit.open(archive.index) as index:
        yield index


@pytest.fixture(scope="module")
def searcher(make_index: Callable[..., searchkit.Index]) -> Iterator[Searcher]:
    with whoosh.index.open_dir(make_index(POSTS).path).searcher() as searcher:
        yield searcher


def paths(searcher: Searcher, query: Query | str, **options: object) -> list[str]:
    """The posts that are found, without the ending; a string goes through Whoosh's parser."""
    parser = MultifieldParser(["title", "body"], searcher.schema)
    found = searcher.search(parser.parse(query) if isinstance(query, str) else query, limit=None, **options)
    return [hit["path"].removesuffix(".md") for hit in found]


def found(searcher: Searcher, query: Query | str) -> str:
    return "".join(sorted(paths(searcher, query)))


@pytest.mark.parametrize(("opener", "seed"), [(whoosh.index.open_dir, 1), (open_facade, 2)])
def test_words_quoted_runs_and_filters_find_what_searchkit_finds(
    corpus: searchkit.Index, opener: Open, seed: int
) -> None:
    with opener(corpus.path).searcher() as searcher:
        asked = questions(list(corpus.documents()), (60, 60, 20), seed)
        rows = list(differences(corpus, searcher, asked))
    assert [question.theirs for question, _, different in rows if different] == []
    assert sum(count for _, count, _ in rows) > 500


def expected_terms(documents: list[Document]) -> dict[tuple[str, str], dict[str, list[int]]]:
    """By field and term, the positions in each post."""
    terms: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for document in documents:
        for field, text in (("title", document.title), ("body", document.body)):
            cut = unigrams(fold(text))
            placed = [*zip(cut.texts, range(len(cut.texts)), strict=True), *cut.bigrams(), *cut.boundaries()]
            for term, position in placed:
                terms[field, term][document.path].append(position)
    return terms


def actual_terms(reader: IndexReader, field: str) -> Iterator[tuple[str, dict[str, list[int]]]]:
    for encoded in reader.lexicon(field):
        postings = {}
        matcher = reader.postings(field, encoded)
        while matcher.is_active():
            spans = [span.start for span in matcher.spans()]
            assert matcher.value_as("frequency") == len(spans)
            postings[reader.stored_fields(matcher.id())["path"]] = spans
            matcher.next()
        if postings:  # not of deleted posts alone
            yield reader.schema[field].from_bytes(encoded), postings


def test_title_and_body_have_exactly_their_own_terms(make_index: Callable[..., searchkit.Index]) -> None:
    posts = {
        f"{number}.md": {"title": post["title"], "body": post["body"]} for number, post in enumerate(POSTS.values())
    }
    index = make_index(
        posts, {**posts, "0.md": {"title": "", "body": "香港。"}, "9.md": {"title": "香，港", "body": "港 15"}}
    )
    expected = expected_terms(list(index.documents()))
    with index.whoosh().reader() as reader:
        actual = {(field, term): at for field in ("title", "body") for term, at in actual_terms(reader, field)}
        lengths = {
            stored["path"]: [reader.doc_field_length(number, field) for field in ("title", "body")]
            for number, stored in reader.iter_docs()
        }
    assert actual == expected
    for document in index.documents():
        assert lengths[document.path] == [len(unigrams(fold(text)).texts) for text in (document.title, document.body)]


def test_terms_ascend_and_a_cursor_finds_its_place(corpus: searchkit.Index) -> None:
    with corpus.whoosh().reader() as reader:
        for leaf, _ in reader.leaf_readers():
            terms = list(leaf.all_terms())
            assert terms == sorted(set(terms))
            body = [leaf.schema["body"].from_bytes(term) for field, term in terms if field == "body"]
            cursor = leaf.cursor("body")
            assert cursor.find(body[5]) == body[5]
            assert cursor.next() == body[6]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("香港", "abd"),
        ("title:香港", "b"),
        ("body:香港", "ad"),
        ("小通关", "ab"),
        ('"小通关"', "a"),
        ('body:"小，通关"', "b"),
        ('"年底。上海"', "a"),
        ('"上海，香"', "a"),
        ('"香"', "abd"),
        ("香港 通关", "ab"),
        ("软件", "c"),
        ("iphone15", "c"),
        ("i-phone", "c"),
        ("kuber-netes", "c"),
        ('"i-phone"', ""),
        ("kube*", ""),  # Whoosh takes the star away before the field sees the text
        ("kube**", "c"),
        ("香港 NOT 通关", "d"),
        ("source:美國之音", "ab"),
        ("source:美国*", "ab"),
        ("tags:经济", "b"),
        ("path:c.md", "c"),
        ('url:"HTTPS://example.com/c"', "c"),
        ("date:2021", "ab"),
        ("date:[20211109 to 20220101]", "bc"),
        ("date:[to 20211108]", "a"),
        ("date:[20220101 to]", "c"),
        ("", ""),
        ("，。", ""),
    ],
)
def test_query_strings(searcher: Searcher, query: str, expected: str) -> None:
    assert found(searcher, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Every(), "abcd"),
        (Term("body", "香"), "ad"),
        (Term("body", "香 港"), "ad"),
        (Term("source", "美國之音"), "ab"),
        (Phrase("body", ["香 港", "港 的", "的 香"]), "d"),
        (Prefix("title", "kube"), "c"),
        (FuzzyTerm("title", "kubernets", maxdist=1), "c"),
        (DateRange("date", dt.datetime(2021, 11, 8), dt.datetime(2021, 12, 31, 23, 59, 58)), "a"),
        (Term("date", dt.datetime.fromisoformat("2022-01-01T00:00:00+08:00")), "c"),
    ],
)
def test_queries(searcher: Searcher, query: Query, expected: str) -> None:
    assert found(searcher, query) == expected


@pytest.mark.parametrize(
    "query", ["香港", "body:的", "香港 的", '"小通关" OR 香港', "的 NOT 香港", "香港 date:[2019 to 2022]"]
)
def test_the_best_few_are_the_first_of_all(corpus: searchkit.Index, query: str) -> None:
    index = corpus.whoosh()
    with index.searcher() as searcher:
        parsed = MultifieldParser(["title", "body"], index.schema).parse(query)
        every = [hit.score for hit in searcher.search(parsed, limit=None)]
        assert len(every) > 3
        assert [hit.score for hit in searcher.search(parsed, limit=3)] == every[:3]


def test_the_reader_counts(searcher: Searcher) -> None:
    reader = searcher.reader()
    assert (reader.frequency("body", "香 港"), reader.doc_frequency("body", "香 港")) == (3, 2)
    assert (reader.field_length("title"), reader.max_field_length("title")) == (3 + 2 + 1 + 2, 3)
    assert [(term, info.doc_frequency()) for term, info in reader.iter_field("source")] == [("美国之音".encode(), 2)]
    assert {"title", "date", "tags"} <= set(reader.indexed_field_names())


@pytest.mark.parametrize(
    ("query", "field", "marked"),
    [
        ('"小通关"', "title", ["小通关"]),
        ('"小通关"', "body", ["小通关"]),
        ('"港与内"', "body", ["港与内"]),
        ('"年底。上海"', "body", ["年底", "上海"]),
        ("的", "body", ["的"]),
        ("香港 的", "body", ["香港", "的香港"]),
        ("iphone15", "body", ["iPhone 15"]),
        ("软体", "body", ["軟體"]),
    ],
)
def test_highlights(searcher: Searcher, query: str, field: str, marked: list[str]) -> None:
    hit = searcher.search(QueryParser(field, searcher.schema).parse(query))[0]
    pieces = hit.highlights(field).split('<b class="match term')[1:]
    assert [piece.partition(">")[2].partition("<")[0] for piece in pieces] == marked


def test_a_fragment_has_context_on_both_sides(make_index: Callable[..., searchkit.Index]) -> None:
    before, after = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往", "秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
    index = make_index({"a.md": f"{before}香港{after}"}).whoosh()
    with index.searcher() as searcher:
        hit = searcher.search(QueryParser("body", index.schema).parse("香港"))[0]
        surround = hit.results.highlighter.fragmenter.surround - len("香港")  # Whoosh counts the match, too
        assert hit.highlights("body") == f'{before}<b class="match term0">香港</b>{after[:surround]}'


def test_sorted_by_date_posts_without_one_come_last(searcher: Searcher) -> None:
    assert paths(searcher, Every(), sortedby="date") == ["a", "b", "c", "d"]
    assert paths(searcher, Every(), sortedby=FieldFacet("date", reverse=True)) == ["c", "b", "a", "d"]
    assert paths(searcher, Every(), sortedby=FieldFacet("path", reverse=True)) == ["d", "c", "b", "a"]


def groups(searcher: Searcher, facet: FieldFacet) -> dict[object, int]:
    return {
        name: len(members) for name, members in searcher.search(Every(), groupedby={"by": facet}).groups("by").items()
    }


def test_grouped_as_written(searcher: Searcher) -> None:
    assert groups(searcher, FieldFacet("source")) == {"美國之音": 1, "美国之音": 1, "": 2}
    assert groups(searcher, FieldFacet("tags", allow_overlap=True)) == {"经济": 1, "社会": 1, None: 3}
    dates = groups(searcher, FieldFacet("date"))
    assert dates[None] == 1
    assert dates[dt.datetime(2021, 11, 8, tzinfo=dt.UTC)] == 1


def test_a_day_is_found_by_its_authors_clock_and_sorted_as_an_instant(
    make_index: Callable[..., searchkit.Index],
) -> None:
    index = make_index(
        {
            "a.md": {"body": "甲", "date": "2022-01-01 00:30:00 +0800"},
            "b.md": {"body": "乙", "date": "2021-12-31 23:30:00 -0500", "description": "摘要"},
        }
    ).whoosh()
    with index.searcher() as searcher:
        assert [found(searcher, query) for query in ("date:2022", "date:20211231", "摘要")] == ["a", "b", "b"]
        assert paths(searcher, Every(), sortedby="date") == ["a", "b"]
        hit = searcher.search(Term("path", "b.md"))[0]
        assert (str(hit["date"]), hit["body"]) == ("2021-12-31 23:30:00-05:00", "乙\n摘要")
        assert found(searcher, Term("date", hit["date"])) == "b"


def test_hits_have_what_is_stored(searcher: Searcher) -> None:
    hit = searcher.search(Term("path", "b.md"))[0]
    assert hit.fields() == {
        "title": "香港",
        "date": dt.datetime(2021, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
        "source": "美国之音",
        "body": "小，通关",
        "tags": ("經濟", "社会"),
        "path": "b.md",
        "url": "",
    }


def test_a_refreshed_searcher_finds_the_posts_of_the_next_commit(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for name in "abcd":
        archive.write(f"{name}.md", f"香港 {name}")
    archive.rebuild()
    for opener in OPENERS:
        searcher = opener(archive.index).searcher()
        archive.delete(next(archive.corpus.iterdir()).name)
        archive.write("new.md", "香港 新")
        archive.rebuild()
        searcher = searcher.refresh()
        assert set(paths(searcher, "香港")) == {post.stem for post in archive.corpus.iterdir()}


def tell(ways: list[Callable[[], object]]) -> set[str]:
    """What each of some ways to write says."""
    said = set()
    for way in ways:
        with pytest.raises(searchkit.IndexNotWritten) as error:
            way()
        said.add(str(error.value))
    return said


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("posts", [{"a.md": "香港"}, {}])
def test_writing_is_refused_and_changes_nothing(tmp_path: Path, opener: Open, posts: dict[str, str]) -> None:
    archive = Archive(tmp_path)
    archive.write("a.md")
    archive.rebuild()
    if not posts:
        archive.delete("a.md")
        archive.rebuild(allow_empty=True)
    before = archive.bytes()
    index = opener(archive.index)
    ways: list[Callable[[], object]] = [
        index.writer,
        index.optimize,
        lambda: index.writer(procs=2),
        lambda: index.delete_by_term("title", "香"),
        lambda: index.add_field("new", Schema()),
        lambda: AsyncWriter(index),
        lambda: BufferedWriter(index),
    ]
    assert tell(ways) == {"searchkit writes this index, Whoosh only reads it; run: searchkit rebuild-index"}
    assert {name: data for name, data in archive.bytes().items() if name != "MAIN_WRITELOCK"} == before


def test_the_facade_reads_no_table_of_contents(make_index: Callable[..., searchkit.Index]) -> None:
    index = make_index({"a.md": "香港"})
    for file in index.path.glob("_MAIN_*.toc"):
        file.write_bytes(pickle.dumps("not a table of contents"))
    with index.whoosh().searcher() as searcher:
        assert found(searcher, "香港") == "a"
    assert [problem.file for problem in searchkit.check(index.path).problems] == ["_MAIN_1.toc"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves the file open
def test_an_index_of_other_language_data_is_refused(
    make_index: Callable[..., searchkit.Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index({"a.md": "香港"})
    monkeypatch.setattr("searchkit.engines.whoosh.door.index.fingerprint", lambda: "another")
    with pytest.raises(searchkit.IndexOutdated, match=r"other language data .* run: searchkit rebuild-index"):
        whoosh.index.open_dir(index.path)


def test_a_damaged_segment_says_so(make_index: Callable[..., searchkit.Index]) -> None:
    folder = make_index({"a.md": "香港"}).path
    index = whoosh.index.open_dir(folder)
    segment = next(folder.glob("*.seg"))
    data = segment.read_bytes()
    for damaged in (data[:-1], bytes(len(data)), None):
        segment.unlink()
        if damaged is not None:
            segment.write_bytes(damaged)
        with pytest.raises(searchkit.IndexCorrupt, match=f"{segment.name} is (damaged|missing); run: searchkit"):
            index.reader()


def test_rebuilding_and_searching_load_no_whoosh(tmp_path: Path) -> None:
    code = (
        f"import searchkit, sys; searchkit.rebuild({str(CORPUS)!r}, {str(tmp_path)!r}, jobs=1)\n"
        f"assert searchkit.open({str(tmp_path)!r}).search('香港').total\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'whoosh'])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
