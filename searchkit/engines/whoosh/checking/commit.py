"""A commit point and all of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import compress
from pathlib import Path

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.engines.dates import NO_DATE
from searchkit.engines.files import FileState
from searchkit.engines.whoosh.checking.derived import derived_problems
from searchkit.engines.whoosh.checking.segment import SegmentCheck
from searchkit.engines.whoosh.codec.api import Damaged, SegmentInfo, segment_file
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.commit.commit_file import manifests_of
from searchkit.engines.whoosh.commit.manifests import read_files, read_manifest
from searchkit.engines.whoosh.commit.meta import (
    CommitPoint,
    check_file,
    lexicon_file,
    read_lexicon,
    reading,
    verify_toc,
)
from searchkit.engines.whoosh.commit.toc import toc_file
from searchkit.errors import IndexCorrupt
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.messages import _
from searchkit.reports import Problem

_NAMED = 5
"""So many problems of a file are named one by one."""

_DERIVED_BYTES = 20_000
"""In the time in which a document is indexed again, about so many bytes are checked."""


class CommitCheck:
    """Checks a commit point.

    Args:
        folder: the index folder.
        point: the commit point.
        sample: how many documents to index again, to compare their terms; None for all.
        progress: called with what is done and what is to do, in about bytes.
    """

    def __init__(
        self, folder: Path, point: CommitPoint, sample: int | None, progress: Callable[[int, int], None]
    ) -> None:
        self._folder = folder
        self._point = point
        self._sample = spread([segment.live for segment in point.segments], sample)
        self._progress = progress
        self._done = 0
        self._total = sum(entry.size for entry in point.files.values())
        self._total += sum(map(len, self._sample)) * _DERIVED_BYTES
        self._lexicon: Lexicon | None = NO_LEXICON
        self._live: list[tuple[str, int]] = []

    def problems(self) -> Iterator[Problem]:
        """What is wrong, by file."""
        generation = self._point.info.generation
        self._progress(0, self._total)
        checks: dict[Path, Callable[[], Iterable[str]]] = {}
        if self._point.has_lexicon:
            checks[lexicon_file(self._folder, generation)] = self._of_lexicon
        for segment, taken in zip(self._point.segments, self._sample, strict=True):
            checks[segment_file(self._folder, segment.id)] = partial(self._of_segment, segment, taken)
        checks[toc_file(self._folder, generation)] = self._of_toc
        *others, last = manifests_of(self._point.files)
        for name in others:
            checks[self._folder / name] = partial(self._of_one_manifest, name)
        checks[self._folder / last] = self._of_manifests
        for path, check in checks.items():
            found = _messages(check, self._folder)
            yield from (Problem(path.name, message) for message in found[:_NAMED])
            if len(found) > _NAMED:
                yield Problem(path.name, _("and {count:,} more", count=len(found) - _NAMED))
        self._progress(self._total, self._total)

    def _of_lexicon(self) -> Iterable[str]:
        self._lexicon = None  # what words are is not known while it cannot be read
        self._lexicon = read_lexicon(self._folder, self._point)
        return ()

    def _of_toc(self) -> Iterable[str]:
        verify_toc(self._folder, self._point)
        return ()

    def _of_segment(self, segment: SegmentInfo, taken: Int64s) -> Iterator[str]:
        check_file(segment_file(self._folder, segment.id), self._point)
        with closing(SegmentReader(self._folder, segment)) as reader:
            check = SegmentCheck(reader, self._step)
            found = list(check.problems())
            yield from found
            if not found and self._lexicon is not None:
                live = reader.live
                added = reader.doc_values["added"][live].tolist()
                self._live += zip(compress(reader.paths, live.tolist()), added, strict=True)
                doc_ids = np.flatnonzero(reader.live)[taken]
                step = partial(self._step, _DERIVED_BYTES)
                yield from derived_problems(reader, check.digests.whole, doc_ids, self._lexicon, step)

    def _of_one_manifest(self, name: str) -> Iterable[str]:
        read_manifest(self._folder, self._point, name)
        return ()

    def _of_manifests(self) -> Iterator[str]:
        """Posts that the manifests have and the segments have not, or the other way, or that they have twice."""
        files = read_files(self._folder, self._point)
        if len(self._live) != self._point.info.documents:
            return  # a segment cannot be read
        posts = {path: record.added for path, record in files.items() if record.state != FileState.LEFT_OUT}
        live = Counter(path for path, _added in self._live)
        yield from (_("{path} is in no segment", path=path) for path in sorted(posts.keys() - live.keys()))
        yield from (_("{path} is not in the manifest", path=path) for path in sorted(live.keys() - posts.keys()))
        yield from (_("{path} is in the segments twice", path=path) for path in sorted(live) if live[path] > 1)
        for path, added in sorted(self._live):
            if posts.get(path, added) != added != NO_DATE:
                yield _("{path} came at another time than its document says", path=path)

    def _step(self, count: int, times: int = 1) -> None:
        self._done += count * times
        self._progress(min(self._done, self._total), self._total)


def _messages(check: Callable[[], Iterable[str]], folder: Path) -> list[str]:
    """What a check finds; the last is what keeps it from reading on.

    Raises:
        IndexFailure: the operating system refuses to open a file.
    """
    found: list[str] = []
    with reading(folder):
        try:
            found.extend(check())
        except Damaged as error:
            found.append(error.reason)
        except IndexCorrupt as error:
            found.append(error.message)
        except FileNotFoundError as error:
            found.append(error.strerror or str(error))
    return found


def spread(sizes: Sequence[int], sample: int | None) -> list[Int64s]:
    """So many of all documents, evenly: int64[n] of those of each segment, given how many each has.

    >>> [taken.tolist() for taken in spread([4, 2], 3)]
    [[1, 3], [1]]
    """
    total = sum(sizes)
    count = total if sample is None else min(sample, total)
    chosen = (2 * np.arange(count) + 1) * total // max(2 * count, 1)
    ends = np.cumsum(sizes)
    return [
        chosen[(chosen >= end - size) & (chosen < end)] - (end - size) for end, size in zip(ends, sizes, strict=True)
    ]
