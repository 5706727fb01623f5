"""The nodes that other tests search: they join, can be killed, are never left behind; what is missing is said."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from opensearch.cluster import CannotRun, Cluster, install, start

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

EXPRESSION = {"script_score": {"query": {"match_all": {}}, "script": {"lang": "expression", "source": "_score + 1"}}}


def test_a_node_answers_where_only_this_machine_hears_it_and_knows_expressions(cluster: Cluster) -> None:
    (node,) = cluster.call("_nodes/_local")["nodes"].values()
    assert node["version"] == "2.19.1"
    assert {bound.rpartition(":")[0] for part in ("http", "transport") for bound in node[part]["bound_address"]} == {
        "127.0.0.1"
    }
    cluster.call("expressions/_doc?refresh=true", {"a": 1})
    (hit,) = cluster.call("expressions/_search", {"query": EXPRESSION})["hits"]["hits"]
    assert hit["_score"] == 2
    cluster.remove("expressions")


def test_three_nodes_are_one_cluster_and_outlive_any_of_them(make_cluster: Callable[[int], Cluster]) -> None:
    three = make_cluster(3)
    settings = {"number_of_shards": 3, "number_of_replicas": 1}
    three.call("kept", {"settings": settings}, method="PUT")
    for number in range(20):
        three.call(f"kept/_doc/{number}?refresh=true", {"n": number})
    three.kill(three.manager())
    three.wait_for_nodes()
    assert len(three.call("_nodes/_all/name")["nodes"]) == 2
    assert three.call("kept/_count")["count"] == 20
    three.add()
    three.wait_for_copies()
    assert len(three.call("_nodes/_all/name")["nodes"]) == 3
    three.stop()
    assert not any(node.alive for node in three.nodes)


OWNER = """
import os, sys, time
from pathlib import Path
from opensearch.cluster import start
cluster = start(Path(sys.argv[1]))
if os.fork() == 0:  # a child that holds the pipe to the node, too
    time.sleep(60)
    os._exit(0)
print(cluster.nodes[0].process.pid, flush=True)
time.sleep(60)
"""


def test_a_node_ends_when_the_process_that_started_it_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, start_new_session=True) as owner:
        assert owner.stdout
        node = os.pidfd_open(int(owner.stdout.readline()))
        owner.kill()
        owner.wait()
        assert select.select([node], [], [], 30)[0], "the node outlives the process that started it"
        os.close(node)
        os.killpg(owner.pid, signal.SIGKILL)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that is the whole path, and an empty cache."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return programs


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        ({}, "no javac of Java 17 or newer"),
        ({"javac": "echo javac 11.0.20"}, "javac is older than Java 17"),
        ({"javac": "echo no javac here; exit 1"}, "javac is older than Java 17"),
        ({"javac": "echo javac 17.0.15"}, "no mvn"),
        ({"javac": "echo javac 21", "mvn": "echo Unknown host >&2; exit 1"}, "mvn failed:\nUnknown host"),
        ({"javac": '[ "$1" = -version ] && echo javac 21 || exit 3', "mvn": "true"}, "javac failed"),
    ],
)
def test_what_is_missing_is_said_and_leaves_nothing_half_made(
    bare: Path, tmp_path: Path, programs: dict[str, str], message: str
) -> None:
    for name, script in programs.items():
        program(bare, name, script)
    with pytest.raises(CannotRun, match=message):
        install()
    assert [file.name for file in (tmp_path / "cache").rglob("*") if file.is_dir()] in ([], ["searchkit-tests"])


def test_a_node_that_does_not_start_shows_the_end_of_its_log(bare: Path, tmp_path: Path) -> None:
    program(bare, "javac", '[ "$1" = -version ] && echo javac 21 || exit 0')
    program(bare, "mvn", 'while [ $# -gt 0 ]; do case $1 in -Dout*) /bin/mkdir -p "${1#*=}";; esac; shift; done')
    program(bare, "java", "echo the reason >&2; exit 1")
    with pytest.raises(RuntimeError, match="the reason"):
        start(tmp_path / "nodes")


@pytest.mark.opensearch
@pytest.mark.parametrize(("required", "outcome"), [("", "skipped"), ("1", "errors")])
def test_the_tests_are_skipped_where_nothing_is_required(
    bare: Path, monkeypatch: pytest.MonkeyPatch, required: str, outcome: str
) -> None:
    monkeypatch.setenv("SEARCHKIT_REQUIRE_OPENSEARCH", required)
    command = [sys.executable, "-m", "pytest", "-rs", "-m", "opensearch", "-p", "no:cacheprovider", "-k", "expressions"]
    done = subprocess.run([*command, __file__], capture_output=True, text=True)
    assert f"1 {outcome[:5]}" in done.stdout
    assert "OpenSearch cannot run here" in done.stdout
    assert "no javac of Java 17 or newer" in done.stdout
