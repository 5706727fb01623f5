"""Threads take turns, but nobody waits for a slow search."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchkit import Index
from searchkit.searching import turns
from searchkit.searching.turns import Turns


def test_a_search_does_not_wait_for_a_slow_one() -> None:
    turns, slow_began, fast_done = Turns(), threading.Event(), threading.Event()

    def slow() -> bool:
        with turns.take():
            slow_began.set()
            return fast_done.wait(timeout=60)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        assert slow_began.wait(timeout=60)
        with turns.take():
            fast_done.set()
        assert running.result(), "the fast search ended only after the slow one"


def test_short_searches_run_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MAX_WAIT", 60)
    order, shared = [], Turns()

    def search(number: int) -> None:
        with shared.take():
            order.append(number)
            order.append(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(search, range(50)))
    assert order[::2] == order[1::2]


def test_threads_wait_for_another_machine_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MAX_WAIT", 60)
    shared, both = Turns(computed_here=False), threading.Barrier(2, timeout=10)

    def search(_number: int) -> int:
        with shared.take():
            return both.wait()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(search, range(2))) == [0, 1]


def test_threads_ask_another_machine_for_the_version_together(make_index: Callable[..., Index]) -> None:
    index = make_index({"a.md": "香港"})
    version, both = index.version, threading.Barrier(2, timeout=10)

    def asked() -> object:
        both.wait()
        return version

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(index._engine, "version", asked)
        assert list(pool.map(lambda query: index.search(query).total, ["香港", "香"])) == [1, 1]


def test_threads_get_the_answers_of_one(make_index: Callable[..., Index]) -> None:
    index = make_index({f"{number}.md": f"香港 通关 {number} {'北京' * (number % 7)}" for number in range(60)})
    queries = ["香港", "北京", '"港 通"', "通关 -北京", "香港 7", "北* OR 通关", "kube~1", "没有"] * 10
    expected = [index.search(query).hits for query in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda query: index.search(query).hits, queries)) == expected
