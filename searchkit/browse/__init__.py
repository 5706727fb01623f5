"""Search while typing, on the whole screen of a terminal.

``state`` is what was asked for, ``answers`` asks the facade, ``drawing`` makes styled lines, ``panes`` and ``app`` are
the widgets.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from searchkit.errors import MissingDependency, SearchkitError
from searchkit.messages import _

if TYPE_CHECKING:
    from searchkit.index import Index


def browse(index: Index, query: str = "", past: Sequence[str] = (), keep: Callable[[str], None] | None = None) -> None:
    """Search an index while typing, until the user leaves.

    Args:
        index: an open index.
        query: what stands in the search box at first.
        past: queries that were asked before, the newest first, to be offered again.
        keep: is called with each query that a post is read for.

    Raises:
        MissingDependency: textual is not installed.
        SearchkitError: this is no terminal.
    """
    try:
        from searchkit.browse.app import Browser  # optional, 250 ms
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "textual":
            raise
        raise MissingDependency(
            _("{package} is not installed", package="textual"), _("run: pip install 'searchkit[browse]'")
        ) from None
    if not (_is_terminal(sys.stdin) and _is_terminal(sys.stdout)) or os.environ.get("TERM") == "dumb":
        raise SearchkitError(_("browse needs a terminal"), _("in a pipe, run: searchkit search QUERY"))
    app = Browser(index, query, past, keep)
    with collecting_rarely():
        app.run()
    if app.failure is not None:
        raise app.failure


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """While a screen is used, no full garbage collection, which takes 100 ms, comes between a key and its results."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _is_terminal(stream: object) -> bool:
    isatty = getattr(stream, "isatty", None)
    return isatty is not None and bool(isatty())
