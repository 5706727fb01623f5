"""What is known of many posts while they are read, in columns: as objects each takes half a kilobyte."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from searchkit.engines.files import FileRecord, Files, Folder, int64s
from searchkit.model import PostFile


@dataclass(frozen=True, slots=True)
class PackedFiles:
    """Files of posts.

    Attributes:
        paths: UTF-8, with a NUL after each.
        sizes: int64 each.
        times: int64 each, ``PostFile.mtime_ns``.
    """

    paths: bytes
    sizes: array[int]
    times: array[int]

    @classmethod
    def of(cls, files: Sequence[PostFile]) -> PackedFiles:
        sizes, times = int64s(file.size for file in files), int64s(file.mtime_ns for file in files)
        return cls(_joined(file.path for file in files), sizes, times)

    def __len__(self) -> int:
        return len(self.sizes)

    def __iter__(self) -> Iterator[PostFile]:
        return map(PostFile, _split(self.paths), self.sizes, self.times)


@dataclass(frozen=True, slots=True)
class PackedRecords:
    """What an index is to know of some posts' files.

    Attributes:
        paths: UTF-8, with a NUL after each, ascending.
        columns: all else.
    """

    paths: bytes
    columns: Folder

    @classmethod
    def of(cls, records: Mapping[str, FileRecord]) -> PackedRecords:
        columns = Folder.of(records)
        return cls(_joined(columns.names), columns._replace(names=[]))

    def files(self) -> Files:
        columns = self.columns._replace(names=_split(self.paths))
        return Files.of(dict(zip(columns.names, columns.records(), strict=True)))


def _joined(paths: Iterable[str]) -> bytes:
    return "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogatepass")


def _split(paths: bytes) -> list[str]:
    return paths.decode("utf-8", "surrogatepass").split("\0")[:-1]
