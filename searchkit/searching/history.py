"""The queries that were asked before, kept in a private file of the user, to be offered again."""

from __future__ import annotations

import contextlib
import os
import unicodedata
from pathlib import Path

MAX_QUERIES = 1000
"""That are kept."""

NO_HISTORY = "SEARCHKIT_NO_HISTORY"
"""The environment variable that switches the history off, whatever its value; an empty one does not."""

_MAX_CHARS = 200
_MAX_BYTES = 400_000


def remember(query: str) -> None:
    """Keep a query; a file that cannot be written is no error.

    One write appends one line, so that several processes keep theirs side by side. A query with control characters,
    or a longer one than anybody types, is not kept.
    """
    line = " ".join(query.split())
    if not line or len(line) > _MAX_CHARS or not _is_plain(line) or os.environ.get(NO_HISTORY):
        return
    with contextlib.suppress(OSError, RuntimeError, UnicodeEncodeError):  # RuntimeError: there is no home folder
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _append(file, f"{line}\n".encode())


def past_queries() -> tuple[str, ...]:
    """The queries that were asked before, the newest first, each once.

    >>> past_queries()  # doctest: +SKIP
    ('香港 通关', '高铁')
    """
    if os.environ.get(NO_HISTORY):
        return ()
    try:
        lines = _read(_file()).splitlines()
    except (OSError, RuntimeError):
        return ()
    kept = (line for line in reversed(lines) if line and len(line) <= _MAX_CHARS and _is_plain(line))
    return tuple(dict.fromkeys(kept))[:MAX_QUERIES]


def _is_plain(line: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in line)


def _file() -> Path:
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
    return base / "searchkit" / "queries.txt"


def _read(file: Path) -> str:
    with open(os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as opened:
        opened.seek(max(0, os.fstat(opened.fileno()).st_size - _MAX_BYTES))
        return opened.read(_MAX_BYTES).decode("utf-8", "ignore")


def _append(file: Path, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(file, flags, 0o600)
    try:
        if os.fstat(descriptor).st_size > _MAX_BYTES:
            kept = list(reversed(past_queries()))[-MAX_QUERIES // 2 :]
            os.ftruncate(descriptor, 0)
            os.write(descriptor, "".join(f"{query}\n" for query in kept).encode())
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
