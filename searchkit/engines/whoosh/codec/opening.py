"""Opening files of an index, which somebody else may have sent: regular files only, no links, bounded in size."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.messages import _

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: Path) -> BinaryIO:
    """Open a file of an index for reading; a pipe or a device is not waited for, a link not followed.

    Raises:
        Damaged: it is no regular file.
        OSError: it cannot be opened.
    """
    if path.is_symlink():
        raise Damaged(path, _("it is a link"))
    descriptor = os.open(path, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Damaged(path, _("it is not a regular file"))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: Path, most: int) -> bytes:
    """The content of a file of an index.

    Args:
        path: the file.
        most: bytes; a longer one is none that searchkit wrote.

    Raises:
        Damaged: it is no regular file, or longer.
        OSError: it cannot be read.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise Damaged(path, _("it is larger than {size} MB", size=most // 1_000_000))
        return file.read(size)  # so many bytes are allocated
