"""A file of named blocks, memory-mapped, whose checksums are verified as it is read.

    magic | block | block | … | directory | offset, length and CRC-32 of the directory | magic

There is one checksum per ``CHUNK`` bytes of a block: only what is read of a large block is verified, and only once.
docs/format.md describes every byte.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import zlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bytes
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.mapped import CHUNK, Mapped
from searchkit.engines.whoosh.codec.opening import open_regular
from searchkit.engines.whoosh.codec.trailer import MAGIC, TAIL, TRAILER
from searchkit.messages import _

_ALIGNMENT = 8
_SMALL_DIRECTORY = 1 << 16
_FILE_PER_DIRECTORY = 1 << 10
"""A directory that is not small takes at most one in so many bytes of the file; a checksum takes 11 bytes a chunk."""


class Block(NamedTuple):
    """Where a block is.

    Attributes:
        offset: its first byte in the file.
        length: bytes.
        checksums: the CRC-32 of each ``CHUNK`` bytes.
    """

    offset: int
    length: int
    checksums: list[int]


class BlockWriter:
    """Writes such a file, block after block. ``finish`` or ``abort`` closes it.

    Args:
        file: empty, opened for writing; or a finished file as ``reopen`` opens it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: dict[str, Block] = {}
        self._file.write(MAGIC)
        self._end = len(MAGIC)

    @classmethod
    def reopen(cls, path: Path) -> BlockWriter:
        """Append further blocks to a finished file."""
        with BlockFile(path) as finished:
            directory, end = dict(finished.directory), finished.end
        file = open(path, "r+b")  # noqa: SIM115 - ``finish`` closes it
        file.truncate(end)
        writer = cls(file)
        file.seek(end)
        writer._directory, writer._end = directory, end
        return writer

    def copy(self, path: Path) -> None:
        """Append all blocks of another such file unchanged."""
        with BlockFile(path) as other, open(path, "rb") as file:
            for name, block in other.directory.items():
                file.seek(block.offset)
                for at in range(0, block.length, CHUNK):
                    self._file.write(file.read(min(CHUNK, block.length - at)))
                self._end_block(name, block.length, block.checksums)

    def add(self, name: str, block: bytes | bytearray | npt.NDArray[Any]) -> None:
        """Append a block; an array's items must be little-endian."""
        data = memoryview(block.tobytes() if isinstance(block, np.ndarray) else block)
        self._end_block(name, len(data), self._write_chunks(data))

    def add_parts(self, name: str, parts: Iterable[bytes]) -> None:
        """Append a block that comes in parts."""
        block = self.begin(name)
        for part in parts:
            block.write(part)
        block.end()

    def begin(self, name: str) -> OpenBlock:
        """Begin a block that is written in parts, so that nobody holds all of it; end it before the next begins."""
        return OpenBlock(self._write_chunks, partial(self._end_block, name))

    def finish(self) -> None:
        """Write the directory and close the file."""
        directory = json.dumps(self._directory, separators=(",", ":")).encode()
        self._file.write(directory)
        self._file.write(TRAILER.pack(self._end, len(directory), zlib.crc32(directory)))
        self._file.write(MAGIC)
        self._file.close()

    def abort(self) -> None:
        """Close the file unfinished."""
        with contextlib.suppress(OSError):  # flushing fails again on a full disk, which the caller has seen already
            self._file.close()

    def _write_chunks(self, data: memoryview) -> list[int]:
        self._file.write(data)
        return [zlib.crc32(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK)]

    def _end_block(self, name: str, length: int, checksums: list[int]) -> None:
        self._directory[name] = Block(self._end, length, checksums)
        padding = -length % _ALIGNMENT
        self._file.write(bytes(padding))
        self._end += length + padding


class OpenBlock:
    """A block that is written in parts."""

    def __init__(self, write: Callable[[memoryview], list[int]], end: Callable[[int, list[int]], None]) -> None:
        self._write = write
        self._end = end
        self._checksums: list[int] = []
        self._length = 0
        self._pending = bytearray()

    def write(self, part: bytes) -> None:
        """Append some bytes."""
        self._pending += part
        whole = len(self._pending) // CHUNK * CHUNK
        if whole:
            self._checksums += self._write(memoryview(self._pending)[:whole])
            self._length += whole
            self._pending = self._pending[whole:]

    def end(self) -> None:
        """Write what is pending, and enter the block into the directory."""
        self._checksums += self._write(memoryview(self._pending))
        self._end(self._length + len(self._pending), self._checksums)


class BlockFile:
    """Reads such a file through a memory map; safe to use from several threads.

    Attributes:
        path: the file.
        directory: the blocks by name, in the order in which they were written.
        end: where the directory begins.

    Raises:
        Damaged: the file was cut, or its bytes are not those that were written.
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with open_regular(path) as file:
            self._opened = os.fstat(file.fileno())
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise Damaged(path, _("it is empty")) from None
        self._bytes = np.frombuffer(self._map, np.uint8)
        self.directory, self.end = self._read_directory()
        self._verified = {name: bytearray(len(block.checksums)) for name, block in self.directory.items()}

    def _read_directory(self) -> tuple[dict[str, Block], int]:
        whole = self._map
        if len(whole) < TAIL + len(MAGIC) or whole[-len(MAGIC) :] != MAGIC or whole[: len(MAGIC)] != MAGIC:
            raise Damaged(self.path, _("it was cut, or is not a segment"))
        offset, length, checksum = TRAILER.unpack(whole[-TAIL : -len(MAGIC)])
        if offset + length + TAIL != len(whole) or length > _SMALL_DIRECTORY + len(whole) // _FILE_PER_DIRECTORY:
            raise Damaged(self.path, _("it was cut, or is not a segment"))
        directory = whole[offset : offset + length]
        if zlib.crc32(directory) != checksum:
            raise Damaged(self.path, _("wrong checksum in its directory"))
        try:
            return _blocks(json.loads(directory), offset), offset
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Damaged(self.path, _("its directory cannot be decoded: {error}", error=error)) from error

    def __contains__(self, name: str) -> bool:
        """Whether there is a block of this name."""
        return name in self.directory

    def length(self, name: str) -> int:
        """Bytes of a block."""
        return self._block(name).length

    def damaged(self, name: str) -> Damaged:
        """The error of a block whose bytes are not what a writer of segments makes."""
        return Damaged(self.path, _("block {name} cannot be decoded", name=name))

    def array(self, name: str, dtype: npt.DTypeLike, items: int | None = None) -> npt.NDArray[Any]:
        """A whole block, verified, as a read-only array of this type, and of so many items if that is known."""
        block = self._block(name)
        array = self._items(name, block, dtype, items)
        self._verify(name, block, 0, block.length)
        return array

    def scalars(self, name: str, dtype: str, items: int | None = None) -> memoryview:
        """Like ``array``, as a memoryview: reading one item of it is faster than of an array."""
        return self.array(name, dtype, items).data

    def mapped(self, name: str, dtype: npt.DTypeLike, items: int | None = None) -> Mapped:
        """Like ``array``, but what is read of it is verified when it is read."""
        block = self._block(name)
        array = self._items(name, block, dtype, items)
        verify = partial(self._verify_chunk, name, block)
        return Mapped(array, self._verified[name], verify, partial(self.damaged, name))

    def _items(self, name: str, block: Block, dtype: npt.DTypeLike, items: int | None) -> npt.NDArray[Any]:
        """A block, not verified."""
        dtype = np.dtype(dtype)
        if items is not None and block.length != items * dtype.itemsize:
            raise self.damaged(name)
        if block.length % dtype.itemsize:
            raise Damaged(
                self.path,
                _(
                    "block {name} has {length} bytes, items of {itemsize} were expected",
                    name=name,
                    length=block.length,
                    itemsize=dtype.itemsize,
                ),
            )
        return self._bytes[block.offset : block.offset + block.length].view(dtype)

    def read(self, name: str, start: int, end: int) -> Bytes:
        """Some bytes of a block, verified."""
        block = self._block(name)
        if not 0 <= start <= end <= block.length:
            raise Damaged(self.path, _("block {name} has no bytes {start} to {end}", name=name, start=start, end=end))
        self._verify(name, block, start, end)
        return self._bytes[block.offset + start : block.offset + end]

    def _block(self, name: str) -> Block:
        try:
            return self.directory[name]
        except KeyError:
            raise Damaged(self.path, _("there is no block {name}", name=name)) from None

    def _verify(self, name: str, block: Block, start: int, end: int) -> None:
        verified = self._verified[name]
        for chunk in range(start // CHUNK, (end + CHUNK - 1) // CHUNK):
            if not verified[chunk]:
                self._verify_chunk(name, block, chunk)

    def _verify_chunk(self, name: str, block: Block, chunk: int) -> None:
        first = block.offset + chunk * CHUNK
        data = memoryview(self._map)[first : min(first + CHUNK, block.offset + block.length)]
        if zlib.crc32(data) != block.checksums[chunk]:
            raise Damaged(self.path, _("wrong checksum in block {name}", name=name))
        self._verified[name][chunk] = True

    def verify(self) -> None:
        """Verify every checksum."""
        for name, block in self.directory.items():
            self.read(name, 0, block.length)

    def check_length(self) -> None:
        """Whether the file is still as long as when it was opened: reading what was cut off would end the process.

        Raises:
            Damaged: it was cut.
        """
        if self._map.size() < len(self._map):
            raise Damaged(self.path, _("it was cut while it was read"))

    def is_unchanged(self) -> bool:
        """Whether nobody wrote into the file since it was opened; one that was removed or replaced stays as it was."""
        try:
            now = os.stat(self.path)
        except OSError:
            return True
        is_same = (now.st_dev, now.st_ino) == (self._opened.st_dev, self._opened.st_ino)
        return not is_same or (now.st_mtime_ns, now.st_size) == (self._opened.st_mtime_ns, self._opened.st_size)

    def release_pages(self) -> None:
        """Drop what was read from this process' memory; the operating system may keep it cached."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Give up the file; it is unmapped once the arrays that were handed out are gone."""
        del self._bytes, self._map

    def __enter__(self) -> BlockFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _blocks(directory: dict[str, Any], end: int) -> dict[str, Block]:
    """The blocks of a directory, one behind the other, so that all together have no more bytes than the file.

    Raises:
        ValueError, TypeError, AttributeError: there are no such blocks.
    """
    blocks = {}
    free = len(MAGIC)
    for name, (offset, length, checksums) in directory.items():
        if type(offset) is not int or type(length) is not int or type(checksums) is not list:
            raise TypeError(f"block {name} has no place")
        if offset < free or offset % _ALIGNMENT or not 0 <= length <= end - offset:
            raise ValueError(f"block {name} is not where blocks are")
        if len(checksums) != -(-length // CHUNK):
            raise ValueError(f"block {name} has {len(checksums)} checksums")
        blocks[name] = Block(offset, length, checksums)
        free = offset + length
    return blocks


def append_blocks(path: Path, other: Path) -> None:
    """Append all blocks of another file unchanged."""
    writer = BlockWriter.reopen(path)
    try:
        writer.copy(other)
        writer.finish()
    except BaseException:
        writer.abort()
        raise
