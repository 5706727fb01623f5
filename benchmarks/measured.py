"""What a command costs: wall and CPU seconds, peak memory of its largest process and of all of them together.

    python benchmarks/measured.py alone|together COMMAND ...

Prints JSON. The command is started from this small process, since Linux counts the memory of the process that starts
another one as that one's peak. To know the memory of all together it has to look again and again, so it does only where
that is wanted.
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

_TICK = 0.1  # seconds between two looks at the memory
_MB = 1e6


class Measured(NamedTuple):
    """What a command cost.

    Attributes:
        wall: seconds.
        cpu: seconds, of all its processes.
        largest: MB, the peak of its largest process.
        together: MB, the peak of all its processes, shared pages counted once; 0 where nobody looked.
        output: what it printed.
    """

    wall: float
    cpu: float
    largest: float
    together: float
    output: str


def measure(*command: str, together: bool = False) -> Measured:
    """Run a command; ends this program where that fails.

    Args:
        command: the program and its arguments.
        together: whether to watch the memory of all its processes, on Linux.
    """
    mode = "together" if together else "alone"
    launcher = (sys.executable, "-I", "-S", __file__, mode)
    launched = subprocess.run([*launcher, *command], stdout=subprocess.PIPE, check=True)
    status, *cost, output = json.loads(launched.stdout)
    if status not in (0, 1):  # 1: a search without hits
        sys.exit(f"{' '.join(command)}: exit {status}")
    return Measured(*cost, output)


def compile_checkout() -> None:
    """Compile what is measured, as pip compiles what it installs; a checkout is only where Python may write."""
    import compileall  # the launcher does without

    root = Path(__file__).parent.parent
    for package in ("searchkit", "benchmarks"):
        compileall.compile_dir(root / package, quiet=1)


def python(*arguments: str) -> tuple[str, ...]:
    """A command that runs a module of this checkout."""
    return (sys.executable, "-m", *arguments)


def _processes(root: int) -> list[int]:
    found = [root]
    for process in found:
        try:
            for thread in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
        except OSError:
            continue  # it has ended meanwhile
    return found


def _shared_out(process: int) -> float:
    """MB of a process, each shared page divided by the number of those who share it."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / _MB for line in rollup.splitlines() if line.startswith("Pss:")), 0.0)


def _watch(root: int, ended: threading.Event, peak: list[float]) -> None:
    while not ended.wait(_TICK):
        peak[0] = max(peak[0], sum(map(_shared_out, _processes(root))))


def _main() -> None:
    mode, *command = sys.argv[1:]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    ended, peak = threading.Event(), [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, ended, peak))
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
    together = max(peak[0], largest) if mode == "together" else 0.0  # what was between two looks
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps([code, wall, usage.ru_utime + usage.ru_stime, largest, together, output]))


if __name__ == "__main__":
    _main()
