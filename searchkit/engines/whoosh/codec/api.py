"""What a segment is to the rest of the engine: its identity, its file, and the error of damaged bytes."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

INDEX_NAME = "posts"
"""The prefix of every segment file's name."""

_ID = re.compile("[0-9a-f]{16}")

FileKind = Literal["seg", "run", "fields", "bigrams"]
"""The suffix of a segment file.

- seg: a whole segment, as a commit point lists it;
- run: a batch that is merged before it is searched, see ``searchkit.engines.whoosh.codec.run``;
- fields, bigrams: the bigram fields of a segment, and all others but the paths, on their way into its file.
"""


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """An immutable set of indexed documents, numbered from 0; only its deletions change from commit to commit.

    Attributes:
        id: unique among all segments of the index.
        documents: how many it holds, deleted ones included.
        deleted: doc ids that no longer count, ascending.
    """

    id: str
    documents: int
    deleted: tuple[int, ...] = ()

    @property
    def live(self) -> int:
        """How many documents are not deleted."""
        return self.documents - len(self.deleted)


class Damaged(Exception):
    """Bytes on disk are not what was written.

    Raised where they are decoded; the engine turns it into ``IndexCorrupt`` with the command that mends it.

    Args:
        file: the damaged file.
        reason: what is wrong with it.
    """

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(file, reason)
        self.file = file
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


def new_segment_id() -> str:
    """An id that no other segment has, whichever process makes it."""
    return os.urandom(8).hex()


def is_segment_id(text: str) -> bool:
    """Whether ``new_segment_id`` can have made it."""
    return _ID.fullmatch(text) is not None


def segment_file(folder: Path, segment_id: str, kind: FileKind = "seg") -> Path:
    """The file of a segment."""
    return folder / f"{INDEX_NAME}_{segment_id}.{kind}"


def segment_id_of(name: str) -> str | None:
    """The id of the segment that a file belongs to, by its name; None for other files.

    >>> segment_id_of("posts_0011223344556677.seg")
    '0011223344556677'
    """
    prefix = f"{INDEX_NAME}_"
    return name.removeprefix(prefix).split(".")[0] if name.startswith(prefix) else None
