"""What an engine is: which posts, in which order?

An engine keeps documents in segments. A segment is written once, by any process, and is invisible until a
commit lists it. A commit replaces the whole state in one atomic, durable step. A snapshot reads one state
and goes on reading it whatever is committed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from searchkit.explanation import TermScore
from searchkit.model import Document, FacetCounts, SortOrder, Unknown

if TYPE_CHECKING:
    from searchkit.query.parser import Needle, ParsedQuery


ARRAYS = "arrays"
FACETS = ("source", "tag", "year", "month")
"""What can be counted among the matches of a search."""

CODECS = (ARRAYS, "whoosh")
"""How a segment keeps its postings: as mapped arrays, or as Whoosh's own codec does."""


Each = Callable[[Callable[[Any], None], Sequence[Any]], None]
"""Does some work on each of some things; perhaps in other processes, side by side."""


def one_by_one(work: Callable[[Any], None], things: Sequence[Any]) -> None:
    """Does it here."""
    for thing in things:
        work(thing)


RUN = "run"
"""How what ``write_run`` wrote keeps them, for ``merge`` alone to read."""


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """A segment as a state lists it.

    Attributes:
        id: its name.
        codec: how its postings are kept, one of ``CODECS``; no state lists a ``RUN``.
        documents: how many it holds, deleted ones too.
        deleted: the numbers of its deleted documents, ascending.
    """

    id: str
    codec: str
    documents: int
    deleted: tuple[int, ...] = ()

    @property
    def live(self) -> int:
        return self.documents - len(self.deleted)


class PostRecord(NamedTuple):
    """What the index knows of a post's file, so that an unchanged one is not opened again.

    A tuple, since an index has one a post, and a rebuild makes them all.

    Attributes:
        size: bytes.
        mtime_ns: time of the last change, nanoseconds since 1970.
        digest: hash of its content, hexadecimal.
        segment: the segment that holds its document.
        document: the document's number in there.
    """

    size: int
    mtime_ns: int
    digest: str
    segment: str
    document: int


@dataclass(frozen=True, slots=True)
class State:
    """An index at one moment.

    Attributes:
        generation: counts the commits.
        fingerprint: what the terms depend on; see ``searchkit.language.fingerprint``.
        corpus: the absolute path of the corpus folder.
        built: when, aware, UTC.
        segments: in order.
    """

    generation: int
    fingerprint: str
    corpus: str
    built: dt.datetime
    segments: tuple[SegmentInfo, ...]

    @property
    def documents(self) -> int:
        return sum(segment.live for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Filters:
    """What restricts a search besides its query; empty parts restrict nothing.

    Attributes:
        since: the first instant, aware.
        until: the last instant, aware.
        sources: any of these, as ``fold`` gives them.
        tags: all of these, as ``fold`` gives them.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Which of a query's matches are wanted, in which order.

    Attributes:
        filters: what restricts them.
        sort: their order.
        offset: how many to leave out first.
        limit: how many at most.
        recency: where given, scores fall with age: an instant and the half-life, both in microseconds.
        bodies: whether the documents' bodies are wanted.
        facets: what to count among all matches: ``source``, ``tag``, ``year``, ``month``.
        explain: whether to say what the scores are made of.
    """

    filters: Filters = Filters()
    sort: SortOrder = "relevance"
    offset: int = 0
    limit: int = 10
    recency: tuple[int, int] | None = None
    bodies: bool = True
    facets: tuple[str, ...] = ()
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A matching text: the post that stands for it, and its score.

    Attributes:
        document: the stored document; its ``paths`` are all posts with the same title and body, this one's first.
        score: the higher the better.
        missing: the words of the query that it lacks.
        parts: where asked for, field, term and what it adds; the score is their sum times ``freshness``.
        freshness: what its age leaves of the score.
    """

    document: Document
    score: float
    missing: tuple[str, ...] = ()
    parts: tuple[TermScore, ...] = ()
    freshness: float = 1.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """One page of matches, best first; posts with the same text count once.

    Attributes:
        total: how many posts have all that the query asks for.
        matches: those first; where they leave room, posts that lack some of its words.
        facets: for each that was asked for, values and how many of the ``total`` have them.
        unknown: where the total is 0 and any were wanted, the words that no document has, and what is near to them.
        filtered_out: then too, how many it would be without the filters.
        needles: what to highlight besides the query's own needles: the words that its patterns were found as.
    """

    total: int
    matches: tuple[Match, ...]
    facets: Mapping[str, FacetCounts]
    unknown: Unknown = ()
    filtered_out: int = 0
    needles: tuple[Needle, ...] = ()


class Snapshot(Protocol):
    """One state of an index, open for reading; safe to use from several threads."""

    @property
    def state(self) -> State: ...

    def search(self, query: ParsedQuery, request: Request) -> Ranking:
        """The posts that match, ranked; equal ones by path."""

    def document(self, path: str) -> Document | None:
        """The document of one post, or None."""

    def documents(self) -> Iterable[Document]:
        """Every document, posts with the same text once, by path."""

    def close(self) -> None:
        """Let go of the files."""


class Engine(Protocol):
    """Keeps documents in one index folder."""

    def write_segment(self, documents: Iterable[Document]) -> SegmentInfo:
        """Write a new segment, numbering its documents as they come; any process may."""

    def write_run(self, documents: Iterable[Document]) -> SegmentInfo:
        """The same of a part of many, which must be merged before it is committed; at less cost where that can be."""

    def merge(self, segments: Sequence[SegmentInfo], each: Each = one_by_one) -> tuple[SegmentInfo, list[str]]:
        """Write a new segment of the live documents of these, and say their paths in order; ``each`` does the work."""

    def lock(self) -> AbstractContextManager[None]:
        """Hold the one right to commit. IndexBusy says who has it."""

    def state(self) -> State:
        """The committed state. IndexNotFound, IndexOutdated or IndexCorrupt where there is none to be had."""

    def check(self, state: State) -> None:
        """Whether the files of a state are there, as long as they were written; IndexCorrupt if not."""

    def records(self, state: State) -> dict[str, PostRecord]:
        """What the index knows of each post's file, by path."""

    def next_generation(self) -> int:
        """The number of the next commit."""

    def commit(self, state: State, records: Mapping[str, PostRecord]) -> None:
        """Make this the state, whole and durable, and remove what it no longer needs."""

    def discard(self) -> None:
        """Remove the segments that no state lists."""

    def snapshot(self) -> Snapshot:
        """Open the committed state for reading."""

    def version(self) -> object:
        """Changes with each commit, and costs next to nothing to ask; None where nothing was committed."""

    def bytes(self) -> int:
        """Size on disk."""
