"""Tasks to worker processes, and their results back in order; no process is left behind when one of them dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from searchkit.errors import SearchkitError
from searchkit.memory import kept_memory
from searchkit.messages import _
from searchkit.rebuilding.budget import Budget, Death
from searchkit.rebuilding.pool import Policy, Pool, Result, Task, Work


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _nothing() -> None:
    """All is there already."""


class _Trusting:
    """One task needs no process, any may cost what it likes, and none may die."""

    def is_light(self, tasks: Sequence[Any]) -> bool:
        return True

    def is_alone(self, task: Any) -> bool:
        return False

    def budget(self, task: Any) -> Budget | None:
        return None

    def recovered(self, task: Any, death: Death) -> Any:
        raise worker_died()


def worker_died() -> SearchkitError:
    return SearchkitError(
        _("a worker process died, perhaps for want of memory; the old index stands"), _("try it with --jobs 1")
    )


class Workers:
    """Worker processes, started for each call and ended with it; an ``Executor`` for an engine.

    Args:
        jobs: how many; None for one per core. One works in this process, if the tasks are light.
    """

    def __init__(self, jobs: int | None) -> None:
        self.jobs = jobs or cores()
        self._ahead: Pool[Any, Any] | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether a process was started that has had no task yet."""
        return self._ahead is not None

    def start_ahead(self, work: Work[Task, Result], prepare: Callable[[], None], meanwhile: Callable[[], None]) -> None:
        """Start a process for the tasks that come next: it loads what they need while this one does something else.

        Where that cannot be, nothing happens; the tasks are worked on all the same.

        Args:
            work: that of the tasks, which are isolated.
            prepare: loads what it needs.
            meanwhile: called while the first of them is worked on.
        """
        pool = Pool(self.jobs, work, _Trusting(), lambda done: None, prepare, meanwhile)
        if self.is_ahead or self.jobs < 2 or not pool.is_forked:
            return
        with contextlib.suppress(OSError):  # no process can be started
            pool.start_ahead()
            self._ahead = pool

    def close(self) -> None:
        """End the process that was started ahead, if it had nothing to do."""
        if self._ahead is not None:
            self._ahead.end()

    def map(
        self,
        work: Work[Task, Result],
        tasks: Sequence[Task],
        report: Callable[[int], None],
        prepare: Callable[[], None] = _nothing,
    ) -> Iterator[Result]:
        """The results of ``work(task, step)``, in the order of the tasks.

        Args:
            work: can be pickled; it calls ``step`` once per post.
            tasks: what to work on.
            report: called with the number of posts done.
            prepare: loads what the work needs, if the processes can have it of this one.

        Raises:
            SearchkitError: a process died.
        """
        return (result for _task, result in self.isolated(work, tasks, report, _Trusting(), prepare))

    def isolated(
        self,
        work: Work[Task, Result],
        tasks: Sequence[Task],
        report: Callable[[int], None],
        policy: Policy[Task, Result],
        prepare: Callable[[], None],
    ) -> Iterator[tuple[Task, Result]]:
        """The same, each with its task, or with a part of it where a process died that had all of it.

        Args:
            policy: what tasks may cost, and what becomes of one whose process died.
            prepare: loads what the work needs, if the processes can have it of this one.

        Raises:
            SearchkitError: a process died, and the policy gives up.
        """
        if tasks and self._ahead is not None:
            pool, self._ahead = self._ahead, None
            pool.policy, pool.report = policy, report
            return pool.results(tasks)
        jobs = min(self.jobs, len(tasks))
        if not tasks or (jobs == 1 and policy.is_light(tasks)):
            return self._here(work, tasks, report)
        return Pool(jobs, work, policy, report, prepare).results(tasks)

    def run(self, work: Callable[[Task], None], tasks: Sequence[Task]) -> None:
        """Call ``work``, which can be pickled, with each task; return when all are done.

        Raises:
            SearchkitError: a process died.
        """
        for _done in self.map(partial(_without_steps, work), tasks, lambda done: None):
            pass

    @staticmethod
    def _here(
        work: Work[Task, Result], tasks: Sequence[Task], report: Callable[[int], None]
    ) -> Iterator[tuple[Task, Result]]:
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            report(done)

        with kept_memory():
            for task in tasks:
                yield task, work(task, step)


def _without_steps(work: Callable[[Task], None], task: Task, step: Callable[[], None]) -> None:
    work(task)
