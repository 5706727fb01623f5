"""A writer of OpenSearch: the same index after any history, one writer at a time, nothing left of those that died."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from opensearch.cluster import Cluster
from searchkit.engines.files import GONE, NO_FILES, FileRecord, Files
from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.blobs import read_blob, write_blobs
from searchkit.engines.opensearch.commit.columns import COMPLETIONS, POSTS, TITLES
from searchkit.engines.opensearch.commit.names import GenerationName
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.commit.reading import read_commit_point
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.engines.opensearch.indexing import lock as locks
from searchkit.engines.opensearch.indexing.duplicates import TextKey, flags_of
from searchkit.engines.opensearch.indexing.processes import machine
from searchkit.engines.opensearch.indexing.scanning import scan
from searchkit.engines.opensearch.indexing.spool_folder import spool_folder
from searchkit.engines.opensearch.indexing.tidying import GRACE_SECONDS, MOST_KEPT, Generations
from searchkit.engines.protocol import IndexInfo
from searchkit.errors import IndexBusy, IndexCorrupt
from searchkit.language.lexicon import Lexicon
from searchkit.model import Document
from searchkit.rebuilding.workers import Workers

BUILT = dt.datetime(2021, 11, 8, tzinfo=dt.UTC)
LEXICON = Lexicon({"港口新闻": 9}, {})


@pytest.fixture
def engine(address: str) -> OpenSearchEngine:
    return OpenSearchEngine(Address.parse(address))


@pytest.fixture
def client(address: str) -> Client:
    return Client(Address.parse(address))


def document(path: str, body: str = "香港 新闻", tags: Sequence[str] = ("港",)) -> Document:
    return Document(path, f"题 {body[:2]}", BUILT, "晨光时报", "", tuple(tags), body, added=BUILT)


def commit(engine: OpenSearchEngine, *batches: Sequence[Document], removed: Sequence[str] = (), **options: Any) -> None:
    with engine.writer(**options) as writer:
        files = dict.fromkeys(removed, GONE)
        files |= {one.path: FileRecord(1, 7, "00" * 8) for batch in batches for one in batch}
        written = [writer.write(batch) for batch in batches]
        writer.commit(written, removed, Files.of(files), "/corpus", "UTC", BUILT, Workers(1))


def state(client: Client) -> tuple[Any, ...]:
    """All that searches read of an index, but for the names of its documents."""
    point = read_commit_point(client)
    fields = ("duplicate", "text_hash", "tag", "part", "n_units", "date", "added")
    hits = scan(client, point.index, {"match_all": {}}, ("head", "body"), fields)
    blobs = [read_blob(client, point.generation, name) for name in (COMPLETIONS, POSTS, TITLES, "vocabulary.words")]
    measures = point.info.documents, point.totals, point.duplicates, point.mixed, point.newest_added
    return measures, [(hit["_source"], hit["fields"]) for hit in hits], blobs


def test_the_same_documents_are_the_same_index_after_any_history(
    engine: OpenSearchEngine, client: Client, cluster: Cluster
) -> None:
    chance = random.Random(7)
    documents: dict[str, Document] = {}
    for step in range(5):
        paths = [f"{chance.randrange(9)}.md" for _ in range(4)]
        gone = set(chance.sample(sorted(documents), min(2, len(documents)))) - set(paths)
        changed = {
            path: document(path, f"港口新闻 {chance.randrange(2)}", chance.choice([("港",), (), ("a", "港")]))
            for path in paths
        }
        removed = sorted(gone.union(documents.keys() & changed.keys()))
        documents = {path: one for path, one in (documents | changed).items() if path not in gone}
        half = len(changed) // 2
        parts = list(changed.values())
        commit(
            engine, parts[:half], parts[half:], removed=removed, mode="append" if step else "create", lexicon=LEXICON
        )
        assert list(engine.verify()) == []
    after = state(client)
    commit(engine, list(documents.values()), mode="create", lexicon=LEXICON)
    assert state(client) == after
    assert engine.lexicon() == LEXICON


def test_documents_that_are_hard_to_index(engine: OpenSearchEngine, client: Client) -> None:
    long = "長" * 20_000
    odd = '\ud800\ue000\x00\u2028|"\\\x02_ \u3000'
    documents = [
        Document("\udcff" + odd.replace("\0", ""), odd, None, odd, odd, (odd, ""), odd, description=odd),
        Document("a" * 9_000, "x" * 40_000, dt.datetime(1, 1, 1, tzinfo=dt.UTC), long, long, (long,), long),
        Document(
            "b", "", dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(-dt.timedelta(hours=9))), "", "", (), "a" * 99
        ),
        Document("c", "", None, "", "", (), "y" * 300 + "|3 " + "getUserById " * 500),
    ]
    commit(engine, documents)
    assert list(engine.verify()) == []
    assert engine.info().documents == len(documents)
    hits = scan(client, read_commit_point(client).index, {"match_all": {}}, ("head", "body"))
    assert {one.path: one for one in map(read_document, (hit["_source"] for hit in hits))} == {
        one.path: one for one in documents
    }


def test_a_rebuild_that_fails_leaves_the_old_index_and_nothing_else(
    engine: OpenSearchEngine, client: Client, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(engine, [document("a.md")])
    before, version = cluster.indexes(client.address.index), engine.version()
    monkeypatch.setattr(CommitPoint, "to_meta", lambda point: [][0])
    with pytest.raises(IndexError):
        commit(engine, [document("b.md")])
    assert (cluster.indexes(client.address.index), engine.version()) == (before, version)


def test_what_a_killed_writer_left_is_removed_and_told(
    engine: OpenSearchEngine, client: Client, cluster: Cluster
) -> None:
    commit(engine, [document("a.md")])
    alias = client.address.index
    with engine.writer() as writer:
        assert not writer.was_interrupted
    dead = GenerationName(9, "0" * 8, alias)
    for index in (dead.index, dead.kept, f"{alias}-000009-unknown"):
        client.put(index)
    with engine.writer() as writer:
        assert writer.was_interrupted
    left = cluster.indexes(alias)
    assert not {dead.index, dead.kept} & set(left)
    assert f"{alias}-000009-unknown" in left, "it is not ours"


def dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("owner", "is_taken"),
    [
        ({"process": os.getpid(), "machine": machine()}, False),
        ({"process": dead_process(), "machine": machine()}, True),
        ({"process": dead_process(), "machine": "another"}, False),
        ({"process": os.getpid(), "machine": machine(), "expires": -1}, True),
        ({"process": 1, "machine": "another", "expires": -1}, True),
        ({}, False),
    ],
)
def test_a_lock_is_taken_of_an_owner_that_died(
    engine: OpenSearchEngine, client: Client, owner: dict[str, Any], is_taken: bool
) -> None:
    with engine.writer():
        pass
    expires = locks.cluster_time(client) + owner.get("expires", 50)
    content = {"host": "ship", "token": "t", "since": "now", **owner, "expires": expires}
    client.put(f"{client.address.index}-lock/_doc/rebuild", {"owner": content})
    if is_taken:
        with engine.writer() as writer:
            assert writer.was_interrupted
    else:
        with pytest.raises(IndexBusy, match="on ship since now"), engine.writer():
            pass


def test_who_lost_the_lock_does_not_commit(engine: OpenSearchEngine, client: Client) -> None:
    commit(engine, [document("a.md")])
    version = engine.version()
    with engine.writer() as writer:
        batch = writer.write([document("b.md")])
        client.put(f"{client.address.index}-lock/_doc/rebuild", {"owner": {"token": "other", "expires": 1 << 40}})
        with pytest.raises(IndexBusy):
            writer.commit([batch], (), NO_FILES, "/corpus", "UTC", BUILT, Workers(1))
    assert engine.version() == version


def test_a_writer_does_not_switch_from_what_another_has_switched_to(engine: OpenSearchEngine, client: Client) -> None:
    commit(engine, [document("a.md")])
    with engine.writer() as writer:
        batch = writer.write([document("c.md")])
        taken = client.get(f"{client.address.index}-lock/_doc/rebuild")["_source"]
        client.delete(f"{client.address.index}-lock/_doc/rebuild")
        commit(OpenSearchEngine(client.address), [document("b.md")], mode="create")
        client.put(f"{client.address.index}-lock/_doc/rebuild", taken)
        with pytest.raises(IndexBusy):
            writer.commit([batch], (), NO_FILES, "/corpus", "UTC", BUILT, Workers(1))
    assert set(engine.files()[1]) == {"b.md"}


@pytest.mark.parametrize("kind", ["alias", "index"])
def test_what_is_not_ours_is_left_alone(engine: OpenSearchEngine, client: Client, kind: str) -> None:
    alias = client.address.index
    other = alias if kind == "index" else f"{alias}-theirs"
    client.put(other, {"aliases": {} if kind == "index" else {alias: {}}})
    try:
        for ask in (engine.info, lambda: engine.writer("create").__enter__()):
            with pytest.raises(IndexCorrupt, match="no index that searchkit has made"):
                ask()
        assert client.head(other)
        assert next(iter(engine.verify())).message
    finally:
        client.delete(other)


def writable(client: Client, index: str) -> None:
    client.put(f"{index}/_settings", {"index.blocks.write": None})


def lose_a_document(client: Client, point: CommitPoint, ids: list[str]) -> None:
    client.delete(f"{point.index}/_doc/{ids[0]}", {"refresh": True})


def change_a_document(client: Client, point: CommitPoint, ids: list[str]) -> None:
    hits = scan(client, point.index, {"ids": {"values": ids[:1]}}, ("head", "body"))
    client.put(f"{point.index}/_doc/{ids[0]}", {**next(hits)["_source"], "path": "a.md"}, {"refresh": True})


def lose_a_blob(client: Client, point: CommitPoint, ids: list[str]) -> None:
    client.delete(f"{point.kept}/_doc/manifest.0")


def swap_a_blob(client: Client, point: CommitPoint, ids: list[str]) -> None:
    write_blobs(client, point.generation, {"manifest": b"no manifest"})


@pytest.mark.parametrize("damage", [lose_a_document, change_a_document, lose_a_blob, swap_a_blob])
def test_a_check_finds_damage(engine: OpenSearchEngine, client: Client, damage: Any) -> None:
    commit(engine, [document("a.md"), document("b.md"), document("c.md", "天气")])
    point = read_commit_point(client)
    ids = [hit["_id"] for hit in scan(client, point.index, {"match_all": {}})]
    for index in (point.index, point.kept):
        writable(client, index)
    damage(client, point, ids)
    assert list(engine.verify()) != []


@pytest.mark.parametrize(
    ("keys", "flags"),
    [
        ([("b", 7, ""), ("a", 7, ""), ("c", 8, "")], [("later",), ("first",), ()]),
        ([("b", 7, "x"), ("a", 7, ""), ("c", 7, "")], [("later", "mixed"), ("first", "mixed"), ("later", "mixed")]),
        ([], []),
    ],
)
def test_duplicates(keys: list[tuple[str, int, str]], flags: list[tuple[str, ...]]) -> None:
    assert flags_of([TextKey(*key) for key in keys]) == flags


def point(number: int, committed: int) -> CommitPoint:
    info = IndexInfo(number, "", "", "", BUILT, 0, 0)
    return CommitPoint(GenerationName(number, "0" * 8, "news"), info, {}, 0, 0, None, committed)


def test_a_generation_is_kept_for_a_time_after_it_was_replaced() -> None:
    points = [point(1, 0), point(2, 1000), point(3, 2000)]
    unfinished = GenerationName(4, "1" * 8, "news")
    found = Generations(points, [unfinished], ())
    assert [name.number for name in found.outdated(1000 + GRACE_SECONDS)] == [4]
    assert [name.number for name in found.outdated(1001 + GRACE_SECONDS)] == [4, 1]
    assert [name.number for name in found.outdated(10**9)] == [4, 1, 2]
    many = Generations([point(number, 0) for number in range(MOST_KEPT + 2)], (), ())
    assert [name.number for name in many.outdated(0)] == [0, 1]


def test_folders_of_killed_rebuilds_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with spool_folder() as folder:
        dead = tmp_path / folder.name.replace(f"-{os.getpid()}-", f"-{dead_process()}-")
        alive = tmp_path / folder.name.replace(f"-{os.getpid()}-", f"-{os.getpid()}-x")
        for other in (dead, alive):
            (other / "in").mkdir(parents=True)
        with spool_folder():
            assert (dead.exists(), alive.exists(), folder.exists()) == (False, True, True)
    assert not folder.exists()
