"""What is asked of a commit point where nothing was found: see ``searchkit.engines.words.unknown``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from searchkit.engines.arrays import DocIds
from searchkit.engines.whoosh.search.facets import Facets
from searchkit.engines.whoosh.search.match.boolean import common, intersection
from searchkit.engines.whoosh.search.match.candidates import Candidates
from searchkit.engines.whoosh.search.match.lower import lower
from searchkit.engines.whoosh.search.suggest import Vocabulary
from searchkit.query.ast import Query


class MatchMemo:
    """Which documents match queries: each is evaluated once.

    Args:
        candidates: finds documents.
        known: what some queries match.
    """

    def __init__(self, candidates: Candidates, known: Iterable[tuple[Query, DocIds]]) -> None:
        self._candidates = candidates
        self._known = dict(known)
        self.max_doc = candidates.max_doc

    def doc_ids(self, query: Query) -> DocIds:
        """The live documents that match."""
        if query not in self._known:
            self._known[query] = self._candidates.doc_ids(lower(query))
        return self._known[query]


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """Some documents; see ``searchkit.engines.words.unknown.Documents``.

    Attributes:
        matches: knows what queries match.
        facets: know the values.
        doc_ids: the documents, ascending; None for all that are live.
    """

    matches: MatchMemo
    facets: Facets
    doc_ids: DocIds | None

    def counts(self, queries: Sequence[Query]) -> list[int]:
        return [len(self._among(self.matches.doc_ids(query))) for query in queries]

    def _among(self, found: DocIds) -> DocIds:
        return found if self.doc_ids is None else common(found, self.doc_ids, self.matches.max_doc)

    def values(self, field: str) -> dict[str, int]:
        return self.facets.values(field, self.doc_ids)


@dataclass(frozen=True, slots=True, eq=False)
class Lookups:
    """See ``searchkit.engines.words.unknown.Lookups``.

    Attributes:
        matches: knows what queries match.
        vocabulary: knows the words.
        facets: know the values.
    """

    matches: MatchMemo
    vocabulary: Vocabulary
    facets: Facets

    def documents(self, clauses: Sequence[Query]) -> Documents:
        lists = [self.matches.doc_ids(clause) for clause in clauses]
        return Documents(self.matches, self.facets, intersection(lists, self.matches.max_doc) if lists else None)

    def nearest(self, word: str, limit: int) -> dict[str, int]:
        return self.vocabulary.suggest(word, limit)

    def written(self, field: str, value: str) -> str:
        return self.facets.written(field, self.facets.column(field).values.index(value))
