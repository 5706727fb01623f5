"""What a process that answers once does without, and that its answers do not show it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_process import environment

from searchkit.cli.process import deferred


def loaded_by(home: Path, *argv: str) -> set[str]:
    """All modules that a command in a new process has loaded."""
    report = f"import sys; from searchkit.cli import main; main({list(argv)}); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", report]
    done = subprocess.run(command, cwd=home, env=environment(home), capture_output=True, check=True, timeout=60)
    return set(done.stderr.decode().split())


def test_a_search_for_programs_imports_nothing_for_people_or_rebuilds(home: Path) -> None:
    loaded = loaded_by(home, "search", "香港", "--format", "json")
    assert "whoosh.query" in loaded
    assert not loaded & {"rich", "bs4", "lxml", "pandas", "shtab", "frontmatter", "rjieba", "multiprocessing"}
    assert not loaded & {"searchkit.rebuilding", "searchkit.language.batch", "searchkit.engines.whoosh.indexing.inverter"}


def test_nor_what_whoosh_imports_for_others(home: Path) -> None:
    loaded = loaded_by(home, "search", "香港", "--format", "json")
    assert not loaded & {"asyncio", "ssl", "socket", "http.client", "urllib.request", "whoosh.lang.morph_en"}


def test_an_unchanged_rebuild_needs_no_arrays(home: Path) -> None:
    assert not loaded_by(home, "rebuild-index", "--dry-run", "--format", "json") & {"numpy", "whoosh", "lxml", "rjieba"}


def test_a_rebuild_of_few_posts_needs_no_pool_and_no_whoosh(home: Path, tmp_path: Path) -> None:
    loaded = loaded_by(home, "rebuild-index", "--index", str(tmp_path / "index"), "--format", "json")
    assert "numpy" in loaded
    assert not loaded & {"whoosh", "numpy.ma", "multiprocessing", "concurrent.futures", "rich"}


def test_a_deferred_module_is_there_when_its_functions_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with deferred("colorsys", "json"):
        import json
        from colorsys import rgb_to_hls
    assert json.loads is sys.modules["json"].loads, "what is loaded already is itself"
    assert "colorsys" not in sys.modules
    assert rgb_to_hls(0, 0, 0) == (0, 0, 0)
    assert "colorsys" in sys.modules


def test_nothing_of_it_is_left_when_an_import_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with pytest.raises(ImportError), deferred("colorsys"):
        import searchkit.nowhere  # type: ignore[import-not-found]  # noqa: F401
    assert "colorsys" not in sys.modules


def test_whoosh_finds_what_was_deferred() -> None:
    check = """
from searchkit.cli.process import import_queries
import_queries()
from whoosh.query import terms
assert "rendered" in terms.variations("render")
import asyncio, urllib.request
assert asyncio.run and urllib.request.urlopen
"""
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)


def test_whoosh_itself_answers_after_that(home: Path) -> None:
    loaded = loaded_by(home, "search", "bbd~1", "--format", "json")
    assert "whoosh.searching" in loaded, "this query does not ask Whoosh"
