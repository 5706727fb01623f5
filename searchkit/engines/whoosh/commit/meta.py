"""The committed state of an index folder: one small file that is replaced by a rename.

``meta.json`` lists the segments. Whoever reads it sees the old state or the new one, never a part. Whoosh's own
table of contents is not used: it is a pickle, and it knows neither the corpus nor the fingerprint.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import pickle
import re
import shlex
import struct
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from searchkit.engines.protocol import PostRecord, SegmentInfo, State
from searchkit.errors import IndexBusy, IndexCorrupt, IndexNotFound, IndexNotWritten, IndexOutdated
from searchkit.language import fingerprint

FORMAT_VERSION = 3
"""What this version of searchkit writes."""

INDEX_NAME = "posts"
"""What the names of all segment files begin with."""

OLDEST_READABLE = 2
"""The oldest format that it still reads."""

_META = "meta.json"
_LOCK = "rebuild.lock"
_RECORDS = re.compile(r"records-(\d+)\.(?:zst|json\.gz)")

DAMAGE = (OSError, EOFError, struct.error, zlib.error, pickle.UnpicklingError, UnicodeDecodeError, ValueError)
"""What reading a damaged file raises."""

_held: set[int] = set()  # descriptors of the locks that this process holds


_TRIES, _PAUSE = 10, 0.05  # seconds between them


def _try_lock(descriptor: int) -> bool:
    """Whoosh's own lock does the same, and brings urllib with it: 45 ms of each rebuild."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def _lock(descriptor: int) -> bool:
    """Ask for a moment: a worker forked just before its parent was killed lets go when it first runs."""
    for _ in range(_TRIES):
        if _try_lock(descriptor):
            return True
        time.sleep(_PAUSE)
    return _try_lock(descriptor)


def _forget_locks() -> None:
    """A forked worker shares its parent's locks and would keep them when the parent dies."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_locks)


def meta_version(folder: Path) -> tuple[int, int, int] | None:
    """Changes with each commit."""
    try:
        stat = os.stat(folder / _META)
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def read_state(folder: Path) -> State:
    """The committed state.

    Raises:
        IndexNotFound: there is none.
        IndexOutdated: another version of searchkit or of its language data wrote it.
        IndexCorrupt: it cannot be read.
    """
    try:
        meta = json.loads((folder / _META).read_bytes())
        written, current = meta["format"], meta.get("fingerprint")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexNotFound(f"no index in {folder}", f"run: {_rebuild(folder)}") from None
    except OSError as error:
        raise IndexCorrupt(f"{folder / _META}: {error.strerror}", "check the folder's permissions") from error
    except (ValueError, KeyError, TypeError) as error:
        raise corrupt(folder / _META) from error
    if not isinstance(written, int):
        raise corrupt(folder / _META)
    if not OLDEST_READABLE <= written <= FORMAT_VERSION:
        raise _outdated(folder, f"has format {written}, not {FORMAT_VERSION}")
    if current != fingerprint():
        raise _outdated(folder, f"was built with other language data ({current})")
    try:
        segments = tuple(map(_segment_info, meta["segments"]))
        built = dt.datetime.fromisoformat(meta["built"])
        return State(int(meta["generation"]), current, str(meta["corpus"]), built, segments)
    except (ValueError, KeyError, TypeError) as error:
        raise corrupt(folder / _META) from error


def _outdated(folder: Path, how: str) -> IndexOutdated:
    return IndexOutdated(f"the index in {folder} {how}", f"run: {_rebuild(folder)}")


def _segment_info(row: dict[str, Any]) -> SegmentInfo:
    deleted = tuple(map(int, row["deleted"]))
    return SegmentInfo(str(row["id"]), str(row["codec"]), int(row["documents"]), deleted)


def _rebuild(folder: Path, *options: str) -> str:
    """The command that makes this index anew."""
    words = ["searchkit", "rebuild-index", *options]
    return shlex.join(words if str(folder) == "index" else [*words, "--index", str(folder)])


def check_files(folder: Path) -> None:
    """Whether each segment file of the committed state is there, as long as it was written.

    Raises:
        IndexCorrupt: one is missing, or was cut.
    """
    for name, size in json.loads((folder / _META).read_bytes()).get("files", {}).items():
        try:
            whole = os.stat(folder / name).st_size == size
        except OSError as error:
            raise corrupt(folder / name) from error
        if not whole:
            raise corrupt(folder / name)


def corrupt(path: Path) -> IndexCorrupt:
    """The error of a file that does not say what it should."""
    folder = path if path.is_dir() else path.parent
    return IndexCorrupt(f"{path} is damaged", f"run: {_rebuild(folder, '--full')}")


def next_generation(folder: Path) -> int:
    """One more than the last commit's, whatever wrote it."""
    found = [int(match[1]) for name in os.listdir(folder) if (match := _RECORDS.fullmatch(name))]
    return max(found, default=0) + 1


def read_records(folder: Path, state: State) -> dict[str, PostRecord]:
    """What is known of each post's file, by path."""
    from searchkit.engines.whoosh import records  # a search does without

    path = folder / f"records-{state.generation}.json.gz"
    read = records.decode_gzip
    if not path.exists():
        path, read = folder / _records_name(state.generation), records.decode
    try:
        return read(path.read_bytes())
    except (OSError, *records.DAMAGED) as error:
        raise corrupt(path) from error


def write_state(folder: Path, state: State, posts: Mapping[str, PostRecord]) -> None:
    """Make this the committed state: durable before it is visible, visible in one step.

    Raises:
        IndexNotWritten: a full disk, say; the old state stands.
    """
    from searchkit.engines.whoosh import records  # the same

    with writing(folder):
        files = sorted(_segment_files(folder, {segment.id for segment in state.segments}))
        meta = {
            "format": FORMAT_VERSION,
            "fingerprint": state.fingerprint,
            "generation": state.generation,
            "corpus": state.corpus,
            "built": state.built.isoformat(),
            "segments": [asdict(segment) for segment in state.segments],
            "files": {name: os.stat(folder / name).st_size for name in files},
        }
        for name in files:
            _sync(folder / name)
        _write(folder / _records_name(state.generation), records.encode(posts))
        temporary = folder / f"{_META}.new"
        _write(temporary, _json(meta))
        _sync_folder(folder)
        os.replace(temporary, folder / _META)
        _sync_folder(folder)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turns what the operating system refuses into IndexNotWritten."""
    try:
        yield
    except OSError as error:
        mend = "free some space and run it again" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "check the folder"
        reason = error.strerror or str(error)
        raise IndexNotWritten(f"cannot write {folder}: {reason}; the old index stands", mend) from error


def discard(folder: Path, segments: Iterable[str], generation: int) -> None:
    """Remove the files of all other segments and generations."""
    kept = set(segments)
    current = f"records-{generation}."
    for name in os.listdir(folder):
        stale_records = name.startswith("records-") and not name.startswith(current)
        if stale_records or name == f"{_META}.new" or (_segment_of(name) not in {None, *kept}):
            with contextlib.suppress(OSError):  # somebody may have it open, or be quicker
                os.remove(folder / name)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the one right to commit.

    Raises:
        IndexBusy: another process has it; the message says which.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o666)
    _held.add(descriptor)
    try:
        with writing(folder):
            acquired = _lock(descriptor)
        if not acquired:
            raise IndexBusy(f"another rebuild is at work on {folder}: {_holder(folder)}", "wait for it to end")
        from socket import gethostname  # 3 ms, and a search takes no lock

        with contextlib.suppress(OSError):  # for others to read; a disk that is full of our leavings is cleared next
            since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            (folder / _LOCK).write_text(f"process {os.getpid()} on {gethostname()} since {since}")
        yield
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def _holder(folder: Path) -> str:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return (folder / _LOCK).read_text() or "unknown process"
    return "unknown process"


def _records_name(generation: int) -> str:
    return f"records-{generation}.zst"


def _segment_of(name: str) -> str | None:
    """The segment that a file belongs to; None for other files."""
    prefix = f"{INDEX_NAME}_"
    return name.removeprefix(prefix).split(".")[0] if name.startswith(prefix) else None


def _segment_files(folder: Path, segments: set[str]) -> list[str]:
    return [name for name in os.listdir(folder) if _segment_of(name) in segments]


def _json(content: Any) -> bytes:
    # as UTF-8, half as large as with escapes; a path that is none has unpaired surrogates
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _write(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(PermissionError):  # Windows has no folder to open
        _sync(folder)
