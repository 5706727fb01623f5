"""Posts with the same text are one hit: the first by path of those that match."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.search.hits import Hit, pages, request
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.query.ast import TEXT_FIELDS, AddedRange, DateRange, FieldValue, New, Prefix, Query, Wildcard, leaves

_BY_TEXT = [{schema.TEXT_HASH: "asc"}, {schema.PATH: "asc"}]
_LATER = dsl.term(schema.DUPLICATE, schema.LATER)
_MIXED = dsl.term(schema.DUPLICATE, schema.MIXED)


def is_alike(trees: Sequence[Query]) -> bool:
    """Whether documents with the same text, tags and identifiers match all of some trees or none of them."""
    return not any(_looks_elsewhere(leaf) for tree in trees for leaf, _ in leaves(tree))


def _looks_elsewhere(leaf: Query) -> bool:
    is_pattern = isinstance(leaf, Prefix | Wildcard)
    return isinstance(leaf, FieldValue | DateRange | AddedRange | New) or (
        is_pattern and getattr(leaf, "field", "") not in TEXT_FIELDS
    )


class Collapse:
    """Leaves one document of each text.

    Documents of one text differ in paths, days and sources, sometimes in tags. A query that looks at none of these
    finds all of them or none, so that the first by path, which is marked, stands for all. For another one, the
    documents that match and have duplicates are read first.

    Args:
        client: of the cluster.
        point: the generation.
    """

    def __init__(self, client: Client, point: CommitPoint) -> None:
        self._client = client
        self._point = point

    def first_of_each(self, matching: Clause, alike: bool) -> Clause:
        """The documents that match, one of each text.

        Args:
            matching: which match.
            alike: whether documents with the same text, tags and identifiers all match or none does.
        """
        if not self._point.duplicates:
            return matching
        if not alike:
            return dsl.all_of([matching], self._repeated(matching, dsl.exists(schema.DUPLICATE)))
        if not self._point.mixed:
            return dsl.all_of([matching], [_LATER])
        return dsl.all_of(
            [matching], [dsl.all_of([_LATER], [_MIXED]), *self._repeated(matching, _MIXED)]
        )

    def _repeated(self, matching: Clause, among: Clause) -> list[Clause]:
        """The matching documents whose text another one has, too, that comes before by path."""
        body = request(dsl.all_of([matching, among]), _BY_TEXT, 0)
        later: list[str] = []
        last: int | None = None
        for page in pages(self._client, self._point.index, body):
            for hit in page:
                if hit.text_hash == last:
                    later.append(hit.id)
                last = hit.text_hash
        return [dsl.ids(later)] if later else []

    def paths_of(self, hits: Sequence[Hit]) -> dict[int, list[str]]:
        """The paths of all documents that have the text of one of these that has duplicates, by its hash."""
        hashes = sorted({hit.text_hash for hit in hits if hit.has_duplicate})
        if not hashes:
            return {}
        found: dict[int, list[str]] = {}
        body = request(dsl.terms(schema.TEXT_HASH, hashes), _BY_TEXT, 0)
        for page in pages(self._client, self._point.index, body):
            for hit in page:
                found.setdefault(hit.text_hash, []).append(hit.path)
        return found
