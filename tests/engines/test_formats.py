"""Every format of the index that this version says it reads is read: a small index of each is kept in tests/data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.whoosh.state import FORMAT_VERSION, OLDEST_READABLE, read_records, read_state

DATA = Path(__file__).parents[1] / "data"
FORMATS = range(OLDEST_READABLE, FORMAT_VERSION + 1)


@pytest.fixture(params=FORMATS)
def index(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the stored index, taken for one with this machine's language data."""
    folder = tmp_path / "index"
    shutil.copytree(DATA / f"format-{request.param}", folder)
    meta = json.loads((folder / "meta.json").read_bytes())
    assert meta["format"] == request.param
    monkeypatch.setattr("searchkit.engines.whoosh.state.fingerprint", lambda: meta["fingerprint"])
    monkeypatch.setattr("searchkit.indexing.fingerprint", lambda: meta["fingerprint"])
    return folder


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("香港", "a"),
        ('"年底前与大陆小通关，首批1000人"', "a"),
        ('"京。市"', "b"),
        ("大桥", "b d"),
        ("title:长江", "b"),
        ("source:晨报", "a"),
        ("tag:旅行", "a"),
        ("url:example", "a"),
        ("删去", ""),
        ("date:2021", "a"),
    ],
)
def test_an_index_of_each_format_is_searched(index: Path, query: str, paths: str) -> None:
    with searchkit.open(index) as opened:
        results = opened.search(query)
        assert sorted(hit.path for hit in results[: results.total]) == [f"{path}.md" for path in paths.split()]


def test_an_index_of_each_format_has_its_documents(index: Path) -> None:
    with searchkit.open(index) as opened:
        document = opened.document("a.md")
        assert (document.title, document.source, document.url) == ("香港通關", "晨報", "https://example.com/a")
        assert document.body.startswith("港府力爭")
        assert [d.path for d in opened.documents()] == ["a.md", "b.md", "d.md"]


def test_an_index_of_each_format_is_added_to(index: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/new.md").write_text("香港又一篇", encoding="utf-8")
    searchkit.rebuild(tmp_path / "corpus", index)
    with searchkit.open(index) as opened:
        assert [hit.path for hit in opened.search("香港")] == ["new.md"]


def test_an_index_of_each_format_knows_its_posts(index: Path) -> None:
    records = read_records(index, read_state(index))
    assert {path: (record.size, record.document) for path, record in records.items()} == {
        "a.md": (186, 0),
        "b.md": (73, 1),
        "d.md": (40, 0),
    }
