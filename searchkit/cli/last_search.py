"""The last search, kept in a small file in the user's cache, so that ``searchkit show RANK`` finds its hits.

A post that it showed is shown with what the query matches in it.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from searchkit.errors import DocumentNotFound
from searchkit.messages import _
from searchkit.model import Results
from searchkit.paths import absolute


@dataclass(frozen=True, slots=True)
class LastSearch:
    """What was searched for, where, and the paths of the hits by their ranks."""

    index: str
    query: str
    paths: dict[str, str]


def remember(results: Results) -> None:
    """Store the ranks and paths of a page of results; a cache that cannot be written is no error."""
    entry = {
        "index": absolute(results.index_path),
        "query": results.query,
        "paths": {str(hit.rank): hit.path for hit in results},
    }
    with suppress(OSError, RuntimeError):  # RuntimeError: the user has no home folder
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(file, json.dumps(entry))


def recall(rank: int, index: str | None) -> tuple[str, str]:
    """The index, and the path of a hit, of the last search.

    Args:
        rank: the rank of the hit, from 1.
        index: the index that the search must have been in; None for any.

    Raises:
        DocumentNotFound: there was no search, it was in another index, or it did not show this rank.
    """
    last = _read()
    if last is None:
        raise DocumentNotFound(
            _("rank {rank} needs a search before it", rank=rank), _("run: searchkit search QUERY")
        )
    if index is not None and absolute(index) != last.index:
        raise DocumentNotFound(
            _("the last search was in {last}, not in {index}", last=last.index, index=index),
            _("run: searchkit search QUERY --index {index}", index=index),
        )
    path = last.paths.get(str(rank))
    if path is None:
        raise DocumentNotFound(_no_such_rank(rank, list(last.paths)), _("run: searchkit search QUERY"))
    return last.index, path


def _no_such_rank(rank: int, shown: list[str]) -> str:
    if not shown:
        return _("no rank {rank}: the last search found nothing", rank=rank)
    return _("no rank {rank}: the last search showed {first}-{last}", rank=rank, first=shown[0], last=shown[-1])


def query_that_found(path: str, index: str) -> str:
    """The query of the last search, if it showed this post of this index; else an empty one."""
    last = _read()
    shown = last is not None and last.index == absolute(index) and path in last.paths.values()
    return last.query if last is not None and shown else ""


def _file() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(cache) if os.path.isabs(cache) else Path.home() / ".cache"
    return base / "searchkit" / "last-search.json"


def _replace(file: Path, text: str) -> None:
    """Write a private temporary file and rename it, so that concurrent searches never leave a partial file."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".last-search-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(text)
        os.replace(name, file)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def _read() -> LastSearch | None:
    """The last search; None if there was none, or its file is damaged."""
    try:
        entry = json.loads(_file().read_text(encoding="ascii"))
        last = LastSearch(entry["index"], entry["query"], entry["paths"])
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None
    texts = (last.index, last.query, *last.paths, *last.paths.values()) if isinstance(last.paths, dict) else (None,)
    return last if all(isinstance(text, str) for text in texts) else None
