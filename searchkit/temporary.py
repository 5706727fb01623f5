"""Documents that are no files: an index of them for as long as it is needed."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from searchkit.engines.protocol import Engine, PostRecord, SegmentInfo, State
from searchkit.engines.whoosh.engine import WhooshEngine
from searchkit.index import Index
from searchkit.indexing import Progress, Write, merged, writer
from searchkit.language import fingerprint
from searchkit.model import Document, in_parts
from searchkit.workers import Workers

_PART_CHARS = 2_000_000
"""Text that becomes one segment: it bounds the memory of a worker, and is enough for each core to have one."""


@contextlib.contextmanager
def temporary_index(
    documents: Sequence[Document], *, jobs: int | None = None, progress: Progress | None = None
) -> Iterator[Index]:
    """An index of these documents, in a folder that is removed when the block ends.

    Args:
        documents: no two with the same path; they need not be files.
        jobs: processes that index; None for one a core.
        progress: called with the number of documents done and of all.

    Raises:
        IndexNotWritten: the disk for temporary files is full, say.

    >>> with temporary_index([Document("1", "通关", None, "", "", (), "香港与内地")], jobs=1) as index:
    ...     index.search("内地")[0].path
    '1'
    """
    with tempfile.TemporaryDirectory(prefix="searchkit-") as folder:
        _write(WhooshEngine(Path(folder)), documents, folder, jobs, progress)
        with Index(folder) as index:
            yield index


def _write(
    engine: Engine, documents: Sequence[Document], corpus: str, jobs: int | None, progress: Progress | None
) -> None:
    def report(done: int) -> None:
        if progress is not None:
            progress(done, len(documents))

    segments: list[SegmentInfo] = []
    records: dict[str, PostRecord] = {}
    parts = list(in_parts(documents, _PART_CHARS))
    with engine.lock():
        work = partial(_segment, writer(engine, len(parts)))
        for part, segment in zip(parts, Workers(jobs).map(work, parts, report), strict=True):
            segments.append(segment)
            records |= {d.path: PostRecord(0, 0, "", segment.id, number) for number, d in enumerate(part)}
        segments = merged(engine, segments, records, jobs)
        now = dt.datetime.now(dt.UTC)
        engine.commit(State(engine.next_generation(), fingerprint(), corpus, now, tuple(segments)), records)


def _segment(write: Write, documents: Iterable[Document], step: Callable[[], None]) -> SegmentInfo:
    def counted() -> Iterator[Document]:
        for document in documents:
            step()
            yield document

    return write(counted())
