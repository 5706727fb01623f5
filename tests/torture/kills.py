"""SIGKILL of a rebuild with several processes, at a random instant.

The index that is opened next is the old one or the new one, whole; a killed rebuild holds no lock; the next rebuild
brings the new one and leaves nothing else.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from torture.building import change, first, rebuild, rebuilding

FEW = 4


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    archive = first(chance, folder)
    old = archive.seen()
    usual = 0.1
    while True:
        change(chance, archive)
        new = archive.afresh()
        jobs, full = chance.choice((1, 2, 3)), chance.random() < 0.3
        after = chance.uniform(0, usual * 1.2)
        child = rebuilding(archive, jobs=jobs, full=full)
        began = time.monotonic()
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        if not killed:
            usual = (usual + time.monotonic() - began) / 2
        elif chance.random() < 0.1:
            usual *= 1.1
        found = archive.seen()
        if found not in ((old, new) if killed else (new,)):
            yield f"neither old nor new, killed after {after:.4f} s of a rebuild with {jobs} jobs, full={full}"
        rebuild(archive)
        old = archive.seen()
        strays = archive.strays()
        yield None if (old, strays) == (new, set()) else f"after the next rebuild: {strays or 'another index'}"
