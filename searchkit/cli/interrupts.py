"""Ctrl-C in a process that runs one command: exit code 130 and one line, at whatever instant it comes.

Python raises ``KeyboardInterrupt`` wherever it is. Within an import, a finalizer or a callback of the garbage collector
somebody may swallow it, print it, or turn it into another exception, so there the process ends at once. A rebuild that
ends so is as good as killed: the index stays whole, and the next rebuild removes what is unfinished.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from searchkit.messages import _

INTERRUPTED = 130

_IMPORTING = "<frozen importlib"
"""How the names of the files begin that Python's import system was compiled from."""

_line = b""


def take() -> None:
    """From now on Ctrl-C ends the process at once within an import; else it raises ``KeyboardInterrupt``.

    A second Ctrl-C always ends it at once. Nothing changes where Ctrl-C is ignored, as in a shell's background jobs.
    """
    global _line
    _line = _("searchkit: interrupted").encode() + b"\n"  # now, since it may import the catalog
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _raise)
        sys.unraisablehook = _unraisable


def take_last() -> None:
    """From now on Ctrl-C ends the process at once: the command is done, and the interpreter ends."""
    if signal.getsignal(signal.SIGINT) is _raise:
        signal.signal(signal.SIGINT, _end)


def give_back() -> None:
    """Leave Ctrl-C to what asks for Python's own handler, such as asyncio, which then installs its own."""
    if signal.getsignal(signal.SIGINT) is _raise:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _raise(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, _end)
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORTING):
            _end()
        frame = frame.f_back
    raise KeyboardInterrupt


def _end(*_signal: object) -> NoReturn:
    with suppress(OSError):  # stderr may be closed
        os.write(2, _line)
    os._exit(INTERRUPTED)


def _unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """What an exception does that cannot be raised, such as one of a finalizer: Ctrl-C ends the process."""
    if isinstance(unraisable.exc_value, KeyboardInterrupt):
        _end()
    sys.__unraisablehook__(unraisable)
