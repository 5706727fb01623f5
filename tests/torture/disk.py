"""A disk that loses what was not made durable: a trace of changes, and what a crash may leave of it.

The model is that of Pillai et al., All File Systems Are Not Created Equal (OSDI 2014), at its most pessimistic. Of a
file, whatever was written since its last fsync may be there or not, each sector by itself, and what was appended may
be zeros. Of a folder, whatever was created, renamed or removed since its last fsync may have happened or not, in any
order; a rename alone is atomic. An fsync makes a file's content durable, not its name.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
_HEAD = struct.Struct("=cQQII")


class Change(NamedTuple):
    """One change of the trace: C(reate), W(rite), T(runcate), S(ync), R(ename), U(nlink), D: mkdir, M(ark)."""

    kind: str
    inode: int
    number: int
    one: bytes
    two: bytes


def changes(trace: Path) -> Iterator[Change]:
    """What ``preload.c`` recorded."""
    data, at = trace.read_bytes(), 0
    while at < len(data):
        kind, inode, number, n, m = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield Change(kind.decode(), inode, number, data[at : at + n], data[at + n : at + n + m])
        at += n + m


@dataclass
class _File:
    durable: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Offset and data of each write, or length and None of a truncation."""


Names = dict[str, int | None]
"""Path to the file, by a number of our own; None where there is none."""


@dataclass
class Disk:
    """Files and names, and what of both is not durable yet. Paths are relative to ``root``."""

    root: Path
    files: dict[int, _File] = field(default_factory=dict)
    durable: Names = field(default_factory=dict)
    pending: list[tuple[str, Names]] = field(default_factory=list)
    """A folder, and what became of names in it."""
    _now: Names = field(default_factory=dict)
    _by_inode: dict[int, int] = field(default_factory=dict)
    _folders: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folders[os.stat(self.root).st_ino] = ""

    def apply(self, change: Change) -> None:
        """What a running system sees after one more change."""
        if change.kind in "CD":
            path = self._relative(change.one)
            number = len(self.files)
            self.files[number] = _File()
            self._by_inode[change.inode] = number
            if change.kind == "D":
                self._folders[change.inode] = path
            self._names({path: number})
        elif change.kind == "W":
            self._of(change).pending.append((change.number, change.one))
        elif change.kind == "T":
            self._of(change).pending.append((change.number, None))
        elif change.kind == "R":
            old, new = self._relative(change.one), self._relative(change.two)
            self._names({old: None, new: self._now[old]})
        elif change.kind == "U":
            self._names({self._relative(change.one): None})
        elif change.kind == "S" and change.inode in self._folders:
            folder = self._folders[change.inode]
            for where, names in self.pending:
                if where == folder:
                    self.durable |= names
            self.pending = [each for each in self.pending if each[0] != folder]
        elif change.kind == "S":
            file = self._of(change)
            file.durable, file.pending = _content(file, lambda at, data: data), []

    def _of(self, change: Change) -> _File:
        return self.files[self._by_inode[change.inode]]

    def _relative(self, path: bytes) -> str:
        return os.path.relpath(os.fsdecode(path), self.root)

    def _names(self, names: Names) -> None:
        self._now |= names
        self.pending.append((os.path.dirname(next(iter(names))), names))

    def folders(self) -> set[int]:
        """The numbers of folders."""
        return {self._by_inode[inode] for inode in self._folders if inode in self._by_inode}

    def left(self, crash: Crash) -> Mapping[str, bytes | None]:
        """What a crash leaves: the content of each file by path, None of a folder."""
        names = dict(self.durable)
        for _folder, changed in self.pending:
            if crash.keeps_name(changed):
                names |= changed
        folders = self.folders()
        found: dict[str, bytes | None] = {}
        for path, number in sorted(names.items()):
            parent = os.path.dirname(path)
            if number is not None and (not parent or parent in found):
                found[path] = None if number in folders else _content(self.files[number], crash.keeps_data)
        return found


def _content(file: _File, keeps: Callable[[int, bytes], bytes | None]) -> bytes:
    """The bytes of a file; of each write what ``keeps`` gives, None where nothing of it is left."""
    content = bytearray(file.durable)
    for at, data in file.pending:
        if data is None:
            del content[at:]
            content.extend(bytes(at - len(content)))
        elif (kept := keeps(at, data)) is not None:
            content.extend(bytes(max(at - len(content), 0)))
            content[at : at + len(kept)] = kept
    return bytes(content)


@dataclass(frozen=True)
class Crash:
    """What is left of changes that are not durable.

    Attributes:
        name: in messages.
        keeps_name: whether a change of names happened.
        keeps_data: what is left of a write at an offset; None for nothing.
    """

    name: str
    keeps_name: Callable[[Names], bool]
    keeps_data: Callable[[int, bytes], bytes | None]


def certain_crashes() -> tuple[Crash, ...]:
    """All or nothing of names and of data."""
    return (
        Crash("everything lost", lambda names: False, lambda at, data: None),
        Crash("data lost", lambda names: True, lambda at, data: None),
        Crash("names lost", lambda names: False, lambda at, data: data),
        Crash("zeros for data", lambda names: True, lambda at, data: bytes(len(data))),
        Crash("everything kept", lambda names: True, lambda at, data: data),
        Crash("only removals", lambda names: None in names.values(), lambda at, data: data),
        Crash("no removals", lambda names: None not in names.values(), lambda at, data: data),
    )


def random_crash(chance: random.Random) -> Crash:
    """Some names, and of each write some sectors, an end cut off, or zeros."""
    name, data = chance.random(), chance.random()

    def keeps_data(at: int, written: bytes) -> bytes | None:
        how = chance.random()
        if how < data:
            return written
        if how > 0.9:
            return None
        if how > 0.8:
            return bytes(len(written))
        first = -at % SECTOR
        parts = [written[:first], *(written[n : n + SECTOR] for n in range(first, len(written), SECTOR))]
        if how > 0.5:
            return b"".join(parts[: chance.randint(0, len(parts))])
        return b"".join(part if chance.random() < 0.5 else bytes(len(part)) for part in parts)

    return Crash(f"{name:.2f} of names, {data:.2f} of data", lambda names: chance.random() < name, keeps_data)


def write_out(left: Mapping[str, bytes | None], root: Path) -> None:
    """Make these files, in a folder that is empty."""
    for path, content in left.items():
        if content is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(content)
