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

_UINT32_BITS, _UINT64_BITS = 32, 64
_CHAR_BITS = 16  # of the last character of a packed word, which most do not have

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
        self.doc_ids = _Column(np.uint32)

    def append(self, found: TermArrays, first_doc: int) -> None:
        """Terms of the documents from ``first_doc`` on."""
        self.terms.append(found.terms)
        self.doc_ids.append(found.texts.astype(np.uint32) + np.uint32(first_doc))


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

    def assign_ords(self, ords: UInt32s) -> None:
        """Replace each unigram by its term ord; nothing can be added afterwards."""
        counts = self._counts.whole()
        self._ords = ords[self.unigrams.whole()]
        self._position_bits = _bits(counts)
        wide = self._position_bits + len(counts).bit_length() > _UINT32_BITS
        firsts = (np.arange(len(counts)) << self._position_bits) - (np.cumsum(counts) - counts)
        self._keys = np.repeat(firsts.astype(np.uint64 if wide else np.uint32), counts)
        self._keys += np.arange(len(self._ords), dtype=self._keys.dtype)
        del self.unigrams

    def unigram_lists(self) -> tuple[Integers, PostingLists]:
        """The term ords of the unigrams that occur, and the posting list of each."""
        return posting_lists(self._ords, self._keys >> self._keys.dtype.type(self._position_bits))

    def boundary_lists(self) -> tuple[Integers, PostingLists]:
        """The unigrams before a gap, each with the kind of gap in its lowest bits, and the posting list of each."""
        gaps = self._gaps.whole()
        at = np.flatnonzero(gaps != JOINED)
        codes = (self._ords[at] << np.uint32(_GAP_BITS)) | gaps[at]
        return posting_lists(codes, self._keys[at], self._position_bits)

    def bigram_lists(self, unigrams: int) -> tuple[Integers, PostingLists]:
        """The codes of the bigrams, given how many unigrams there are, and the posting list of each."""
        at = np.flatnonzero(self._gaps.whole() == JOINED)  # never the last unigram
        codes = self._ords[:-1].astype(np.uint64)
        codes *= np.uint64(unigrams)
        codes += self._ords[1:]
        return posting_lists(codes[at], self._keys[at], self._position_bits)


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


def _sorted_terms(terms: UInt32s, vocabulary: Vocabulary) -> tuple[list[bytes], UInt32s]:
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
    return [encoded[place] for place in order], ords


def _named_lists(vocabulary: Vocabulary, occurrences: _Occurrences) -> FieldPostings:
    terms = occurrences.terms.whole()
    names, ord_of = _sorted_terms(terms, vocabulary)
    return FieldPostings(names, posting_lists(ord_of[terms], occurrences.doc_ids.whole())[1])


def _words(inverter: _TextInverter, vocabulary: Vocabulary) -> FieldPostings:
    others = _named_lists(vocabulary, inverter.other_words)
    assert isinstance(others.terms, list)
    names, parts = list(others.terms), [others.lists]
    packed, doc_ids = inverter.short_words.terms.whole(), inverter.short_words.doc_ids.whole()
    is_shorter = (packed & np.uint64((1 << _CHAR_BITS) - 1)) == 0
    for here, shift in ((is_shorter, np.uint64(_CHAR_BITS)), (~is_shorter, np.uint64(0))):  # beside fewer bits, a key
        found, lists = posting_lists(packed[here] >> shift, doc_ids[here])
        names += short_words(found << shift)
        parts.append(lists)
    by_name = sorted(range(len(names)), key=names.__getitem__)
    return FieldPostings([names[place] for place in by_name], concat(parts).take(np.array(by_name, np.int64)))


def _boundary_terms(unigrams: list[bytes], codes: Integers) -> list[bytes]:
    pairs = zip((codes >> _GAP_BITS).tolist(), (codes & _GAP).tolist(), strict=True)
    return [unigrams[unigram] + boundary_term("", gap).encode() for unigram, gap in pairs]


def posting_lists(terms: Integers, keys: Integers, position_bits: int = 0) -> tuple[Integers, PostingLists]:
    """The distinct terms, ascending, and the posting list of each.

    Args:
        terms: unsigned[n], of each occurrence, document after document.
        keys: unsigned[n], ascending: document and position of each occurrence as one number.
        position_bits: how many bits of a key are the position; 0 to leave out positions.
    """
    key_bits = max(_bits(keys), position_bits)
    is_packed = _bits(terms) + key_bits <= _UINT64_BITS
    sort = _sorted_packed if is_packed else _sorted_apart
    first, term_of, doc_of, positions = sort(terms, keys, key_bits, position_bits)
    new_term = changes(term_of)
    lists = PostingLists(
        starts=np.append(np.flatnonzero(new_term), len(first)),
        doc_ids=doc_of.astype(np.int32),
        freqs=np.diff(first.astype(np.int32), append=np.int32(len(terms))),
        positions=positions.astype(np.int32),
    )
    return term_of[new_term], lists


_Postings = tuple[Int64s, Integers, Integers, Integers]
"""Where each posting begins among its occurrences, its term, its document; and the positions of all occurrences."""


def _sorted_packed(terms: Integers, keys: Integers, key_bits: int, position_bits: int) -> _Postings:
    """Terms and keys sorted as one number of both, which is faster than to move two."""
    packed: Integers = terms.astype(np.uint64 if _bits(terms) + key_bits > _UINT32_BITS else np.uint32)
    number = packed.dtype.type
    packed <<= number(key_bits)
    packed |= keys
    packed.sort()
    postings = packed >> number(position_bits) if position_bits else packed
    first = np.flatnonzero(changes(postings))
    postings = postings[first]
    doc_bits = key_bits - position_bits
    positions = packed & number((1 << position_bits) - 1) if position_bits else no_int64s()
    return first, postings >> number(doc_bits), postings & number((1 << doc_bits) - 1), positions


def _sorted_apart(terms: Integers, keys: Integers, key_bits: int, position_bits: int) -> _Postings:
    """The same where both do not fit into one number."""
    order = np.argsort(terms, kind="stable")
    terms, keys = terms[order], keys[order]
    doc_of = keys >> keys.dtype.type(position_bits)
    first = np.flatnonzero(changes(terms) | changes(doc_of))
    positions = keys & keys.dtype.type((1 << position_bits) - 1) if position_bits else no_int64s()
    return first, terms[first], doc_of[first], positions


def _bits(numbers: Integers) -> int:
    """How many bits the largest number takes."""
    return int(numbers.max(initial=0)).bit_length()
