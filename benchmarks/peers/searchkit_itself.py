"""searchkit itself, through its facade; only an index of extracted text has to go to the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import searchkit
from benchmarks.peers import protocol
from benchmarks.peers.protocol import Answer, Peer, Query

if TYPE_CHECKING:
    from benchmarks.extracted import Extracted
    from searchkit.engines.protocol import SegmentInfo
    from searchkit.engines.whoosh.engine import WhooshEngine
    from searchkit.indexing import Write


class Searchkit(Peer):
    """Without snippets: titles and total, as the peers answer."""

    grows = False  # from files only: the table measures ``rebuild-index``
    snippet_chars = 0

    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        """What a rebuild does once the texts are there: segments by ``jobs`` processes, merged and committed."""
        from searchkit.engines.protocol import PostRecord, State
        from searchkit.engines.whoosh.engine import WhooshEngine
        from searchkit.indexing import merged
        from searchkit.language import fingerprint

        engine = WhooshEngine(self.folder)
        records: dict[str, PostRecord] = {}
        with engine.lock():
            segments = []
            for segment, batch in _segments(engine, posts, jobs):
                segments.append(segment)
                records |= {post.path: PostRecord(0, 0, "", segment.id, n) for n, post in enumerate(batch)}
            segments = merged(engine, segments, records, jobs)
            now = dt.datetime.now(dt.UTC)
            state = State(engine.next_generation(), fingerprint(), str(self.folder), now, tuple(segments))
            engine.commit(state, records)

    def open(self) -> None:
        self._index = searchkit.open(self.folder)

    def close(self) -> None:
        self._index.close()

    def search(self, query: Query, limit: int) -> Answer:
        text = f'"{query.words[0]}"' if query.kind == protocol.PHRASE else " ".join(query.words)
        since = until = None
        if query.kind == protocol.DATES:
            since, until = (dt.datetime.fromtimestamp(moment, dt.UTC) for moment in (query.since, query.until))
        results = self._index.search(text, limit=limit, since=since, until=until, snippet_chars=self.snippet_chars)
        return Answer([hit.title for hit in results if not hit.missing], results.total)


class SearchkitSnippets(Searchkit):
    """With the snippets of the hits, as a person gets them."""

    snippet_chars = 120


_texts: Sequence[Extracted] = ()  # in memory, where the processes that are forked find them


def _batches(posts: Sequence[Extracted]) -> Iterator[slice]:
    """The posts in parts as large as a rebuild makes them."""
    from searchkit.indexing import BATCH_BYTES

    first = size = 0
    for number, post in enumerate(posts, 1):
        size += post.bytes
        if size >= BATCH_BYTES:
            yield slice(first, number)
            first, size = number, 0
    if first < len(posts):
        yield slice(first, len(posts))


def _segments(
    engine: WhooshEngine, posts: Sequence[Extracted], jobs: int
) -> Iterator[tuple[SegmentInfo, Sequence[Extracted]]]:
    from functools import partial

    from searchkit.indexing import writer
    from searchkit.workers import Workers

    global _texts
    _texts = posts
    batches = list(_batches(posts))
    segments = Workers(jobs).map(partial(_segment, writer(engine, len(batches))), batches, lambda done: None)
    return zip(segments, (posts[batch] for batch in batches), strict=True)


def _segment(write: Write, batch: slice, step: object) -> SegmentInfo:
    from benchmarks.extracted import moment
    from searchkit.model import Document

    return write(
        Document(post.path, post.title, moment(post.date), post.source, "", tuple(post.tags), post.body)
        for post in _texts[batch]
    )
