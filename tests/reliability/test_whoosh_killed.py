"""kill -9 of a rebuild that cleans up after a killed one: Whoosh's own reader finds the old posts or the new ones."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from pathlib import Path

import pytest
from archive import Archive, seen_by_whoosh
from instants import die, in_child
from test_killed import change, killed_at

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.usefixtures("small_segments"),
]


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
    old = seen_by_whoosh(archive.index)
    change(archive)
    archive.afresh()
    new = seen_by_whoosh(archive.root / "afresh")
    killed_before_the_switch(archive)
    assert seen_by_whoosh(archive.index) == new
    shutil.copytree(archive.index, archive.root / "saved")
    outcomes = []
    for instant in itertools.count(1):
        shutil.rmtree(archive.index)
        shutil.copytree(archive.root / "saved", archive.index)
        killed = killed_at(archive, instant)
        outcomes.append(seen_by_whoosh(archive.index))
        if not killed:
            break
    assert all(outcome in (old, new) for outcome in outcomes)
    assert old in outcomes
    assert not archive.strays()
