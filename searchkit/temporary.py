"""Documents that are no files: an index of them for as long as it is needed."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from searchkit.engines.files import FileRecord, Files
from searchkit.engines.protocol import Batch
from searchkit.engines.registry import engine_of
from searchkit.index import Index
from searchkit.model import Document, in_parts
from searchkit.rebuilding.reading import Write
from searchkit.rebuilding.rebuild import Progress
from searchkit.rebuilding.workers import Workers

_PART_CHARS = 2_000_000
"""Text of one batch: it bounds the memory of a worker, and is small enough for each core to have one."""


@contextlib.contextmanager
def temporary_index(
    documents: Sequence[Document], *, jobs: int | None = None, progress: Progress | None = None
) -> Iterator[Index]:
    """An index of these documents, in a folder that is removed when the block ends.

    Args:
        documents: no two with the same path; they need not be files.
        jobs: processes that index; None for one per core.
        progress: called with the number of documents done and of all.

    Raises:
        IndexNotWritten: the disk for temporary files is full, say.

    >>> with temporary_index([Document("1", "通关", None, "", "", (), "香港与内地")], jobs=1) as index:
    ...     index.search("内地")[0].path
    '1'
    """

    def report(done: int) -> None:
        if progress is not None:
            progress(done, len(documents))

    workers = Workers(jobs)
    with tempfile.TemporaryDirectory(prefix="searchkit-") as folder:
        with engine_of(folder).writer("create") as writer:
            parts = list(in_parts(documents, _PART_CHARS))
            batches = list(workers.map(partial(_write, writer.write), parts, report, writer.prepare))
            files = Files.of({document.path: FileRecord(0, 0, "") for document in documents})
            writer.commit(batches, (), files, folder, "UTC", dt.datetime.now(dt.UTC), workers)
        with Index(folder) as index:
            yield index


def _write(write: Write, documents: Sequence[Document], step: Callable[[], None]) -> Batch:
    def counted() -> Iterator[Document]:
        for document in documents:
            step()
            yield document

    return write(counted())
