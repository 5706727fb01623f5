"""Term dictionaries of a segment: from a term to its place among all (its term ord), and back.

Two kinds. ``TermDict`` keeps texts. ``BigramTermDict`` keeps pairs of term ords of the unigrams' dictionary: where the
bigrams of each first unigram begin, and the second unigram of each.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from searchkit.engines.arrays import Int64s, Integers
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.split import LOW, LOW_BITS, SplitIntegers, write_split
from searchkit.engines.whoosh.codec.terms.infos import TermInfo, TermInfos, TermInfoTable
from searchkit.engines.whoosh.codec.terms.pairs import EncodedTermInfos
from searchkit.engines.whoosh.codec.terms.texts import (
    CompressedTexts,
    CompressedTextsEncoder,
    SortedTexts,
    TextsEncoder,
)
from searchkit.engines.whoosh.schema import COMPRESSED_FIELDS

_UNIGRAMS = 4096
"""Unigrams whose places are kept: each is in several bigrams of a query, in title and content."""


@dataclass(frozen=True, slots=True)
class BigramTerms:
    """Terms of two unigrams each, ascending.

    Attributes:
        unigrams: the terms of the unigrams' field, UTF-8, ascending.
        firsts: integer[n], the term ord of each one's first unigram.
        seconds: integer[n], that of the second one.
    """

    unigrams: list[bytes]
    firsts: Integers
    seconds: Integers

    @classmethod
    def from_codes(cls, unigrams: list[bytes], codes: Int64s) -> BigramTerms:
        """The inverse of ``codes``."""
        return cls(unigrams, *split_codes(codes, len(unigrams)))

    def codes(self) -> Int64s:
        """int64[n], ascending: first * len(unigrams) + second."""
        codes: Int64s = self.firsts.astype(np.int64) * len(self.unigrams) + self.seconds
        return codes


def split_codes(codes: Int64s, unigrams: int) -> tuple[Int64s, Int64s]:
    """The first and the second unigram of each bigram, from its code and the number of unigrams."""
    return codes // unigrams, codes % unigrams


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """A field as it is written.

    Attributes:
        terms: UTF-8, ascending; of a bigram field as pairs of unigrams.
        lists: the posting list of each.
    """

    terms: list[bytes] | BigramTerms
    lists: PostingLists


class _InfoReader:
    """What both kinds of dictionary know of their terms' posting lists."""

    _table: TermInfoTable

    def __len__(self) -> int:
        """How many terms."""
        return len(self._table)

    def info(self, term_ord: int) -> TermInfo:
        """The frequencies of a term, and where its posting list is."""
        return self._table.info(term_ord)

    def position_offset(self, term_ord: int) -> int:
        """The bit where a term's positions begin."""
        return self._table.position_offset(term_ord)

    def infos(self, first: int, last: int) -> TermInfos:
        """What is known of the terms ``first`` to ``last`` (excluded); at least one."""
        return self._table.infos(first, last)

    def doc_freqs(self) -> Int64s:
        """int64[terms], how many documents have each term, deleted ones included."""
        return self._table.doc_freqs()

    def total_term_freqs(self) -> Int64s:
        """int64[terms], how often each term occurs in all documents."""
        return self._table.total_term_freqs()


class TermDict(_InfoReader):
    """Terms as UTF-8, in byte order.

    Args:
        file: the segment's.
        field: the name of the field.
        documents: how many the segment has.
    """

    def __init__(self, file: BlockFile, field: str, documents: int) -> None:
        self._table = TermInfoTable(file, field, documents)
        texts = CompressedTexts if field in COMPRESSED_FIELDS else SortedTexts
        self._texts = texts(file, field, len(self._table))

    @staticmethod
    def write(file: BlockWriter, field: str, terms: Iterable[list[bytes]], infos: EncodedTermInfos) -> None:
        """Write terms, ascending, stretch after stretch, and what is known of their posting lists."""
        encoder = CompressedTextsEncoder() if field in COMPRESSED_FIELDS else TextsEncoder()
        file.add_parts(f"{field}.{encoder.block_name}", encoder.parts(terms))
        for name, block in encoder.others().items():
            file.add(f"{field}.{name}", block)
        TermInfoTable.write(file, field, infos)

    def term_ord(self, term: str) -> int | None:
        """The place of a term; None where the field does not have it."""
        return self._texts.find(term)

    def seek_ceil(self, term: bytes) -> int:
        """The place of the first term that is not less; the number of terms if all are less."""
        return self._texts.seek_ceil(term)

    def term(self, term_ord: int) -> bytes:
        """The term at a place."""
        return self._texts.text(term_ord)

    def all(self) -> list[bytes]:
        """All terms, ascending."""
        return self._texts.all()

    def is_consistent(self) -> bool:
        """Whether its blocks are those that a writer makes of all of its terms."""
        return self._table.is_consistent() and self._texts.is_consistent()


class BigramTermDict(_InfoReader):
    """Terms of two unigrams.

    Args:
        file: the segment's.
        field: the name of the field.
        unigrams: the dictionary of the unigrams' field.
        documents: how many the segment has.
    """

    def __init__(self, file: BlockFile, field: str, unigrams: TermDict, documents: int) -> None:
        self._file, self._field, self._unigrams = file, field, unigrams
        self._unigram_ord = lru_cache(_UNIGRAMS)(unigrams.term_ord)
        self._table = TermInfoTable(file, field, documents)
        self._starts = file.mapped(f"{field}.starts", "<u4", len(unigrams) + 1)
        self._seconds = SplitIntegers(file, f"{field}.seconds", len(unigrams), len(self))

    @staticmethod
    def write(file: BlockWriter, field: str, terms: BigramTerms, infos: EncodedTermInfos) -> None:
        """Write terms, ascending, and what is known of their posting lists."""
        counts = np.bincount(terms.firsts, minlength=len(terms.unigrams))
        file.add(f"{field}.starts", np.append(0, np.cumsum(counts)).astype("<u4"))
        write_split(file, f"{field}.seconds", terms.seconds, len(terms.unigrams))
        TermInfoTable.write(file, field, infos)

    def term_ord(self, term: str) -> int | None:
        """The place of a term, two unigrams with a space between; None where the field does not have it."""
        first, _, second = term.partition(" ")
        a, b = self._unigram_ord(first), self._unigram_ord(second)
        if a is None or b is None:
            return None
        at, end = self._seek(a, b)
        return at if at < end and self._seconds[at] == b else None

    def seek_ceil(self, term: bytes) -> int:
        """The place of the first term that is not less; the number of terms if all are less."""
        first, _, second = term.partition(b" ")
        a = self._unigrams.seek_ceil(first)
        if a < len(self._unigrams) and self._unigrams.term(a) == first:
            return self._seek(a, self._unigrams.seek_ceil(second))[0]
        return self._starts[a]

    def term(self, term_ord: int) -> bytes:
        """The term at a place."""
        first = bisect_right(self._starts.items(0, len(self._starts)), term_ord) - 1
        second = self._seconds[term_ord]
        if not 0 <= first < len(self._unigrams) > second:
            raise self._file.damaged(f"{self._field}.seconds")
        return b"%b %b" % (self._unigrams.term(first), self._unigrams.term(second))

    def codes(self) -> Int64s:
        """int64[terms], ascending, see ``BigramTerms.codes``. Raises Damaged: they do not ascend."""
        count, unigrams = len(self), len(self._unigrams)
        seconds = self._seconds.array(0, count)
        starts = self._starts.array(0, unigrams + 1).astype(np.int64)
        sizes = np.diff(starts)
        if starts[0] or starts[-1] != count or np.count_nonzero(sizes < 0):
            raise self._file.damaged(f"{self._field}.starts")
        codes = np.repeat(np.arange(unigrams) * unigrams, sizes) + seconds
        if np.count_nonzero(seconds >= unigrams) or np.count_nonzero(codes[1:] <= codes[:-1]):
            raise self._file.damaged(f"{self._field}.seconds")
        return codes

    def is_consistent(self) -> bool:
        """Whether the blocks of its infos are those that a writer makes of them; ``codes`` takes no others."""
        return self._table.is_consistent()

    def _seek(self, first: int, second: int) -> tuple[int, int]:
        """The place of the first bigram of a unigram whose second one is not less, and where the unigram's end."""
        at, end = self._starts[first], self._starts[first + 1]
        lows = self._seconds.lows.items(at, end)  # Damaged where these are no places
        if self._seconds.highs is None:
            return bisect_left(lows, second, at, end), end
        highs, high = self._seconds.highs.items(at, end), second >> LOW_BITS
        first_alike, last_alike = bisect_left(highs, high, at, end), bisect_right(highs, high, at, end)
        return bisect_left(lows, second & LOW, first_alike, last_alike), end
