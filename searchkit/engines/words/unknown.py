"""Nothing was found: which words and values does no document have, and which similar ones would find something?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from searchkit.language import fold
from searchkit.language.unigrams import is_letter_run
from searchkit.model import Unknown
from searchkit.query.ast import And, Every, FieldValue, Phrase, Query, Text, asks_for_text, leaves
from searchkit.query.compiled import CompiledQuery
from searchkit.query.segmentation import unigrams_of

_MAX_NAMED = 4  # words and values that near ones are looked for: each is compared with the whole vocabulary
_MAX_PARTS = 8  # unigrams of a text of which one may be mistyped
_MAX_OFFERED = 3
_MAX_COUNTED = 8  # near words whose documents are counted
_NEEDS_QUOTES = re.compile(r'[\s"()|]')


class Documents(Protocol):
    """Some documents of a commit point; those with the same text count one by one."""

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """How many of them match each of some queries."""

    def values(self, field: str) -> Mapping[str, int]:
        """The folded values of a field that any of them has, and how many have each: the most first, then by value."""


class Lookups(Protocol):
    """What an engine looks up in a commit point."""

    def documents(self, clauses: Sequence[Query]) -> Documents:
        """The documents that match every clause; all of them where there is none."""

    def nearest(self, word: str, limit: int) -> Mapping[str, int]:
        """The distance of each of the words that are nearest to a folded one, best first."""

    def written(self, field: str, value: str) -> str:
        """A folded value of a field as the first document by path writes it that has it."""


def unknown(query: CompiledQuery, filter_query: Query, lookups: Lookups) -> Unknown:
    """The words, then the values as ``source:…``, with what finds most of the rest of the query first.

    Args:
        query: a query that no document matches.
        filter_query: the filter of the search.
        lookups: what is known of the index.
    """
    everything = lookups.documents(())
    words, values = _words(query, everything), _values(query, filter_query)
    counts = everything.counts([*(Phrase(fold(word)) for word in words), *values])
    counts_of_words, counts_of_values = counts[: len(words)], counts[len(words) :]
    words = [word for word, count in zip(words, counts_of_words, strict=True) if not count]
    values = [value for value, count in zip(values, counts_of_values, strict=True) if not count]
    if not (words or values):
        return ()
    similar = _Similar(lookups, everything, _rest(query, filter_query, lookups, everything))
    near_words = similar.words(words[:_MAX_NAMED])
    near_values = [(_written(value.field, value.value), similar.values(value)) for value in values[:_MAX_NAMED]]
    return (*near_words, *((word, ()) for word in words[_MAX_NAMED:]), *near_values)


def _words(query: CompiledQuery, everything: Documents) -> list[str]:
    """The words of a query that may occur nowhere, as they were typed."""
    if not query.optional:  # all of the query is required
        wanted = (leaf for leaf, negations in leaves(query.required) if negations % 2 == 0)
        return list(dict.fromkeys(leaf.text for leaf in wanted if isinstance(leaf, Text | Phrase)))
    counts = everything.counts([clause.query for clause in query.optional])
    pairs = zip(query.optional, counts, strict=True)
    return [clause.text for clause, count in pairs if not count and asks_for_text(clause.query)]


def _values(query: CompiledQuery, filter_query: Query) -> list[FieldValue]:
    """The sources and tags that a query requires or prefers."""
    trees = (query.required, filter_query, *(clause.query for clause in query.optional))
    found = ((leaf, negations) for tree in trees for leaf, negations in leaves(tree))
    values = [leaf for leaf, negations in found if negations % 2 == 0 and isinstance(leaf, FieldValue)]
    return list(dict.fromkeys(value for value in values if value.field in ("source", "tag")))


def _rest(query: CompiledQuery, filter_query: Query, lookups: Lookups, everything: Documents) -> Documents:
    """The documents that match all clauses that any document matches."""
    clauses = [*_parts(query.required), *_parts(filter_query)]
    clauses += [] if query.match_any else [clause.query for clause in query.optional]
    counts = everything.counts(clauses)
    return lookups.documents([clause for clause, count in zip(clauses, counts, strict=True) if count])


def _parts(tree: Query) -> Iterator[Query]:
    parts = tree.parts if isinstance(tree, And) else (tree,)
    yield from (part for part in parts if not isinstance(part, Every))


@dataclass(frozen=True, slots=True)
class _Similar:
    """Finds words and values that documents have.

    Attributes:
        lookups: of the index.
        everything: all documents.
        rest: those that match what else the query asks for.
    """

    lookups: Lookups
    everything: Documents
    rest: Documents

    def words(self, words: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
        """Each word with the nearest ones, those that find nothing beside the rest of the query last."""
        near = [self._near(fold(word)) for word in words]
        others = list(dict.fromkeys(chain.from_iterable(near)))
        found = dict(zip(others, self.rest.counts([Phrase(other) for other in others]), strict=True))
        ordered = (sorted(of, key=lambda other: (not found[other], of[other], -found[other])) for of in near)
        return [(word, tuple(best[:_MAX_OFFERED])) for word, best in zip(words, ordered, strict=True)]

    def _near(self, word: str) -> Mapping[str, int]:
        return self.lookups.nearest(word, _MAX_COUNTED) or self._with_near_part(word)

    def _with_near_part(self, text: str) -> dict[str, int]:
        """A text of several words of which one Latin word occurs nowhere, with near words in its place, as found."""
        parts = unigrams_of(text)
        if not 1 < len(parts.texts) <= _MAX_PARTS:
            return {}
        latin = [at for at, part in enumerate(parts.texts) if is_letter_run(part)]
        counts = self.everything.counts([Phrase(parts.texts[at]) for at in latin])
        unknown_parts = [at for at, count in zip(latin, counts, strict=True) if not count]
        if len(unknown_parts) != 1:
            return {}
        part, start = parts.texts[unknown_parts[0]], parts.starts[unknown_parts[0]]
        near = self.lookups.nearest(part, _MAX_COUNTED)
        whole = {f"{text[:start]}{other}{text[start + len(part) :]}": distance for other, distance in near.items()}
        counts = self.everything.counts([Phrase(other) for other in whole])
        return {other: whole[other] for other, count in zip(whole, counts, strict=True) if count}

    def values(self, value: FieldValue) -> tuple[str, ...]:
        """The most similar values, those that find nothing beside the rest of the query last.

        A source that is none may be a tag, and the other way round.
        """
        other = "tag" if value.field == "source" else "source"
        return self._values_like(value.value, value.field) or self._values_like(value.value, other)

    def _values_like(self, value: str, field: str) -> tuple[str, ...]:
        from searchkit.language.similar_names import similar_names  # edit distances, where nothing is found only

        found = self.rest.values(field)
        near = similar_names(value, self.everything.values(field))
        ordered = sorted(near, key=lambda name: (name not in found, near[name], -found.get(name, 0)))
        return tuple(_written(field, self.lookups.written(field, name)) for name in ordered[:_MAX_OFFERED])


def _written(field: str, value: str) -> str:
    """A value of a field as it can be typed."""
    return f'{field}:"{value}"' if _NEEDS_QUOTES.search(value) else f"{field}:{value}"
