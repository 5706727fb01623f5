"""What is offered while somebody types a query."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["title", "word", "source", "tag", "past"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query, or the end of one, that is offered for what was typed.

    Attributes:
        text: what a reader is shown: a title, a word or phrase after the words before it, the name of a source or tag.
        kind: what it is; ``past`` is a query that was asked before.
        documents: how many posts have it; 0 for a past query.
        path: of the post, if it is a title.

    >>> Suggestion("維港漫遊", "source", 12).query
    'source:維港漫遊'
    """

    text: str
    kind: Kind
    documents: int = 0
    path: str = ""

    @property
    def query(self) -> str:
        """What to search for: a field and its value, quoted where it needs to be, or the text as it is."""
        if self.kind not in ("source", "tag"):
            return self.text
        plain = self.text.replace('"', " ")
        return f'{self.kind}:"{plain}"' if any(map(str.isspace, plain)) else f"{self.kind}:{plain}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "query": self.query}
