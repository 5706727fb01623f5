"""Here is a Latin word or a number of a query: in which other forms does the index have it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from searchkit.language.unigrams import is_letter_run
from searchkit.query.ast import Leaf, Query, Text, leaves, map_leaves
from searchkit.query.compiled import CompiledQuery, Needle, OptionalClause
from searchkit.query.latin import Occurring, in_parts, latin_forms
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


class _Known:
    """What was looked up in a commit point.

    Attributes:
        forms: of words, those that it has.
        joined: words and a neighbour as one, whether it has each.
    """

    def __init__(self) -> None:
        self.forms: dict[str, tuple[str, ...]] = {}
        self.joined: dict[str, bool] = {}

    def look_up(self, words: Iterable[str], joined: Iterable[str], occurring: Occurring) -> None:
        """Ask for what is not known yet, all at once but for words in three parts or more."""
        others = {word: latin_forms(word) for word in words if word not in self.forms}
        joined = [text for text in joined if text not in self.joined]
        asked = {*chain.from_iterable(others.values()), *filter(is_letter_run, others), *joined}
        found = occurring(asked) if asked else set()
        for word, forms in others.items():
            here = tuple(form for form in forms if form in found)
            is_unknown = not here and is_letter_run(word) and word not in found
            self.forms[word] = in_parts(word, occurring) if is_unknown else here
        self.joined |= {text: text in found for text in joined}


class Forms:
    """The other forms of words, those that a commit point has."""

    def __init__(self) -> None:
        self._known = _Known()

    def resolve(self, query: CompiledQuery, occurring: Occurring) -> ResolvedQuery:
        """The query with other forms of its words as synonyms; a sentence as it is, since any word of it is enough.

        Args:
            query: the query.
            occurring: which of some texts any document contains.
        """
        if query.match_any:
            return ResolvedQuery(query)
        trees = (query.required, *(clause.query for clause in query.optional))
        texts = [leaf for tree in trees for leaf, _ in leaves(tree) if isinstance(leaf, Text)]
        words = tuple(islice(dict.fromkeys(text.text for text in texts if text.text[:1] < "\u2e80"), MAX_WORDS))
        forms = self._found(words, query.optional, occurring) if words else {}
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
        self, words: Sequence[str], optional: Iterable[OptionalClause], occurring: Occurring
    ) -> dict[str, tuple[str, ...]]:
        """The other forms of each word that has any in the index."""
        joined: dict[str, tuple[str, ...]] = dict.fromkeys(words, ())
        for clause in optional:
            if isinstance(clause.query, Text) and clause.query.text in joined:
                joined[clause.query.text] += clause.joined
        if len(self._known.forms) >= _MAX_KNOWN:
            self._known = _Known()
        known = self._known
        known.look_up(words, chain.from_iterable(joined.values()), occurring)
        found = {word: (*known.forms[word], *filter(known.joined.get, joined[word])) for word in words}
        return {word: tuple(dict.fromkeys(forms)) for word, forms in found.items() if forms}


def _wanted_words(trees: Iterable[Query]) -> Iterator[Text]:
    """The words that documents are to have."""
    for tree in trees:
        yield from (leaf for leaf, negations in leaves(tree) if isinstance(leaf, Text) and negations % 2 == 0)
