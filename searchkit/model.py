"""The data model: posts, documents, tokens, hits, results and reports, as frozen dataclasses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from searchkit.tables import Table, faces

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from searchkit.explanation import Explanation
    from searchkit.frames import Column

Span = tuple[int, int]
"""The start and the end, excluded, of a part of a text, in characters (code points)."""

SortOrder = Literal["relevance", "newest", "oldest"]

FacetCounts = tuple[tuple[str, int], ...]
"""The values of a facet, each with the number of matching posts that have it."""

MAX_FACET_VALUES = 100
"""Sources or tags that one facet names, the most frequent."""

Unknown = tuple[tuple[str, tuple[str, ...]], ...]
"""Words that no post contains, and values that none has as ``source:…``, each with similar ones that some have."""


def iso_date(date: dt.datetime | None) -> str | None:
    """A date in ISO 8601 in its own time zone, with a precision of seconds.

    >>> iso_date(dt.datetime(2021, 11, 8, 3, 39, 4, 573000, dt.timezone.utc))
    '2021-11-08T03:39:04Z'
    >>> iso_date(dt.datetime(2022, 1, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    '2022-01-01T00:30:00+08:00'
    """
    return None if date is None else date.isoformat(timespec="seconds").replace("+00:00", "Z")


class PostFile(NamedTuple):
    """A file of a post.

    A tuple, which is created faster than a dataclass: a rebuild creates one for each post.

    Attributes:
        path: relative to the corpus folder, ``/``-separated.
        size: in bytes.
        mtime_ns: the time of the last modification, in nanoseconds since 1970.
    """

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a corpus are posts, where the corpus itself leaves it open.

    Globs are written as in ``.gitignore``: ``*.txt`` and ``notes/`` at any depth, ``/notes/*.md`` from the corpus on.

    Attributes:
        include: globs of files and folders that are taken although they would be left out.
        exclude: globs of files and folders that are left out in any case.
        drafts: whether drafts are posts: ``_drafts``, ``draft: true``, ``published: false``.
        follow_links: whether links are followed that lead out of the corpus.

    >>> Selection(include=("README.md",), exclude=("diary/",))
    Selection(include=('README.md',), exclude=('diary/',), drafts=False, follow_links=False)
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    drafts: bool = False
    follow_links: bool = False


DEFAULT_SELECTION = Selection()


@dataclass(frozen=True, slots=True)
class Post:
    """A post as parsed from its file: front matter and markup, neither interpreted yet.

    Attributes:
        path: relative to the corpus folder, ``/``-separated.
        metadata: the front matter; empty if there is none.
        content: the markup after the front matter: HTML, Markdown, Liquid.
        warnings: problems in the file, one line each.
    """

    path: str
    metadata: Mapping[str, Any]
    content: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A post as readable text: what is indexed and stored.

    Attributes:
        path: relative to the corpus folder, ``/``-separated.
        title: one line.
        date: timezone-aware, in its author's time zone, midnight for a day alone; None if unknown.
        source: the publisher; empty if unknown.
        url: the URL of the original; empty if unknown.
        tags: distinct tags and categories, in order.
        body: cleaned text; each paragraph, list item or heading is one line. Code keeps its lines and indentation. A
            line in brackets describes a picture or the like.
        paths: the paths of all posts with the same title and text, ``path`` first; empty if it is the only one.
        description: its author's summary, one line, searchable like the body; empty where the body has it, too.
        added: when it first came into the index, UTC; None of one that is in none.
    """

    path: str
    title: str
    date: dt.datetime | None
    source: str
    url: str
    tags: tuple[str, ...]
    body: str
    paths: tuple[str, ...] = ()
    description: str = ""
    added: dt.datetime | None = None

    @property
    def text(self) -> str:
        """What is searchable beside the title: the body, and the description as its last line."""
        return f"{self.body}\n{self.description}" if self.description else self.body


def in_parts(documents: Iterable[Document], chars: int) -> Iterator[list[Document]]:
    """Divide documents, in order, into lists of about ``chars`` characters of titles and texts."""
    part: list[Document] = []
    size = 0
    for document in documents:
        part.append(document)
        size += len(document.title) + len(document.text)
        if size >= chars:
            yield part
            part, size = [], 0
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class Reading:
    """A post with all that a query matches in it.

    Attributes:
        document: the post.
        title_spans: the matches in its title, in order, not overlapping.
        spans: the matches in ``document.text``, likewise.
    """

    document: Document
    title_spans: tuple[Span, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A unigram of a text: one Han character, one Latin or digit run, one symbol.

    Attributes:
        text: the unigram, folded.
        position: its ordinal among the unigrams of the text, from 0.
        start: its start in the original text, in characters.
        end: its end in the original text, excluded.
        gap: the separator after it: 0 none or joiners, 1 punctuation, 2 the end of a sentence, 3 the end of the text.
    """

    text: str
    position: int
    start: int
    end: int
    gap: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """The analysis of a text as it would be indexed.

    Attributes:
        folded: the folded text.
        unigrams: the unigrams, which determine matches.
        bigrams: the terms of two joined unigrams.
        words: the segmented words, which determine the ranking.
    """

    folded: str
    unigrams: tuple[Token, ...]
    bigrams: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fragment of a body that shows why the post matched.

    Attributes:
        text: the fragment, one line.
        spans: the matches in ``text``, in order, not overlapping.
        goes_on: whether it ends in the middle of a sentence.
    """

    text: str
    spans: tuple[Span, ...]
    goes_on: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A post in a page of results.

    Attributes:
        rank: its rank among all hits, from 1.
        score: comparable within one search only; higher is better.
        path: the first of the paths with the same title and text, ``/``-separated.
        title: one line.
        title_spans: the matches in ``title``.
        date: timezone-aware, in its author's time zone, midnight for a day alone; or None.
        source: the publisher; empty if unknown.
        url: the URL of the original; empty if unknown.
        tags: tags and categories.
        also: the other paths with the same title and text.
        snippets: fragments of the body and the description with their matches.
        missing: the words of the query that the post lacks.
        explanation: the parts of the score; None unless the search was run with ``explain=True``.
        named_tags: those of ``tags`` that a word of the query names, where the text lacks it.
        added: when the post first came into the index, UTC.
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
    named_tags: tuple[str, ...] = ()
    added: dt.datetime | None = None

    @property
    def snippet(self) -> Snippet:
        """Its snippets as one, with an ellipsis between them and where the last goes on."""
        text, spans = "", list[Span]()
        for snippet in self.snippets:
            start = len(text)
            spans += [(start + first, start + end) for first, end in snippet.spans]
            text += snippet.text + (" … " if snippet is not self.snippets[-1] else "…" if snippet.goes_on else "")
        return Snippet(text, tuple(spans))

    def to_dict(self) -> dict[str, Any]:
        """The hit as JSON types: lists for tuples, the date as ``2021-11-08T11:39:04+08:00``."""
        optional: dict[str, Any] = {"named_tags": list(self.named_tags)} if self.named_tags else {}
        optional |= {"explanation": self.explanation.to_dict()} if self.explanation else {}
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
            "snippets": [{"text": s.text, "spans": [list(span) for span in s.spans]} for s in self.snippets],
            "missing": list(self.missing),
            "added": iso_date(self.added),
            **optional,
        }


@dataclass(frozen=True, repr=False)
class Results(Table[Hit]):
    """One page of hits; it stays valid after the index is closed.

    Attributes:
        query: the query as it was typed.
        total: the number of posts that match the whole query, on all pages.
        seconds: the wall time of the search.
        hits: the hits of this page, best first.
        offset: the number of hits before this page.
        notes: how parts of the query were parsed, if that may not be what the user meant.
        facets: for each requested facet, its values and the number of the ``total`` posts that have each.
        unknown: if no post has all as it was typed and hits were requested: the words that no post contains and the
            values, as ``source:…``, that none has, each with suggestions: those that find most of the query come first.
        filtered_out: if ``total`` is 0 and hits were requested: the number of posts that match without the filters
            ``since``, ``until``, ``source`` and ``tag``.
        parsed: the parsed query on one line; empty unless the search was run with ``explain=True``.
        index_path: the folder or the address of the index, where ``to_pandas(bodies=True)`` reads the bodies.
    """

    rows_field: ClassVar[str] = "hits"

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
    index_path: str = field(default="", compare=False)

    def __repr__(self) -> str:
        return f"<Results {self.query!r}: {len(self)} of {self.total} hits>"

    def to_dict(self) -> dict[str, Any]:
        """The page as ``searchkit search --format json`` prints it."""
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

    def columns(self, *, bodies: bool = False, spans: bool = False) -> tuple[Column, ...]:
        """The columns of ``to_pandas``."""
        from searchkit.frames import Column  # a search does without
        hits = self.hits
        columns = [
            Column("rank", "integer", [hit.rank for hit in hits]),
            Column("path", "text", [hit.path for hit in hits]),
            Column("title", "text", [hit.title for hit in hits]),
            Column("day", "day", [hit.date and hit.date.date() for hit in hits]),
            Column("source", "text", [hit.source for hit in hits]),
            Column("tags", "texts", [hit.tags for hit in hits]),
            Column("score", "number", [hit.score for hit in hits]),
            Column("snippet", "text", [hit.snippet.text for hit in hits]),
        ]
        if spans:
            columns.append(Column("title_spans", "spans", [hit.title_spans for hit in hits]))
            columns.append(Column("snippet_spans", "spans", [hit.snippet.spans for hit in hits]))
        if bodies:
            columns.append(Column("body", "text", faces().read_bodies(self.index_path, [hit.path for hit in hits])))
        return tuple(columns)

    def to_pandas(self, *, bodies: bool = False, spans: bool = False) -> pandas.DataFrame:
        """The hits as a data frame, a line each: rank, path, title, day, source, tags, score and snippet.

        Args:
            bodies: add ``body``, the text of each post, read from the index; None for one that it no longer has.
            spans: add ``title_spans`` and ``snippet_spans``, where the matches are in ``title`` and ``snippet``.

        Returns:
            ``day`` is the author's, as ``datetime64``; ``tags`` are lists; ``snippet`` is one line of text.

        Raises:
            MissingDependency: pandas is not installed.

        >>> index.search("高铁", limit=None).to_pandas().groupby("source").size()  # doctest: +SKIP
        """
        from searchkit.frames import pandas_frame  # a search does without
        return pandas_frame(self.columns(bodies=bodies, spans=spans))

    def to_polars(self, *, bodies: bool = False, spans: bool = False) -> polars.DataFrame:
        """The hits as a polars data frame; the arguments are those of ``to_pandas``.

        Raises:
            MissingDependency: polars is not installed.
        """
        from searchkit.frames import polars_frame  # a search does without
        return polars_frame(self.columns(bodies=bodies, spans=spans))

    def to_arrow(self, *, bodies: bool = False, spans: bool = False) -> pyarrow.Table:
        """The hits as an Arrow table; the arguments are those of ``to_pandas``.

        Raises:
            MissingDependency: pyarrow is not installed.
        """
        from searchkit.frames import arrow_table  # a search does without
        return arrow_table(self.columns(bodies=bodies, spans=spans))
