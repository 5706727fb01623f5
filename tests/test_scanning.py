"""A scan in two processes finds what one finds, whatever becomes of the other."""

import datetime as dt
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.files import FileRecord, Files
from searchkit.model import PostFile, Selection
from searchkit.posts.selection import files
from searchkit.posts.selection.files import Walk
from searchkit.rebuilding import scanning
from searchkit.rebuilding.changes import compared
from searchkit.rebuilding.scanning import scanned
from searchkit.rebuilding.workers import Workers


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One flat folder, small ones, an empty one, links and a file that cannot be read; parts of three files."""
    monkeypatch.setattr(scanning, "MANY_POSTS", 0)
    monkeypatch.setattr(scanning, "_PART_FILES", 3)
    folder = tmp_path / "posts"
    names = [f"flat/{number}.md" for number in range(10)] + [f"{year}/{year}.md" for year in range(2010, 2015)]
    for name in [*names, "b.md", "标题.html", "notes.txt", "flat/a.org", "empty/a.css", os.fsdecode(b"\xce\xc4.md")]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("---\ntitle: a\n---\n" + name.encode(errors="replace").decode(), encoding="utf-8")
    (folder / "2010/link.md").symlink_to(folder / "b.md")
    (folder / "gone.md").symlink_to(folder / "nowhere")
    return folder


def found(corpus: Path, amid: Callable[[], object] = lambda: None, jobs: int = 2) -> tuple[list[PostFile], list[str]]:
    walk = Walk(Selection())
    with scanned(walk, corpus, 0, jobs) as scan:
        amid()
        posts = sorted(file for folder in scan.folders for file in folder.files())
    return posts, [problem.path for problem in walk.problems]


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> list[scanning._StatProcess]:
    """Each process that was started beside this one."""
    started: list[scanning._StatProcess] = []
    start = scanning._StatProcess.started

    def noting() -> scanning._StatProcess | None:
        other = start()
        started.extend([other] if other else [])
        return other

    monkeypatch.setattr(scanning._StatProcess, "started", noting)
    return started


def noted(function: Callable[..., None], calls: list[str]) -> Callable[..., None]:
    def noting(*arguments: object) -> None:
        calls.append("started")
        function(*arguments)

    return noting


def is_left(other: scanning._StatProcess) -> bool:
    try:
        os.waitpid(other.pid, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def test_two_processes_find_what_one_finds(corpus: Path, others: list[scanning._StatProcess]) -> None:
    posts, problems = found(corpus)
    assert posts == files.scan(corpus).posts
    assert len(posts) == 21
    assert problems == ["gone.md"]
    assert not any(map(is_left, others))


def test_a_process_that_dies_changes_nothing(corpus: Path, others: list[scanning._StatProcess]) -> None:
    assert found(corpus, lambda: os.kill(others[0].pid, signal.SIGKILL)) == found(corpus, jobs=1)


def test_a_system_without_processes_left_scans_in_one(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refusing)
    assert found(corpus) == found(corpus, jobs=1)


def test_the_process_looks_at_what_it_is_handed_and_ends_with_its_parent(corpus: Path) -> None:
    other = scanning._StatProcess.started()
    assert other is not None
    other.hand([(str(corpus / "flat"), "0.md\0no.md\0001.md")])
    while (numbers := other.found(3)) is None:
        assert os.waitpid(other.pid, os.WNOHANG) == (0, 0)  # else it died, and there is nothing to wait for
    sizes = [(corpus / "flat/0.md").stat().st_size, -1, (corpus / "flat/1.md").stat().st_size]
    assert numbers[:3].tolist() == sizes
    os.close(other.pipe[1])  # as when the parent dies
    assert os.waitpid(other.pid, 0)[1] == 0
    for descriptor in (other.handed, other.answers, other.pipe[0]):
        os.close(descriptor)


def test_no_process_is_left_by_a_scan_that_fails(corpus: Path, others: list[scanning._StatProcess]) -> None:
    with pytest.raises(ZeroDivisionError):
        found(corpus, lambda: 1 / 0)
    assert [is_left(other) for other in others] == [False]


def test_a_rebuild_finds_what_changed(
    corpus: Path, tmp_path: Path, others: list[scanning._StatProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead: list[str] = []
    monkeypatch.setattr(Workers, "start_ahead", noted(Workers.start_ahead, ahead))
    index = tmp_path / "index"
    searchkit.rebuild(corpus, index, jobs=2)
    (corpus / "flat/0.md").write_text("另一篇文章", encoding="utf-8")
    (corpus / "flat/1.md").unlink()
    (corpus / "2014/new.md").write_text("新文章", encoding="utf-8")
    report = searchkit.rebuild(corpus, index, jobs=2)
    assert (report.added, report.updated, report.removed, report.documents) == (1, 1, 1, 21)
    assert searchkit.rebuild(corpus, index, jobs=2).unchanged == 21
    assert [is_left(other) for other in others] == [False] * 2
    assert ahead == ["started"]  # once, where a folder had changed


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_reads_posts_is_loaded_once_and_only_for_posts_to_read(corpus: Path, jobs: int) -> None:
    loaded: list[str] = []
    posts = {post.path: FileRecord(post.size, post.mtime_ns, "") for post in files.scan(corpus).posts}
    some = {path: record for path, record in posts.items() if path != "flat/5.md"}
    for known, to_read in ((posts, []), (some, ["flat/5.md"]), ({}, sorted(posts))):
        walk = Walk(Selection())
        with scanned(walk, corpus, 0, jobs) as scan:
            since = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
            found = compared(walk, scan, Files.of(known), since, prepare=lambda: loaded.append("once more"))
        assert [file.path for file in found.to_read] == to_read
    assert len(loaded) == 2
