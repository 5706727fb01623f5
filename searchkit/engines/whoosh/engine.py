"""The engine on Whoosh's segments: one folder, one state, one step from each to the next."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.engines.protocol import ARRAYS, RUN, Each, PostRecord, SegmentInfo, State, one_by_one
from searchkit.engines.whoosh.commit.meta import (
    DAMAGE,
    check_files,
    corrupt,
    discard,
    locked,
    meta_version,
    next_generation,
    read_records,
    read_state,
    write_state,
    writing,
)
from searchkit.errors import IndexFailure, IndexNotFound
from searchkit.model import Document

if TYPE_CHECKING:
    from searchkit.engines.whoosh.search.searcher import WhooshSnapshot


class WhooshEngine:
    """See ``searchkit.engines.protocol.Engine``.

    Args:
        folder: the index folder; created by ``lock``.
        codec: how new segments keep their postings, one of ``CODECS``.
    """

    def __init__(self, folder: Path, codec: str = ARRAYS) -> None:
        self._folder = folder
        self._codec = codec

    def write_segment(self, documents: Iterable[Document]) -> SegmentInfo:
        return self._write(self._codec, documents)

    def write_run(self, documents: Iterable[Document]) -> SegmentInfo:
        return self._write(RUN if self._codec == ARRAYS else self._codec, documents)

    def _write(self, codec: str, documents: Iterable[Document]) -> SegmentInfo:
        from searchkit.engines.whoosh.indexing.segment_writer import write_segment  # numpy, which an unchanged rebuild does without

        with writing(self._folder):
            return write_segment(self._folder, codec, documents)

    def merge(self, segments: Sequence[SegmentInfo], each: Each = one_by_one) -> tuple[SegmentInfo, list[str]]:
        from searchkit.engines.whoosh.indexing.merger import merge_segments  # the same

        try:
            with writing(self._folder):
                return merge_segments(self._folder, segments, self._codec, each)
        except DAMAGE as error:
            raise corrupt(self._folder) from error

    def lock(self) -> AbstractContextManager[None]:
        return locked(self._folder)

    def state(self) -> State:
        return read_state(self._folder)

    def check(self, state: State) -> None:
        check_files(self._folder)

    def records(self, state: State) -> dict[str, PostRecord]:
        return read_records(self._folder, state)

    def next_generation(self) -> int:
        return next_generation(self._folder)

    def commit(self, state: State, records: Mapping[str, PostRecord]) -> None:
        write_state(self._folder, state, records)
        discard(self._folder, (segment.id for segment in state.segments), state.generation)

    def discard(self) -> None:
        try:
            state = read_state(self._folder)
        except IndexNotFound:
            discard(self._folder, (), 0)
        except IndexFailure:
            return  # what cannot be read is replaced by the next commit, not before
        else:
            discard(self._folder, (segment.id for segment in state.segments), state.generation)

    def snapshot(self) -> WhooshSnapshot:
        from searchkit.engines.whoosh.search.searcher import WhooshSnapshot  # numpy and whoosh.query, the same

        state = read_state(self._folder)
        while True:
            try:
                check_files(self._folder)
                return WhooshSnapshot(self._folder, state)
            except Exception as error:
                latest = read_state(self._folder)
                if latest.generation == state.generation:
                    if isinstance(error, IndexFailure):
                        raise
                    raise self._unreadable(error) from error
                state = latest  # a commit came between and removed what this state had

    def _unreadable(self, error: Exception) -> IndexFailure:
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES):
            return IndexFailure(f"cannot open {self._folder}: {error.strerror}", "free what is short and try again")
        return corrupt(self._folder)

    def version(self) -> object:
        return meta_version(self._folder)

    def bytes(self) -> int:
        total = 0
        for file in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # a commit may remove it meanwhile
                total += file.stat().st_size if file.is_file() else 0
        return total
