"""Is a generation what was committed, and does it say what its documents say?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from searchkit.engines.files import FileState
from searchkit.engines.opensearch.analysis.requests import requests
from searchkit.engines.opensearch.analysis.stored import read_document
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.blobs import read_blob
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.commit.reading import read_files, read_lexicon
from searchkit.engines.opensearch.indexing.duplicates import IndexedKey, flags_of, keys_matching
from searchkit.engines.opensearch.indexing.scanning import PAGE, measure, scan
from searchkit.engines.opensearch.indexing.verifying import KeptVocabulary
from searchkit.engines.opensearch.schema import (
    BODY,
    BODY_UNITS,
    BODY_WORDS,
    EXACT_FIELDS,
    FREQUENCY_MARK,
    HEAD,
    TEXT_FIELDS,
    keyword,
    unescaped,
)
from searchkit.errors import IndexCorrupt
from searchkit.language.lexicon import Lexicon
from searchkit.messages import _
from searchkit.reports import Problem

_NAMED = 5
"""So many problems of one kind are named one by one."""

_CLAUSES = 500
"""Terms in one question; a cluster takes 1,024 unless told otherwise."""

_QUESTIONS = 50
"""Searches in one request."""

_EVERY: dict[str, Any] = {"match_all": {}}


class Check:
    """Checks a generation.

    Args:
        client: asks.
        point: the commit point.
        sample: how many documents to analyse again, and how many terms of each field to count; None for all.
        progress: called with what is done and what is to do, in documents.
    """

    def __init__(
        self, client: Client, point: CommitPoint, sample: int | None, progress: Callable[[int, int], None]
    ) -> None:
        self._client = client
        self._point = point
        documents = point.info.documents
        self._sample = documents if sample is None else min(sample, documents)
        self._terms = sample
        self._progress = progress
        self._done = 0
        self._total = documents + self._sample

    def problems(self) -> Iterator[Problem]:
        """What is wrong, by index."""
        index, kept = self._point.index, self._point.kept
        self._progress(0, self._total)
        keys: list[IndexedKey] = []
        checks: list[tuple[str, Callable[[], Iterable[str]]]] = [
            (index, self._of_measures),
            (index, partial(self._of_duplicates, keys)),
            (kept, partial(self._of_manifest, keys)),
            (kept, partial(self._of_vocabulary, keys)),
            (index, partial(self._of_documents, keys)),
        ]
        for name, check in checks:
            found = _messages(check)
            yield from (Problem(name, message) for message in found[:_NAMED])
            if len(found) > _NAMED:
                yield Problem(name, _("and {count:,} more", count=len(found) - _NAMED))
        self._progress(self._total, self._total)

    def _of_measures(self) -> Iterator[str]:
        """Whether the index has as much as its commit says."""
        point, found = self._point, measure(self._client, self._point.index)
        for name, actual, expected in (
            (_("posts"), found.documents, point.info.documents),
            (_("posts whose text others have"), found.duplicates, point.duplicates),
            (_("posts that differ from others with their text"), found.mixed, point.mixed),
            *((name, found.totals[name], total) for name, total in point.totals.items()),
        ):
            if actual != expected:
                yield _("{name}: {actual:,} instead of {expected:,}", name=name, actual=actual, expected=expected)

    def _of_duplicates(self, keys: list[IndexedKey]) -> Iterator[str]:
        """Whether each document knows what its text has in common with others; ``keys`` collects all."""
        for key in keys_matching(self._client, self._point.index, _EVERY):
            keys.append(key)
            if len(keys) % PAGE == 0:
                self._step(PAGE)
        for key, flags in zip(keys, flags_of([key.key for key in keys]), strict=True):
            if key.flags != flags:
                yield _("{path}: other duplicates than its text has", path=unescaped(key.key.path))

    def _of_manifest(self, keys: Sequence[IndexedKey]) -> Iterator[str]:
        """Posts that the manifest has and the index has not, or the other way, or that it has twice."""
        files = read_files(self._client, self._point)
        posts = {keyword(path) for path, record in files.items() if record.state != FileState.LEFT_OUT}
        live = Counter(key.key.path for key in keys)
        twice = [path for path, count in live.items() if count > 1]
        yield from (_("{path} is not in the index", path=unescaped(path)) for path in sorted(posts - live.keys()))
        yield from (_("{path} is not in the manifest", path=unescaped(path)) for path in sorted(live.keys() - posts))
        yield from (_("{path} is in the index twice", path=unescaped(path)) for path in sorted(twice))

    def _of_vocabulary(self, keys: Sequence[IndexedKey]) -> Iterator[str]:
        """Whether the vocabulary is that of the documents."""
        load = partial(read_blob, self._client, self._point.generation)
        kept = KeptVocabulary(load, partial(self._client.msearch, self._point.index))
        return kept.problems((key.key.path for key in keys), self._terms)

    def _of_documents(self, keys: Sequence[IndexedKey]) -> Iterator[str]:
        """Where some documents have other terms or values than their stored text."""
        lexicon = read_lexicon(self._client, self._point)
        count = min(self._sample, len(keys))
        chosen = [keys[(2 * at + 1) * len(keys) // (2 * count)].id for at in range(count)]
        for start in range(0, count, PAGE):
            query = {"ids": {"values": chosen[start : start + PAGE]}}
            hits = list(scan(self._client, self._point.index, query, (HEAD, BODY), EXACT_FIELDS))
            yield from self._differences(hits, lexicon)
            self._step(len(hits))

    def _differences(self, hits: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> Iterator[str]:
        documents = []
        for hit in hits:
            try:
                documents.append((hit, read_document(hit.get("_source", {}))))
            except ValueError as error:
                yield _("{path}: it cannot be decoded: {error}", path=unescaped(hit["sort"][0]), error=error)
        again = requests((document for _hit, document in documents), lexicon)
        questions: list[tuple[str, dict[str, Any], int]] = []
        for (hit, document), fields in zip(documents, again, strict=True):
            for name in EXACT_FIELDS:
                if sorted(hit.get("fields", {}).get(name, [])) != _values(fields.get(name)):
                    yield _("{path}: another {name} than its text has", path=document.path, name=name)
            for query, score in _questions(fields):
                body = {"bool": {"filter": {"ids": {"values": [hit["_id"]]}}, "must": query}}
                questions.append((document.path, {"query": body, "size": 1, "_source": False}, score))
            if len(questions) > _QUESTIONS:
                yield from self._asked(questions)
                questions.clear()
        yield from self._asked(questions)

    def _asked(self, questions: Sequence[tuple[str, dict[str, Any], int]]) -> Iterator[str]:
        """The documents that lack a term, or have it another number of times."""
        if not questions:
            return
        answers = self._client.msearch(self._point.index, [body for _path, body, _score in questions])
        wrong: dict[str, None] = {}
        for (path, _body, score), answer in zip(questions, answers, strict=True):
            hits = answer["hits"]["hits"]
            if not hits or round(hits[0]["_score"]) != score:
                wrong[path] = None
        yield from (_("{path}: other terms than its text has", path=path) for path in wrong)

    def _step(self, count: int) -> None:
        self._done += count
        self._progress(min(self._done, self._total), self._total)


def _questions(fields: Mapping[str, Any]) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """Queries that a document with these fields matches, and the score that each gives it.

    A term scores as often as it occurs, other queries nothing. Links are asked for as phrases that overlap.
    """
    terms: list[tuple[dict[str, Any], int]] = []
    for text in TEXT_FIELDS:
        for name in (text.units, text.words):
            for part in fields[name].split(" ")[:-1]:
                term, _mark, freq = part.rpartition(FREQUENCY_MARK)
                terms.append(({"term": {name: term}}, int(freq)))
        links = fields[text.links].split(" ")[:-1]
        for first, last in pairwise([*range(0, len(links), _CLAUSES), len(links)]):
            phrase = " ".join(links[max(first - 1, 0) : last])
            terms.append(({"constant_score": {"filter": {"match_phrase": {text.links: phrase}}, "boost": 0}}, 0))
    for name in (BODY_UNITS, BODY_WORDS):
        for term in fields[name].split(" ")[:-1]:
            terms.append(({"constant_score": {"filter": {"term": {name: term}}, "boost": 0}}, 0))
    for start in range(0, len(terms), _CLAUSES):
        part = terms[start : start + _CLAUSES]
        yield [query for query, _score in part], sum(score for _query, score in part)


def _values(value: object) -> list[object]:
    """The values of a field as doc values have them: each once, in order."""
    some = value if isinstance(value, list) else [] if value is None else [value]
    return sorted(set(some))


def _messages(check: Callable[[], Iterable[str]]) -> list[str]:
    """What a check finds; the last is what keeps it from reading on."""
    found: list[str] = []
    try:
        found.extend(check())
    except IndexCorrupt as error:
        found.append(error.message)
    except (ValueError, KeyError) as error:
        found.append(_("it cannot be decoded: {error}", error=error))
    return found
