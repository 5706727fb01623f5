"""kill -9 of a rebuild at any instant: a search finds the old index or the new one, whole; the next clears up."""

from __future__ import annotations

import os
import random
import select
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from reliability.instants import LAST, die, in_child

from opensearch.cluster import Cluster
from opensearch.instants import at_each_instant
from opensearch.remote import RemoteArchive

INSTANTS = 20


@pytest.fixture
def archive(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteArchive]:
    """Posts in both scripts, some alike, several batches a rebuild."""
    monkeypatch.setattr("searchkit.rebuilding.rebuild.BATCH_BYTES", 1000)
    archive = RemoteArchive(tmp_path, cluster, "killed")
    for number in range(30):
        archive.write(f"{number}.md", f"第{number % 25}篇 香港 新闻")
    archive.write("a.md", "國際 新聞\n香港")
    archive.rebuild()
    yield archive
    cluster.remove("killed")


def change(archive: RemoteArchive, edition: int) -> None:
    """Posts that are changed, that vanish, that come, and that become or cease to be alike."""
    archive.write("a.md", f"香港 改了{edition}")
    archive.write("b.md", f"第{edition % 25}篇 香港 新闻")
    archive.write(f"new{edition}.md", f"國際 新闻 {edition}")
    for number in range(3):
        (archive.corpus / f"{3 * edition + number}.md").unlink(missing_ok=True)


def rebuild_killed_at(archive: RemoteArchive, instant: int, full: bool) -> int:
    def rebuild() -> None:
        with at_each_instant(lambda count: die() if count == instant else None):
            archive.rebuild(full=full)

    return in_child(rebuild)


def instants_of_a_rebuild(archive: RemoteArchive, full: bool) -> int:
    last = 0

    def count_to(count: int) -> None:
        nonlocal last
        last = count

    with at_each_instant(count_to):
        archive.rebuild(full=full)
    return last


@pytest.mark.parametrize("full", [False, True])
def test_killed_at_twenty_instants(archive: RemoteArchive, full: bool) -> None:
    change(archive, 0)
    last = instants_of_a_rebuild(archive, full)
    assert last > 2 * INSTANTS
    old = archive.seen()
    outcomes = []
    for edition in range(1, INSTANTS // 2 + 1):
        change(archive, edition)
        new = archive.afresh()
        assert new != old
        instant = 1 + (last - 1) * (edition - 1) // (INSTANTS // 2 - 1)
        before = archive.indexes()
        code = rebuild_killed_at(archive, instant, full)
        assert code == -signal.SIGKILL or (code, instant) == (LAST, last)
        found = archive.seen()
        assert found in (old, new), f"neither old nor new when killed at instant {instant} of {last}"
        outcomes.append(found == new)
        searched = archive.generation()
        archive.rebuild()
        assert archive.seen() == new
        assert archive.indexes() <= before | searched | archive.generation(), "what was killed is not removed"
        old = new
    assert outcomes == sorted(outcomes), "the new index was visible before the switch"
    assert outcomes.count(False) >= 2


def rebuild_killed_with_workers(archive: RemoteArchive) -> int:
    """Rebuild in a process that is killed a moment after its first progress, while its workers write."""
    began, told = os.pipe()
    child = os.fork()
    if not child:
        try:
            archive.rebuild(full=True, jobs=2, progress=lambda done, total: os.write(told, b"."))
        finally:
            os._exit(LAST)
    os.close(told)
    os.read(began, 1)
    select.select([], [], [], random.uniform(0, 0.5))
    os.kill(child, signal.SIGKILL)
    os.close(began)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_killed_at_any_time_with_workers(archive: RemoteArchive) -> None:
    old = archive.seen()
    for edition in range(1, 5):
        change(archive, edition)
        new = archive.afresh()
        before = archive.indexes()
        assert rebuild_killed_with_workers(archive) in (LAST, -signal.SIGKILL)
        assert archive.seen() in (old, new)
        searched = archive.generation()
        archive.rebuild()
        assert archive.seen() == new
        assert archive.indexes() <= before | searched | archive.generation()
        old = new
