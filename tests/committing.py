"""Documents that an engine's writer commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from searchkit.engines.files import GONE, FileRecord, Files
from searchkit.engines.protocol import Engine, Request
from searchkit.model import Document
from searchkit.query import compile_query, parse
from searchkit.rebuilding.workers import Workers

BUILT = dt.datetime(2021, 11, 8, tzinfo=dt.UTC)
HERE = Workers(1)


def document(path: str, body: str = "香港 新闻") -> Document:
    return Document(path, f"题 {path}", BUILT, "晨光时报", "", ("港",), body)


A, B, C = (document(name) for name in ("a.md", "b.md", "c.md"))


def records(documents: Iterable[Document]) -> dict[str, FileRecord]:
    return {document.path: FileRecord(len(document.body), 7, "00" * 8) for document in documents}


def commit(engine: Engine, *batches: Sequence[Document], removed: Sequence[str] = ()) -> None:
    with engine.writer() as writer:
        files = Files.of(dict.fromkeys(removed, GONE) | records(post for batch in batches for post in batch))
        writer.commit([writer.write(batch) for batch in batches], removed, files, "/corpus", "UTC", BUILT, HERE)


def paths(engine: Engine, query: str = "") -> list[str]:
    searcher = engine.open()
    ranking = searcher.search(compile_query(parse(query)), Request(limit=100))
    searcher.close()
    return sorted(path for match in ranking.matches for path in match.document.paths)
