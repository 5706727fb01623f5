"""The posts of a generation as suggestions are made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.arrays import Bools, Int64s
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.commit.columns import COMPLETIONS, POSTS, TITLES, unpacked_texts
from searchkit.engines.opensearch.schema import BODY, CONTENT, DATE, HEAD, PATH, TITLE, keyword, token
from searchkit.engines.opensearch.search.vocabulary import LazyVocabulary
from searchkit.engines.suggesting.protocol import MAX_READINGS, TITLE_STARTS, Asked
from searchkit.model import Document

Search = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]
"""Gives the answers to several searches of a generation."""

_NEWEST_FIRST = [{DATE: {"order": "desc", "missing": "_last"}}, {PATH: "asc"}]


class KeptCompletions:
    """See ``searchkit.engines.suggesting.protocol.Completions``.

    Args:
        vocabulary: of the generation.
    """

    def __init__(self, vocabulary: LazyVocabulary) -> None:
        self._vocabulary = vocabulary

    def _table(self, name: str) -> npt.NDArray[Any]:
        return self._vocabulary.columns(COMPLETIONS)[name]

    @cached_property
    def syllables(self) -> list[str]:
        return unpacked_texts(self._table("syllables"))

    @cached_property
    def readings(self) -> npt.NDArray[np.uint16]:
        rows = self._table("readings")
        table = np.zeros((1 << 16, MAX_READINGS), np.uint16)
        table[rows["char"]] = rows["syllables"]
        return table

    def rows(self, field: str, terms: int, first: int, last: int) -> npt.NDArray[Any]:
        return self._bucketed(field, first, last)

    def title_starts(self, first: int, last: int) -> Int64s:
        return self._bucketed(TITLE_STARTS, first, last).astype(np.int64)

    def _bucketed(self, table: str, first: int, last: int) -> npt.NDArray[Any]:
        buckets = self._table(f"{table}.buckets")
        return self._table(f"{table}.rows")[buckets[first] : buckets[last]]

    @property
    def codes(self) -> npt.NDArray[np.uint16]:
        return self._vocabulary.columns(TITLES)["codes"]

    @property
    def boundaries(self) -> Bools:
        return self._vocabulary.columns(TITLES)["boundaries"]

    @cached_property
    def doc_ids(self) -> npt.NDArray[np.int32]:
        lengths = np.diff(np.flatnonzero(self.codes == 0), prepend=-1)
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)


class KeptPart:
    """All posts: see ``searchkit.engines.suggesting.protocol.Part``.

    Args:
        vocabulary: of the generation.
    """

    doc_base = 0

    def __init__(self, vocabulary: LazyVocabulary) -> None:
        self.completions = KeptCompletions(vocabulary)
        self._vocabulary = vocabulary

    @cached_property
    def live(self) -> Bools:
        return np.ones(len(self._vocabulary.columns(POSTS)["dates"]), bool)

    def term_count(self, field: str) -> int:
        return len(self._vocabulary.doc_freqs(field))

    def term(self, field: str, term_ord: int) -> str:
        term = self._vocabulary.doc_freqs(field).names[term_ord]
        return term.encode("utf-8", "surrogatepass").decode("utf-8", "replace")  # lone surrogates cannot be shown


class KeptPosts:
    """See ``searchkit.engines.suggesting.protocol.Posts``. They are numbered in the order of their paths.

    Args:
        vocabulary: of the generation.
        search: asks the generation.
    """

    def __init__(self, vocabulary: LazyVocabulary, search: Search) -> None:
        self.parts = [KeptPart(vocabulary)]
        self._vocabulary = vocabulary
        self._search = search

    @property
    def dates(self) -> Int64s:
        return self._vocabulary.columns(POSTS)["dates"]

    def path_ranks(self, doc_ids: Int64s) -> Int64s:
        return doc_ids

    @cached_property
    def _titles(self) -> list[str]:
        return unpacked_texts(self._vocabulary.columns(POSTS)["titles"])

    @cached_property
    def _paths(self) -> list[str]:
        return unpacked_texts(self._vocabulary.columns(POSTS)["paths"])

    def title(self, doc_id: int) -> str:
        return self._titles[doc_id]

    def path(self, doc_id: int) -> str:
        return self._paths[doc_id]

    def doc_freq(self, field: str, term: str) -> int:
        return self._vocabulary.doc_freqs(field).get(term, 0)

    def newest_with(self, asked: Sequence[Asked]) -> list[Document | None]:
        answers = self._search([_newest_with(each) for each in asked])
        found = [answer["hits"]["hits"] for answer in answers]
        return [read_document(hits[0]["_source"]) if hits else None for hits in found]


def _newest_with(asked: Asked) -> dict[str, Any]:
    """The search for the newest post that has a term."""
    is_word = asked.field in (CONTENT.words, TITLE.words)
    value = token(asked.term) if is_word else keyword(asked.term)
    return {
        "query": {"bool": {"filter": [{"term": {asked.field: {"value": value}}}]}},
        "sort": _NEWEST_FIRST,
        "size": 1,
        "track_total_hits": False,
        "_source": [HEAD, BODY] if asked.field == CONTENT.words else [HEAD],
    }
