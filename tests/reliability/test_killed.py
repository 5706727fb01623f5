"""kill -9 at any instant: the next command sees the old index or the new one, whole; so does Whoosh's own reader."""

from __future__ import annotations

import itertools
import os
import random
import select
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive import Archive, seen_by_whoosh
from instants import LAST, before_each_change, die, in_child
from whoosh.index import EmptyIndexError

import searchkit

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.usefixtures("small_segments"),
]


def change(archive: Archive) -> None:
    archive.write("a.md", "香港 改了")
    archive.delete("b.md")
    archive.write("new.md", "香港 全文检索")
    archive.write("new2.md", "國際 新闻")


def killed_at(archive: Archive, instant: int, **options: Any) -> bool:
    """Rebuild in a process that dies at this instant; False when it ended before."""

    def rebuild() -> None:
        before_each_change(archive.index, lambda count, event: die() if count == instant else None)
        archive.rebuild(**options)

    code = in_child(rebuild)
    assert code in (LAST, -signal.SIGKILL)
    return code != LAST


@pytest.mark.parametrize("full", [False, True])
def test_killed_at_each_change_of_a_file(archive: Archive, full: bool) -> None:
    old, old_of_whoosh = archive.seen(), seen_by_whoosh(archive.index)
    shutil.copytree(archive.index, archive.root / "saved")
    change(archive)
    new, new_of_whoosh = archive.afresh(), seen_by_whoosh(archive.root / "afresh")
    outcomes = []
    of_whoosh = []
    for instant in itertools.count(1):
        shutil.rmtree(archive.index)
        shutil.copytree(archive.root / "saved", archive.index)
        killed = killed_at(archive, instant, full=full)
        found = archive.seen()
        assert found in (old, new), f"neither old nor new when killed at change {instant}"
        outcomes.append(found == new)
        of_whoosh.append((old_of_whoosh, new_of_whoosh).index(seen_by_whoosh(archive.index)))
        with searchkit.open(archive.index) as index:
            assert index.status().documents == len(index), "the next rebuild cannot tell what changed"
        if instant % 5 == 0 or not killed:  # it takes most of the time
            archive.rebuild()
            assert archive.seen() == new
            assert not archive.strays()
        if not killed:
            break
    assert outcomes == sorted(outcomes), "the new index was visible before the switch"
    assert of_whoosh == sorted(of_whoosh)
    assert outcomes.count(False) > 10


def test_killed_at_each_change_of_a_file_when_the_dictionary_changed(archive: Archive) -> None:
    dictionary = archive.root / "dictionary.txt"
    dictionary.write_text("香港 0\n", encoding="utf-8")
    old = archive.seen()
    shutil.copytree(archive.index, archive.root / "saved")
    archive.rebuild(dictionary=dictionary)
    new = archive.seen()
    assert new != old
    for instant in itertools.count(1, 3):
        shutil.rmtree(archive.index)
        shutil.copytree(archive.root / "saved", archive.index)
        killed = killed_at(archive, instant, dictionary=dictionary)
        assert archive.seen() in (old, new), f"neither old nor new when killed at change {instant}"
        archive.rebuild(dictionary=dictionary)
        assert (archive.seen(), archive.strays()) == (new, set())
        if not killed:
            break


def test_killed_at_each_change_of_a_file_of_the_first_rebuild(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write("a.md")
    new, new_of_whoosh = archive.afresh(), seen_by_whoosh(archive.root / "afresh")
    for instant in itertools.count(1):
        killed = killed_at(archive, instant)
        try:
            assert seen_by_whoosh(archive.index) == new_of_whoosh
            assert archive.seen() == new
        except (searchkit.IndexNotFound, EmptyIndexError):
            assert killed
        archive.rebuild()
        assert archive.seen() == new
        assert not archive.strays()
        shutil.rmtree(archive.index)
        if not killed:
            break


def killed_with_workers(archive: Archive, dies: Callable[[int], bool]) -> None:
    """Rebuild with two workers in a process that dies at the first progress that it should; wait for their end."""
    ended, held = os.pipe()

    def rebuild() -> None:
        os.close(ended)
        archive.rebuild(full=True, jobs=2, progress=lambda done, total: die() if dies(done) else None)

    assert in_child(rebuild) == -signal.SIGKILL
    archive.rebuild()  # the lock is free at once, though a worker may still be there
    os.close(held)
    # readable when the last process that holds the other end has ended
    assert select.select([ended], [], [], 30)[0], "a worker outlives the rebuild"
    os.close(ended)


@pytest.mark.parametrize("progress", [0, 1])  # before there are workers, and while there are
def test_workers_end_and_the_lock_is_free_when_the_rebuild_is_killed(archive: Archive, progress: int) -> None:
    change(archive)
    new = archive.afresh()
    count = itertools.count()
    killed_with_workers(archive, lambda done: next(count) == progress)
    assert archive.seen() == new
    archive.rebuild()
    assert not archive.strays()


def test_killed_at_random_instants(archive: Archive) -> None:
    old = archive.seen()
    change(archive)
    for number in range(40):
        archive.write(f"more/{number}.md", f"香港 新闻 {number}")
    new = archive.afresh()
    for _ in range(6):
        began, told = os.pipe()
        child = os.fork()
        if not child:
            archive.rebuild(jobs=2, progress=lambda done, total, told=told: os.write(told, b"."))
            os._exit(0)
        os.read(began, 1)
        select.select([], [], [], random.uniform(0, 0.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(began)
        os.close(told)
        assert archive.seen() in (old, new)
    archive.rebuild()
    assert archive.seen() == new
