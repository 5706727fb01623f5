"""What is known of the files of one folder: in columns, since an object for each file would cost the most."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from searchkit.model import PostFile

UNSEEN = -1
"""The size of a file that could not be looked at."""

_OPEN_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


class FolderPosts(NamedTuple):
    """The posts in one folder.

    Attributes:
        prefix: the folder's path relative to the corpus, with a slash at its end; empty for the corpus.
        names: of the files, ascending.
        sizes: in bytes.
        times: of the last modification, in nanoseconds since 1970.
    """

    prefix: str
    names: Sequence[str]
    sizes: Sequence[int]
    times: Sequence[int]

    def files(self) -> Iterator[PostFile]:
        """Each file, in the order of the names."""
        return map(PostFile, (self.prefix + name for name in self.names), self.sizes, self.times)


class Listing(NamedTuple):
    """A folder whose posts were listed, but not looked at.

    Attributes:
        folder: as the system knows it.
        names: of posts, ascending.
        seen: its posts that had to be looked at already.
        changed: when a file was last added, removed or renamed, in nanoseconds since 1970; 0 where that is unknown.
    """

    folder: str
    names: Sequence[str]
    seen: FolderPosts
    changed: int = 0


class Columns(NamedTuple):
    """Sizes and times of files as in ``FolderPosts``; the size of one that could not be looked at is ``UNSEEN``."""

    sizes: Sequence[int]
    times: Sequence[int]


@contextlib.contextmanager
def opened(folder: str) -> Iterator[int | None]:
    """The descriptor of a folder within the block: the path to it is followed once, not for each file.

    None where the system has no descriptors of folders.

    Raises:
        OSError: it cannot be opened.
    """
    if not (os.scandir in os.supports_fd and os.stat in os.supports_dir_fd):
        yield None
        return
    descriptor = os.open(folder, _OPEN_FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def listed_in(folder: str) -> Iterator[tuple[list[os.DirEntry[str]], int]]:
    """What is in a folder, in no order, and its ``changed``; the folder is open within the block. Raises OSError."""
    with opened(folder) as descriptor, os.scandir(folder if descriptor is None else descriptor) as entries:
        yield list(entries), 0 if descriptor is None else os.fstat(descriptor).st_mtime_ns


def columns(folder: str, names: Sequence[str]) -> Columns:
    """Look at files of a folder; links are not followed."""
    sizes: list[int] = []
    times: list[int] = []
    try:
        with opened(folder) as descriptor:
            add_size, add_time, stat = sizes.append, times.append, os.stat  # each name counts: there are many
            for name in names if descriptor is not None else [os.path.join(folder, name) for name in names]:
                try:
                    info = stat(name, dir_fd=descriptor, follow_symlinks=False)
                except OSError:
                    add_size(UNSEEN)
                    add_time(0)
                else:
                    add_size(info.st_size)
                    add_time(info.st_mtime_ns)
    except OSError:  # the folder has gone
        return Columns([UNSEEN] * len(names), [0] * len(names))
    return Columns(sizes, times)
