"""The impacts of terms: those of all terms of a query are read together; one that is asked for again is kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from searchkit.engines.arrays import DocIds, Int64s
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.postings import LONG_LIST, PostingLists
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.engines.whoosh.search.rank.batch import Batch, BatchPart, Fresh
from searchkit.engines.whoosh.search.rank.impacts import Dense, Encoded, EncodedPart, Impacts, Scratch, Sparse
from searchkit.engines.whoosh.search.rank.statistics import Statistics
from searchkit.query.compiled import ExpandedLeaf

FieldTerm = tuple[str, str]
"""A physical field and one of its terms."""

_CACHE_BYTES = 128 << 20
"""Impacts that are kept for the next queries."""

_ENCODED_BYTES = 32 << 20
"""Long lists that are kept as they are encoded."""

_BATCHES_BYTES = 32 << 20
"""Batches that are kept for the next queries, which may ask for some of their terms again."""

_IDFS = 1 << 16
"""Terms of which it is known how rare they are; after more, all are forgotten."""


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
        self._lock = threading.Lock()
        self._batches: deque[tuple[Batch, Sequence[FieldTerm]]] = deque()
        self._batches_bytes = 0
        self._recent: dict[FieldTerm, Fresh] = {}
        self._scratch = Scratch(sum(segment.max_doc for segment in segments))

    def of(self, terms: Sequence[FieldTerm]) -> list[Impacts]:
        """What each of some terms adds.

        Of a long list only as much is read as is asked for. A short one is copied out of its batch when it is asked for
        again.
        """
        found: list[Impacts | None] = [self._peek(term) for term in terms]
        missing = {term for term, impacts in zip(terms, found, strict=True) if impacts is None}
        read = dict(self._read(sorted(missing))) if missing else {}
        return [read[term] if impacts is None else impacts for term, impacts in zip(terms, found, strict=True)]

    def _peek(self, term: FieldTerm) -> Impacts | None:
        """Those of a term that has been read."""
        kept = self._kept.peek(term)
        if kept is not None:
            return kept
        fresh = self._recent.get(term)
        return self._encoded.peek(term) if fresh is None else self._kept.add(term, self._copied(fresh))

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
        yield from self._remembered(batch, short)
        for term, length in zip(terms, lengths, strict=True):
            if length >= LONG_LIST:
                encoded_list = self._long(*term)
                self._idfs[term] = encoded_list.idf
                yield term, encoded_list
        if len(self._idfs) > _IDFS:
            self._idfs = {}

    def _remembered(self, batch: Batch, terms: Sequence[FieldTerm]) -> Iterable[tuple[FieldTerm, Fresh]]:
        """The impacts of a batch, which becomes one of the last."""
        fresh = dict(zip(terms, batch.impacts, strict=True))
        self._idfs.update((term, impacts.idf) for term, impacts in fresh.items())
        with self._lock:
            self._batches.append((batch, terms))
            self._recent.update(fresh)
            self._batches_bytes += batch.nbytes
            while self._batches_bytes > _BATCHES_BYTES and len(self._batches) > 1:
                oldest, its_terms = self._batches.popleft()
                self._batches_bytes -= oldest.nbytes
                for term in its_terms:
                    if self._recent[term].batch is oldest:
                        del self._recent[term]
        return fresh.items()

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
        return self._copied(fresh)

    def _copied(self, fresh: Fresh) -> Dense | Sparse:
        """What is kept of a term, apart from its batch."""
        listed = fresh.batch.list_of(fresh.row)
        kind = Dense if fresh.is_dense else Sparse
        return kind.of_list(listed.doc_ids, listed.values, listed.idf, listed.max_value, self._scratch)


def _nbytes(impacts: Impacts) -> int:
    return impacts.nbytes
