"""From documents to posting lists: all terms of a batch in memory, sorted once per field."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Int64s, Integers, UInt32s, changes, no_int64s
from searchkit.engines.whoosh.codec.postings import NO_POSTING_LISTS, PostingLists, concat
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTerms, FieldPostings
from searchkit.engines.whoosh.schema import CONTENT, TEXT_FIELDS, TITLE
from searchkit.language.batch import (
    VOCABULARY_START,
    FoldedBatch,
    Segmenter,
    TermArrays,
    Vocabulary,
    short_words,
    unigram_arrays,
    word_arrays,
)
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.language.unigrams import JOINED, TEXT_END, boundary_term

_DIGIT_BITS = 16
"""numpy sorts integers of up to so many bits by radix, whatever the processor."""

_GAP_BITS = 3
_GAP = (1 << _GAP_BITS) - 1


class _Column:
    """An array that grows in parts."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._parts: list[npt.NDArray[Any]] = [np.zeros(0, dtype)]

    def append(self, part: npt.NDArray[Any]) -> None:
        self._parts.append(part)

    def whole(self) -> npt.NDArray[Any]:
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0]


class _Occurrences:
    """Terms and the document of each, in the order of the documents."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self.terms = _Column(dtype)
        self.doc_ids = _Column(np.int32)

    def append(self, found: TermArrays, first_doc: int) -> None:
        """Terms of the documents from ``first_doc`` on."""
        self.terms.append(found.terms)
        self.doc_ids.append(found.texts + np.int32(first_doc))


class _TextInverter:
    """Collects the unigrams and words of one text per document; all four fields of the text follow from these.

    Args:
        segmenter: cuts the texts into words.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self.unigrams = _Column(np.uint32)
        self.short_words = _Occurrences(np.uint64)
        self.other_words = _Occurrences(np.uint32)
        self._gaps = _Column(np.uint8)
        self._counts = _Column(np.int64)

    def add(self, texts: Sequence[str], vocabulary: Vocabulary, first_doc: int) -> list[Int64s]:
        """The folded texts of the documents from ``first_doc`` on.

        Returns:
            int64[texts] three times: how many unigrams, bigrams and words each has.
        """
        batch = FoldedBatch.of(texts)
        unigrams = unigram_arrays(batch, vocabulary)
        words = word_arrays(batch, unigrams, vocabulary, self._segmenter)
        self.unigrams.append(unigrams.terms)
        self._gaps.append(unigrams.gaps)
        self._counts.append(unigrams.counts)
        self.short_words.append(words.short, first_doc)
        self.other_words.append(words.others, first_doc)
        bigrams = np.append(0, np.cumsum(unigrams.gaps == JOINED))[np.append(0, np.cumsum(unigrams.counts))]
        short, others = (np.bincount(found.texts, minlength=len(texts)) for found in (words.short, words.others))
        return [unigrams.counts, np.diff(bigrams), short + others]

    def assign_ords(self, ords: npt.NDArray[np.unsignedinteger[Any]]) -> None:
        """Replace each unigram by its term ord and sort the occurrences; nothing can be added afterwards."""
        self._ords = ords[self.unigrams.whole()]
        self._order = stable_order(self._ords)
        counts = self._counts.whole()
        narrow = len(counts) <= 1 << _DIGIT_BITS
        self._doc_ids = np.repeat(np.arange(len(counts)).astype(np.uint16 if narrow else np.uint32), counts)
        self._firsts = np.cumsum(counts) - counts
        del self.unigrams

    def unigram_lists(self) -> tuple[Integers, PostingLists]:
        """The term ords of the unigrams that occur, and the posting list of each."""
        return posting_lists(self._order, self._ords[self._order], self._doc_ids)

    def boundary_lists(self) -> tuple[Integers, PostingLists]:
        """The unigrams before a gap, each with the kind of gap in its lowest bits, and the posting list of each."""
        gaps = self._gaps.whole()
        order = self._order[gaps[self._order] != JOINED]
        codes = (self._ords[order].astype(np.uint32) << np.uint32(_GAP_BITS)) | gaps[order]
        by_code = stable_order(codes)
        return posting_lists(order[by_code], codes[by_code], self._doc_ids, self._firsts)

    def bigram_lists(self, unigrams: int) -> tuple[Integers, PostingLists]:
        """The codes of the bigrams, given how many unigrams there are, and the posting list of each."""
        # sorted by second unigram already; the occurrence before the very first is the last one, which is not joined
        order = self._order - 1
        order = order[self._gaps.whole()[order] == JOINED]
        order = order[stable_order(self._ords[order])]
        codes = self._ords[order].astype(np.uint32 if unigrams <= 1 << _DIGIT_BITS else np.int64)
        codes *= codes.dtype.type(unigrams)
        codes += self._ords[order + 1]
        return posting_lists(order, codes, self._doc_ids, self._firsts)


class Inverter:
    """Inverts a batch of documents, added in parts of any size.

    Args:
        lexicon: own words, with which texts are cut.
    """

    def __init__(self, lexicon: Lexicon = NO_LEXICON) -> None:
        segmenter = Segmenter(lexicon)
        self._vocabulary = Vocabulary()
        self._texts = {text: _TextInverter(segmenter) for text in TEXT_FIELDS}
        self._values: dict[str, tuple[Vocabulary, _Occurrences]] = {}
        self._documents = 0

    def add(self, titles: Sequence[str], bodies: Sequence[str]) -> list[Int64s]:
        """The folded titles and bodies of the next documents.

        Returns:
            int64[documents] per field of ``RANKED_FIELDS``: how many terms each document has in it.
        """
        texts = [f"{title}{TEXT_END}{body}" for title, body in zip(titles, bodies, strict=True)]
        lengths = self._texts[CONTENT].add(texts, self._vocabulary, self._documents)
        lengths += self._texts[TITLE].add(titles, self._vocabulary, self._documents)
        self._documents += len(titles)
        return lengths

    def add_values(self, field: str, values: Sequence[Sequence[str]]) -> None:
        """The whole values of a keyword field, for the documents that ``add`` took last."""
        vocabulary, occurrences = self._values.setdefault(field, (Vocabulary(), _Occurrences(np.uint32)))
        texts = np.repeat(np.arange(len(values), dtype=np.int32), [len(part) for part in values])
        terms = np.array([vocabulary[value] for part in values for value in part], np.uint32)
        occurrences.append(TermArrays(terms, texts), self._documents - len(values))

    def postings(self, field: str) -> FieldPostings:
        """The terms and posting lists of a field, once per field. Nothing can be added afterwards."""
        if field in self._values:
            return _named_lists(*self._values.pop(field))
        unigrams = self._unigrams
        for text, inverter in self._texts.items():
            if field == text.unigrams:
                ords, lists = inverter.unigram_lists()
                return FieldPostings([unigrams[term_ord] for term_ord in ords.tolist()], lists)
            if field == text.boundaries:
                codes, lists = inverter.boundary_lists()
                return FieldPostings(_boundary_terms(unigrams, codes), lists)
            if field == text.bigrams:
                codes, lists = inverter.bigram_lists(len(unigrams))
                return FieldPostings(BigramTerms.from_codes(unigrams, codes), lists)
            if field == text.words:
                return _words(inverter, self._vocabulary)
        return FieldPostings([], NO_POSTING_LISTS)

    @cached_property
    def _unigrams(self) -> list[bytes]:
        """All unigrams, ascending; from here on, each has its term ord."""
        terms, ords = _sorted_terms(self._texts[CONTENT].unigrams.whole(), self._vocabulary)
        for inverter in self._texts.values():
            inverter.assign_ords(ords)
        return terms


def _sorted_terms(
    terms: UInt32s, vocabulary: Vocabulary
) -> tuple[list[bytes], npt.NDArray[np.unsignedinteger[Any]]]:
    """The distinct terms as UTF-8, ascending, and an array that maps each term to its place among them."""
    occurs = np.zeros(VOCABULARY_START + len(vocabulary), bool)
    occurs[terms] = True
    found = np.flatnonzero(occurs)
    names = list(vocabulary)
    texts = [chr(term) if term < VOCABULARY_START else names[term - VOCABULARY_START] for term in found.tolist()]
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    ords = np.zeros(len(occurs), np.uint32)
    ords[found[order]] = np.arange(len(found))
    narrow = len(found) <= 1 << _DIGIT_BITS
    return [encoded[place] for place in order], ords.astype(np.uint16) if narrow else ords


def _named_lists(vocabulary: Vocabulary, occurrences: _Occurrences) -> FieldPostings:
    terms = occurrences.terms.whole()
    names, ord_of = _sorted_terms(terms, vocabulary)
    ords = ord_of[terms]
    order = stable_order(ords)
    return FieldPostings(names, posting_lists(order, ords[order], occurrences.doc_ids.whole())[1])


def _words(inverter: _TextInverter, vocabulary: Vocabulary) -> FieldPostings:
    others = _named_lists(vocabulary, inverter.other_words)
    assert isinstance(others.terms, list)
    keys = inverter.short_words.terms.whole()
    order = stable_order(keys)
    found, lists = posting_lists(order, keys[order], inverter.short_words.doc_ids.whole())
    names = others.terms + short_words(found)
    by_name = sorted(range(len(names)), key=names.__getitem__)
    lists = concat([others.lists, lists]).take(np.array(by_name, np.int64))
    return FieldPostings([names[place] for place in by_name], lists)


def _boundary_terms(unigrams: list[bytes], codes: Integers) -> list[bytes]:
    pairs = zip((codes >> _GAP_BITS).tolist(), (codes & _GAP).tolist(), strict=True)
    return [unigrams[unigram] + boundary_term("", gap).encode() for unigram, gap in pairs]


def posting_lists(
    order: Int64s, terms: Integers, doc_ids: Integers, firsts: Int64s | None = None
) -> tuple[Integers, PostingLists]:
    """The distinct terms, ascending, and the posting list of each.

    Args:
        order: int64[n], the occurrences sorted by term, document and position.
        terms: integer[n], the term of each occurrence in this order.
        doc_ids: integer[occurrences], of all occurrences as they came.
        firsts: int64[documents], where the occurrences of each document begin; None to leave out positions.
    """
    doc_of = doc_ids[order]
    new_posting = changes(terms)
    new_posting |= changes(doc_of)
    first = np.flatnonzero(new_posting)
    term_of = terms[first]
    new_term = changes(term_of)
    lists = PostingLists(
        starts=np.append(np.flatnonzero(new_term), len(first)),
        doc_ids=doc_of[first].astype(np.int32),
        freqs=np.diff(first.astype(np.int32), append=np.int32(len(order))),
        positions=no_int64s() if firsts is None else (order - firsts[doc_of]).astype(np.int32),
    )
    return term_of[new_term], lists


def stable_order(keys: Integers) -> Int64s:
    """``np.argsort(keys, kind="stable")`` of integers that are not negative, by radix: digit after digit."""
    order = _digit_order(keys.astype(np.uint16))
    top, shift = int(keys.max(initial=0)), _DIGIT_BITS
    while top >> shift:
        digits = (keys >> keys.dtype.type(shift)).astype(np.uint16)
        order = order[_digit_order(digits[order])]
        shift += _DIGIT_BITS
    return order


def _digit_order(digits: npt.NDArray[np.uint16]) -> Int64s:
    zero = digits == 0
    some = np.flatnonzero(~zero)
    if 2 * len(some) > len(digits):
        return np.argsort(digits, kind="stable")
    return np.concatenate([np.flatnonzero(zero), some[np.argsort(digits[some], kind="stable")]])
