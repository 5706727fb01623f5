"""Here is a Latin word or a number of a query: in which other forms does the index have it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from searchkit.query.ast import Leaf, Query, Text, leaves, map_leaves
from searchkit.query.compiled import CompiledQuery, Needle
from searchkit.query.latin import latin_forms
from searchkit.query.needles import needle_of
from searchkit.query.scoring import form_terms

MAX_WORDS = 16
"""Words of a query that are looked up in other forms: the first ones."""

_MAX_KNOWN = 10_000  # words


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """A query whose words stand for their other forms, too.

    Attributes:
        query: the query.
        needles: these forms, to be highlighted.
    """

    query: CompiledQuery
    needles: tuple[Needle, ...] = ()


class Forms:
    """The other forms of words, those that a commit point has."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def resolve(self, query: CompiledQuery, occurs: Callable[[Needle], bool]) -> ResolvedQuery:
        """The query with other forms of its words as synonyms; a sentence as it is, since any word of it is enough.

        Args:
            query: the query.
            occurs: whether any document contains a text.
        """
        if query.match_any:
            return ResolvedQuery(query)
        trees = (query.required, *(clause.query for clause in query.optional))
        words = [leaf.text for tree in trees for leaf, _ in leaves(tree) if isinstance(leaf, Text)]
        self._look_up(islice(dict.fromkeys(word for word in words if word[:1] < "\u2e80"), MAX_WORDS), occurs)
        if not any(map(self._known.get, words)):
            return ResolvedQuery(query)
        found = {(form, leaf.field): None for leaf in _wanted_words(trees) for form in self._forms_of(leaf)}
        optional = tuple(replace(clause, query=map_leaves(clause.query, self._with_forms)) for clause in query.optional)
        needles = (needle_of(form, field == "title") for form, field in found)
        return ResolvedQuery(
            replace(
                query,
                required=map_leaves(query.required, self._with_forms),
                optional=optional,
                scoring=(*query.scoring, *form_terms(form for form, _ in found)),
            ),
            tuple(needle for needle in needles if needle),
        )

    def _with_forms(self, leaf: Leaf) -> Leaf:
        if not isinstance(leaf, Text) or not (forms := self._forms_of(leaf)):
            return leaf
        return replace(leaf, synonyms=(*leaf.synonyms, *forms))

    def _forms_of(self, leaf: Text) -> tuple[str, ...]:
        return self._known.get(leaf.text, ())

    def _look_up(self, words: Iterable[str], occurs: Callable[[Needle], bool]) -> None:
        if len(self._known) >= _MAX_KNOWN:
            self._known = {}
        for word in words:
            if word not in self._known:
                needles = ((form, needle_of(form)) for form in latin_forms(word))
                self._known[word] = tuple(form for form, needle in needles if needle and occurs(needle))


def _wanted_words(trees: Iterable[Query]) -> Iterator[Text]:
    """The words that documents are to have."""
    for tree in trees:
        yield from (leaf for leaf, negations in leaves(tree) if isinstance(leaf, Text) and negations % 2 == 0)
