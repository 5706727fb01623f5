"""What a query asks of a generation, as clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.collapse import is_alike
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.opensearch.search.match.lower import Lowering
from searchkit.query.ast import Query
from searchkit.query.compiled import CompiledQuery, OptionalClause


@dataclass(frozen=True, slots=True)
class Asked:
    """The clauses of a query.

    Attributes:
        required: what documents must match at all.
        optional: one a clause of the query; each hit names those that it matches by their numbers.
        match_any: any of these is enough.
        alike: whether documents with the same text, tags and identifiers match the same of them.
    """

    required: Clause
    optional: tuple[Clause, ...]
    match_any: bool
    alike: bool

    @classmethod
    def of(cls, query: CompiledQuery, filter_query: Query, path: str | None, lowering: Lowering) -> Asked:
        """The clauses of a query; the filter and the path, if any, are required."""
        trees = (query.required, filter_query, *(clause.query for clause in query.optional))
        required = [lowering.lower(query.required), lowering.lower(filter_query)]
        if path is not None:
            required.append(dsl.term(schema.PATH, schema.keyword(path)))
        optional = [lowering.lower(clause.query) for clause in query.optional]
        return cls(dsl.all_of(required), tuple(optional), query.match_any, path is None and is_alike(trees))

    @property
    def complete(self) -> Clause:
        """The documents with every clause; with ``match_any``, with any of the optional ones."""
        if self.match_any and self.optional:
            return dsl.all_of([self.required, dsl.any_of(self._named)])
        return dsl.all_of([self.required, *self.optional])

    @property
    def partial(self) -> Clause:
        """The documents with some of the optional clauses, but not all."""
        return dsl.all_of([self.required, dsl.any_of(self._named)], [dsl.all_of(self.optional)])

    def beyond(self, other: Clause) -> Clause:
        """The documents that match what is required and something else, but none of the optional clauses."""
        return dsl.all_of([self.required, other], self.optional)

    @property
    def _named(self) -> list[Clause]:
        return [dsl.named(clause, str(number)) for number, clause in enumerate(self.optional)]


def missing(optional: Sequence[OptionalClause], names: frozenset[str]) -> tuple[str, ...]:
    """The optional clauses that a hit with these names lacks."""
    return tuple(clause.text for number, clause in enumerate(optional) if str(number) not in names)
