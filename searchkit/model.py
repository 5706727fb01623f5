"""What searchkit talks about: posts, documents, tokens, hits, results, reports. Plain frozen data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, overload

from searchkit.errors import MissingDependency

if TYPE_CHECKING:
    import pandas

    from searchkit.explanation import Explanation

Span = tuple[int, int]
"""Start and end of a stretch of text, in characters (code points), end excluded."""

SortOrder = Literal["relevance", "newest", "oldest"]

FacetCounts = tuple[tuple[str, int], ...]
"""Values, and how many posts have each."""

Unknown = tuple[tuple[str, tuple[str, ...]], ...]
"""Words that occur nowhere, each with the nearest words that do."""


def iso_date(date: dt.datetime | None) -> str | None:
    """A date as searchkit prints it: UTC, to the second.

    >>> iso_date(dt.datetime(2021, 11, 8, 3, 39, 4, 573000, dt.timezone.utc))
    '2021-11-08T03:39:04Z'
    """
    if date is None:
        return None
    return date.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


class PostFile(NamedTuple):
    """A post as the file system knows it.

    A tuple, since a rebuild makes one of each post.

    Attributes:
        path: relative to the corpus folder, ``/``-separated.
        size: bytes.
        mtime_ns: time of the last change, nanoseconds since 1970.
    """

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its file says it: front matter and content, neither interpreted yet.

    Attributes:
        path: relative to the corpus folder, ``/``-separated.
        metadata: the front matter; empty where there is none.
        content: what stands below the front matter: HTML, Markdown, Liquid.
        warnings: what could not be read as it stands, one line each.
    """

    path: str
    metadata: Mapping[str, Any]
    content: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A post as a reader reads it: this is what is indexed and stored.

    Attributes:
        path: relative to the corpus folder, ``/``-separated.
        title: one line.
        date: aware, UTC; None where the post tells none.
        source: who published it; empty where unknown.
        url: where it was published; empty where unknown.
        tags: tags and categories, in order, once each.
        body: cleaned text, a paragraph, list item or heading a line.
        paths: every path with the same title and body, this one's first; empty means only ``path``.
    """

    path: str
    title: str
    date: dt.datetime | None
    source: str
    url: str
    tags: tuple[str, ...]
    body: str
    paths: tuple[str, ...] = ()


def in_parts(documents: Iterable[Document], chars: int) -> Iterator[list[Document]]:
    """The documents in lists of about so many characters of title and body, in order."""
    part: list[Document] = []
    size = 0
    for document in documents:
        part.append(document)
        size += len(document.title) + len(document.body)
        if size >= chars:
            yield part
            part, size = [], 0
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class Token:
    """A unigram of a text: one Han character, one Latin or digit run, one symbol.

    Attributes:
        text: the folded text.
        position: its place among the unigrams of the text, from 0.
        start: where it begins in the original, in characters.
        end: where it ends in the original, excluded.
        gap: what is between it and the next: 0 nothing or joiners, 1 punctuation, 2 the end of a sentence, 3 no next.
    """

    text: str
    position: int
    start: int
    end: int
    gap: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text as it is indexed: ``searchkit analyze`` shows it.

    Attributes:
        folded: the text after folding.
        unigrams: what text is matched by.
        bigrams: neighbouring unigrams, as one term each.
        words: what ranks.
    """

    folded: str
    unigrams: tuple[Token, ...]
    bigrams: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fragment of a document's original text that shows why it matched.

    Attributes:
        text: the fragment, one line.
        spans: the matches in ``text``, ascending, not overlapping.
    """

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching post, with what a list of results shows of it.

    Attributes:
        rank: its place among all hits, from 1.
        score: the higher the better; comparable within one search only.
        path: the first of the paths with this title and body, ``/``-separated.
        title: one line.
        title_spans: the matches in ``title``.
        date: aware, UTC, or None.
        source: who published it.
        url: where.
        tags: tags and categories.
        also: the other paths with the same title and body.
        snippets: fragments of the body.
        missing: the words of the query that it lacks.
        explanation: why it was found; None where nobody asked.
    """

    rank: int
    score: float
    path: str
    title: str
    title_spans: tuple[Span, ...]
    date: dt.datetime | None
    source: str
    url: str
    tags: tuple[str, ...]
    also: tuple[str, ...]
    snippets: tuple[Snippet, ...]
    missing: tuple[str, ...] = ()
    explanation: Explanation | None = None

    def to_dict(self) -> dict[str, Any]:
        """The hit as JSON has it: lists for tuples, the date as ``2021-11-08T03:39:04Z``."""
        explained = {"explanation": self.explanation.to_dict()} if self.explanation else {}
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "path": self.path,
            "title": self.title,
            "title_spans": [list(span) for span in self.title_spans],
            "date": iso_date(self.date),
            "source": self.source,
            "url": self.url,
            "tags": list(self.tags),
            "also": list(self.also),
            "snippets": [
                {"text": snippet.text, "spans": [list(span) for span in snippet.spans]}
                for snippet in self.snippets
            ],
            "missing": list(self.missing),
            **explained,
        }


@dataclass(frozen=True)
class Results(Sequence[Hit]):
    """One page of hits. It outlives the index that made it.

    Attributes:
        query: as it was typed.
        total: the number of posts that have all of the query, not only of this page's hits.
        seconds: from the query to this object.
        hits: this page, best first.
        offset: how many hits stand before this page.
        notes: how the query was read, where that may not be what was meant.
        facets: for each facet that was asked for, its values and how many of the ``total`` posts have each.
        unknown: where the total is 0 and any hits were wanted, the words that occur nowhere, and what is near to them.
        filtered_out: then too, how many posts would be there without ``since``, ``until``, ``source`` and ``tag``.
        parsed: the query as it was read, in a line; empty where nobody asked.
        html: draws ``_repr_html_``; ``searchkit`` itself sets it.
    """

    query: str
    total: int
    seconds: float
    hits: tuple[Hit, ...]
    offset: int = 0
    notes: tuple[str, ...] = ()
    facets: Mapping[str, FacetCounts] = field(default_factory=dict)
    unknown: Unknown = ()
    filtered_out: int = 0
    parsed: str = ""

    html: ClassVar[Callable[[Results], str] | None] = None

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[index]

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __repr__(self) -> str:
        return f"<Results {self.query!r}: {len(self)} of {self.total} hits>"

    def to_dict(self) -> dict[str, Any]:
        """The whole page as ``searchkit search --format json`` prints it."""
        return {
            "query": self.query,
            "total": self.total,
            "seconds": round(self.seconds, 6),
            "notes": list(self.notes),
            "facets": {facet: [list(entry) for entry in counts] for facet, counts in self.facets.items()},
            "unknown": [{"word": word, "near": list(near)} for word, near in self.unknown],
            "filtered_out": self.filtered_out,
            **({"parsed": self.parsed} if self.parsed else {}),
            "hits": self.to_dicts(),
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """The hits as ``searchkit search --format json`` prints them."""
        return [hit.to_dict() for hit in self.hits]

    def to_pandas(self) -> pandas.DataFrame:
        """The hits as a data frame, a row a hit; ``date`` is a UTC timestamp.

        Raises:
            MissingDependency: pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise MissingDependency("pandas is not installed", "run: pip install pandas") from None
        columns = [name for name in Hit.__dataclass_fields__ if name != "explanation"]
        frame = pandas.DataFrame(self.to_dicts(), columns=columns)
        frame["date"] = pandas.to_datetime(frame["date"], utc=True, errors="coerce")
        return frame

    def _repr_html_(self) -> str | None:
        return None if Results.html is None else Results.html(self)


@dataclass(frozen=True, slots=True)
class PostProblem:
    """A post and what is wrong with it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did, in numbers of posts.

    Attributes:
        added: new posts.
        updated: posts whose content changed.
        removed: posts that are no longer in the corpus, or no longer readable.
        unchanged: the others.
        documents: posts in the index now.
        skipped: posts that could not be read at all.
        warnings: posts that were read as well as they could be.
        seconds: wall time.
        dry_run: nothing was written.
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    documents: int
    skipped: tuple[PostProblem, ...]
    warnings: tuple[PostProblem, ...]
    seconds: float
    dry_run: bool = field(default=False)

    def to_dict(self) -> dict[str, Any]:
        """The report as ``rebuild-index --format json`` prints it."""
        return {
            "added": self.added,
            "updated": self.updated,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "documents": self.documents,
            "skipped": [{"path": p.path, "reason": p.reason} for p in self.skipped],
            "warnings": [{"path": p.path, "reason": p.reason} for p in self.warnings],
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Status:
    """An index, and what changed in its corpus since it was built.

    Attributes:
        index: the index folder.
        corpus: the corpus folder it was built from.
        documents: posts in the index.
        bytes: size of the index on disk.
        built: when, aware, UTC.
        added: posts in the corpus that the index does not have yet.
        changed: posts whose size or time of change differs.
        removed: posts that are gone from the corpus.
    """

    index: str
    corpus: str
    documents: int
    bytes: int
    built: dt.datetime
    added: int
    changed: int
    removed: int

    def to_dict(self) -> dict[str, Any]:
        """The status as ``searchkit status --format json`` prints it."""
        return {
            "index": self.index,
            "corpus": self.corpus,
            "documents": self.documents,
            "bytes": self.bytes,
            "built": iso_date(self.built),
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
        }
