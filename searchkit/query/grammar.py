"""How the tokens of a query belong together.

NOT binds tightest, then AND, then OR, then standing side by side: ``a b OR c`` is a, and one of b and c. An operator
without something beside it, and brackets with nothing in them, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchkit.query.lexer import Kind, Token


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word, a quoted text, or the value of a field.

    Attributes:
        text: folded.
        at: where the text begins in the folded query.
        exact: whether it was quoted.
        near: how many characters may stand between its words; None if they are to stand as they are.
        field: the field that it is looked for in; empty for title and body.
        start: where the name of the field begins, or the text.
    """

    text: str
    at: int
    exact: bool
    near: int | None
    field: str
    start: int


@dataclass(frozen=True, slots=True)
class Side:
    """Nodes side by side."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Nodes joined by AND."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Nodes joined by OR."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """A node that is left out."""

    part: Node


@dataclass(frozen=True, slots=True)
class Must:
    """A node that every post must have."""

    part: Node


Node = Leaf | Side | All | Any | Without | Must


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of a node that are not left out, in order."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Must):
        yield from leaves(node.part)
    elif not isinstance(node, Without):
        for part in node.parts:
            yield from leaves(part)


_LEAVES = (Kind.WORD, Kind.QUOTED)
_PREFIXES = (Kind.NOT, Kind.MUST, Kind.FIELD)


class Grammar:
    """Reads tokens by recursive descent; their brackets are few deep.

    Attributes:
        notes: what was left out.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.notes: list[str] = []
        self._tokens = tokens
        self._next = 0

    def read(self) -> Side:
        """The whole query; its operators alone are words."""
        if self._tokens and not any(token.kind in _LEAVES for token in self._tokens):
            return Side(tuple(_leaf(token, "", token.start) for token in self._tokens))
        return Side(self._side_by_side(""))

    def _peek(self) -> Kind | None:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else None

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _side_by_side(self, field: str) -> tuple[Node, ...]:
        parts: list[Node] = []
        while self._peek() not in (None, Kind.CLOSE):
            part = self._either(field)
            if isinstance(part, Side):
                parts += part.parts
            elif part is not None:
                parts.append(part)
        return tuple(parts)

    def _either(self, field: str) -> Node | None:
        found = self._joined(field, (Kind.OR, Kind.BAR))
        return found[0] if len(found) == 1 else Any(tuple(found)) if found else None

    def _both(self, field: str) -> Node | None:
        found = self._joined(field, (Kind.AND,))
        return found[0] if len(found) == 1 else All(tuple(found)) if found else None

    def _joined(self, field: str, operators: tuple[Kind, ...]) -> list[Node]:
        operand = self._both if Kind.OR in operators else self._prefixed
        found = [operand(field)]
        while self._peek() in operators:
            self._take()
            found.append(operand(field))
        joined = [part for part in found if part is not None]
        if len(joined) < len(found):
            self.notes.append("an operator with nothing beside it was read as if it were not there")
        return joined

    def _prefixed(self, field: str) -> Node | None:
        """A leaf or a bracket with the signs before it; the last field counts, and two minus signs are none."""
        without = must = False
        start = None
        while self._peek() in _PREFIXES:
            token = self._take()
            if token.kind is Kind.FIELD:
                field, start = token.text, token.at
            elif token.kind is Kind.NOT:
                without = not without
            else:
                must = True
        part = self._operand(field, start)
        if part is None or not (without or must):
            return part
        return Without(part) if without else Must(part)

    def _operand(self, field: str, start: int | None) -> Node | None:
        kind = self._peek()
        if kind in _LEAVES:
            token = self._take()
            return _leaf(token, field, token.at if start is None else start)
        if kind is not Kind.OPEN:
            return None
        self._take()
        parts = self._side_by_side(field)
        self._take()
        return parts[0] if len(parts) == 1 else Side(parts) if parts else None


def _leaf(token: Token, field: str, start: int) -> Leaf:
    return Leaf(token.text, token.start, token.kind is Kind.QUOTED, token.near, field, start)
