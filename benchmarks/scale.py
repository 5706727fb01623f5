"""An index of OpenSearch beside a local one, on the same posts: what do building, keeping and searching cost?

    python -m benchmarks.scale CORPUS opensearch+http://127.0.0.1:9200/scale --shards 1 3 [--queries 60] [--large N]

Prints a Markdown table. Each query is asked once for the first time, with snippets off, and once more with them; hits
and totals of both engines are compared. ``--large`` also asks all questions as if an index of N documents were large,
so that only the best of each shard are scored by all terms: how many of the first ten are the same then?
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.extracted import extract, read_extracted
from benchmarks.measured import measure, python
from benchmarks.peers.protocol import AND, COMMON, DATES, PHRASE, QUESTION, RARE, Query
from benchmarks.peers.searchkit_itself import as_asked
from benchmarks.queries import choose
from searchkit.engines.opensearch.search.rank import ranker

KINDS = (COMMON, RARE, AND, QUESTION, PHRASE, DATES)
Times = dict[str, list[float]]


@dataclass
class Row:
    """What one index of the posts costs.

    Attributes:
        name: of the engine.
        wall: seconds to build it.
        cpu: CPU seconds of the rebuilding processes.
        cluster_cpu: CPU seconds of the cluster's nodes meanwhile.
        bytes: on disk.
        first: seconds of each query the first time, by kind.
        again: the same once more, with snippets.
        tops: total and paths of the first ten of each query.
    """

    name: str
    wall: float = 0.0
    cpu: float = 0.0
    cluster_cpu: float = 0.0
    bytes: int = 0
    first: Times = field(default_factory=dict)
    again: Times = field(default_factory=dict)
    tops: list[tuple[int, list[str]]] = field(default_factory=list)


def measured(name: str, corpus: Path, index: str, queries: Sequence[Query], shards: int = 1) -> Row:
    """Build an index and ask it."""
    os.environ["SEARCHKIT_OPENSEARCH_SHARDS"] = str(shards)
    before = _cluster_cpu(index)
    cost = measure(*python("searchkit", "rebuild-index", "--corpus", str(corpus), "--index", index, "--full"))
    row = Row(name, cost.wall, cost.cpu, _cluster_cpu(index) - before)
    with searchkit.open(index) as opened:
        row.bytes = opened.status().bytes
        row.first = _asked(opened, queries, 0, row.tops)
        row.again = _asked(opened, queries, 120, [])
    return row


def _asked(index: searchkit.Index, queries: Sequence[Query], chars: int, tops: list[tuple[int, list[str]]]) -> Times:
    times: Times = {kind: [] for kind in KINDS}
    for query in queries:
        text, options = as_asked(query)
        began = time.perf_counter()
        results = index.search(text, snippet_chars=chars, **options)
        times[query.kind].append(time.perf_counter() - began)
        tops.append((results.total, [hit.path for hit in results]))
    return times


def _cluster_cpu(index: str) -> float:
    """CPU seconds that the nodes of a cluster have used; 0 of a folder."""
    if "://" not in index:
        return 0.0
    host = index.removeprefix("opensearch+").rpartition("/")[0].split(",")[0]
    with urllib.request.urlopen(f"{host}/_nodes/stats/process", timeout=60) as answer:
        nodes: dict[str, Any] = json.load(answer)["nodes"]
    return sum(node["process"]["cpu"]["total_in_millis"] for node in nodes.values()) / 1000


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of a Markdown table, a column an index."""
    yield _line("", [row.name for row in rows])
    yield _line("---", ["---"] * len(rows))
    yield _line("build, s", [f"{row.wall:.0f}" for row in rows])
    yield _line("CPU of the rebuild, of the nodes, s", [f"{row.cpu:.0f}, {row.cluster_cpu:.0f}" for row in rows])
    yield _line("MB on disk", [f"{row.bytes / 1e6:.0f}" for row in rows])
    for kind in KINDS:
        yield _line(f"{kind}, first time, p50 / p95 ms", [_quantiles(row.first[kind]) for row in rows])
    every = [[time for kind in KINDS for time in row.again[kind]] for row in rows]
    yield _line("all again with snippets, p50 / p95 ms", [_quantiles(times) for times in every])
    same = [sum(a == b for a, b in zip(rows[0].tops, row.tops, strict=True)) for row in rows]
    yield _line("totals and first ten as the local engine's", [f"{count} of {len(rows[0].tops)}" for count in same])


def _quantiles(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"{statistics.median(ordered) * 1e3:.1f} / {ordered[int(0.95 * (len(ordered) - 1))] * 1e3:.1f}"


def _line(label: str, cells: Sequence[str]) -> str:
    return f"| {label} | {' | '.join(cells)} |"


def loss(address: str, queries: Sequence[Query], large: int) -> str:
    """How many of the first ten hits of questions stay, if an index of so many documents were large."""
    questions = [query for query in queries if query.kind == QUESTION]
    exact: list[tuple[int, list[str]]] = []
    rescored: list[tuple[int, list[str]]] = []
    with searchkit.open(address) as index:
        whole = _asked(index, questions, 0, exact)
        ranker.LARGE = large
        windows = _asked(index, questions, 0, rescored)
    pairs = list(zip(exact, rescored, strict=True))
    kept = sum(len(set(mine[1]) & set(its[1])) for mine, its in pairs) / max(sum(len(mine[1]) for mine, _ in pairs), 1)
    first = sum(mine[1][:1] == its[1][:1] for mine, its in pairs)
    return (
        f"rescored above {large:,} documents: {kept:.1%} of the first ten, {first} of {len(pairs)} first hits the same;"
        f" {_quantiles(whole[QUESTION])} ms -> {_quantiles(windows[QUESTION])} ms"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("address")
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--large", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        extract(options.corpus, Path(work) / "texts")
        queries = choose(read_extracted(Path(work) / "texts"), options.queries, seed=1)
        rows = [measured("local engine", options.corpus, f"{work}/index", queries)]
    for shards in options.shards:
        name = f"OpenSearch, {shards} {'shard' if shards == 1 else 'shards'}"
        rows.append(measured(name, options.corpus, options.address, queries, shards))
        print(*table(rows), sep="\n", flush=True)
    if options.large:
        print(loss(options.address, queries, options.large))
    return 0


if __name__ == "__main__":
    sys.exit(main())
