"""How the leaves of a query were typed: what people are shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from searchkit.model import Span
from searchkit.query.ast import Query
from searchkit.query.strings.lexer import Typed


class Spelling(Protocol):
    """Tells how the leaves of a tree were typed. A leaf is named by its place in the order of ``ast.leaves``."""

    def word(self, leaf: int, start: int, end: int) -> str:
        """What was typed for a range of a leaf's folded text that is not empty."""

    def clause(self, part: Query, leaves: Sequence[int]) -> str:
        """What was typed for a part of the tree whose texts are in these leaves; empty if they are."""


@dataclass(frozen=True, slots=True)
class StringSpelling:
    """The spelling of a tree that was read from a string.

    Attributes:
        typed: the string.
        spans: where each leaf's text is in the folded string.
    """

    typed: Typed
    spans: Sequence[Span]

    def word(self, leaf: int, start: int, end: int) -> str:
        at = self.spans[leaf][0]
        return self.typed.original(at + start, at + end)

    def clause(self, part: Query, leaves: Sequence[int]) -> str:
        ends = [end for start, end in map(self.spans.__getitem__, leaves) if end > start]
        return self.typed.original(self.spans[leaves[0]][0], max(ends)) if ends else ""
