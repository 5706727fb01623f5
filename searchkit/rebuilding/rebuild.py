"""A rebuild: what changed in the corpus, who reads it, one commit."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from searchkit.engines.files import GONE, NO_FILES, FileRecord, Files, FileState, int64s
from searchkit.engines.protocol import Batch, Engine, IndexInfo, Writer
from searchkit.errors import CorpusEmpty, IndexNotFound, IndexOutdated
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.messages import _
from searchkit.model import DEFAULT_SELECTION, PostFile, Selection
from searchkit.posts.frontmatter.zones import corpus_zone
from searchkit.posts.selection.files import Walk, require_folder
from searchkit.posts.selection.selecting import DRAFTS
from searchkit.rebuilding.changes import compared, state_of_drafts
from searchkit.rebuilding.packed import PackedFiles, PackedRecords
from searchkit.rebuilding.reading import DIGEST_BYTES, Read, read_and_write, read_only
from searchkit.rebuilding.recutting import Recut, recut
from searchkit.rebuilding.scanning import Scan, scanned
from searchkit.rebuilding.tasks import (
    EPOCH,
    LARGE_BYTES,
    MICROSECOND,
    Arrivals,
    Isolation,
    ReadResult,
    ReadTask,
)
from searchkit.rebuilding.workers import Workers
from searchkit.reports import PostProblem, RebuildReport

Progress = Callable[[int, int], None]
"""Called with the number of posts done and of posts to do."""

BATCH_BYTES = 8_000_000
"""Size of the posts that one worker reads into one batch, at most: it bounds the worker's memory."""

_LAST_BATCHES = 4
"""Of what is left, a batch is one of so many at least."""

_SMALLEST_BATCH_BYTES = 2_000_000
"""Smaller ones cost more than they save."""

_NO_SIZE = -1
"""The size of no file."""


def batch_bytes(left: int, in_all: int) -> int:
    """The size of the next batch, if so many bytes of posts are left: the last ones are small, so that all processes
    end at about the same time."""
    if in_all <= BATCH_BYTES:
        return BATCH_BYTES
    return min(BATCH_BYTES, max(left // _LAST_BATCHES, _SMALLEST_BATCH_BYTES))


def read_tasks(
    corpus: Path,
    to_read: Sequence[PostFile],
    files: Files,
    arrivals: Arrivals,
    zone: dt.tzinfo,
    drafts: bool,
    reindexed: Set[str],
) -> Iterator[ReadTask]:
    """Tasks of ``batch_bytes`` each, in order, so that batches do not depend on the number of workers.

    A large post has a task to itself.
    """
    part: list[PostFile] = []
    size = 0
    left = in_all = sum(file.size for file in to_read)
    for file in to_read:
        if file.size > LARGE_BYTES:
            yield _read_task(corpus, [file], files, arrivals, zone, drafts, reindexed)
            continue
        part.append(file)
        size += file.size
        if size >= batch_bytes(left, in_all):
            yield _read_task(corpus, part, files, arrivals, zone, drafts, reindexed)
            left -= size
            part, size = [], 0
    if part:
        yield _read_task(corpus, part, files, arrivals, zone, drafts, reindexed)


def _read_task(
    corpus: Path,
    part: Sequence[PostFile],
    files: Files,
    arrivals: Arrivals,
    zone: dt.tzinfo,
    drafts: bool,
    reindexed: Set[str],
) -> ReadTask:
    expected = (FileState.POST, state_of_drafts(drafts))
    records = (files.get(file.path) for file in part)
    digests = tuple(record.digest if record is not None and record.state in expected else "" for record in records)
    added = int64s(arrivals.of(file.path) for file in part)
    outdated = frozenset(file.path for file in part) & reindexed
    return ReadTask(corpus, PackedFiles.of(part), digests, added, zone, drafts, outdated)


@dataclass(slots=True)
class _Tally:
    """The next commit as it comes together.

    Attributes:
        known: what the index knows of each post's file.
        unchanged: posts that stay as they are.
        skipped: posts that could not be read.
        not_posts: files that a scan left out, each with the reason.
        files: what is known now of files that are gone, or that are to be read again.
        taken: the same of files that were read and are new or changed, of each task.
        changed: all of this, once ``end`` was called.
        removed: paths whose documents in the index are out of date.
        batches: documents that were written.
    """

    known: Files
    unchanged: int
    skipped: list[PostProblem]
    not_posts: Mapping[str, str]
    files: dict[str, FileRecord] = field(default_factory=dict)
    taken: list[PackedRecords] = field(default_factory=list)
    changed: Files = field(default_factory=lambda: NO_FILES)
    removed: list[str] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    arrived: int = 0
    added: int = 0
    updated: int = 0
    gone: int = 0
    gone_left_out: int = 0
    reindexed: int = 0
    warnings: list[PostProblem] = field(default_factory=list)

    def record(self, path: str) -> FileRecord | None:
        """What is known of a post's file now."""
        return self.files.get(path) or self.known.get(path)

    def end(self) -> None:
        """Every task was taken."""
        self.changed = Files.joined([Files.of(self.files), *(taken.files() for taken in self.taken)])
        self.taken.clear()

    def hand_over(self) -> Files:
        """What ``changed``; it is forgotten here, since the processes that merge have what this one has."""
        changed, self.changed = self.changed, NO_FILES
        return changed

    def left_out(self) -> list[str]:
        """The paths of drafts that are not in the index."""
        before = (path for path in self.known.in_state(FileState.LEFT_OUT) if path not in self.changed)
        return [*before, *self.changed.in_state(FileState.LEFT_OUT)]

    def count(self) -> int:
        """How many files are posts, or drafts that are left out."""
        return len(self.known) + self.arrived - sum(record.state == FileState.GONE for record in self.files.values())

    def remove(self, path: str) -> None:
        """Take a post out of the index that is no longer there."""
        record, self.files[path] = self.record(path), GONE
        self._take_out(path, record)

    def _take_out(self, path: str, record: FileRecord | None) -> None:
        if record is not None and record.state != FileState.LEFT_OUT:
            self.removed.append(path)
            self.gone += 1
            self.gone_left_out += path in self.not_posts

    def outdate(self, path: str) -> None:
        """Have a post read again, at the next rebuild if this one cannot."""
        self.files[path] = self.known[path]._replace(size=_NO_SIZE, digest="00" * DIGEST_BYTES)

    def take(self, task: ReadTask, result: ReadResult) -> None:
        columns = (task.files, task.digests, task.added, result.digests)
        taken: dict[str, FileRecord] = {}
        for file, known, added, digest in zip(*columns, strict=True):
            record = self.record(file.path)
            if not digest:
                continue
            self.files.pop(file.path, None)
            self.arrived += record is None
            if record is not None and digest == known:
                taken[file.path] = record._replace(size=file.size, mtime_ns=file.mtime_ns, digest=digest)
                self.unchanged += record.state != FileState.LEFT_OUT
                if file.path in task.reindexed:
                    self.reindexed += 1
                    self.removed.append(file.path)
                continue
            state = FileState.POST
            if file.path in result.drafts:
                state = state_of_drafts(task.drafts)
            if record is not None and state == FileState.LEFT_OUT:
                self.gone_left_out += record.state != FileState.LEFT_OUT
                self._take_out(file.path, record)
            elif record is not None and record.state != FileState.LEFT_OUT:
                self.updated += 1
                self.removed.append(file.path)
            elif state != FileState.LEFT_OUT:
                self.added += 1
            taken[file.path] = FileRecord(file.size, file.mtime_ns, digest, state, added)
        if changed := {path: record for path, record in taken.items() if record != self.known.get(path)}:
            self.taken.append(PackedRecords.of(changed))
        self.skipped += map(self._kept, result.skipped)
        self.warnings += result.warnings
        if result.batch is not None:
            self.batches.append(result.batch)

    def _kept(self, problem: PostProblem) -> PostProblem:
        """A post that can no longer be read stays in the index as it was."""
        record = self.record(problem.path)
        if record is None or record.state == FileState.LEFT_OUT:
            return problem
        self.unchanged += 1
        return replace(problem, reason=_("{reason}; the index keeps what it had", reason=problem.reason))


def rebuild(
    engine: Engine,
    corpus: Path,
    *,
    selection: Selection = DEFAULT_SELECTION,
    lexicon: Lexicon = NO_LEXICON,
    full: bool = False,
    dry_run: bool = False,
    jobs: int | None = None,
    allow_empty: bool = False,
    timezone: str | None = None,
    progress: Progress | None = None,
) -> RebuildReport:
    """Bring the index up to the corpus; see ``searchkit.rebuild``."""
    began = time.perf_counter()
    now = dt.datetime.now(dt.UTC)
    corpus = corpus.absolute()
    require_folder(corpus)  # before the writer makes an index folder in it
    zone, zone_warnings = corpus_zone(corpus, timezone)
    workers = Workers(jobs)
    with (
        contextlib.nullcontext() if dry_run else engine.writer("create" if full else "append", lexicon) as writer,
        contextlib.closing(workers),
    ):
        work = read_only if writer is None else partial(read_and_write, writer.write)
        prepare = partial(_prepare, writer)
        walk = Walk(selection)
        with _scanned(walk, corpus, writer, workers, work, prepare) as scan:
            info, before = _known(engine, writer, full)
            is_known = info is not None and (info.corpus, info.timezone) == (str(corpus), str(zone))
            cut = Recut() if info is None else recut(engine, lexicon, before)
            since = info.built if info is not None and is_known else None
            found = compared(walk, scan, before, since, cut.paths, partial(_load, workers, prepare))
        if not (found.to_read or found.unchanged or allow_empty):
            raise _no_posts(corpus, found.left_out)
        tally = _Tally(before, found.unchanged, list(found.problems), found.left_out)
        tally.warnings += [PostProblem(path, warning) for path, warning in zone_warnings]
        for path in found.removed:
            tally.remove(path)
        for path in cut.paths:
            if path in before and path not in tally.files:
                tally.outdate(path)
        arrivals = Arrivals(before if info is not None else engine.last_files(), (now - EPOCH) // MICROSECOND)
        tasks = list(read_tasks(corpus, found.to_read, before, arrivals, zone, selection.drafts, cut.paths))
        del arrivals
        isolation = Isolation(len(found.to_read), writer is not None and writer.was_interrupted)
        found = replace(found, to_read=())  # tasks have them in columns
        report = partial(_report, progress, isolation.posts)
        report(0)
        for task, result in workers.isolated(work, tasks, report, isolation, prepare):
            tally.take(task, result)
        report(isolation.posts)
        del tasks
        tally.end()
        drafts, posts = tally.left_out(), tally.count()
        left_out = dict.fromkeys(drafts, DRAFTS) | dict(found.left_out)
        if drafts and len(drafts) == posts and not allow_empty:
            raise _no_posts(corpus, left_out)
        for path in drafts:
            found.sites.leave_out(path)
        if writer is not None and (tally.changed or cut.is_needed or not is_known):
            writer.commit(tally.batches, tally.removed, tally.hand_over(), str(corpus), str(zone), now, workers)
    return RebuildReport(
        added=tally.added,
        updated=tally.updated,
        removed=tally.gone,
        unchanged=tally.unchanged,
        documents=posts - len(drafts),
        skipped=tuple(sorted(tally.skipped, key=lambda problem: problem.path)),
        warnings=tuple(sorted(tally.warnings, key=lambda problem: problem.path)),
        seconds=time.perf_counter() - began,
        dry_run=dry_run,
        left_out=tuple(PostProblem(path, reason) for path, reason in sorted(left_out.items())),
        removed_left_out=tally.gone_left_out,
        sites=found.sites.reports(),
        changed_words=cut.changed_words,
        changed_synonyms=cut.changed_synonyms,
        reindexed=tally.reindexed,
    )


def _no_posts(corpus: Path, left_out: Mapping[str, str]) -> CorpusEmpty:
    if not left_out:
        return CorpusEmpty(_("no post in {corpus}", corpus=corpus), _("check --corpus, or use --allow-empty"))
    reason = Counter(left_out.values()).most_common(1)[0][0]
    hint = _("choose others with --include, --exclude, --drafts, or use --allow-empty")
    return CorpusEmpty(
        _(
            "no post in {corpus}: {left_out:,} left out, most of them {reason}",
            corpus=corpus,
            left_out=len(left_out),
            reason=reason,
        ),
        hint,
    )


def _known(engine: Engine, writer: Writer | None, full: bool) -> tuple[IndexInfo | None, Files]:
    """The commit point that is added to, and what it knows of each post's file; None where the index starts anew."""
    if writer is not None:
        return writer.info, writer.files
    try:
        return (None, NO_FILES) if full else engine.files()
    except (IndexNotFound, IndexOutdated):
        return None, NO_FILES


def _scanned(
    walk: Walk, corpus: Path, writer: Writer | None, workers: Workers, work: Read, prepare: Callable[[], None]
) -> contextlib.AbstractContextManager[Scan]:
    """The posts of a corpus; where a folder changed, a process that will read posts is started ahead."""
    if writer is None or writer.info is None:
        return scanned(walk, corpus, 0, 1)
    info = writer.info
    ahead = partial(workers.start_ahead, work, prepare, writer.prepare_commit)
    return scanned(walk, corpus, info.documents, workers.jobs, info.built.timestamp(), ahead)


def _load(workers: Workers, prepare: Callable[[], None]) -> None:
    if not workers.is_ahead:
        prepare()


def _prepare(writer: Writer | None) -> None:
    """Load what the reading of posts needs."""
    import searchkit.posts.documents  # noqa: F401 - as in ``read_documents``

    if writer is not None:
        writer.prepare()


def _report(progress: Progress | None, total: int, done: int) -> None:
    if progress is not None:
        progress(min(done, total), total)
