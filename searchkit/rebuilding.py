"""A rebuild: what changed in the corpus, who reads it, one commit."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from searchkit.engines.protocol import Batch, Engine, FileRecord, IndexInfo, Writer
from searchkit.errors import CorpusEmpty, IndexNotFound, IndexOutdated, PostError
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.model import Document, PostFile
from searchkit.posts.files import read_bytes, scan
from searchkit.posts.zones import corpus_zone
from searchkit.reports import PostProblem, RebuildReport
from searchkit.workers import Workers

Progress = Callable[[int, int], None]
"""Called with the number of posts done and of posts to do."""

BATCH_BYTES = 8_000_000
"""Size of the posts that one worker reads into one batch: it bounds the worker's memory."""

_DIGEST_BYTES = 8
"""Chance hides a change of a file whose size or time changed, too, once in 10^19."""

_MANY_WORDS = 10_000
"""So many changed words are looked up, or twice as many as there are posts; for more, to index all posts is faster."""

_NO_SIZE = -1
"""The size of no file."""

_CLOCK_TICK_NS = 20_000_000
_COARSE_TICK_NS = 2_000_000_000
"""FAT's, and that of file systems that keep whole seconds."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a scan of the corpus found beside what the index knows.

    Attributes:
        to_read: posts that are new or may have changed.
        removed: paths that are no longer there.
        unchanged: how many files were not touched, or cannot be looked at.
        problems: files and folders that cannot be looked at.
    """

    to_read: tuple[PostFile, ...]
    removed: tuple[str, ...]
    unchanged: int
    problems: tuple[PostProblem, ...]


def changes(
    corpus: Path, files: Mapping[str, FileRecord], since: dt.datetime | None, reread: Collection[str] = ()
) -> Changes:
    """Compare the corpus with what the index knows of it.

    Args:
        corpus: the folder of posts.
        files: what the index knows, by path.
        since: when the last rebuild began; None if the sizes and times in ``files`` are not to be trusted.
        reread: paths of posts that are to be read even if they were not touched.

    Raises:
        CorpusNotFound: there is no such folder.
    """
    found, problems = scan(corpus)
    present = {file.path for file in found}
    absent = [path for path in files if path not in present]
    unseen = tuple(problem.path for problem in problems)
    removed = tuple(path for path in absent if not _is_under(path, unseen))
    latest = 0 if since is None else int(since.timestamp() * 1e9)
    to_read = tuple(
        file for file in found if file.path in reread or not _is_untouched(file, files.get(file.path), latest)
    )
    changed = sum(file.path in files for file in to_read)
    return Changes(to_read, removed, len(files) - len(removed) - changed, tuple(problems))


def _is_under(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") or folder in ("", ".") for folder in folders)


def _is_untouched(file: PostFile, record: FileRecord | None, latest: int) -> bool:
    """Same size and time, and not written so late that a second change could have the same time."""
    mtime = file.mtime_ns
    if record is None or mtime != record.mtime_ns or file.size != record.size:
        return False
    return mtime < latest - (_CLOCK_TICK_NS if mtime % 1_000_000_000 else _COARSE_TICK_NS)


@dataclass(frozen=True, slots=True)
class ReadTask:
    """Posts for one worker to read.

    Attributes:
        corpus: the folder of posts.
        files: the posts.
        digests: what the index knows of the content of each; empty for a new post.
        zone: the time zone of those that name none.
        reindexed: paths of posts that are written even if their content is the same.
    """

    corpus: Path
    files: tuple[PostFile, ...]
    digests: tuple[str, ...]
    zone: dt.tzinfo
    reindexed: frozenset[str]


@dataclass(slots=True)
class ReadResult:
    """What came of a task. It names no path of a readable post: those of the task are in memory already.

    Attributes:
        digests: the content of each post, and the time zone where that counts; empty where it could not be read.
        batch: the documents of those that were to be written; None where nothing was written.
        skipped: posts that could not be read.
        warnings: posts that were read as well as they could be.
    """

    digests: list[str] = field(default_factory=list)
    batch: Batch | None = None
    skipped: list[PostProblem] = field(default_factory=list)
    warnings: list[PostProblem] = field(default_factory=list)


def read_tasks(
    corpus: Path,
    to_read: Sequence[PostFile],
    files: Mapping[str, FileRecord],
    zone: dt.tzinfo,
    reindexed: Set[str] = frozenset(),
) -> Iterator[ReadTask]:
    """Tasks of ``BATCH_BYTES`` each, in order, so that batches do not depend on the number of workers."""
    part: list[PostFile] = []
    size = 0
    for file in to_read:
        part.append(file)
        size += file.size
        if size >= BATCH_BYTES:
            yield _read_task(corpus, part, files, zone, reindexed)
            part, size = [], 0
    if part:
        yield _read_task(corpus, part, files, zone, reindexed)


def _read_task(
    corpus: Path, part: Sequence[PostFile], files: Mapping[str, FileRecord], zone: dt.tzinfo, reindexed: Set[str]
) -> ReadTask:
    digests = tuple(files[file.path].digest if file.path in files else "" for file in part)
    return ReadTask(corpus, tuple(part), digests, zone, frozenset(file.path for file in part) & reindexed)


def read_documents(task: ReadTask, result: ReadResult, step: Callable[[], None]) -> Iterator[Document]:
    """The documents of those posts that are to be written, one after the other; ``result`` collects the rest."""
    from searchkit.posts.documents import read_document  # the HTML parser, which an unchanged rebuild does without

    for file, known in zip(task.files, task.digests, strict=True):
        step()
        digest = ""
        try:
            data = read_bytes(task.corpus, file.path)
            plain, in_zone = _digest(data), _digest(data, str(task.zone))
            digest = in_zone if known == in_zone else plain
            if digest != known or file.path in task.reindexed:
                document, warnings = read_document(file.path, data, task.zone)
                has_zone = document.date is not None and document.date.tzinfo is task.zone
                digest = in_zone if has_zone else plain
                result.warnings.extend(PostProblem(file.path, warning) for warning in warnings)
                yield document
        except PostError as error:
            digest = ""
            result.skipped.append(PostProblem(file.path, str(error).removeprefix(f"{file.path}: ")))
        result.digests.append(digest)


def _digest(data: bytes, zone: str = "") -> str:
    """The content of a post's file; with the time zone, if its date takes it, so that another zone is a change."""
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES, key=zone.encode()).hexdigest()


Write = Callable[[Iterable[Document]], Batch]


def read_and_write(write: Write, task: ReadTask, step: Callable[[], None]) -> ReadResult:
    """Read posts and write the documents of those that changed."""
    result = ReadResult()
    result.batch = write(read_documents(task, result, step))
    return result


def read_only(task: ReadTask, step: Callable[[], None]) -> ReadResult:
    """Read posts and write nothing."""
    result = ReadResult()
    for _ in read_documents(task, result, step):
        pass
    return result


@dataclass(slots=True)
class _Tally:
    """The next commit as it comes together.

    Attributes:
        files: what is known of each post's file.
        removed: paths whose documents in the index are out of date.
        batches: documents that were written.
    """

    files: dict[str, FileRecord]
    unchanged: int
    skipped: list[PostProblem]
    removed: list[str] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    added: int = 0
    updated: int = 0
    reindexed: int = 0
    warnings: list[PostProblem] = field(default_factory=list)

    def remove(self, path: str) -> None:
        del self.files[path]
        self.removed.append(path)

    def outdate(self, path: str) -> None:
        """Have the next rebuild read a post again that now cannot be read."""
        self.files[path] = FileRecord(_NO_SIZE, 0, "00" * _DIGEST_BYTES)

    def take(self, task: ReadTask, result: ReadResult) -> None:
        for file, known, digest in zip(task.files, task.digests, result.digests, strict=True):
            if not digest:
                continue
            if digest == known:
                self.unchanged += 1
                if file.path in task.reindexed:
                    self.reindexed += 1
                    self.removed.append(file.path)
            elif file.path in self.files:
                self.updated += 1
                self.removed.append(file.path)
            else:
                self.added += 1
            self.files[file.path] = FileRecord(file.size, file.mtime_ns, digest)
        self.skipped += map(self._kept, result.skipped)
        self.warnings += result.warnings
        if result.batch is not None:
            self.batches.append(result.batch)

    def _kept(self, problem: PostProblem) -> PostProblem:
        """A post that can no longer be read stays in the index as it was."""
        if problem.path not in self.files:
            return problem
        self.unchanged += 1
        return replace(problem, reason=f"{problem.reason}; the index keeps what it had")


def rebuild(
    engine: Engine,
    corpus: Path,
    *,
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
    zone, zone_warnings = corpus_zone(corpus, timezone)
    workers = Workers(jobs)
    with contextlib.nullcontext() if dry_run else engine.writer("create" if full else "append", lexicon) as writer:
        info, before = _known(engine, writer, full)
        is_known = info is not None and (info.corpus, info.timezone) == (str(corpus), str(zone))
        recut = _Recut() if info is None else _recut(engine, lexicon, before)
        found = changes(corpus, before, info.built if info is not None and is_known else None, recut.paths)
        if not (found.to_read or found.unchanged or allow_empty):
            raise CorpusEmpty(f"no post (.md, .markdown, .html) in {corpus}", "check --corpus, or use --allow-empty")
        tally = _Tally(dict(before), found.unchanged, list(found.problems))
        tally.warnings += [PostProblem(path, warning) for path, warning in zone_warnings]
        for path in found.removed:
            tally.remove(path)
        for path in recut.paths & tally.files.keys():
            tally.outdate(path)  # until it is read
        tasks = list(read_tasks(corpus, found.to_read, before, zone, recut.paths))
        work = read_only if writer is None else partial(read_and_write, writer.write)
        report = partial(_report, progress, len(found.to_read))
        report(0)
        for task, result in zip(tasks, workers.map(work, tasks, report), strict=True):
            tally.take(task, result)
        report(len(found.to_read))
        if writer is not None and (tally.files != before or recut.is_needed or not is_known):
            writer.commit(tally.batches, tally.removed, tally.files, str(corpus), str(zone), now, workers)
    return RebuildReport(
        added=tally.added,
        updated=tally.updated,
        removed=len(found.removed),
        unchanged=tally.unchanged,
        documents=len(tally.files),
        skipped=tuple(sorted(tally.skipped, key=lambda problem: problem.path)),
        warnings=tuple(sorted(tally.warnings, key=lambda problem: problem.path)),
        seconds=time.perf_counter() - began,
        dry_run=dry_run,
        changed_words=recut.changed_words,
        changed_synonyms=recut.changed_synonyms,
        reindexed=tally.reindexed,
    )


def _known(engine: Engine, writer: Writer | None, full: bool) -> tuple[IndexInfo | None, Mapping[str, FileRecord]]:
    """The commit point that is added to, and what it knows of each post's file; None where the index starts anew."""
    if writer is not None:
        return writer.info, writer.files
    try:
        return (None, {}) if full else engine.files()
    except (IndexNotFound, IndexOutdated):
        return None, {}


@dataclass(frozen=True, slots=True)
class _Recut:
    """What another lexicon changes in an index.

    Attributes:
        changed_words: own words that are new, gone or of another frequency.
        changed_synonyms: words that have other synonyms.
        paths: the posts with any of the changed words; no others are cut otherwise.
    """

    changed_words: int = 0
    changed_synonyms: int = 0
    paths: frozenset[str] = frozenset()

    @property
    def is_needed(self) -> bool:
        return bool(self.changed_words or self.changed_synonyms)


def _recut(engine: Engine, lexicon: Lexicon, posts: Collection[str]) -> _Recut:
    """Compare a lexicon with that of the index of these posts."""
    known = engine.lexicon()
    words, synonyms = lexicon.changed_words(known), lexicon.changed_synonyms(known)
    if not words:
        return _Recut(0, len(synonyms))
    if len(words) > max(_MANY_WORDS, 2 * len(posts)):
        return _Recut(len(words), len(synonyms), frozenset(posts))
    with contextlib.closing(engine.open()) as searcher:
        return _Recut(len(words), len(synonyms), frozenset(searcher.paths_with(words)))


def _report(progress: Progress | None, total: int, done: int) -> None:
    if progress is not None:
        progress(min(done, total), total)
