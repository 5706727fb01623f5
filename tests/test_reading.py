"""``Index.read``: a whole post with all that a query matches in it."""

from __future__ import annotations

import pytest
from archive import Archive

import searchkit


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> searchkit.Index:
    archive = Archive(tmp_path_factory.mktemp("reading"))
    archive.write("a.md", "通关之后\n" + "香港通關。今天小雨。\n" * 400)
    archive.write("B/人工.md", "人工智能\n人工智慧、人工湖，getUserById。")
    archive.rebuild()
    return searchkit.open(archive.index)


def words(index: searchkit.Index, path: str, query: str) -> tuple[set[str], set[str]]:
    """What is highlighted in the title and in the text."""
    reading = index.read(path, query)
    title, text = reading.document.title, reading.document.text
    return {title[a:b] for a, b in reading.title_spans}, {text[a:b] for a, b in reading.spans}


@pytest.mark.parametrize(
    ("path", "query", "in_title", "in_text"),
    [
        ("a.md", "通关 香港", {"通关"}, {"通关", "香港通關"}),
        ("a.md", "title:通关", {"通关"}, set()),
        ("a.md", "北京 通关", {"通关"}, {"通关", "通關"}),
        ("B/人工.md", "人工*", {"人工"}, {"人工"}),
        ("B/人工.md", "user by id", set(), {"getUserById"}),
        ("B/人工.md", "", set(), set()),
    ],
)
def test_a_whole_post_is_highlighted_as_its_hit_is(
    index: searchkit.Index, path: str, query: str, in_title: set[str], in_text: set[str]
) -> None:
    assert words(index, path, query) == (in_title, in_text)


def test_all_matches_are_there_however_many(index: searchkit.Index) -> None:
    """A snippet chooses among the first 300."""
    assert len(index.read("a.md", "通关").spans) == 401


def test_a_post_that_is_not_there_is_an_error(index: searchkit.Index) -> None:
    with pytest.raises(searchkit.DocumentNotFound):
        index.read("c.md", "通关")
