"""Positions as bits, list after list: each takes as many bits as every position in its document fits in.

The width of a document with m unigrams is ceil(log2(m)); a position is the place of a unigram, from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import Bytes, Int64s
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.term_block import bit_offsets
from searchkit.engines.whoosh.numeric.bitpack import pack, unpack


@dataclass(frozen=True, slots=True)
class EncodedPositions:
    """Positions of many terms.

    Attributes:
        packed: the bytes.
        bits: int64[terms], the bits that each term takes.
        block_starts: int64[blocks + 1], where each block of terms begins in ``packed``, and the end.
    """

    packed: Bytes
    bits: Int64s
    block_starts: Int64s


def encode_positions(lists: PostingLists, total_term_freqs: Int64s, widths: Int64s) -> EncodedPositions:
    """Encode the positions of some lists, from the first term of a block on.

    Args:
        lists: with positions.
        total_term_freqs: int64[terms].
        widths: int64[documents], the bits of a position in each document.
    """
    width_of = np.repeat(widths.astype(np.uint8)[lists.doc_ids], lists.freqs)
    places = np.append(0, np.cumsum(width_of, dtype=np.int64))
    before = places[np.append(0, np.cumsum(total_term_freqs))]
    bits = np.diff(before)
    offsets, block_starts = bit_offsets(bits)
    places = places[:-1]
    places += np.repeat(offsets - before[:-1], total_term_freqs)
    return EncodedPositions(pack(lists.positions, width_of, places, int(block_starts[-1])), bits, block_starts)


def decode_lists_positions(packed: Bytes, offsets: Int64s, lists: PostingLists, widths: Int64s) -> Int64s:
    """All positions of some lists.

    Args:
        packed: bytes that contain them.
        offsets: int64[terms], the bit where those of each list begin.
        lists: the lists without their positions.
        widths: int64[postings], the bits of a position in the document of each.
    """
    width_of = np.repeat(widths, lists.freqs)
    before = np.append(0, np.cumsum(width_of))
    firsts = np.append(0, np.cumsum(lists.freqs))[lists.starts]
    places = before[:-1] + np.repeat(offsets - before[firsts[:-1]], np.diff(firsts))
    return unpack(packed, width_of, places)


def decode_postings_positions(packed: Bytes, offsets: Int64s, freqs: Int64s, widths: Int64s) -> Int64s:
    """The positions of some postings.

    Args:
        packed: bytes that contain them.
        offsets: int64[n], the bit where those of each posting begin.
        freqs: int64[n], how many each has.
        widths: int64[n], the bits of one of them.
    """
    width_of = np.repeat(widths, freqs)
    before = np.cumsum(freqs) - freqs
    places = np.arange(len(width_of)) * width_of + np.repeat(offsets - before * widths, freqs)
    return unpack(packed, width_of, places)
