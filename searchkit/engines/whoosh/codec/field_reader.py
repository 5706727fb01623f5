"""One field of a segment, open for reading: its terms and their posting lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from searchkit.engines.arrays import Bytes, Int64s, no_int64s
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.elias_fano import EncodedList, ListBits, bits_of_list, decode_lists, list_bits
from searchkit.engines.whoosh.codec.positions import decode_lists_positions, decode_postings_positions
from searchkit.engines.whoosh.codec.postings import NO_POSTING_LISTS, PostingLists, Postings
from searchkit.engines.whoosh.codec.terms.dictionary import BigramTermDict, TermDict
from searchkit.engines.whoosh.codec.terms.infos import TermInfos
from searchkit.engines.whoosh.numeric.errors import Undecodable


class FieldReader:
    """Decodes a field's posting lists; safe to use from several threads.

    Args:
        file: the segment's.
        name: the field's.
        terms: its dictionary.
        documents: how many the segment has.
        position_widths: gives int64[documents], the bits of a position in each; None for fields without positions.
    """

    def __init__(
        self,
        file: BlockFile,
        name: str,
        terms: TermDict | BigramTermDict,
        documents: int,
        position_widths: Callable[[], Int64s] | None,
    ) -> None:
        self.terms = terms
        self._file = file
        self._name = name
        self._documents = documents
        self._position_widths = position_widths
        self._bytes = {block: file.mapped(f"{name}.{block}", "u1") for block in ("postings", "positions")}

    def lexicon(self) -> bytes:
        """All terms, ascending, with a NUL before and after each."""
        terms = self.terms
        every = terms.all() if isinstance(terms, TermDict) else map(terms.term, range(len(terms)))
        return b"\0".join([b"", *every, b""])  # no term has one: see ``TermDict``

    def postings(self, term_ord: int) -> Postings:
        """The posting list of one term; its positions are decoded when they are first read."""
        encoded = self.encoded(term_ord)
        error = partial(self._file.damaged, f"{self._name}.postings")
        lists = EncodedList(*encoded, self._documents, error)
        positions = None if self._position_widths is None else partial(self._positions, term_ord)
        return Postings(lists, encoded.doc_freq, encoded.total_term_freq, positions)

    def encoded(self, term_ord: int) -> ListBits:
        """Where the posting list of one term is."""
        doc_freq, total_term_freq, first = self.terms.info(term_ord)
        end = first + bits_of_list(doc_freq, total_term_freq, self._documents)
        return ListBits(*self._bits("postings", first, end), doc_freq, total_term_freq)

    def _positions(self, term_ord: int, postings: Postings, places: Int64s) -> Int64s:
        """The positions of some postings of the list of a term."""
        if not len(places):
            return no_int64s()
        every_width = self.position_widths()
        if postings.position_ends is None:
            postings.position_ends = np.cumsum(every_width[postings.doc_ids] * postings.freqs)
        widths, freqs = every_width[postings.doc_ids[places]], postings.freqs[places]
        ends = postings.position_ends[places] + self.terms.position_offset(term_ord)
        starts = ends - widths * freqs
        first = int(starts[0])
        packed, within = self._bits("positions", first, int(ends[-1]))
        return decode_postings_positions(packed, starts - first + within, freqs, widths)

    def positions_at(self, starts: Int64s, freqs: Int64s, widths: Int64s) -> Int64s:
        """The positions of some postings.

        Args:
            starts: int64[n], the bit where those of each begin.
            freqs: int64[n], how many each has.
            widths: int64[n], the bits of one of them.
        """
        ends = starts + freqs * widths
        packed = self._bytes["positions"].whole(starts >> 3, (ends + 7) >> 3)
        return decode_postings_positions(packed, starts, freqs, widths)

    def position_widths(self) -> Int64s:
        """int64[documents], the bits of a position in each; of fields with positions."""
        assert self._position_widths is not None
        return self._position_widths()

    def lists(self, infos: TermInfos) -> PostingLists:
        """The posting lists of some terms, ascending; in a field with positions, of neighbouring terms."""
        if not len(infos):
            return NO_POSTING_LISTS
        start = int(infos.offsets[0])
        last_bits = list_bits(infos.doc_freqs[-1:], infos.total_term_freqs[-1:], self._documents)
        encoded, within = self._bits("postings", start, int(infos.offsets[-1] + last_bits[0]))
        offsets = infos.offsets - start + within
        try:
            lists = decode_lists(encoded, infos.doc_freqs, infos.total_term_freqs, offsets, self._documents)
        except Undecodable as error:
            raise self._file.damaged(f"{self._name}.postings") from error
        if self._position_widths is None:
            return lists
        positions = self._lists_positions(infos, lists)
        return PostingLists(lists.starts, lists.doc_ids, lists.freqs, positions)

    def lists_at(self, term_ords: Int64s) -> PostingLists:
        """The posting lists of the terms at these places, ascending."""
        if not len(term_ords):
            return NO_POSTING_LISTS
        infos = self.terms.infos(0, len(self.terms))
        if self._position_widths is None:
            return self.lists(infos.take(term_ords))
        every = self.lists(infos)
        return every.filter(np.isin(np.arange(len(every)), term_ords))

    def _lists_positions(self, infos: TermInfos, lists: PostingLists) -> Int64s:
        widths = self.position_widths()[lists.doc_ids]
        start = int(infos.position_offsets[0])
        ends = infos.position_offsets + np.diff(np.append(0, np.cumsum(widths * lists.freqs))[lists.starts])
        if start < 0 or np.count_nonzero(np.diff(infos.position_offsets) < 0) or np.count_nonzero(ends > ends[-1]):
            raise self._file.damaged(f"{self._name}.positions")
        packed, within = self._bits("positions", start, int(ends[-1]))
        return decode_lists_positions(packed, infos.position_offsets - start + within, lists, widths)

    def _bits(self, block: str, start: int, end: int) -> tuple[Bytes, int]:
        """The bytes that contain some bits of a block, and where in them those bits begin."""
        return self._bytes[block].array(start >> 3, (end + 7) >> 3), start & 7
