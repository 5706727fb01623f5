"""Limits of what a query may cost: leaves beyond them are read as text."""

from __future__ import annotations

from typing import cast

from searchkit.messages import _
from searchkit.query.ast import (
    TEXT_FIELDS,
    Fuzzy,
    Leaf,
    Near,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    TextField,
    Wildcard,
    map_leaves,
)
from searchkit.query.patterns import lower_pattern, write_pattern

MAX_COSTLY = 8
"""Patterns of a query, and single characters of near texts: each looks at many terms."""

MAX_NEAR = 16
"""Texts that are to stand near each other."""


class Limits:
    """Reads the leaves of one query within limits.

    Attributes:
        notes: what was read as text.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._costly: set[str] = set()

    def limited(self, tree: Query) -> Query:
        """The tree with a text in place of each leaf that costs too much or can only be read as text."""
        return map_leaves(tree, self._leaf)

    def _leaf(self, leaf: Leaf) -> Leaf:
        match leaf:
            case Text():
                return leaf
            case Prefix() | Wildcard() if leaf.field not in TEXT_FIELDS:
                return self._value(leaf)
            case Prefix() | Wildcard() | Fuzzy():
                return self._pattern(leaf)
            case Pinyin(text):
                return leaf if self._affords(text) else Text(text)
            case Near():
                return self._near(leaf)
        return leaf

    def _value(self, leaf: Prefix | Wildcard) -> Leaf:
        text = write_pattern(leaf)
        if leaf.field in ("path", "url") and len(text) > 2 and text[0] == text[-1] == "*":
            text = text.strip("*")
        return leaf if self._affords(text) else Text(text)

    def _pattern(self, leaf: Prefix | Wildcard | Fuzzy) -> Leaf:
        text = write_pattern(leaf)
        if lower_pattern(leaf) is None:
            self.notes.append(_("{text} was read as text: a star or a tilde applies to a single word", text=text))
        elif self._affords(text):
            return leaf
        return Text(text, cast(TextField, leaf.field))

    def _near(self, leaf: Near) -> Leaf:
        text = " ".join(leaf.texts)
        if len(leaf.texts) > MAX_NEAR:
            self.notes.append(_("more than {count} words near each other were read as an exact text", count=MAX_NEAR))
            return Phrase(text, leaf.field)
        costly = [text for text in leaf.texts if len(text) == 1] or [f'"{text}"~{leaf.distance}']
        return leaf if all(map(self._affords, costly)) else Phrase(text, leaf.field)

    def _affords(self, text: str) -> bool:
        if text not in self._costly and len(self._costly) == MAX_COSTLY:
            self.notes.append(
                _(
                    "only the first {count} patterns were read as such: {text} was read as text",
                    count=MAX_COSTLY,
                    text=text,
                )
            )
            return False
        self._costly.add(text)
        return True
