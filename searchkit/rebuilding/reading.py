"""What a worker does with posts: it reads them, and writes the documents of those that changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from searchkit.engines.protocol import Batch
from searchkit.errors import PostError
from searchkit.model import Document
from searchkit.posts.selection.drafts import is_draft
from searchkit.posts.selection.files import read_bytes
from searchkit.rebuilding.tasks import EPOCH, MICROSECOND, ReadResult, ReadTask
from searchkit.reports import PostProblem

DIGEST_BYTES = 8
"""Chance hides a change of a file whose size or time changed, too, once in 10^19."""


def read_documents(task: ReadTask, result: ReadResult, step: Callable[[], None]) -> Iterator[Document]:
    """The documents of those posts that are to be written, one after the other; ``result`` collects the rest."""
    from searchkit.posts.documents import (  # the HTML parser, which an unchanged rebuild does without
        document,
        read_post,
    )

    for file, known, added in zip(task.files, task.digests, task.added, strict=True):
        step()
        digest = ""
        try:
            data = read_bytes(task.corpus, file.path)
            digest = plain = digest_of(data)
            in_zone = partial(digest_of, data, str(task.zone))
            if known not in ("", plain) and known == in_zone():
                digest = known
            if digest != known or file.path in task.reindexed:
                post = read_post(file.path, data)
                if is_draft(post.metadata):
                    result.drafts.add(file.path)
                if task.drafts or file.path not in result.drafts:
                    content, warnings = document(post, task.zone)
                    takes_zone = content.date is not None and content.date.tzinfo is task.zone
                    digest = in_zone() if takes_zone else plain
                    result.warnings.extend(PostProblem(file.path, warning) for warning in warnings)
                    yield replace(content, added=EPOCH + added * MICROSECOND)
        except PostError as error:
            digest = ""
            result.skipped.append(PostProblem(file.path, str(error).removeprefix(f"{file.path}: ")))
        result.digests.append(digest)


def digest_of(data: bytes, zone: str = "") -> str:
    """The digest of a post's file; with the time zone, if its date takes it, so that another zone is a change."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES, key=zone.encode()).hexdigest()


Write = Callable[[Iterable[Document]], Batch]
Read = Callable[[ReadTask, Callable[[], None]], ReadResult]


def read_and_write(write: Write, task: ReadTask, step: Callable[[], None]) -> ReadResult:
    """Read posts and write the documents of those that changed."""
    result = ReadResult()
    result.batch = write(read_documents(task, result, step))
    return result


def read_only(task: ReadTask, step: Callable[[], None]) -> ReadResult:
    """Read posts and write nothing."""
    result = ReadResult()
    for _document in read_documents(task, result, step):
        pass
    return result
