"""The n-th system call of a kind fails, or does half of its work: in a rebuild of several processes, or in a search.

What is seen is an error of searchkit or success, never a traceback, a wrong answer, a broken index or a process that
waits for ever. After a rebuild that failed the old index stands; after one that succeeded, the new one; the next one
brings the latest and leaves nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from archive import Archive, Seen

import searchkit
from searchkit import cli
from torture.building import change, first, rebuild, small_segments
from torture.preloaded import Outcome, Preload, call_in_child, in_preloaded

FEW = 10
FAULTS = {
    "open": ("ENOSPC", "EIO", "EMFILE", "ENFILE", "ENOMEM", "EACCES", "EDQUOT", "EROFS", "EINTR", "ESTALE"),
    "read": ("EIO", "EINTR", "ENOMEM", "ESTALE", "half"),
    "write": ("ENOSPC", "EIO", "EDQUOT", "EINTR", "EFBIG", "half"),
    "fsync": ("EIO", "ENOSPC", "EDQUOT", "EINTR"),
    "close": ("EIO", "ENOSPC", "EDQUOT", "EINTR"),
    "rename": ("EIO", "ENOSPC", "EACCES", "EDQUOT", "EROFS"),
    "unlink": ("EIO", "EACCES", "EROFS", "EBUSY"),
    "mkdir": ("ENOSPC", "EACCES", "EDQUOT", "EROFS", "EIO"),
    "mmap": ("ENOMEM", "EACCES", "ENODEV", "EAGAIN"),
    "ftruncate": ("EIO", "ENOSPC", "EINTR"),
    "flock": ("EINTR", "ENOLCK", "EIO"),
    "fork": ("EAGAIN", "ENOMEM"),
    "pipe": ("EMFILE", "ENFILE"),
    "thread": ("EAGAIN",),
    "stat": ("EIO", "EACCES", "ENOMEM", "ESTALE"),
    "listdir": ("EIO", "EACCES", "EMFILE", "ENOMEM"),
    "seek": ("EIO",),
}
"""What can happen to each call; ``half``: it does half of what it could."""


class Fault(NamedTuple):
    """What fails: the nth call of a kind, or that and all later ones."""

    call: str
    nth: int
    error: str
    effect: str

    def arm(self, preload: Preload) -> None:
        preload.arm(self.call, self.nth, self.effect, getattr(errno, self.error, 0))


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    return in_preloaded(faults, chance, folder)


def faults(chance: random.Random, folder: Path) -> Iterator[str | None]:
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = str(folder)
    archive = first(chance, folder / "archive")
    preload = Preload(archive.root)
    while True:
        old = archive.seen()
        shutil.rmtree(folder / "saved", ignore_errors=True)
        shutil.copytree(archive.index, folder / "saved")
        change(chance, archive)
        new = archive.afresh()
        shutil.rmtree(archive.root / "afresh")
        for _ in range(20):
            fault, by = a_fault(chance), chance.choice((from_python, from_the_shell))
            yield _told(_in_search(archive, preload, fault, by, old), fault, f"a search {by.__name__}")
            jobs, full = chance.choice((1, 2)), chance.random() < 0.2
            what = _in_rebuild(archive, preload, fault, by, {"jobs": jobs, "full": full}, old, new)
            yield _told(what, fault, f"a rebuild {by.__name__}, {jobs} jobs, {full=}")
            shutil.rmtree(archive.index)
            shutil.copytree(folder / "saved", archive.index)
        rebuild(archive)


def a_fault(chance: random.Random) -> Fault:
    """One of all kinds; the number of the call is mostly small, as most calls are rare."""
    call = chance.choice(list(FAULTS))
    error = chance.choice(FAULTS[call])
    effect = "half" if error == "half" else chance.choice(("once", "once", "from now on"))
    if error == "EINTR":
        effect = "once"
    return Fault(call, int(chance.lognormvariate(2, 1.5)) + 1, error, effect)


def _told(what: str | None, fault: Fault, where: str) -> str | None:
    return what and f"{fault} in {where}: {what}"


def from_python(archive: Archive, **options: Any) -> tuple[int, bool]:
    """Rebuild by the library; the exit code that the command would have, and whether a post could not be read."""
    try:
        with small_segments():
            return 0, bool(archive.rebuild(**options).skipped)
    except searchkit.SearchkitError:
        return 2, False


def from_the_shell(archive: Archive, *, jobs: int, full: bool) -> tuple[int, bool]:
    """Rebuild by the command line."""
    paths = ["--corpus", str(archive.corpus), "--index", str(archive.index)]
    code = _command(["rebuild-index", *paths, "--jobs", str(jobs), *(["--full"] if full else [])])
    return code, False


def _command(argv: list[str]) -> int:
    """Run a command in this process; its exit code."""
    with small_segments(), os.fdopen(os.dup(2), "w") as sys.stdout:
        return cli.main(argv)


def _unclear(outcome: Outcome, by: object) -> str | None:
    """What is wrong with how a command ended, or with what it said."""
    said = outcome.said if by is from_the_shell else ""
    if outcome.error or outcome.code or outcome.said != said:
        return f"exit code {outcome.code}, {outcome.error} {outcome.said}"
    if "Traceback" in said or "error: unexpected" in said:
        return said
    return None


def _in_rebuild(
    archive: Archive,
    preload: Preload,
    fault: Fault,
    by: Callable[..., tuple[int, bool]],
    options: dict[str, Any],
    old: Seen,
    new: Seen,
) -> str | None:
    def work() -> tuple[int, bool]:
        fault.arm(preload)
        return by(archive, **options)

    outcome = call_in_child(work, preload.disarm)
    if unclear := _unclear(outcome, by):
        return unclear
    code, skipped = outcome.result
    if code == 2 and by is from_the_shell and "searchkit: error: " not in outcome.said:
        return f"exit code 2 without an error: {outcome.said}"
    skipped = skipped or "skipped:" in outcome.said
    try:
        found = archive.seen()
    except searchkit.SearchkitError as error:
        return f"then the index does not open: {error}; it said: {outcome.said}"
    if not skipped and found not in ((old, new) if code else (new,)):
        return f"then the index is {'the old' if found == old else 'another'} one; exit code {code}: {outcome.said}"
    rebuild(archive)
    if archive.seen() != new:
        return "the next rebuild does not bring the latest index"
    return f"the next rebuild leaves {archive.strays()}" if archive.strays() else None


def _in_search(archive: Archive, preload: Preload, fault: Fault, by: object, expected: Seen) -> str | None:
    """A search opens the index, asks and reads, and changes nothing."""
    before = sorted(os.listdir(archive.index))

    def work() -> Seen | None:
        fault.arm(preload)
        if by is from_the_shell:
            assert _command(["search", "香港", "--index", str(archive.index)]) in (0, 2)
            return None
        with contextlib.suppress(searchkit.SearchkitError):
            return archive.seen()
        return None

    outcome = call_in_child(work, preload.disarm)
    if unclear := _unclear(outcome, by):
        return unclear
    if outcome.result not in (None, expected):
        return "a wrong answer"
    return None if sorted(os.listdir(archive.index)) == before else "it changed the folder"
