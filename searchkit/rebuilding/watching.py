"""An index that follows its posts: what came of each set of changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from searchkit.errors import CorpusError, IndexBusy, IndexUnreachable, MissingDependency, SearchkitError
from searchkit.messages import _
from searchkit.reports import RebuildReport

if TYPE_CHECKING:
    from watchfiles import Change

QUIET_MS = 100
"""Changes that follow each other within this time are one set; so often settings and folders are looked at, too."""

LONGEST_MS = 5_000
"""A set of changes is complete after this time, even if more follow."""

AGAIN_SECONDS = 5.0
"""Between two attempts at a server that does not answer."""

_Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What is kept up to date.

    Attributes:
        corpus: the folder of posts; it may vanish and come back.
        index: the index folder, whose changes are none; None where the index is in no folder.
        settled_by: files that settle how: ``searchkit.toml``, word lists. They need not exist.
        rebuild: brings the index up to date.
    """

    corpus: Path
    index: Path | None
    settled_by: tuple[Path, ...]
    rebuild: Callable[[], RebuildReport]

    def state(self) -> tuple[_Stamp, ...]:
        """Which folder the corpus is, and the versions of the files; another state asks for another watch."""
        return (_stamp(self.corpus)[:2], *map(_stamp, self.settled_by))

    def is_watched(self, _change: Change, path: str) -> bool:
        """Whether a path is outside the index folder."""
        return self.index is None or not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.index))


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def follow(settle: Callable[[], Task]) -> Iterator[RebuildReport | SearchkitError]:
    """Bring an index up to date, then again after each set of changes, until it is interrupted.

    Another rebuild at work is waited for, and so is a server that does not answer any more. After any other error the
    index stands as it was, and the next change, or the return of the corpus, brings it up to date.

    Args:
        settle: reads the settings; called first, and when one of their files or the corpus folder itself changed.

    Yields:
        The report of the first rebuild, then of each that changed something; or an error, once until one succeeds.

    Raises:
        MissingDependency: watchfiles is not installed.
        CorpusError: the operating system cannot watch the folder.
        SearchkitError: the first rebuild failed.
        KeyboardInterrupt: Ctrl-C.
    """
    _import_watchfiles()
    task = settle()
    last: RebuildReport | None = None
    told = ""
    not_before = 0.0
    while True:
        state = task.state()  # from before the settings are read, so that no change of them is missed
        try:
            task = settle()
        except SearchkitError as error:  # the settings that were good hold until these are
            yield error
        due = True  # what changed before the watch began
        for changed in _changes(task, state):
            due = due or changed
            if not due or time.monotonic() < not_before:
                continue
            try:
                report = task.rebuild()
            except SearchkitError as error:
                due = isinstance(error, (IndexBusy, IndexUnreachable))
                if last is None and not isinstance(error, IndexBusy):
                    raise
                if isinstance(error, IndexUnreachable):
                    not_before = time.monotonic() + AGAIN_SECONDS
                if str(error) != told:
                    yield error
                told = str(error)
                continue
            if last is None or report.is_change or report.skipped != last.skipped:
                yield report
            due, last, told = False, report, ""


def _changes(task: Task, state: tuple[_Stamp, ...]) -> Iterator[bool]:
    """Yield whether there was a set of changes, every ``QUIET_MS``, while the state is the same."""
    folders = [task.corpus] if task.corpus.is_dir() else []
    try:
        for changes in _import_watchfiles().watch(
            *folders,
            watch_filter=task.is_watched,
            step=QUIET_MS,
            debounce=LONGEST_MS,
            rust_timeout=QUIET_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            if task.state() != state:
                return
            yield bool(changes)
    except OSError as error:
        if folders and not task.corpus.is_dir():  # it went just now
            return
        raise CorpusError(
            _("cannot watch {folder}: {reason}", folder=task.corpus, reason=error),
            _("allow more watches, or set WATCHFILES_FORCE_POLLING=1"),
        ) from None


def _import_watchfiles() -> ModuleType:
    try:
        import watchfiles  # optional
    except ModuleNotFoundError:
        raise MissingDependency(_("watchfiles is not installed"), _("run: pip install 'searchkit[watch]'")) from None
    return watchfiles
