"""What an engine is: it keeps documents, and says which of them match a query, in which order.

A rebuild takes a ``Writer``, which holds the one right to commit. It writes documents in batches, by any processes;
a batch is invisible until a commit takes it. A commit replaces the whole index in one atomic, durable step. A
``Searcher`` reads one commit point, and goes on reading it whatever is committed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

from searchkit.engines.files import Files
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.model import Document, FacetCounts, SortOrder, Unknown
from searchkit.query.ast import Every, Query

if TYPE_CHECKING:
    from searchkit.explanation import TermScore
    from searchkit.query.compiled import CompiledQuery, Needle
    from searchkit.reports import Problem
    from searchkit.suggestion import Suggestion

FACETS = ("source", "tag", "year", "month")
"""What can be counted among the matches of a search."""

KEYS = ("source", "tag", "year", "month", "week", "day")
"""By what the matches of a query can be counted in groups."""

SAMPLE = 500
"""How many documents a check analyses again, unless all are asked for."""

Progress = Callable[[int, int], None]
"""Called with what is done and what is to do."""

EVERY_POST = Every()
"""The filter that leaves nothing out."""

OpenMode = Literal["append", "create"]
"""Whether a writer adds to the index that is there, or starts anew."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that were written and not committed yet. It can be pickled, so any process may have written them.

    Attributes:
        id: the engine's name for it.
        documents: how many.
    """

    id: str
    documents: int


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """A commit point, as others see it.

    Attributes:
        generation: counts the commits.
        fingerprint: what the terms depend on; see ``searchkit.language.fingerprint``.
        corpus: the absolute path of the corpus folder.
        timezone: that of the posts that name none.
        built: when, aware, UTC.
        documents: how many posts it holds.
        bytes: size on disk.
    """

    generation: int
    fingerprint: str
    corpus: str
    timezone: str
    built: dt.datetime
    documents: int
    bytes: int


class Executor(Protocol):
    """Does work on many tasks, perhaps in other processes."""

    def run(self, work: Callable[[Any], None], tasks: Sequence[Any]) -> None:
        """Call ``work``, which can be pickled, with each task; return when all are done."""


@dataclass(frozen=True, slots=True)
class Request:
    """Which of a query's matches are wanted, in which order.

    Attributes:
        filter: only documents that match it count; it neither ranks nor highlights.
        sort: their order.
        offset: how many to leave out first.
        limit: how many at most; None for all that the query counts, and none that lack some of its words.
        recency: where given, scores fall with age: an instant and the half-life, both in microseconds.
        bodies: whether the documents' bodies are wanted.
        facets: what to count among all matches, some of ``FACETS``.
        explain: whether to say what the scores are made of.
        path: where given, only the document with this path counts.
    """

    filter: Query = EVERY_POST
    sort: SortOrder = "relevance"
    offset: int = 0
    limit: int | None = 10
    recency: tuple[int, int] | None = None
    bodies: bool = True
    facets: tuple[str, ...] = ()
    explain: bool = False
    path: str | None = None

    @property
    def end(self) -> int:
        """How many matches there are up to the last that is wanted, where there is a limit."""
        return self.offset + (self.limit or 0)


class Match(NamedTuple):
    """A matching text: the post that stands for it, and its score. A tuple, since each page has many.

    Attributes:
        document: the stored document; its ``paths`` are all posts with the same title and body, this one's first.
        score: the higher the better.
        missing: the optional words of the query that it lacks, as they were typed.
        parts: where asked for, field, term and what it adds; the score is their sum times ``freshness``.
        freshness: the factor from 0 to 1 that its age leaves of the score.
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
        unknown: where the total is 0 and any were wanted, the words that no document has, and values of fields as
            ``source:…``, each with similar ones; those that find most of the query come first.
        filtered_out: then too, how many it would be without the filter.
        needles: what to highlight besides the query's own needles: the words that its patterns stand for.
        notes: how the engine ranked, where that is not as ever.
    """

    total: int
    matches: tuple[Match, ...]
    facets: Mapping[str, FacetCounts]
    unknown: Unknown = ()
    filtered_out: int = 0
    needles: tuple[Needle, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """How many matches have which values.

    Attributes:
        total: how many matches there are; posts with the same text count once.
        rows: for each group of values, one a key, how many have them, ordered by the values. A match without a value is
            under an empty text, one with several tags under each.
    """

    total: int
    rows: tuple[tuple[tuple[str, ...], int], ...]


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How often words occur in some posts.

    Attributes:
        words: the words, folded as the index has them, each with its occurrences in titles and texts.
        posts: how many posts; those with the same text count once.
    """

    words: Mapping[str, int]
    posts: int

    @property
    def tokens(self) -> int:
        """How many words the posts have in all."""
        return sum(self.words.values())


@dataclass(frozen=True, slots=True)
class Matching:
    """All posts that a query counts.

    Attributes:
        paths: of each its path, in order; of posts with the same text the first that matches.
        needles: what to highlight besides the query's own needles.
    """

    paths: tuple[str, ...]
    needles: tuple[Needle, ...] = ()


class Searcher(Protocol):
    """One commit point, open for reading; safe to use from several threads, which do not wait for each other.

    Attributes:
        info: the commit point.
        lexicon: with which its documents were cut into words; queries of it are to be cut with the same.
    """

    @property
    def info(self) -> IndexInfo: ...

    @property
    def lexicon(self) -> Lexicon: ...

    def is_unchanged(self) -> bool:
        """Whether its files are as they were when it was opened, but for those that were removed since."""

    def search(self, query: CompiledQuery, request: Request) -> Ranking:
        """The posts that match, ranked; equal ones by path."""

    def count(self, query: CompiledQuery, keys: Sequence[str], filter_query: Query = EVERY_POST) -> GroupCounts:
        """How many of the posts that ``search`` counts have which values of some of ``KEYS``.

        Periods are those of the authors' clocks: ``2021``, ``2021-11``, ``2021-W45`` (ISO 8601), ``2021-11-08``.
        """

    def matching(self, query: CompiledQuery, filter_query: Query = EVERY_POST) -> Matching:
        """All posts that ``search`` counts."""

    def word_counts(self, query: CompiledQuery, filter_query: Query = EVERY_POST) -> WordCounts:
        """How often each word occurs in the posts that ``search`` counts."""

    def doc_freqs(self, words: Iterable[str]) -> dict[str, int]:
        """How many posts have each of some folded words."""

    def document(self, path: str) -> Document | None:
        """The document of one post; None if no post has this path."""

    def documents_of(self, paths: Sequence[str]) -> Iterator[Document | None]:
        """The document of each of some posts, in their order; None for a path that no post has."""

    def documents(self) -> Iterator[Document]:
        """Every document by path; posts with the same text once."""

    def paths_with(self, texts: Iterable[str]) -> set[str]:
        """The paths of all posts whose title or body contains one of some folded texts."""

    def terms(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The words that begin so and how many posts have each, the most frequent first."""

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """What may be meant by what was typed so far, the likeliest first; see ``Index.suggest``."""

    def close(self) -> None:
        """Release the files."""


class Writer(Protocol):
    """Holds the one right to commit.

    Attributes:
        info: the commit point that it adds to; None if it starts anew.
        write: writes documents and says what it wrote; a function that can be pickled and called in any process.
        was_interrupted: whether the writer before it died, perhaps of a document.
    """

    info: IndexInfo | None
    write: Callable[[Iterable[Document]], Batch]
    was_interrupted: bool

    @property
    def files(self) -> Files:
        """What the commit point knows of each post's file; nothing if it starts anew."""

    def prepare(self) -> None:
        """Load what ``write`` needs: processes that are forked afterwards need not load it again."""

    def prepare_commit(self) -> None:
        """Load what ``commit`` needs, while another process writes."""

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
        """Make these the documents of the index, whole and durable.

        Args:
            batches: what ``write`` gave, in order.
            removed: paths whose documents of earlier commits are deleted: those of vanished posts, and of posts that
                are in ``batches`` again.
            files: what is known from now on of files that are new, changed or gone; of others, it is what was known.
            corpus: the absolute path of the corpus folder.
            timezone: that of the posts that name none.
            built: when the rebuild began, aware, UTC.
            executor: does the work of merging.

        Raises:
            IndexNotWritten: the disk is full, say; the old commit point stands.
        """


@runtime_checkable
class WhooshReadable(Protocol):
    """An engine whose index Whoosh can search, too."""

    def whoosh_index(self) -> Any:
        """The latest commit point as a ``whoosh.index.Index``. Raises the same as ``Engine.open``."""


class Engine(Protocol):
    """Keeps the documents of one index."""

    def open(self) -> Searcher:
        """Read the latest commit point.

        Raises:
            IndexNotFound, IndexOutdated, IndexCorrupt: there is none to be had.
        """

    def writer(self, mode: OpenMode = "append", lexicon: Lexicon = NO_LEXICON) -> AbstractContextManager[Writer]:
        """The one right to commit, until the block ends; what was written and not committed is removed.

        A writer that appends starts anew where nothing was built yet, or by another version.

        Args:
            mode: whether to add to the index that is there.
            lexicon: with which documents are cut into words. Who adds to an index that has another writes all
                documents again in which the two cut differently.

        Raises:
            IndexBusy: another writer is at work.
            IndexCorrupt: the index to append to is damaged.
            IndexNotWritten: the folder cannot be written.
        """

    def info(self) -> IndexInfo:
        """The latest commit point. Raises the same as ``open``."""

    def files(self) -> tuple[IndexInfo, Files]:
        """The latest commit point, and what it knows of each post's file. Raises the same as ``open``."""

    def last_files(self) -> Files:
        """What the latest commit point knows of each post's file, whatever language data it was built with.

        Empty where there is none of this format, or where it cannot be read: a rebuild can do without it.
        """

    def lexicon(self) -> Lexicon:
        """The lexicon of the latest commit point. Raises the same as ``open``."""

    def version(self) -> object:
        """Changes with each commit and costs next to nothing to ask; None where nothing was committed."""

    def verify(self, sample: int | None = SAMPLE, progress: Progress = lambda done, total: None) -> Iterator[Problem]:
        """Read all of the latest commit point, and say what is damaged, or does not agree with the rest.

        Args:
            sample: how many documents are analysed again, to compare their terms with those of the index; None for all.
            progress: called with what is done and what is to do, in bytes.

        Raises:
            IndexNotFound, IndexOutdated: there is none to be had.
        """
