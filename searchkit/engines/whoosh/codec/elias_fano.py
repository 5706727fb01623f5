"""Doc ids and frequencies of posting lists as bits (Vigna, Quasi-Succinct Indices, WSDM 2013).

In a segment of N documents, a list of n doc ids (its doc freq) is written as

- low bits: of each doc id the lowest l = floor(log2(N / n)) bits, one after the other;
- high bits: a bit string of n + ((N - 1) >> l) bits; the i-th doc id d sets bit (d >> l) + i;
- freqs: nothing where the term occurs once in every document; else a bit string of ``total_term_freq`` bits in which
  the last occurrence of each document is set.

So a list's length follows from n and the total term freq, which the dictionary keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from searchkit.engines.arrays import Bools, Bytes, DocIds, Int64s, expand_ranges, no_int64s
from searchkit.engines.whoosh.codec.postings import PostingLists
from searchkit.engines.whoosh.codec.term_block import bit_offsets
from searchkit.engines.whoosh.numeric.bitpack import bit_widths, pack, unpack
from searchkit.engines.whoosh.numeric.errors import Undecodable
from searchkit.engines.whoosh.numeric.select import BitString

_NARROW = 5
"""Up to this width, the low bits of one list are assembled bit by bit, which is faster than to unpack them."""

_AT_ONCE = 1 << 20
"""Postings that are encoded at once, but for a longer list: each takes some 30 bytes meanwhile."""

_LONG_RANGE = 64
"""Bits, on average, of ranges that are copied one by one; the places of shorter ones are listed."""


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
    sizes = list_bits(np.diff(lists.starts), total_term_freqs, documents)
    offsets, block_starts = bit_offsets(sizes)
    packed = np.zeros(int(block_starts[-1]), np.uint8)
    borders = np.searchsorted(lists.starts, np.arange(0, len(lists.doc_ids), _AT_ONCE))
    for a, b in pairwise(sorted({*borders.tolist(), len(sizes)})):  # np.unique imports numpy.ma
        first = int(offsets[a]) >> 3
        part = _encode_at(lists.slice(a, b), total_term_freqs[a:b], offsets[a:b] - 8 * first, documents)
        packed[first : first + len(part)] |= part
    return packed, block_starts


def _encode_at(lists: PostingLists, total_term_freqs: Int64s, offsets: Int64s, documents: int) -> Bytes:
    """Some lists, each from its own bit on."""
    firsts = lists.starts[:-1]
    doc_freqs = lists.starts[1:] - firsts
    low = _low_widths(doc_freqs, documents)
    high_offsets = offsets + doc_freqs * low
    place = np.arange(len(lists.doc_ids))
    low_widths = np.repeat(low.astype(np.uint8), doc_freqs)
    end = int(offsets[-1] + list_bits(doc_freqs[-1:], total_term_freqs[-1:], documents)[0])
    bits = np.zeros((end + 7) // 8 * 8, np.uint8)
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
    return packed


def _last_occurrences(lists: PostingLists, repeated: Bools, offsets: Int64s) -> Int64s:
    """The bit of each document's last occurrence, for the lists that keep freqs, given where their freqs begin."""
    sizes = np.diff(lists.starts)
    ends = np.cumsum(lists.freqs[np.repeat(repeated, sizes)], dtype=np.int64)
    sizes = sizes[repeated]
    before = np.append(0, ends)[np.cumsum(sizes) - sizes]
    ends += np.repeat(offsets - before - 1, sizes)
    return ends


class ListBits(NamedTuple):
    """Where one list is.

    Attributes:
        encoded: bytes that contain it.
        offset: the bit where it begins.
        doc_freq: of its term; 0 for no list.
        total_term_freq: of its term.
    """

    encoded: Bytes
    offset: int
    doc_freq: int
    total_term_freq: int


NO_LIST = ListBits(np.zeros(0, np.uint8), 0, 0, 0)


class EncodedList:
    """One list, decoded as far as it is asked for; safe to use from several threads.

    Args:
        encoded: bytes that contain it.
        offset: the bit where it begins.
        doc_freq: of its term.
        total_term_freq: of its term.
        documents: how many the segment has.
        error: what every method raises where these are not so many doc ids, ascending, of the segment, or not so many
            occurrences.
    """

    def __init__(
        self,
        encoded: Bytes,
        offset: int,
        doc_freq: int,
        total_term_freq: int,
        documents: int,
        error: Callable[[], Exception] = Undecodable,
    ) -> None:
        self._encoded = encoded
        self._offset = offset
        self._doc_freq = doc_freq
        self._total_term_freq = total_term_freq
        self._documents = documents
        self._error = error
        self._low = (documents // doc_freq).bit_length() - 1
        self._high_offset = offset + doc_freq * self._low
        self._freq_offset = self._high_offset + doc_freq + ((documents - 1) >> self._low)
        self._zeros: BitString | None = None
        self._ends: BitString | None = None

    def doc_ids(self) -> DocIds:
        """All doc ids."""
        low, doc_freq = self._low, self._doc_freq
        doc_ids = self._ones(self._high_offset, self._freq_offset)
        if len(doc_ids) != doc_freq:
            raise self._error()
        places = np.arange(doc_freq)
        doc_ids -= places
        if low:
            doc_ids <<= low
            if low <= _NARROW:
                doc_ids |= _from_bit_columns(self._bits(self._offset, self._high_offset), low)
            else:
                doc_ids |= unpack(self._encoded, low, self._offset + places * low)
        if doc_ids[-1] >= self._documents or (doc_freq > 1 and np.count_nonzero(doc_ids[1:] <= doc_ids[:-1])):
            raise self._error()  # count_nonzero is twice as fast as any()
        return doc_ids

    def freqs(self) -> Int64s:
        """int64[doc freq], how often the term occurs in each document."""
        if self._total_term_freq == self._doc_freq:
            return np.ones(self._doc_freq, np.int64)
        freqs = self._ones(self._freq_offset, self._freq_offset + self._total_term_freq) + 1
        if len(freqs) != self._doc_freq or freqs[-1] != self._total_term_freq:
            raise self._error()
        freqs[1:] -= freqs[:-1].copy()
        return freqs

    def places_of(self, doc_ids: DocIds) -> Int64s:
        """int64[n]: the place of each of some documents, ascending, in the list; -1 where it is not in it.

        The high bits of a document are as many zeros, so the documents that share them begin behind the last of these.
        """
        zeros = self._high_zeros()
        high = doc_ids >> self._low
        bits = np.zeros(len(doc_ids), np.int64)
        later = np.flatnonzero(high)
        bits[later] = zeros.select(high[later] - 1) + 1
        places = bits - high
        found = np.full(len(doc_ids), -1)
        left = np.arange(len(doc_ids))
        size = self._freq_offset - self._high_offset
        while len(left):
            left = left[bits[left] < size]
            left = left[~zeros.has(bits[left])]  # the next document with these high bits, if there is one
            if not self._low:
                found[left] = places[left]
                break
            low = unpack(self._encoded, self._low, self._offset + places[left] * self._low)
            wanted = doc_ids[left] & ((1 << self._low) - 1)
            here = left[low == wanted]
            found[here] = places[here]
            left = left[low < wanted]
            bits[left] += 1
            places[left] += 1
        return found

    def freqs_at(self, places: Int64s) -> Int64s:
        """int64[n]: how often the term occurs in the documents at some places of the list, ascending."""
        if self._total_term_freq == self._doc_freq:
            return np.ones(len(places), np.int64)
        ends = self._last_occurrences()
        freqs = ends.select(places)
        later = np.flatnonzero(places)
        freqs[later] -= ends.select(places[later] - 1)
        freqs[: len(places) - len(later)] += 1  # of the first document
        return freqs

    def _high_zeros(self) -> BitString:
        if self._zeros is None:
            size = self._freq_offset - self._high_offset
            zeros = BitString(self._encoded, self._high_offset, size, inverted=True)
            if zeros.ones != size - self._doc_freq:
                raise self._error()
            self._zeros = zeros
        return self._zeros

    def _last_occurrences(self) -> BitString:
        if self._ends is None:
            ends = BitString(self._encoded, self._freq_offset, self._total_term_freq)
            if ends.ones != self._doc_freq or not ends.has(np.array([self._total_term_freq - 1]))[0]:
                raise self._error()
            self._ends = ends
        return self._ends

    def _ones(self, start: int, end: int) -> Int64s:
        """int64[n]: which of some bits are set, counted from the first of them."""
        return np.flatnonzero(self._bits(start, end))

    def _bits(self, start: int, end: int) -> Bools:
        """bool[n]: some bits; numpy finds nonzero bools five times as fast as nonzero integers."""
        first = start >> 3
        packed = self._encoded[first : (end + 7) >> 3]
        return np.unpackbits(packed, bitorder="little").view(np.bool_)[start - 8 * first : end - 8 * first]


def _from_bit_columns(bits: Bools, width: int) -> Int64s:
    """Integers of one width, their bits one after the other."""
    digits = bits.view(np.uint8).reshape(-1, width)
    values = digits[:, 0].astype(np.int64)
    for place in range(1, width):
        values |= digits[:, place].astype(np.int64) << place
    return values


def decode_together(lists: Sequence[ListBits], documents: int) -> PostingLists:
    """Some lists from anywhere in a segment of so many documents. Raises Undecodable: see ``EncodedList``."""
    some = [part for part in lists if part.doc_freq]
    if not some:
        return PostingLists(np.zeros(len(lists) + 1, np.int64), no_int64s(), no_int64s(), no_int64s())
    firsts = accumulate((len(part.encoded) for part in some[:-1]), initial=0)
    offsets = [8 * first + part.offset for first, part in zip(firsts, some, strict=True)]
    decoded = decode_lists(
        np.concatenate([part.encoded for part in some]),
        np.array([part.doc_freq for part in some]),
        np.array([part.total_term_freq for part in some]),
        np.array(offsets),
        documents,
    )
    if len(some) == len(lists):
        return decoded
    starts = np.append(0, np.cumsum([part.doc_freq for part in lists]))
    return PostingLists(starts, decoded.doc_ids, decoded.freqs, decoded.positions)


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
        Undecodable: they are none, see ``EncodedList``.
    """
    low = _low_widths(doc_freqs, documents)
    bits = np.unpackbits(encoded, bitorder="little").view(np.bool_)
    starts = _borders(doc_freqs)
    firsts = starts[:-1]
    high_offsets = offsets + doc_freqs * low
    high_sizes = _high_sizes(doc_freqs, low, documents)
    doc_ids = _bits_of_ranges(bits, high_offsets, high_sizes).nonzero()[0]
    if len(doc_ids) != starts[-1]:
        raise Undecodable
    place = np.arange(len(doc_ids))
    doc_ids -= place
    doc_ids -= (_borders(high_sizes)[:-1] - firsts).repeat(doc_freqs)
    widths = low.repeat(doc_freqs)
    doc_ids <<= widths
    place *= widths
    place += (offsets - firsts * low).repeat(doc_freqs)
    doc_ids |= unpack(encoded, widths, place)
    freqs = _decode_freqs(bits, high_offsets + high_sizes, starts, total_term_freqs)
    lists = PostingLists(starts, doc_ids, freqs, no_int64s())
    if not lists.is_of(documents):
        raise Undecodable
    return lists


def _decode_freqs(bits: Bools, offsets: Int64s, starts: Int64s, total_term_freqs: Int64s) -> Int64s:
    """The freqs of many lists, given where those begin that are kept. Raises Undecodable."""
    is_kept = total_term_freqs > starts[1:] - starts[:-1]
    if not np.count_nonzero(is_kept):
        return np.ones(int(starts[-1]), np.int64)
    is_last = _bits_of_ranges(bits, np.where(is_kept, offsets, 0), total_term_freqs)
    if np.count_nonzero(is_kept) < len(is_kept):
        is_last |= (~is_kept).repeat(total_term_freqs)  # no freqs are kept of terms that occur once in each document
    freqs = is_last.nonzero()[0]
    if len(freqs) != starts[-1] or (freqs.take(starts[1:] - 1) != _borders(total_term_freqs)[1:] - 1).any():
        raise Undecodable  # else each list has the occurrences that it says
    freqs[1:] -= freqs[:-1].copy()
    freqs[0] += 1
    return freqs


def _borders(sizes: Int64s) -> Int64s:
    """int64[n + 1]: where each of some neighbouring ranges begins, and the end."""
    borders = np.zeros(len(sizes) + 1, np.int64)
    sizes.cumsum(out=borders[1:])
    return borders


def _bits_of_ranges(bits: Bools, starts: Int64s, sizes: Int64s) -> Bools:
    """The bits of each range, range after range."""
    if int(sizes.sum()) < len(sizes) * _LONG_RANGE:
        return bits[expand_ranges(starts, sizes)]
    ends = (starts + sizes).tolist()
    return np.concatenate([bits[start:end] for start, end in zip(starts.tolist(), ends, strict=True)])
