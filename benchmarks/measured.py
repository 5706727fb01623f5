"""Measure a command: wall and CPU seconds, peak memory of its largest process and of all its processes.

    python benchmarks/measured.py alone|together COMMAND ...

Prints JSON. This small process starts the command, since Linux includes the memory of the parent in the peak of its
child. The memory of all processes can only be sampled, which takes CPU time, so ``together`` is optional.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

_SAMPLING_SECONDS = 0.1  # between two samples of the memory
_MB = 1e6


class Measured(NamedTuple):
    """The costs of a command.

    Attributes:
        wall: seconds.
        cpu: seconds, of all its processes.
        largest: the peak memory of its largest process, in MB.
        together: the peak memory of all its processes, in MB, with shared pages counted once; 0 if not measured.
        output: its standard output.
    """

    wall: float
    cpu: float
    largest: float
    together: float
    output: str


def measure(*command: str, together: bool = False) -> Measured:
    """Run a command; exits if the command fails.

    Args:
        command: the program and its arguments.
        together: whether to measure the memory of all its processes (Linux only).
    """
    mode = "together" if together else "alone"
    launcher = (sys.executable, "-I", "-S", __file__, mode)
    launched = subprocess.run([*launcher, *command], stdout=subprocess.PIPE, check=True)
    status, *cost, output = json.loads(launched.stdout)
    if status not in (0, 1):  # 1: a search without hits
        sys.exit(f"{' '.join(command)}: exit {status}")
    return Measured(*cost, output)


def compile_checkout() -> None:
    """Compile the modules of the checkout, as pip does at installation: Python may not be allowed to write them."""
    import compileall  # not needed by the launcher

    root = Path(__file__).parent.parent
    for package in ("searchkit", "benchmarks"):
        compileall.compile_dir(root / package, quiet=1)


def python(*arguments: str) -> tuple[str, ...]:
    """The command that runs a module of this checkout."""
    return (sys.executable, "-m", *arguments)


def _processes(root: int) -> list[int]:
    processes = [root]
    for process in processes:
        try:
            for thread in Path(f"/proc/{process}/task").iterdir():
                processes += map(int, (thread / "children").read_text().split())
        except OSError:
            continue  # the process has ended
    return processes


def _proportional_memory(process: int) -> float:
    """The proportional set size of a process, in MB: each shared page is divided by the number of its users."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / _MB for line in rollup.splitlines() if line.startswith("Pss:")), 0.0)


def _sample_memory(root: int, ended: threading.Event, peak: list[float]) -> None:
    while not ended.wait(_SAMPLING_SECONDS):
        peak[0] = max(peak[0], sum(map(_proportional_memory, _processes(root))))


def _main() -> None:
    mode, *command = sys.argv[1:]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    ended, peak = threading.Event(), [0.0]
    watcher = threading.Thread(target=_sample_memory, args=(process.pid, ended, peak))
    if mode == "together":
        watcher.start()
    assert process.stdout is not None
    output = process.stdout.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    ended.set()
    if mode == "together":
        watcher.join()
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / _MB
    together = max(peak[0], largest) if mode == "together" else 0.0  # there may have been a peak between two samples
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps([code, wall, usage.ru_utime + usage.ru_stime, largest, together, output]))


if __name__ == "__main__":
    _main()
