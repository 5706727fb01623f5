"""The command line.

``argv`` separates options from words, ``parser`` parses them, a module of ``commands`` runs the library and renders
what it returns, and ``shell`` turns the outcome into an exit code and errors into one line.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from searchkit.messages import _, speak_the_locale

__all__ = ["main"]

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments after the program's name; those of the process by default.

    Returns:
        The exit code: 0 if something was done or found, 1 if nothing was found, 2 after an error, 130 after Ctrl-C.
    """
    try:
        if argv is None:  # the process runs this one command, so its settings may be changed
            return _run_process()
        from searchkit.cli import shell  # inside the try: Ctrl-C during the import prints no traceback, either

        return shell.run(argv)
    except KeyboardInterrupt:
        with suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would interrupt the message
        with suppress(OSError, AttributeError):
            print(_("searchkit: interrupted"), file=sys.stderr, flush=True)
        return INTERRUPTED


def _run_process() -> int:
    # before numpy is imported: it would start a thread per core for matrix products, which nothing here computes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    speak_the_locale()
    from searchkit.cli import shell  # as in main

    code = shell.run(sys.argv[1:])
    gc.freeze()  # exempts all objects from the garbage collection at exit, which would take 30 ms
    return code
