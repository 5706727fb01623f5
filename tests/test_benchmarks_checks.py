"""The checks of docs/benchmarks.md report errors, and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest

from benchmarks import attribution, exactness, hostile, snippets
from searchkit import Index, SearchkitError

POSTS = {
    "a.md": "国际论坛在北京召开，香港通关安排公布。" * 3,
    "b.md": "國際論壇在臺北召開，與會者說：這是一段簡單的測試文本。",
    "c.md": {"title": "Ｃｈｉｎａ发布", "body": "iPhone 15 与 C++\u200b语言，很😀好", "link": "https://example.com/a"},
}


@pytest.fixture(scope="module")
def index(make_index: Callable[..., Index]) -> Index:
    return make_index(POSTS)


@pytest.mark.parametrize(
    ("check", "options"),
    [
        (exactness.main, ["--runs", "40"]),
        (snippets.main, ["--queries", "40"]),
        (hostile.main, ["--count", "60", "--seconds", "3600"]),
    ],
)
def test_a_correct_index_passes_all_checks(
    index: Index, check: Callable[[Sequence[str]], int], options: list[str]
) -> None:
    assert check([str(index.path), *options]) == 0


def test_exceptions_are_failures(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(self: Index, query: str) -> None:
        raise RecursionError if len(query) > 50 else SearchkitError("no")

    monkeypatch.setattr(hostile, "warm_up", lambda index, texts: None)
    monkeypatch.setattr(Index, "search", search)
    assert hostile.main([str(index.path), "--count", "60"]) == 1


@pytest.mark.parametrize(("run", "other"), [("国际", "國際"), ("國際", "国际"), ("香港", "香港")])
def test_the_other_script(run: str, other: str) -> None:
    assert exactness.in_other_script(run) == other


def test_a_highlighted_text_must_be_covered_by_needles() -> None:
    assert snippets.matches_needles("國際論壇", [("国", "际"), ("论", "坛")])
    assert not snippets.matches_needles("國際論壇", [("国", "际")])


def test_every_step_of_a_rebuild_is_a_function_that_is_there() -> None:
    for name in itertools.chain.from_iterable(attribution.STEPS.values()):
        holder, attribute = attribution.holder_of(name)
        assert callable(getattr(holder, attribute))
