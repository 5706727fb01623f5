"""Here are patterns of which only the index knows the words: which are highlighted?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from searchkit.engines.whoosh.search.match.lower import scored_field
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.engines.words.patterns import pattern_needles
from searchkit.query.ast import Fuzzy, Pinyin
from searchkit.query.compiled import ExpandedLeaf, Needle


def highlighted(patterns: Iterable[ExpandedLeaf], segments: Sequence[SegmentContext]) -> tuple[Needle, ...]:
    """What to highlight for patterns; nothing where their text tells it."""

    def readings(pattern: Pinyin) -> list[Needle]:
        return segments[0].expander.sounds.readings(pattern) if segments else []

    return pattern_needles(patterns, readings, lambda pattern: _live_terms(pattern, segments))


def _live_terms(pattern: Fuzzy, segments: Sequence[SegmentContext]) -> Iterator[str]:
    """The terms of live documents that a pattern stands for, in order."""
    field = scored_field(pattern)
    readers = [segment.reader for segment in segments]
    found = {term for segment in segments for term in segment.expander.fuzzy_terms(pattern, field)}
    for term in sorted(found):
        if any(reader.live[reader.postings(field, term).doc_ids].any() for reader in readers):
            yield term
