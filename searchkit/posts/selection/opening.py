"""Opening files that may be anything: a pipe, a device, a link to either."""

from __future__ import annotations

import errno
import os
import stat

_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)


def content(path: str | os.PathLike[str], limit: int) -> bytes | None:
    """The bytes of a file, at most ``limit``; None if it is none, but a pipe, say. It never waits.

    Raises:
        OSError: it cannot be read, or is a folder.
        ValueError: the path has a NUL.
    """
    descriptor = os.open(path, os.O_RDONLY | _O_NONBLOCK | _O_BINARY)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(status.st_mode):
            return None
        data, at_once = b"", min(status.st_size, limit) + 1
        while len(data) < limit and (part := os.read(descriptor, min(at_once, limit - len(data)))):
            data = data + part if data else part
        return data
    finally:
        os.close(descriptor)


def beginning(path: str | os.PathLike[str], limit: int) -> bytes:
    """The first bytes of a file, at most ``limit``; empty if it cannot be read."""
    try:
        return content(path, limit) or b""
    except (OSError, ValueError):
        return b""
