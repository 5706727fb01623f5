"""What every engine promises: Engine, Writer and Searcher as the protocol describes them."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from committing import BUILT, HERE, A, B, C, commit, document, paths, records

from searchkit.engines.files import Files
from searchkit.engines.protocol import Batch, Engine
from searchkit.engines.registry import engine_of
from searchkit.errors import IndexBusy, IndexNotFound
from searchkit.language import fingerprint


@pytest.fixture(params=["whoosh", "opensearch"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "whoosh":
        return engine_of(tmp_path / "index")
    return engine_of(request.getfixturevalue("address"))


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


def test_an_empty_batch_adds_nothing(engine: Engine) -> None:
    commit(engine, [])
    assert (paths(engine), engine.info().documents) == ([], 0)
    commit(engine, [A], [])
    assert paths(engine) == ["a.md"]


def test_what_is_not_committed_is_not_there(engine: Engine) -> None:
    commit(engine, [A])
    before = engine.version()
    with engine.writer() as writer:
        writer.write([B])
    assert engine.version() == before
    assert paths(engine) == ["a.md"]
    commit(engine, [C])
    assert paths(engine) == ["a.md", "c.md"]
    assert list(engine.verify()) == []


def test_a_writer_that_creates_starts_anew(engine: Engine) -> None:
    commit(engine, [A])
    with engine.writer("create") as writer:
        assert (writer.info, dict(writer.files)) == (None, {})
        assert paths(engine) == ["a.md"], "the old index stands until the commit"
        writer.commit([writer.write([B])], (), Files.of(records([B])), "/corpus", "UTC", BUILT, HERE)
    assert paths(engine) == ["b.md"]


def test_another_process_may_write_a_batch(engine: Engine) -> None:
    with engine.writer() as writer, ProcessPoolExecutor(1, get_context("spawn")) as pool:
        batch = pool.submit(writer.write, [A, B]).result()
        assert pickle.loads(pickle.dumps(batch)) == batch == Batch(batch.id, 2)
        writer.commit([batch], (), Files.of(records([A, B])), "/corpus", "UTC", BUILT, HERE)
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
