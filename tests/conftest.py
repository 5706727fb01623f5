"""Shared by all tests: the profile of hypothesis, a fixture that builds indexes, and a node of OpenSearch."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

import searchkit
from searchkit.engines.registry import REMOTES, Remote
from searchkit.engines.whoosh.engine import WhooshEngine

if TYPE_CHECKING:
    from opensearch.cluster import Cluster

settings.register_profile("searchkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("searchkit")

os.environ["LANGUAGE"] = "en"  # of messages, whatever the developer's locale

Posts = Mapping[str, str | Mapping[str, Any]]


def write_posts(folder: Path, posts: Posts) -> None:
    """Replace the content of a folder by these posts."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, post in posts.items():
        fields = {"title": "无题"} | ({"body": post} if isinstance(post, str) else dict(post))
        body = fields.pop("body", "")
        front = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{front}---\n{body}\n", encoding="utf-8")


@pytest.fixture
def kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an index that an engine keeps where no other room looks; its port may be left out."""
    engine = Remote(
        lambda text: re.sub(r"kept\+http://([a-z.]+)(?::9200)?/(\w+)", r"kept+http://\1:9200/\2", text),
        lambda address: WhooshEngine(tmp_path / "elsewhere" / address.rpartition("/")[2]),
    )
    monkeypatch.setitem(REMOTES, "kept", engine)
    return "kept+http://search.example.org:9200/news"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=["whoosh", "opensearch"], default="whoosh", help="of what make_index makes")


@pytest.fixture(scope="session")
def make_index(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[..., searchkit.Index]]:
    """A function that indexes posts, given by path as a body, or as front matter with ``body``; a rebuild per argument.

    The index is in a folder, or with ``--engine opensearch`` in a cluster.

    >>> make_index({"a.md": "正文", "b.md": {"title": "标题", "date": "2021-11-08", "body": "正文"}})
    """
    opened: list[searchkit.Index] = []

    def make_index(*rebuilds: Posts) -> searchkit.Index:
        folder = tmp_path_factory.mktemp("posts")
        index: Path | str = folder / "index"
        if request.config.getoption("--engine") == "opensearch":
            index = request.getfixturevalue("cluster").address(folder.name)
        for posts in rebuilds:
            write_posts(folder / "corpus", posts)
            searchkit.rebuild(folder / "corpus", index, jobs=1)
        opened.append(searchkit.open(index))
        return opened[-1]

    yield make_index
    for index in opened:
        index.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs OpenSearch, however it comes by it; the longest files come first.

    Processes share whole files, in this order with --no-loadscope-reorder: with these at the end, one would wait for
    the other.
    """
    items.sort(key=lambda item: item.path.parent.name not in ("torture", "reliability"))
    needing = {"cluster", "make_cluster"} | ({"make_index"} if config.getoption("--engine") == "opensearch" else set())
    for item in items:
        engine = item.callspec.params.get("engine") if hasattr(item, "callspec") else None
        whoosh = engine == "whoosh" or item.path.name.startswith("test_whoosh_")
        if engine == "opensearch" or (not whoosh and needing & set(getattr(item, "fixturenames", ()))):
            item.add_marker("opensearch")


def cannot_run(reason: str) -> NoReturn:
    """Skip, or fail where SEARCHKIT_REQUIRE_OPENSEARCH is 1."""
    if os.environ.get("SEARCHKIT_REQUIRE_OPENSEARCH") == "1":
        pytest.fail(f"OpenSearch cannot run here, and SEARCHKIT_REQUIRE_OPENSEARCH is 1: {reason}", pytrace=False)
    pytest.skip(f"OpenSearch cannot run here: {reason}")


@pytest.fixture(scope="session")
def make_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Cluster]]:
    """A function that starts a cluster of so many nodes, for a test that kills some of them."""
    from opensearch.cluster import CannotRun, start

    started: list[Cluster] = []

    def make_cluster(nodes: int) -> Cluster:
        try:
            started.append(start(tmp_path_factory.mktemp("cluster"), nodes))
        except CannotRun as error:
            cannot_run(str(error))
        return started[-1]

    yield make_cluster
    for cluster in started:
        cluster.stop()


@pytest.fixture(scope="session")
def cluster(make_cluster: Callable[[int], Cluster]) -> Cluster:
    """A cluster of one node, shared by all tests that kill none: take another index name each, see ``address``."""
    return make_cluster(1)


@pytest.fixture
def address(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an index that is not there yet; what the test made of it is removed."""
    index = "test-" + hashlib.blake2b(request.node.nodeid.encode(), digest_size=8).hexdigest()
    yield cluster.address(index)
    cluster.remove(index)
