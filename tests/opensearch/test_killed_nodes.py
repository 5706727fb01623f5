"""kill -9 of one of three nodes: searches go on and none is wrong; a rebuild ends well, or leaves all as it was."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import searchkit
from opensearch.cluster import Cluster
from opensearch.instants import at_each_instant
from opensearch.remote import RemoteArchive

CORPUS = Path(__file__).parents[2] / "corpus"
SEARCHES = 500
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"sort": "newest"},
    {"facets": searchkit.engines.protocol.FACETS},
    {"since": "2020", "offset": 3},
)
"""Ways to ask the same."""


Answer = tuple[Any, ...]


class Question(NamedTuple):
    query: str
    options: dict[str, Any]


@pytest.fixture(scope="module")
def three(make_cluster: Callable[[int], Cluster]) -> Iterator[Cluster]:
    """Three nodes; each index in three parts, each twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHKIT_OPENSEARCH_SHARDS", "3")
        patch.setenv("SEARCHKIT_OPENSEARCH_REPLICAS", "1")
        yield make_cluster(3)


@pytest.fixture(scope="module")
def archive(three: Cluster, tmp_path_factory: pytest.TempPathFactory) -> RemoteArchive:
    archive = RemoteArchive(tmp_path_factory.mktemp("archive"), three, "killed-nodes")
    shutil.copytree(CORPUS, archive.corpus)
    archive.rebuild()
    three.wait_for_copies()
    return archive


def test_the_environment_says_how_an_index_is_spread(archive: RemoteArchive) -> None:
    (settings,) = archive.cluster.call(f"{archive.name}/_settings?flat_settings=true").values()
    spread = {name: settings["settings"][f"index.number_of_{name}"] for name in ("shards", "replicas")}
    assert spread == {"shards": "3", "replicas": "1"}


def questions(index: searchkit.Index) -> list[Question]:
    """Of every kind, about what its posts say."""
    chance = random.Random(0)
    documents = [document for document in index.documents() if len(document.body) > 100]
    found = []
    for number in range(SEARCHES // len(OPTIONS)):
        body = chance.choice(documents).body
        one, other = (body[start : start + chance.randint(1, 5)].strip() for start in chance.sample(range(90), 2))
        query = (f"{one} {other}", f'"{one}"', f"{one} -{other}", f"{one} OR {other}", f"{one}*")[number % 5]
        found += [Question(query, options) for options in OPTIONS]
    return found


def answer(index: searchkit.Index, question: Question) -> Answer:
    results = index.search(question.query, limit=20, **question.options)
    return results.total, [(hit.path, hit.score, hit.also) for hit in results], results.facets


@pytest.fixture(scope="module")
def answered(archive: RemoteArchive) -> list[tuple[Question, Answer]]:
    """What is to be asked, with the answers while all nodes are alive."""
    with searchkit.open(archive.index) as index:
        return [(question, answer(index, question)) for question in questions(index)]


@pytest.mark.parametrize("victim", ["another", "manager"])
def test_searches_go_on_while_a_node_is_killed(
    three: Cluster, archive: RemoteArchive, answered: list[tuple[Question, Answer]], victim: str
) -> None:
    killed = victim_of(three, victim)
    a_fifth = threading.Semaphore(0)

    def search(kept: searchkit.Index, question: Question) -> Answer:
        try:
            if question.options:
                return answer(kept, question)
            with searchkit.open(archive.index) as index:  # as a process that has just begun
                return answer(index, question)
        finally:
            a_fifth.release()

    with searchkit.open(archive.index) as kept, ThreadPoolExecutor(2) as threads:
        found = threads.map(lambda pair: search(kept, pair[0]), answered)
        for _ in range(SEARCHES // 5):
            a_fifth.acquire()
        three.kill(killed)
        answers = list(found)
    assert len(answers) == SEARCHES
    assert [asked for (asked, before), now in zip(answered, answers, strict=True) if now != before] == []
    three.add()
    three.wait_for_copies()


def victim_of(cluster: Cluster, which: str) -> int:
    """The number of the node that manages the cluster, or of another one."""
    manager = cluster.manager()
    others = [number for number, node in enumerate(cluster.nodes) if node.alive and number != manager]
    return manager if which == "manager" else others[0]


def test_a_rebuild_during_which_a_node_is_killed_is_whole_or_fails(
    three: Cluster, archive: RemoteArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patience in ("client.bulk._SECONDS", "indexing.generation._LOST"):  # a node that was killed might come back
        monkeypatch.setattr(f"searchkit.engines.opensearch.{patience}", 5.0)
    last = 0

    def count_to(count: int) -> None:
        nonlocal last
        last = count

    archive.write("new.md", "香港 第0版")
    with at_each_instant(count_to):
        archive.rebuild()
    old = archive.seen()
    for edition, victim in ((1, "manager"), (2, "another"), (4, "another")):
        archive.write("new.md", f"香港 第{edition}版")
        archive.write(f"new{edition}.md", "香港 新闻")
        new = archive.afresh()
        three.wait_for_copies()
        before = archive.indexes()

        def kill(count: int, at: int = last * edition // 5, which: str = victim) -> None:
            if count == at:
                three.kill(victim_of(three, which))

        with at_each_instant(kill):
            try:
                archive.rebuild()
            except searchkit.SearchkitError:
                assert archive.seen() in (old, new)
            searched = archive.generation()
            archive.rebuild()
        assert archive.seen() == new
        assert archive.indexes() <= before | searched | archive.generation()
        three.add()
        three.wait_for_copies()
        old = new
