"""Other forms of Latin words and numbers, and words that go on, in an index."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchkit import Index
from searchkit.query import And, Not, Text

POSTS = {
    "a.md": "wifi 密码",
    "b.md": "Wi-Fi 密码",
    "c.md": "换一个 search engine",
    "d.md": "PostgreSQL 与 Wikipedia",
    "e.md": "café 在巷口",
}


@pytest.fixture(scope="module")
def index(make_index: Callable[..., Index]) -> Index:
    return make_index({path: {"title": "无题", "body": body} for path, body in POSTS.items()})


def test_other_forms_follow_what_was_typed_and_are_highlighted(index: Index) -> None:
    results = index.search("wifi")
    assert [hit.path for hit in results] == ["a.md", "b.md"]
    shown = [snippet.text[a:b] for hit in results for snippet in hit.snippets for a, b in snippet.spans]
    assert shown == ["wifi", "Wi-Fi"]
    assert results[1].score > 0


@pytest.mark.parametrize("query", ["+wifi", "wifi 密码", "body:wifi", "wifi OR 猫"])
def test_other_forms_count_wherever_a_word_does(index: Index, query: str) -> None:
    assert index.search(query).total == 2


def test_a_word_that_is_left_out_is_left_out_in_every_form(index: Index) -> None:
    assert index.search(And(Text("密码"), Not(Text("wifi")))).total == 0


def test_a_sentence_asks_for_no_other_forms(index: Index) -> None:
    paths = {hit.path for hit in index.search("how can one use the searchengine of a wiki for research work today?")}
    assert "c.md" not in paths


def test_words_that_go_on_follow_and_say_what_they_lack(index: Index) -> None:
    results = index.search("postgres")
    assert results.total == 0
    assert [(hit.path, hit.missing) for hit in results] == [("d.md", ("postgres",))]
    assert [snippet.text[a:b] for snippet in results[0].snippets for a, b in snippet.spans] == ["PostgreSQL"]


@pytest.mark.parametrize("query", ["postgres -wikipedia", "po", '"postgres"', "gres"])
def test_words_that_do_not_go_on(index: Index, query: str) -> None:
    assert list(index.search(query)) == []


def test_pages_of_words_that_go_on(index: Index) -> None:
    assert [hit.path for hit in index.search("wifi wiki", limit=2)] == ["a.md", "b.md"]
    assert [hit.path for hit in index.search("wifi wiki", limit=2, offset=2)] == ["d.md"]
    assert index.search("postgres", sort="newest").total == 0
