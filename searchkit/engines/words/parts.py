"""Parts of identifiers: which names of a document did the words of a query find, such as getUserById for user?"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from searchkit.language.identifiers import identifiers, is_part
from searchkit.model import Document
from searchkit.query.ast import Text, leaves
from searchkit.query.compiled import CompiledQuery, Needle
from searchkit.query.latin import Occurring
from searchkit.query.needles import needle_of


def part_words(query: CompiledQuery, occurring_parts: Occurring) -> set[str]:
    """The words of a query that documents have as a part of an identifier.

    Args:
        query: the query.
        occurring_parts: which of some texts any document has as a part.
    """
    trees = (query.required, *(clause.query for clause in query.optional))
    words = {
        leaf.text
        for tree in trees
        for leaf, negations in leaves(tree)
        if isinstance(leaf, Text) and not leaf.field and negations % 2 == 0 and is_part(leaf.text)
    }
    return occurring_parts(words) if words else set()


def identifier_needles(words: Collection[str], documents: Iterable[Document]) -> tuple[Needle, ...]:
    """The identifiers of some documents of which a word is a part, to be highlighted."""
    if not words:
        return ()
    names = {
        name: None
        for document in documents
        for name, parts in identifiers(f"{document.title}\n{document.text}").items()
        if not frozenset(parts).isdisjoint(words)
    }
    return tuple(needle for name in names if (needle := needle_of(name)))
