"""Posts for one worker to read, what came of them, and what becomes of them when the worker dies."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from searchkit.engines.files import Files, FileState
from searchkit.engines.protocol import Batch
from searchkit.rebuilding.budget import Budget, Death
from searchkit.rebuilding.packed import PackedFiles
from searchkit.rebuilding.workers import worker_died
from searchkit.reports import PostProblem

LARGE_BYTES = 500_000
"""A larger post is read by a process of its own. The largest of 22,000 real ones has 361,000."""

LIGHT_BYTES = 10_000_000
"""So much of posts that are not large is read by the process that rebuilds."""

ONE_POST = Budget(seconds=10, bytes=400_000_000)
"""What a post may cost that has a process to itself."""

MANY_POSTS = Budget(seconds=30, bytes=1_200_000_000)
"""What a batch of posts may cost: far more than any that is not to be divided."""

MAX_DEATHS = 20
"""If more posts end the processes that read them, and half of all, then the posts are not to blame."""


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When posts first came into the index.

    Attributes:
        known: what the index knew of each post's file.
        now: when the others come, in microseconds since 1970.
    """

    known: Files
    now: int

    def of(self, path: str) -> int:
        """When the post with a path came; a draft that was left out comes when it is none any more."""
        record = self.known.get(path)
        return self.now if record is None or record.state == FileState.LEFT_OUT else record.added


@dataclass(frozen=True, slots=True)
class ReadTask:
    """Posts for one worker to read.

    Attributes:
        corpus: the folder of posts.
        files: the posts.
        digests: what the index knows of the content of each; empty for one that is to be read in any case.
        added: when each first came into the index, in microseconds since 1970.
        zone: the time zone of those that name none.
        drafts: whether drafts are written.
        reindexed: paths of posts that are written even if their content is the same.
    """

    corpus: Path
    files: PackedFiles
    digests: tuple[str, ...]
    added: array[int]
    zone: dt.tzinfo
    drafts: bool
    reindexed: frozenset[str]

    def part(self, start: int, end: int) -> ReadTask:
        """The same for some of the posts."""
        cut = slice(start, end)
        files = PackedFiles.of(list(self.files)[cut])
        return replace(self, files=files, digests=self.digests[cut], added=self.added[cut])


@dataclass(slots=True)
class ReadResult:
    """What came of a task. It names no path of a readable post: those of the task are in memory already.

    Attributes:
        digests: the content of each post, and the time zone where that counts; empty where it could not be read.
        batch: the documents of those that were to be written; None where nothing was written.
        skipped: posts that could not be read.
        warnings: posts that were read as well as they could be.
        drafts: the paths of those that are drafts.
    """

    digests: list[str] = field(default_factory=list)
    batch: Batch | None = None
    skipped: list[PostProblem] = field(default_factory=list)
    warnings: list[PostProblem] = field(default_factory=list)
    drafts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Isolation:
    """A post that kills or stalls its worker is read alone, then skipped; see ``searchkit.rebuilding.pool.Policy``.

    What a worker died of may be a post that it read before the last one, since texts are analysed many at a time. So
    the last one is read alone, and the others in smaller and smaller parts.

    One batch of ordinary posts is read by the process that rebuilds, which saves it a twentieth of its time, unless
    another was started ahead. If that
    dies of one of them, the next rebuild finds what it left unfinished, and reads all of them in other processes.

    Args:
        posts: how many there are to read.
        was_interrupted: whether the rebuild before this one died.
    """

    posts: int
    was_interrupted: bool = False
    _deaths: int = 0

    def is_light(self, tasks: Sequence[ReadTask]) -> bool:
        sizes = [size for task in tasks for size in task.files.sizes]
        return not self.was_interrupted and max(sizes) <= LARGE_BYTES and sum(sizes) <= LIGHT_BYTES

    def is_alone(self, task: ReadTask) -> bool:
        return len(task.files) == 1

    def budget(self, task: ReadTask) -> Budget:
        return ONE_POST if len(task.files) == 1 else MANY_POSTS

    def recovered(self, task: ReadTask, death: Death) -> Sequence[ReadTask] | ReadResult:
        count = len(task.files)
        if count > 1:
            last = min(max(death.steps, 1), count) - 1
            half = last // 2
            bounds = dict.fromkeys((0, half, last, last + 1, count))
            return [task.part(start, end) for start, end in pairwise(bounds)]
        self._deaths += 1
        if self._deaths > max(MAX_DEATHS, self.posts // 2):
            raise worker_died()
        [file] = task.files
        return ReadResult([""], None, [PostProblem(file.path, death.reason(self.budget(task)))])
