"""searchkit, through its facade; only extracted text is indexed through the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import searchkit
from benchmarks.peers import protocol
from benchmarks.peers.protocol import Answer, Peer, Query

if TYPE_CHECKING:
    from benchmarks.extracted import Extracted
    from searchkit.engines.protocol import Batch
    from searchkit.model import Document


class Searchkit(Peer):
    """searchkit without snippets: like the other systems, it returns titles and the total."""

    grows = False  # posts are added by ``rebuild-index``, which the suite measures
    snippet_chars = 0

    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        """Index like a rebuild, but from extracted text: ``jobs`` processes write batches, which one commit merges."""
        from functools import partial

        from searchkit.engines.files import FileRecord, Files
        from searchkit.engines.registry import engine_of
        from searchkit.rebuilding.workers import Workers

        global _posts
        _posts = posts
        workers = Workers(jobs)
        with engine_of(self.folder).writer("create") as writer:
            work = partial(_write, writer.write)
            batches = workers.map(work, list(_batches(posts)), lambda done: None, writer.prepare)
            files = Files.of({post.path: FileRecord(0, 0, "") for post in posts})
            writer.commit(list(batches), (), files, str(self.folder), "UTC", dt.datetime.now(dt.UTC), workers)

    def open(self) -> None:
        self._index = searchkit.open(self.folder)

    def close(self) -> None:
        self._index.close()

    def search(self, query: Query, limit: int) -> Answer:
        text, options = as_asked(query)
        results = self._index.search(text, limit=limit, snippet_chars=self.snippet_chars, **options)
        return Answer([hit.title for hit in results if not hit.missing], results.total)


def as_asked(query: Query) -> tuple[str, dict[str, dt.datetime]]:
    """A query as somebody types it, and its period as options."""
    text = f'"{query.words[0]}"' if query.kind == protocol.PHRASE else " ".join(query.words)
    if query.kind != protocol.DATES:
        return text, {}
    since, until = (dt.datetime.fromtimestamp(moment, dt.UTC) for moment in (query.since, query.until))
    return text, {"since": since, "until": until}


class SearchkitSnippets(Searchkit):
    """searchkit with snippets, as the command line prints them."""

    snippet_chars = 120


_BYTES_PER_CHAR = 3  # of Chinese

_posts: Sequence[Extracted] = ()  # a global, so that forked processes inherit it without pickling


def _batches(posts: Sequence[Extracted]) -> Iterator[slice]:
    """Slices of the posts, as large as the batches of a rebuild."""
    from searchkit.rebuilding.rebuild import batch_bytes

    left = in_all = sum(map(_bytes, posts))
    first = size = 0
    for number, post in enumerate(posts, 1):
        size += _bytes(post)
        if size >= batch_bytes(left, in_all):
            yield slice(first, number)
            left -= size
            first, size = number, 0
    if first < len(posts):
        yield slice(first, len(posts))


def _bytes(post: Extracted) -> int:
    """About as many as the text has: to encode it would cost what no other peer pays."""
    return _BYTES_PER_CHAR * len(post.body)


def _write(write: Callable[[Iterable[Document]], Batch], part: slice, step: object) -> Batch:
    from benchmarks.extracted import moment
    from searchkit.model import Document

    return write(
        Document(post.path, post.title, moment(post.date), post.source, "", tuple(post.tags), post.body)
        for post in _posts[part]
    )
