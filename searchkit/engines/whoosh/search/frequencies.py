"""How often does each word occur in some documents?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from searchkit.engines.arrays import DocIds
from searchkit.engines.protocol import WordCounts
from searchkit.engines.whoosh.schema import CONTENT
from searchkit.engines.whoosh.search.match.segment import SegmentContext


def word_counts(segments: Sequence[SegmentContext], doc_ids: DocIds) -> WordCounts:
    """How often each word occurs in the titles and texts of some documents.

    Args:
        segments: of the commit point.
        doc_ids: of the documents, counted through all segments.
    """
    counts: Counter[str] = Counter()
    for segment in segments:
        wanted = np.zeros(segment.max_doc, bool)
        here = doc_ids[(doc_ids >= segment.doc_base) & (doc_ids < segment.doc_base + segment.max_doc)]
        wanted[here - segment.doc_base] = True
        if not len(here):
            continue
        lists = segment.reader.posting_lists_with_prefix(CONTENT.words, "")
        sums = np.append(0, np.cumsum(np.where(wanted[lists.doc_ids], lists.freqs, 0)))
        occurrences = np.diff(sums[lists.starts])
        found = np.flatnonzero(occurrences)
        terms = list(segment.reader.terms(CONTENT.words))
        for at, count in zip(found.tolist(), occurrences[found].tolist(), strict=True):
            counts[terms[at]] += count
    return WordCounts(counts, len(doc_ids))
