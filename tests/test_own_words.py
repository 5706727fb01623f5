"""Own words and own synonyms: a change of them re-indexes the posts that hold the words, and ends as a full rebuild."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from archive import Archive
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.rebuilding import reading

WORDS = ("小通关", "通关", "关安排", "人工智能时代", "时代", "的", "香港人", "杭研", "研大厦", "不知所云云", "大")
QUERIES = ("小通关 安排", "人工智能时代", "香港人的时代", "杭研大厦", "不知所云云云", "大", "title:小通关", '"小通关"')
TEXTS = (
    "港府力争年底小通关安排好",
    "人工智能时代的香港人",
    "他来到了杭研大厦",
    "不知所云云云大的时代",
    "天气很好",
    "小通關\n杭研大廈的人工智能時代",
    "通关",
)
GIVEN = st.sampled_from(["", " 0", " 3", " 5000", " 90000000"])
FREQUENCIES = st.dictionaries(st.sampled_from(WORDS), GIVEN, max_size=4)
POSTS = st.dictionaries(st.sampled_from(["a.md", "b.md", "c.md", "d/e.md"]), st.sampled_from(TEXTS), min_size=1)


def ranking(index: Path) -> list[object]:
    """What the queries find, in order, with the scores."""
    with searchkit.open(index) as opened:
        return [
            (query, [(hit.path, hit.also, hit.score) for hit in opened.search(query, limit=50)]) for query in QUERIES
        ]


def rebuild(archive: Archive, words: Mapping[str, str] | None, index: str = "index") -> searchkit.RebuildReport:
    dictionary = archive.root / "dictionary.txt"
    dictionary.write_text("".join(f"{word}{frequency}\n" for word, frequency in (words or {}).items()), "utf-8")
    return searchkit.rebuild(
        archive.corpus, archive.root / index, jobs=1, dictionary=None if words is None else dictionary
    )


@settings(max_examples=25)
@given(st.lists(st.tuples(POSTS, st.one_of(st.none(), FREQUENCIES)), min_size=2, max_size=4))
def test_any_history_of_posts_and_words_ends_as_a_full_rebuild(
    rounds: list[tuple[dict[str, str], dict[str, str] | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        for posts, words in rounds:
            for name in {"a.md", "b.md", "c.md", "d/e.md"} - posts.keys():
                (archive.corpus / name).unlink(missing_ok=True)
            for name, text in posts.items():
                archive.write(name, text)
            rebuild(archive, words)
        rebuild(archive, rounds[-1][1], "afresh")
        assert ranking(archive.index) == ranking(archive.root / "afresh")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path)
    for number, text in enumerate(TEXTS):
        archive.write(f"{number}.md", text)
    rebuild(archive, {})
    return archive


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The posts whose files a rebuild opens."""
    opened: list[str] = []
    read_bytes = reading.read_bytes

    def read_and_note(corpus: Path, path: str) -> bytes:
        opened.append(path)
        return read_bytes(corpus, path)

    monkeypatch.setattr(reading, "read_bytes", read_and_note)
    return opened


@pytest.mark.parametrize(
    ("before", "after", "posts"),
    [
        ({}, {"小通关": ""}, ["0.md", "5.md"]),
        ({"小通關": "", "天气": " 3"}, {"天氣": " 3"}, ["0.md", "5.md"]),
        ({"小通关": " 3"}, {"小通关": " 4"}, ["0.md", "5.md"]),
        ({"小通关": " 3"}, {"小通关": " 3 n"}, []),
        ({}, {"不在任何文章": ""}, []),
        ({}, {"气": " 1"}, ["4.md"]),
    ],
)  # fmt: skip
def test_a_change_of_words_opens_the_posts_that_hold_them_and_no_others(
    archive: Archive, opened: list[str], before: dict[str, str], after: dict[str, str], posts: list[str]
) -> None:
    rebuild(archive, before)
    opened.clear()
    report = rebuild(archive, after)
    assert (sorted(opened), report.reindexed, report.unchanged) == (posts, len(posts), len(TEXTS))


def test_posts_and_queries_are_cut_with_the_words_that_the_index_was_built_with(archive: Archive) -> None:
    """The dictionary is needed for a rebuild only."""
    rebuild(archive, {"杭研大厦": ""})
    (archive.root / "dictionary.txt").unlink()
    with searchkit.open(archive.index) as index:
        assert [hit.path for hit in index.search("杭研大廈")] == ["2.md", "5.md"]
        assert index.terms("杭研") == [("杭研大厦", 2)]
        [reason] = index.search("杭研大厦", limit=1, explain=True)[0].explanation.reasons  # type: ignore[union-attr]
        assert (reason.word, reason.how) == ("杭研大厦", "word")


def test_a_dry_run_counts_and_changes_nothing(archive: Archive) -> None:
    before = ranking(archive.index)
    dictionary = archive.root / "words.txt"
    dictionary.write_text("小通关\n", "utf-8")
    report = searchkit.rebuild(archive.corpus, archive.index, dictionary=dictionary, dry_run=True)
    assert (report.changed_words, report.reindexed, ranking(archive.index)) == (1, 2, before)


def test_a_post_that_cannot_be_read_now_is_cut_anew_when_it_can(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_bytes = reading.read_bytes

    def refuse(corpus: Path, path: str) -> bytes:
        if path == "0.md":
            raise searchkit.PostError(f"{path}: permission denied")
        return read_bytes(corpus, path)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_bytes", refuse)
        assert rebuild(archive, {"小通关": ""}).reindexed == 1
    assert rebuild(archive, {"小通关": ""}).updated == 1
    rebuild(archive, {"小通关": ""}, "afresh")
    assert ranking(archive.index) == ranking(archive.root / "afresh")


def synonyms(archive: Archive, text: str) -> searchkit.RebuildReport:
    file = archive.root / "synonyms.txt"
    file.write_text(text, "utf-8")
    return searchkit.rebuild(archive.corpus, archive.index, jobs=1, synonyms=file)


@pytest.mark.parametrize(
    ("line", "query", "paths"),
    [
        ("清关 = 通关", "清关", ["6.md", "0.md", "5.md"]),
        ("清关 = 通关", "通关", ["6.md", "0.md", "5.md"]),
        ("清关 => 通关", "清关", ["6.md", "0.md", "5.md"]),
        ("通关 => 清关", "清关", []),
        ("清關 ＝ 結關 ＝ 通關  # 繁體", "结关", ["6.md", "0.md", "5.md"]),
        ("AI = 人工智能", "ai 时代", ["1.md", "5.md"]),
        ("杭州研究院大楼 = 杭研大厦", "杭州研究院大楼", ["2.md", "5.md"]),
        ("清关 = 通关", '"清关"', []),
    ],
)  # fmt: skip
def test_queries_find_own_synonyms_without_any_post_read(
    archive: Archive, opened: list[str], line: str, query: str, paths: list[str]
) -> None:
    opened.clear()
    report = synonyms(archive, f"# 同义词\n\n{line}\n")
    assert (opened, report.reindexed, report.changed_synonyms > 0) == ([], 0, True)
    with searchkit.open(archive.index) as index:
        assert sorted(hit.path for hit in index.search(query) if not hit.missing) == sorted(paths)


def test_what_was_typed_ranks_before_its_synonym(archive: Archive) -> None:
    archive.write("清关.md", "清关")
    synonyms(archive, "清关 = 通关\n")
    with searchkit.open(archive.index) as index:
        assert [index.search(word)[0].path for word in ("清关", "通关")] == ["清关.md", "6.md"]


def test_where_most_words_changed_all_posts_are_indexed_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.rebuilding.recutting.MANY_WORDS", 1)
    words = dict.fromkeys([f"不在任何文章{number}" for number in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"], "")
    assert rebuild(archive, words).reindexed == len(TEXTS)
