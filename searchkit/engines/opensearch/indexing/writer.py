"""The one right to commit to an index: documents are analysed into a spool, and a commit sends them."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from searchkit.engines.files import NO_FILES, Files
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.names import GenerationName
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.commit.reading import current_index, foreign, read_commit_point, read_files
from searchkit.engines.opensearch.indexing.generation import NewGeneration
from searchkit.engines.opensearch.indexing.lock import Lock, exclusive
from searchkit.engines.opensearch.indexing.spool_folder import spool_folder
from searchkit.engines.opensearch.indexing.tidying import Generations
from searchkit.engines.protocol import Batch, Executor, IndexInfo, OpenMode
from searchkit.errors import IndexFailure, IndexNotFound, IndexOutdated
from searchkit.language.lexicon import Lexicon
from searchkit.model import Document


@contextlib.contextmanager
def open_writer(client: Client, mode: OpenMode, lexicon: Lexicon) -> Iterator[OpenSearchWriter]:
    """The one right to commit, until the block ends; see ``searchkit.engines.protocol.Engine.writer``."""
    with exclusive(client) as lock, spool_folder() as folder:
        current = _current(client)
        found = Generations.read(client, current)
        found.remove_outdated(client)
        point, files = _latest(client) if mode == "append" else (None, NO_FILES)
        generation = NewGeneration.after(client.address.index, found.latest, point)
        was_interrupted = lock.was_left or found.was_left
        try:
            yield OpenSearchWriter(client, lock, folder, generation, current, files, lexicon, was_interrupted)
        finally:
            with contextlib.suppress(IndexFailure):  # the next writer does it
                Generations.read(client, current_index(client)).remove_outdated(client)


def _current(client: Client) -> str | None:
    """The index to which the alias points, which is one of ours. Raises IndexCorrupt."""
    alias = client.address.index
    current = current_index(client)
    if client.head(alias) if current is None else GenerationName.parse(alias, current) is None:
        raise foreign(client)
    return current


def _latest(client: Client) -> tuple[CommitPoint | None, Files]:
    """The commit point to add to, and what it knows of files; none where there is none of this version."""
    try:
        point = read_commit_point(client)
    except (IndexNotFound, IndexOutdated):
        return None, NO_FILES
    return point, read_files(client, point)


class OpenSearchWriter:
    """See ``searchkit.engines.protocol.Writer``.

    Args:
        client: asks.
        lock: the right to commit.
        folder: where documents wait.
        generation: the next one.
        current: the index to which the alias points; None if there is none.
        files: what the commit point that is added to knows of each post's file, by path.
        lexicon: that of the next commit.
        was_interrupted: whether the writer before it died.
    """

    def __init__(
        self,
        client: Client,
        lock: Lock,
        folder: Path,
        generation: NewGeneration,
        current: str | None,
        files: Files,
        lexicon: Lexicon,
        was_interrupted: bool,
    ) -> None:
        self._client = client
        self._lock = lock
        self._folder = folder
        self._generation = generation
        self._current = current
        self._lexicon = lexicon
        self.info: IndexInfo | None = generation.old.info if generation.old else None
        self.files = files
        self.was_interrupted = was_interrupted
        self.write: Callable[[Iterable[Document]], Batch] = partial(write_batch, folder, lexicon)

    def prepare(self) -> None:
        import searchkit.engines.opensearch.indexing.spool  # noqa: F401 - as in ``write_batch``
        from searchkit.language.words import segmenter  # jieba's dictionary

        segmenter()

    def prepare_commit(self) -> None:
        """All is there already."""

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
        from searchkit.engines.opensearch.indexing.committing import Commit  # numpy; a rebuild often commits nothing
        from searchkit.engines.opensearch.indexing.spool import Spool  # the same

        spool = Spool(self._folder)
        commit = Commit(self._client, self._lock, self._generation, spool, self._lexicon, self._current)
        commit.write(batches, removed, self.files.changed(files), corpus, timezone, built, executor)


def write_batch(folder: Path, lexicon: Lexicon, documents: Iterable[Document]) -> Batch:
    """Analyse documents, cut with a lexicon, and keep them in a folder.

    Raises:
        IndexNotWritten: the disk is full, say.
    """
    from searchkit.engines.opensearch.indexing.spool import Spool  # numpy, as in ``OpenSearchWriter.commit``

    return Spool(folder).write(documents, lexicon)
