"""What changed in a corpus since the last rebuild."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from searchkit.engines.protocol import FileRecord, FileState
from searchkit.model import DEFAULT_SELECTION, PostFile, Selection
from searchkit.posts.selection.counting import SiteCounts
from searchkit.posts.selection.files import scan
from searchkit.reports import PostProblem

_CLOCK_TICK_NS = 20_000_000
_COARSE_TICK_NS = 2_000_000_000
"""FAT's, and that of file systems that keep whole seconds."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a scan of the corpus found beside what the index knows.

    Attributes:
        to_read: posts that are new or may have changed.
        removed: paths that are no longer there.
        unchanged: how many posts of the index were not touched, or cannot be looked at.
        problems: files and folders that cannot be looked at.
        left_out: files that could be posts and are none, each with the reason.
        sites: the sites of generators.
    """

    to_read: tuple[PostFile, ...]
    removed: tuple[str, ...]
    unchanged: int
    problems: tuple[PostProblem, ...]
    left_out: Mapping[str, str]
    sites: SiteCounts


def changes(
    corpus: Path,
    files: Mapping[str, FileRecord],
    since: dt.datetime | None,
    selection: Selection = DEFAULT_SELECTION,
    reread: Collection[str] = (),
) -> Changes:
    """Compare the corpus with what the index knows of it.

    Args:
        corpus: the folder of posts.
        files: what the index knows, by path.
        since: when the last rebuild began; None if the sizes and times in ``files`` are not to be trusted.
        selection: which files are posts.
        reread: paths of posts that are to be read even if they were not touched.

    Raises:
        CorpusNotFound: there is no such folder.
    """
    found, problems, left_out, sites = scan(corpus, selection)
    present = {file.path for file in found}
    absent = [path for path in files if path not in present]
    unseen = tuple(problem.path for problem in problems)
    removed = tuple(path for path in absent if not _is_under(path, unseen))
    latest = 0 if since is None else int(since.timestamp() * 1e9)
    drafts = {path: record.state for path, record in files.items() if record.state}
    expected = state_of_drafts(selection.drafts)
    other = {path for path, state in drafts.items() if state != expected}.union(reread)
    to_read = tuple(
        file for file in found if file.path in other or not _is_untouched(file, files.get(file.path), latest)
    )
    changed = (*removed, *(file.path for file in to_read if file.path in files))
    unchanged = _count_posts(files, drafts) - _count_posts(changed, drafts)
    return Changes(to_read, removed, unchanged, tuple(problems), left_out, sites)


def _count_posts(paths: Collection[str], drafts: Mapping[str, FileState]) -> int:
    """How many of these files have their post in the index."""
    return len(paths) - sum(drafts.get(path) == FileState.LEFT_OUT for path in (paths if drafts else ()))


def state_of_drafts(are_posts: bool) -> FileState:
    return FileState.DRAFT if are_posts else FileState.LEFT_OUT


def _is_under(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") or folder in ("", ".") for folder in folders)


def _is_untouched(file: PostFile, record: FileRecord | None, latest: int) -> bool:
    """Same size and time, and not written so late that a second change could have the same time."""
    mtime = file.mtime_ns
    if record is None or mtime != record.mtime_ns or file.size != record.size:
        return False
    return mtime < latest - (_CLOCK_TICK_NS if mtime % 1_000_000_000 else _COARSE_TICK_NS)
