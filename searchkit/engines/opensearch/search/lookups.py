"""What is asked of a generation where a query finds nothing: see ``searchkit.engines.words.unknown``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from searchkit.engines.opensearch.search.facets import Facets
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.opensearch.search.match.lower import Lowering
from searchkit.engines.opensearch.search.rank.statistics import Statistics
from searchkit.engines.opensearch.search.vocabulary import LazyVocabulary
from searchkit.query.ast import Query


class SomeDocuments:
    """See ``searchkit.engines.words.unknown.Documents``.

    Args:
        matching: which documents.
        lowering: for the generation.
        statistics: of it.
        facets: of it.
    """

    def __init__(self, matching: Clause, lowering: Lowering, statistics: Statistics, facets: Facets) -> None:
        self._matching = matching
        self._lowering = lowering
        self._statistics = statistics
        self._facets = facets

    def counts(self, queries: Sequence[Query]) -> list[int]:
        return self._statistics.counts([dsl.all_of([self._matching, self._lowering.lower(each)]) for each in queries])

    def values(self, field: str) -> Mapping[str, int]:
        found = self._facets.values(field, self._matching)
        return dict(sorted(found.items(), key=lambda row: (-row[1], row[0])))


class Lookups:
    """See ``searchkit.engines.words.unknown.Lookups``.

    Args:
        lowering: for the generation.
        statistics: of it.
        facets: of it.
        vocabulary: of it.
    """

    def __init__(
        self, lowering: Lowering, statistics: Statistics, facets: Facets, vocabulary: LazyVocabulary
    ) -> None:
        self._lowering = lowering
        self._statistics = statistics
        self._facets = facets
        self._vocabulary = vocabulary

    def documents(self, clauses: Sequence[Query]) -> SomeDocuments:
        matching = dsl.all_of([self._lowering.lower(clause) for clause in clauses])
        return SomeDocuments(matching, self._lowering, self._statistics, self._facets)

    def nearest(self, word: str, limit: int) -> Mapping[str, int]:
        return self._vocabulary.nearest(word, limit)

    def written(self, field: str, value: str) -> str:
        return self._facets.written(field, [value])[value]
