"""Here is what somebody typed for a post: which one is it? A rank, a path, or a part of its title."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from searchkit.cli import last_search, streams
from searchkit.cli.precedence import choose
from searchkit.errors import DocumentNotFound, SearchkitError
from searchkit.messages import _
from searchkit.paths import expanded
from searchkit.render.look import look_of

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.model import Reading, Results
    from searchkit.query import Query

_MAX_LISTED = 10


class AmbiguousTitle(SearchkitError):
    """Several posts have the typed text in their titles."""


@contextmanager
def chosen_post(typed: str, index_option: str | None, command: str) -> Iterator[tuple[Index, Reading]]:
    """The index, open, and the post that was typed, with the matches of the last search if that showed it.

    Args:
        typed: digits for a rank of the last search; else a path, relative to the corpus or to the current folder;
            else a part of a title, in any script, case and width.
        index_option: the index as typed; None for that of the last search, for a rank, or of the settings.
        command: the name of the command, for messages.

    Raises:
        DocumentNotFound: there is no such post.
        AmbiguousTitle: there are several; they were listed on stderr, and ranks name them from now on.
    """
    from searchkit.index import Index

    choices = choose(index=index_option)
    if typed.isascii() and typed.isdigit():
        option = None if index_option is None else choices.named_index.value
        searched, path = last_search.recall(int(typed), option)
        with Index(searched, choices.searches) as index:
            yield index, index.read(path, last_search.query_that_found(path, searched))
        return
    named = choices.named_index.value
    with Index(named, choices.searches) as index:
        path = _path(index, typed, command)
        yield index, index.read(path, last_search.query_that_found(path, named))


def _path(index: Index, typed: str, command: str) -> str:
    """The path of the post that was typed, as the index has it."""
    with suppress(DocumentNotFound):
        return index.document(typed).path
    with suppress(SearchkitError, ValueError):  # ValueError: another drive of Windows
        relative = os.path.relpath(expanded(typed), index.corpus)
        return index.document(relative.replace(os.sep, "/")).path
    return _path_by_title(index, typed, command)


def titled(typed: str) -> Query:
    """The posts that have all words in their title, Latin ones at least the beginning of a word."""
    from searchkit.query import And, Or, Phrase, Prefix

    return And(*(Or(Phrase(word, field="title"), Prefix(word, field="title")) for word in typed.split()))


def _path_by_title(index: Index, typed: str, command: str) -> str:
    """The path of the only post with the typed words in its title, or with just this title."""
    from searchkit.language import fold
    results = index.search(titled(typed), limit=_MAX_LISTED, snippet_chars=0)
    if not (typed.strip() and results.total):
        raise DocumentNotFound(
            _("no post has the path or the title {typed!r} in {index}", typed=typed, index=index.path),
            _("run: searchkit search to find it"),
        )
    whole = [hit for hit in results if fold(hit.title) == fold(typed)]
    if len(whole) == 1 or results.total == 1:
        return (whole or results)[0].path
    _list(results)
    raise AmbiguousTitle(
        _("{count:,} posts have {typed!r} in their title", count=results.total, typed=typed),
        _("run: searchkit {command} RANK", command=command),
    )


def _list(results: Results) -> None:
    """Print posts to choose from, whose ranks are those of the last search from now on."""
    from searchkit.render.terminal import hits_text

    last_search.remember(results)
    if sys.stderr is not None:
        streams.write_error(hits_text(results, look_of(sys.stderr)).rstrip("\n"))
