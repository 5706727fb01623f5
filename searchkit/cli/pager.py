"""Paging of long texts, as git does it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

from searchkit.cli import streams

_NOT_RUN = (126, 127)  # exit codes of a shell for a command that it cannot run, or cannot find


def page(text: str) -> None:
    """Show a text in $PAGER, by default less; print it if stdout is no terminal or there is no pager."""
    command = os.environ.get("PAGER", "less" if shutil.which("less") else "")
    if command in ("", "cat") or not sys.stdout.isatty() or _run_pager(command, text) in _NOT_RUN:
        streams.write(text)


def _run_pager(command: str, text: str) -> int:
    # -F: quit if the text fits on the screen, -R: pass colours through, -X: leave the text on the screen
    environ = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"} | os.environ
    process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environ)
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager
    try:
        process.communicate(text.encode("utf-8", "backslashreplace"))  # a pager that is quit early is no error
    finally:
        signal.signal(signal.SIGINT, interrupt)
    return process.returncode
