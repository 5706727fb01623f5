"""How the leaves of a query were typed: what people are shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from searchkit.language import FoldedText
from searchkit.model import Span
from searchkit.query.ast import Query


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
        text: as it was typed.
        folded: the same, folded.
        spans: where each leaf's text is in the folded query.
    """

    text: str
    folded: FoldedText
    spans: tuple[Span, ...]

    def word(self, leaf: int, start: int, end: int) -> str:
        at = self.spans[leaf][0]
        return self._original(at + start, at + end)

    def clause(self, part: Query, leaves: Sequence[int]) -> str:
        ends = [end for start, end in map(self.spans.__getitem__, leaves) if end > start]
        return self._original(self.spans[leaves[0]][0], max(ends)) if ends else ""

    def _original(self, start: int, end: int) -> str:
        first, last = self.folded.original_span(start, end)
        return self.text[first:last]
