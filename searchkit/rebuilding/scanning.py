"""A scan of many posts in two processes: one lists folders and reads what is known, the other looks at files."""

from __future__ import annotations

import contextlib
import itertools
import marshal
import os
import signal
import sys
import warnings
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, NoReturn

from searchkit.engines.files import int64s
from searchkit.posts.selection.columns import Columns, FolderPosts, Listing, columns
from searchkit.posts.selection.files import Walk
from searchkit.rebuilding.pool import interrupts_held_back

MANY_POSTS = 5_000
"""To look at fewer takes no longer than to start a process."""

_PART_FILES = 1_000
"""Files that are looked at together, for 3 ms."""

_INT64, _INT64_BYTES = "q", 8
_SEPARATOR = "\0"


class Scan(NamedTuple):
    """The posts of a corpus.

    Attributes:
        folders: the posts of each folder that has any, in no order, as ``Walk.folders`` has them.
        listed: the folders whose posts are listed already; each is also one of ``folders``.
    """

    folders: Iterator[FolderPosts]
    listed: Sequence[Listing] = ()


@contextlib.contextmanager
def scanned(
    walk: Walk, corpus: Path, posts: int, jobs: int, since: float = 0, ahead: Callable[[], None] = lambda: None
) -> Iterator[Scan]:
    """Find the posts of a corpus.

    If there are many, all folders are listed before the block, and another process looks at their files meanwhile.

    Args:
        walk: what else it finds is complete after the last folder.
        corpus: the folder of posts.
        posts: how many there are, about.
        jobs: how many processes there may be.
        since: when the last rebuild began, in seconds since 1970.
        ahead: called once a folder is listed that changed since, so that there may be a post to read.

    Raises:
        CorpusNotFound: ``corpus`` does not exist or is no folder.
    """
    other = _StatProcess.started() if jobs > 1 and posts >= MANY_POSTS else None
    if other is None:
        yield Scan(walk.folders(corpus))
        return
    try:
        scan = _SharedScan(walk, other, int(since * 1e9), ahead)
        scan.list_folders(corpus)
        yield Scan(scan.folders(), scan.listed)
    finally:
        other.end()


class _Piece(NamedTuple):
    """Files of one folder: those with the names from ``first`` to ``last``, which is excluded."""

    listing: Listing
    first: int
    last: int

    @property
    def folder(self) -> str:
        return self.listing.folder

    @property
    def names(self) -> Sequence[str]:
        return self.listing.names[self.first : self.last]


@dataclass(slots=True)
class _SharedScan:
    """The other process looks at the first parts first, this one at the last ones, until they meet.

    So neither waits for the other, and what a process that died has not looked at is looked at here.
    """

    walk: Walk
    other: _StatProcess
    since: int
    ahead: Callable[[], None]
    listed: list[Listing] = field(default_factory=list)
    _parts: deque[list[_Piece]] = field(default_factory=deque)
    _chunks: dict[str, list[tuple[int, array[int], array[int]]]] = field(default_factory=dict)

    def list_folders(self, corpus: Path) -> None:
        """List all folders, and hand their files out. Raises as ``scanned``."""
        part: list[_Piece] = []
        size = 0
        is_ahead = False
        for listing in self.walk.listings(corpus):
            if listing.changed > self.since and not is_ahead:
                is_ahead = True
                self.ahead()
            count = len(listing.names)
            self.listed.append(listing)
            for first in range(0, count, _PART_FILES):
                part.append(_Piece(listing, first, min(first + _PART_FILES, count)))
                size += part[-1].last - first
                if size >= _PART_FILES:
                    self._hand_out(part)
                    part, size = [], 0
        if part:
            self._hand_out(part)

    def _hand_out(self, part: list[_Piece]) -> None:
        self._parts.append(part)
        self.other.hand([(piece.folder, _SEPARATOR.join(piece.names)) for piece in part])

    def folders(self) -> Iterator[FolderPosts]:
        """As ``scanned``."""
        yield from (listing.seen for listing in self.listed if not listing.names)
        while self._parts:
            found = self.other.found(sum(piece.last - piece.first for piece in self._parts[0]))
            part = self._parts.popleft() if found else self._parts.pop()
            found = found or _looked_at([(piece.folder, piece.names) for piece in part])
            at, half = 0, len(found) // 2
            for piece in part:
                end = at + piece.last - piece.first
                yield from self._taken(piece, found[at:end], found[half + at : half + end])
                at = end

    def _taken(self, piece: _Piece, sizes: array[int], times: array[int]) -> Iterator[FolderPosts]:
        """The folder of a piece, if all of its files have been looked at with it."""
        listing = piece.listing
        chunks = self._chunks.setdefault(listing.seen.prefix, [])
        chunks.append((piece.first, sizes, times))
        if sum(len(chunk[1]) for chunk in chunks) < len(listing.names):
            return
        _firsts, all_sizes, all_times = zip(*sorted(self._chunks.pop(listing.seen.prefix)), strict=True)
        posts = self.walk.looked_at(listing, Columns(_joined(all_sizes), _joined(all_times)))
        if posts.names:
            yield posts


def _joined(chunks: Sequence[array[int]]) -> array[int]:
    return chunks[0] if len(chunks) == 1 else array(_INT64, b"".join(chunks))


def _looked_at(files: Iterable[tuple[str, Sequence[str]]]) -> array[int]:
    """int64 each: the sizes of files, given as names in a folder, then their times."""
    sizes, times = array(_INT64), array(_INT64)
    for folder, names in files:
        found = columns(folder, names)
        sizes += int64s(found.sizes)
        times += int64s(found.times)
    return sizes + times


@dataclass(slots=True)
class _StatProcess:
    """A process that looks at what it is handed, in that order. It ends with the process that started it.

    What it is handed and what it finds are files in memory: neither process ever waits for the other to read.

    Attributes:
        pid: the process.
        handed: the names that it was handed.
        answers: how many parts it has looked at, then the numbers of ``_looked_at`` of each.
        pipe: to it: the bytes of each part in ``handed``. The end to read from comes first; it is open here, too, so
            that to write never fails.
    """

    pid: int
    handed: int
    answers: int
    pipe: tuple[int, int]
    _is_busy: bool = False
    _taken: int = 0
    _at: int = _INT64_BYTES

    @classmethod
    def started(cls) -> _StatProcess | None:
        """None where no process can be forked, or has no files in memory."""
        if not sys.platform.startswith("linux"):
            return None
        descriptors: list[int] = []
        try:
            descriptors += os.memfd_create("handed"), os.memfd_create("answers")
            descriptors += os.pipe()
            with warnings.catch_warnings(), interrupts_held_back():
                warnings.simplefilter("ignore", DeprecationWarning)  # beside threads: it takes no lock of theirs
                pid = os.fork()
                if not pid:
                    _serve(*descriptors)
        except OSError:
            for descriptor in descriptors:
                os.close(descriptor)
            return None
        handed, answers, *pipe = descriptors
        os.set_blocking(pipe[1], False)
        return cls(pid, handed, answers, (pipe[0], pipe[1]))

    def hand(self, files: Sequence[tuple[str, str]]) -> None:
        """Hand out a part: names in a folder, with separators between them. What it cannot take is never ``found``."""
        if self._is_busy:
            return
        data = marshal.dumps([*files])
        try:
            whole = os.write(self.handed, data) == len(data)
            self._is_busy = not whole or not os.write(self.pipe[1], _bytes(len(data)))
        except OSError:  # it has 8,000 parts before it, or there is no more memory
            self._is_busy = True

    def found(self, files: int) -> array[int] | None:
        """What it found of its next part, which has so many files; None while it has not looked at all of them."""
        if _number(os.pread(self.answers, _INT64_BYTES, 0)) <= self._taken:
            return None
        size = 2 * files * _INT64_BYTES
        found = array(_INT64, os.pread(self.answers, size, self._at))
        self._at += size
        self._taken += 1
        return found

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        for descriptor in (self.handed, self.answers, *self.pipe):
            os.close(descriptor)


def _serve(handed: int, answers: int, pipe: int, far_end: int) -> NoReturn:
    """What the other process does: look at parts, until its parent has gone."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
        os.close(far_end)
        at, end = 0, _INT64_BYTES
        for done in itertools.count(1):
            size = _number(os.read(pipe, _INT64_BYTES))
            files = marshal.loads(os.pread(handed, size, at))
            found = _looked_at((folder, names.split(_SEPARATOR)) for folder, names in files).tobytes()
            if os.pwrite(answers, found, end) < len(found):
                break
            at, end = at + size, end + len(found)
            os.pwrite(answers, _bytes(done), 0)
    finally:
        os._exit(0)  # whatever it was: its parent looks at the rest


def _bytes(number: int) -> bytes:
    return number.to_bytes(_INT64_BYTES, sys.byteorder)


def _number(data: bytes) -> int:
    return int.from_bytes(data, sys.byteorder)
