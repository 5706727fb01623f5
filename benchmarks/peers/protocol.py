"""The interface of a compared system."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from benchmarks.extracted import Extracted

COMMON, RARE, AND, QUESTION, PHRASE, DATES = KINDS = ("common", "rare", "and", "question", "phrase", "dates")
"""A frequent word, a rare word, two words, a question (any of its words), an exact phrase, a word with a date range."""


class Query(NamedTuple):
    """A query.

    Attributes:
        kind: one of ``KINDS``.
        words: one text, or the two words of ``AND``.
        since: the start of the date range of ``DATES``, in seconds since 1970.
        until: its end, included.
    """

    kind: str
    words: Sequence[str]
    since: int = 0
    until: int = 0


class Answer(NamedTuple):
    """The titles of the first hits, and the exact number of all hits."""

    titles: list[str]
    total: int


class Peer(ABC):
    """A search system.

    Args:
        folder: the folder of its index.

    Attributes:
        kinds: the kinds of queries that it supports.
        grows: whether posts can be added to its index.
    """

    kinds: ClassVar[Sequence[str]] = KINDS
    grows: ClassVar[bool] = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        """Index the posts and store their text; ``jobs`` is the number of processes, for peers that start any."""

    def add(self, posts: Sequence[Extracted]) -> None:
        """Add posts to the existing index."""
        raise NotImplementedError

    @abstractmethod
    def open(self) -> None:
        """Open the index for searching."""

    def close(self) -> None:  # noqa: B027 - most peers have nothing to release
        """Release the resources of ``open``."""

    @abstractmethod
    def search(self, query: Query, limit: int) -> Answer:
        """Run a query."""
