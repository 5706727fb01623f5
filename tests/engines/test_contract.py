"""What every engine promises: Engine, Writer and Searcher as the protocol describes them."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from searchkit.engines.protocol import Batch, Engine, FileRecord, Request
from searchkit.engines.registry import engine_of
from searchkit.errors import IndexBusy, IndexNotFound
from searchkit.language import fingerprint
from searchkit.model import Document
from searchkit.query import compile_query, parse
from searchkit.rebuilding.workers import Workers

BUILT = dt.datetime(2021, 11, 8, tzinfo=dt.UTC)
HERE = Workers(1)


def document(path: str, body: str = "香港 新闻") -> Document:
    return Document(path, f"题 {path}", BUILT, "晨光时报", "", ("港",), body)


A, B, C = (document(name) for name in ("a.md", "b.md", "c.md"))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return engine_of(tmp_path / "index")


def records(documents: Iterable[Document]) -> dict[str, FileRecord]:
    return {document.path: FileRecord(len(document.body), 7, "00" * 8) for document in documents}


def commit(engine: Engine, *batches: Sequence[Document], removed: Sequence[str] = ()) -> None:
    with engine.writer() as writer:
        files = {path: record for path, record in writer.files.items() if path not in removed}
        files |= records(document for batch in batches for document in batch)
        writer.commit([writer.write(batch) for batch in batches], removed, files, "/corpus", "UTC", BUILT, HERE)


def paths(engine: Engine, query: str = "") -> list[str]:
    searcher = engine.open()
    ranking = searcher.search(compile_query(parse(query)), Request(limit=100))
    searcher.close()
    return sorted(path for match in ranking.matches for path in match.document.paths)


def test_nothing_is_there_before_the_first_commit(engine: Engine) -> None:
    assert engine.version() is None
    for ask in (engine.open, engine.info, engine.files, lambda: list(engine.verify())):
        with pytest.raises(IndexNotFound):
            ask()


def test_a_commit_makes_batches_the_index(engine: Engine) -> None:
    commit(engine, [A, B], [C])
    assert paths(engine, "香港") == ["a.md", "b.md", "c.md"]
    info = engine.info()
    assert (info.documents, info.built, info.fingerprint) == (3, BUILT, fingerprint())
    assert (info.corpus, info.timezone) == ("/corpus", "UTC")
    assert engine.files() == (info, records([A, B, C]))
    assert list(engine.verify()) == []


def test_documents_of_removed_paths_are_deleted_and_those_of_batches_are_not(engine: Engine) -> None:
    commit(engine, [A, B, C])
    commit(engine, [document("b.md", "天气")], removed=["a.md", "b.md"])
    assert paths(engine) == ["b.md", "c.md"]
    assert paths(engine, "天气") == ["b.md"]
    searcher = engine.open()
    assert searcher.document("a.md") is None
    assert [found.path for found in searcher.documents()] == ["b.md", "c.md"]
    assert [found and found.path for found in searcher.documents_of(["c.md", "a.md", "b.md"])] == ["c.md", None, "b.md"]
    searcher.close()


def test_an_empty_batch_leaves_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    commit(engine, [])
    assert (paths(engine), engine.info().documents) == ([], 0)
    assert list((tmp_path / "index").glob("posts_*")) == []
    commit(engine, [A], [])
    assert paths(engine) == ["a.md"]


def test_a_writer_that_creates_starts_anew(engine: Engine) -> None:
    commit(engine, [A])
    with engine.writer("create") as writer:
        assert (writer.info, dict(writer.files)) == (None, {})
        assert paths(engine) == ["a.md"], "the old index stands until the commit"
        writer.commit([writer.write([B])], (), records([B]), "/corpus", "UTC", BUILT, HERE)
    assert paths(engine) == ["b.md"]


def test_what_is_not_committed_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    commit(engine, [A])
    before = {file.name for file in (tmp_path / "index").iterdir()}
    with engine.writer() as writer:
        writer.write([B])
    assert {file.name for file in (tmp_path / "index").iterdir()} == before
    assert paths(engine) == ["a.md"]


def test_another_process_may_write_a_batch(engine: Engine) -> None:
    with engine.writer() as writer, ProcessPoolExecutor(1, get_context("spawn")) as pool:
        batch = pool.submit(writer.write, [A, B]).result()
        assert pickle.loads(pickle.dumps(batch)) == batch == Batch(batch.id, 2)
        writer.commit([batch], (), records([A, B]), "/corpus", "UTC", BUILT, HERE)
    assert paths(engine) == ["a.md", "b.md"]


def test_only_one_writer_at_a_time(engine: Engine) -> None:
    with engine.writer(), pytest.raises(IndexBusy), engine.writer():
        pass
    commit(engine, [A])


def test_a_searcher_goes_on_reading_its_commit_point(engine: Engine) -> None:
    commit(engine, [A])
    searcher = engine.open()
    for _ in range(2):
        commit(engine, [B], removed=["a.md", "b.md"])
    assert searcher.document("a.md") == replace(A, paths=("a.md",))
    assert searcher.info.generation == engine.info().generation - 2
    searcher.close()



def test_the_version_changes_with_each_commit(engine: Engine) -> None:
    versions = [engine.version()]
    for batch in ([A], [B], []):
        commit(engine, batch)
        versions.append(engine.version())
        assert engine.version() == versions[-1]
    assert len(set(versions)) == 4


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
