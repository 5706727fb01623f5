"""The impacts of terms: those of all terms of a query are read together, and kept once they are asked for again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import cast

import numpy as np

from searchkit.engines.arrays import DocIds, Int64s
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.postings import LONG_LIST, PostingLists
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.engines.whoosh.search.rank.batch import Batch, BatchPart
from searchkit.engines.whoosh.search.rank.impacts import Dense, Encoded, EncodedPart, Impacts, Scratch, Sparse
from searchkit.engines.whoosh.search.rank.statistics import Statistics
from searchkit.query.compiled import ExpandedLeaf

FieldTerm = tuple[str, str]
"""A physical field and one of its terms."""

_CACHE_BYTES = 160 << 20
"""Impacts that are kept for the next queries."""

_ENCODED_BYTES = 32 << 20
"""Long lists that are kept as they are encoded."""

_ASKED = 1 << 16
"""Terms of which it is known that they were asked for; after more, all are forgotten."""


class TermImpacts:
    """Impacts by field and term; safe to use from several threads.

    Args:
        segments: all of a commit point.
        statistics: of the same.
    """

    def __init__(self, segments: Sequence[SegmentContext], statistics: Statistics) -> None:
        self._segments = segments
        self._statistics = statistics
        self._kept: ByteCache[tuple[str, str | ExpandedLeaf], Dense | Sparse] = ByteCache(_CACHE_BYTES, _nbytes)
        self._encoded: ByteCache[FieldTerm, Encoded] = ByteCache(_ENCODED_BYTES, _nbytes)
        self._idfs: dict[FieldTerm, float] = {}
        self._scratch = Scratch(sum(segment.max_doc for segment in segments))

    def of(self, terms: Sequence[FieldTerm]) -> list[Impacts]:
        """What each of some terms adds.

        Of a long list only as much is read as is asked for. Of a short one nothing is kept until it is asked for again.
        """
        kept = self._kept.peek
        known: list[Dense | Sparse | None] = [kept(term) for term in terms]
        if None not in known:
            return cast("list[Impacts]", known)
        encoded = self._encoded.peek
        found: list[Impacts | None] = [
            encoded(term) if impacts is None else impacts for term, impacts in zip(terms, known, strict=True)
        ]
        missing = {term for term, impacts in zip(terms, found, strict=True) if impacts is None}
        read = dict(self._read(sorted(missing))) if missing else {}
        return [read[term] if impacts is None else impacts for term, impacts in zip(terms, found, strict=True)]

    def idfs(self, terms: Collection[FieldTerm]) -> dict[FieldTerm, float]:
        """The inverse document frequency of each of some terms; 0 if no document has it."""
        known = {term: self._idfs.get(term) for term in terms}
        missing = [term for term, idf in known.items() if idf is None]
        read = dict(zip(missing, self.of(missing), strict=True))
        return {term: read[term].idf if idf is None else idf for term, idf in known.items()}

    def of_pattern(self, field: str, pattern: ExpandedLeaf) -> Dense | Sparse:
        """What all terms together add that a pattern stands for, as if they were one."""

        def compute() -> Dense | Sparse:
            expansions = [segment.expander.expansion(pattern, field) for segment in self._segments]
            return self._one(field, [(part.doc_ids, part.freqs) for part in expansions])

        return self._kept.get((field, pattern), compute)

    def _read(self, terms: Sequence[FieldTerm]) -> Iterator[tuple[FieldTerm, Impacts]]:
        """Those of terms that are not kept, given field by field."""
        encoded = [segment.reader.encoded_lists(terms) for segment in self._segments]
        lengths = [sum(part.doc_freq for part in parts) for parts in zip(*encoded, strict=True)]
        places = [place for place, length in enumerate(lengths) if length < LONG_LIST]
        short = [terms[place] for place in places]
        parts = [
            BatchPart(segment, segment.reader.decode_lists([lists[place] for place in places]))
            for segment, lists in zip(self._segments, encoded, strict=True)
        ]
        batch = Batch([field for field, _ in short], parts, self._statistics, self._scratch)
        for term, fresh in zip(short, batch.impacts, strict=True):
            if term in self._idfs:
                yield term, self._kept.add(term, self._of_list(fresh.listed, fresh.is_dense))
            else:
                yield term, fresh
            self._idfs[term] = fresh.idf
        for term, length in zip(terms, lengths, strict=True):
            if length >= LONG_LIST:
                encoded_list = self._long(*term)
                self._idfs[term] = encoded_list.idf
                yield term, encoded_list
        if len(self._idfs) > _ASKED:
            self._idfs = {}

    def _long(self, field: str, term: str) -> Encoded:
        """Those of a term with a long list."""
        segments = self._segments
        parts = [EncodedPart(segment.doc_base, segment.reader.decode_postings(field, term)) for segment in segments]

        def decode() -> Dense | Sparse:
            return self._kept.get(
                (field, term), lambda: self._one(field, [(part.doc_ids, part.freqs) for _, part in parts])
            )

        doc_freq = sum(
            part.doc_freq - int(np.count_nonzero(part.places_of(segment.reader.deleted) >= 0))
            for segment, (_, part) in zip(segments, parts, strict=True)
        )
        norms, statistics = self._statistics.norms(field), self._statistics
        encoded = Encoded(parts, norms, statistics.idf(doc_freq), statistics.is_dense(doc_freq), decode)
        return self._encoded.get((field, term), lambda: encoded)

    def _one(self, field: str, postings: Sequence[tuple[DocIds, Int64s]]) -> Dense | Sparse:
        """Those of one term, given the documents and frequencies in each segment."""
        parts = [
            BatchPart(segment, PostingLists(np.array([0, len(doc_ids)]), doc_ids, freqs, freqs[:0]))
            for segment, (doc_ids, freqs) in zip(self._segments, postings, strict=True)
        ]
        [fresh] = Batch([field], parts, self._statistics, self._scratch).impacts
        return self._of_list(fresh.listed, fresh.is_dense)

    def _of_list(self, listed: Sparse, is_dense: bool) -> Dense | Sparse:
        """What is kept of a list: copies, since it may be part of larger arrays."""
        kind = Dense if is_dense else Sparse
        return kind.of_list(listed.doc_ids, listed.values, listed.idf, listed.max_value, self._scratch)


def _nbytes(impacts: Impacts) -> int:
    return impacts.nbytes
