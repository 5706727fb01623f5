"""Searches and rebuilds at the same time: a search never fails and never sees a part of a rebuild."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from archive import QUERIES, Archive, seen

import searchkit

NAMES = [f"{number}.md" for number in range(12)]


@pytest.fixture
def editions(tmp_path: Path, small_segments: None) -> Archive:
    """An archive whose posts all tell the same edition."""
    archive = Archive(tmp_path)
    publish(archive, 0)
    return archive


def publish(archive: Archive, edition: int) -> None:
    for name in NAMES[edition % 3 :]:
        archive.write(name, f"第{edition}版 香港 {name}")
    for name in NAMES[: edition % 3]:
        (archive.corpus / name).unlink(missing_ok=True)
    archive.rebuild()


def told(results: searchkit.Results) -> set[str]:
    return {hit.title.split()[0] for hit in results}


def test_a_search_meanwhile_sees_one_commit_point_whole(editions: Archive) -> None:
    over = threading.Event()

    def search_in(index: searchkit.Index) -> None:
        results = index.search("香港", limit=20)
        assert len(told(results)) == 1
        edition = int(results[0].title[1 : results[0].title.index("版")])
        assert results.total == len(NAMES) - edition % 3

    def search(kept: searchkit.Index) -> int:
        done = 0
        while not over.is_set():
            search_in(kept)
            done += 1
        return done

    def open_and_search(kept: searchkit.Index) -> int:
        done = 0
        while not over.is_set():
            with searchkit.open(editions.index) as index:
                search_in(index)
                assert len({document.title.split()[0] for document in index.documents()}) == 1
                index.status()
                done += 1
        return done

    with searchkit.open(editions.index) as kept, ThreadPoolExecutor() as threads:
        searching = [threads.submit(work, kept) for work in (search, search, open_and_search)]
        try:
            for edition in range(1, 8):
                publish(editions, edition)
        finally:
            over.set()
        assert all(search.result() for search in searching)
    with searchkit.open(editions.index) as index:
        assert told(index.search("香港")) == {"第7版"}


def test_an_open_index_sees_the_new_commit_point_at_the_next_search(editions: Archive) -> None:
    with searchkit.open(editions.index) as index:
        for edition in range(1, 4):
            publish(editions, edition)
            assert told(index.search("香港")) == {f"第{edition}版"}
            assert len(index) == len(NAMES) - edition % 3


def test_documents_go_on_across_a_commit(editions: Archive) -> None:
    with searchkit.open(editions.index) as index:
        documents: Iterator[searchkit.Document] = index.documents()
        first = next(documents)
        publish(editions, 1)
        publish(editions, 2)
        rest = list(documents)
        assert {d.title.split()[0] for d in (first, *rest)} == {"第0版"}
        assert len(rest) == len(NAMES) - 1


def test_an_index_that_vanishes_and_comes_back(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        before = seen(index)
        archive.index.rename(archive.root / "away")
        with pytest.raises(searchkit.IndexNotFound, match="rebuild-index"):
            index.search("香港")
        (archive.root / "away").rename(archive.index)
        assert seen(index) == before


def test_a_second_rebuild_says_who_is_at_it(archive: Archive) -> None:
    archive.write("new.md")

    def second(done: int, total: int) -> None:
        who = rf"process {os.getpid()} on {socket.gethostname()} since 20\d\d-"
        with pytest.raises(searchkit.IndexBusy, match=who):
            archive.rebuild()
        archive.rebuild(dry_run=True)  # writes nothing, so it need not wait

    archive.rebuild(progress=second)
    assert archive.seen() == archive.afresh()


def test_a_rebuild_that_failed_leaves_the_lock_free(archive: Archive) -> None:
    archive.write("new.md")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.rebuild(progress=stop)
    archive.rebuild()
    assert archive.seen() == archive.afresh()


def test_eight_threads_at_once_find_the_same(archive: Archive) -> None:
    with searchkit.open(archive.index) as index, ThreadPoolExecutor(8) as threads:
        expected = seen(index)
        assert all(found == expected for found in threads.map(lambda _: seen(index), range(24)))
        paths = [hit.path for hit in index.search(QUERIES[0])]
        assert [d.path for d in threads.map(index.document, paths)] == paths
