"""What a peer is: it builds an index of extracted posts, opens it and answers queries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from benchmarks.extracted import Extracted

COMMON, RARE, AND, QUESTION, PHRASE, DATES = KINDS = ("common", "rare", "and", "question", "phrase", "dates")
"""A word of many posts, a word of few, two words, a question (any of its words), an exact phrase, a word and dates."""


class Query(NamedTuple):
    """What somebody asks.

    Attributes:
        kind: one of ``KINDS``.
        words: one text, or the two words of ``AND``.
        since: seconds since 1970, the first that counts; used by ``DATES``.
        until: seconds since 1970, the last that counts.
    """

    kind: str
    words: Sequence[str]
    since: int = 0
    until: int = 0


class Answer(NamedTuple):
    """The titles of the first hits, and the exact number of all."""

    titles: list[str]
    total: int


class Peer(ABC):
    """A system of search.

    Args:
        folder: where its index is, or is to be.

    Attributes:
        kinds: what it can be asked.
        grows: whether posts can be added to its index.
    """

    kinds: ClassVar[Sequence[str]] = KINDS
    grows: ClassVar[bool] = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        """Index the posts, all they say stored; a peer without processes of its own ignores ``jobs``."""

    def add(self, posts: Sequence[Extracted]) -> None:
        """Add posts to the index that is there."""
        raise NotImplementedError

    @abstractmethod
    def open(self) -> None:
        """Make ready for searching."""

    def close(self) -> None:  # noqa: B027 - most have nothing to let go of
        """Let go of what ``open`` took."""

    @abstractmethod
    def search(self, query: Query, limit: int) -> Answer:
        """Answer a query."""
