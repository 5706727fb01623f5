"""Run one task of one peer, in this process; ``benchmarks.suite`` starts it.

    python -m benchmarks.task index PEER FOLDER EXTRACTED [--posts N] [--jobs N]
    python -m benchmarks.task add PEER FOLDER EXTRACTED
    python -m benchmarks.task warm PEER FOLDER QUERIES
    python -m benchmarks.task files PEER FOLDER CORPUS [--posts N]

Prints JSON. ``index`` reads all texts into memory before the time is taken; ``--posts`` limits their number.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers import peer_class
from benchmarks.peers.protocol import Answer, Peer, Query

ROUNDS = 5
SECONDS = 10.0  # after so long, a kind of query gets no further round
HITS = 10


def _cpu() -> float:
    """CPU seconds of this process, its threads, and its children that have ended."""
    usages = (resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _timed(work: Callable[[], None]) -> dict[str, float]:
    cpu, wall = _cpu(), time.perf_counter()
    work()
    return {"wall": time.perf_counter() - wall, "cpu": _cpu() - cpu}


def index(peer: Peer, extracted: Path, posts: int | None, jobs: int) -> dict[str, float]:
    from benchmarks.extracted import read_extracted

    texts = read_extracted(extracted)[:posts]
    cost = _timed(lambda: peer.build(texts, jobs))
    on_disk = sum(file.stat().st_size for file in peer.folder.rglob("*") if file.is_file())
    return {**cost, "posts": len(texts), "text": sum(text.bytes for text in texts), "bytes": on_disk}


def add(peer: Peer, extracted: Path) -> dict[str, float]:
    from benchmarks.extracted import read_extracted

    texts = read_extracted(extracted)
    return _timed(lambda: peer.add(texts))


def files(peer: Peer, corpus: Path, posts: int) -> dict[str, float]:
    """Index random files, from the raw files on."""
    from benchmarks.corpora import post_files
    from benchmarks.peers.whoosh_tutorial import WhooshTutorial, load_dictionary

    assert isinstance(peer, WhooshTutorial)
    available = post_files(corpus)
    chosen = random.Random(1).sample(available, min(posts, len(available)))
    load_dictionary()
    cost = _timed(lambda: peer.build_from_files(corpus, chosen))
    return {**cost, "posts": len(chosen), "bytes": sum(file.stat().st_size for file in chosen)}


def warm(peer: Peer, queries: Path) -> dict[str, dict[str, list[float]]]:
    """By kind of query: seconds of the first and of the repeated searches, and hits of each query."""
    from benchmarks.queries import read_queries

    peer.open()
    return {kind: _warm(peer, of_kind) for kind, of_kind in read_queries(queries).items() if kind in peer.kinds}


def _warm(peer: Peer, queries: list[Query]) -> dict[str, list[float]]:
    first, totals = [], []
    for query in queries:
        seconds, answer = _timed_search(peer, query)
        first.append(seconds)
        totals.append(float(answer.total))
    again: list[float] = []
    for _ in range(ROUNDS):
        again += [_timed_search(peer, query)[0] for query in queries]
        if sum(again) > SECONDS:
            break
    return {"first": first, "seconds": again, "totals": totals}


def _timed_search(peer: Peer, query: Query) -> tuple[float, Answer]:
    began = time.perf_counter()
    answer = peer.search(query, HITS)
    return time.perf_counter() - began, answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("index", "add", "warm", "files"))
    parser.add_argument("peer")
    parser.add_argument("folder", type=Path)
    parser.add_argument("input", type=Path)
    parser.add_argument("--posts", type=int)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    peer = peer_class(options.peer)(options.folder)
    if options.task == "index":
        outcome: object = index(peer, options.input, options.posts, options.jobs)
    elif options.task == "add":
        outcome = add(peer, options.input)
    elif options.task == "files":
        outcome = files(peer, options.input, options.posts or 1000)
    else:
        outcome = warm(peer, options.input)
    print(json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
