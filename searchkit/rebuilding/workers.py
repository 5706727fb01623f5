"""Tasks to worker processes, and their results back in order; no process is left behind when one of them dies."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from searchkit.errors import SearchkitError
from searchkit.messages import _

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.context import BaseContext

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_POLL_SECONDS = 0.1
_STOPPED = -1

_done: Any = None
"""In a worker process: the shared count of posts done; ``_STOPPED`` once the parent has given up."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """Worker processes, started for each call and ended with it; an ``Executor`` for an engine.

    Args:
        jobs: how many; None for one per core. One works in this process.
    """

    def __init__(self, jobs: int | None) -> None:
        self._jobs = jobs or cores()

    def map(
        self,
        work: Callable[[_Task, Callable[[], None]], _Result],
        tasks: Sequence[_Task],
        report: Callable[[int], None],
    ) -> Iterator[_Result]:
        """The results of ``work(task, step)``, in the order of the tasks.

        Args:
            work: can be pickled; it calls ``step`` once per post.
            tasks: what to work on.
            report: called with the number of posts done.

        Raises:
            SearchkitError: a process died.
        """
        jobs = min(self._jobs, len(tasks))
        return self._here(work, tasks, report) if jobs <= 1 else self._in_pool(jobs, work, tasks, report)

    def run(self, work: Callable[[_Task], None], tasks: Sequence[_Task]) -> None:
        """Call ``work``, which can be pickled, with each task; return when all are done.

        Raises:
            SearchkitError: a process died.
        """
        for _done in self.map(partial(_without_steps, work), tasks, lambda done: None):
            pass

    @staticmethod
    def _here(
        work: Callable[[_Task, Callable[[], None]], _Result], tasks: Sequence[_Task], report: Callable[[int], None]
    ) -> Iterator[_Result]:
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            report(done)

        for task in tasks:
            yield work(task, step)

    @staticmethod
    def _in_pool(
        jobs: int,
        work: Callable[[_Task, Callable[[], None]], _Result],
        tasks: Sequence[_Task],
        report: Callable[[int], None],
    ) -> Iterator[_Result]:
        from concurrent.futures import ProcessPoolExecutor, wait  # most rebuilds have one task, and need no pool
        from concurrent.futures.process import BrokenProcessPool  # the same

        context = _context()
        done = context.Value("q", 0)
        count = done.get_obj()  # read without its lock, which a worker that was killed may still hold
        futures: deque[Future[_Result]] = deque()
        with ProcessPoolExecutor(jobs, context, _start_worker, (done, os.getpid())) as pool:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)  # fork beside numpy's idle threads is safe here
                    futures.extend(pool.submit(_work, work, task) for task in tasks)
                while futures:
                    while wait([futures[0]], timeout=_POLL_SECONDS).not_done:
                        report(count.value)
                    report(count.value)
                    yield futures.popleft().result()  # holds no result longer than the caller does
            except BrokenProcessPool:
                raise SearchkitError(
                    _("a worker process died, perhaps for want of memory; the old index stands"),
                    _("try it with --jobs 1"),
                ) from None
            except BaseException:
                done.value = _STOPPED  # ends the workers; cancelling pending futures would break the pool's own thread
                raise


def _context() -> BaseContext:
    """Fork where that is safe: scripts need no ``__main__`` guard, and jieba's dictionary is loaded once."""
    import multiprocessing  # as in _in_pool

    return multiprocessing.get_context("fork" if sys.platform.startswith("linux") else "spawn")


def _start_worker(done: Any, parent: int) -> None:
    global _done
    _done = done
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    threading.Thread(target=_exit_with, args=(parent,), daemon=True).start()


def _exit_with(parent: int) -> None:
    """End this worker once its parent has ended or given up."""
    while os.getppid() == parent and _done.value != _STOPPED:
        time.sleep(_POLL_SECONDS)
    os._exit(1)


def _work(work: Callable[[_Task, Callable[[], None]], _Result], task: _Task) -> _Result:
    return work(task, _step)


def _step() -> None:
    with _done.get_lock():
        if _done.value != _STOPPED:
            _done.value += 1


def _without_steps(work: Callable[[_Task], None], task: _Task, step: Callable[[], None]) -> None:
    work(task)
