"""Nodes of OpenSearch, each a process of its own on 127.0.0.1, that end with the process that started them.

Java 17 and Maven are needed. Maven fetches OpenSearch (53 MB) once into a folder of the user's cache.

    with start(folder, nodes=3) as cluster:
        searchkit.rebuild("posts", cluster.address("news"))
        cluster.kill(1)
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

SOURCE = Path(__file__).parent / "node"
JAVA_VERSION = 17
PATIENCE = 180  # seconds for a node to answer; it takes 3 on a machine with nothing else to do
JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.apache.logging.log4j.level=INFO")
LOG_TAIL = 4000  # characters


class CannotRun(Exception):
    """What OpenSearch needs is not here: Java, Maven, or what Maven fetches from."""


@dataclass
class Node:
    """A node that was started, perhaps killed since.

    Attributes:
        folder: its data, its log, and the file ``ports``.
        process: the JVM.
        http: its port for HTTP; 0 until it answers.
        transport: its port for the other nodes; 0 until it answers.
    """

    folder: Path
    process: subprocess.Popen[bytes]
    http: int = 0
    transport: int = 0

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def wait(self) -> None:
        """Until it answers."""
        ports = self.folder / "ports"
        deadline = time.monotonic() + PATIENCE
        while not ports.exists():
            if not self.alive or time.monotonic() > deadline:
                self.kill()
                log = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"the node did not start: {self.folder}\n{log[-LOG_TAIL:]}")
            time.sleep(0.05)
        self.http, self.transport = map(int, ports.read_text().split())

    def kill(self) -> None:
        """As ``kill -9``; gone when this returns."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdin
        self.process.stdin.close()


@dataclass
class Cluster:
    """Nodes that have joined each other. A context: they are killed at its end.

    Attributes:
        folder: holds the folder of each node.
        nodes: all that were started, in this order.
    """

    folder: Path
    nodes: list[Node] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def address(self, index: str) -> str:
        """Of an index, as searchkit writes it: with every node that was started, those that were killed too."""
        hosts = ",".join(f"127.0.0.1:{node.http}" for node in self.nodes)
        return f"opensearch+http://{hosts}/{index}"

    def call(self, path: str, body: object = None, method: str | None = None) -> Any:
        """What the first node alive answers to ``/path``, as JSON.

        Raises:
            urllib.error.HTTPError: it answers with an error.
        """
        node = next(node for node in self.nodes if node.alive)
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{node.http}/{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def add(self, count: int = 1) -> None:
        """Start more nodes, at once, and wait until they have joined."""
        seed = [str(node.transport) for node in self.nodes if node.alive][:1]
        started = [self._start(seed) for _ in range(count)]
        for node in started:
            node.wait()
        self.wait_for_nodes()

    def _start(self, seed: list[str]) -> Node:
        installed = install()
        folder = self.folder / f"node-{len(self.nodes) + 1}"
        (folder / "config").mkdir(parents=True)
        command = [java("java"), *JVM, "-cp", f"{installed / 'classes'}:{installed / 'lib'}/*", "Node"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command, folder, str(os.getpid()), *seed], stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder
            )
        self.nodes.append(Node(folder, process))
        return self.nodes[-1]

    def wait_for_nodes(self) -> None:
        """Until all nodes that are alive are one cluster, it has noticed which are not, and can lose one of three."""
        alive = sum(node.alive for node in self.nodes)
        self.call(f"_cluster/health?wait_for_nodes={alive}&timeout={PATIENCE}s")
        # nodes that vote for a manager: an odd number, which follows the nodes a moment later
        deadline = time.monotonic() + PATIENCE
        while len(self._voting()) < alive - (alive + 1) % 2:
            assert time.monotonic() < deadline, f"only {self._voting()} of {alive} nodes vote for a manager"
            time.sleep(0.02)

    def _voting(self) -> list[str]:
        state = self.call("_cluster/state/metadata?filter_path=metadata.cluster_coordination")
        return list(state["metadata"]["cluster_coordination"]["last_committed_config"])

    def wait_for_copies(self) -> None:
        """Until every shard has all its copies, made anew where a killed node had them."""
        at_once = {"index.unassigned.node_left.delayed_timeout": "0s"}
        self.call("_all/_settings?expand_wildcards=all", at_once, method="PUT")
        self.call(f"_cluster/health?wait_for_status=green&timeout={PATIENCE}s")

    def indexes(self, alias: str) -> list[str]:
        """The names of all indexes that searchkit made for one of its own: generations, what is kept, the lock."""
        return sorted(row["index"] for row in self.call(f"_cat/indices/{alias}-*?format=json&expand_wildcards=all"))

    def remove(self, alias: str) -> None:
        """All ``indexes`` of it."""
        for index in self.indexes(alias):
            self.call(index, method="DELETE")

    def manager(self) -> int:
        """Which node of ``nodes`` manages the cluster."""
        (row,) = self.call("_cat/cluster_manager?format=json")
        return [node.folder.name for node in self.nodes].index(row["node"])

    def kill(self, number: int) -> None:
        """``kill -9`` of one of ``nodes``."""
        self.nodes[number].kill()

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()


def start(folder: Path, nodes: int = 1) -> Cluster:
    """Start a cluster; it answers when this returns.

    Args:
        folder: for its data and logs; it is the caller's to remove.
        nodes: how many.

    Raises:
        CannotRun: something that it needs is not here; the message says what.
        RuntimeError: a node did not start; the message has the end of its log.
    """
    cluster = Cluster(folder)
    try:
        cluster.add()
        if nodes > 1:
            cluster.add(nodes - 1)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def java(program: str) -> str:
    """The path of ``java`` or ``javac``: that of JAVA_HOME, or the first on the path.

    Raises:
        CannotRun: there is none.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(program, path=f"{home}/bin" if home else None)
    if not found:
        raise CannotRun(f"no {program} of Java {JAVA_VERSION} or newer")
    return found


def install() -> Path:
    """The folder with OpenSearch's jars in ``lib`` and the compiled ``Node`` in ``classes``; made if there is none.

    Raises:
        CannotRun: Java or Maven is missing or too old, or Maven cannot fetch.
    """
    sources = hashlib.blake2b(digest_size=8)
    for file in ("pom.xml", "Node.java"):
        sources.update((SOURCE / file).read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "searchkit-tests"
    folder = cache / f"opensearch-{sources.hexdigest()}"
    if folder.exists():
        return folder
    _require_java()
    maven = shutil.which("mvn")
    if not maven:
        raise CannotRun("no mvn (Maven)")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Maven's own repository takes one Maven at a time
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache) as work:
                made = Path(work) / "made"
                fetch = ("dependency:copy-dependencies", f"-DoutputDirectory={made / 'lib'}")
                _run(maven, "--batch-mode", "--quiet", "--file", SOURCE / "pom.xml", *fetch)
                _run(java("javac"), "-cp", f"{made / 'lib'}/*", "-d", made / "classes", SOURCE / "Node.java")
                made.rename(folder)
    return folder


def _require_java() -> None:
    version = subprocess.run([java("javac"), "-version"], capture_output=True, text=True)
    found = re.search(r"\d+", version.stdout + version.stderr)
    if not found or int(found[0]) < JAVA_VERSION:
        raise CannotRun(f"{java('javac')} is older than Java {JAVA_VERSION}")


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise CannotRun(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr)[-LOG_TAIL:]}")
