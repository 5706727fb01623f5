"""The syntax tree of a query: how its tokens belong together.

NOT binds tightest, then AND, then OR, then standing side by side: ``a b OR c`` is a, and one of b and c. An operator
without something beside it, and brackets with nothing in them, are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from searchkit.messages import _
from searchkit.query.strings.lexer import FIELDS, Kind, Token


@dataclass(frozen=True, slots=True, repr=False)
class Scope:
    """The field names before a word, a quoted text or a bracket.

    Attributes:
        field: what it is looked for in; empty for title and body.
        as_word: whether ``word:`` is among them: the text is one word, whatever it looks like.
    """

    field: str = ""
    as_word: bool = False

    def within(self, name: str) -> Scope:
        """The scope with one more field name; of several fields the last one counts."""
        return replace(self, as_word=True) if name == "word" else replace(self, field=name)


@dataclass(frozen=True, slots=True, repr=False)
class Leaf:
    """A word, a quoted text, or the value of a field.

    Attributes:
        text: folded.
        at: where the text begins in the folded query.
        quoted: whether it was quoted.
        near: of a quoted text, how many unigrams may stand between its words; None if they are to stand as they are.
        scope: the fields before it.
        start: where the last field name before it begins, or else the token.
    """

    text: str
    at: int
    quoted: bool
    near: int | None
    scope: Scope
    start: int


@dataclass(frozen=True, slots=True, repr=False)
class Adjacent:
    """Nodes side by side."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, repr=False)
class And:
    """Nodes joined by AND."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Or:
    """Nodes joined by OR."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Not:
    """A node after a minus sign or NOT."""

    part: Node


@dataclass(frozen=True, slots=True, repr=False)
class Required:
    """A node after a plus sign."""

    part: Node


@dataclass(frozen=True, slots=True, repr=False)
class Optional:
    """A node after a tilde."""

    part: Node


Node = Leaf | Adjacent | And | Or | Not | Required | Optional

_NO_FIELD = Scope()
_LEAVES = (Kind.WORD, Kind.QUOTED)
_PREFIXES = (Kind.NOT, Kind.REQUIRED, Kind.OPTIONAL, Kind.FIELD)


class Grammar:
    """Reads tokens by recursive descent; their brackets are at most ``MAX_DEPTH`` deep.

    Attributes:
        notes: what was left out.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.notes: list[str] = []
        self._tokens = tokens
        self._next = 0

    def read(self) -> Adjacent:
        """The whole query; operators without anything else are words."""
        are_leaves = [token.kind in _LEAVES for token in self._tokens]
        if all(are_leaves) or not any(are_leaves):
            return Adjacent(tuple(_leaf(token, _NO_FIELD, token.at) for token in self._tokens))
        return Adjacent(self._side_by_side(_NO_FIELD))

    def _peek(self) -> Kind | None:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else None

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _side_by_side(self, scope: Scope) -> tuple[Node, ...]:
        parts: list[Node] = []
        while self._peek() not in (None, Kind.CLOSE):
            part = self._or(scope)
            if isinstance(part, Adjacent):
                parts += part.parts
            elif part is not None:
                parts.append(part)
        return tuple(parts)

    def _or(self, scope: Scope) -> Node | None:
        first = self._and(scope)
        return self._joined(Or, (Kind.OR, Kind.BAR), self._and, first, scope)

    def _and(self, scope: Scope) -> Node | None:
        first = self._prefixed(scope)
        return self._joined(And, (Kind.AND,), self._prefixed, first, scope)

    def _joined(
        self,
        kind: type[And | Or],
        operators: tuple[Kind, ...],
        operand: Callable[[Scope], Node | None],
        first: Node | None,
        scope: Scope,
    ) -> Node | None:
        if first is not None and self._peek() not in operators:
            return first
        found = [first]
        while self._peek() in operators:
            self._take()
            found.append(operand(scope))
        joined = tuple(part for part in found if part is not None)
        if len(joined) < len(found):
            self.notes.append(_("an operator without operands was ignored"))
        return kind(joined) if len(joined) > 1 else joined[0] if joined else None

    def _prefixed(self, scope: Scope) -> Node | None:
        """A leaf or a bracket with the signs before it; two minus signs are none."""
        signs: list[Kind] = []
        start = None
        while self._peek() in _PREFIXES:
            token = self._take()
            if token.kind is Kind.FIELD:
                scope, start = scope.within(FIELDS[token.text]), token.at
            else:
                signs.append(token.kind)
        part = self._operand(scope, start)
        if part is None:
            return None
        if signs.count(Kind.NOT) % 2:
            part = Not(part)
        elif Kind.REQUIRED in signs:
            return Required(part)
        return Optional(part) if Kind.OPTIONAL in signs else part

    def _operand(self, scope: Scope, start: int | None) -> Node | None:
        kind = self._peek()
        if kind in _LEAVES:
            token = self._take()
            return _leaf(token, scope, token.at if start is None else start)
        if kind is not Kind.OPEN:
            return None
        self._take()
        parts = self._side_by_side(scope)
        self._take()
        return parts[0] if len(parts) == 1 else Adjacent(parts) if parts else None


def _leaf(token: Token, scope: Scope, start: int) -> Leaf:
    return Leaf(token.text, token.start, token.kind is Kind.QUOTED, token.near, scope, start)
