"""No post stops a rebuild: one that kills or stalls the process that reads it is skipped, the others are indexed."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from archive import Archive

import searchkit
from searchkit.engines.whoosh.indexing import segment_writer
from searchkit.rebuilding import budget, reading, tasks
from searchkit.rebuilding import rebuild as rebuilding
from searchkit.rebuilding.budget import Budget

POISON = "poison.md"


def wait_forever() -> None:
    here, _there = os.pipe()
    os.read(here, 1)


def count_forever() -> None:
    while True:
        pass


def take_memory() -> None:
    bytearray(1 << 30)


class PanicError(BaseException):
    """What native code raises that broke down; it cannot be pickled."""

    def __reduce__(self) -> str:
        raise TypeError


def panic() -> None:
    raise PanicError


ENDED = "it ended the process that read it"
PERHAPS = "perhaps for want of memory"
DEADLY: dict[str, Callable[[], object]] = {
    f"{ENDED} (SIGABRT), {PERHAPS}": os.abort,
    f"{ENDED} (SIGSEGV), {PERHAPS}": lambda: signal.raise_signal(signal.SIGSEGV),
    f"{ENDED} (SIGKILL), {PERHAPS}": lambda: os.kill(os.getpid(), signal.SIGKILL),
    f"{ENDED} (exit code 3), {PERHAPS}": lambda: os._exit(3),
    f"{ENDED} (exit code 1), {PERHAPS}": panic,
    "it took more than 0.2 s": wait_forever,
    "it took more than 0 s": count_forever,
    "it took more than 200 MB of memory": take_memory,
}


@pytest.fixture(scope="module", autouse=True)
def dictionaries(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load the dictionaries once, here, so that no process that is started has to."""
    archive = Archive(tmp_path_factory.mktemp("dictionaries"))
    archive.write("a.md", "香港 新闻")
    archive.rebuild()


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Ten posts in one batch, which is as much as a process of its own is for."""
    monkeypatch.setattr(tasks, "LARGE_BYTES", 0)
    archive = Archive(tmp_path)
    for name in ("a", "b", "c", "d", "poison", "q", "r", "s", "t", "u"):
        archive.write(f"{name}.md", f"香港 新闻 {name}")
    return archive


def poisoned(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let the reading of one post do something."""
    read_bytes = reading.read_bytes

    def read(corpus: Path, path: str) -> bytes:
        if path == POISON:
            faulthandler.disable()  # pytest's would print where the process was
            act()
        return read_bytes(corpus, path)

    monkeypatch.setattr(reading, "read_bytes", read)


@pytest.mark.parametrize("reason", DEADLY)
def test_a_post_that_ends_its_process_is_skipped_with_the_reason(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    little = Budget(0 if DEADLY[reason] is count_forever else 10, 200_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "ONE_POST", little)
        patch.setattr(tasks, "MANY_POSTS", little)
        patch.setattr(budget, "STALL_SECONDS", 0.2 if DEADLY[reason] is wait_forever else 30)
        poisoned(patch, DEADLY[reason])
        report = archive.rebuild(jobs=1)
    assert [(problem.path, problem.reason) for problem in report.skipped] == [(POISON, reason)]
    assert (report.added, report.documents) == (9, 9)
    assert not multiprocessing.active_children()
    assert not archive.strays()
    assert archive.rebuild().added == 1, "a skipped post is read again"
    assert archive.seen() == archive.afresh()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("bytes_a_batch", [1, 300, 8_000_000])
def test_the_others_are_indexed_as_if_it_were_not_there(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, jobs: int, bytes_a_batch: int
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH_BYTES", bytes_a_batch)
    poisoned(monkeypatch, os.abort)
    archive.rebuild(jobs=jobs)
    seen = archive.seen()
    archive.delete(POISON)
    assert seen == archive.afresh()


def test_a_post_that_ends_its_process_only_when_it_is_analysed_is_found(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts are analysed many at a time: the last post that was read is another."""
    fold_batch = segment_writer.fold_batch

    def fold(texts: Sequence[str]) -> list[str]:
        if any("poison" in text for text in texts):
            os._exit(1)
        return fold_batch(texts)

    monkeypatch.setattr(segment_writer, "fold_batch", fold)
    report = archive.rebuild()
    assert [problem.path for problem in report.skipped] == [POISON]
    assert report.documents == 9


def test_the_index_keeps_what_it_had_of_a_post_that_ends_its_process(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.rebuild()
    archive.write(POISON, "天气 变了")
    with monkeypatch.context() as patch:
        poisoned(patch, os.abort)
        report = archive.rebuild()
    assert report.skipped[0].reason.endswith("(SIGABRT), perhaps for want of memory; the index keeps what it had")
    with searchkit.open(archive.index) as index:
        assert POISON in [hit.path for hit in index.search("香港", limit=None)]
    assert archive.rebuild().updated == 1


def test_after_a_rebuild_that_a_small_post_killed_the_next_one_skips_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "LARGE_BYTES", 500_000)
    poisoned(monkeypatch, lambda: os._exit(3))
    first = multiprocessing.get_context("fork").Process(target=archive.rebuild)
    first.start()
    first.join()
    assert first.exitcode == 3
    report = archive.rebuild()
    assert ([problem.path for problem in report.skipped], report.documents) == ([POISON], 9)


def test_a_dry_run_tells_the_same(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned(monkeypatch, os.abort)
    assert archive.rebuild(dry_run=True).skipped == archive.rebuild().skipped


def test_where_every_process_dies_the_posts_are_not_to_blame(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.rebuild()
    before = archive.seen()
    monkeypatch.setattr(tasks, "MAX_DEATHS", 2)
    monkeypatch.setattr(reading, "read_bytes", lambda corpus, path: os._exit(1))
    with pytest.raises(searchkit.SearchkitError, match="a worker process died, perhaps for want of memory; the old"):
        archive.rebuild(full=True, jobs=2)
    assert archive.seen() == before
    assert not archive.strays()


def test_a_large_post_has_a_process_to_itself_and_small_ones_need_none(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "LARGE_BYTES", 100_000)
    monkeypatch.setattr(rebuilding, "LARGE_BYTES", 100_000)
    started: list[str] = []
    start = multiprocessing.process.BaseProcess.start

    def note_and_start(process: multiprocessing.process.BaseProcess) -> None:
        started.append(process.name)
        start(process)

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", note_and_start)
    archive.rebuild()
    assert not started
    archive.write("v.md", "国际 " * 30_000)
    archive.write("w.md", "新闻 " * 30_000)
    archive.write("x.md", "国际")
    archive.rebuild()
    assert len(started) == 3
    assert archive.seen() == archive.afresh()
