"""The facade: what an open index answers, and what it says when it cannot."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from archive import LONG_AGO, Archive

import searchkit


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path)
    archive.write("a.md", "香港 新闻\n一段")
    archive.write("b.md", "國際 新聞")
    archive.write("c/香港.md", "香港 新闻\n一段")
    archive.rebuild()
    return archive


def test_a_folder_without_an_index(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(searchkit.IndexNotFound, match=r"run: searchkit rebuild-index --index \S+$"):
            searchkit.open(folder)
    assert not (tmp_path / "nowhere").exists()


def test_posts_are_counted_and_texts_listed_once(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        assert len(index) == 3
        assert repr(index).startswith(f"<Index {str(archive.index)!r}: 3 posts, 2021-11-08 to 2021-11-08, built ")
        assert [(d.path, d.paths) for d in index.documents()] == [
            ("a.md", ("a.md", "c/香港.md")),
            ("b.md", ("b.md",)),
        ]


def test_a_document_is_found_by_each_of_its_paths(archive: Archive) -> None:
    with searchkit.open(str(archive.index)) as index:
        document = index.document("c/香港.md")
        assert document.title == "香港 新闻"
        assert document.date == dt.datetime(2021, 11, 8, tzinfo=dt.UTC)
        assert document.paths == ("c/香港.md", "a.md")
        with pytest.raises(searchkit.DocumentNotFound, match=r"'none\.md'"):
            index.document("none.md")


def test_pages_are_parts_of_one_order(archive: Archive) -> None:
    for number in range(7):
        archive.write(f"{number}.md", f"香港 {number}")
    archive.rebuild()
    with searchkit.open(archive.index) as index:
        whole = index.search("香港", limit=100)
        pages = [index.search("香港", offset=offset, limit=3) for offset in range(0, 12, 3)]
        assert [hit for page in pages for hit in page] == list(whole)
        assert [hit.rank for hit in whole] == list(range(1, 9))
        assert {page.total for page in pages} == {8}
        assert index.search("香港", limit=0).total == 8


@pytest.mark.parametrize(
    "options",
    [{"limit": -1}, {"offset": -1}, {"snippet_chars": -1}, {"sort": "best"}, {"since": "some day"}, {"until": "13"}],
)
def test_an_option_that_means_nothing(archive: Archive, options: dict[str, Any]) -> None:
    with searchkit.open(archive.index) as index, pytest.raises(searchkit.QueryError):
        index.search("香港", **options)


def test_status_counts_what_changed_in_the_corpus_since(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        clean = index.status()
        assert (clean.documents, clean.added, clean.changed, clean.removed) == (3, 0, 0, 0)
        assert clean.corpus == str(archive.corpus)
        files = [file for file in archive.index.iterdir() if file.name != "rebuild.lock"]
        assert clean.bytes == sum(file.stat().st_size for file in files)
        assert abs(dt.datetime.now(dt.UTC) - clean.built) < dt.timedelta(minutes=5)
        archive.write("new.md")
        archive.write("new2.md")
        archive.touch("a.md", LONG_AGO + 10**12)
        archive.delete("b.md")
        status = index.status()
        assert (status.documents, status.added, status.changed, status.removed) == (3, 2, 1, 1)
        archive.rebuild()
        status = index.status()
        assert (status.documents, status.added, status.changed, status.removed) == (4, 0, 0, 0)
        archive.corpus.rename(archive.root / "elsewhere")
        with pytest.raises(searchkit.CorpusNotFound):
            index.status()


def test_a_closed_index_says_so(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        assert index.search("香港")
    for use in (lambda: index.search("香港"), lambda: len(index), lambda: index.document("a.md")):
        with pytest.raises(searchkit.IndexFailure, match="closed"):
            use()
    index.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_files_are_let_go(archive: Archive) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = open_files()
    with searchkit.open(archive.index) as index:
        in_use = open_files()
        for number in range(3):
            archive.write("a.md", f"香港 {number}")
            archive.rebuild(full=True)
            index.search("香港")
            list(index.documents())
            index.status()
            assert open_files() == in_use
    assert open_files() == before


def test_too_many_open_files_are_no_damage(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("searchkit.engines.whoosh.search.searcher.WhooshSearcher", refuse)
    with pytest.raises(searchkit.IndexFailure, match="Too many open files") as caught:
        searchkit.open(archive.index)
    assert not isinstance(caught.value, searchkit.IndexCorrupt)
