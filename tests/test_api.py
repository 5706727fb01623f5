"""The public Python API."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
import inspect
import json
import os
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive import Archive

import searchkit
from searchkit.query import And, Not

MODULES = [module.name for module in pkgutil.walk_packages(searchkit.__path__, "searchkit.")]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("api"))
    archive.write("a.md", "<b>香港</b> & 新闻\n香港 通关 新闻 <script>alert(1)</script> 1 < 2")
    archive.write("b/same.md", "香港 通关\n正文 通关")
    archive.write("b/和上面一样.md", "香港 通關\n正文 通關")
    archive.rebuild()
    return archive


@pytest.fixture
def index(archive: Archive) -> Iterator[searchkit.Index]:
    with searchkit.open(archive.index) as index:
        yield index


def test_to_dicts_have_the_documented_keys(index: searchkit.Index) -> None:
    results = index.search("通关 香港")
    page = json.loads(json.dumps(results.to_dict(), ensure_ascii=False))
    assert list(page) == ["query", "total", "seconds", "notes", "facets", "unknown", "filtered_out", "hits"]
    assert (page["query"], page["total"]) == ("通关 香港", 2)
    assert page["hits"] == results.to_dicts()
    hit = next(hit for hit in page["hits"] if hit["path"].startswith("b/"))
    names = "rank score path title title_spans date source url tags also snippets missing added"
    assert list(hit) == names.split()
    assert (hit["path"], hit["also"]) == ("b/same.md", ["b/和上面一样.md"])
    assert (hit["title"], hit["title_spans"], hit["tags"]) == ("香港 通关", [[0, 2], [3, 5]], [])
    assert hit["date"] == "2021-11-08T00:00:00Z"
    for snippet in hit["snippets"]:
        assert list(snippet) == ["text", "spans"]
        assert {snippet["text"][start:end] for start, end in snippet["spans"]} <= {"香港", "通关"}


def test_results_are_a_sequence(index: searchkit.Index) -> None:
    results = index.search("香港")
    assert len(results) == results.total == len(list(results)) == 2
    assert results[0].rank == 1
    assert list(results[:1]) == [results[0]]
    assert repr(results[1:]) == "<Results '香港': 1 of 2 hits>"
    assert results[0] in results
    assert repr(results) == "<Results '香港': 2 of 2 hits>"
    assert not index.search("没有这个")


def test_results_can_be_used_after_closing_and_pickled(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        results = index.search("香港")
    again = pickle.loads(pickle.dumps(results))
    assert again == results
    assert again.to_dict() == results.to_dict()
    assert again._repr_html_() == results._repr_html_()


LEAN = ["rank", "path", "title", "day", "source", "tags", "score", "snippet"]


def test_a_data_frame_is_lean_unless_more_is_wanted(index: searchkit.Index) -> None:
    pytest.importorskip("pandas")
    results = index.search("香港")
    frame = results.to_pandas()
    assert list(frame.columns) == LEAN
    assert [day.date() for day in frame["day"]] == [hit.date and hit.date.date() for hit in results]
    more = results.to_pandas(bodies=True, spans=True)
    assert list(more.columns) == [*LEAN, "title_spans", "snippet_spans", "body"]
    assert list(more["body"]) == [index.document(hit.path).body for hit in results]
    for row in more.itertuples():
        assert {row.snippet[start:end] for start, end in row.snippet_spans} <= {"香港"}


def test_a_body_that_is_gone_is_none(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        results = index.search("香港")
    hits = (replace(results[0], path="gone.md"), results[1])
    assert [body is None for body in replace(results, hits=hits).to_polars(bodies=True)["body"]] == [True, False]


def test_the_error_of_missing_pandas_has_a_hint(index: searchkit.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    for package, hint in ("pandas", r"searchkit\[notebook\]"), ("polars", "polars"), ("pyarrow", "pyarrow"):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(searchkit.MissingDependency, match=f"run: pip install '{hint}'"):
            getattr(index.search("香港"), f"to_{package.removeprefix('py')}")()


def test_an_index_shows_itself(index: searchkit.Index) -> None:
    overview = index.overview()
    assert overview.documents == len(index)
    assert repr(index).startswith(f"<Index {str(index.path)!r}: 3 posts, {overview.first} to {overview.last}, built 20")
    assert "just now" in str(index._repr_html_())


@pytest.mark.parametrize("since", ["2021-11-08", dt.date(2021, 11, 8), dt.datetime(2021, 11, 8), "pandas"])
def test_a_day_is_a_text_a_date_or_a_timestamp(index: searchkit.Index, since: Any) -> None:
    day = pytest.importorskip("pandas").Timestamp("2021-11-08") if since == "pandas" else since
    assert index.search("香港", since=day).total == index.search("香港").total > 0


def test_a_path_may_begin_at_home(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(archive.index.parent))
    name = f"~/{archive.index.name}"
    assert searchkit.check(name).is_whole
    with searchkit.open(name) as index:
        assert len(index.search("香港").to_arrow(bodies=True)) == 2
    assert searchkit.rebuild(f"~/{archive.corpus.name}", name, progress=False).documents == 3


def test_results_are_displayed_as_an_escaped_table(index: searchkit.Index) -> None:
    html = index.search("香港")._repr_html_()
    assert html is not None
    assert "<script" not in html
    assert "&amp;" in html
    assert "<mark" in html


def test_a_rebuild_returns_a_report_and_calls_progress(archive: Archive, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    report = searchkit.rebuild(archive.corpus, str(tmp_path / "index"), jobs=1, progress=lambda *now: told.append(now))
    assert (report.added, report.documents, told[-1]) == (3, 3, (3, 3))
    names = "added updated removed unchanged documents changed_words changed_synonyms reindexed saved skipped warnings"
    names += " left_out removed_left_out sites damage seconds"
    assert list(json.loads(json.dumps(report.to_dict()))) == names.split()


def test_rebuild_and_open_have_default_folders(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archive.root)
    assert searchkit.rebuild(jobs=1).unchanged == 3
    with searchkit.open() as index:
        assert len(index) == 3


def test_a_script_without_a_main_guard_can_rebuild(archive: Archive, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import searchkit\n"
        f"searchkit.rebuild({str(archive.corpus)!r}, {str(tmp_path / 'index')!r}, jobs=2)\n"
        f"with searchkit.open({str(tmp_path / 'index')!r}) as index:\n"
        "    print(index.search('香港').total)\n",
        encoding="utf-8",
    )
    if not sys.platform.startswith("linux"):
        pytest.skip("only where workers are forked")
    root = Path(searchkit.__file__).parent.parent
    environment = {"PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env=environment)
    assert (run.stdout, run.stderr) == ("2\n", "")


def test_all_public_names_have_docstrings() -> None:
    public = [getattr(searchkit, name) for name in searchkit.__all__]
    methods = [method for name, method in inspect.getmembers(searchkit.Index, inspect.isfunction) if name[0] != "_"]
    assert [item for item in (*public, *methods) if not inspect.getdoc(item)] == []
    assert (Path(searchkit.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("module", ["searchkit", *MODULES])
def test_the_examples_of_docstrings_run(module: str) -> None:
    if module.endswith("__main__"):
        return
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_a_tilde_is_the_home_folder(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    corpus = os.path.relpath(archive.corpus, tmp_path)
    searchkit.rebuild(f"~/{corpus}", "~/i", jobs=1)
    assert searchkit.check("~/i").is_whole
    with searchkit.open("~/i") as index:
        assert (index.path, len(index)) == (tmp_path / "i", 3)


@pytest.mark.parametrize(
    "options",
    [
        *({name: value} for name in ("limit", "offset", "snippet_chars") for value in ("10", 1.5, -1, [1])),
        {"offset": None}, {"snippet_chars": None},
        *({"sort": value} for value in ("best", None, ["newest"])),
        *({name: value} for name in ("source", "tag", "facets") for value in (3, [None], {"a": 1}.items())),
        *({name: value} for name in ("since", "until") for value in ("gestern", "9" * 5_000, 1.5, float("nan"), [])),
        *({"recency": value} for value in ("soon", "9" * 5_000 + "d", 5, -1.0, "0d", dt.timedelta(-1))),
    ],
    ids=repr,
)  # fmt: skip
def test_an_option_that_means_nothing_is_an_error(index: searchkit.Index, options: dict[str, Any]) -> None:
    with pytest.raises(searchkit.QueryError):
        index.search("香港", **options)


@pytest.mark.parametrize("query", [None, 5, b"a", ["a"], And("a"), Not(None)], ids=repr)
def test_what_is_no_query_is_an_error(index: searchkit.Index, query: Any) -> None:
    with pytest.raises(searchkit.QueryError, match="is no query; use a text"):
        index.search(query)


@pytest.mark.parametrize("name", ["limit", "source", "tag", "facets", "since", "until", "recency"])
def test_none_is_no_limit_and_no_filter(index: searchkit.Index, name: str) -> None:
    everything = index.search("", limit=100)
    assert index.search("", **{"limit": 10**30} | {name: None}).hits == everything.hits
