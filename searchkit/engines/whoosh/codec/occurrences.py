"""Where some terms of a text are: their lists are read together, and of positions only those that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from searchkit.engines.arrays import Bools, DocIds, Int64s, no_int64s
from searchkit.engines.keys import POSITION_BITS
from searchkit.engines.whoosh.codec.elias_fano import ListBits
from searchkit.engines.whoosh.codec.field_reader import FieldReader
from searchkit.engines.whoosh.codec.postings import PostingLists, Postings

FieldTerm = tuple[str, str]
"""A field and one of its terms."""


class ShortList(NamedTuple):
    """A term whose list is short.

    Attributes:
        name: field and term.
        reader: of the field.
        term_ord: its place among the terms of the field.
        encoded: its list.
    """

    name: FieldTerm
    reader: FieldReader
    term_ord: int
    encoded: ListBits


class _Lists:
    """Short lists, read; and each of their postings as one number, made of its list and its document."""

    def __init__(self, lists: PostingLists, documents: int) -> None:
        self.doc_ids, self.freqs, self.starts = lists.doc_ids, lists.freqs, lists.starts
        self.sizes = lists.starts[1:] - lists.starts[:-1]
        self._rows = np.arange(len(lists)) * documents
        self._keys = lists.doc_ids + self._rows.repeat(self.sizes)

    def find(self, doc_ids: DocIds) -> tuple[Int64s, Bools]:
        """Of each list and each document: a posting, and whether it is that of the document."""
        wanted = (self._rows[:, None] + doc_ids).reshape(-1)
        places = self._keys.searchsorted(wanted)
        np.minimum(places, len(self._keys) - 1, out=places)
        return places, self._keys.take(places) == wanted


class Occurrences:
    """Some terms of fields with the positions of the same text.

    Args:
        terms: those with short lists, field by field.
        long: the others.
        documents: how many the segment has.
        read: gives the lists of some terms, without positions.
    """

    def __init__(
        self,
        terms: Sequence[ShortList],
        long: Mapping[FieldTerm, Postings],
        documents: int,
        read: Callable[[Sequence[ShortList]], PostingLists],
    ) -> None:
        self._terms = terms
        self._long = long
        self._documents = documents
        self._read = read
        self._lists: _Lists | None = None

    def __len__(self) -> int:
        """How many terms the segment has."""
        return len(self._terms) + len(self._long)

    def _short(self) -> _Lists:
        """The short lists, read when they are first needed: a phrase may lack a term."""
        if self._lists is None:
            self._lists = _Lists(self._read(self._terms), self._documents)
        return self._lists

    def common(self) -> DocIds:
        """The documents that have all terms; at least one."""
        if self._terms:
            lists = self._short()
            shortest = int(lists.sizes.argmin())
            doc_ids: DocIds = lists.doc_ids[lists.starts[shortest] : lists.starts[shortest + 1]]
            if len(self._terms) > 1:
                doc_ids = doc_ids[lists.find(doc_ids)[1].reshape(len(self._terms), -1).all(axis=0)]
        else:
            doc_ids = min(self._long.values(), key=lambda postings: postings.doc_freq).doc_ids
        for postings in self._long.values():
            doc_ids = doc_ids[postings.places_of(doc_ids) >= 0]
        return doc_ids

    def keys_in(self, doc_ids: DocIds) -> dict[FieldTerm, Int64s]:
        """Where each term is in some documents, ascending: int64[n], ascending, see ``searchkit.engines.keys``."""
        found = {name: postings.keys_in(doc_ids) for name, postings in self._long.items()}
        if self._terms and len(doc_ids):
            found.update(zip([term.name for term in self._terms], self._short_keys(doc_ids), strict=True))
        return found

    def _short_keys(self, doc_ids: DocIds) -> list[Int64s]:
        lists = self._short()
        places, is_found = lists.find(doc_ids)
        asked = is_found.nonzero()[0]
        if not len(asked):
            return [no_int64s()] * len(self._terms)
        rows, numbers = np.divmod(asked, len(doc_ids))
        places, doc_ids = places.take(asked), doc_ids.take(numbers)
        every_width = self._terms[0].reader.position_widths()
        freqs, widths = lists.freqs.take(places), every_width.take(doc_ids)
        ends = np.zeros(len(lists.doc_ids) + 1, np.int64)  # the bit behind the positions of each posting
        (every_width.take(lists.doc_ids) * lists.freqs).cumsum(out=ends[1:])
        firsts = ends.take(places) - ends.take(lists.starts).take(rows)
        borders = rows.searchsorted(np.arange(len(self._terms) + 1))
        keys = (doc_ids << POSITION_BITS).repeat(freqs)
        keys |= self._positions(firsts, freqs, widths, borders.tolist())
        parts = np.append(0, freqs.cumsum()).take(borders).tolist()
        return [keys[first:last] for first, last in pairwise(parts)]

    def _positions(self, firsts: Int64s, freqs: Int64s, widths: Int64s, borders: Sequence[int]) -> Int64s:
        """The positions of some postings, given how far they are from the first of the list, and where lists begin."""
        parts = []
        for reader, group in groupby(range(len(self._terms)), key=lambda row: self._terms[row].reader):
            rows = list(group)
            offsets = np.array([reader.terms.position_offset(self._terms[row].term_ord) for row in rows])
            some = slice(borders[rows[0]], borders[rows[-1] + 1])
            starts = firsts[some] + offsets.repeat([borders[row + 1] - borders[row] for row in rows])
            parts.append(reader.positions_at(starts, freqs[some], widths[some]))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
