"""kill -9 of a rebuild at any instant: Whoosh's own ``open_dir`` finds the posts of the old index or of the new one."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from pathlib import Path

import pytest
import whoosh.index
from archive import Archive
from instants import die, in_child
from test_killed import change, killed_at
from whoosh.index import EmptyIndexError

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.usefixtures("small_segments"),
]

Seen = set[tuple[str, str]]


def seen(folder: Path) -> tuple[Seen, Seen]:
    """Path and title of every post, and of those that a search finds."""
    index = whoosh.index.open_dir(folder)
    with index.searcher() as searcher:
        found = searcher.search(index.schema["body"].parse_query("body", "香港"), limit=None)
        everything = {(stored["path"], stored["title"]) for stored in searcher.reader().all_stored_fields()}
        return everything, {(hit["path"], hit["title"]) for hit in found}


@pytest.mark.parametrize("full", [False, True])
def test_killed_at_each_change_of_a_file(archive: Archive, full: bool) -> None:
    old = seen(archive.index)
    shutil.copytree(archive.index, archive.root / "saved")
    change(archive)
    archive.afresh()
    new = seen(archive.root / "afresh")
    outcomes = []
    for instant in itertools.count(1):
        shutil.rmtree(archive.index)
        shutil.copytree(archive.root / "saved", archive.index)
        killed = killed_at(archive, instant, full=full)
        found = seen(archive.index)
        assert found in (old, new), f"neither old nor new when killed at change {instant}"
        outcomes.append(found == new)
        if not killed:
            break
    assert outcomes == sorted(outcomes)
    assert outcomes.count(False) > 10


def killed_before_the_switch(archive: Archive) -> None:
    """Rebuild in a process that dies when the table of contents is there and ``meta.json`` is the old one."""
    replace = os.replace

    def die_before_the_switch(source: Path, target: Path) -> None:
        if target.name == "meta.json":
            die()
        replace(source, target)

    def rebuild() -> None:
        os.replace = die_before_the_switch  # type: ignore[assignment]
        archive.rebuild()

    assert in_child(rebuild) == -signal.SIGKILL


def test_a_rebuild_is_killed_while_it_removes_what_a_killed_one_left(archive: Archive) -> None:
    old = seen(archive.index)
    change(archive)
    archive.afresh()
    new = seen(archive.root / "afresh")
    killed_before_the_switch(archive)
    assert seen(archive.index) == new
    shutil.copytree(archive.index, archive.root / "saved")
    outcomes = []
    for instant in itertools.count(1):
        shutil.rmtree(archive.index)
        shutil.copytree(archive.root / "saved", archive.index)
        killed = killed_at(archive, instant)
        outcomes.append(seen(archive.index))
        if not killed:
            break
    assert all(outcome in (old, new) for outcome in outcomes)
    assert old in outcomes
    assert not archive.strays()


def test_killed_at_each_change_of_a_file_of_the_first_rebuild(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write("a.md")
    archive.afresh()
    new = seen(archive.root / "afresh")
    for instant in itertools.count(1):
        killed = killed_at(archive, instant)
        try:
            assert seen(archive.index) == new
        except EmptyIndexError:
            assert killed
        shutil.rmtree(archive.index, ignore_errors=True)
        if not killed:
            break
