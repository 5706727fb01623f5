"""Nothing was found: which words and values does no document have, and which similar ones would find something?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import DocIds
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.facets import Facets
from searchkit.engines.whoosh.search.match.boolean import common, intersection
from searchkit.engines.whoosh.search.match.candidates import Candidates, ClauseMatches
from searchkit.engines.whoosh.search.match.lower import containing, lower
from searchkit.engines.whoosh.search.suggest import Vocabulary
from searchkit.language import fold
from searchkit.language.unigrams import is_letter_run
from searchkit.model import Unknown
from searchkit.query.ast import And, Every, FieldValue, Phrase, Query, Text, asks_for_text, leaves
from searchkit.query.compiled import CompiledQuery
from searchkit.query.needles import needle_of
from searchkit.query.segmentation import unigrams_of

_MAX_NAMED = 4  # words and values that near ones are looked for: each is compared with the whole vocabulary
_MAX_PARTS = 8  # unigrams of a text of which one may be mistyped
_MAX_OFFERED = 3
_MAX_COUNTED = 8  # near words whose documents are counted
_NEEDS_QUOTES = re.compile(r'[\s"()|]')


@dataclass(frozen=True, slots=True, eq=False)
class Unmatched:
    """A query that no document matches.

    Attributes:
        query: the query.
        filter: the filter of the search.
        matches: what each optional clause matches.
    """

    query: CompiledQuery
    filter: Query
    matches: ClauseMatches

    def words(self) -> list[str]:
        """The words of the query that may occur nowhere, as they were typed."""
        if not self.query.optional:  # all of the query is required
            wanted = (leaf for leaf, negations in leaves(self.query.required) if negations % 2 == 0)
            return list(dict.fromkeys(leaf.text for leaf in wanted if isinstance(leaf, Text | Phrase)))
        pairs = zip(self.query.optional, self.matches.optional, strict=True)
        return [clause.text for clause, doc_ids in pairs if not len(doc_ids) and asks_for_text(clause.query)]

    def values(self) -> list[FieldValue]:
        """The sources and tags that it requires or prefers."""
        trees = (self.query.required, self.filter, *(clause.query for clause in self.query.optional))
        found = ((leaf, negations) for tree in trees for leaf, negations in leaves(tree))
        values = [leaf for leaf, negations in found if negations % 2 == 0 and isinstance(leaf, FieldValue)]
        return list(dict.fromkeys(value for value in values if value.field in ("source", "tag")))

    def clauses(self) -> Iterator[Query]:
        """What it requires, clause by clause."""
        for tree in (self.query.required, self.filter):
            yield from tree.parts if isinstance(tree, And) else (tree,)


class Suggester:
    """Names the words and values that no document of a commit point has, each with similar ones that some have.

    Args:
        candidates: finds documents.
        docs: the documents.
        vocabulary: the words.
        facets: the values.
    """

    def __init__(self, candidates: Candidates, docs: DocStore, vocabulary: Vocabulary, facets: Facets) -> None:
        self._candidates = candidates
        self._docs = docs
        self._vocabulary = vocabulary
        self._facets = facets

    def unknown(self, unmatched: Unmatched) -> Unknown:
        """The words, then the values as ``source:…``, with what finds most of the rest of the query first."""
        words = [word for word in unmatched.words() if not len(self._containing(fold(word)))]
        values = [value for value in unmatched.values() if not len(self._candidates.doc_ids(lower(value)))]
        if not (words or values):
            return ()
        rest = self._rest(unmatched)
        near_words = [(word, self._near_words(fold(word), rest)) for word in words[:_MAX_NAMED]]
        named = values[:_MAX_NAMED]
        near_values = [(_written(value.field, value.value), self._near_values(value, rest)) for value in named]
        return (*near_words, *((word, ()) for word in words[_MAX_NAMED:]), *near_values)

    def _rest(self, unmatched: Unmatched) -> DocIds:
        """The documents that match all clauses that match any document; every live one without such a clause."""
        found = [self._candidates.doc_ids(lower(part)) for part in unmatched.clauses() if not isinstance(part, Every)]
        found += [] if unmatched.query.match_any else unmatched.matches.optional
        lists = [doc_ids for doc_ids in found if len(doc_ids)]
        return intersection(lists, self._docs.max_doc) if lists else np.flatnonzero(self._docs.live)

    def _containing(self, text: str) -> DocIds:
        needle = needle_of(text)
        return self._candidates.doc_ids(containing(needle)) if needle else np.zeros(0, np.int64)

    def _near_words(self, word: str, rest: DocIds) -> tuple[str, ...]:
        """The nearest words, those that find nothing beside the rest of the query last."""
        near = self._vocabulary.suggest(word, _MAX_COUNTED) or self._with_near_part(word)
        found = {other: len(common(self._containing(other), rest, self._docs.max_doc)) for other in near}
        return tuple(sorted(near, key=lambda other: (not found[other], near[other], -found[other]))[:_MAX_OFFERED])

    def _with_near_part(self, text: str) -> dict[str, int]:
        """A text of several words of which one Latin word occurs nowhere, with near words in its place, as found."""
        parts = unigrams_of(text)
        if not 1 < len(parts.texts) <= _MAX_PARTS:
            return {}
        unknown = [at for at, part in enumerate(parts.texts) if is_letter_run(part) and not len(self._containing(part))]
        if len(unknown) != 1:
            return {}
        part, start = parts.texts[unknown[0]], parts.starts[unknown[0]]
        near = self._vocabulary.suggest(part, _MAX_COUNTED)
        whole = {f"{text[:start]}{other}{text[start + len(part) :]}": distance for other, distance in near.items()}
        return {other: distance for other, distance in whole.items() if len(self._containing(other))}

    def _near_values(self, value: FieldValue, rest: DocIds) -> tuple[str, ...]:
        """The most similar values, those that find nothing beside the rest of the query last.

        A source that is none may be a tag, and the other way round.
        """
        other = "tag" if value.field == "source" else "source"
        return self._similar(value.field, value.value, rest) or self._similar(other, value.value, rest)

    def _similar(self, field: str, value: str, rest: DocIds) -> tuple[str, ...]:
        from searchkit.language.similar_names import similar_names  # edit distances, where nothing is found only

        live = self._facets.values(field)
        found = {name: count for name, (_, count) in self._facets.values(field, rest).items()}
        near = similar_names(value, {name: count for name, (_, count) in live.items()})
        ordered = sorted(near, key=lambda name: (name not in found, near[name], -found.get(name, 0)))
        written = (self._facets.written(field, live[name][0]) for name in ordered[:_MAX_OFFERED])
        return tuple(_written(field, name) for name in written)


def _written(field: str, value: str) -> str:
    """A value of a field as it can be typed."""
    return f'{field}:"{value}"' if _NEEDS_QUOTES.search(value) else f"{field}:{value}"
