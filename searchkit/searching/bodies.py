"""The bodies of many posts, for data frames."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.engines.registry import engine_of
from searchkit.progress import watched


def bodies(index: str, paths: Sequence[str]) -> list[str | None]:
    """The body of each post; None for one that the index no longer has.

    Args:
        index: as ``Results.index_path`` names it.
        paths: of the posts.

    Raises:
        IndexNotFound: the index is gone.
    """
    if not paths:
        return []
    found: list[str | None] = []
    searcher = engine_of(index).open()
    try:
        with watched(None) as report:
            for done, document in enumerate(searcher.documents_of(paths), 1):
                found.append(document.body if document else None)
                if report is not None:
                    report(done, len(paths))
    finally:
        searcher.close()
    return found
