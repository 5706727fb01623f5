"""What the engine's contract means for the files of an index folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from committing import A, B, commit, document, paths

from searchkit.engines.files import NO_FILES, FileRecord, Files
from searchkit.engines.protocol import Engine
from searchkit.engines.registry import engine_of
from searchkit.engines.whoosh.commit.commit_file import FileEntry
from searchkit.engines.whoosh.commit.manifests import next_manifest


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


def test_a_small_commit_adds_a_manifest_of_what_it_changed(engine: Engine, tmp_path: Path) -> None:
    commit(engine, [document(f"{number}.md") for number in range(200)])
    whole = (tmp_path / "index/manifest-1.zst").read_bytes()
    commit(engine, [A], removed=["7.md", "8.md"])
    assert (tmp_path / "index/manifest-1.zst").read_bytes() == whole
    assert set(engine.files()[1]) == {f"{number}.md" for number in range(200)} - {"7.md", "8.md"} | {"a.md"}
    assert len((tmp_path / "index/manifest-2.zst").read_bytes()) < len(whole) / 4
    assert list(engine.verify()) == []


def test_a_folder_whose_last_file_went_is_gone(engine: Engine) -> None:
    commit(engine, [A, *(document(f"folder/{number}.md") for number in range(100)), document("other/a.md")])
    commit(engine, removed=["other/a.md"])
    assert set(engine.files()[1].folders) == {"", "folder/"}


def test_many_small_manifests_become_one() -> None:
    before: dict[str, FileEntry] = {}
    files = NO_FILES
    for generation in range(1, 100):
        added = range(4000) if generation == 1 else [generation]
        changes = Files.of({f"{generation} {number}.md": FileRecord(1, 2, "00" * 8) for number in added})
        kept, content = next_manifest(before, files, changes)
        files = files.changed(changes)
        before = {**kept, f"manifest-{generation}.zst": FileEntry(len(content), 0)}
        assert len(before) <= 33
        assert 4 * sum(entry.size for entry in [*before.values()][1:]) <= next(iter(before.values())).size
    assert len(files) == 4098
