"""docs/notebook.ipynb runs, and pandas by hand gives the same numbers."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import searchkit

pytest.importorskip("pandas")
pytest.importorskip("altair")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

from benchmarks import notebook_by_hand  # noqa: E402 - it needs pandas

ROOT = Path(__file__).parents[1]

_spec = importlib.util.spec_from_file_location("notebook", ROOT / "docs" / "notebook.py")
assert _spec is not None
assert _spec.loader is not None
notebook = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(notebook)


@pytest.mark.filterwarnings("ignore")  # those of the kernel's packages
def test_the_notebook_runs_and_shows_what_it_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    kept = nbformat.read(ROOT / "docs" / "notebook.ipynb", as_version=4)
    book = notebook.notebook()
    assert [cell.source for cell in kept.cells] == [cell.source for cell in book.cells]
    notebook.execute(book)
    for cell, now in zip(kept.cells, book.cells, strict=True):
        if cell.cell_type == "code":
            assert len(now.outputs) == len(cell.outputs) == 1, cell.source
            assert set(now.outputs[0].data) == set(cell.outputs[0].data)
    assert "<svg" in notebook.picture(book)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> searchkit.Index:
    folder = tmp_path_factory.mktemp("notebook")
    searchkit.rebuild(ROOT / "corpus", folder, progress=False)
    return searchkit.open(folder)


@pytest.mark.parametrize("task", notebook_by_hand.TASKS)
def test_by_hand_the_numbers_are_the_same_and_the_lines_more(index: searchkit.Index, task: str) -> None:
    by_hand, by_searchkit = notebook_by_hand.TASKS[task]
    posts = notebook_by_hand.posts_of(index)
    found = notebook_by_hand.folded(by_searchkit(index, "咖啡"))
    assert found == notebook_by_hand.folded(by_hand(posts, "咖啡"))
    assert len(found) > 10
    page = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
    assert f"| {task} | {notebook_by_hand.lines_of(by_hand)} | {notebook_by_hand.lines_of(by_searchkit)} |" in page
