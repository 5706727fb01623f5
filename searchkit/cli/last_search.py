"""The last search, kept in a small file in the user's cache, so that ``searchkit show RANK`` finds its hits."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from searchkit.errors import DocumentNotFound
from searchkit.model import Results

_SEARCH_HINT = "run: searchkit search QUERY"


def remember(index: str, results: Results) -> None:
    """Store the ranks and paths of a page of results; a cache that cannot be written is no error.

    Args:
        index: the index folder.
        results: the page of results.
    """
    entry = {
        "index": os.path.abspath(index),
        "query": results.query,
        "paths": {str(hit.rank): hit.path for hit in results},
    }
    with suppress(OSError, RuntimeError):  # RuntimeError: the user has no home folder
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(file, json.dumps(entry))


def recall(rank: int, index: str | None) -> tuple[str, str]:
    """The index folder and the path of a hit of the last search.

    Args:
        rank: the rank of the hit, from 1.
        index: the index folder that the search must have been in; None for any.

    Raises:
        DocumentNotFound: there was no search, it was in another index, or it did not show this rank.
    """
    entry = _read()
    folder, paths = entry.get("index"), entry.get("paths")
    if not isinstance(folder, str) or not isinstance(paths, dict):
        raise DocumentNotFound(f"rank {rank} needs a search before it", _SEARCH_HINT)
    if index is not None and os.path.abspath(index) != folder:
        raise DocumentNotFound(f"the last search was in {folder}, not in {index}", f"{_SEARCH_HINT} --index {index}")
    path = paths.get(str(rank))
    if not isinstance(path, str):
        ranks = list(paths)
        shown = f"showed {ranks[0]}-{ranks[-1]}" if ranks else "found nothing"
        raise DocumentNotFound(f"no rank {rank}: the last search {shown}", _SEARCH_HINT)
    return folder, path


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


def _read() -> dict[str, Any]:
    try:
        entry = json.loads(_file().read_text(encoding="ascii"))
    except (OSError, RuntimeError, ValueError):
        return {}
    return entry if isinstance(entry, dict) else {}
