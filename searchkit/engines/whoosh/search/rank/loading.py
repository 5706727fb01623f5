"""The impacts of terms: those of all terms of a query are read together when it first asks, then kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np

from searchkit.engines.arrays import DocIds, Float32s, Int64s
from searchkit.engines.scoring.bm25 import idf, tf_norm
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.occurrences import FieldTerm
from searchkit.engines.whoosh.codec.postings import LONG_LIST, PostingLists
from searchkit.engines.whoosh.search.match.segment import SegmentContext, as_one
from searchkit.engines.whoosh.search.rank.impacts import (
    DENSE_ONE_IN,
    Dense,
    Encoded,
    EncodedPart,
    Impacts,
    Scratch,
    Sparse,
)
from searchkit.engines.whoosh.search.rank.statistics import Statistics
from searchkit.query.compiled import ExpandedLeaf

_CACHE_BYTES = 160 << 20
"""Impacts that are kept for the next queries."""

_ENCODED_BYTES = 32 << 20
"""Long lists that are kept as they are encoded."""


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
        self._scratch = Scratch(sum(segment.max_doc for segment in segments))

    def of(self, terms: Collection[FieldTerm]) -> Mapping[FieldTerm, Impacts]:
        """What each of some terms adds; of a long list only as far as that is asked for."""
        found: dict[FieldTerm, Impacts] = {}
        missing: dict[FieldTerm, None] = {}
        for term in terms:
            impacts: Impacts | None = self._kept.peek(term)
            if impacts is None:
                impacts = self._encoded.peek(term)
            if impacts is None:
                missing[term] = None
            else:
                found[term] = impacts
        if missing:
            found.update(self._read(sorted(missing)))
        return found

    def of_pattern(self, field: str, pattern: ExpandedLeaf) -> Dense | Sparse:
        """What all terms together add that a pattern stands for, as if they were one."""

        def compute() -> Dense | Sparse:
            expansions = [segment.expander.expansion(pattern, field) for segment in self._segments]
            return self._one(field, [(part.doc_ids, part.freqs) for part in expansions])

        return self._kept.get((field, pattern), compute)

    def _read(self, terms: Sequence[FieldTerm]) -> Iterator[tuple[FieldTerm, Impacts]]:
        """Those of terms that are not kept yet, given field by field: short lists are decoded in one go."""
        encoded = [segment.reader.encoded_lists(terms) for segment in self._segments]
        lengths = [sum(part.doc_freq for part in parts) for parts in zip(*encoded, strict=True)]
        for term, length in zip(terms, lengths, strict=True):
            if length >= LONG_LIST:
                yield term, self._long(*term)
        places = [place for place, length in enumerate(lengths) if length < LONG_LIST]
        if places:
            lists = [
                segment.reader.decode_lists([parts[place] for place in places])
                for segment, parts in zip(self._segments, encoded, strict=True)
            ]
            short = [terms[place] for place in places]
            for term, impacts in zip(short, self._all([field for field, _ in short], lists), strict=True):
                yield term, self._kept.add(term, impacts)

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
        norms = self._statistics.norms(field)
        encoded = Encoded(parts, norms, self._idf(doc_freq), self._is_dense(doc_freq), decode)
        return self._encoded.get((field, term), lambda: encoded)

    def _one(self, field: str, postings: Sequence[tuple[DocIds, Int64s]]) -> Dense | Sparse:
        """Those of one term, given the documents and frequencies in each segment."""
        lists = [PostingLists(np.array([0, len(doc_ids)]), doc_ids, freqs, freqs[:0]) for doc_ids, freqs in postings]
        return next(self._all([field], lists))

    def _all(self, fields: Sequence[str], lists: Sequence[PostingLists]) -> Iterator[Dense | Sparse]:
        """Those of many terms.

        Args:
            fields: of each term, alike ones side by side.
            lists: the lists of all terms in each segment.
        """
        segments = list(zip(self._segments, lists, strict=True))
        parts = [self._values(fields, segment, part) for segment, part in segments]
        borders = [part.starts.tolist() for part in lists]
        doc_freqs = sum((_live_counts(segment, part) for segment, part in segments), np.zeros(len(fields), np.int64))
        maxima = np.zeros(len(fields), np.float32)
        for part, (_doc_ids, values) in zip(lists, parts, strict=True):
            some = np.flatnonzero(part.starts[1:] > part.starts[:-1])
            if len(some):
                maxima[some] = np.maximum(maxima[some], np.maximum.reduceat(values, part.starts[some]))
        for place, (doc_freq, max_value) in enumerate(zip(doc_freqs.tolist(), maxima.tolist(), strict=True)):
            ranges = [slice(starts[place], starts[place + 1]) for starts in borders]
            kind = Dense if self._is_dense(doc_freq) else Sparse
            yield kind.of_list(
                as_one([doc_ids[range_] for (doc_ids, _), range_ in zip(parts, ranges, strict=True)], np.int64),
                as_one([values[range_] for (_, values), range_ in zip(parts, ranges, strict=True)], np.float32),
                self._idf(doc_freq),
                max_value,
                self._scratch,
            )

    def _values(self, fields: Sequence[str], segment: SegmentContext, lists: PostingLists) -> tuple[DocIds, Float32s]:
        """Of each posting of a segment: its document's number among those of all segments, and its impact."""
        doc_ids = lists.doc_ids + segment.doc_base if segment.doc_base else lists.doc_ids
        norms = np.empty(len(doc_ids), np.float32)
        for field, group in groupby(enumerate(fields), key=itemgetter(1)):
            terms = [place for place, _ in group]
            first, last = lists.starts[terms[0]], lists.starts[terms[-1] + 1]
            self._statistics.norms(field).take(doc_ids[first:last], out=norms[first:last])
        return doc_ids, tf_norm(lists.freqs.astype(np.float32), norms)

    def _is_dense(self, doc_freq: int) -> bool:
        return doc_freq * DENSE_ONE_IN >= self._statistics.doc_count

    def _idf(self, doc_freq: int) -> float:
        return idf(self._statistics.doc_count, doc_freq) if doc_freq else 0.0


def _live_counts(segment: SegmentContext, lists: PostingLists) -> Int64s:
    """int64[terms]: how many documents that are not deleted have each term."""
    if not segment.reader.info.deleted:
        return np.diff(lists.starts)
    return np.diff(np.append(0, np.cumsum(segment.reader.live[lists.doc_ids]))[lists.starts])


def _nbytes(impacts: Impacts) -> int:
    return impacts.nbytes
