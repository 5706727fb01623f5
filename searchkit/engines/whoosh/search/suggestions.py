"""What may be meant by what somebody typed so far."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.facets import Facets
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.engines.whoosh.search.suggest import Vocabulary
from searchkit.language import fold
from searchkit.suggestion import Suggestion


class Suggestions:
    """Suggests words, sources and tags of a commit point."""

    def __init__(
        self, segments: Sequence[SegmentContext], docs: DocStore, facets: Facets, vocabulary: Vocabulary
    ) -> None:
        self._facets = facets
        self._vocabulary = vocabulary

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """What may be meant, the likeliest first."""
        head, _, last = text.rpartition(" ")
        typed = fold(last)
        if not typed:
            return []
        before = f"{head} " if head else ""
        words = [Suggestion(before + word, "word", count) for word, count in self._vocabulary.terms(typed, limit)]
        return words[:limit]
