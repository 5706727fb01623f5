"""The one facade: everything that the command line and a notebook do goes through here."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from searchkit.analysis.research import Research
from searchkit.arguments import checked_flag, checked_text, checked_texts
from searchkit.engines.files import FileState
from searchkit.engines.protocol import Request, Searcher, WhooshReadable
from searchkit.engines.registry import engine_of, located
from searchkit.errors import CorpusNotFound, DocumentNotFound, IndexFailure
from searchkit.language import fold
from searchkit.messages import _
from searchkit.model import DEFAULT_SELECTION, Document, Reading, Results, Selection, SortOrder
from searchkit.progress import Report
from searchkit.query.ast import Query
from searchkit.searching.latest import LatestSearcher
from searchkit.searching.requests import filter_tree, half_life, known_facets, known_order, page_size, whole
from searchkit.searching.turns import Turns

if TYPE_CHECKING:
    from searchkit.query.compiled import CompiledQuery
    from searchkit.reports import CheckReport, Overview, Status
    from searchkit.settings.archive import Settings
    from searchkit.suggestion import Suggestion


class Index(Research):
    """An index, open for searching; safe to use from several threads.

    A rebuild done meanwhile is seen at the next call.

    Args:
        path: the index folder, or the address of an index, such as ``opensearch+https://host:9200/news``
            (docs/scale.md).
        searches: saved searches by name, such as ``find_settings(".").searches``: ``@通关`` in a query stands for one.

    Raises:
        IndexNotFound: nothing was built there.
        IndexOutdated: built by another version, or with other language data.
        IndexCorrupt: a file is missing or damaged.
        MissingDependency: what speaks to the engine at this address is not installed.

    Attributes:
        path: the ``Path`` of the index folder, or the address in full, a ``str``: what ``searchkit.open`` takes.

    >>> with Index("index") as index:  # doctest: +SKIP
    ...     index.search("香港 通关")[0].title
    """

    def __init__(self, path: str | os.PathLike[str] = "index", searches: Mapping[str, str] | None = None) -> None:
        self.path: Path | str = located(path)
        self._searches = searches
        self._engine = engine_of(self.path)
        self._latest = LatestSearcher(self._engine, str(self.path))
        self._turns = Turns(computed_here=not self.is_remote)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self.overview())

    def _repr_html_(self) -> str | None:
        return self.overview()._repr_html_()

    def overview(self) -> Overview:
        """How many posts it holds, of which days and sources, and when it was built: what a notebook shows of it.

        >>> searchkit.open("index")  # doctest: +SKIP
        <Index 'index': 82 posts, 2019-01-20 to 2026-05-30, built 2026-06-01T08:00:00Z>
        """
        from searchkit.searching.overview import overview  # a search does without

        with self._latest.borrow() as searcher:
            return overview(searcher, str(self.path))

    def __len__(self) -> int:
        """How many posts it holds."""
        with self._latest.borrow() as searcher:
            return searcher.info.documents

    @property
    def is_remote(self) -> bool:
        """Whether it is at an address: other machines search it, and its corpus may be on yet another."""
        return not isinstance(self.path, Path)

    @property
    def corpus(self) -> Path:
        """The folder of posts that it was built from."""
        with self._latest.borrow() as searcher:
            return Path(searcher.info.corpus)

    @property
    def version(self) -> object:
        """Another one after each rebuild, which costs next to nothing to ask; None while no index is there."""
        return self._engine.version()

    def close(self) -> None:
        """Release the files; the index is of no use afterwards."""
        self._latest.close()

    def search(
        self,
        query: str | Query,
        *,
        limit: int | None = 10,
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
            query: words, ``"exact text"``, ``-word``, ``title:word`` and more (docs/query.md); empty finds every post;
                or a tree of ``searchkit.query``.
            limit: how many hits at most; None for all of the ``total``, and none that lack some of the words.
            offset: how many hits to leave out first.
            sort: ``relevance``, ``newest`` or ``oldest``; posts without a date come last in the latter two.
            since: the first day, month, year or instant; or a time such as 去年, 上个月, ``7d``. What names no time
                zone is compared with the authors' calendars and clocks; today is this computer's date.
            until: the last one, included whole; until ``7d`` is what is older.
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
        from searchkit.query import compile_query  # the same
        from searchkit.searching.hits import hits  # a rebuild does without

        began = time.perf_counter()
        chars = whole("snippet_chars", snippet_chars)
        request = Request(
            filter=filter_tree(since, until, source, tag),
            sort=known_order(sort),
            offset=whole("offset", offset),
            limit=page_size(limit),
            recency=half_life(recency),
            bodies=chars > 0 or checked_flag("explain", explain),
            facets=known_facets(facets),
            explain=checked_flag("explain", explain),
        )
        meant, unsaved = self._with_notes(query) if isinstance(query, str) else (query, ())
        with self._turns.take(), self._latest.borrow() as searcher:
            compiled = compile_query(meant, searcher.lexicon)
            ranking = searcher.search(compiled, request)
            as_typed = ranking.unknown
            if not ranking.total and compiled.relaxed:
                compiled = compiled.relaxed
                ranking = searcher.search(compiled, request)
            page = hits(
                compiled,
                ranking.matches,
                ranking.needles,
                first_rank=request.offset + 1,
                snippet_chars=chars,
                explain=request.explain,
            )
            shown = tuple(page)
        return Results(
            query=compiled.text if meant is query else str(query),
            total=ranking.total,
            seconds=time.perf_counter() - began,
            hits=shown,
            offset=request.offset,
            notes=(*unsaved, *compiled.notes, *ranking.notes),
            facets=ranking.facets,
            unknown=as_typed if any(near for _, near in as_typed) else ranking.unknown,
            filtered_out=ranking.filtered_out,
            parsed=_readable(compiled) if request.explain else "",
            index_path=str(self.path),
        )

    def document(self, path: str) -> Document:
        """What is stored of one post.

        Args:
            path: relative to the corpus folder, ``/``-separated.

        Raises:
            DocumentNotFound: no post has this path.
        """
        with self._latest.borrow() as searcher:
            return self._document(searcher, path)

    def _document(self, searcher: Searcher, path: str) -> Document:
        document = searcher.document(checked_text("path", path))
        if document is None:
            raise DocumentNotFound(
                _("no post {path!r} in {index}", path=path, index=self.path),
                _("run: searchkit search to find its path"),
            )
        return document

    def read(self, path: str, query: str | Query = "") -> Reading:
        """What is stored of one post, with all that a query matches in it: what a hit shows in part.

        Args:
            path: relative to the corpus folder, ``/``-separated.
            query: as for ``search``; it need not match. Without one, nothing is highlighted.

        Raises:
            DocumentNotFound: no post has this path.

        >>> reading = index.read("a.md", "通关")  # doctest: +SKIP
        >>> [reading.document.text[start:end] for start, end in reading.spans]  # doctest: +SKIP
        ['通关', '通關']
        """
        if isinstance(query, str) and not query:
            return Reading(self.document(path))
        from searchkit.searching.reading import reading  # a rebuild does without

        with self._turns.take(), self._latest.borrow() as searcher:
            return reading(searcher, self._document(searcher, path), self._expanded(query))

    def paths(self, prefix: str = "") -> list[str]:
        """The paths of all posts that begin so, in order; of posts with the same title and text each.

        >>> index.paths("2021/")  # doctest: +SKIP
        ['2021/a.md', '2021/b.md']
        """
        begins, left_out = checked_text("prefix", prefix), FileState.LEFT_OUT
        _info, files = self._engine.files()
        return sorted(path for path, file in files.items() if path.startswith(begins) and file.state != left_out)

    def documents(self) -> Iterator[Document]:
        """What is stored of every post, by path; posts with the same title and text once, with all their paths."""
        with self._latest.borrow() as searcher:
            yield from searcher.documents()

    def terms(self, prefix: str, limit: int = 10) -> list[tuple[str, int]]:
        """The words of the index that begin so and how many posts have each, the most frequent first.

        >>> index.terms("香", limit=2)  # doctest: +SKIP
        [('香港', 21), ('香', 3)]
        """
        with self._latest.borrow() as searcher:
            return searcher.terms(fold(checked_text("prefix", prefix)), whole("limit", limit))

    def suggest(self, text: str, *, limit: int = 8, past: Iterable[str] = ()) -> tuple[Suggestion, ...]:
        """What to offer while a query is typed: words, phrases, titles, sources and tags that go on from it.

        The last word may be the beginning of what is meant, in either script, in pinyin or initials, or have one
        wrong character.

        Args:
            text: what was typed so far.
            limit: how many at most.
            past: queries that were asked before, newest first.

        Raises:
            QueryError: an option means nothing.

        >>> [each.text for each in index.suggest("高铁 xg", limit=1)]  # doctest: +SKIP
        ['高铁 香港']
        """
        from searchkit.searching.suggesting import with_past  # a search does without

        most, begun = whole("limit", limit), checked_texts("past", past)
        with self._latest.borrow() as searcher:
            return with_past(text, begun, searcher.suggest(checked_text("text", text), most), most)

    def whoosh(self) -> Any:
        """The index as a ``whoosh.index.Index``, to search with Whoosh (docs/whoosh.md); it cannot be written.

        ``whoosh.index.open_dir`` gives the same, by way of a pickle.

        Raises:
            IndexFailure: another engine keeps this index, or it cannot be read.

        >>> index.whoosh().schema.names()  # doctest: +SKIP
        ['body', 'date', 'path', 'source', 'tags', 'title', 'url']
        """
        if not isinstance(self._engine, WhooshReadable):
            raise IndexFailure(_("{path} is not kept by Whoosh", path=self.path), _("search it with searchkit"))
        return self._engine.whoosh_index()

    def status(self, selection: Selection = DEFAULT_SELECTION, settings: Settings | None = None) -> Status:
        """Size and age of the index, and what changed in its corpus since, with the ``selection`` of the rebuild.

        An index at an address may have its corpus on another machine; what changed there is not known here.

        Args:
            selection: which files are posts, as for ``rebuild``.
            settings: those of its archive; None leaves out what changed in its word lists.

        Raises:
            CorpusNotFound: the corpus folder of an index in a folder is gone.
            SettingsError: a word list cannot be read.
        """
        from searchkit.rebuilding.changes import changes  # a search does without
        from searchkit.reports import Status  # the same
        from searchkit.settings.wordlists import lists_within, read_lexicon, without  # the same

        info, files = self._engine.files()
        lexicon = known = self._engine.lexicon()
        if settings is not None:
            lists = (settings.dictionary, settings.synonyms)
            lexicon, _ = read_lexicon(*lists)
            selection = without(selection, lists_within(Path(info.corpus), *lists))
        added = changed = removed = None
        try:
            found = changes(Path(info.corpus), files, info.built, selection)
        except CorpusNotFound:
            if not self.is_remote:
                raise
        else:
            changed = sum(file.path in files for file in found.to_read)
            added, removed = len(found.to_read) - changed, len(found.removed)
        return Status(
            index=str(self.path),
            corpus=info.corpus,
            documents=info.documents,
            bytes=info.bytes,
            built=info.built,
            added=added,
            changed=changed,
            removed=removed,
            changed_words=len(lexicon.changed_words(known)),
            changed_synonyms=len(lexicon.changed_synonyms(known)),
        )

    def check(
        self,
        *,
        deep: bool = False,
        selection: Selection = DEFAULT_SELECTION,
        settings: Settings | None = None,
        progress: Report | bool | None = None,
    ) -> CheckReport:
        """Check that the index is whole, and says what its posts say; see ``searchkit.check``.

        >>> index.check().is_whole  # doctest: +SKIP
        True
        """
        from searchkit.building import check  # a search does without

        return check(self.path, deep=deep, selection=selection, settings=settings, progress=progress)


def _readable(query: CompiledQuery) -> str:
    from searchkit.query.readable import readable  # for explanations only

    return readable(query)
