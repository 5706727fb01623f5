"""The engine: an index in a cluster of OpenSearch, and one atomic step from each commit point to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeVar

from searchkit.engines.files import NO_FILES, Files
from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.commit.reading import (
    current_index,
    read_any_commit_point,
    read_commit_point,
    read_files,
    read_lexicon,
)
from searchkit.engines.protocol import SAMPLE, IndexInfo, OpenMode
from searchkit.errors import IndexCorrupt, IndexFailure, IndexNotFound, IndexOutdated
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.reports import Problem

if TYPE_CHECKING:
    from searchkit.engines.opensearch.indexing.writer import OpenSearchWriter
    from searchkit.engines.opensearch.search.searcher import OpenSearchSearcher

_Result = TypeVar("_Result")


class OpenSearchEngine:
    """See ``searchkit.engines.protocol.Engine``.

    Args:
        address: of the index; the first writer makes it.
    """

    def __init__(self, address: Address) -> None:
        self._client = Client(address)

    def open(self) -> OpenSearchSearcher:
        from searchkit.engines.opensearch.search.searcher import OpenSearchSearcher  # numpy; as the local engine

        return self._read(
            lambda point: OpenSearchSearcher(self._client, point, read_lexicon(self._client, point))
        )

    def writer(
        self, mode: OpenMode = "append", lexicon: Lexicon = NO_LEXICON
    ) -> AbstractContextManager[OpenSearchWriter]:
        from searchkit.engines.opensearch.indexing.writer import open_writer  # a search does without

        return open_writer(self._client, mode, lexicon)

    def info(self) -> IndexInfo:
        return read_commit_point(self._client).info

    def files(self) -> tuple[IndexInfo, Files]:
        return self._read(lambda point: (point.info, read_files(self._client, point)))

    def last_files(self) -> Files:
        try:
            return read_files(self._client, read_any_commit_point(self._client))
        except (IndexNotFound, IndexOutdated, IndexCorrupt):
            return NO_FILES

    def lexicon(self) -> Lexicon:
        return self._read(lambda point: read_lexicon(self._client, point))

    def version(self) -> object:
        return current_index(self._client)

    def verify(
        self, sample: int | None = SAMPLE, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Iterator[Problem]:
        from searchkit.engines.opensearch.checking import Check  # numpy, and all that indexes documents

        try:
            yield from self._read(lambda point: list(Check(self._client, point, sample, progress).problems()))
        except IndexCorrupt as error:
            yield Problem(str(self._client.address), error.message)

    def _read(self, read: Callable[[CommitPoint], _Result]) -> _Result:
        """What is read of the latest commit point; read again if another one came meanwhile and its indexes went."""
        while True:
            point = read_commit_point(self._client)
            try:
                return read(point)
            except IndexFailure:
                if current_index(self._client) in (point.index, None):
                    raise
