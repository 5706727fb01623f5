"""Blocks of terms: every ``TERM_BLOCK`` terms, posting lists, positions and the dictionary begin at a whole byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.engines.whoosh.codec.postings import PostingLists, concat

TERM_BLOCK = 64


def bit_offsets(bits: Int64s) -> tuple[Int64s, Int64s]:
    """Where entries of these lengths lie, the first of each block at a whole byte.

    Args:
        bits: int64[terms], the length of each entry, from the first term of a block on.

    Returns:
        int64[terms], the bit where each entry begins; int64[blocks + 1], the byte where each block begins, and the end.

    >>> [offsets.tolist() for offsets in bit_offsets(np.array([3] * 65))][1]
    [0, 24, 25]
    """
    before = np.append(0, np.cumsum(bits))
    first = np.arange(0, len(bits), TERM_BLOCK)
    sizes = np.diff(np.append(before[first], before[-1]))
    block_starts = np.append(0, np.cumsum((sizes + 7) >> 3))
    block = np.arange(len(bits)) // TERM_BLOCK
    return before[:-1] + (block_starts[:-1] * 8 - before[first])[block], block_starts


def whole_blocks(chunks: Iterable[PostingLists]) -> Iterator[PostingLists]:
    """The same lists in chunks of whole blocks; the last chunk has the rest."""
    pending: list[PostingLists] = []
    for chunk in chunks:
        pending.append(chunk)
        count = sum(map(len, pending))
        if count < TERM_BLOCK:
            continue  # joined once they are a block: those of 64 frequent terms are long
        lists = concat(pending) if len(pending) > 1 else chunk
        whole = count // TERM_BLOCK * TERM_BLOCK
        pending = [lists.slice(whole, count)]
        yield lists.slice(0, whole)
    if lists_left := [lists for lists in pending if len(lists)]:
        yield concat(lists_left)
