"""Query trees that were built by programs, in the form that the parser gives to those that were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchkit.language import fold, fold_with_offsets
from searchkit.query.ast import (
    AddedRange,
    DateRange,
    FieldValue,
    Fuzzy,
    Leaf,
    Near,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
    leaves,
    map_leaves,
)
from searchkit.query.checking import check_tree
from searchkit.query.patterns import write_pattern
from searchkit.query.strings.parser import ParsedQuery
from searchkit.query.strings.printer import to_string
from searchkit.query.times import first_instant, last_instant


def normalised(tree: Query) -> ParsedQuery:
    """A tree with folded texts, spelled as the program wrote it.

    Raises:
        QueryError: see ``check_tree``.

    >>> normalised(Text("國際")).tree
    Text('国际')
    """
    check_tree(tree)
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
