"""Here is the output: where does it go, and what if nobody reads it? The only place that writes."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress

from searchkit.errors import SearchkitError


class OutputClosed(Exception):
    """The reader of stdout has gone."""


class OutputFailed(SearchkitError):
    """Stdout cannot be written, as on a full disk."""


def prepare() -> None:
    """Make stdout and stderr able to say Chinese in any locale, and every odd character somehow."""
    if sys.stdout is None:  # closed by the shell: >&-
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal in a Chinese locale keeps its encoding; pipes, files and the C locale get UTF-8
            encoding = stream.encoding if stream.isatty() and _says_chinese(stream.encoding) else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def write(output: str | bytes) -> None:
    """Write to stdout, exactly.

    Raises:
        OutputClosed: the reader has gone.
        OutputFailed: any other failure.
    """
    data = output if isinstance(output, bytes) else output.encode(sys.stdout.encoding, "backslashreplace")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as error:
        raise _told(error) from None


def say(line: str) -> None:
    """Write a line to stderr, where somebody listens."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(line, file=sys.stderr, flush=True)


def flush() -> None:
    """Send what is still held back, now, while an error can still be told.

    Raises:
        OutputClosed: the reader has gone.
        OutputFailed: any other failure.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _told(error) from None


def abandon_output() -> None:
    """Let what could not be written vanish: the interpreter flushes once more when it ends, and would complain."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _told(error: OSError) -> OutputClosed | OutputFailed:
    # Windows says EINVAL of a closed pipe
    if isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL):
        return OutputClosed()
    return OutputFailed(f"cannot write the output: {error.strerror or error}")


def _says_chinese(encoding: str) -> bool:
    try:
        "中國".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
