"""The stored documents of a generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.search.hits import BY_PATH, PAGE, Found, Hit, pages, request
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.collapse import Collapse
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.model import Document

_AT_ONCE = 500
"""Whole documents of one request."""

HEAD: tuple[str, ...] = (schema.HEAD,)
WHOLE: tuple[str, ...] = (schema.HEAD, schema.BODY)
"""What is read of a document: all but its body, or all."""


class Documents:
    """Reads them.

    Args:
        client: of the cluster.
        point: the generation.
        collapse: knows duplicates.
    """

    def __init__(self, client: Client, point: CommitPoint, collapse: Collapse) -> None:
        self._client = client
        self._index = point.index
        self._collapse = collapse

    def read(self, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Document]:
        """Some documents by their ids, without the paths of their duplicates."""
        found: dict[str, Document] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            body = {"query": dsl.ids(some), "size": len(some), "_source": list(fields), "track_total_hits": False}
            hits = self._client.search(self._index, body)["hits"]["hits"]
            found |= {hit["_id"]: read_document(hit["_source"]) for hit in hits}
        return found

    def with_paths(self, hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[Document]:
        """The documents of some hits, each with all its paths."""
        others = self._collapse.paths_of(hits)
        return [_with_paths(documents[hit.id], others.get(hit.text_hash, ())) for hit in hits]

    def of(self, paths: Sequence[str]) -> Iterator[Document | None]:
        """The document with each of some paths, in their order; None for a path that none has."""
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            body = request(dsl.terms(schema.PATH, list(map(schema.keyword, some))), BY_PATH, len(some), WHOLE)
            hits = Found.of(self._client.search(self._index, body)).hits
            found = self.with_paths(hits, {hit.id: read_document(hit.source) for hit in hits})
            yield from map({document.path: document for document in found}.get, some)

    def all(self, matching: Clause) -> Iterator[Document]:
        """The documents that match a clause, by path, each with all its paths."""
        body = request(matching, BY_PATH, 0, WHOLE)
        for page in pages(self._client, self._index, body, _AT_ONCE):
            yield from self.with_paths(page, {hit.id: read_document(hit.source) for hit in page})

    def parts(self, matching: Clause) -> Iterator[list[tuple[str, Document]]]:
        """The ids and the documents that match a clause, in parts, without the paths of duplicates."""
        body = request(matching, BY_PATH, 0, WHOLE)
        for page in pages(self._client, self._index, body, _AT_ONCE):
            yield [(hit.id, read_document(hit.source)) for hit in page]

    def paths(self, matching: Clause) -> Iterator[str]:
        """The paths of the documents that match a clause, in order."""
        for page in pages(self._client, self._index, request(matching, BY_PATH, 0), PAGE):
            yield from (schema.unescaped(hit.path) for hit in page)


def _with_paths(document: Document, paths: Iterable[str]) -> Document:
    others = (schema.unescaped(path) for path in paths)
    return replace(document, paths=(document.path, *(path for path in others if path != document.path)))
