"""The terms of a commit point that live documents have: the same ones, however its documents came into segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from searchkit.engines.arrays import Int64s
from searchkit.engines.whoosh.codec.reader import SegmentReader

_POSTINGS_AT_ONCE = 4_000_000


def live_doc_freqs(readers: Iterable[SegmentReader], field: str) -> dict[str, int]:
    """How many live documents have each term of a field, without those that none has; in the order of their UTF-8."""
    counts: Counter[str] = Counter()
    several = False
    for reader in readers:
        several = several or bool(counts)
        pairs = zip(reader.terms(field), _live_counts(reader, field).tolist(), strict=True)
        counts.update({term: count for term, count in pairs if count})
    return {term: counts[term] for term in sorted(counts, key=_utf8)} if several else counts


def _live_counts(reader: SegmentReader, field: str) -> Int64s:
    """int64[terms], how many live documents of a segment have each term."""
    counts = reader.doc_freqs(field)
    if reader.live.all() or not len(counts):
        return counts
    ends = np.cumsum(counts)
    borders = np.searchsorted(ends, np.arange(_POSTINGS_AT_ONCE, ends[-1], _POSTINGS_AT_ONCE))
    parts = np.split(np.arange(len(counts)), borders)
    return np.concatenate([_live_counts_at(reader, field, term_ords) for term_ords in parts])


def _live_counts_at(reader: SegmentReader, field: str, term_ords: Int64s) -> Int64s:
    if not len(term_ords):
        return term_ords
    lists = reader.posting_lists_at(field, term_ords)
    live = np.append(0, np.cumsum(reader.live[lists.doc_ids]))
    return np.diff(live[lists.starts])


def _utf8(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")
