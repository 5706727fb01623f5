"""Here is a long text: how does a person page through it? As git does it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

from searchkit.cli import streams

_NOT_RUN = (126, 127)  # what a shell says of a command that it cannot run, or find


def page(text: str) -> None:
    """Show the text in $PAGER, else in less; in a pipe, or without either, just print it."""
    command = os.environ.get("PAGER", "less" if shutil.which("less") else "")
    if command in ("", "cat") or not sys.stdout.isatty() or _piped_into(command, text) in _NOT_RUN:
        streams.write(text)


def _piped_into(command: str, text: str) -> int:
    # -F leave if it fits, -R let colours pass, -X leave the text on the screen
    environ = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"} | os.environ
    process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environ)
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the pager
    try:
        process.communicate(text.encode("utf-8", "backslashreplace"))  # a pager left early is no error
    finally:
        signal.signal(signal.SIGINT, interrupt)
    return process.returncode
