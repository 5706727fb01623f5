"""Query trees that were built by programs, in the form that the parser gives to those that were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchkit.errors import QueryError
from searchkit.language import fold, fold_with_offsets
from searchkit.messages import _
from searchkit.query.ast import (
    AddedRange,
    And,
    DateRange,
    FieldValue,
    Fuzzy,
    Leaf,
    Near,
    Not,
    Optional,
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
    leaves,
    map_leaves,
)
from searchkit.query.patterns import write_pattern
from searchkit.query.strings.parser import ParsedQuery
from searchkit.query.strings.printer import to_string
from searchkit.query.times import first_instant, last_instant

MAX_LEVELS = 200
"""The most branches of a tree within each other."""


def normalised(tree: Query) -> ParsedQuery:
    """A tree with folded texts, spelled as the program wrote it.

    Raises:
        QueryError: it has more than ``MAX_LEVELS`` levels, or something in it is no part of a query.

    >>> normalised(Text("國際")).tree
    Text('国际')
    """
    _check_levels(tree)
    folded = map_leaves(tree, _folded)
    spelling = TreeSpelling(tuple(_text(leaf) for leaf, _role in leaves(tree)))
    return ParsedQuery(to_string(folded), folded, (), spelling)


@dataclass(frozen=True, slots=True)
class TreeSpelling:
    """The spelling of a tree that was built by a program.

    Attributes:
        texts: the text of each leaf, as the program wrote it.
    """

    texts: tuple[str, ...]

    def word(self, leaf: int, start: int, end: int) -> str:
        text = self.texts[leaf]
        first, last = fold_with_offsets(text).original_span(start, end)
        return text[first:last]

    def clause(self, part: Query, leaves: Sequence[int]) -> str:
        return self.texts[leaves[0]] if len(leaves) == 1 else to_string(part)


def _check_levels(tree: Query) -> None:
    level: list[Query] = [tree]
    for _level in range(MAX_LEVELS):
        for part in level:
            if not isinstance(part, Query):
                raise QueryError(_("{value!r} is no query", value=part), _("use a text or a tree of searchkit.query"))
        level = [part for branch in level for part in _parts(branch)]
        if not level:
            return
    raise QueryError(
        _("the query has more than {count} levels", count=MAX_LEVELS),
        _("use fewer branches within each other"),
    )


def _parts(tree: Query) -> Sequence[Query]:
    match tree:
        case And(parts) | Or(parts):
            return parts
        case Not(part) | Optional(part):
            return (part,)
    return ()


def _text(leaf: Leaf) -> str:
    match leaf:
        case Text(text) | Phrase(text):
            return text
        case Near(texts):
            return " ".join(texts)
        case Prefix() | Wildcard() | Fuzzy():
            return write_pattern(leaf)
    return ""


def _folded(leaf: Leaf) -> Leaf:
    match leaf:
        case Text(text, _, spellings, synonyms):
            return replace(leaf, text=fold(text), spellings=_all(spellings), synonyms=_all(synonyms))
        case Phrase(text) | Prefix(text) | Fuzzy(text) | Pinyin(text):
            return replace(leaf, text=fold(text))
        case Near(texts):
            return replace(leaf, texts=_all(texts))
        case Wildcard(pattern):
            return replace(leaf, pattern=fold(pattern))
        case FieldValue(_, value):
            return replace(leaf, value=fold(value).strip())
        case DateRange(since, until) | AddedRange(since, until):
            return replace(leaf, since=since and first_instant(since), until=until and last_instant(until))
    return leaf


def _all(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(fold, texts))
