"""Here is a rank: which post of which search is it? A small file in the user's cache remembers the last search."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from searchkit.errors import DocumentNotFound
from searchkit.model import Results

_AGAIN = "run: searchkit search QUERY"


def remember(index: str, results: Results) -> None:
    """Keep the ranks of this page for ``searchkit show RANK``; a cache that cannot be written is no error.

    Args:
        index: the index folder.
        results: what was found in it.
    """
    known = {
        "index": os.path.abspath(index),
        "query": results.query,
        "paths": {str(hit.rank): hit.path for hit in results},
    }
    with suppress(OSError, RuntimeError):  # RuntimeError: a user without a home
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(file, json.dumps(known))


def recall(rank: int, index: str | None) -> tuple[str, str]:
    """The index and the path of a rank of the last search.

    Args:
        rank: from 1.
        index: the index folder, where one was asked for.

    Raises:
        DocumentNotFound: there was no search, or it showed no such rank, or it asked another index.
    """
    known = _read()
    folder, paths = known.get("index"), known.get("paths")
    if not isinstance(folder, str) or not isinstance(paths, dict):
        raise DocumentNotFound(f"no last search to take rank {rank} from", _AGAIN)
    if index is not None and os.path.abspath(index) != folder:
        raise DocumentNotFound(f"the last search was in {folder}, not in {index}", f"{_AGAIN} --index {index}")
    path = paths.get(str(rank))
    if not isinstance(path, str):
        ranks = list(paths)
        shown = f"showed {ranks[0]}-{ranks[-1]}" if ranks else "found nothing"
        raise DocumentNotFound(f"no rank {rank}: the last search {shown}", _AGAIN)
    return folder, path


def _file() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(cache) if os.path.isabs(cache) else Path.home() / ".cache"
    return base / "searchkit" / "last-search.json"


def _replace(file: Path, text: str) -> None:
    """Write beside the file and rename: two searches at once leave one of them, whole. mkstemp makes it private."""
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
        known = json.loads(_file().read_text(encoding="ascii"))
    except (OSError, RuntimeError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
