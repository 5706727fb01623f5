"""The extracted text of posts, as JSON Lines, so that all systems index the same text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from searchkit.posts.documents import read_document
from searchkit.posts.selection.files import read_bytes, scan

_CHUNK = 500


class Extracted(NamedTuple):
    """A post as all systems get it.

    Attributes:
        path: relative to its corpus folder.
        title: one line.
        body: cleaned text.
        date: seconds since 1970, UTC; 0 if unknown.
        source: the publisher.
        tags: tags and categories.
    """

    path: str
    title: str
    body: str
    date: int
    source: str
    tags: Sequence[str]

    @property
    def bytes(self) -> int:
        """The size of its text in UTF-8."""
        return len(self.title.encode("utf-8", "replace")) + len(self.body.encode("utf-8", "replace"))


def extract(corpus: Path, file: Path, jobs: int = 2) -> int:
    """Write the text of all posts of a folder; return their number."""
    paths = [post.path for post in scan(corpus)[0]]
    with ProcessPoolExecutor(jobs) as pool, file.open("w", encoding="utf-8") as out:
        for line in pool.map(partial(_line, corpus), paths, chunksize=_CHUNK):
            out.write(line)
    return len(paths)


def _line(corpus: Path, path: str) -> str:
    document, _ = read_document(path, read_bytes(corpus, path))
    date = int(document.date.timestamp()) if document.date else 0
    title, body = (text.encode("utf-8", "replace").decode() for text in (document.title, document.body))
    return json.dumps([path, title, body, date, document.source, document.tags], ensure_ascii=False) + "\n"


def read_extracted(file: Path) -> list[Extracted]:
    """The posts that :func:`extract` wrote."""
    with file.open(encoding="utf-8") as lines:
        return [Extracted(*json.loads(line)) for line in lines]


def moment(seconds: int) -> dt.datetime | None:
    """The date of a post as a datetime."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if seconds else None
