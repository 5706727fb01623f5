"""A check: is an index whole, and does it say what the posts of its corpus say?"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path

from searchkit.engines.files import NO_FILES, Files, FileState
from searchkit.engines.protocol import SAMPLE, Engine, IndexInfo
from searchkit.errors import CorpusNotFound, IndexFailure, IndexNotFound, IndexOutdated, PostError
from searchkit.messages import _
from searchkit.model import Document, Selection
from searchkit.posts.frontmatter.zones import corpus_zone
from searchkit.posts.selection.files import read_bytes
from searchkit.rebuilding.changes import changes
from searchkit.rebuilding.reading import digest_of
from searchkit.reports import CheckReport, PostProblem

Progress = Callable[[str, int, int], None]
"""Called with a unit, ``checked`` or ``compared``, and with the number of posts done and of posts to do."""

_HISTORY = ("added", "paths")
"""What a document of the index has that its file does not give."""


def check(
    engine: Engine, index: str, select: Callable[[Path], Selection], *, deep: bool, progress: Progress | None
) -> CheckReport:
    """Check an index; see ``searchkit.check``. ``select`` says which files of a corpus folder are posts."""
    began = time.perf_counter()
    report: Progress = progress or (lambda unit, done, total: None)
    sample = None if deep else SAMPLE
    try:
        info, files = engine.files()
    except (IndexNotFound, IndexOutdated):
        raise
    except IndexFailure:
        info, files = _nothing(), NO_FILES
    problems = tuple(engine.verify(sample, partial(_in_posts, report, info.documents)))
    compared, stale = 0, tuple[PostProblem, ...]()
    added = changed = removed = None
    if files:
        try:
            found = changes(Path(info.corpus), files, info.built, select(Path(info.corpus)))
        except CorpusNotFound:
            pass
        else:
            outdated = {file.path for file in found.to_read}
            changed = len(outdated & files.keys())
            added, removed = len(outdated) - changed, len(found.removed)
            if not problems:
                posts = _untouched(files, outdated.union(found.removed))
                posts = posts if sample is None else _spread(posts, sample)
                compared = len(posts)
                stale = tuple(_stale(engine, info, files, posts, partial(report, "compared")))
    return CheckReport(
        index=index,
        corpus=info.corpus,
        documents=info.documents,
        bytes=info.bytes,
        analysed=info.documents if sample is None else min(sample, info.documents),
        problems=problems,
        compared=compared,
        stale=stale,
        added=added,
        changed=changed,
        removed=removed,
        seconds=time.perf_counter() - began,
    )


def _nothing() -> IndexInfo:
    """What is known of an index whose commit point cannot be read."""
    return IndexInfo(0, "", "", "", dt.datetime.fromtimestamp(0, dt.UTC), 0, 0)


def _in_posts(progress: Progress, documents: int, done: int, total: int) -> None:
    progress("checked", documents * done // max(total, 1), documents)


def _untouched(files: Files, changed: Collection[str]) -> list[str]:
    """The posts of the index that its corpus has as it knows them, in order."""
    posts = (path for path, record in files.items() if record.state != FileState.LEFT_OUT)
    return sorted(path for path in posts if path not in changed)


def _spread(paths: Sequence[str], count: int) -> list[str]:
    """So many of some paths, evenly."""
    count = min(count, len(paths))
    return [paths[(2 * at + 1) * len(paths) // (2 * count)] for at in range(count)]


def _stale(
    engine: Engine,
    info: IndexInfo,
    files: Files,
    posts: Sequence[str],
    report: Callable[[int, int], None],
) -> Iterator[PostProblem]:
    """Posts whose file gives another document than the index has."""
    from searchkit.posts.documents import read_document  # the HTML parser

    corpus = Path(info.corpus)
    zone, _warnings = corpus_zone(corpus, info.timezone)
    searcher = engine.open()
    try:
        for number, (path, stored) in enumerate(zip(posts, searcher.documents_of(posts), strict=True)):
            report(number, len(posts))
            try:
                data = read_bytes(corpus, path)
                document, _warnings_of_post = read_document(path, data, zone)
            except PostError:
                continue  # the index keeps what it had
            if files[path].digest not in (digest_of(data), digest_of(data, str(zone))):
                yield PostProblem(path, _("its file changed, though its size and time did not"))
            elif different := _differences(document, stored):
                yield PostProblem(path, _("its file gives another {names}", names=", ".join(different)))
        report(len(posts), len(posts))
    finally:
        searcher.close()


def _differences(read: Document, stored: Document | None) -> list[str]:
    """The names of what a document of the index has otherwise than its file."""
    names = [field.name for field in fields(Document) if field.name not in _HISTORY]
    return [name for name in names if stored is None or _shown(getattr(read, name)) != _shown(getattr(stored, name))]


def _shown(value: object) -> object:
    """A date with its offset, since dates of different offsets can be equal."""
    return value.isoformat() if isinstance(value, dt.datetime) else value
