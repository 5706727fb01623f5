"""Queries that Whoosh has no name for."""

from __future__ import annotations

from collections.abc import Sequence

from whoosh.query import Query
from whoosh.query.wrappers import WrappingQuery

from searchkit.query.parsed import Needle


class InBody(WrappingQuery):  # type: ignore[misc]
    """The posts with a span of ``child``, a query on title and body together, that begins behind the title.

    Where it is a term of the unigrams, which have no positions: those that have it more often than their titles do.
    """


class Near(Query):  # type: ignore[misc]
    """The posts with a stretch of text that has all of some texts, and no more than so much from one to the next.

    Args:
        needles: the texts, in any order; one that is there twice must be in the stretch twice.
        between: how many unigrams may stand between two of them.
        in_body: whether what is in the title does not count.
    """

    def __init__(self, needles: Sequence[Needle], between: int, in_body: bool = False) -> None:
        self.needles = tuple(needles)
        self.between = between
        self.in_body = in_body

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.needles!r}, {self.between!r}, {self.in_body!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Near) and repr(other) == repr(self)

    def __hash__(self) -> int:
        return hash((type(self), self.needles, self.between, self.in_body))


class Pinyin(Query):  # type: ignore[misc]
    """The posts with a word that reads so; ``searchkit.query.sound`` says with which.

    Args:
        text: letters as they were typed.
    """

    fieldname = "words"  # whose lengths count where it ranks
    boost = 1.0

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pinyin) and other.text == self.text

    def __hash__(self) -> int:
        return hash((type(self), self.text))
