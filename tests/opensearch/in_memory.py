"""A node whose documents are in memory: what tests of single searches need of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from searchkit.engines.dates import NO_DATE
from searchkit.engines.opensearch.analysis.requests import requests
from searchkit.engines.opensearch.schema import CONTENT, PATH, SOURCE, TAG, TITLE
from searchkit.language.lexicon import Lexicon
from searchkit.model import Document


class Node:
    """What a node answers to searches for the posts with a term.

    Args:
        documents: that it has.
        lexicon: with which they are cut into words.
    """

    def __init__(self, documents: Sequence[Document], lexicon: Lexicon) -> None:
        self._sources = [
            ({field: _values(source, field) for field in _FIELDS}, source) for source in requests(documents, lexicon)
        ]

    def search(self, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [self._answer(**body) for body in bodies]

    def _answer(
        self, query: Mapping[str, Any], size: int, sort: Sequence[Any] = (), _source: Sequence[str] = (), **_: Any
    ) -> dict[str, Any]:
        ((field, clause),) = query["bool"]["filter"][0]["term"].items()
        found = [source for values, source in self._sources if clause["value"] in values[field]]
        for rule in reversed(sort):
            found = _sorted(found, rule)
        hits = [{"_source": {name: source[name] for name in _source}} for source in found[:size]]
        return {"hits": {"total": {"value": len(found)}, "hits": hits}}


_FIELDS = (CONTENT.words, TITLE.words, SOURCE, TAG, PATH)


def _values(source: Mapping[str, Any], field: str) -> set[str]:
    values = source.get(field, ())
    if field in (SOURCE, TAG, PATH):
        return {values} if isinstance(values, str) else set(values)
    return {token.rpartition("|")[0] or token for token in str(values).split()}


def _sorted(sources: Sequence[dict[str, Any]], rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    ((field, order),) = rule.items()
    if order == "asc":
        return sorted(sources, key=lambda source: source[field])
    assert order == {"order": "desc", "missing": "_last"}
    return sorted(sources, key=lambda source: source.get(field, NO_DATE), reverse=True)
