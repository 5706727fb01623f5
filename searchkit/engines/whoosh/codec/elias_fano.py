"""Doc ids and frequencies of posting lists as bits (Vigna, Quasi-Succinct Indices, WSDM 2013).

In a segment of N documents, a list of n doc ids (its doc freq) is written as

- low bits: of each doc id the lowest l = floor(log2(N / n)) bits, one after the other;
- high bits: a bit string of n + ((N - 1) >> l) bits; the i-th doc id d sets bit (d >> l) + i;
- freqs: nothing where the term occurs once in every document; else a bit string of ``total_term_freq`` bits in which
  the last occurrence of each document is set.

So a list's length follows from n and the total term freq, which the dictionary keeps.
"""

from __future__ import annotations

import numpy as np

from searchkit.engines.arrays import Bools, Bytes, DocIds, Int64s, expand_ranges, no_int64s
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.term_block import bit_offsets
from searchkit.engines.whoosh.numeric.bitpack import bit_widths, pack, unpack
from searchkit.engines.whoosh.numeric.errors import Undecodable

_NARROW = 5
"""Up to this width, the low bits of one list are assembled bit by bit, which is faster than to unpack them."""


def _low_widths(doc_freqs: Int64s, documents: int) -> Int64s:
    return bit_widths(documents // doc_freqs + 1) - 1


def _high_sizes(doc_freqs: Int64s, low: Int64s, documents: int) -> Int64s:
    return doc_freqs + ((documents - 1) >> low)


def list_bits(doc_freqs: Int64s, total_term_freqs: Int64s, documents: int) -> Int64s:
    """int64[terms]: the length of each list in a segment of so many documents."""
    low = _low_widths(doc_freqs, documents)
    freqs = np.where(total_term_freqs > doc_freqs, total_term_freqs, 0)
    bits: Int64s = doc_freqs * low + _high_sizes(doc_freqs, low, documents) + freqs
    return bits


def bits_of_list(doc_freq: int, total_term_freq: int, documents: int) -> int:
    """``list_bits`` of one list."""
    low = (documents // doc_freq).bit_length() - 1
    high = doc_freq + ((documents - 1) >> low)
    return doc_freq * low + high + (total_term_freq if total_term_freq > doc_freq else 0)


def encode_lists(lists: PostingLists, total_term_freqs: Int64s, documents: int) -> tuple[Bytes, Int64s]:
    """Encode doc ids and freqs.

    Args:
        lists: none of them empty, from the first term of a block on.
        total_term_freqs: int64[terms].
        documents: how many the segment has.

    Returns:
        The bytes, and int64[blocks + 1], where each block of terms begins in them, and the end.
    """
    firsts = lists.starts[:-1]
    doc_freqs = lists.starts[1:] - firsts
    offsets, block_starts = bit_offsets(list_bits(doc_freqs, total_term_freqs, documents))
    low = _low_widths(doc_freqs, documents)
    high_offsets = offsets + doc_freqs * low
    place = np.arange(len(lists.doc_ids))
    low_widths = np.repeat(low.astype(np.uint8), doc_freqs)
    bits = np.zeros(int(block_starts[-1]) * 8, np.uint8)
    ones = np.repeat(high_offsets - firsts, doc_freqs)
    ones += place
    ones += lists.doc_ids >> low_widths
    bits[ones] = 1
    repeated = total_term_freqs > doc_freqs
    if repeated.any():
        freq_offsets = high_offsets + _high_sizes(doc_freqs, low, documents)
        bits[_last_occurrences(lists, repeated, freq_offsets[repeated])] = 1
    packed = np.packbits(bits, bitorder="little")
    if low.any():
        place *= low_widths
        place += np.repeat(offsets - firsts * low, doc_freqs)
        low_parts = lists.doc_ids & ((np.int32(1) << low_widths) - np.int32(1))
        packed |= pack(low_parts, low_widths, place, len(packed))
    return packed, block_starts


def _last_occurrences(lists: PostingLists, repeated: Bools, offsets: Int64s) -> Int64s:
    """The bit of each document's last occurrence, for the lists that keep freqs, given where their freqs begin."""
    sizes = np.diff(lists.starts)
    ends = np.cumsum(lists.freqs[np.repeat(repeated, sizes)], dtype=np.int64)
    sizes = sizes[repeated]
    before = np.append(0, ends)[np.cumsum(sizes) - sizes]
    ends += np.repeat(offsets - before - 1, sizes)
    return ends


def decode_list(
    encoded: Bytes, offset: int, doc_freq: int, total_term_freq: int, documents: int
) -> tuple[DocIds, Int64s]:
    """The doc ids and freqs of one list.

    Args:
        encoded: bytes that contain it.
        offset: the bit where it begins.
        doc_freq: of its term.
        total_term_freq: of its term.
        documents: how many the segment has.

    Raises:
        Undecodable: these are not so many doc ids, ascending, of the segment, or not so many occurrences.
    """
    low = (documents // doc_freq).bit_length() - 1
    bits = _unpack_bits(encoded)
    high_offset = offset + doc_freq * low
    freq_offset = high_offset + doc_freq + ((documents - 1) >> low)
    places = np.arange(doc_freq)
    doc_ids = np.flatnonzero(bits[high_offset:freq_offset])
    if len(doc_ids) != doc_freq:
        raise Undecodable
    doc_ids -= places
    if low:
        doc_ids <<= low
        if low <= _NARROW:
            doc_ids |= _from_bit_columns(bits[offset:high_offset], low)
        else:
            doc_ids |= unpack(encoded, np.full(doc_freq, low), offset + places * low)
    if doc_ids[-1] >= documents or (doc_freq > 1 and np.count_nonzero(doc_ids[1:] <= doc_ids[:-1])):
        raise Undecodable  # count_nonzero is twice as fast as any()
    if total_term_freq == doc_freq:
        return doc_ids, np.ones(doc_freq, np.int64)
    freqs = np.flatnonzero(bits[freq_offset : freq_offset + total_term_freq]) + 1
    if len(freqs) != doc_freq or freqs[-1] != total_term_freq:
        raise Undecodable
    freqs[1:] -= freqs[:-1].copy()
    return doc_ids, freqs


def _unpack_bits(encoded: Bytes) -> Bools:
    """bool[8 * bytes]; numpy finds nonzero bools five times as fast as nonzero integers."""
    return np.unpackbits(encoded, bitorder="little").view(np.bool_)


def _from_bit_columns(bits: Bools, width: int) -> Int64s:
    """Integers of one width, their bits one after the other."""
    digits = bits.view(np.uint8).reshape(-1, width)
    values = digits[:, 0].astype(np.int64)
    for place in range(1, width):
        values |= digits[:, place].astype(np.int64) << place
    return values


def decode_lists(
    encoded: Bytes, doc_freqs: Int64s, total_term_freqs: Int64s, offsets: Int64s, documents: int
) -> PostingLists:
    """Many lists, without positions.

    Args:
        encoded: bytes that contain them.
        doc_freqs: int64[terms].
        total_term_freqs: int64[terms].
        offsets: int64[terms], the bit of ``encoded`` where each list begins.
        documents: how many the segment has.

    Raises:
        Undecodable: see ``decode_list``.
    """
    low = _low_widths(doc_freqs, documents)
    bits = _unpack_bits(encoded)
    list_of = np.repeat(np.arange(len(doc_freqs)), doc_freqs)
    starts = np.append(0, np.cumsum(doc_freqs))
    place = np.arange(len(list_of)) - starts[list_of]
    high_sizes = _high_sizes(doc_freqs, low, documents)
    ones = np.flatnonzero(bits[expand_ranges(offsets + doc_freqs * low, high_sizes)])
    if len(ones) != len(list_of):
        raise Undecodable
    doc_ids = ones - (np.cumsum(high_sizes) - high_sizes)[list_of] - place
    doc_ids = (doc_ids << low[list_of]) | unpack(encoded, low[list_of], offsets[list_of] + place * low[list_of])
    freqs = np.ones(len(list_of), np.int64)
    repeated = total_term_freqs > doc_freqs
    sizes = np.where(repeated, total_term_freqs, 0)
    ends = np.flatnonzero(bits[expand_ranges(offsets + doc_freqs * low + high_sizes, sizes)])
    last = np.cumsum(doc_freqs[repeated]) - 1
    if len(ends) != (last[-1] + 1 if len(last) else 0) or (ends[last] != np.cumsum(sizes)[repeated] - 1).any():
        raise Undecodable  # else each list has the occurrences that it says
    if len(ends):
        first = np.append(0, last + 1)[:-1]
        last_before = (np.cumsum(sizes) - sizes)[repeated] - 1
        steps = np.diff(ends, prepend=-1)
        steps[first] = ends[first] - last_before
        freqs[repeated[list_of]] = steps
    lists = PostingLists(starts, doc_ids, freqs, no_int64s())
    if not lists.is_of(documents):
        raise Undecodable
    return lists
