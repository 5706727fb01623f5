"""The terms of stored documents again: how often each occurs, and where texts begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from searchkit.engines.arrays import Bools, Int64s
from searchkit.engines.opensearch.analysis.analysed import Analysed
from searchkit.engines.opensearch.schema import CONTENT, TITLE, TextFields
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.unigrams import JOINED, bigram_term
from searchkit.model import Document
from searchkit.query.ast import TextField
from searchkit.query.compiled import Needle, TermKind


def document_terms(documents: Sequence[Document], lexicon: Lexicon = NO_LEXICON) -> list[DocumentTerms]:
    """The terms of each document; ``lexicon`` is that of the index."""
    analysed = Analysed(documents, lexicon)
    return [DocumentTerms(analysed, number) for number in range(len(documents))]


def word_occurrences(documents: Sequence[Document], lexicon: Lexicon = NO_LEXICON) -> Counter[str]:
    """How often each word occurs in some documents together; ``lexicon`` is that of the index.

    >>> word_occurrences([Document("a.md", "香港", None, "", "", (), "香港 口岸")])["香港"]
    2
    """
    words = Analysed(documents, lexicon).words
    counts = np.bincount(words.terms, minlength=len(words.names)).tolist()
    return Counter(dict(zip(words.names, counts, strict=True)))


class DocumentTerms:
    """The terms of one document, as an index has them.

    Positions are those of its content: the unigrams of the title from 0 on, then those of the body.

    Args:
        analysed: the document among others.
        number: its place among them.
    """

    def __init__(self, analysed: Analysed, number: int) -> None:
        self._analysed = analysed
        self._number = number
        start, self._body, self._end = (int(place) for place in analysed.bounds[2 * number : 2 * number + 3])
        self._start = start
        self._terms = analysed.unigrams.terms[start : self._end]
        self._gaps = analysed.unigrams.gaps[start : self._end]
        self._counts: dict[tuple[TermKind, TextField], Counter[str]] = {}

    @property
    def lengths(self) -> dict[str, int]:
        """How many terms it has, by the names of ``LENGTH_FIELDS``."""
        kinds: tuple[TermKind, ...] = ("unigrams", "bigrams", "words")
        fields: tuple[tuple[TextFields, TextField], ...] = ((CONTENT, ""), (TITLE, "title"))
        return {
            name: self.counts(kind, field).total()
            for text, field in fields
            for kind, name in zip(kinds, text.lengths, strict=True)
        }

    def counts(self, kind: TermKind, field: TextField = "") -> Counter[str]:
        """How often each term of a kind occurs in title and body, or in one of them; a bigram has a space.

        >>> [terms] = document_terms([Document("a.md", "香港", None, "", "", (), "港口")])
        >>> terms.counts("unigrams")["港"], dict(terms.counts("bigrams", "body"))
        (2, {'港 口': 1})
        """
        found = self._counts.get((kind, field))
        if found is None:
            found = self._counts[kind, field] = Counter(self._occurrences(kind, field))
        return found

    def _occurrences(self, kind: TermKind, field: TextField) -> Iterable[str]:
        if kind == "words":
            words = self._analysed.words
            first, last = 2 * self._number + (field == "body"), 2 * self._number + (field != "title")
            found = words.terms[(words.texts >= first) & (words.texts <= last)]
            return map(words.names.__getitem__, found.tolist())
        units = self._analysed.units
        first, last = self._start if field != "body" else self._body, self._body if field == "title" else self._end
        names = list(map(units.names.__getitem__, units.terms[first:last].tolist()))
        if kind == "unigrams":
            return names
        joined = np.flatnonzero(self._analysed.unigrams.gaps[first:last] == JOINED).tolist()
        return [bigram_term(names[at], names[at + 1]) for at in joined]

    def occurrences(self, needle: Needle, field: TextField = "") -> Int64s:
        """int64[n], ascending: the positions where a text begins; with ``open_end`` its last unigram may go on.

        Args:
            needle: the text.
            field: where it is looked for, title and body being apart.
        """
        last = len(needle.unigrams) - 1
        first, end = self._body - self._start if field == "body" else 0, len(self._terms)
        if field == "title":
            end = self._body - self._start
        starts: Int64s = np.arange(first, max(end - last, first))
        for distance, unigram in enumerate(needle.unigrams):
            if not len(starts):
                break
            is_open = needle.open_end and distance == last
            starts = starts[self._are(starts + distance, unigram, is_open)]
            if distance < last:
                starts = starts[self._gaps[starts + distance] == needle.gaps[distance]]
        return starts

    def _are(self, places: Int64s, unigram: str, is_open: bool) -> Bools:
        """bool[n]: whether a unigram is at these positions, or one that begins so."""
        if is_open:
            units = self._analysed.units
            terms = units.terms[places + self._start].tolist()
            return np.fromiter((units.names[term].startswith(unigram) for term in terms), bool, len(terms))
        term = self._analysed.term_id(unigram)
        return np.zeros(len(places), bool) if term is None else self._terms[places] == term
