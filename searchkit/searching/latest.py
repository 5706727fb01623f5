"""The latest commit point, opened once for all threads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from searchkit.engines.protocol import Engine, Searcher
from searchkit.errors import IndexFailure
from searchkit.messages import _


@dataclass(slots=True)
class _Opened:
    """A searcher, the version of the index that it reads, and how many calls use it."""

    searcher: Searcher
    version: object
    users: int = 0
    retired: bool = False


class LatestSearcher:
    """Lends the searcher of the latest commit point. Calls of several threads use it side by side.

    A searcher of an older commit point, or whose files somebody wrote into, is closed once its last call has ended.

    Args:
        engine: of the index.
        name: the index, as errors name it.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._lock = threading.Lock()
        self._opened: _Opened | None = self._open()

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Searcher]:
        """The searcher of the latest commit point, open until the block ends."""
        opened = self._take()
        try:
            yield opened.searcher
        finally:
            self._give_back(opened)

    def close(self) -> None:
        """Lend nothing any more, and close the searcher once its last call has ended."""
        with self._lock:
            if self._opened is not None:
                self._retire(self._opened)
                self._opened = None

    def _open(self) -> _Opened:
        version = self._engine.version()  # before it is opened: a commit in between is seen at the next call
        return _Opened(self._engine.open(), version)

    def _take(self) -> _Opened:
        version = self._engine.version()  # without the lock: another machine may have to be asked
        with self._lock:
            opened = self._opened
            if opened is None:
                raise IndexFailure(
                    _("the index {name} was closed", name=self._name), _("open it again with searchkit.open")
                )
            if self._is_outdated(opened, version):
                self._opened = self._open()
                self._retire(opened)
                opened = self._opened
            opened.users += 1
            return opened

    def _is_outdated(self, opened: _Opened, version: object) -> bool:
        """Whether there is a later commit point; where another thread has just opened one, ``version`` is older."""
        if version != opened.version and self._engine.version() != opened.version:
            return True
        return not opened.searcher.is_unchanged()

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            opened.users -= 1
            if opened.retired and not opened.users:
                opened.searcher.close()

    def _retire(self, opened: _Opened) -> None:
        opened.retired = True
        if not opened.users:
            opened.searcher.close()
