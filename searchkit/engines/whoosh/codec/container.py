"""One file of named blocks, mapped into memory and checked as it is read.

    magic | block | block | … | directory | length and checksum of the directory | magic

A checksum covers ``CHUNK`` bytes: what is read of a large block is checked, the rest of it is not touched.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import struct
import zlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

MAGIC = b"SEGKIT01"
CHUNK = 1 << 16

_ALIGNMENT = 8
_TRAILER = struct.Struct("<QQI4x")  # where the directory is, how long, its checksum


class Damaged(ValueError):
    """The file is not what was written."""


class BlockWriter:
    """Writes such a file, a block after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: dict[str, Any] = {}
        self._file.write(MAGIC)
        self._place = len(MAGIC)

    @classmethod
    def reopened(cls, path: Path) -> BlockWriter:
        """To append to a file that was finished."""
        with BlockFile(path) as finished:
            directory, place = dict(finished.directory), finished.end
        file = open(path, "r+b")  # noqa: SIM115 - ``finish`` closes it
        file.truncate(place)
        writer = cls(file)
        file.seek(place)
        writer._directory, writer._place = directory, place
        return writer

    def copy(self, path: Path) -> None:
        """Append the blocks of another such file as they are."""
        with BlockFile(path) as other, open(path, "rb") as file:
            for name, (place, length, checks) in other.directory.items():
                file.seek(place)
                for at in range(0, length, CHUNK):
                    self._file.write(file.read(min(CHUNK, length - at)))
                self._end_block(name, length, checks)

    def add(self, name: str, block: bytes | npt.NDArray[Any]) -> None:
        """Append a block; an array is written as it lies in memory, little-endian."""
        data = memoryview(block.tobytes() if isinstance(block, np.ndarray) else block)
        self._end_block(name, len(data), self._write_chunks(data))

    def _write_chunks(self, data: memoryview) -> list[int]:
        self._file.write(data)
        return [zlib.crc32(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK)]

    def _end_block(self, name: str, length: int, checks: list[int]) -> None:
        self._directory[name] = [self._place, length, checks]
        padding = -length % _ALIGNMENT
        self._file.write(bytes(padding))
        self._place += length + padding

    def begin(self, name: str) -> OpenBlock:
        """Begin a block that comes in parts, so that nobody holds all of it; it must end before the next begins."""
        return OpenBlock(self._write_chunks, partial(self._end_block, name))

    def add_parts(self, name: str, parts: Iterable[bytes]) -> None:
        """Append a block that comes in parts."""
        block = self.begin(name)
        for part in parts:
            block.write(part)
        block.end()

    def abandon(self) -> None:
        """Close the file as it is."""
        with contextlib.suppress(OSError):  # a full disk, which whoever abandons has seen already
            self._file.close()

    def finish(self) -> None:
        """Write the directory and close the file."""
        directory = json.dumps(self._directory, separators=(",", ":")).encode()
        self._file.write(directory)
        self._file.write(_TRAILER.pack(self._place, len(directory), zlib.crc32(directory)))
        self._file.write(MAGIC)
        self._file.close()


class OpenBlock:
    """A block that is written a part after the other."""

    def __init__(self, write: Callable[[memoryview], list[int]], end: Callable[[int, list[int]], None]) -> None:
        self._write = write
        self._end = end
        self._checks: list[int] = []
        self._length = 0
        self._left = bytearray()

    def write(self, part: bytes) -> None:
        self._left += part
        whole = len(self._left) // CHUNK * CHUNK
        if whole:
            self._checks += self._write(memoryview(self._left)[:whole])
            self._length += whole
            self._left = self._left[whole:]

    def end(self) -> None:
        """Write what is left of it."""
        self._checks += self._write(memoryview(self._left))
        self._end(self._length + len(self._left), self._checks)


class BlockFile:
    """Reads such a file. It is mapped, not loaded; safe to use from several threads.

    Attributes:
        directory: place, length and checksums of each block, in order.
        end: where the last block ends.

    Raises:
        Damaged: the file was cut, or its bytes are not those that were written.
    """

    def __init__(self, path: Path) -> None:
        with open(path, "rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise Damaged(f"{path} is empty") from None
        self._path = path
        self._bytes = np.frombuffer(self._map, np.uint8)
        self.directory, self.end = self._read_directory()
        self._checked: dict[str, npt.NDArray[np.bool_]] = {}

    def _read_directory(self) -> tuple[dict[str, list[Any]], int]:
        tail = _TRAILER.size + len(MAGIC)
        if len(self._map) < tail + len(MAGIC) or self._map[-len(MAGIC) :] != MAGIC or self._map[: len(MAGIC)] != MAGIC:
            raise Damaged(f"{self._path} is no segment, or was cut")
        place, length, check = _TRAILER.unpack(self._map[-tail : -len(MAGIC)])
        directory = self._map[place : place + length]
        if zlib.crc32(directory) != check:
            raise Damaged(f"the directory of {self._path} is damaged")
        return json.loads(directory), place

    def __contains__(self, name: str) -> bool:
        """Whether it has a block of this name."""
        return name in self.directory

    def array(self, name: str, kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """A whole block as an array of this kind, checked."""
        return self.part(name, 0, self.length(name)).view(kind)

    def length(self, name: str) -> int:
        """Bytes of a block."""
        length: int = self._entry(name)[1]
        return length

    def part(self, name: str, start: int, end: int) -> npt.NDArray[np.uint8]:
        """Some bytes of a block, checked."""
        place, length, checks = self._entry(name)
        if not 0 <= start <= end <= length:
            raise Damaged(f"{self._path} has no bytes {start} to {end} in {name}")
        self._check(name, place, length, checks, start, end)
        return self._bytes[place + start : place + end]

    def _entry(self, name: str) -> list[Any]:
        if name not in self.directory:
            raise Damaged(f"{self._path} has no block {name}")
        return self.directory[name]

    def words(self, name: str, kind: str) -> memoryview:
        """A whole block as numbers of Python, whose one element costs less than an array's; checked."""
        return memoryview(self.array(name, kind))  # type: ignore[arg-type]

    def _check(self, name: str, place: int, length: int, checks: list[int], start: int, end: int) -> None:
        checked = self._checked.get(name)
        if checked is None:
            checked = self._checked[name] = np.zeros(len(checks), bool)
        for chunk in range(start // CHUNK, (end + CHUNK - 1) // CHUNK):
            if checked[chunk]:
                continue
            first = place + chunk * CHUNK
            if zlib.crc32(memoryview(self._map)[first : min(first + CHUNK, place + length)]) != checks[chunk]:
                raise Damaged(f"{self._path} is damaged in {name}")
            checked[chunk] = True

    def let_go(self) -> None:
        """Keep what was read out of this process' memory; the operating system still has it."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Check every block."""
        for name, (_, length, _) in self.directory.items():
            self.part(name, 0, length)

    def close(self) -> None:
        """Let go of the file; arrays that were handed out stay readable."""
        del self._bytes
        self._checked.clear()

    def __enter__(self) -> BlockFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def append_blocks(path: Path, other: Path) -> None:
    """Append the blocks of another file, as they are."""
    writer = BlockWriter.reopened(path)
    try:
        writer.copy(other)
        writer.finish()
    except BaseException:
        writer.abandon()
        raise
