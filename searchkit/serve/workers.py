"""Threads that do the work of requests: few at once, a bounded queue, a limit of time."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from searchkit.messages import _
from searchkit.serve.refusing import Overloaded

_Argument = TypeVar("_Argument")
_Result = TypeVar("_Result")

THREADS = 4
"""Searches take turns under the interpreter's lock: more threads only help where one of them is slow."""

QUEUE = 256
"""Requests that wait; at 300 a second, the last one waits for a second."""

SECONDS = 10.0
"""The longest time of a request, with its wait."""


class Workers:
    """Runs functions in threads.

    Args:
        threads: how many run at once.
        queue: how many may wait.
        seconds: how long a caller waits for one at most.
    """

    def __init__(self, threads: int = THREADS, queue: int = QUEUE, seconds: float = SECONDS) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="searchkit")
        self._places = threading.Semaphore(threads + queue)
        self._seconds = seconds

    async def run(self, work: Callable[[_Argument], _Result], argument: _Argument) -> _Result:
        """What a function returns, called in a thread with the caller's context variables.

        Raises:
            Overloaded: the queue is full, or it took too long; what has begun then runs on to its end in its place.
        """
        if not self._places.acquire(blocking=False):
            raise Overloaded(_("the server has too much to do"), _("try again in a moment"))
        try:
            future = self._executor.submit(contextvars.copy_context().run, work, argument)
        except BaseException:
            self._places.release()
            raise
        future.add_done_callback(lambda done: self._places.release())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError:
            raise Overloaded(
                _("the search took too long"), _("try again, or search for something more specific")
            ) from None

    def close(self) -> None:
        """Begin nothing any more."""
        self._executor.shutdown(wait=False, cancel_futures=True)
