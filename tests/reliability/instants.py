"""Every call by which a rebuild changes its folder, as an instant at which something can go wrong."""

from __future__ import annotations

import builtins
import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CHANGES = frozenset(["os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"])
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

LAST = 0
"""What ``in_child`` returns when the function ran to its end."""


def before_each_change(folder: Path, action: Callable[[int, str], None]) -> None:
    """From now on call ``action`` with 1, 2, 3, … and its name before each call that changes a file of ``folder``.

    It stays for the rest of the process, so it is for forked ones.
    """
    here, count = str(folder), 0

    def step(event: str) -> None:
        nonlocal count
        count += 1
        action(count, event)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        changes = event in _CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & _WRITING)
        if changes and str(args[0]).startswith(here):
            step(event)

    real_fsync, real_open = os.fsync, builtins.open

    def fsync(descriptor: int) -> None:
        step("os.fsync")
        real_fsync(descriptor)

    def open_then_step(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        opened = real_open(file, mode, *args, **options)
        if "w" in mode and str(file).startswith(here):
            step("emptied")  # the file is there now, and nothing is in it yet
        return opened

    os.fsync, builtins.open = fsync, open_then_step
    sys.addaudithook(hook)


def in_child(function: Callable[[], object], errors: tuple[type[BaseException], ...] = ()) -> int:
    """Run it in a forked process: ``LAST``, 1 for one of the errors, 2 for another, or minus the signal it died of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of threads, and the child needs none of them
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 2
    try:
        function()
        code = LAST
    except errors:
        code = 1
    finally:
        os._exit(code)


def die() -> None:
    """kill -9 of this process."""
    os.kill(os.getpid(), signal.SIGKILL)
