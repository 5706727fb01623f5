"""From documents to posting lists: the terms of a whole segment, sorted once a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.numeric.sorted import changes
from searchkit.engines.whoosh.codec.termdict import BigramTerms
from searchkit.engines.whoosh.codec.postings import NO_LISTS, Lists, joined, no_numbers
from searchkit.language.batch import (
    VOCABULARY_START,
    FoldedBatch,
    TermArrays,
    Vocabulary,
    short_words,
    unigram_arrays,
    word_arrays,
)
from searchkit.language.unigrams import JOINED, TEXT_END, boundary_term
from searchkit.query.fields import ALL_STREAMS, BODY_STREAMS, TITLE_STREAMS

Numbers = npt.NDArray[np.int64]

_DIGIT_BITS = 16  # numpy sorts numbers of so many bits without comparing them
_GAP_BITS = 2
_GAP = (1 << _GAP_BITS) - 1


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """All posting lists of a field.

    Attributes:
        terms: UTF-8, ascending; those of a field of bigrams as numbers of the unigrams.
        lists: of each term.
    """

    terms: list[bytes] | BigramTerms
    lists: Lists


class _Column:
    """An array that comes in parts."""

    def __init__(self, kind: type[np.generic]) -> None:
        self._parts: list[npt.NDArray[Any]] = [np.zeros(0, kind)]

    def add(self, part: npt.NDArray[Any]) -> None:
        self._parts.append(part)

    def whole(self) -> npt.NDArray[Any]:
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0]


class _Terms:
    """Terms as they come, and the document of each."""

    def __init__(self, kind: type[np.generic]) -> None:
        self.terms = _Column(kind)
        self.documents = _Column(np.int32)

    def add(self, found: TermArrays, first: int) -> None:
        """Terms of the next documents, from the first of these on."""
        self.terms.add(found.terms)
        self.documents.add(found.texts + np.int32(first))


class _Stream:
    """The unigrams and words of one text of each document as they come: all that its four fields follow from."""

    def __init__(self) -> None:
        self.unigrams = _Column(np.uint32)
        self.short_words = _Terms(np.uint64)
        self.other_words = _Terms(np.uint32)
        self._gaps = _Column(np.uint8)
        self._counts = _Column(np.int64)

    def add(self, texts: Sequence[str], vocabulary: Vocabulary, first: int) -> list[Numbers]:
        """The texts of the next documents, from the first of these on; how many unigrams, bigrams and words each has."""
        batch = FoldedBatch.of(texts)
        unigrams = unigram_arrays(batch, vocabulary)
        words = word_arrays(batch, unigrams, vocabulary)
        self.unigrams.add(unigrams.terms)
        self._gaps.add(unigrams.gaps)
        self._counts.add(unigrams.counts)
        self.short_words.add(words.short, first)
        self.other_words.add(words.others, first)
        bigrams = np.append(0, np.cumsum(unigrams.gaps == JOINED))[np.append(0, np.cumsum(unigrams.counts))]
        short, others = (np.bincount(found.texts, minlength=len(texts)) for found in (words.short, words.others))
        return [unigrams.counts, np.diff(bigrams), short + others]

    def number(self, numbers: npt.NDArray[np.unsignedinteger]) -> None:
        """Give each unigram its number; nothing can be added afterwards."""
        self._numbers = numbers[self.unigrams.whole()]
        self._order = stable_order(self._numbers)
        counts = self._counts.whole()
        few = len(counts) <= 1 << _DIGIT_BITS
        self._documents = np.repeat(np.arange(len(counts)).astype(np.uint16 if few else np.uint32), counts)
        self._firsts = np.cumsum(counts) - counts
        del self.unigrams

    def unigram_lists(self) -> tuple[Numbers, Lists]:
        """The numbers of the unigrams that occur, and the posting list of each."""
        return posting_lists(self._order, self._numbers[self._order], self._documents)

    def boundary_lists(self) -> tuple[Numbers, Lists]:
        """The same of the unigrams before a gap, each with its kind."""
        gaps = self._gaps.whole()
        order = self._order[gaps[self._order] != JOINED]
        codes = (self._numbers[order].astype(np.uint32) << np.uint32(_GAP_BITS)) | gaps[order]
        by_code = stable_order(codes)
        return posting_lists(order[by_code], codes[by_code], self._documents, self._firsts)

    def bigram_lists(self, unigrams: int) -> tuple[Numbers, Lists]:
        """The same of the joined ones, as codes of so many unigrams."""
        order = self._order - 1  # by their second unigrams; before the first of all is the last, which is not joined
        order = order[self._gaps.whole()[order] == JOINED]
        order = order[stable_order(self._numbers[order])]
        codes = self._numbers[order].astype(np.uint32 if unigrams <= 1 << _DIGIT_BITS else np.int64)
        codes *= codes.dtype.type(unigrams)
        codes += self._numbers[order + 1]
        return posting_lists(order, codes, self._documents, self._firsts)


class Inversion:
    """The terms of a segment's documents, added in parts of any size."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._streams = {streams: _Stream() for streams in ALL_STREAMS}
        self._values: dict[str, tuple[Vocabulary, _Terms]] = {}
        self._documents = 0

    def add(self, titles: Sequence[str], bodies: Sequence[str]) -> list[Numbers]:
        """The folded titles and bodies of the next documents.

        Returns:
            int64[documents] a ranked field: how many terms each document has in it, in the order of the fields.
        """
        texts = [f"{title}{TEXT_END}{body}" for title, body in zip(titles, bodies, strict=True)]
        lengths = self._streams[BODY_STREAMS].add(texts, self._vocabulary, self._documents)
        lengths += self._streams[TITLE_STREAMS].add(titles, self._vocabulary, self._documents)
        self._documents += len(titles)
        return lengths

    def add_values(self, name: str, values: Sequence[Sequence[str]]) -> None:
        """Whole values of a filter field, for the documents that ``add`` took last."""
        vocabulary, collected = self._values.setdefault(name, (Vocabulary(), _Terms(np.uint32)))
        texts = np.repeat(np.arange(len(values), dtype=np.int32), [len(part) for part in values])
        terms = np.array([vocabulary[value] for part in values for value in part], np.uint32)
        collected.add(TermArrays(terms, texts), self._documents - len(values))

    def postings(self, name: str) -> FieldPostings:
        """The posting lists of a field, each asked for once. Nothing can be added afterwards."""
        if name in self._values:
            return _named_lists(*self._values.pop(name))
        unigram_names = self._unigram_names
        for streams, stream in self._streams.items():
            if name == streams.unigrams:
                found, lists = stream.unigram_lists()
                return FieldPostings([unigram_names[number] for number in found.tolist()], lists)
            if name == streams.boundaries:
                codes, lists = stream.boundary_lists()
                return FieldPostings(_boundary_terms(unigram_names, codes), lists)
            if name == streams.bigrams:
                codes, lists = stream.bigram_lists(len(unigram_names))
                return FieldPostings(BigramTerms.of(unigram_names, codes), lists)
            if name == streams.words:
                return _words(stream, self._vocabulary)
        return FieldPostings([], NO_LISTS)

    @cached_property
    def _unigram_names(self) -> list[bytes]:
        """Every unigram, ascending; from here on, each has its number."""
        names, numbers = _numbered(self._streams[BODY_STREAMS].unigrams.whole(), self._vocabulary)
        for stream in self._streams.values():
            stream.number(numbers)
        return names


def _numbered(
    terms: npt.NDArray[np.uint32], vocabulary: Vocabulary
) -> tuple[list[bytes], npt.NDArray[np.unsignedinteger]]:
    """The texts of the distinct terms, ascending, and the number of each term among them."""
    met = np.zeros(VOCABULARY_START + len(vocabulary), bool)
    met[terms] = True
    found = np.flatnonzero(met)
    known = list(vocabulary)
    texts = [chr(term) if term < VOCABULARY_START else known[term - VOCABULARY_START] for term in found.tolist()]
    names = [text.encode("utf-8", "surrogatepass") for text in texts]
    by_text = sorted(range(len(names)), key=names.__getitem__)
    numbers = np.zeros(len(met), np.uint32)
    numbers[found[by_text]] = np.arange(len(found))
    few = len(found) <= 1 << _DIGIT_BITS
    return [names[place] for place in by_text], numbers.astype(np.uint16) if few else numbers


def _named_lists(vocabulary: Vocabulary, collected: _Terms) -> FieldPostings:
    terms = collected.terms.whole()
    names, numbers = _numbered(terms, vocabulary)
    of_term = numbers[terms]
    order = stable_order(of_term)
    return FieldPostings(names, posting_lists(order, of_term[order], collected.documents.whole())[1])


def _words(stream: _Stream, vocabulary: Vocabulary) -> FieldPostings:
    others = _named_lists(vocabulary, stream.other_words)
    assert isinstance(others.terms, list)
    keys = stream.short_words.terms.whole()
    order = stable_order(keys)
    found, lists = posting_lists(order, keys[order], stream.short_words.documents.whole())
    names = others.terms + short_words(found)
    by_text = sorted(range(len(names)), key=names.__getitem__)
    lists = joined([others.lists, lists]).ordered(np.array(by_text, np.int64))
    return FieldPostings([names[place] for place in by_text], lists)


def _boundary_terms(unigrams: list[bytes], codes: npt.NDArray[np.integer]) -> list[bytes]:
    both = zip((codes >> _GAP_BITS).tolist(), (codes & _GAP).tolist(), strict=True)
    return [unigrams[unigram] + boundary_term("", gap).encode() for unigram, gap in both]


def posting_lists(
    order: Numbers,
    terms: npt.NDArray[Any],
    documents: npt.NDArray[np.integer],
    places: Numbers | None = None,
) -> tuple[npt.NDArray[Any], Lists]:
    """The distinct terms, ascending, and the posting list of each.

    Args:
        order: int64[n], occurrences by term, document and position.
        terms: the number of each one's term, in this order.
        documents: of all occurrences, as they came.
        places: of each document, where its occurrences begin among all; None where no positions are kept.
    """
    of_each = documents[order]
    new = changes(terms)
    new |= changes(of_each)
    first = np.flatnonzero(new)
    of_posting = terms[first]
    new_term = changes(of_posting)
    lists = Lists(
        starts=np.append(np.flatnonzero(new_term), len(first)),
        documents=of_each[first].astype(np.int32),
        frequencies=np.diff(first.astype(np.int32), append=np.int32(len(order))),
        positions=no_numbers() if places is None else (order - places[of_each]).astype(np.int32),
    )
    return of_posting[new_term], lists


def stable_order(keys: npt.NDArray[np.integer]) -> Numbers:
    """``np.argsort(keys, kind="stable")`` of numbers that are not negative, by their digits, the last first."""
    order = _digit_order(keys.astype(np.uint16))
    top, shift = int(keys.max(initial=0)), _DIGIT_BITS
    while top >> shift:
        digits = (keys >> keys.dtype.type(shift)).astype(np.uint16)
        order = order[_digit_order(digits[order])]
        shift += _DIGIT_BITS
    return order


def _digit_order(digits: npt.NDArray[np.uint16]) -> Numbers:
    zero = digits == 0
    some = np.flatnonzero(~zero)
    if 2 * len(some) > len(digits):
        return np.argsort(digits, kind="stable")
    return np.concatenate([np.flatnonzero(zero), some[np.argsort(digits[some], kind="stable")]])
