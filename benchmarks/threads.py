"""Measure the throughput of several threads that share an index.

    python -m benchmarks.threads INDEX QUERIES [--seconds 1] [--rounds 15]

Each number of threads searches one ``Index`` for the same time; all results must equal those of a single thread.
QUERIES is a file written by ``benchmarks.queries``.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from pathlib import Path
from statistics import median

import searchkit
from benchmarks.peers.protocol import PHRASE
from benchmarks.queries import read_queries

THREADS = (1, 2, 4)


def answer(index: searchkit.Index, query: str) -> tuple[object, ...]:
    """The parts of a result that must not differ: the total, and path, score and snippets of each hit."""
    results = index.search(query)
    return (results.total, *((hit.path, hit.score, hit.snippets) for hit in results))


def throughput(
    index: searchkit.Index, queries: list[str], expected: list[tuple[object, ...]], threads: int, seconds: float
) -> tuple[float, int]:
    """Searches per second of all threads, and the number of results that differed."""
    counts, wrong = [0] * threads, [0] * threads
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        at = number * len(queries) // threads  # so that threads do not run the same query at the same time
        while time.perf_counter() < end:
            place = at % len(queries)
            wrong[number] += answer(index, queries[place]) != expected[place]
            counts[number] += 1
            at += 1

    began = time.perf_counter()
    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - began), sum(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    queries = [
        f'"{query.words[0]}"' if kind == PHRASE else " ".join(query.words)
        for kind, of_kind in read_queries(options.queries).items()
        for query in of_kind
    ]
    rates: dict[int, list[float]] = {threads: [] for threads in THREADS}
    wrong = 0
    with searchkit.open(options.index) as index:
        expected = [answer(index, query) for query in queries]
        for _ in range(options.rounds):
            for threads in THREADS:
                rate, differences = throughput(index, queries, expected, threads, options.seconds)
                rates[threads].append(rate)
                wrong += differences
    for threads, of_threads in rates.items():
        ratio = median(many / one for many, one in zip(of_threads, rates[1], strict=True))
        print(f"{threads} threads: {median(of_threads):,.0f} searches per second, {ratio:.2f} x one")
    print(f"{wrong} answers differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
