"""Worker processes that may die: what each was doing is known, the others go on, none is left behind.

An executor of the standard library gives up all its tasks when one process dies, and does not say which task it was.
"""

from __future__ import annotations

import contextlib
import gc
import heapq
import os
import signal
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from searchkit.errors import SearchkitError
from searchkit.memory import kept_memory
from searchkit.messages import _
from searchkit.rebuilding import budget as budgets
from searchkit.rebuilding.budget import Budget, Death

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

Task = TypeVar("Task")
Result = TypeVar("Result")
_Outcome = TypeVar("_Outcome", covariant=True)

Work = Callable[[Task, Callable[[], None]], Result]
"""Does a task, and calls the function that it is given at each step."""

_POLL_SECONDS = 0.1
_Key = tuple[int, ...]
"""The place of a task among all: of the parts of one, each has one number more."""


class Policy(Protocol[Task, _Outcome]):
    """What tasks may cost, and what becomes of one whose process died."""

    def is_light(self, tasks: Sequence[Task]) -> bool:
        """Whether these tasks need no process of their own."""

    def is_alone(self, task: Task) -> bool:
        """Whether a task has a process to itself, which did and does nothing else."""

    def budget(self, task: Task) -> Budget | None:
        """What a task may cost; None for any."""

    def recovered(self, task: Task, death: Death) -> Sequence[Task] | _Outcome:
        """What to do instead, in order; or the result that stands for the task.

        Raises:
            SearchkitError: nothing can be done.
        """


class _Assignment(NamedTuple, Generic[Task]):
    """A task that a worker has.

    Attributes:
        key: its place.
        task: the task.
        budget: what it may cost.
        alone: whether its worker does nothing else.
    """

    key: _Key
    task: Task
    budget: Budget | None
    alone: bool


@dataclass(slots=True)
class _Worker(Generic[Task]):
    """A process and what it does.

    Attributes:
        slot: its place among the workers, and among their counts of steps.
        pipe: the way to it and back.
        has: what it does; None if it is idle.
        fresh: whether it never had a task.
        steps: how many it had taken when it was last looked at.
        moved: when it took the last one, by the monotonic clock.
    """

    slot: int
    process: Any
    pipe: Connection
    has: _Assignment[Task] | None = None
    fresh: bool = True
    steps: int = 0
    moved: float = 0.0

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


@dataclass
class Pool(Generic[Task, Result]):
    """Worker processes for some tasks.

    Args:
        jobs: how many processes at most.
        work: what to do with each task; can be pickled, as tasks and results.
        policy: what a task may cost, and what comes after a death.
        report: called with the number of steps taken.
        prepare: loads what the work needs, if the processes can have it of this one.
        meanwhile: called once the first tasks are given out.
    """

    jobs: int
    work: Work[Task, Result]
    policy: Policy[Task, Result]
    report: Callable[[int], None]
    prepare: Callable[[], None]
    meanwhile: Callable[[], None] = lambda: None
    _workers: list[_Worker[Task]] = field(default_factory=list)
    _waiting: deque[tuple[_Key, Task]] = field(default_factory=deque)
    _unfinished: set[_Key] = field(default_factory=set)
    _finished: list[tuple[_Key, Task, Result, Exception | None]] = field(default_factory=list)
    _taken: int = 0
    _told: int = 0

    def __post_init__(self) -> None:
        self._context = _context()
        self._counts = self._context.RawArray("q", self.jobs)

    @property
    def is_forked(self) -> bool:
        """Whether its processes have what this one has loaded."""
        return self._context.get_start_method() == "fork"

    def start_ahead(self) -> None:
        """Start a process that loads what the work needs, before there is a task. Raises OSError."""
        self._start(self.prepare)

    def end(self) -> None:
        """End all processes."""
        while self._workers:
            self._workers.pop().end()

    def results(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Tasks and their results, in order; of a task that was divided, those of its parts.

        Raises:
            SearchkitError: a process died, and the policy gives up; or none can be started.
        """
        try:
            if self.is_forked and len(tasks) > len(self._workers):
                self.prepare()
            self._waiting.extend(((number,), task) for number, task in enumerate(tasks))
            self._unfinished.update(key for key, _task in self._waiting)
            self._assign()
            self.meanwhile()
            while self._unfinished:
                self._assign()
                self._look()
                while self._finished and (not self._unfinished or self._finished[0][0] < min(self._unfinished)):
                    _key, task, result, error = heapq.heappop(self._finished)
                    if error is not None:
                        raise error
                    yield task, result
        finally:
            self.end()

    def _assign(self) -> None:
        """Give waiting tasks to idle workers, or to new ones."""
        while self._waiting:
            key, task = self._waiting[0]
            alone = self.policy.is_alone(task)
            worker = self._idle_worker(alone)
            if worker is None:
                return
            self._waiting.popleft()
            worker.has = _Assignment(key, task, self.policy.budget(task), alone)
            worker.fresh, worker.steps, worker.moved = False, 0, time.monotonic()
            self._counts[worker.slot] = 0
            with contextlib.suppress(OSError):  # it died meanwhile, which is seen like any death
                worker.pipe.send((task, worker.has.budget))

    def _idle_worker(self, fresh: bool) -> _Worker[Task] | None:
        """One that does nothing, and never did if it has to be fresh; None while all are busy."""
        for worker in [worker for worker in self._workers if worker.has is None]:
            if worker.fresh or not fresh:
                return worker
            self._retire(worker)
        if len(self._workers) == self.jobs:
            return None
        try:
            return self._start()
        except OSError as error:
            if any(worker.has for worker in self._workers):  # they do the rest
                return None
            raise SearchkitError(
                _("cannot start a process: {reason}; the old index stands", reason=error.strerror or str(error)),
                _("end other programs, or raise the limit of processes: ulimit -u"),
            ) from None

    def _start(self, prepare: Callable[[], None] = lambda: None) -> _Worker[Task]:
        slot = min(set(range(self.jobs)) - {worker.slot for worker in self._workers})
        pipe, far_end = self._context.Pipe()
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(far_end, self.work, prepare, self._counts, slot, os.getpid()), daemon=True
        )
        worker: _Worker[Task] = _Worker(slot, process, pipe)
        try:
            with warnings.catch_warnings(), interrupts_held_back():
                warnings.simplefilter("ignore", DeprecationWarning)  # fork beside numpy's idle threads is safe here
                gc.freeze()  # so that the collector of the new process leaves these pages shared
                process.start()
                gc.unfreeze()
                self._workers.append(worker)
        finally:
            far_end.close()
        return worker

    def _retire(self, worker: _Worker[Task]) -> None:
        worker.end()
        self._workers.remove(worker)

    def _look(self) -> None:
        """Wait a moment for results, and take what there is."""
        from multiprocessing.connection import wait  # most rebuilds have one task, and need no pool

        busy = [(worker, worker.has) for worker in self._workers if worker.has is not None]
        ready = wait([worker.pipe for worker, _has in busy], _POLL_SECONDS)
        now = time.monotonic()
        for worker, has in busy:
            steps = self._counts[worker.slot]
            if worker.pipe in ready:
                self._receive(worker, has)
            elif steps != worker.steps:
                worker.steps, worker.moved = steps, now
            elif has.budget is not None and now - worker.moved > budgets.STALL_SECONDS:
                self._bury(worker, has, stalled=True)
        running = sum(self._counts[worker.slot] for worker in self._workers if worker.has is not None)
        self._told = max(self._told, self._taken + running)  # fewer after a death
        self.report(self._told)

    def _receive(self, worker: _Worker[Task], has: _Assignment[Task]) -> None:
        try:
            result, error = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            self._bury(worker, has, stalled=False)
            return
        worker.has = None
        self._taken += self._counts[worker.slot]
        self._take(has, result, error)
        if has.alone:
            self._retire(worker)

    def _take(self, has: _Assignment[Task], result: Result, error: Exception | None = None) -> None:
        """A task is done, or has failed; an error is raised when it is its turn, so that it is the same each time."""
        self._unfinished.remove(has.key)
        heapq.heappush(self._finished, (has.key, has.task, result, error))

    def _bury(self, worker: _Worker[Task], has: _Assignment[Task], *, stalled: bool) -> None:
        """A worker died amid its task, or stalled and is to: do what the policy says."""
        death = Death(worker.process.exitcode or 0, self._counts[worker.slot], stalled)
        self._retire(worker)
        instead = self.policy.recovered(has.task, death)
        if isinstance(instead, Sequence):
            parts = [((*has.key, number), part) for number, part in enumerate(instead)]
            self._unfinished.remove(has.key)
            self._unfinished.update(key for key, _part in parts)
            self._waiting.extendleft(reversed(parts))
        else:
            self._taken += 1
            self._take(has, instead)


def _context() -> BaseContext:
    """Fork where that is safe: scripts need no ``__main__`` guard, and jieba's dictionary is loaded once."""
    import multiprocessing  # as in _look

    return multiprocessing.get_context("fork" if sys.platform.startswith("linux") else "spawn")


@contextlib.contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Ctrl-C comes after the block: no process is started and not known, and none of them is told of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    pipe: Connection, work: Work[Any, Any], prepare: Callable[[], None], counts: Any, slot: int, parent: int
) -> None:
    """What a worker process does: tasks, until it is ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    _be_silent()
    watch = _Watch(parent)
    threading.Thread(target=watch.run, daemon=True).start()
    with contextlib.suppress(Exception):  # what cannot be loaded is said by the work, which needs it
        prepare()
    with contextlib.suppress(EOFError, OSError), kept_memory():  # the parent has gone
        while True:
            task, budget = pipe.recv()
            gc.collect()
            watch.budget = None
            has_begun = False

            def step(budget: Budget | None = budget) -> None:
                nonlocal has_begun
                counts[slot] += 1
                if not has_begun:  # all imports are done
                    has_begun = True
                    if budget is not None:
                        watch.begin(budget)

            answer: tuple[Any, Exception | None]
            try:
                answer = work(task, step), None
            except MemoryError:
                budgets.exit_out_of_memory()
            except Exception as error:  # others, such as a panic of native code, end the process
                if not isinstance(error, SearchkitError):
                    from traceback import format_exc  # 6 ms, which a rebuild does without

                    error.add_note(format_exc())
                answer = None, error
            pipe.send(answer)


def _be_silent() -> None:
    """What native code writes before it aborts is not for whoever rebuilds: the report has the reason."""
    os.environ["RUST_BACKTRACE"] = "0"  # it needs memory, and waits for itself forever where there is none
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


class _Watch:
    """A thread of a worker process that ends it once its parent has gone, or once it took too much memory."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._peak = 0
        self.budget: Budget | None = None

    def begin(self, budget: Budget) -> None:
        budget.grant()
        self._peak = budgets.peak_memory()
        self.budget = budget

    def run(self) -> None:
        while os.getppid() == self._parent:
            if self.budget is not None and self.budget.exceeds(self._peak):
                budgets.exit_out_of_memory()
            time.sleep(_POLL_SECONDS)
        os._exit(1)
