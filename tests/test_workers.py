"""Batches go to processes and come back in order; nothing is left behind when something goes wrong."""

from __future__ import annotations

import errno
import itertools
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import searchkit
from searchkit.errors import PostError, SearchkitError
from searchkit.rebuilding.workers import Workers, cores

Step = Callable[[], None]


def square(number: int, step: Step) -> int:
    step()
    return number * number


def die(number: int, step: Step) -> int:
    os._exit(1)


def fail(number: int, step: Step) -> int:
    raise PostError(f"task {number}", "a hint")


def nothing(done: int) -> None:
    """No progress is shown."""


@pytest.mark.parametrize("jobs", [1, 2, 5, None])
def test_results_come_in_the_order_of_the_tasks(jobs: int | None) -> None:
    told: list[int] = []
    assert list(Workers(jobs).map(square, range(20), told.append)) == [number * number for number in range(20)]
    assert told == sorted(told)
    assert max(told) <= 20


@pytest.mark.parametrize("jobs", [1, 2])
def test_work_without_results_is_done_when_it_returns(jobs: int, tmp_path: Path) -> None:
    Workers(jobs).run(Path.touch, [tmp_path / name for name in "abc"])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b", "c"]


def test_no_tasks_need_no_process() -> None:
    assert list(Workers(2).map(square, [], nothing)) == []


def test_cores_are_counted() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_the_work_comes_through_whole(jobs: int) -> None:
    with pytest.raises(PostError) as caught:
        list(Workers(jobs).map(fail, [7, 8], nothing))
    assert (caught.value.message, caught.value.hint) == ("task 7", "a hint")
    assert not multiprocessing.active_children()


def test_a_process_that_dies_is_an_error_with_a_way_out() -> None:
    with pytest.raises(SearchkitError, match=r"worker process died.*; try it with --jobs 1"):
        list(Workers(2).map(die, [1, 2, 3], nothing))
    assert not multiprocessing.active_children()


def test_ctrl_c_leaves_no_process() -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Workers(2).map(square, range(20), interrupt))
    assert not multiprocessing.active_children()


def refuse_to_start(error: BaseException) -> Callable[[object], None]:
    def start(process: object) -> None:
        raise error

    return start


def test_ctrl_c_while_a_process_is_started_leaves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse_to_start(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        list(Workers(2).map(square, [1, 2], nothing))
    assert not multiprocessing.active_children()


def test_a_process_that_cannot_be_started_is_an_error_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    error = BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse_to_start(error))
    with pytest.raises(
        SearchkitError, match=r"cannot start a process: .*unavailable; the old index stands; .*ulimit -u"
    ):
        list(Workers(2).map(square, [1, 2], nothing))


def test_the_processes_that_can_be_started_do_the_work_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    start = multiprocessing.process.BaseProcess.start
    first = itertools.count()

    def start_once(process: multiprocessing.process.BaseProcess) -> None:
        if next(first):
            raise BlockingIOError(errno.EAGAIN, "no more")
        start(process)

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", start_once)
    assert list(Workers(4).map(square, range(9), nothing)) == [number * number for number in range(9)]


PARENT = """
import os, sys
from searchkit.rebuilding.workers import Workers
def wait(number, step):
    os.write(1, b"begun")
    os.read(0, 1)
list(Workers(2).map(wait, [1, 2], lambda done: None))
"""


def test_a_parent_that_is_killed_leaves_no_process() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.read(5) == b"begun"
        parent.kill()
        assert parent.stdout.read() in (b"", b"begun"), "it ends when the last process has closed it"


def test_a_reader_that_stops_leaves_no_process() -> None:
    results = Workers(2).map(square, range(20), nothing)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_each_error_survives_the_way_between_processes() -> None:
    kinds = [SearchkitError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        error = pickle.loads(pickle.dumps(kind("what happened", "a hint")))
        assert (type(error), error.message, error.hint) == (kind, "what happened", "a hint")
        assert str(error) == "what happened; a hint"
    own = {kind.__name__ for kind in kinds if kind.__module__ == SearchkitError.__module__}
    assert own <= set(searchkit.__all__)


def where(number: int, step: Step) -> int:
    step()
    return os.getpid()


forked = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only forked processes are started ahead")


@forked
def test_a_process_that_was_started_ahead_does_what_comes_next() -> None:
    workers, calls = Workers(2), []
    workers.start_ahead(where, lambda: None, lambda: calls.append("meanwhile"))
    assert workers.is_ahead
    [pid] = workers.map(where, [1], nothing)
    assert pid != os.getpid()
    assert calls == ["meanwhile"]
    assert not workers.is_ahead
    assert list(workers.map(where, [1], nothing)) == [os.getpid()]
    assert multiprocessing.active_children() == []


@forked
def test_a_process_that_was_started_ahead_for_nothing_is_ended() -> None:
    workers = Workers(2)
    workers.start_ahead(where, lambda: None, lambda: None)
    assert list(workers.map(where, [], nothing)) == []
    workers.close()
    assert multiprocessing.active_children() == []


@forked
def test_a_process_that_dies_ahead_is_one_that_died() -> None:
    workers = Workers(2)
    workers.start_ahead(where, partial(os._exit, 1), lambda: None)
    with pytest.raises(SearchkitError, match="a worker process died"):
        list(workers.map(where, [1], nothing))
    workers = Workers(2)
    workers.start_ahead(where, lambda: 1 / 0, lambda: None)
    assert len(list(workers.map(where, [1], nothing))) == 1
    assert multiprocessing.active_children() == []


def test_one_job_starts_nothing_ahead() -> None:
    workers = Workers(1)
    workers.start_ahead(where, lambda: None, lambda: None)
    assert not workers.is_ahead
