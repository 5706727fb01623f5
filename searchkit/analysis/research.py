"""What an index answers besides single searches: the methods of ``Index`` for research."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from searchkit.arguments import checked_flag, checked_text, checked_texts
from searchkit.errors import DocumentNotFound
from searchkit.messages import _
from searchkit.model import Results
from searchkit.progress import watched
from searchkit.query.ast import Query
from searchkit.searching.latest import LatestSearcher
from searchkit.searching.requests import filter_tree, page_size, positive, whole

if TYPE_CHECKING:
    from searchkit.analysis.asking import Question
    from searchkit.analysis.collocation import Collocates
    from searchkit.analysis.concordance import Concordance, Progress
    from searchkit.analysis.counts import Counts, Trend
    from searchkit.analysis.keyness import Keywords
    from searchkit.analysis.similarity import Similar

_MAY_BE_SAVED = re.compile("[@＠]")

Day = str | dt.date | None
Names = str | Sequence[str]


class Research:
    """The base of ``Index``. Every method counts posts with the same text once, as ``Index.search`` does.

    ``since``, ``until``, ``source`` and ``tag`` are those of ``Index.search``. A method with ``progress`` calls it with
    a unit, how many of it are done, and of how many; True draws a bar, False none, None one where somebody watches.
    """

    path: Path | str
    _latest: LatestSearcher
    _searches: Mapping[str, str] | None

    def count(
        self,
        query: str | Query = "",
        *,
        by: str | Sequence[str] = (),
        since: Day = None,
        until: Day = None,
        source: Names = (),
        tag: Names = (),
    ) -> Counts:
        """How many posts match, by source, tag or period: a cross table.

        Args:
            query: as for ``search``.
            by: one or several of ``source``, ``tag``, ``year``, ``month``, ``week`` (ISO 8601), ``day``; periods are
                those of the authors' clocks.

        Raises:
            QueryError: there is no such key, or an option means nothing.

        >>> index.count("高铁", by=("source", "month"))[0]  # doctest: +SKIP
        (('新华社', '2021-11'), 3)
        """
        from searchkit.analysis.counts import counts  # a search does without

        with self._latest.borrow() as searcher:
            keys, kept = checked_texts("by", by), filter_tree(since, until, source, tag)
            return counts(searcher, self._expanded(query), keys, kept)

    def trend(
        self,
        queries: str | Sequence[str],
        *,
        by: Literal["year", "month", "week", "day"] = "month",
        share: bool = False,
        since: Day = None,
        until: Day = None,
        source: Names = (),
        tag: Names = (),
    ) -> Trend:
        """How many posts match each of some queries, period by period.

        Args:
            queries: one or several, as for ``search``.
            by: ``year``, ``month``, ``week`` or ``day``, of the authors' clocks.
            share: show the part of all posts of a period that pass the filters, not the number.

        Returns:
            Every period from the first to the last with a match, those without one too.

        Raises:
            QueryError: there is no such period, or there would be more than 50,000.

        >>> index.trend(["高铁", "磁悬浮"], by="year").counts  # doctest: +SKIP
        ((2, 0, 5), (0, 0, 1))
        """
        from searchkit.analysis.counts import trend  # a search does without

        with self._latest.borrow() as searcher:
            period, kept = checked_text("by", by), filter_tree(since, until, source, tag)
            return trend(searcher, self._all_expanded(queries), period, checked_flag("share", share), kept)

    def kwic(
        self,
        query: str | Query,
        *,
        width: int = 20,
        sort: Literal["date", "left", "right"] = "date",
        limit: int | None = 1000,
        since: Day = None,
        until: Day = None,
        source: Names = (),
        tag: Names = (),
        progress: Progress | bool | None = None,
    ) -> Concordance:
        """A concordance: every match in its context, found as a search finds and highlights it.

        Args:
            query: as for ``search``.
            width: most cells of a context on each side; an East Asian wide character takes two.
            sort: ``date``, the oldest first; ``left``, by the words before the match, the nearest first; ``right``, by
                those behind it.
            limit: how many matches at most, of all in this order; None for all.
            progress: see above.

        Raises:
            QueryError: an option means nothing.

        >>> print(index.kwic("通关", width=10)[0].match)  # doctest: +SKIP
        通關
        """
        from searchkit.analysis.concordance import concordance  # a search does without

        with self._ask(query, since, until, source, tag) as question, watched(progress) as report:
            return concordance(question, positive("width", width), checked_text("sort", sort), page_size(limit), report)

    def collocates(
        self,
        query: str | Query,
        *,
        window: int = 5,
        limit: int | None = 50,
        sort: Literal["log_likelihood", "log_dice"] = "log_likelihood",
        since: Day = None,
        until: Day = None,
        source: Names = (),
        tag: Names = (),
        progress: Progress | bool | None = None,
    ) -> Collocates:
        """The words that stand beside the matches more often than chance would have it.

        Words are those that the index ranks by, function words among them; punctuation is none, and does not end a
        window. Counts expected by chance are those of all posts that pass the filters.

        Args:
            query: as for ``search``.
            window: how many words left and right of a match.
            limit: how many words at most; None for all.
            sort: ``log_likelihood`` (Dunning 1993), how sure, or ``log_dice`` (Rychlý 2008), how exclusive.
            progress: see above.

        Raises:
            QueryError: an option means nothing.

        >>> index.collocates("疫情")[0].word  # doctest: +SKIP
        '防控'
        """
        from searchkit.analysis.collocation import collocates  # a search does without

        with self._ask(query, since, until, source, tag) as question, watched(progress) as report:
            order = checked_text("sort", sort)
            return collocates(question, positive("window", window), page_size(limit), order, report)

    def keywords(self, a: str, b: str = "", *, limit: int | None = 50) -> Keywords:
        """The words that tell two sets of posts apart, by log-likelihood and %DIFF.

        Args:
            a: the query of the first set, such as ``date:2020``.
            b: that of the second; empty for all posts that are not in the first.
            limit: how many words at most; None for all.

        Raises:
            QueryError: an option means nothing.

        >>> index.keywords("date:2020", "date:2023")[0].word  # doctest: +SKIP
        '疫情'
        """
        from searchkit.analysis.keyness import keywords  # a search does without

        with self._latest.borrow() as searcher:
            first, second = (self._with_notes(checked_text(name, each))[0] for name, each in (("a", a), ("b", b)))
            return keywords(searcher, first, second, page_size(limit))

    def similar(self, path: str, *, limit: int = 10) -> Similar:
        """The posts most like one, by the words that tell it from all others; near-duplicates come first.

        Args:
            path: relative to the corpus folder, ``/``-separated.
            limit: how many posts at most.

        Raises:
            DocumentNotFound: no post has this path.

        >>> [post.path for post in index.similar("a.md") if post.duplicate]  # doctest: +SKIP
        ['copy-of-a.md']
        """
        from searchkit.analysis.similarity import similar  # a search does without

        with self._latest.borrow() as searcher:
            document = searcher.document(checked_text("path", path))
            if document is None:
                raise DocumentNotFound(
                    _("no post {path!r} in {index}", path=path, index=self.path),
                    _("run: searchkit search to find its path"),
                )
            return similar(searcher, document, whole("limit", limit))

    def sample(
        self,
        query: str | Query,
        n: int,
        *,
        seed: int = 0,
        since: Day = None,
        until: Day = None,
        source: Names = (),
        tag: Names = (),
        snippet_chars: int = 120,
    ) -> Results:
        """``n`` matching posts at random, for coding by hand; the same posts give the same sample after any rebuild.

        Args:
            query: as for ``search``.
            n: how many, or all where fewer match.
            seed: a whole number; another one gives another sample.
            snippet_chars: as for ``search``.

        Returns:
            The posts in random order; their scores are 0, ``total`` is how many match.

        Raises:
            QueryError: an option means nothing.
        """
        from searchkit.analysis.sampling import sample  # a search does without

        with self._ask(query, since, until, source, tag) as question:
            chosen = sample(question, whole("n", n), whole("seed", seed), whole("snippet_chars", snippet_chars))
            return replace(chosen, index_path=str(self.path))

    def _all_expanded(self, queries: str | Sequence[str]) -> tuple[str, ...]:
        return tuple(self._with_notes(query)[0] for query in checked_texts("queries", queries))

    def _expanded(self, query: str | Query) -> str | Query:
        """A query with what its saved searches stand for."""
        return self._with_notes(query)[0] if isinstance(query, str) else query

    def _with_notes(self, query: str) -> tuple[str, tuple[str, ...]]:
        """The same, and notes on what looks like a saved search and is none."""
        if self._searches is None or not _MAY_BE_SAVED.search(query):
            return query, ()
        from searchkit.settings.searches import expand  # most queries have none

        found = expand(query, self._searches)
        return found.query, found.notes

    @contextmanager
    def _ask(self, query: str | Query, since: Day, until: Day, source: Names, tag: Names) -> Iterator[Question]:
        from searchkit.analysis.asking import Question  # a search does without

        with self._latest.borrow() as searcher:
            yield Question.of(searcher, self._expanded(query), filter_tree(since, until, source, tag))
