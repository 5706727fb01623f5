"""An address wherever a folder may name an index: the facade, and which engine keeps an index."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.registry import engine_of, located
from searchkit.errors import IndexNotFound, SearchkitError, SettingsError
from searchkit.paths import absolute, is_address
from searchkit.render.look import Look
from searchkit.render.reports import status_text
from tests.conftest import write_posts

POSTS = {
    "a.md": {"title": "香港通关", "date": "2021-11-08", "source": "明報", "tags": ["口岸"], "body": "今天香港通关。"},
    "b.md": {"title": "口岸", "date": "2022-01-02", "source": "新华社", "body": "香港與內地通關了。"},
}


@pytest.fixture
def built(kept_elsewhere: str, tmp_path: Path) -> str:
    """The address of an index of two posts."""
    write_posts(tmp_path / "posts", POSTS)
    assert searchkit.rebuild(tmp_path / "posts", kept_elsewhere, jobs=1).added == 2
    return kept_elsewhere


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("opensearch+https://search.example.org:9200/news", True),
        ("OpenSearch+HTTP://a,[::1]:9201/news", True),
        (" opensearch+http://a/news", True),
        ("http://a:9200/news", True),
        ("https://user:password@a/news", True),
        (Path("opensearch+https://a/news"), True),
        ("index", False),
        ("~/blog/index", False),
        ("./opensearch+http://a", False),
        ("C:/blog/index", False),
        ("C://blog", False),
        ("notes+drafts", False),
        ("通关://", False),
        (None, False),
    ],
)
def test_what_is_an_address(text: str, expected: bool) -> None:
    assert is_address(text) is expected


def test_the_facade_takes_an_address_and_names_the_index_by_it_in_full(built: str, tmp_path: Path) -> None:
    short = built.replace(":9200", "")
    with searchkit.open(short) as index:
        assert index.path == built
        assert searchkit.open(index.path).search("通关").total == 2
        assert index.search("通关").index_path == index.status().index == index.check().index == built
        assert index.search("通关").to_pandas(bodies=True)["body"][0] in ("今天香港通关。", "香港與內地通關了。")
        assert repr(index).startswith(f"<Index {built!r}: 2 posts, 2021-11-08 to 2022-01-02")
        assert built in (index._repr_html_() or "")
        assert index.kwic("通关").total == 3
    assert searchkit.check(short).index == built
    write_posts(tmp_path / "posts", {"a.md": POSTS["a.md"]})
    assert searchkit.rebuild(tmp_path / "posts", short, jobs=1, dry_run=True).removed == 1
    assert searchkit.rebuild(tmp_path / "posts", short, jobs=1, repair=True).removed == 1


def test_an_error_of_an_index_names_its_address(built: str, kept_elsewhere: str) -> None:
    with searchkit.open(built) as index, pytest.raises(searchkit.DocumentNotFound, match=re.escape(f"in {built};")):
        index.document("c.md")
    with pytest.raises(searchkit.IndexFailure, match=re.escape(f"the index {built} was closed;")):
        index.search("通关")
    with pytest.raises(IndexNotFound):
        searchkit.open(kept_elsewhere.replace("news", "other"))


@pytest.mark.parametrize("index", ["elastic+https://a:9200/news", "http://user:geheim@a:9200/news", "ftp://a:geheim@b"])
def test_an_address_of_no_engine_is_an_error_that_quotes_nothing_secret(index: str) -> None:
    for ask in (located, engine_of, searchkit.open, searchkit.check, lambda index: searchkit.rebuild("posts", index)):
        with pytest.raises(SettingsError, match=r"no index has an address that begins with .*; write it as") as error:
            ask(index)
        assert "geheim" not in str(error.value)


@pytest.mark.parametrize("index", [None, 3, b"index\0", "a\0b"])
def test_what_is_neither_folder_nor_address_is_an_error(index: object) -> None:
    with pytest.raises(SearchkitError, match="is no path"):
        searchkit.open(index)  # type: ignore[arg-type]


def test_the_corpus_of_an_index_at_an_address_may_be_on_another_machine(built: str, tmp_path: Path) -> None:
    (tmp_path / "posts").rename(tmp_path / "on another machine")
    with searchkit.open(built) as index:
        status = index.status()
        assert (status.documents, status.added, status.changed, status.removed) == (2, None, None, None)
        text = status_text(status, Look())
        assert "unknown: the corpus is not on this machine" in text
        assert "rebuild-index" not in text
        assert index.check().is_whole


def test_an_address_is_the_same_from_every_folder(kept_elsewhere: str) -> None:
    assert absolute(kept_elsewhere) == kept_elsewhere
    assert absolute("index") == os.path.abspath("index")


def test_a_search_in_a_folder_loads_nothing_of_other_engines() -> None:
    code = "import sys, searchkit.index; print(*[name for name in sys.modules if 'opensearch' in name])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "\n"
