"""Measure ``searchkit serve`` under load.

    python -m benchmarks.serve INDEX [--clients 50] [--seconds 10] [--rebuild POSTS] [--seed 1]

Each client types titles of the index, a character after the other, and asks ``/api/search`` for each prefix as soon as
it has the answer to the one before. So there are always as many requests as clients: what one waits is the time of all
others' searches. Clients have addresses of their own (127.0.0.2 and so on, which Linux has without set-up), so that
each is held to its own rate. ``--rebuild`` rebuilds the index from these posts in full, again and again meanwhile.
``--fresh`` gives every query another ``snippet_chars``, so that no answer is one that the server has kept.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlsplit

import searchkit

_MAX_PREFIX = 12


@dataclass
class Load:
    """What the clients have seen.

    Attributes:
        seconds: of each answer.
        statuses: how many answers of each status.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def row(self, name: str, took: float, busy: float) -> str:
        """A row of the table."""
        p99 = quantiles(self.seconds, n=100)[98]
        errors = sum(count for status, count in self.statuses.items() if status != 200)
        per_second = len(self.seconds) / took
        times = f"{1000 * median(self.seconds):.0f} | {1000 * p99:.0f} | {1000 * max(self.seconds):.0f}"
        cost = 1000 * busy / len(self.seconds)
        return f"| {name} | {len(self.seconds):,} | {per_second:,.0f} | {times} | {cost:.1f} | {errors} |"


@contextlib.contextmanager
def served(index: str) -> Iterator[tuple[int, tuple[str, int]]]:
    """The process of ``searchkit serve`` on an index, its host and its port."""
    command = [sys.executable, "-m", "searchkit", "serve", "--index", index, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = urlsplit(server.stdout.readline().strip())
        try:
            yield server.pid, (str(address.hostname), int(address.port or 0))
        finally:
            server.terminate()


def cpu_seconds(process: int) -> float:
    """What a process has computed so far; Linux only."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def typed(index: str, seed: int) -> Iterator[str]:
    """Titles as they are typed, endless."""
    with searchkit.open(index) as opened:
        titles = sorted({document.title for document in opened.documents() if document.title})
    rng = random.Random(seed)
    while True:
        title = rng.choice(titles)[:_MAX_PREFIX]
        yield from (title[:length] for length in range(1, len(title) + 1))


async def client(number: int, server: tuple[str, int], queries: Iterator[str], until: float, fresh: bool) -> Load:
    """Ask one query after another until a time."""
    load = Load()
    reader, writer = await asyncio.open_connection(*server, local_addr=(f"127.0.0.{number + 2}", 0))
    while time.perf_counter() < until:
        chars = f"&snippet_chars={random.randrange(80, 1000)}" if fresh else ""
        address = f"/api/search?q={quote(next(queries), errors='replace')}{chars}"
        began = time.perf_counter()
        writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        await reader.readexactly(length)
        load.seconds.append(time.perf_counter() - began)
        load.statuses[int(head.split(" ")[1])] += 1
    writer.close()
    return load


async def measure(server: tuple[str, int], queries: Iterator[str], clients: int, seconds: float, fresh: bool) -> Load:
    """What all clients have seen together."""
    until = time.perf_counter() + seconds
    loads = await asyncio.gather(*(client(number, server, queries, until, fresh) for number in range(clients)))
    return Load([s for load in loads for s in load.seconds], sum((load.statuses for load in loads), Counter()))


@contextlib.contextmanager
def rebuilding(index: str, posts: str) -> Iterator[None]:
    """One full rebuild after another, in a process of its own, until the block ends."""
    once = f"searchkit.rebuild({posts!r}, {index!r}, full=True, jobs=1)"
    with subprocess.Popen([sys.executable, "-c", f"import searchkit\nwhile True: {once}"]) as process:
        try:
            yield
        finally:
            process.terminate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rebuild", metavar="POSTS", help="rebuild from these posts meanwhile")
    parser.add_argument("--fresh", action="store_true", help="no two requests alike")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    queries = typed(options.index, options.seed)
    next(queries)  # the titles are read before the clock runs
    meanwhile = rebuilding(options.index, options.rebuild) if options.rebuild else contextlib.nullcontext()
    print("| | requests | a second | median, ms | p99, ms | longest, ms | CPU, ms each | errors |")
    print("|---|---|---|---|---|---|---|---|")
    with served(options.index) as (process, server), meanwhile:
        asyncio.run(measure(server, queries, 1, 1, False))  # the dictionary is read, the index mapped
        began, computed = time.perf_counter(), cpu_seconds(process)
        load = asyncio.run(measure(server, queries, options.clients, options.seconds, options.fresh))
        name = f"{options.clients} clients" + (", rebuilding" if options.rebuild else "")
        print(load.row(name, time.perf_counter() - began, cpu_seconds(process) - computed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
