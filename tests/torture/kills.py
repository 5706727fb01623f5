"""SIGKILL of a rebuild with several processes, at a random instant: any, or one of the commit.

The index that is opened next is the old one or the new one, whole; a killed rebuild holds no lock; the next rebuild
brings the new one and leaves nothing else.
"""

from __future__ import annotations

import os
import random
import select
import signal
from collections.abc import Iterator
from pathlib import Path

from archive import Archive, Seen

import searchkit
from torture.building import change, first, rebuild, rebuilding

FEW = 4
COMMIT_SECONDS = 0.01


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    archive = first(chance, folder)
    usual = 0.2
    while True:
        old = whole(archive)
        change(chance, archive)
        new = archive.afresh()
        options = {"jobs": chance.choice((1, 2, 3)), "full": chance.random() < 0.3}
        commits = chance.random() < 0.5
        after = chance.uniform(0, COMMIT_SECONDS if commits else usual)
        killed = killed_after(archive, after, commits=commits, **options)
        usual *= 1.05 if killed else 0.9
        how = f"killed {after:.4f} s after {'it wrote its manifest' if commits else 'it began'}, {options}"
        try:
            found = whole(archive)
        except searchkit.SearchkitError as error:
            yield f"{error}, {how}"
            return
        if found not in ((old, new) if killed else (new,)):
            yield f"neither old nor new, {how}"
        rebuild(archive)
        strays = archive.strays()
        yield None if (whole(archive), strays) == (new, set()) else f"then {strays or 'another index'}, {how}"


def whole(archive: Archive) -> Seen:
    """All that is seen of an index, whose every file is read."""
    with searchkit.open(archive.index) as index:
        index.status()
    return archive.seen()


def killed_after(archive: Archive, seconds: float, *, commits: bool, **options: object) -> bool:
    """Kill a rebuild so long after it began, or after it wrote its manifest; False if it had ended."""
    manifests = set(archive.index.glob("manifest-*"))
    began, begin = os.pipe()
    child = rebuilding(archive, progress=lambda done, total: os.write(begin, b"."), **options)
    os.close(begin)
    os.read(began, 1)
    ended = os.pidfd_open(child)
    while commits and not select.select([ended], [], [], 0)[0] and manifests >= set(archive.index.glob("manifest-*")):
        pass
    select.select([ended], [], [], seconds)
    os.kill(child, signal.SIGKILL)
    os.close(ended)
    os.close(began)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
