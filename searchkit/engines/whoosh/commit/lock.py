"""One writer at a time: an exclusive lock on a file of the index folder, freed when its holder ends."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.opening import open_regular
from searchkit.engines.whoosh.commit.meta import sync_folder, writing
from searchkit.errors import IndexBusy, IndexNotWritten
from searchkit.messages import _

_LOCK = "rebuild.lock"
_FLAGS = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_HOLDER_BYTES = 400
_ATTEMPTS, _PAUSE_SECONDS = 10, 0.05

_held: set[int] = set()
"""File descriptors of the locks that this process holds."""


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the one right to commit; create the folder where there is none.

    Raises:
        IndexBusy: another process holds it; the message says which.
        IndexNotWritten: the folder cannot be written.
    """
    with writing(folder):
        _make(folder)
        descriptor = _open(folder / _LOCK)
    _held.add(descriptor)
    try:
        with writing(folder):
            acquired = _acquire(descriptor)
        if not acquired:
            raise IndexBusy(
                _("another rebuild is at work on {folder}: {holder}", folder=folder, holder=_holder(folder)),
                _("wait for it to end"),
            )
        from socket import gethostname  # 3 ms that a search, which takes no lock, does without

        with contextlib.suppress(OSError):  # only information for others; garbage on a full disk is removed next
            since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"process {os.getpid()} on {gethostname()} since {since}".encode())
        yield
    finally:
        _held.discard(descriptor)
        with contextlib.suppress(OSError):  # it is closed, whatever a disk says of the writes before
            os.close(descriptor)


def _make(folder: Path) -> None:
    """Create a folder, and make its name durable in each folder that had to be created for it."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


def _open(path: Path) -> int:
    """The lock's file, created where there is none. Somebody else's folder may have anything in its place."""
    if path.is_symlink():
        raise IndexNotWritten(_("{path} is a link", path=path), _("remove it"))
    descriptor = os.open(path, _FLAGS, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IndexNotWritten(_("{path} is not a regular file", path=path), _("remove it"))
    return descriptor


def _acquire(descriptor: int) -> bool:
    """Try for half a second: a worker forked just before its parent was killed releases the lock when it first runs."""
    for _attempt in range(_ATTEMPTS):
        if _try_acquire(descriptor):
            return True
        time.sleep(_PAUSE_SECONDS)
    return _try_acquire(descriptor)


def _try_acquire(descriptor: int) -> bool:
    """Whoosh's own lock does the same, but importing it brings in urllib: 45 ms of each rebuild."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def _holder(folder: Path) -> str:
    with contextlib.suppress(OSError, Damaged, UnicodeDecodeError), open_regular(folder / _LOCK) as file:
        return file.read(_HOLDER_BYTES).decode() or "unknown process"
    return "unknown process"


def _close_inherited() -> None:
    """A forked worker shares its parent's locks, and would keep them when the parent dies."""
    for descriptor in _held:
        with contextlib.suppress(OSError):  # as above
            os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_inherited)
