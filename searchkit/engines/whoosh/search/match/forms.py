"""Here is a Latin word or a number of a query: in which other forms does the index have it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from searchkit.language.unigrams import is_letter_run
from searchkit.query.ast import Leaf, Query, Text, leaves, map_leaves
from searchkit.query.compiled import CompiledQuery, Needle
from searchkit.query.latin import in_parts, latin_forms
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

    def resolve(self, query: CompiledQuery, occurs: Callable[[str], bool]) -> ResolvedQuery:
        """The query with other forms of its words as synonyms; a sentence as it is, since any word of it is enough.

        Args:
            query: the query.
            occurs: whether any document contains a text.
        """
        if query.match_any:
            return ResolvedQuery(query)
        trees = (query.required, *(clause.query for clause in query.optional))
        texts = [leaf for tree in trees for leaf, _ in leaves(tree) if isinstance(leaf, Text)]
        words = islice(dict.fromkeys(text.text for text in texts if text.text[:1] < "\u2e80"), MAX_WORDS)
        forms = self._found(words, query, occurs)
        if not forms:
            return ResolvedQuery(query)

        def with_forms(leaf: Leaf) -> Leaf:
            if not isinstance(leaf, Text) or leaf.text not in forms:
                return leaf
            return replace(leaf, synonyms=(*leaf.synonyms, *forms[leaf.text]))

        found = {(form, leaf.field): None for leaf in _wanted_words(trees) for form in forms.get(leaf.text, ())}
        optional = tuple(replace(clause, query=map_leaves(clause.query, with_forms)) for clause in query.optional)
        needles = (needle_of(form, field == "title") for form, field in found)
        return ResolvedQuery(
            replace(
                query,
                required=map_leaves(query.required, with_forms),
                optional=optional,
                scoring=(*query.scoring, *form_terms(form for form, _ in found)),
            ),
            tuple(needle for needle in needles if needle),
        )

    def _found(
        self, words: Iterable[str], query: CompiledQuery, occurs: Callable[[str], bool]
    ) -> dict[str, tuple[str, ...]]:
        """The other forms of each word that has any in the index."""
        if len(self._known) >= _MAX_KNOWN:
            self._known = {}
        found = {word: self._known_forms(word, occurs) for word in words}
        for clause in query.optional:
            if isinstance(clause.query, Text) and clause.query.text in found:
                found[clause.query.text] += tuple(filter(occurs, clause.joined))
        return {word: tuple(dict.fromkeys(forms)) for word, forms in found.items() if forms}

    def _known_forms(self, word: str, occurs: Callable[[str], bool]) -> tuple[str, ...]:
        if word not in self._known:
            forms = tuple(filter(occurs, latin_forms(word)))
            if not forms and is_letter_run(word) and not occurs(word):
                forms = tuple(in_parts(word, occurs))
            self._known[word] = forms
        return self._known[word]


def _wanted_words(trees: Iterable[Query]) -> Iterator[Text]:
    """The words that documents are to have."""
    for tree in trees:
        yield from (leaf for leaf, negations in leaves(tree) if isinstance(leaf, Text) and negations % 2 == 0)
