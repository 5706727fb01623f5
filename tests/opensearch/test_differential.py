"""OpenSearch gives the local engine's answers: hits, order, scores, facets, highlights, counts, suggestions."""

from __future__ import annotations

import random
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

import searchkit
from opensearch.cluster import Cluster
from opensearch.differential import KINDS, Questions, difference
from searchkit.engines.opensearch.client.failures import CLAUSE_SETTING

CORPUS = Path(__file__).parents[2] / "corpus"
SAMPLE = Path(__file__).parents[3] / "shared" / "posts-20k.tar.xz"
POSTS = 3000
QUESTIONS = 500
EACH = -(-QUESTIONS // KINDS)


@dataclass(frozen=True)
class Pair:
    """The same posts in two indexes, with the same history."""

    local: searchkit.Index
    remote: searchkit.Index


@pytest.fixture(scope="module")
def pair(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder, address = tmp_path_factory.mktemp("posts"), cluster.address("differential")
    cluster.call("_cluster/settings", {"persistent": {CLAUSE_SETTING: 8192}}, method="PUT")  # *e* stands for many words
    shutil.copytree(CORPUS, folder / "corpus")
    if SAMPLE.exists():
        _unpack(folder / "corpus", POSTS)
    posts = sorted(file for file in (folder / "corpus").rglob("*") if file.suffix in (".md", ".html"))
    for number, file in enumerate(posts[::50]):  # the same text under another path
        shutil.copy(file, folder / "corpus" / f"copy-{number}{file.suffix}")
    for change in (lambda: None, lambda: _changed(posts)):
        change()
        for index in (folder / "index", address):
            searchkit.rebuild(folder / "corpus", index, progress=False)
    with searchkit.open(folder / "index") as local, searchkit.open(address) as remote:
        yield Pair(local, remote)
    cluster.call("_cluster/settings", {"persistent": {CLAUSE_SETTING: None}}, method="PUT")
    cluster.remove("differential")


def _unpack(corpus: Path, count: int) -> None:
    with tarfile.open(SAMPLE) as tar:
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 and newer
        tar.extractall(corpus, islice((member for member in tar if member.isfile()), count))


def _changed(posts: list[Path]) -> None:
    """Posts that vanish, and such that others' texts replace."""
    for file, other in zip(posts[3::40], posts[4::40], strict=False):
        file.unlink()
        other.write_bytes(posts[0].read_bytes())


def test_both_engines_give_the_same_answers(pair: Pair) -> None:
    questions = Questions(list(pair.local.documents()), random.Random(14))
    asked = list(questions.of_each_kind(EACH))
    assert len(asked) >= QUESTIONS
    found = (difference(question, pair.local, pair.remote) for question in asked)
    assert [differing for differing in found if differing] == []


def test_both_engines_have_the_same_documents(pair: Pair) -> None:
    one, other = (
        {found.path: (found.title, found.text, found.tags, found.date, found.paths) for found in index.documents()}
        for index in (pair.local, pair.remote)
    )
    assert one == other
    assert pair.local.paths() == pair.remote.paths()
