"""Measure how long `searchkit browse` takes from a key to its results on the screen.

    python -m benchmarks.browse INDEX [--queries 100] [--seed 1] [--columns 140]

Titles of the posts are typed key by key, each key once the results of the one before are on the screen: how a quick
search answers; and at ten keys a second, as people type: from the last key to its results.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from statistics import quantiles

from textual.pilot import Pilot

import searchkit
from searchkit.browse import collecting_rarely
from searchkit.browse.app import Browser

KEYS = 6
"""Of each query, its first characters."""

_LINES = 40
_SECONDS_BETWEEN_KEYS = 0.1


def typed(index: searchkit.Index, count: int, rng: random.Random) -> list[str]:
    """The beginnings of some titles."""
    titles = sorted({document.title[:KEYS] for document in index.documents()})
    return rng.sample([title for title in titles if len(title) == KEYS], count)


async def until_shown(app: Browser, pilot: Pilot[None]) -> None:
    """Wait for the results of all that was typed, and until the screen shows them."""
    while app.view.query != app.box.value or not app._search.is_idle:
        await asyncio.sleep(0.0005)
    shown = asyncio.Event()
    app.call_after_refresh(shown.set)
    await shown.wait()


async def measure(index: searchkit.Index, queries: Sequence[str], columns: int) -> tuple[list[float], ...]:
    """Seconds from each key to its results, by the clock and of the processor; from the last key of each query."""
    every: list[float] = []
    busy: list[float] = []
    last: list[float] = []
    app = Browser(index)
    async with app.run_test(size=(columns, _LINES)) as pilot:
        await until_shown(app, pilot)
        for query in queries:
            app.box.value = ""
            await until_shown(app, pilot)
            for key in query:
                began, worked = time.perf_counter(), time.process_time()
                app.box.insert_text_at_cursor(key)
                await until_shown(app, pilot)
                every.append(time.perf_counter() - began)
                busy.append(time.process_time() - worked)
        for query in queries:
            app.box.value = ""
            await until_shown(app, pilot)
            for key in query:
                began = time.perf_counter()
                app.box.insert_text_at_cursor(key)
                await asyncio.sleep(0 if key is query[-1] else _SECONDS_BETWEEN_KEYS)
            await until_shown(app, pilot)
            last.append(time.perf_counter() - began)
    return every, busy, last


def row(name: str, seconds: Sequence[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return f"| {name} | {cuts[49] * 1000:.0f} | {cuts[94] * 1000:.0f} | {max(seconds) * 1000:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--columns", type=int, default=140)
    arguments = parser.parse_args()
    with searchkit.open(arguments.index) as index:
        queries = typed(index, arguments.queries, random.Random(arguments.seed))
        with collecting_rarely():  # as the command does
            every, busy, last = asyncio.run(measure(index, queries, arguments.columns))
        print(f"{len(index):,} posts, {len(every)} keys, {arguments.columns} columns\n")
    print("| from … to results on the screen, ms | p50 | p95 | max |\n|---|---|---|---|")
    print(row("each key", every))
    print(row("each key, time of the processor", busy))
    print(row("the last of a query", last))


if __name__ == "__main__":
    main()
