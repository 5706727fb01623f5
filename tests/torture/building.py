"""A small archive that changes at random, and its rebuilds, with small batches and segments, in processes to attack."""

from __future__ import annotations

import contextlib
import os
import random
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from archive import Archive

_WORDS = ("香港", "新闻", "國際 新聞", "天气", "全文检索", "全文檢索 引擎", "通关", "Whoosh", "2021年", "龍")


def text(chance: random.Random) -> str:
    """A title and a few lines."""
    return "\n".join(" ".join(chance.choices(_WORDS, k=chance.randint(1, 6))) for _ in range(chance.randint(1, 4)))


def first(chance: random.Random, folder: Path, posts: int = 10) -> Archive:
    """An archive with its first index."""
    archive = Archive(folder)
    start(chance, archive, posts)
    rebuild(archive)
    return archive


def start(chance: random.Random, archive: Archive, posts: int = 10) -> None:
    """Some posts, not indexed yet."""
    for number in range(posts):
        archive.write(f"{number}.md", text(chance))


def change(chance: random.Random, archive: Archive) -> None:
    """Give some posts another text, delete some, add some."""
    names = sorted(path.name for path in archive.corpus.iterdir())
    for name in chance.sample(names, chance.randint(0, 3)):
        if chance.random() < 0.4 and len(names) > 4:
            archive.delete(name)
            names.remove(name)
        else:
            archive.write(name, text(chance))
    for _ in range(chance.randint(1, 4)):
        archive.write(f"{chance.randrange(40)}.md", text(chance))


@contextlib.contextmanager
def small_segments() -> Iterator[None]:
    """A batch for every two or three posts, and segments of at most four, so that a small archive has many."""
    with (
        patch("searchkit.rebuilding.rebuild.BATCH_BYTES", 300),
        patch("searchkit.engines.whoosh.indexing.merge_policy.MAX_DOCUMENTS", 4),
    ):
        yield


def rebuild(archive: Archive, **options: Any) -> None:
    """Rebuild in this process."""
    with small_segments():
        archive.rebuild(**options)


def rebuilding(archive: Archive, **options: Any) -> int:
    """Begin a rebuild in a forked process; its id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of threads, and the child needs none of them
        child = os.fork()
    if not child:
        code = 1
        try:
            rebuild(archive, **options)
            code = 0
        finally:
            os._exit(code)
    return child
