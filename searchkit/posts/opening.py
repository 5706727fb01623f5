"""Opening files that may be anything: a pipe, a device, a link to either."""

from __future__ import annotations

import os

_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)


def open_without_waiting(path: str | os.PathLike[str]) -> int:
    """Open a file for reading, and return its descriptor; opening a pipe does not wait for a writer.

    Raises:
        OSError: it cannot be opened.
        ValueError: the path has a NUL.
    """
    return os.open(path, os.O_RDONLY | _O_NONBLOCK | _O_BINARY)


def beginning(path: str | os.PathLike[str], limit: int) -> bytes:
    """The first bytes of a file, at most ``limit``; empty if it cannot be read."""
    try:
        with os.fdopen(open_without_waiting(path), "rb") as file:
            return file.read(limit)
    except (OSError, ValueError):
        return b""
