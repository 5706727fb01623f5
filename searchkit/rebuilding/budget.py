"""What a task may cost the worker process that does it: the operating system ends a process that takes more."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
import time
from dataclasses import dataclass

from searchkit.messages import _

try:
    import resource
except ModuleNotFoundError:  # Windows has none; there a task may cost what it likes
    resource = None  # type: ignore[assignment]

STALL_SECONDS = 60.0
"""After so long without a step, the process that started a worker ends it: it waits for something that never comes."""

_MEMORY_EXCEEDED = 77
"""The exit code of a worker process that ran out of its memory."""

_STATM = "/proc/self/statm"


@dataclass(frozen=True, slots=True)
class Budget:
    """What a task may cost, beyond what its process took before.

    Attributes:
        seconds: of CPU time, which other programs on the machine do not use up.
        bytes: of memory.
    """

    seconds: int
    bytes: int

    def grant(self) -> None:
        """Let this process take so much more from now on, and no core file if it takes more.

        The memory is that of ``RLIMIT_AS``, where the system has it; Linux refuses what exceeds it. ``exceeds`` sees to
        other systems.
        """
        if resource is None:
            return
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + self.seconds)
        with contextlib.suppress(OSError), open(_STATM, "rb") as file:
            _limit(resource.RLIMIT_AS, int(file.read().split()[0]) * resource.getpagesize() + self.bytes)

    def exceeds(self, peak: int) -> bool:
        """Whether this process' memory has grown by more since its peak was ``peak``."""
        return peak_memory() - peak > self.bytes


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes; 0 where the system does not say."""
    if resource is None:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def exit_out_of_memory() -> None:
    """End this process at once; whoever started it reads ``Death.reason``."""
    os._exit(_MEMORY_EXCEEDED)


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    with contextlib.suppress(OSError, ValueError):  # a system that refuses limits lets a task cost what it likes
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker process ended amid a task.

    Attributes:
        exit_code: of the process; if a signal ended it, its number, negated.
        steps: how many it had taken.
        stalled: whether it was ended since it took none for ``STALL_SECONDS``.
    """

    exit_code: int
    steps: int
    stalled: bool = False

    def reason(self, budget: Budget) -> str:
        """What somebody reads of it, given what the task was granted."""
        if self.stalled:
            return _("it took more than {seconds:g} s", seconds=STALL_SECONDS)
        if self.exit_code == _MEMORY_EXCEEDED:
            return _("it took more than {size} MB of memory", size=budget.bytes // 1_000_000)
        if resource is not None and self.exit_code == -signal.SIGXCPU:
            return _("it took more than {seconds:g} s", seconds=budget.seconds)
        try:
            how = signal.Signals(-self.exit_code).name
        except ValueError:
            how = _("exit code {code}", code=self.exit_code)
        return _("it ended the process that read it ({how}), perhaps for want of memory", how=how)
