"""Texts that stand near each other, in any order: which documents of a segment have them so."""

from __future__ import annotations

from collections import Counter
from weakref import WeakKeyDictionary

import numpy as np

from searchkit.engines.whoosh.numeric.sorted import distinct
from searchkit.engines.whoosh.codec.api import SegmentReader
from searchkit.engines.whoosh.search.phrase import Keys, Spans, spans_of
from searchkit.query.content import anywhere, containing
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS
from searchkit.query.nodes import Near
from searchkit.query.parsed import Needle

_KNOWN = 8  # of a segment: those of a query, of which a text and all that is required ask the same
_known: WeakKeyDictionary[SegmentReader, dict[Near, Keys]] = WeakKeyDictionary()


def near_documents(query: Near, segment: SegmentReader) -> Keys:
    """The documents, ascending."""
    known = _known.setdefault(segment, {})
    if query not in known:
        if len(known) >= _KNOWN:
            known.clear()
        known[query] = distinct(_near_documents(query, segment))
    return known[query]


def _near_documents(query: Near, segment: SegmentReader) -> Keys:
    """Ascending, with repetitions. What stands near what comes before it makes a stretch, that has all or not."""
    wanted = Counter(query.needles)
    found = [_places(needle, query.in_body, segment) for needle in wanted]
    if not all(len(places.starts) for places in found):
        return np.zeros(0, np.int64)
    starts = np.concatenate([places.starts for places in found])
    order = np.argsort(starts, kind="stable")
    places = Spans(starts[order], np.concatenate([places.ends for places in found])[order])
    kinds = np.repeat(np.arange(len(found)), [len(places.starts) for places in found])[order]
    reached = np.maximum.accumulate(places.ends)
    stretches = np.cumsum(np.append(False, places.starts[1:] - reached[:-1] > query.between + 1))
    whole = np.ones(int(stretches[-1]) + 1, bool)
    for kind, times in enumerate(wanted.values()):
        whole &= np.bincount(stretches[kinds == kind], minlength=len(whole)) >= times
    documents: Keys = places.documents[whole[stretches]]
    return documents


def _places(needle: Needle, in_body: bool, segment: SegmentReader) -> Spans:
    """Where a text is, from its first unigram to its last."""
    streams = TITLE_STREAMS if needle.title_only else BODY_STREAMS
    one = len(needle.unigrams) == 1
    found = spans_of(anywhere(needle.unigrams[0], streams) if one else containing(needle, streams), segment)
    if in_body:  # the unigrams of a title come before those of the body
        found = found.among(found.positions >= segment.numbers[TITLE_STREAMS.unigrams][found.documents])
    return Spans(found.starts, found.starts + len(needle.unigrams) - 1)
