"""Physical queries that look at positions: terms at fixed distances, and texts close to each other.

An occurrence is one number, its key: the document's number and the position. Keys of a list ascend, so positions are
compared by operations on sorted arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from searchkit.engines.arrays import Bools, DocIds, Int64s, are_among, distinct, no_int64s
from searchkit.engines.keys import POSITION, POSITION_BITS, documents_near
from searchkit.engines.whoosh.codec.postings import LONG_LIST, PostingLists, Postings
from searchkit.engines.whoosh.schema import TITLE
from searchkit.engines.whoosh.search.match.boolean import POSITIONS
from searchkit.engines.whoosh.search.match.segment import SegmentContext


@dataclass(frozen=True, slots=True, repr=False)
class Link:
    """A term at a fixed distance from the beginning of a phrase."""

    field: str
    term: str
    distance: int


@dataclass(frozen=True, slots=True, repr=False)
class OpenLink:
    """Any of several terms at a fixed distance: those of a field that begin with a prefix, and some of another field.

    Attributes:
        field: of the prefix.
        prefix: what the terms begin with.
        other_field: of ``terms``.
        terms: further terms.
        distance: from the beginning of the phrase.
    """

    field: str
    prefix: str
    other_field: str
    terms: tuple[str, ...]
    distance: int

    def posting_lists(self, segment: SegmentContext) -> Iterator[PostingLists | Postings]:
        yield segment.reader.posting_lists_with_prefix(self.field, self.prefix)
        for term in self.terms:
            yield segment.reader.postings(self.other_field, term)


@dataclass(frozen=True, slots=True, repr=False)
class PhraseDocs:
    """The documents in which all links stand at their distances.

    Attributes:
        links: terms.
        open_links: choices of terms; each is looked up only where the links leave candidates.
        in_body: the phrase begins behind the title.
    """

    links: tuple[Link, ...]
    open_links: tuple[OpenLink, ...] = ()
    in_body: bool = False
    cost: ClassVar[int] = POSITIONS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        return distinct(self.keys(segment) >> POSITION_BITS)

    def keys(self, segment: SegmentContext) -> Int64s:
        """int64[n], ascending: where the phrase begins."""
        keys = self._linked(segment)
        for link in self.open_links:
            if keys is not None and not len(keys):
                break
            doc_ids = np.arange(segment.max_doc) if keys is None else distinct(keys >> POSITION_BITS)
            begins = _keys_in(link, segment, doc_ids) - link.distance
            keys = begins if keys is None else keys[are_among(keys, begins)]
        keys = no_int64s() if keys is None else keys
        return keys[_in_body(keys, segment)] if self.in_body else keys

    def keys_in(self, segment: SegmentContext, doc_ids: DocIds) -> Int64s:
        """int64[n], ascending: where a phrase without open links begins in some documents. Only theirs are decoded."""
        keys: Int64s | None = None
        for link in self.links:
            begins = segment.reader.postings(link.field, link.term).keys_in(doc_ids) - link.distance
            keys = begins if keys is None else keys[are_among(keys, begins)]
            if not len(keys):
                break
        return no_int64s() if keys is None else keys

    def _linked(self, segment: SegmentContext) -> Int64s | None:
        """Where all links stand, the rarest term first; None if there are none."""
        lists: list[tuple[Postings, int]] = []
        for link in self.links:
            postings = segment.reader.postings(link.field, link.term)
            if not postings.doc_freq:
                return no_int64s()
            lists.append((postings, link.distance))
        if not lists:
            return None
        lists.sort(key=lambda entry: entry[0].doc_freq)
        (rarest, first_distance), *others = lists
        if rarest.keys_at_hand or rarest.doc_freq < LONG_LIST:
            keys = rarest.keys - first_distance
        else:
            keys = rarest.keys_in(_with_all(rarest.doc_ids, others)) - first_distance
        for postings, distance in others:
            if not len(keys):
                break
            keys = _followed_by(keys, postings, distance)
        return keys


def _with_all(doc_ids: DocIds, lists: Sequence[tuple[Postings, int]]) -> DocIds:
    """Those of some documents that are in all lists."""
    for postings, _distance in lists:
        doc_ids = doc_ids[postings.places_of(doc_ids) >= 0]
    return doc_ids


def _followed_by(keys: Int64s, postings: Postings, distance: int) -> Int64s:
    """The keys behind which a term stands at this distance."""
    if postings.keys_at_hand:
        return keys[are_among(keys + distance, postings.keys)]
    return keys[are_among(keys + distance, postings.keys_in(distinct(keys >> POSITION_BITS)))]


def _keys_in(link: OpenLink, segment: SegmentContext, doc_ids: DocIds) -> Int64s:
    """The keys of any of a link's terms in some documents."""
    is_candidate = np.zeros(segment.max_doc, bool)
    is_candidate[doc_ids] = True
    parts = [no_int64s()]
    for lists in link.posting_lists(segment):
        kept = is_candidate[lists.doc_ids]
        if kept.any():
            freqs = lists.freqs[kept]
            positions = lists.positions[np.repeat(kept, lists.freqs)]
            parts.append(np.repeat(lists.doc_ids[kept] << POSITION_BITS, freqs) | positions)
    return distinct(np.sort(np.concatenate(parts), kind="stable"))  # the stable sort merges presorted runs


def _in_body(keys: Int64s, segment: SegmentContext) -> Bools:
    """bool[n]: which keys lie behind the title, whose unigrams come first."""
    title_lengths = segment.reader.doc_values[TITLE.unigrams]
    behind: Bools = (keys & POSITION) >= title_lengths[keys >> POSITION_BITS]
    return behind


@dataclass(frozen=True, slots=True, repr=False)
class NearDocs:
    """The documents with a cluster of occurrences that has every text.

    Attributes:
        phrases: the texts, each with its number of unigrams; one that is there twice must occur twice.
        between: the most unigrams between one occurrence of a cluster and the next.
    """

    phrases: tuple[tuple[PhraseDocs, int], ...]
    between: int
    cost: ClassVar[int] = POSITIONS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        required = Counter(self.phrases)
        keys = [phrase.keys(segment) for phrase, _ in required]
        return documents_near(keys, [length for _, length in required], list(required.values()), self.between)
