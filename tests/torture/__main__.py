"""Torture an index: every kind of attack in turn, on all cores, for as long as wanted.

    make torture [SEED=1] [MINUTES=60] [KINDS="kills readers"]
    make torture AGAIN=1/kills/3          # one round again, as a failure names it

A kind runs in rounds, each a process of its own with a seed of its own, so that what ends or stalls the interpreter is
a failure like any other. The exit code is 1 if anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from torture import Unavailable, kinds

ROUND_SECONDS = 60.0
STALLED_SECONDS = 300.0
"""An attempt that takes longer is a failure: something waits for ever."""
REPORT_SECONDS = 0.2
SHOWN = 20
"""Failures of a kind that are told; all are counted."""


@dataclass
class Tally:
    """What came of a kind so far. ``running`` rounds are at work; ``missing`` is what this computer lacks for it."""

    seconds: float = 0.0
    attempts: int = 0
    failures: list[str] = field(default_factory=list)
    rounds: int = 0
    running: int = 0
    missing: str = ""


def run_round(seed: str, seconds: float, folder: Path) -> None:
    """Make attempts for a while; print a line of JSON now and then, and at once for a failure."""
    told, done = 0.0, 0

    def tell(**what: object) -> None:
        print(json.dumps({"attempts": done} | what), file=out, flush=True)

    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what an attempt prints is none of this
        try:
            attempts = kinds()[seed.split("/")[1]].attempts(random.Random(seed), folder)
            until = time.monotonic() + seconds
            for done, failure in enumerate(attempts, 1):
                now = time.monotonic()
                if failure:
                    tell(failure=f"attempt {done}: {failure}")
                elif now > told + REPORT_SECONDS:
                    tell()
                    told = now
                if now > until:
                    break
        except Unavailable as error:
            tell(missing=str(error))
        except Exception:
            tell(failure=f"attempt {done + 1}: {traceback.format_exc()}")
        else:
            tell()


def said(process: subprocess.Popen[bytes]) -> Iterator[dict[str, object]]:
    """What a round tells, until it ends, dies or stalls."""
    assert process.stdout is not None
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(STALLED_SECONDS):
            part = os.read(process.stdout.fileno(), 1 << 16)
            if not part:
                process.wait()
                return
            *whole, pending = (pending + part).split(b"\n")
            yield from map(json.loads, whole)
    yield {"failure": f"nothing more for {STALLED_SECONDS:.0f} s"}


def watch_round(seed: str, seconds: float, tally: Tally, lock: threading.Lock) -> None:
    """Run a round in a process of its own, and enter what it tells."""
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    command = [sys.executable, "-m", "torture", "--round", seed, "--seconds", str(seconds), "--within", str(folder)]
    attempts, last = 0, time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            cwd=folder,  # where a fuzzed file name leads
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        )
        try:
            for told in said(process):
                now = time.monotonic()
                with lock:
                    tally.attempts += int(str(told.get("attempts", attempts))) - attempts
                    tally.seconds += now - last
                    tally.missing = str(told.get("missing", ""))
                    if "failure" in told:
                        tally.failures.append(f"{seed}, {told['failure']}")
                attempts, last = int(str(told.get("attempts", attempts))), now
            if process.returncode:
                errors.seek(0)
                end = errors.read()[-2000:].decode(errors="replace")
                with lock:
                    tally.failures.append(f"{seed}, after attempt {attempts}: exit code {process.returncode}: {end}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with what a stalled one has started
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Suite:
    """The kinds at work: a round of the one that had least time comes next."""

    seed: str
    seconds: float
    tallies: Mapping[str, Tally]
    console: Console
    lock: threading.Lock = field(default_factory=threading.Lock)
    began: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        return self.began + self.seconds - time.monotonic()

    def work(self) -> None:
        """Rounds, until the time is up."""
        while self.left() > 0:
            with self.lock:
                able = [name for name, tally in self.tallies.items() if not tally.missing]
                if not able:
                    return
                name = min(able, key=lambda name: (self.tallies[name].running, self.tallies[name].seconds))
                tally = self.tallies[name]
                tally.running += 1
                tally.rounds += 1
                seed = f"{self.seed}/{name}/{tally.rounds}"
                share = self.seconds * (os.cpu_count() or 1) / len(able)
            before = len(tally.failures)
            watch_round(seed, min(ROUND_SECONDS, self.left(), share), tally, self.lock)
            with self.lock:
                tally.running -= 1
                for failure in tally.failures[before:SHOWN]:
                    self.console.print(f"FAILED {failure}", markup=False, highlight=False, soft_wrap=True)
                if not self.console.is_terminal:
                    self.console.print(
                        f"{seed}: {tally.attempts:,} attempts, {len(tally.failures)} failures, {tally.seconds:.0f} s",
                        highlight=False,
                    )

    def __rich__(self) -> Table:
        minutes = f"{max(self.left(), 0) / 60:.1f} of {self.seconds / 60:.1f} min left"
        table = Table("kind", title=f"seed {self.seed}, {minutes}")
        for heading in ("rounds", "attempts", "failures", "seconds"):
            table.add_column(heading, justify="right")
        for name, tally in self.tallies.items():
            if tally.missing:
                table.add_row(name, "", f"skipped: {tally.missing}", "", "")
            else:
                figures = (f"{n:,}" for n in (tally.rounds, tally.attempts, len(tally.failures), int(tally.seconds)))
                table.add_row(f"{name} …" if tally.running else name, *figures)
        every = self.tallies.values()
        sums = (sum(t.rounds for t in every), sum(t.attempts for t in every), sum(len(t.failures) for t in every))
        table.add_section()
        table.add_row("all", *(f"{n:,}" for n in (*sums, int(sum(t.seconds for t in every)))))
        return table


def main() -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__.partition("\n")[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(10**6)))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--round", help="one round again, by its seed")
    parser.add_argument("--seconds", type=float, default=ROUND_SECONDS)
    parser.add_argument("--within", type=Path)
    options = parser.parse_args()
    if options.round:
        if options.within:
            run_round(options.round, options.seconds, options.within)
        else:
            with tempfile.TemporaryDirectory(prefix="torture-") as folder:
                run_round(options.round, options.seconds, Path(folder))
        return 0
    console = Console()
    console.print(f"seed {options.seed}", highlight=False)
    names = options.kinds or list(kinds())
    suite = Suite(options.seed, options.minutes * 60, {name: Tally() for name in names}, console)
    jobs = os.cpu_count() or 1
    with Live(suite, console=console, refresh_per_second=1), ThreadPoolExecutor(jobs) as pool:
        for worker in [pool.submit(suite.work) for _ in range(jobs)]:
            worker.result()
    failed = {name: tally for name, tally in suite.tallies.items() if tally.failures}
    for name, tally in failed.items():
        rounds = sorted({failure.split(",")[0] for failure in tally.failures})
        console.print(f"{name} again: make torture AGAIN={rounds[0]}", highlight=False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
