"""Opening files that may be anything: a pipe, a device, a link to either."""

from __future__ import annotations

import os
from typing import BinaryIO

_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)


def open_without_waiting(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file for reading; opening a pipe does not wait for a writer.

    Raises:
        OSError: it cannot be opened, or is a folder.
        ValueError: the path has a NUL.
    """
    descriptor = os.open(path, os.O_RDONLY | _O_NONBLOCK | _O_BINARY)
    try:
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def beginning(path: str | os.PathLike[str], limit: int) -> bytes:
    """The first bytes of a file, at most ``limit``; empty if it cannot be read."""
    try:
        with open_without_waiting(path) as file:
            return file.read(limit) or b""
    except (OSError, ValueError):
        return b""
