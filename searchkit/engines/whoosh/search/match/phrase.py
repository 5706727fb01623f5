"""Physical queries that look at positions: terms at fixed distances, and texts close to each other.

An occurrence is one number, its key: the document's number and the position. Keys of a list ascend, so positions are
compared by operations on sorted arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from searchkit.engines.arrays import Bools, DocIds, Int64s, are_among, distinct, no_int64s
from searchkit.engines.keys import POSITION, POSITION_BITS, documents_near
from searchkit.engines.whoosh.codec.occurrences import FieldTerm
from searchkit.engines.whoosh.codec.postings import PostingLists, Postings
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
        return segment.phrase_keys.get(self, lambda: self._found(segment))

    def _found(self, segment: SegmentContext) -> Int64s:
        keys = self._linked(segment)
        for link in self.open_links:
            if keys is not None and not len(keys):
                break
            doc_ids = np.arange(segment.max_doc) if keys is None else distinct(keys >> POSITION_BITS)
            begins = _keys_in(link, segment, doc_ids) - link.distance
            keys = begins if keys is None else keys[are_among(keys, begins)]
        keys = no_int64s() if keys is None else keys
        return keys[_in_body(keys, segment)] if self.in_body else keys

    @property
    def terms(self) -> list[FieldTerm]:
        """Those of the links."""
        return [(link.field, link.term) for link in self.links]

    def linked(self, keys_of: Mapping[FieldTerm, Int64s]) -> Int64s:
        """int64[n], ascending: where all links stand, given where their terms are; at least one link."""
        lists = [keys_of.get(term, no_int64s()) for term in self.terms]
        (keys, first), *others = sorted(zip(lists, self.links, strict=True), key=lambda entry: len(entry[0]))
        keys = keys - first.distance
        for other, link in others:
            keys = keys[are_among(keys + link.distance, other)]
        return keys

    def _linked(self, segment: SegmentContext) -> Int64s | None:
        """Where all links stand; None if there are none."""
        if not self.links:
            return None
        found = segment.reader.occurrences(self.terms)
        if len(found) < len(set(self.terms)):
            return no_int64s()
        return self.linked(found.keys_in(found.common()))


def keys_in(phrases: Sequence[PhraseDocs], segment: SegmentContext, doc_ids: DocIds) -> list[Int64s]:
    """Of each phrase, without open links, int64[n], ascending: where it begins in some documents."""
    keys_of = segment.reader.occurrences(term for phrase in phrases for term in phrase.terms).keys_in(doc_ids)
    return [phrase.linked(keys_of) for phrase in phrases]


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
