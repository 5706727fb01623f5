"""Building an index from a folder of posts, and checking it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.engines.registry import engine_of, located
from searchkit.errors import IndexNotFound, IndexOutdated
from searchkit.model import DEFAULT_SELECTION, Selection
from searchkit.paths import expanded
from searchkit.progress import Report, watched

if TYPE_CHECKING:
    from searchkit.engines.protocol import Engine
    from searchkit.rebuilding.rebuild import Progress
    from searchkit.reports import CheckReport, Problem, RebuildReport
    from searchkit.settings.archive import Settings


def rebuild(
    corpus: str | os.PathLike[str] = "corpus",
    index: str | os.PathLike[str] = "index",
    *,
    selection: Selection = DEFAULT_SELECTION,
    dictionary: str | os.PathLike[str] | None = None,
    synonyms: str | os.PathLike[str] | None = None,
    full: bool = False,
    repair: bool = False,
    dry_run: bool = False,
    jobs: int | None = None,
    allow_empty: bool = False,
    timezone: str | None = None,
    searches: Mapping[str, str] | None = None,
    progress: Progress | bool | None = None,
) -> RebuildReport:
    """Bring an index up to a folder of posts: new and changed posts are read, vanished ones removed.

    The switch to the new state is one atomic, durable step; until then every search sees the old one.

    Args:
        corpus: the folder of posts.
        index: the index folder, created where there is none; or the address of an index (docs/scale.md).
        selection: which files are posts (docs/posts.md); posts of the index that it leaves out are removed.
        dictionary: a file of own words, in jieba's format (docs/settings.md), with which posts and queries are cut.
            Posts that contain a word that changed since the last rebuild are indexed again.
        synonyms: a file of own synonyms, which queries of this index find from now on.
        full: start anew.
        repair: check the index first, and start anew if it is damaged; what can be read of it is found until then.
        dry_run: read and report, write nothing.
        jobs: processes that read posts; None for one a core.
        allow_empty: let a corpus without posts empty the index.
        timezone: that of the posts that name none, as ``Asia/Shanghai`` or ``+08:00``; None for that of the site
            generator's configuration in the corpus folder or above it, else UTC.
        searches: saved searches, a query by each name, of which the report says how many new posts each finds.
        progress: called with the number of posts done and of posts to do; True draws a bar, False none, None one where
            somebody watches: in a notebook or a terminal.

    Returns:
        What was done, in numbers of posts.

    Raises:
        CorpusNotFound, CorpusEmpty: there is nothing to read.
        CorpusError: there is no such time zone.
        SettingsError: the dictionary or the synonyms cannot be read.
        IndexBusy: another rebuild is at work.
        IndexNotWritten: the disk is full, say; the old index stands.
        MissingDependency: what speaks to the engine at this address is not installed.

    >>> rebuild("corpus", "index", selection=Selection(drafts=True)).documents  # doctest: +SKIP
    82
    """
    from searchkit.rebuilding.rebuild import rebuild as rebuild_engine  # a search does without
    from searchkit.settings.wordlists import LEFT_OUT, lists_within, read_lexicon, without  # the same

    engine = engine_of(index)
    damage = _damage(engine) if repair else ()
    lexicon, problems = read_lexicon(dictionary, synonyms)
    lists = lists_within(expanded(corpus), dictionary, synonyms)
    with watched(progress) as told:
        report = rebuild_engine(
            engine,
            expanded(corpus),
            selection=without(selection, lists),
            lexicon=lexicon,
            full=full or bool(damage),
            dry_run=dry_run,
            jobs=jobs,
            allow_empty=allow_empty,
            timezone=timezone,
            progress=told,
        )
    saved = {} if dry_run or not searches else _new_posts(index, report.added, searches)
    left_out = (replace(file, reason=LEFT_OUT) if file.path in lists else file for file in report.left_out)
    return replace(report, warnings=(*problems, *report.warnings), left_out=tuple(left_out), saved=saved, damage=damage)


def _damage(engine: Engine) -> tuple[Problem, ...]:
    """What is wrong with the index that is there; nothing if there is none to add to."""
    try:
        return tuple(engine.verify())
    except (IndexNotFound, IndexOutdated):
        return ()


def _new_posts(index: str | os.PathLike[str], added: int, searches: Mapping[str, str]) -> dict[str, int]:
    """How many of the posts that the last rebuild added each saved search finds."""
    if not added:
        return dict.fromkeys(searches, 0)
    from searchkit.searching.saved import new_posts  # a rebuild does without

    return new_posts(engine_of(index), searches)


def check(
    index: str | os.PathLike[str] = "index",
    *,
    deep: bool = False,
    selection: Selection = DEFAULT_SELECTION,
    settings: Settings | None = None,
    progress: Report | bool | None = None,
) -> CheckReport:
    """Check that an index is whole, and says what its posts say.

    Every checksum, every posting and every stored document is read; dictionaries, positions, doc values and the
    manifest are compared with each other. Some documents are analysed again and compared with their terms, and some
    posts are read again and compared with their documents.

    Args:
        index: the index folder, or the address of an index.
        deep: do this with all documents and posts instead of 500, which takes as long as a rebuild.
        selection: which files of the corpus are posts, as for ``rebuild``.
        settings: those of its archive, whose word lists are no posts.
        progress: called with a unit (``checked`` or ``compared``), the number of posts done and of posts to do; True
            draws a bar, False none, None one where somebody watches: in a notebook or a terminal.

    Returns:
        What was found; ``is_whole`` says whether all is well.

    Raises:
        IndexNotFound: nothing was built there.
        IndexOutdated: built by another version, or with other language data.

    >>> check("index").is_whole  # doctest: +SKIP
    True
    """
    from searchkit.rebuilding.checking import check as check_engine  # a search does without
    from searchkit.settings.wordlists import lists_within, without  # the same

    def select(corpus: Path) -> Selection:
        lists = (settings.dictionary, settings.synonyms) if settings else ()
        return without(selection, lists_within(corpus, *lists))

    with watched(progress) as told:
        return check_engine(engine_of(index), str(located(index)), select, deep=deep, progress=told)
