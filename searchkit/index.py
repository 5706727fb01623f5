"""The one facade: everything that the command line and a notebook do goes through here."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from searchkit.engines.protocol import ARRAYS, CODECS, FACETS, Filters, Match, Request, Snapshot
from searchkit.engines.whoosh.engine import WhooshEngine
from searchkit.errors import DocumentNotFound, IndexFailure, QueryError
from searchkit.language import fold
from searchkit.model import Document, Hit, RebuildReport, Results, SortOrder, Status
from searchkit.query.dates import first_instant, last_instant
from searchkit.query.durations import duration

if TYPE_CHECKING:
    from searchkit.explanation import Explanation
    from searchkit.indexing import Progress
    from searchkit.query.parser import ParsedQuery
    from searchkit.snippets import Highlighter

_SORT_ORDERS = ("relevance", "newest", "oldest")


class Index:
    """An index, open for searching; safe to use from several threads.

    A rebuild done meanwhile is seen at the next call.

    Args:
        path: the index folder.

    Raises:
        IndexNotFound: nothing was built there.
        IndexOutdated: built by another version, or with other language data.
        IndexCorrupt: a file is missing or damaged.

    >>> with Index("index") as index:  # doctest: +SKIP
    ...     index.search("香港 通关")[0].title
    """

    def __init__(self, path: str | os.PathLike[str] = "index") -> None:
        self.path = Path(path)
        self._engine = WhooshEngine(self.path)
        self._lock = threading.RLock()
        self._closed = False
        self._version = self._engine.version()
        self._snapshot: Snapshot = self._engine.snapshot()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Index {str(self.path)!r}: {self._snapshot.state.documents} posts>"

    def __len__(self) -> int:
        """How many posts it holds."""
        with self._current() as snapshot:
            return snapshot.state.documents

    @property
    def corpus(self) -> Path:
        """The folder of posts that it was built from."""
        with self._current() as snapshot:
            return Path(snapshot.state.corpus)

    def close(self) -> None:
        """Let go of the files; the index is of no use afterwards."""
        with self._lock:
            self._closed = True
            self._snapshot.close()

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        sort: SortOrder = "relevance",
        since: str | dt.date | None = None,
        until: str | dt.date | None = None,
        source: str | Sequence[str] = (),
        tag: str | Sequence[str] = (),
        recency: str | dt.timedelta | None = None,
        facets: str | Sequence[str] = (),
        snippet_chars: int = 120,
        explain: bool = False,
    ) -> Results:
        """The posts that a query asks for, best first.

        Those with all of its words come first and are the ``total``; where they do not fill the page, posts with some
        of the words follow, and say which they lack.

        Args:
            query: words, ``"exact text"``, ``-word``, ``title:word`` and more (docs/query.md); empty finds every post.
            limit: how many hits at most.
            offset: how many hits to leave out first.
            sort: ``relevance``, ``newest`` or ``oldest``; posts without a date come last in the latter two.
            since: the first day, month, year or instant; without zone it is UTC.
            until: the last one, included whole.
            source: one or several names; a post must have one of them.
            tag: one or several tags; a post must have all of them.
            recency: how old a post is whose score counts half: ``90d``, ``2w``, ``6m``, ``1y``; None for no matter.
            facets: what to count among all matches: ``source``, ``tag``, ``year``, ``month``.
            snippet_chars: most characters of a hit's snippets together, unless a match is longer; 0 for none.
            explain: say of each hit why it was found and what its score is made of, and how the query was read.

        Returns:
            One page of hits, and their number in all.

        Raises:
            QueryError: a date or another option means nothing.
            IndexCorrupt: the index cannot be read any more.

        >>> index.search("香港 通关", since="2021-11", sort="newest").total  # doctest: +SKIP
        3
        """
        from searchkit.query.parser import parse  # half of Whoosh, which a rebuild does without
        from searchkit.snippets import Highlighter  # the same

        began = time.perf_counter()
        _check(limit, offset, sort, snippet_chars)
        filters = Filters(
            since=None if since is None else first_instant(since),
            until=None if until is None else last_instant(until),
            sources=_folded(source),
            tags=_folded(tag),
        )
        wanted_facets = (facets,) if isinstance(facets, str) else tuple(facets)
        request = Request(
            filters,
            sort,
            offset,
            limit,
            _half_life(recency),
            snippet_chars > 0 or explain,
            _known_facets(wanted_facets),
            explain,
        )
        parsed = parse(query)
        with self._current() as snapshot:
            ranking = snapshot.search(parsed, request)
        highlighter = Highlighter((*parsed.needles, *ranking.needles))
        ranked = enumerate(ranking.matches, start=offset + 1)
        hits = tuple(_hit(rank, match, parsed, highlighter, snippet_chars, explain) for rank, match in ranked)
        seconds = time.perf_counter() - began
        return Results(
            query,
            ranking.total,
            seconds,
            hits,
            offset,
            parsed.notes,
            ranking.facets,
            ranking.unknown,
            ranking.filtered_out,
            _readable(parsed) if explain else "",
        )

    def document(self, path: str) -> Document:
        """What is stored of one post.

        Args:
            path: relative to the corpus folder, ``/``-separated.

        Raises:
            DocumentNotFound: no post has this path.
        """
        with self._current() as snapshot:
            document = snapshot.document(path)
        if document is None:
            raise DocumentNotFound(f"no post {path!r} in {self.path}", "run: searchkit search to find its path")
        return document

    def documents(self) -> Iterator[Document]:
        """What is stored of every post, by path; posts with the same title and body once, with all their paths."""
        with contextlib.closing(self._engine.snapshot()) as snapshot:
            yield from snapshot.documents()

    def status(self) -> Status:
        """Size and age of the index, and what changed in its corpus since.

        Raises:
            CorpusNotFound: the corpus folder is gone.
        """
        from searchkit.indexing import changes, committed  # a search does without

        state, records = committed(self._engine)
        found = changes(Path(state.corpus), records, state.built)
        changed = sum(file.path in records for file in found.to_read)
        return Status(
            index=str(self.path),
            corpus=state.corpus,
            documents=state.documents,
            bytes=self._engine.bytes(),
            built=state.built,
            added=len(found.to_read) - changed,
            changed=changed,
            removed=len(found.gone),
        )

    @contextlib.contextmanager
    def _current(self) -> Iterator[Snapshot]:
        """The latest committed state, held until the block ends."""
        with self._lock:
            if self._closed:
                raise IndexFailure(f"the index {self.path} was closed", "open it again with searchkit.open")
            version = self._engine.version()
            if version != self._version:
                latest = self._engine.snapshot()
                self._snapshot.close()
                self._snapshot, self._version = latest, version
            yield self._snapshot


def rebuild(
    corpus: str | os.PathLike[str] = "corpus",
    index: str | os.PathLike[str] = "index",
    *,
    full: bool = False,
    dry_run: bool = False,
    jobs: int | None = None,
    allow_empty: bool = False,
    progress: Progress | None = None,
    codec: str = ARRAYS,
) -> RebuildReport:
    """Bring an index up to a folder of posts: new and changed posts are read, vanished ones removed.

    The switch to the new state is one atomic, durable step; until then every search sees the old one.

    Args:
        corpus: the folder of posts.
        index: the index folder, created where there is none.
        full: start anew.
        dry_run: read and report, write nothing.
        jobs: processes that read posts; None for one a core.
        allow_empty: let a corpus without posts empty the index.
        progress: called with the number of posts done and of posts to do.
        codec: how new segments keep their postings: ``arrays``, or ``whoosh`` for Whoosh's own way.

    Returns:
        What was done, in numbers of posts.

    Raises:
        CorpusNotFound, CorpusEmpty: there is nothing to read.
        IndexBusy: another rebuild is at work.
        IndexNotWritten: the disk is full, say; the old index stands.

    >>> rebuild("corpus", "index").documents  # doctest: +SKIP
    82
    """
    if codec not in CODECS:
        raise QueryError(f"there is no codec {codec!r}", f"use one of {', '.join(CODECS)}")
    from searchkit.indexing import rebuild as rebuild_engine  # a search does without

    return rebuild_engine(
        WhooshEngine(Path(index), codec),
        Path(corpus),
        full=full,
        dry_run=dry_run,
        jobs=jobs,
        allow_empty=allow_empty,
        progress=progress,
    )


def _check(limit: int, offset: int, sort: str, snippet_chars: int) -> None:
    if limit < 0 or offset < 0 or snippet_chars < 0:
        raise QueryError("limit, offset and snippet_chars must not be negative")
    if sort not in _SORT_ORDERS:
        raise QueryError(f"there is no order {sort!r}", f"use one of {', '.join(_SORT_ORDERS)}")


def _half_life(recency: str | dt.timedelta | None) -> tuple[int, int] | None:
    """Now and the half-life, both in microseconds."""
    if recency is None:
        return None
    half_life = duration(recency) if isinstance(recency, str) else recency
    if half_life <= dt.timedelta():
        raise QueryError("recency is not positive", "use a duration such as 90d")
    return time.time_ns() // 1000, half_life // dt.timedelta(microseconds=1)


def _known_facets(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in FACETS:
            raise QueryError(f"there is no facet {name!r}", f"use some of {', '.join(FACETS)}")
    return names


def _folded(names: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(name) for name in ([names] if isinstance(names, str) else names))


def _readable(query: ParsedQuery) -> str:
    from searchkit.query.readable import readable  # for who asks only

    return readable(query)


def _explanation(query: ParsedQuery, match: Match) -> Explanation:
    from searchkit.reasons import explanation  # the same

    return explanation(query, match)


def _hit(
    rank: int, match: Match, query: ParsedQuery, highlighter: Highlighter, snippet_chars: int, explain: bool
) -> Hit:
    document = match.document
    return Hit(
        rank=rank,
        score=match.score,
        path=document.path,
        title=document.title,
        title_spans=highlighter.spans(document.title),
        date=document.date,
        source=document.source,
        url=document.url,
        tags=document.tags,
        also=document.paths[1:],
        snippets=highlighter.snippets(document.body, snippet_chars, document.title),
        missing=match.missing,
        explanation=_explanation(query, match) if explain else None,
    )
