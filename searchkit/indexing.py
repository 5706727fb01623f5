"""From a folder of posts to an index of them: what changed, who reads it, one commit."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from searchkit.engines.protocol import RUN, Engine, PostRecord, SegmentInfo, State
from searchkit.errors import CorpusEmpty, IndexCorrupt, IndexNotFound, IndexOutdated, PostError
from searchkit.language import fingerprint
from searchkit.model import Document, PostFile, PostProblem, RebuildReport
from searchkit.posts.files import read_bytes, scan

Progress = Callable[[int, int], None]
"""Called with the number of posts done and of posts to do."""

BATCH_BYTES = 8_000_000
"""Size of the posts that become one segment or run: it bounds the memory of a worker."""

MAX_SEGMENT = 65_536
"""Documents; no merge makes a larger segment."""

_SMALL_MERGE = 2_000  # documents: to start processes costs more than to merge fewer
_LARGE_MERGE = 50_000  # documents: of more, each of the two parts takes half a gigabyte, so one follows the other

_DIGEST_BYTES = 8  # chance misses a change of a file whose size and time changed too, once in 10^19
_CLOCK_TICK_NS = 20_000_000
_COARSE_TICK_NS = 2_000_000_000  # FAT's, and of file systems that keep whole seconds


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts to read, with the digest that the index has of each (empty for a new one)."""

    corpus: Path
    files: tuple[PostFile, ...]
    digests: tuple[str, ...]


@dataclass(slots=True)
class BatchResult:
    """What came of a batch. ``records`` name no segment yet where the content is as before."""

    segment: SegmentInfo | None = None
    records: dict[str, PostRecord] = field(default_factory=dict)
    same_content: set[str] = field(default_factory=set)
    skipped: list[PostProblem] = field(default_factory=list)
    warnings: list[PostProblem] = field(default_factory=list)


    def of(self, batch: Batch) -> BatchResult:
        """The same with the batch's own paths and numbers; of what a process sends, they are copies."""
        files = {file.path: file for file in batch.files if file.path in self.records}
        records = {}
        for path, file in files.items():
            _, _, digest, segment, document = self.records[path]
            records[path] = PostRecord(file.size, file.mtime_ns, digest, segment, document)
        return replace(self, records=records)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a scan of the corpus says beside what the index knows.

    Attributes:
        to_read: posts that are new or may have changed.
        gone: paths that are no longer there.
        unchanged: how many files were not touched, or cannot be looked at.
        problems: files and folders that cannot be looked at.
    """

    to_read: tuple[PostFile, ...]
    gone: tuple[str, ...]
    unchanged: int
    problems: tuple[PostProblem, ...]


def changes(corpus: Path, records: Mapping[str, PostRecord], since: dt.datetime | None) -> Changes:
    """Compare the corpus with what the index knows of it.

    Args:
        corpus: the folder of posts.
        records: what the index knows.
        since: when the last rebuild began; None if sizes and times in ``records`` are not to be trusted.

    Raises:
        CorpusNotFound: there is no such folder.
    """
    files, problems = scan(corpus)
    present = {file.path for file in files}
    absent = [path for path in records if path not in present]
    hidden = tuple(problem.path for problem in problems)
    gone = tuple(path for path in absent if not _is_under(path, hidden))
    latest = 0 if since is None else int(since.timestamp() * 1e9)
    to_read = tuple(file for file in files if not _untouched(file, records.get(file.path), latest))
    changed = sum(file.path in records for file in to_read)
    return Changes(to_read, gone, len(records) - len(gone) - changed, tuple(problems))


def _is_under(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") or folder in ("", ".") for folder in folders)


def _untouched(file: PostFile, record: PostRecord | None, latest: int) -> bool:
    """Same size and time, and not written so late that a second change could have the same time."""
    mtime = file.mtime_ns
    if record is None or mtime != record.mtime_ns or file.size != record.size:
        return False
    return mtime < latest - (_CLOCK_TICK_NS if mtime % 1_000_000_000 else _COARSE_TICK_NS)


def read_batch(batch: Batch, result: BatchResult, step: Callable[[], None]) -> Iterator[Document]:
    """The documents of a batch, one after the other; ``result`` gathers the rest."""
    from searchkit.posts.documents import read_document  # an unchanged rebuild needs no HTML parser

    number = 0
    for file, known in zip(batch.files, batch.digests, strict=True):
        step()
        try:
            data = read_bytes(batch.corpus, file.path)
            digest = hashlib.blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()
            if digest == known:
                result.same_content.add(file.path)
                result.records[file.path] = PostRecord(file.size, file.mtime_ns, digest, "", 0)
                continue
            document, warnings = read_document(file.path, data)
        except PostError as error:
            result.skipped.append(PostProblem(file.path, str(error).removeprefix(f"{file.path}: ")))
            continue
        result.warnings.extend(PostProblem(file.path, warning) for warning in warnings)
        result.records[file.path] = PostRecord(file.size, file.mtime_ns, digest, "", number)
        number += 1
        yield document


Write = Callable[[Iterable[Document]], SegmentInfo]


def writer(engine: Engine, parts: int) -> Write:
    """What writes each of so many parts: several become one segment."""
    return engine.write_segment if parts == 1 else engine.write_run


def index_batch(write: Write, batch: Batch, step: Callable[[], None]) -> BatchResult:
    """Read a batch and write its segment."""
    result = BatchResult()
    segment = write(read_batch(batch, result, step))
    if segment.documents:
        result.segment = segment
        result.records = {path: record._replace(segment=segment.id) for path, record in result.records.items()}
    return result


def check_batch(batch: Batch, step: Callable[[], None]) -> BatchResult:
    """Read a batch and write nothing."""
    result = BatchResult()
    for _ in read_batch(batch, result, step):
        pass
    return result


def batches(corpus: Path, files: Sequence[PostFile], records: Mapping[str, PostRecord]) -> Iterator[Batch]:
    """The files in batches of ``BATCH_BYTES``, in order, so that the segments do not depend on who reads them."""
    part: list[PostFile] = []
    size = 0
    for file in files:
        part.append(file)
        size += file.size
        if size >= BATCH_BYTES:
            yield _batch(corpus, part, records)
            part, size = [], 0
    if part:
        yield _batch(corpus, part, records)


def _batch(corpus: Path, files: Sequence[PostFile], records: Mapping[str, PostRecord]) -> Batch:
    digests = tuple(records[file.path].digest if file.path in records else "" for file in files)
    return Batch(corpus, tuple(files), digests)


@dataclass(slots=True)
class _Tally:
    """The new state as it comes together."""

    segments: list[SegmentInfo]
    records: dict[str, PostRecord]
    deleted: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[PostProblem] = field(default_factory=list)
    warnings: list[PostProblem] = field(default_factory=list)

    def remove(self, path: str) -> None:
        record = self.records.pop(path)
        self.deleted[record.segment].add(record.document)

    def take(self, result: BatchResult) -> None:
        for path, record in result.records.items():
            old = self.records.get(path)
            if old is not None and path in result.same_content:
                self.unchanged += 1
                self.records[path] = record._replace(segment=old.segment, document=old.document)
                continue
            if old is None:
                self.added += 1
            else:
                self.updated += 1
                self.remove(path)
            self.records[path] = record
        self._take_skipped(result.skipped)
        self.warnings += result.warnings
        if result.segment is not None:
            self.segments.append(result.segment)

    def _take_skipped(self, skipped: Sequence[PostProblem]) -> None:
        """A post that was readable once stays as it was."""
        for problem in skipped:
            if problem.path in self.records:
                self.unchanged += 1
                problem = replace(problem, reason=f"{problem.reason}; the index keeps what it had")
            self.skipped.append(problem)

    def live_segments(self) -> list[SegmentInfo]:
        deleted = {s.id: tuple(sorted({*s.deleted, *self.deleted.get(s.id, ())})) for s in self.segments}
        segments = [replace(segment, deleted=deleted[segment.id]) for segment in self.segments]
        return [segment for segment in segments if segment.live]


def rebuild(
    engine: Engine,
    corpus: Path,
    *,
    full: bool = False,
    dry_run: bool = False,
    jobs: int | None = None,
    allow_empty: bool = False,
    progress: Progress | None = None,
) -> RebuildReport:
    """Bring the index up to the corpus; see ``searchkit.rebuild``."""
    began = time.perf_counter()
    now = dt.datetime.now(dt.UTC)
    corpus = corpus.absolute()
    with contextlib.nullcontext() if dry_run else _alone(engine):
        old, before = (None, {}) if full else _usable(engine)
        trusted = old.built if old is not None and old.corpus == str(corpus) else None
        found = changes(corpus, before, trusted)
        if not (found.to_read or found.unchanged or allow_empty):
            raise CorpusEmpty(f"no post (.md, .markdown, .html) in {corpus}", "check --corpus, or use --allow-empty")
        tally = _Tally(list(old.segments) if old else [], dict(before), unchanged=found.unchanged)
        tally.skipped += found.problems
        for path in found.gone:
            tally.remove(path)
        todo = list(batches(corpus, found.to_read, before))
        work = check_batch if dry_run else partial(index_batch, writer(engine, len(todo)))
        report = partial(_report, progress, len(found.to_read))
        report(0)
        for result, batch in zip(_results(work, todo, jobs, report), todo, strict=True):
            tally.take(result.of(batch))
        report(len(found.to_read))
        if not dry_run and (old is None or tally.records != before or old.corpus != str(corpus)):
            segments = merged(engine, tally.live_segments(), tally.records, jobs)
            state = State(engine.next_generation(), fingerprint(), str(corpus), now, tuple(segments))
            engine.commit(state, tally.records)
    return RebuildReport(
        added=tally.added,
        updated=tally.updated,
        removed=len(found.gone),
        unchanged=tally.unchanged,
        documents=len(tally.records),
        skipped=tuple(sorted(tally.skipped, key=lambda problem: problem.path)),
        warnings=tuple(sorted(tally.warnings, key=lambda problem: problem.path)),
        seconds=time.perf_counter() - began,
        dry_run=dry_run,
    )


def _results(
    work: Callable[[Batch, Callable[[], None]], BatchResult],
    todo: Sequence[Batch],
    jobs: int | None,
    report: Callable[[int], None],
) -> Iterator[BatchResult]:
    if not todo:
        return iter(())
    from searchkit.workers import Workers  # an unchanged rebuild does without

    return Workers(jobs).map(work, todo, report)


def _report(progress: Progress | None, total: int, done: int) -> None:
    if progress is not None:
        progress(min(done, total), total)


@contextlib.contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """The one right to commit; what a rebuild began and did not commit goes, an earlier one's and this one's."""
    with engine.lock():
        engine.discard()
        try:
            yield
        finally:
            engine.discard()


def _usable(engine: Engine) -> tuple[State | None, dict[str, PostRecord]]:
    """The committed state and its records; none where there is none that this version can add to."""
    try:
        return committed(engine)
    except (IndexNotFound, IndexOutdated):
        return None, {}


def committed(engine: Engine) -> tuple[State, dict[str, PostRecord]]:
    """The committed state, all of whose files are there, and its records.

    Raises:
        IndexNotFound, IndexOutdated, IndexCorrupt: there is none to be had.
    """
    while True:
        state = engine.state()
        try:
            engine.check(state)
            return state, engine.records(state)
        except IndexCorrupt:
            if engine.state().generation == state.generation:
                raise
            # else a commit came between and removed them


def merged(
    engine: Engine, segments: list[SegmentInfo], records: dict[str, PostRecord], jobs: int | None
) -> list[SegmentInfo]:
    """Few segments for many; ``records`` follow their documents."""
    while victims := _mergeable(segments):
        side_by_side = _SMALL_MERGE <= sum(segment.live for segment in victims) <= _LARGE_MERGE
        new, paths = engine.merge(victims, partial(_each, jobs if side_by_side else 1))
        for number, path in enumerate(paths):
            records[path] = records[path]._replace(segment=new.id, document=number)
        segments = [segment for segment in segments if segment not in victims] + [new]
    return segments


def _each(jobs: int | None, work: Callable[[Any], None], things: Sequence[Any]) -> None:
    from searchkit.workers import Workers  # the same

    for _ in Workers(jobs).map(partial(_without_steps, work), things, lambda done: None):
        pass


def _without_steps(work: Callable[[Any], None], thing: Any, step: Callable[[], None]) -> None:
    work(thing)


def _mergeable(segments: Sequence[SegmentInfo]) -> list[SegmentInfo]:
    """Segments to make one of: runs, a half-deleted one, or the smallest up to the last that all smaller ones outweigh.

    So every segment outweighs all smaller ones: there are few, and a post is merged few times.
    """
    if runs := [segment for segment in segments if segment.codec == RUN]:
        ends = accumulate(run.live for run in runs)
        return [run for run, end in zip(runs, ends, strict=True) if end <= MAX_SEGMENT] or runs[:1]
    for segment in segments:
        if len(segment.deleted) > segment.live:
            return [segment]
    by_size = sorted(segments, key=lambda segment: segment.live)
    total = count = 0
    for number, segment in enumerate(by_size):
        if segment.live <= total <= MAX_SEGMENT - segment.live:
            count = number + 1
        total += segment.live
    return [segment for segment in segments if segment in by_size[:count]]
