"""What changed in a corpus since the last rebuild."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from searchkit.engines.files import FileRecord, Files, FileState, int64s
from searchkit.model import DEFAULT_SELECTION, PostFile, Selection
from searchkit.posts.selection.columns import FolderPosts, Listing
from searchkit.posts.selection.counting import SiteCounts
from searchkit.posts.selection.files import Walk
from searchkit.rebuilding.scanning import Scan
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


def changes(corpus: Path, files: Files, since: dt.datetime | None, selection: Selection = DEFAULT_SELECTION) -> Changes:
    """Compare the corpus with what the index knows of it.

    Args:
        corpus: the folder of posts.
        files: what the index knows.
        since: when the last rebuild began; None if the sizes and times in ``files`` are not to be trusted.
        selection: which files are posts.

    Raises:
        CorpusNotFound: there is no such folder.
    """
    walk = Walk(selection)
    return compared(walk, Scan(walk.folders(corpus)), files, since)


def compared(
    walk: Walk,
    scan: Scan,
    files: Files,
    since: dt.datetime | None,
    reread: Collection[str] = (),
    prepare: Callable[[], None] = lambda: None,
) -> Changes:
    """Compare the posts of a walk with what the index knows; ``changes`` says more.

    Args:
        walk: the walk.
        scan: the posts that it finds.
        files: what the index knows.
        since: when the last rebuild began.
        reread: paths of posts that are to be read even if they were not touched.
        prepare: called once it is known that posts are to be read.
    """
    selection = walk.selection
    latest = 0 if since is None else int(since.timestamp() * 1e9)
    known = _Known(files, latest, {*_of_other_state(files, state_of_drafts(selection.drafts)), *reread})
    to_read: list[PostFile] = []
    absent: list[str] = []
    unseen_folders = set(files.folders)
    is_prepared = any(map(known.has_new, scan.listed))
    if is_prepared:
        prepare()
    for folder in scan.folders:
        unseen_folders.discard(folder.prefix)
        if known.is_untouched(folder):
            continue
        to_read += known.touched(folder)
        absent += known.absent(folder)
        if to_read and not is_prepared:
            prepare()
            is_prepared = True
    absent += (prefix + name for prefix in unseen_folders for name in files.folders[prefix].names)
    problems = sorted(walk.problems, key=lambda problem: problem.path)
    unseen = tuple(problem.path for problem in problems)
    removed = tuple(sorted(path for path in absent if not _is_under(path, unseen)))
    changed = (*removed, *(file.path for file in to_read if file.path in files))
    posts = len(files) - sum(1 for _path in files.in_state(FileState.LEFT_OUT))
    unchanged = posts - sum(files[path].state != FileState.LEFT_OUT for path in changed)
    return Changes(tuple(sorted(to_read)), removed, unchanged, tuple(problems), walk.left_out, walk.sites)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the index knows.

    Attributes:
        files: by path.
        latest: when the last rebuild began, in nanoseconds since 1970.
        reread: paths of posts that are to be read even if they were not touched.
    """

    files: Files
    latest: int
    reread: Collection[str]

    def has_new(self, listing: Listing) -> bool:
        """Whether a folder lists a post that the index does not know."""
        known = self.files.folders.get(listing.seen.prefix)
        return known is None or (known.names != listing.names and not {*listing.names} <= {*known.names})

    def is_untouched(self, folder: FolderPosts) -> bool:
        """Whether the index knows just these posts in a folder, and need read none of them."""
        known = self.files.folders.get(folder.prefix)
        return (
            known is not None
            and max(folder.times) < self.latest - _COARSE_TICK_NS
            and known.names == folder.names
            and known.sizes == int64s(folder.sizes)
            and known.times == int64s(folder.times)
            and not (self.reread and any(folder.prefix + name in self.reread for name in folder.names))
        )

    def touched(self, folder: FolderPosts) -> Iterator[PostFile]:
        """The posts of a folder that are new, may have changed, or are to be read."""
        known = self.files.folder(folder.prefix)
        names = zip(folder.names, folder.files(), strict=True)
        return (file for name, file in names if file.path in self.reread or not self._is_as(file, known.get(name)))

    def absent(self, folder: FolderPosts) -> Iterator[str]:
        """The posts of a folder that the index knows and that are no longer there."""
        present = set(folder.names)
        return (folder.prefix + name for name in self.files.folder(folder.prefix) if name not in present)

    def _is_as(self, file: PostFile, record: FileRecord | None) -> bool:
        """Same size and time, and not written so late that a second change could have the same time."""
        mtime = file.mtime_ns
        if record is None or mtime != record.mtime_ns or file.size != record.size:
            return False
        return mtime < self.latest - (_CLOCK_TICK_NS if mtime % 1_000_000_000 else _COARSE_TICK_NS)


def _of_other_state(files: Files, expected: FileState) -> Iterator[str]:
    """The paths of drafts that are in the index and should not be, or the other way."""
    other = FileState.DRAFT if expected == FileState.LEFT_OUT else FileState.LEFT_OUT
    return files.in_state(other)


def state_of_drafts(are_posts: bool) -> FileState:
    return FileState.DRAFT if are_posts else FileState.LEFT_OUT


def _is_under(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") or folder in ("", ".") for folder in folders)
