"""Paging of long texts, as git does it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable

from searchkit.cli import streams

_NOT_RUN = (126, 127)  # exit codes of a shell for a command that it cannot run, or cannot find
_SPECIAL = re.compile(r"[^\w ]")  # to less, its environment or its regular expressions


def page(text: str, commands: str = "") -> None:
    """Show a text in $PAGER, by default less; print it if stdout is no terminal or there is no pager.

    Args:
        text: what to show.
        commands: what less does first, as of ``first_match``; other pagers do not see it.
    """
    command = os.environ.get("PAGER", "less" if shutil.which("less") else "")
    if command in ("", "cat") or not sys.stdout.isatty() or _run_pager(command, text, commands) in _NOT_RUN:
        streams.write(text)


def first_match(line: int, forms: Iterable[str], height: int) -> str:
    r"""The commands with which less begins at a line, and looks for the next match at ``n``.

    Args:
        line: of the first match, from 1.
        forms: the texts to look for, of which at least one is in the text.
        height: lines of the screen; a match on the first screen leaves the text at its beginning.

    >>> first_match(60, ["通关", "c++"], 24)
    '+/(通关|c..)\r54g'
    """
    pattern = "|".join(_SPECIAL.sub(".", form) for form in forms)
    top = line - height // 4 if line >= height - 1 else 1
    return f"+/({pattern})\r{top}g" if pattern else ""


def _run_pager(command: str, text: str, commands: str) -> int:
    # -F: quit if the text fits on the screen, -R: pass colours through, -X: leave the text on the screen
    environ = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"} | os.environ
    if commands:
        environ["LESS"] += f" {commands}"
    process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environ)
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager
    try:
        process.communicate(text.encode("utf-8", "backslashreplace"))  # a pager that is quit early is no error
    finally:
        signal.signal(signal.SIGINT, interrupt)
    return process.returncode
