"""Term dictionaries of a segment: from a term to its place among all (its term ord), and back.

Two kinds. ``TermDict`` keeps texts. ``BigramTermDict`` keeps pairs of term ords of the unigrams' dictionary. Both keep
terms in blocks of ``TERM_BLOCK``: a look-up bisects over the blocks and decodes one of them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from searchkit.engines.arrays import Int64s, expand_ranges
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.term_block import TERM_BLOCK
from searchkit.engines.whoosh.codec.term_info import (
    CACHED_BLOCKS,
    EncodedTermInfos,
    TermInfo,
    TermInfos,
    TermInfoTable,
)

_CACHED_UNIGRAMS = 8192
_MAX_PREFIX = 64
"""Bytes of the longest prefix that a term shares with the one before it."""

_MAX_CODES = 1 << 56
"""Of bigrams: 16 times as many as any unigrams make whose places take 26 bits."""

_SUFFIX, _PREFIX = range(2)
"""The key columns of ``TermDict``: bytes of the suffix that is stored, bytes shared with the term before."""


@dataclass(frozen=True, slots=True)
class BigramTerms:
    """Terms of two unigrams each, ascending.

    Attributes:
        unigrams: the terms of the unigrams' field, UTF-8, ascending.
        firsts: int64[n], the term ord of each one's first unigram.
        seconds: int64[n], that of the second one.
    """

    unigrams: list[bytes]
    firsts: Int64s
    seconds: Int64s

    @classmethod
    def from_codes(cls, unigrams: list[bytes], codes: Int64s) -> BigramTerms:
        """The inverse of ``codes``."""
        return cls(unigrams, *split_codes(codes, len(unigrams)))

    def codes(self) -> Int64s:
        """int64[n], ascending: first * len(unigrams) + second."""
        return self.firsts * len(self.unigrams) + self.seconds


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

    def infos(self, first: int, last: int) -> TermInfos:
        """The same of the terms ``first`` to ``last`` (excluded); at least one."""
        return self._table.infos(first, last)

    def doc_freqs(self) -> Int64s:
        """int64[terms], how many documents have each term, deleted ones included."""
        return self._table.doc_freqs()

    def total_term_freqs(self) -> Int64s:
        """int64[terms], how often each term occurs in all documents."""
        return self._table.total_term_freqs()

    def is_consistent(self) -> bool:
        """Whether its blocks begin where all of its terms say."""
        return self._table.is_consistent()


class TermDict(_InfoReader):
    """Terms as UTF-8, in byte order; a prefix that a term shares with the one before it in its block is left out.

    Args:
        file: the segment's.
        field: the name of the field.
        documents: how many the segment has.
    """

    def __init__(self, file: BlockFile, field: str, documents: int) -> None:
        self._suffixes = file.scalars(f"{field}.terms", "u1")
        self._table = TermInfoTable(file, field, (len(self._suffixes), _MAX_PREFIX), documents)
        self._block = lru_cache(CACHED_BLOCKS)(partial(_decode_block, self._table, self._suffixes))

    @staticmethod
    def write(file: BlockWriter, field: str, terms: list[bytes], infos: EncodedTermInfos) -> None:
        """Write terms, ascending, and what is known of their posting lists."""
        prefixes, lengths = _shared_prefixes(terms)
        whole = np.frombuffer(b"".join(terms), np.uint8)
        suffixes = whole[expand_ranges(np.cumsum(lengths) - lengths + prefixes, lengths - prefixes)]
        file.add(f"{field}.terms", suffixes)
        TermInfoTable.write(file, field, np.column_stack([lengths - prefixes, prefixes]), infos)

    def term_ord(self, term: bytes) -> int | None:
        """The place of a term; None where the field does not have it."""
        at = self.seek_ceil(term)
        return at if at < len(self) and self.term(at) == term else None

    def seek_ceil(self, term: bytes) -> int:
        """The place of the first term that is not less; the number of terms if all are less."""
        block = bisect_left(range(len(self._table.key_bases)), term, key=self._first_term)
        return (block - 1) * TERM_BLOCK + bisect_left(self._block(block - 1), term) if block else 0

    def term(self, term_ord: int) -> bytes:
        """The term at a place."""
        return self._block(term_ord // TERM_BLOCK)[term_ord % TERM_BLOCK]

    def all(self) -> list[bytes]:
        """All terms, ascending."""
        return _decode_terms(self._table, self._suffixes, self._table.keys(), 0)

    def _first_term(self, block: int) -> bytes:
        start = int(self._table.key_bases[block])
        return bytes(self._suffixes[start : start + self._table.first_key(block)])


def _decode_block(table: TermInfoTable, suffixes: memoryview, number: int) -> list[bytes]:
    block = table.block(number)
    return _decode_terms(table, suffixes, block.keys, block.key_base)


def _decode_terms(table: TermInfoTable, suffixes: memoryview, keys: Int64s, start: int) -> list[bytes]:
    """The terms whose suffixes begin at a byte.

    Raises:
        Damaged: there are not so many bytes, or a term has a NUL, by which terms are separated elsewhere.
    """
    ends = np.append(0, np.cumsum(keys[:, _SUFFIX])).tolist()
    whole = bytes(suffixes[start : start + ends[-1]])
    if len(whole) != ends[-1] or b"\0" in whole:
        raise table.damaged()
    terms = []
    term = b""
    for at, end, prefix in zip(ends, ends[1:], keys[:, _PREFIX].tolist(), strict=False):
        term = term[:prefix] + whole[at:end]
        terms.append(term)
    return terms


def _shared_prefixes(terms: list[bytes]) -> tuple[Int64s, Int64s]:
    """int64[n] twice: how many bytes each term shares with the one before it in its block, and its length."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    padded = np.array([term[:_MAX_PREFIX] for term in terms], f"S{_MAX_PREFIX}")
    letters = padded.view(np.uint8).reshape(len(terms), _MAX_PREFIX)
    same = np.zeros((len(terms), _MAX_PREFIX + 1), bool)
    same[1:, :-1] = letters[1:] == letters[:-1]
    shared = np.argmin(same, axis=1)
    shared[::TERM_BLOCK] = 0
    return np.minimum(shared, np.minimum(lengths, np.insert(lengths[:-1], 0, 0))), lengths


class BigramTermDict(_InfoReader):
    """Terms of two unigrams, kept as codes: first term ord * number of unigrams + second term ord.

    Args:
        file: the segment's.
        field: the name of the field.
        unigrams: the dictionary of the unigrams' field.
        documents: how many the segment has.
    """

    def __init__(self, file: BlockFile, field: str, unigrams: TermDict, documents: int) -> None:
        self._codes = min(len(unigrams) ** 2, _MAX_CODES)
        self._table = TermInfoTable(file, field, (self._codes,), documents)
        self._unigrams = unigrams
        self._unigram_ord = lru_cache(_CACHED_UNIGRAMS)(unigrams.term_ord)
        self._block = lru_cache(CACHED_BLOCKS)(partial(_decode_block_codes, self._table, self._codes))

    @staticmethod
    def write(file: BlockWriter, field: str, terms: BigramTerms, infos: EncodedTermInfos) -> None:
        """Write terms, ascending, and what is known of their posting lists."""
        TermInfoTable.write(file, field, np.diff(terms.codes(), prepend=0)[:, None], infos)

    def term_ord(self, term: bytes) -> int | None:
        """The place of a term, two unigrams with a space between; None where the field does not have it."""
        first, _, second = term.partition(b" ")
        a, b = self._unigram_ord(first), self._unigram_ord(second)
        if a is None or b is None:
            return None
        code = a * len(self._unigrams) + b
        at = self._seek_code(code)
        return at if at < len(self) and self._code(at) == code else None

    def seek_ceil(self, term: bytes) -> int:
        """The place of the first term that is not less; the number of terms if all are less."""
        first, _, second = term.partition(b" ")
        a = self._unigrams.seek_ceil(first)
        exists = a < len(self._unigrams) and self._unigrams.term(a) == first
        return self._seek_code(a * len(self._unigrams) + (self._unigrams.seek_ceil(second) if exists else 0))

    def term(self, term_ord: int) -> bytes:
        """The term at a place."""
        first, second = divmod(self._code(term_ord), len(self._unigrams))
        return b"%b %b" % (self._unigrams.term(first), self._unigrams.term(second))

    def codes(self) -> Int64s:
        """int64[terms], ascending."""
        return _decode_codes(self._table, self._codes, self._table.keys(), 0)

    def _seek_code(self, code: int) -> int:
        # a block's base is the last code of the block before it
        block = max(int(self._table.key_bases.searchsorted(code)) - 1, 0)
        return block * TERM_BLOCK + int(self._block(block).searchsorted(code)) if len(self) else 0

    def _code(self, term_ord: int) -> int:
        return int(self._block(term_ord // TERM_BLOCK)[term_ord % TERM_BLOCK])


def _decode_block_codes(table: TermInfoTable, codes: int, number: int) -> Int64s:
    block = table.block(number)
    return _decode_codes(table, codes, block.keys, block.key_base)


def _decode_codes(table: TermInfoTable, codes: int, keys: Int64s, base: int) -> Int64s:
    """The codes that follow a base. Raises Damaged: they do not ascend below the number of possible ``codes``."""
    found: Int64s = base + np.cumsum(keys[:, 0])
    if len(found) and (found[-1] >= codes or np.count_nonzero(found[1:] <= found[:-1])):
        raise table.damaged()
    return found
