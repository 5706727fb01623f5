"""Standard output and standard error; all output of the command line goes through this module."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress

from searchkit.errors import SearchkitError


class OutputClosed(Exception):
    """The reader of stdout has closed the pipe."""


class OutputFailed(SearchkitError):
    """Stdout cannot be written, for instance because the disk is full."""


def configure() -> None:
    """Make stdout and stderr able to encode Chinese in any locale; other unencodable characters are escaped."""
    if sys.stdout is None:  # the shell has closed it: >&-
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal in a Chinese locale keeps its encoding; pipes, files and the C locale get UTF-8
            encoding = stream.encoding if stream.isatty() and _encodes_chinese(stream.encoding) else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def write(output: str | bytes) -> None:
    """Write to stdout, without translation of newlines.

    Raises:
        OutputClosed: the reader has closed the pipe.
        OutputFailed: any other failure.
    """
    data = output if isinstance(output, bytes) else output.encode(sys.stdout.encoding, "backslashreplace")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as error:
        raise _output_error(error) from None


def write_error(line: str) -> None:
    """Write a line to stderr; it is lost if stderr is closed."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(line, file=sys.stderr, flush=True)


def flush() -> None:
    """Write the buffered output before the interpreter ends, so that an error can still be reported.

    Raises:
        OutputClosed: the reader has closed the pipe.
        OutputFailed: any other failure.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _output_error(error) from None


def discard_output() -> None:
    """Discard the output that cannot be written: the interpreter flushes stdout at exit, and would print an error."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _output_error(error: OSError) -> OutputClosed | OutputFailed:
    # Windows reports a closed pipe as EINVAL
    if isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL):
        return OutputClosed()
    return OutputFailed(f"cannot write the output: {error.strerror or error}")


def _encodes_chinese(encoding: str) -> bool:
    try:
        "中國".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
