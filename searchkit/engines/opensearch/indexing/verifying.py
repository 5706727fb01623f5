"""Is the vocabulary that a generation keeps that of its documents?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from searchkit.engines.dates import microseconds
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.commit.columns import COMPLETIONS, COUNTED_FIELDS, POSTS, TITLES, doc_freqs_blob
from searchkit.engines.opensearch.indexing.vocabulary import TitledPosts, Vocabulary
from searchkit.engines.opensearch.schema import CONTENT, HEAD, PATH, TITLE, keyword, token
from searchkit.messages import _

Search = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]
"""Gives the answers to several searches of the generation."""

_AT_ONCE = 200  # searches of a request
_BLOBS = (*map(doc_freqs_blob, COUNTED_FIELDS), POSTS, TITLES, COMPLETIONS)

_Item = TypeVar("_Item")


class KeptVocabulary:
    """Compares the blobs with each other and with the documents.

    Args:
        load: gives a blob of the generation by name.
        search: asks the generation.
    """

    def __init__(self, load: Callable[[str], bytes], search: Search) -> None:
        self._blobs = {name: load(name) for name in _BLOBS}
        self._search = search

    def problems(self, paths: Iterable[str], sample: int | None) -> Iterator[str]:
        """What is wrong with it.

        Args:
            paths: of all documents, as ``keyword`` writes them.
            sample: how many terms of each field, and how many titles, to compare with the documents; None for all.

        Raises:
            ValueError: a blob cannot be decoded.
        """
        vocabulary = Vocabulary.from_blobs(self._blobs.__getitem__)
        again = vocabulary.to_blobs()
        for name in _BLOBS:
            if self._blobs[name] != again[name]:
                yield _("{name} does not follow from the terms and titles", name=name)
        if sorted(map(keyword, vocabulary.posts.paths)) != sorted(paths):
            yield _("the vocabulary is that of other posts")
        for field, doc_freqs in vocabulary.doc_freqs.items():
            yield from self._of_terms(field, doc_freqs, _sampled(sorted(doc_freqs), sample))
        yield from self._of_titles(vocabulary.posts, _sampled(range(len(vocabulary.posts.paths)), sample))

    def _of_terms(self, field: str, doc_freqs: Mapping[str, int], terms: Sequence[str]) -> Iterator[str]:
        """The terms that other documents have."""
        for term, answer in zip(terms, self._answers([_count(field, term) for term in terms]), strict=True):
            count = answer["hits"]["total"]["value"]
            if count != doc_freqs[term]:
                yield _(
                    "{field}: {kept:,} posts with {term!r} instead of {count:,}",
                    field=field,
                    kept=doc_freqs[term],
                    term=term,
                    count=count,
                )

    def _of_titles(self, posts: TitledPosts, places: Sequence[int]) -> Iterator[str]:
        """The posts with another title or date."""
        answers = self._answers([_head(posts.paths[place]) for place in places])
        for place, answer in zip(places, answers, strict=True):
            heads = [read_document(hit["_source"]) for hit in answer["hits"]["hits"]]
            kept = (posts.written[place], int(posts.dates[place]))
            if [(document.title, microseconds(document.date)) for document in heads] != [kept]:
                yield _("{path}: another title or date than its document has", path=posts.paths[place])

    def _answers(self, bodies: Sequence[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for start in range(0, len(bodies), _AT_ONCE):
            yield from self._search(bodies[start : start + _AT_ONCE])


def _sampled(items: Sequence[_Item], sample: int | None) -> Sequence[_Item]:
    """So many, or a few more, evenly spaced."""
    return items if sample is None else items[:: max(len(items) // max(sample, 1), 1)]


def _count(field: str, term: str) -> dict[str, Any]:
    """The search that counts the documents with a term."""
    value = token(term) if field in (CONTENT.words, TITLE.words) else keyword(term)
    return {"query": _having(field, value), "size": 0, "track_total_hits": True}


def _head(path: str) -> dict[str, Any]:
    """The search for the head of the document with a path."""
    return {"query": _having(PATH, keyword(path)), "size": 2, "_source": [HEAD]}


def _having(field: str, value: str) -> dict[str, Any]:
    return {"bool": {"filter": [{"term": {field: {"value": value}}}]}}
