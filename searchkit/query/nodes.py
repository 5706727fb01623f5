"""Queries that Whoosh has no name for."""

from __future__ import annotations

from whoosh.query import Query
from whoosh.query.wrappers import WrappingQuery


class InBody(WrappingQuery):  # type: ignore[misc]
    """The posts with a span of ``child``, a query on title and body together, that begins behind the title.

    Where it is a term of the units, which have no positions: those that have it more often than their titles do.
    """


class Pinyin(Query):  # type: ignore[misc]
    """The posts with a word that reads so; ``searchkit.query.sound`` says with which.

    Args:
        text: letters as they were typed.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pinyin) and other.text == self.text

    def __hash__(self) -> int:
        return hash((type(self), self.text))
