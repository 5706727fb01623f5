"""One field of a segment or a run: is its dictionary in order, are its posting lists possible?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchkit.engines.arrays import Bools, Int64s, UInt64s
from searchkit.engines.whoosh.checking.digests import bigram_hashes, term_hashes
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.terms.dictionary import split_codes
from searchkit.engines.whoosh.indexing.merge_sources import FieldSource
from searchkit.messages import _

_STRETCH = 1 << 19
"""Occurrences that are in memory at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The terms of a field that has texts.

    Attributes:
        field: its name.
        texts: UTF-8.
        hashes: uint64[terms].
    """

    field: str
    texts: list[bytes]
    hashes: UInt64s

    @classmethod
    def of(cls, field: str, source: FieldSource) -> Terms:
        """Read them."""
        texts = source.terms().all()
        return cls(field, texts, term_hashes(texts))

    @property
    def are_in_order(self) -> bool:
        """Whether each is a text, greater than the one before it."""
        try:
            b"\0".join(self.texts).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return False
        return all(map(bytes.__lt__, self.texts, self.texts[1:]))

    def text(self, place: int) -> str:
        """The term at a place, to be shown."""
        return self.texts[place].decode("utf-8", "replace")

    def unigram_hashes(self) -> UInt64s:
        """uint64[terms], of a field of boundaries the hash of each one's unigram."""
        return term_hashes(term[:-1] for term in self.texts)


@dataclass(frozen=True, slots=True, eq=False)
class Bigrams:
    """The terms of a bigram field.

    Attributes:
        field: its name.
        unigrams: the terms that they are made of.
        codes: int64[terms], see ``BigramTerms.codes``.
        hashes: uint64[terms].
    """

    field: str
    unigrams: Terms
    codes: Int64s
    hashes: UInt64s

    @classmethod
    def of(cls, field: str, source: FieldSource, unigrams: Terms, file: Path) -> Bigrams:
        """Read them.

        Raises:
            Damaged: there are no such unigrams.
        """
        codes, count = source.codes(), len(unigrams.texts)
        if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < count**2:
            raise Damaged(file, _("field {name} has a bigram of no unigrams", name=field))
        return cls(field, unigrams, codes, bigram_hashes(unigrams.hashes, *split_codes(codes, max(count, 1))))

    @property
    def are_in_order(self) -> bool:
        """Whether each is greater than the one before it."""
        return bool((np.diff(self.codes) > 0).all())

    def text(self, place: int) -> str:
        """The term at a place, to be shown."""
        return " ".join(map(self.unigrams.text, divmod(int(self.codes[place]), len(self.unigrams.texts))))

    def unigram_hashes(self) -> UInt64s:
        """uint64[terms], the hash of each one's first unigram."""
        found: UInt64s = self.unigrams.hashes[split_codes(self.codes, max(len(self.unigrams.texts), 1))[0]]
        return found


def stretches(source: FieldSource) -> Iterator[tuple[int, int, PostingLists]]:
    """The posting lists of all terms, so many at a time that they fit: first term, last term (excluded), lists."""
    ends = np.cumsum(source.total_term_freqs())
    first = 0
    while first < len(ends):
        limit = (int(ends[first - 1]) if first else 0) + _STRETCH
        last = max(first + 1, int(np.searchsorted(ends, limit, side="right")))
        yield first, last, source.lists(first, last)
        first = last


def fault_of(lists: PostingLists, documents: int, lengths: Int64s | None) -> tuple[int, str] | None:
    """The first term whose list is impossible, and why.

    Args:
        lists: those of some terms.
        documents: how many the segment has.
        lengths: int64[documents], by which positions are bounded; None for a field without positions.
    """
    doc_ids, freqs = lists.doc_ids, lists.freqs
    outside = (doc_ids < 0) | (doc_ids >= documents)
    if outside.any():
        return _term_of(lists, outside), _("documents that the segment does not have")
    disorder = ~_ascends(doc_ids, lists.starts[:-1])
    if disorder.any():
        return _term_of(lists, disorder), _("documents that are not in order")
    if (freqs < 1).any():
        return _term_of(lists, freqs < 1), _("a document without it")
    if lengths is None:
        return None
    of_position = np.repeat(np.arange(len(freqs)), freqs)
    if len(of_position) != len(lists.positions):
        return 0, _("too many or too few positions")
    beyond = (lists.positions < 0) | (lists.positions >= lengths[doc_ids][of_position])
    if beyond.any():
        return _term_of(lists, _of_postings(beyond, of_position, len(freqs))), _("positions beyond the text")
    disorder = ~_ascends(lists.positions, np.cumsum(freqs) - freqs)
    if disorder.any():
        return _term_of(lists, _of_postings(disorder, of_position, len(freqs))), _("positions that are not in order")
    return None


def _ascends(values: Int64s, starts: Int64s) -> Bools:
    """bool[n]: whether each value is greater than the one before it in its list; the first of each list is."""
    greater = np.ones(len(values), bool)
    np.greater(values[1:], values[:-1], out=greater[1:])
    greater[starts[starts < len(values)]] = True
    return greater


def _of_postings(occurrences: Bools, of_position: Int64s, postings: int) -> Bools:
    wrong = np.zeros(postings, bool)
    wrong[of_position[occurrences]] = True
    return wrong


def _term_of(lists: PostingLists, postings: Bools) -> int:
    """The place of the first term that has one of some postings: bool[postings]."""
    return int(np.searchsorted(lists.starts, int(np.argmax(postings)), side="right")) - 1
