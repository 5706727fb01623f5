"""Query string to query tree.

A query is folded first, so full-width and curly signs work as their ASCII twins. ``lexer`` finds its tokens, ``syntax``
what belongs together; here each leaf becomes a node of ``searchkit.query.ast``. docs/query.md is the language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import cast

from searchkit.errors import QueryError
from searchkit.messages import _
from searchkit.model import Span
from searchkit.query import ast
from searchkit.query.ast import (
    AddedRange,
    DateRange,
    Every,
    FieldValue,
    Near,
    New,
    Nothing,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
)
from searchkit.query.patterns import read_pattern
from searchkit.query.strings import syntax
from searchkit.query.strings.lexer import Scanner, Typed
from searchkit.query.strings.spelling import Spelling, StringSpelling
from searchkit.query.strings.syntax import Grammar
from searchkit.query.times.periods import Period, is_bare, period, since, until

_PERIODS: dict[str, Callable[[str, dt.date], Period]] = {
    "date": period,
    "added": period,
    "after": since,
    "before": until,
}
_NEW = "new"


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query string, read.

    Attributes:
        text: as it was typed.
        tree: what it says, before its texts are cut into words.
        notes: how it was read, where that may not be what was meant.
        spelling: how the leaves of the tree were typed.
    """

    text: str
    tree: Query
    notes: tuple[str, ...]
    spelling: Spelling


def parse(text: str, today: dt.date | None = None) -> ParsedQuery:
    """Read a query string; no string is an error.

    Args:
        text: as it was typed.
        today: what 昨天 counts from; None for this computer's date.

    >>> parse('"香港" -通关').tree
    And(Phrase('香港'), Not(Text('通关')))
    >>> parse("香港 title:通关").tree
    And(Optional(Text('香港')), Text('通关', field='title'))
    """
    typed = Typed.of(text)
    scanner = Scanner(typed)
    grammar = Grammar(scanner.tokens())
    builder = _TreeBuilder(typed, today or dt.date.today())
    tree = builder.build(grammar.read())
    notes = (*scanner.notes, *grammar.notes, *builder.notes)
    return ParsedQuery(text, tree, notes, StringSpelling(typed, builder.spans))


class _TreeBuilder:
    """Builds the query tree of a syntax tree, leaf by leaf in order.

    Attributes:
        notes: what was read otherwise than it looks.
        spans: where each leaf's text is in the folded query.
    """

    def __init__(self, typed: Typed, today: dt.date) -> None:
        self.notes: list[str] = []
        self.spans: list[Span] = []
        self._typed = typed
        self._today = today

    def build(self, query: syntax.Adjacent) -> Query:
        if not query.parts:
            return Nothing() if self._typed.folded.text.strip() else Every()
        alone = len(query.parts) == 1
        return _branch(ast.And, [self._top_level(part, alone) for part in query.parts])

    def _top_level(self, node: syntax.Node, alone: bool) -> Query:
        """A part of the whole query: what is typed plainly, between spaces, is optional."""
        match node:
            case syntax.Leaf():
                leaf = self._leaf(node, alone)
                plain = isinstance(leaf, Text | Prefix | Wildcard | ast.Fuzzy) and not leaf.field
                return ast.Optional(leaf) if plain else leaf
            case syntax.Optional(part):
                return ast.Optional(self._node(part))
        return self._node(node)

    def _node(self, node: syntax.Node) -> Query:
        match node:
            case syntax.Adjacent(parts) | syntax.And(parts):
                return _branch(ast.And, map(self._node, parts))
            case syntax.Or(parts):
                return _branch(ast.Or, map(self._node, parts))
            case syntax.Not(part):
                found = self._node(part)
                return Nothing() if isinstance(found, Every) else ast.Not(found)
            case syntax.Required(part) | syntax.Optional(part):
                return self._node(part)
            case syntax.Leaf():
                return self._leaf(node, alone=False)

    def _leaf(self, leaf: syntax.Leaf, alone: bool) -> ast.Leaf:
        if found := self._period(leaf, alone):
            self._place(leaf.at, leaf.text)
            kind = AddedRange if leaf.scope.field == "added" else DateRange
            return kind(found.first, found.last)
        if leaf.scope.field == "is":
            if leaf.text.strip() == _NEW:
                self._place(leaf.at, leaf.text)
                return New()
            self.notes.append(_("is:{text} is no state of a post: read as words", text=leaf.text))
        if leaf.scope.field in (*_PERIODS, "is"):
            leaf = self._as_words(leaf)
        self._place(leaf.at, leaf.text)
        field = leaf.scope.field
        if field in ast.TEXT_FIELDS:
            return _text(leaf, cast(ast.TextField, field))
        value = leaf.text.replace('"', "")  # an unclosed quote
        return Pinyin(value) if field == "pinyin" else _value(value.strip(), cast(ast.ValueField, field))

    def _place(self, start: int, text: str) -> None:
        self.spans.append((start, start + len(text)))

    def _period(self, leaf: syntax.Leaf, alone: bool) -> Period | None:
        """The period that a leaf names, by its field or by its form; None if it names none."""
        field = leaf.scope.field
        if not (field or leaf.quoted or leaf.scope.as_word) and is_bare(leaf.text, alone):
            field = "date"
            self.notes.append(_('{text} was read as a date: write "{text}" for the text', text=leaf.text))
        if field not in _PERIODS:
            return None
        try:
            return _PERIODS[field](leaf.text.strip(), self._today)
        except QueryError:
            self.notes.append(_("{text} is not a date: read as words", text=leaf.text))
            return None

    def _as_words(self, leaf: syntax.Leaf) -> syntax.Leaf:
        """A leaf whose value its field does not have, as a word: the name of the field is part of it."""
        text = self._typed.folded.text[leaf.start : leaf.at + len(leaf.text)]
        return syntax.Leaf(text, leaf.start, False, None, replace(leaf.scope, field=""), leaf.start)


def _text(leaf: syntax.Leaf, field: ast.TextField) -> ast.Leaf:
    """What is looked for in title, body or both."""
    if leaf.quoted and not leaf.scope.as_word:
        if leaf.near is None:
            return Phrase(leaf.text, field)
        return Near(tuple(leaf.text.split()), leaf.near, field)
    text = leaf.text.replace('"', "'")  # an unclosed quote: punctuation as well, and it can be quoted
    if text == "*:*" and not (field or leaf.scope.as_word):
        return Every()
    return read_pattern(text, field) or Text(text, field)


def _value(value: str, field: ast.ValueField) -> FieldValue | Prefix | Wildcard:
    """The value of a field, a part of a path or an address, or with stars a pattern for the whole value."""
    if "*" not in value and field in ("path", "url"):
        if not value or value[0] == "=":
            return FieldValue(field, value[1:].strip())
        return Wildcard(f"*{value}*", field)
    if "*" not in value:
        return FieldValue(field, value)
    if value.find("*") == len(value) - 1:
        return Prefix(value[:-1], field)
    return Wildcard(value, field)


def _branch(kind: type[ast.And | ast.Or], parts: Iterable[Query]) -> Query:
    """A branch without branches of its own kind among its parts; a single part is itself."""
    flat: list[Query] = []
    for part in parts:
        if type(part) is kind:
            flat += part.parts
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else kind(*flat)
