"""Here is a pattern of which only the index knows the words: which are highlighted?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from searchkit.engines.whoosh.schema import CONTENT, TITLE
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.engines.words.patterns import MAX_HIGHLIGHTED
from searchkit.query.ast import Fuzzy, Pinyin
from searchkit.query.compiled import ExpandedLeaf, Needle


def highlight_terms(pattern: ExpandedLeaf, segments: Sequence[SegmentContext]) -> list[Needle]:
    """What to highlight for a pattern; nothing where its text tells it."""
    if isinstance(pattern, Pinyin):
        return segments[0].expander.sounds.readings(pattern) if segments else []
    if isinstance(pattern, Fuzzy):
        title_only = pattern.field == "title"
        terms = _live_terms(pattern, (TITLE if title_only else CONTENT).words, segments)
        return [Needle((term,), (), title_only) for term in islice(terms, MAX_HIGHLIGHTED)]
    return []


def _live_terms(pattern: Fuzzy, field: str, segments: Sequence[SegmentContext]) -> Iterator[str]:
    """The terms of live documents that a pattern stands for, in order."""
    readers = [segment.reader for segment in segments]
    found = {term for segment in segments for term in segment.expander.fuzzy_terms(pattern, field)}
    for term in sorted(found):
        if any(reader.live[reader.postings(field, term).doc_ids].any() for reader in readers):
            yield term
