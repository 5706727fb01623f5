"""What the engine's contract means for the files of an index folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from committing import A, B, commit, document, paths

from searchkit.engines.protocol import Engine
from searchkit.engines.registry import engine_of


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return engine_of(tmp_path / "index")


def test_verify_names_each_file_that_is_damaged_or_missing(engine: Engine, tmp_path: Path) -> None:
    commit(engine, [document(f"{number}.md", "长文" * 99) for number in range(40)])
    commit(engine, [A])
    damaged, missing, manifest = sorted((tmp_path / "index").glob("[pm]*.[sz]*"), key=lambda file: -file.stat().st_size)
    data = bytearray(damaged.read_bytes())
    data[100] ^= 1
    damaged.write_bytes(data)
    missing.unlink()
    manifest.write_bytes(b"no manifest")
    problems = {problem.file: problem.message for problem in engine.verify()}
    assert set(problems) == {damaged.name, missing.name, manifest.name}
    assert "checksum" in problems[damaged.name]


def test_verify_says_that_the_commit_point_is_damaged(engine: Engine, tmp_path: Path) -> None:
    commit(engine, [A])
    (tmp_path / "index/meta.json").write_text("{}")
    assert [problem.file for problem in engine.verify()] == ["meta.json"]


def test_a_bug_is_not_taken_for_damage(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(engine, [A])
    monkeypatch.setattr("searchkit.engines.whoosh.codec.reader.SegmentReader.path", lambda *_: [][0])
    with pytest.raises(IndexError):
        paths(engine)


def test_an_empty_batch_makes_no_segment(engine: Engine, tmp_path: Path) -> None:
    commit(engine, [])
    assert list((tmp_path / "index").glob("posts_*")) == []


def test_what_is_not_committed_leaves_no_file(engine: Engine, tmp_path: Path) -> None:
    commit(engine, [A])
    before = {file.name for file in (tmp_path / "index").iterdir()}
    with engine.writer() as writer:
        writer.write([B])
    assert {file.name for file in (tmp_path / "index").iterdir()} == before
