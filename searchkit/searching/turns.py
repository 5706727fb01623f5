"""Threads that search at once take turns under the interpreter's lock, and nobody waits for a slow search."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

MAX_WAIT = 0.05
"""Seconds that a search waits for the one before it; most take a tenth of that."""


class Turns:
    """Lets searches run one after the other for as long as they are short.

    Threads that run at once hand over the interpreter's lock at every call of numpy: that costs four threads a third of
    the throughput of one. So a search waits for the one before it, at most ``MAX_WAIT`` seconds. An interpreter without
    that lock lets all run at once.

    Args:
        computed_here: whether this process does the work, so that searches do not wait for another machine.

    >>> turns = Turns()
    >>> with turns.take():
    ...     "a search"
    'a search'
    """

    def __init__(self, computed_here: bool = True) -> None:
        self._turn = threading.Lock()
        # Python 3.13 is the first that may lack the lock
        self._needed: bool = computed_here and getattr(sys, "_is_gil_enabled", lambda: True)()

    @contextlib.contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, or as long as one may wait; the turn ends with the block."""
        taken = self._needed and self._turn.acquire(timeout=MAX_WAIT)
        try:
            yield
        finally:
            if taken:
                self._turn.release()
