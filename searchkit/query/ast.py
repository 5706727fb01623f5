"""The query model: what a post must have, as a tree of frozen data.

Leaves hold texts and the logical fields of ``TEXT_FIELDS`` and ``VALUE_FIELDS``, never an engine's terms. Every engine
lowers the same tree to its own index. ``searchkit.query.parse`` makes a tree of a query string,
``searchkit.query.to_string`` gives it back as one. A tree may hold texts in any script, case or width: compiling folds
them.

    >>> And(Text("香港"), Not(Text("通关", field="title")))
    And(Text('香港'), Not(Text('通关', field='title')))
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Literal

TextField = Literal["", "title", "body"]
"""Where a text is looked for; empty for title and body."""

ValueField = Literal["source", "tag", "path", "url"]
"""A field of whole values."""

TEXT_FIELDS: tuple[str, ...] = ("", "title", "body")
VALUE_FIELDS: tuple[str, ...] = ("source", "tag", "path", "url")


class _Leaf:
    """Shows a node without the attributes that have their defaults."""

    def __repr__(self) -> str:
        shown = []
        for number, part in enumerate(fields(self)):  # type: ignore[arg-type]
            value = getattr(self, part.name)
            if number == 0:
                shown.append(repr(value))
            elif value != part.default:
                shown.append(f"{part.name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


class _Branch:
    """Shows a node as it is constructed."""

    parts: tuple[Query, ...]

    def __init__(self, *parts: Query) -> None:
        object.__setattr__(self, "parts", parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.parts))})"


@dataclass(frozen=True, init=False, repr=False)
class And(_Branch):
    """Every part matches. Without parts it matches every post."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, init=False, repr=False)
class Or(_Branch):
    """At least one part matches. Without parts it matches no post."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Not(_Leaf):
    """The part does not match."""

    part: Query


@dataclass(frozen=True, slots=True, repr=False)
class Optional(_Leaf):
    """The part ranks and is not required: posts that match it come first, the others say that they lack it.

    Only the root of a tree, or a part of an ``And`` that is the root, may be optional; elsewhere the part is required.
    """

    part: Query


@dataclass(frozen=True, slots=True)
class Every:
    """Every post matches."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No post matches."""


@dataclass(frozen=True, slots=True, repr=False)
class Text(_Leaf):
    """The post has all words of a text, in any order; each word stands in one piece.

    In title and body together, a Latin word may also be a part of an identifier: user of getUserById.

    Attributes:
        text: the words.
        field: where.
        spellings: other ways to write it that rank as high, such as 35人 for 三十五人; ``rewrite`` finds them. A text
            that has any, or synonyms, is one word.
        synonyms: what it is called elsewhere, ranked lower; ``rewrite`` finds them.
        tags: folded tags; a post with one of them matches as well. ``compile`` sets them.
    """

    text: str
    field: TextField = ""
    spellings: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Phrase(_Leaf):
    """The post has exactly this text, its punctuation included."""

    text: str
    field: TextField = ""


@dataclass(frozen=True, slots=True, repr=False)
class Near(_Leaf):
    """The post has texts close to each other, in any order.

    Attributes:
        texts: the texts; one that is there twice must occur twice.
        distance: the most unigrams between one text and the next.
        field: where.
    """

    texts: tuple[str, ...]
    distance: int
    field: TextField = ""


@dataclass(frozen=True, slots=True, repr=False)
class Prefix(_Leaf):
    """The post has a word, or a value of the field, that begins so."""

    text: str
    field: TextField | ValueField = ""


@dataclass(frozen=True, slots=True, repr=False)
class Wildcard(_Leaf):
    """The post has a word, or a value of the field, of which the pattern is the whole; a star is any characters."""

    pattern: str
    field: TextField | ValueField = ""


@dataclass(frozen=True, slots=True, repr=False)
class Fuzzy(_Leaf):
    """The post has a word that begins with the same character and is at most so many edits away (Levenshtein)."""

    text: str
    edits: int
    field: TextField = ""


@dataclass(frozen=True, slots=True, repr=False)
class Pinyin(_Leaf):
    """The post has a word that reads so: syllables without tones, or initials of a word of a title."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class FieldValue(_Leaf):
    """The post's field has this value, which matches in any script, case and width."""

    field: ValueField
    value: str

    def __repr__(self) -> str:
        return f"FieldValue({self.field!r}, {self.value!r})"


@dataclass(frozen=True, slots=True, repr=False)
class DateRange(_Leaf):
    """The post's date lies between two bounds, both included; None for no bound. A post without a date never matches.

    A bound with a time zone is an instant. One without is a calendar's: it is compared with what the post's author had
    on the clock, in the time zone of the post's date.

    Attributes:
        since: the first.
        until: the last.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def __repr__(self) -> str:
        return f"DateRange({self.since!r}, {self.until!r})"


@dataclass(frozen=True, slots=True, repr=False)
class AddedRange(_Leaf):
    """The post came into the index between two instants, both included; None for no bound.

    A bound without a time zone is what this computer's clock showed.

    Attributes:
        since: the first.
        until: the last.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def __repr__(self) -> str:
        return f"AddedRange({self.since!r}, {self.until!r})"


@dataclass(frozen=True, slots=True, repr=False)
class New(_Leaf):
    """The post came with the last rebuild that brought any."""


Leaf = (
    Every
    | Nothing
    | Text
    | Phrase
    | Near
    | Prefix
    | Wildcard
    | Fuzzy
    | Pinyin
    | FieldValue
    | DateRange
    | AddedRange
    | New
)
Query = And | Or | Not | Optional | Leaf


def leaves(tree: Query, negations: int = 0) -> Iterator[tuple[Leaf, int]]:
    """The leaves of a tree in order, each with the number of Nots that it is within.

    >>> list(leaves(And(Text("香港"), Not(Text("通关")))))
    [(Text('香港'), 0), (Text('通关'), 1)]
    """
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part, negations)
        case Not(part):
            yield from leaves(part, negations + 1)
        case Optional(part):
            yield from leaves(part, negations)
        case _:
            yield tree, negations


def is_text(leaf: Leaf) -> bool:
    """Whether a leaf is looked for in the text of documents, not among the values of a field.

    >>> is_text(Prefix("香", "title")), is_text(FieldValue("tag", "香港"))
    (True, False)
    """
    return getattr(leaf, "field", None) in TEXT_FIELDS


def asks_for_text(tree: Query) -> bool:
    """Whether any leaf of a tree is a text.

    >>> asks_for_text(Not(Text("香港"))), asks_for_text(Every())
    (True, False)
    """
    return any(is_text(leaf) for leaf, _ in leaves(tree))


def map_leaves(tree: Query, change: Callable[[Leaf], Query]) -> Query:
    """The tree with each leaf changed, in order; a branch in which nothing changes is the same object.

    >>> map_leaves(Not(Text("香港")), lambda leaf: Phrase(leaf.text))
    Not(Phrase('香港'))
    """
    match tree:
        case And(parts) | Or(parts):
            changed = [map_leaves(part, change) for part in parts]
            same = all(map(operator.is_, changed, parts))
            return tree if same else type(tree)(*changed)
        case Not(part) | Optional(part):
            new = map_leaves(part, change)
            return tree if new is part else type(tree)(new)
        case _:
            return change(tree)
