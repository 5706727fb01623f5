"""The index as a ``whoosh.index.Index``: by its table of contents, or by searchkit's commit point without a pickle."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from searchkit.engines.whoosh.codec.api import SegmentInfo
from searchkit.engines.whoosh.commit.meta import META, read_commit_point
from searchkit.engines.whoosh.door.codec import DoorSegment, SegmentList, refuse_writing
from searchkit.engines.whoosh.door.fields import schema
from searchkit.errors import IndexOutdated
from searchkit.language import fingerprint
from searchkit.messages import _


def open_index(folder: Path) -> FileIndex:
    """The index of a folder, for Whoosh's searcher.

    Raises:
        IndexNotFound, IndexOutdated, IndexCorrupt: there is none to be had.
    """
    return WhooshIndex(folder)


class WhooshIndex(FileIndex):
    """Reads searchkit's commit point where Whoosh would unpickle a table of contents; refuses to write."""

    def __init__(self, folder: Path) -> None:
        # not the constructor of FileIndex, which unpickles the table of contents
        self._folder = folder
        self._schema = None
        self.storage = FileStorage(str(folder), readonly=True)
        self.indexname = "MAIN"
        read_commit_point(folder)

    def _read_toc(self) -> TOC:
        point = read_commit_point(self._folder)
        return TOC(schema(), _listed(point.segments), point.info.generation)

    def latest_generation(self) -> int:
        return read_commit_point(self._folder).info.generation

    def last_modified(self) -> float:
        return (self._folder / META).stat().st_mtime

    def writer(self, procs: int = 1, **options: Any) -> NoReturn:
        refuse_writing()


def unpickled_schema(built_with: str) -> Schema:
    """What a table of contents has as its schema.

    Args:
        built_with: the fingerprint of the language data of the index.

    Raises:
        IndexOutdated: that is not this process', so queries would be folded and cut otherwise than the posts.
    """
    if built_with != fingerprint():
        message = _("this index was built with other language data ({data})", data=built_with)
        raise IndexOutdated(message, _("run: searchkit rebuild-index"))
    return schema()


def unpickled_segments(*rows: tuple[str, int, tuple[int, ...]]) -> list[DoorSegment]:
    """What a table of contents has as its segments."""
    return _listed([SegmentInfo(*row) for row in rows])


def _listed(infos: Iterable[SegmentInfo]) -> list[DoorSegment]:
    return SegmentList(map(DoorSegment, infos))
