"""The engine: an index in a folder, and one atomic step from each commit point to the next."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from searchkit.engines.files import NO_FILES, Files
from searchkit.engines.protocol import SAMPLE, Batch, Executor, IndexInfo, OpenMode
from searchkit.engines.whoosh.codec.api import FileKind, SegmentInfo, new_segment_id, segment_file
from searchkit.engines.whoosh.commit.commit_file import manifests_of
from searchkit.engines.whoosh.commit.garbage import collect_garbage
from searchkit.engines.whoosh.commit.lock import exclusive
from searchkit.engines.whoosh.commit.manifests import next_manifest, read_files
from searchkit.engines.whoosh.commit.meta import (
    META,
    CommitPoint,
    check_files,
    meta_version,
    next_generation,
    read_any_commit_point,
    read_commit_point,
    read_lexicon,
    reading,
    write_commit_point,
    writing,
)
from searchkit.engines.whoosh.indexing.merge_policy import Merge, choose_merges
from searchkit.errors import IndexCorrupt, IndexFailure, IndexNotFound, IndexOutdated
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.model import Document

if TYPE_CHECKING:
    from searchkit.engines.whoosh.search.searcher import WhooshSearcher
    from searchkit.reports import Problem

_Result = TypeVar("_Result")


class WhooshEngine:
    """See ``searchkit.engines.protocol.Engine``.

    Args:
        folder: the index folder; the first writer creates it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> WhooshSearcher:
        from searchkit.engines.whoosh.search.searcher import WhooshSearcher  # numpy; a rebuild often needs none

        return self._read(
            lambda point: WhooshSearcher(self._folder, point.info, point.segments, read_lexicon(self._folder, point))
        )

    def writer(
        self, mode: OpenMode = "append", lexicon: Lexicon = NO_LEXICON
    ) -> contextlib.AbstractContextManager[WhooshWriter]:
        return self._writer(mode, lexicon)

    @contextlib.contextmanager
    def _writer(self, mode: OpenMode, lexicon: Lexicon) -> Iterator[WhooshWriter]:
        with exclusive(self._folder):
            was_interrupted = self._collect_garbage()
            try:
                point = self._latest() if mode == "append" else None
                yield WhooshWriter(self._folder, point, lexicon, was_interrupted)
            finally:
                self._collect_garbage()

    def _latest(self) -> CommitPoint | None:
        """The commit point to add to; none where there is none of this version."""
        try:
            return self._read(lambda point: point)
        except (IndexNotFound, IndexOutdated):
            return None

    def whoosh_index(self) -> Any:
        from searchkit.engines.whoosh.door.index import open_index  # Whoosh, which searchkit itself does without

        return open_index(self._folder)

    def info(self) -> IndexInfo:
        return read_commit_point(self._folder).info

    def files(self) -> tuple[IndexInfo, Files]:
        return self._read(lambda point: (point.info, read_files(self._folder, point)))

    def last_files(self) -> Files:
        try:
            return read_files(self._folder, read_any_commit_point(self._folder))
        except IndexFailure:
            return NO_FILES

    def lexicon(self) -> Lexicon:
        return self._read(lambda point: read_lexicon(self._folder, point))

    def version(self) -> object:
        return meta_version(self._folder)

    def verify(
        self, sample: int | None = SAMPLE, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Iterator[Problem]:
        from searchkit.engines.whoosh.checking.commit import CommitCheck  # numpy, and all that indexes documents
        from searchkit.reports import Problem  # a search does without

        try:
            point = read_commit_point(self._folder)
            while problems := list(CommitCheck(self._folder, point, sample, progress).problems()):
                latest = read_commit_point(self._folder)
                if latest.info.generation == point.info.generation:
                    yield from problems
                    return
                point = latest
        except IndexCorrupt as error:
            yield Problem(META, error.message)

    def _read(self, read: Callable[[CommitPoint], _Result]) -> _Result:
        """What is read of the latest commit point; read again if another one came meanwhile and its files went."""
        while True:
            version = meta_version(self._folder)
            point = read_commit_point(self._folder)
            try:
                with reading(self._folder):
                    check_files(self._folder, point)
                    return read(point)
            except IndexFailure:
                if meta_version(self._folder) == version:
                    raise

    def _collect_garbage(self) -> bool:
        """Remove what was written and not committed; nothing while the commit point or a file of it cannot be read.

        Returns:
            Whether there was a segment.
        """
        with contextlib.suppress(IndexFailure):
            try:
                point = read_commit_point(self._folder)
            except IndexNotFound:
                return collect_garbage(self._folder, (), 0)
            with reading(self._folder):
                check_files(self._folder, point)  # of an older one that was put back, what is newer may be wanted
            return collect_garbage(self._folder, point.files, point.info.generation)
        return False


class WhooshWriter:
    """See ``searchkit.engines.protocol.Writer``. A batch is written as a run; a commit merges runs into segments.

    Args:
        folder: the index folder.
        point: the commit point to add to; None to start anew.
        lexicon: that of the next commit.
        was_interrupted: whether the writer before it died.
    """

    def __init__(
        self,
        folder: Path,
        point: CommitPoint | None,
        lexicon: Lexicon,
        was_interrupted: bool,
    ) -> None:
        self._folder = folder
        self._point = point
        self._lexicon = lexicon
        self._segments = point.segments if point else ()
        self._manifests = {name: point.files[name] for name in manifests_of(point.files)} if point else {}
        self.info: IndexInfo | None = point.info if point else None
        self.was_interrupted = was_interrupted
        self.write: Callable[[Iterable[Document]], Batch] = partial(write_batch, folder, lexicon)

    @cached_property
    def files(self) -> Files:
        return read_files(self._folder, self._point) if self._point else NO_FILES

    def prepare(self) -> None:
        import searchkit.engines.whoosh.codec.run  # as in ``write_batch``
        import searchkit.engines.whoosh.indexing.merger  # for the commit, while all processes begin
        import searchkit.engines.whoosh.indexing.segment_writer  # noqa: F401 - as the first
        from searchkit.language.words import segmenter  # jieba's dictionary

        segmenter()

    def prepare_commit(self) -> None:
        import searchkit.engines.whoosh.indexing.merger  # noqa: F401 - as in ``_segment``

    def commit(
        self,
        batches: Sequence[Batch],
        removed: Collection[str],
        files: Files,
        corpus: str,
        timezone: str,
        built: dt.datetime,
        executor: Executor,
    ) -> None:
        runs = [SegmentInfo(batch.id, batch.documents) for batch in batches if batch.documents]
        with writing(self._folder):
            old = self._without(removed)
            bytes_of = {info.id: self._bytes(info, "seg") for info in old} | {
                run.id: self._bytes(run, "run") for run in runs
            }
            manifest = next_manifest(self._manifests, self.files, files)
            del files  # processes that merge would have a copy
            merges = choose_merges(old, runs, bytes_of)
            segments = [self._segment(merge, executor) for merge in merges]
            generation = next_generation(self._folder)
            write_commit_point(self._folder, generation, segments, *manifest, corpus, timezone, built, self._lexicon)

    def _bytes(self, info: SegmentInfo, kind: FileKind) -> int:
        return segment_file(self._folder, info.id, kind).stat().st_size

    def _without(self, removed: Collection[str]) -> Sequence[SegmentInfo]:
        """The segments of the last commit, the documents of these paths deleted."""
        if not removed:
            return self._segments
        from searchkit.engines.whoosh.codec.reader import SegmentReader  # numpy, as in ``open``

        paths = sorted(removed)  # neighbours share a block of the dictionary
        segments = []
        for segment in self._segments:
            with contextlib.closing(SegmentReader(self._folder, segment)) as reader:
                deleted = {*segment.deleted, *reader.doc_ids_of(paths).tolist()}
            segments.append(replace(segment, deleted=tuple(sorted(deleted))))
        return segments

    def _segment(self, merge: Merge, executor: Executor) -> SegmentInfo:
        if not merge.is_needed:
            return merge.segments[0]
        from searchkit.engines.whoosh.indexing.merger import merge_segments  # numpy, as in ``open``

        return merge_segments(self._folder, merge, executor)


def write_batch(folder: Path, lexicon: Lexicon, documents: Iterable[Document]) -> Batch:
    """Write documents, cut with a lexicon, as a run.

    Raises:
        IndexNotWritten: the disk is full, say.
    """
    from searchkit.engines.whoosh.codec.run import RunWriter  # numpy, as in ``WhooshEngine.open``
    from searchkit.engines.whoosh.indexing.segment_writer import write_documents  # the same

    batch_id = new_segment_id()
    with writing(folder):
        return Batch(batch_id, write_documents(RunWriter(folder, batch_id), documents, lexicon))
