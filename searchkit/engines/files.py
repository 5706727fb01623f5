"""What an index knows of the files of its posts: in columns, folder by folder, since there are many and few change."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

_INT64 = "q"
_FIRST_INT64, _LAST_INT64 = -(2**63), 2**63 - 1


class FileState(IntEnum):
    """Whether the post of a file is in the index."""

    POST = 0
    LEFT_OUT = 1
    """A draft that is not in the index."""
    DRAFT = 2
    """A draft that is in the index, since drafts were asked for."""
    GONE = 3
    """A file that is no post any more; only among changes."""


_STATES = tuple(FileState)


class FileRecord(NamedTuple):
    """What the index knows of a post's file, so that an unchanged one is not read again. A tuple, since there are many.

    Attributes:
        size: bytes.
        mtime_ns: time of the last change, nanoseconds since 1970.
        digest: hash of the content, hexadecimal.
        state: whether its post is in the index.
        added: when its post first came into the index, microseconds since 1970.
    """

    size: int
    mtime_ns: int
    digest: str
    state: FileState = FileState.POST
    added: int = 0


GONE = FileRecord(0, 0, "", FileState.GONE)
"""What is known of a file that is no post any more."""


def int64s(values: Iterable[int]) -> array[int]:
    """int64 each; one that does not fit, as the time of a file from after 2262, becomes the next that does."""
    if isinstance(values, array):
        return values
    values = list(values)
    try:
        return array(_INT64, values)
    except OverflowError:
        return array(_INT64, [min(max(value, _FIRST_INT64), _LAST_INT64) for value in values])


class Folder(NamedTuple):
    """The files of one folder, a column for each attribute of ``FileRecord``.

    Attributes:
        names: ascending.
        sizes: int64 each.
        times: int64 each, ``mtime_ns``.
        added: int64 each.
        digests: those of all files, one after the other; all have the same length.
        states: a byte each.
    """

    names: list[str]
    sizes: array[int]
    times: array[int]
    added: array[int]
    digests: bytes
    states: bytes

    @classmethod
    def of(cls, records: Mapping[str, FileRecord]) -> Folder:
        """The files of a folder, by name."""
        names = sorted(records)
        rows = [records[name] for name in names]
        width = max((len(row.digest) for row in rows), default=0)
        digests = bytes.fromhex("".join(row.digest.ljust(width, "0") for row in rows))
        sizes, times, added = (int64s(column) for column in zip(*(row[:2] + row[4:] for row in rows), strict=True))
        return cls(names, sizes, times, added, digests, bytes(row.state for row in rows))

    @property
    def width(self) -> int:
        """Bytes of a digest."""
        return len(self.digests) // max(len(self.names), 1)

    def records(self) -> Iterator[FileRecord]:
        """What is known of each file, in the order of the names."""
        digests, width = self.digests.hex(), 2 * self.width
        each = (digests[at * width : (at + 1) * width] for at in range(len(self.names)))
        states = map(_STATES.__getitem__, self.states)
        return map(FileRecord, self.sizes, self.times, each, states, self.added)

    @property
    def integers(self) -> tuple[array[int], array[int], array[int]]:
        """The columns of numbers."""
        return self.sizes, self.times, self.added

    def changed(self, changes: Sequence[Folder]) -> Folder | None:
        """The same with rows of others in place of those of the same names, the last first; None if no file is left."""
        after = Folder.latest([self, *changes])
        present = [row for row, state in enumerate(after.states) if state != FileState.GONE]
        if len(present) < len(after.names):
            after = after._take(present)
        return after if present else None

    @classmethod
    def latest(cls, parts: Sequence[Folder]) -> Folder:
        """The rows of all parts, of those with the same name the last; at least one part."""
        if len(parts) == 1:
            return parts[0]
        width = max(part.width for part in parts)
        names = list(itertools.chain.from_iterable(part.names for part in parts))
        sizes, times, added = (
            array(_INT64, itertools.chain.from_iterable(column))
            for column in zip(*(part.integers for part in parts), strict=True)
        )
        digests = b"".join(part.wide_digests(width) for part in parts)
        together = cls(names, sizes, times, added, digests, b"".join(part.states for part in parts))
        row_of = dict(zip(names, itertools.count()))  # a later row takes the place of an earlier one
        return together._take([row_of[name] for name in sorted(row_of)])

    def _take(self, rows: Sequence[int]) -> Folder:
        """Some of the files."""
        digests = list(self._digests(self.width))
        sizes, times, added = (array(_INT64, map(column.__getitem__, rows)) for column in self.integers)
        return Folder(
            [self.names[row] for row in rows],
            sizes,
            times,
            added,
            b"".join(map(digests.__getitem__, rows)),
            bytes(map(self.states.__getitem__, rows)),
        )

    def wide_digests(self, width: int) -> bytes:
        """The digests, with zeros behind each shorter one."""
        return self.digests if width == self.width else b"".join(self._digests(width))

    def _digests(self, width: int) -> Iterator[bytes]:
        mine = self.width
        return (self.digests[at * mine : (at + 1) * mine].ljust(width, b"\0") for at in range(len(self.names)))


class Files(Mapping[str, FileRecord]):
    """What is known of each post's file, by path.

    Args:
        folders: the files of each folder, by the folder's path with a slash at its end; that of the corpus is empty.
    """

    def __init__(self, folders: Mapping[str, Folder]) -> None:
        self.folders = folders
        self._rows: dict[str, dict[str, FileRecord]] = {}

    @classmethod
    def of(cls, records: Mapping[str, FileRecord]) -> Files:
        """The same files.

        >>> Files.of({"a/b.md": FileRecord(1, 2, "00")})["a/b.md"].size
        1
        """
        folders: dict[str, dict[str, FileRecord]] = {}
        for path, record in records.items():
            folder, slash, name = path.rpartition("/")
            folders.setdefault(folder + slash, {})[name] = record
        return cls({prefix: Folder.of(folders[prefix]) for prefix in sorted(folders)})

    @classmethod
    def joined(cls, parts: Iterable[Files]) -> Files:
        """The files of all parts, each of which is in one of them."""
        folders = _by_prefix(parts)
        return cls({prefix: Folder.latest(folders[prefix]) for prefix in sorted(folders)})

    def changed(self, *commits: Files) -> Files:
        """These files after changes, the last of which counts: a file of theirs is new, another one or gone."""
        after: dict[str, Folder | None] = {**self.folders}
        for prefix, folders in _by_prefix(commits).items():
            after[prefix] = self.folders.get(prefix, _NO_FILE).changed(folders)
        return Files({prefix: folder for prefix, folder in sorted(after.items()) if folder is not None})

    def in_state(self, state: FileState) -> Iterator[str]:
        """The paths of the files in a state."""
        for prefix, folder in self.folders.items():
            if state in folder.states:
                pairs = zip(folder.names, folder.states, strict=True)
                yield from (prefix + name for name, other in pairs if other == state)

    def folder(self, prefix: str) -> Mapping[str, FileRecord]:
        """The files of one folder, by name."""
        rows = self._rows.get(prefix)
        if rows is None:
            folder = self.folders.get(prefix, _NO_FILE)
            rows = self._rows[prefix] = dict(zip(folder.names, folder.records(), strict=True))
        return rows

    def __getitem__(self, path: str) -> FileRecord:
        folder, slash, name = path.rpartition("/")
        return self.folder(folder + slash)[name]

    def __iter__(self) -> Iterator[str]:
        return (prefix + name for prefix, folder in self.folders.items() for name in folder.names)

    def __len__(self) -> int:
        return sum(len(folder.names) for folder in self.folders.values())

    def items(self) -> ItemsView[str, FileRecord]:
        return _Items(self)


def _by_prefix(parts: Iterable[Files]) -> dict[str, list[Folder]]:
    """What some files have of each folder, in order."""
    folders: dict[str, list[Folder]] = {}
    for files in parts:
        for prefix, folder in files.folders.items():
            folders.setdefault(prefix, []).append(folder)
    return folders


class _Items(ItemsView[str, FileRecord]):
    """All files; ``ItemsView`` would look each of them up."""

    _mapping: Files

    def __iter__(self) -> Iterator[tuple[str, FileRecord]]:
        for prefix, folder in self._mapping.folders.items():
            for name, record in zip(folder.names, folder.records(), strict=True):
                yield prefix + name, record


_NO_FILE = Folder([], array(_INT64), array(_INT64), array(_INT64), b"", b"")

NO_FILES = Files({})
"""What an index knows that was never built."""
