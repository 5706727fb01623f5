"""Digests of what each document has in a field, the same in whatever order its terms are read.

The digest of a set of occurrences is the sum of their hashes modulo 2^64 (MSet-Add-Hash: Clarke, Devadas, van Dijk,
Gassend and Suh, "Incremental Multiset Hash Functions", ASIACRYPT 2003). Two processes have different ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from searchkit.engines.arrays import Int64s, Integers, UInt64s
from searchkit.engines.whoosh.codec.postings import PostingLists

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def hashes_of(values: Integers) -> UInt64s:
    """uint64[n], a hash of each integer: the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    mixed: UInt64s = values.astype(np.uint64) * _GOLDEN
    mixed ^= mixed >> np.uint64(30)
    mixed *= _FIRST
    mixed ^= mixed >> np.uint64(27)
    mixed *= _SECOND
    mixed ^= mixed >> np.uint64(31)
    return mixed


def term_hashes(terms: Iterable[bytes]) -> UInt64s:
    """uint64[terms]: Python's hashes, which nobody can choose."""
    return hashes_of(np.fromiter(map(hash, terms), np.int64))


def bigram_hashes(unigrams: UInt64s, firsts: Int64s, seconds: Int64s) -> UInt64s:
    """uint64[bigrams], from the hashes of the unigrams and which two each has."""
    return hashes_of(hashes_of(unigrams[firsts]) + unigrams[seconds])


def add_lists(digests: UInt64s, hashes: UInt64s, lists: PostingLists) -> None:
    """Add the posting lists of some terms to the digests of their documents.

    Args:
        digests: uint64[documents].
        hashes: uint64[terms].
        lists: those of the terms.
    """
    of_postings = np.repeat(hashes, np.diff(lists.starts))
    if len(lists.positions):
        of_occurrences = np.repeat(of_postings, lists.freqs) + hashes_of(lists.positions)
        np.add.at(digests, np.repeat(lists.doc_ids, lists.freqs), hashes_of(of_occurrences))
    else:
        np.add.at(digests, lists.doc_ids, of_postings * lists.freqs.astype(np.uint64))


def add_terms(digests: UInt64s, hashes: UInt64s, lists: PostingLists) -> None:
    """Add how often each document has some terms, without their positions."""
    of_postings = np.repeat(hashes, np.diff(lists.starts)) * lists.freqs.astype(np.uint64)
    np.add.at(digests, lists.doc_ids, of_postings)


def add_positions(digests: UInt64s, lists: PostingLists) -> None:
    """Add the positions that some terms take, whichever they are."""
    np.add.at(digests, np.repeat(lists.doc_ids, lists.freqs), hashes_of(lists.positions))


def digests_of_lengths(lengths: Int64s) -> UInt64s:
    """uint64[documents]: what ``add_positions`` makes of texts whose positions are all taken once."""
    sums = np.append(np.uint64(0), np.cumsum(hashes_of(np.arange(int(lengths.max(initial=0))))))
    of_lengths: UInt64s = sums[lengths]
    return of_lengths
