"""One commit point, open for reading: which posts, in which order?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchkit.engines.arrays import DocIds, are_among, no_int64s
from searchkit.engines.protocol import (
    EVERY_POST,
    GroupCounts,
    IndexInfo,
    Match,
    Matching,
    Ranking,
    Request,
    WordCounts,
)
from searchkit.engines.whoosh.codec.api import SegmentInfo
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.commit.meta import reading
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.facets import Facets
from searchkit.engines.whoosh.search.match.boolean import TermDocs, union
from searchkit.engines.whoosh.search.match.candidates import Candidates, ClauseMatches
from searchkit.engines.whoosh.search.match.lower import containing, lower
from searchkit.engines.whoosh.search.match.segment import contexts
from searchkit.engines.whoosh.search.rank.proximity import Proximity
from searchkit.engines.whoosh.search.rank.sort import Sorter
from searchkit.engines.whoosh.search.rank.topk import Ranker
from searchkit.engines.whoosh.search.suggest import Vocabulary
from searchkit.engines.words.beginnings import Beginnings
from searchkit.engines.words.forms import Forms
from searchkit.engines.words.parts import identifier_needles, part_words
from searchkit.language.lexicon import NO_LEXICON, Lexicon
from searchkit.model import Document, Unknown
from searchkit.query.ast import Every, Query
from searchkit.query.compiled import CompiledQuery, Needle, OptionalClause
from searchkit.query.needles import needle_of

if TYPE_CHECKING:
    from searchkit.engines.suggesting.suggestions import Suggestions
    from searchkit.engines.whoosh.search.groups import Groups
    from searchkit.suggestion import Suggestion


class WhooshSearcher:
    """See ``searchkit.engines.protocol.Searcher``. Documents are numbered through all segments in order.

    Args:
        folder: the index folder.
        info: the commit point.
        segments: its segments, in order.
        lexicon: with which its documents were cut into words.
    """

    def __init__(
        self, folder: Path, info: IndexInfo, segments: Sequence[SegmentInfo], lexicon: Lexicon = NO_LEXICON
    ) -> None:
        self.lexicon = lexicon
        self._folder = folder
        self._info = info
        self._readers = [SegmentReader(folder, segment) for segment in segments]
        self._segments = list(contexts(self._readers))
        self._docs = DocStore(self._segments)
        self._ranker = Ranker(self._segments)
        self._sorter = Sorter(self._docs, self._ranker, Proximity(self._segments, self._ranker))
        self._facets = Facets(self._segments, self._docs)
        self._vocabulary = Vocabulary(self._segments)
        self._forms = Forms()

    @property
    def info(self) -> IndexInfo:
        return self._info

    def is_unchanged(self) -> bool:
        return all(reader.is_unchanged() for reader in self._readers)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turns damage into an error for the user; files that were cut meanwhile are noticed first."""
        with reading(self._folder):
            for reader in self._readers:
                reader.check_length()
            yield

    def search(self, query: CompiledQuery, request: Request) -> Ranking:
        with self._reading():
            resolved = self._forms.resolve(query, self._occurring)
            query = resolved.query
            matches = self._candidates.clause_matches(query, request.filter, request.path)
            complete = self._candidates.all_clauses(matches, query.match_any)
            wanted = request.limit is None or request.limit > 0
            if request.limit is None:
                request = replace(request, limit=max(len(complete) - request.offset, 0))
            partial = self._partial(query, request, matches, len(complete))
            page = tuple(self._page(query, request, matches, complete, partial))
            beginnings = Beginnings.of(query.optional) if len(page) < request.end - request.offset else None
            if beginnings and request.sort == "relevance" and not query.match_any:
                page += tuple(self._going_on(beginnings, query, request, matches, len(complete) + len(partial)))
            facets = {facet: self._facets.counts(facet, complete) for facet in request.facets}
            parts = identifier_needles(part_words(query, self._occurring_parts), (match.document for match in page))
            continued = beginnings.needles if beginnings else ()
            needles = (*self._pattern_needles(query), *resolved.needles, *continued, *parts)
            if len(complete) or not wanted:
                return Ranking(len(complete), page, facets, needles=needles)
            unfiltered = self._candidates.clause_matches(query, Every())
            filtered_out = len(self._candidates.all_clauses(unfiltered, query.match_any))
            return Ranking(0, page, facets, self._unknown(query, request, matches), filtered_out, needles)

    def _partial(self, query: CompiledQuery, request: Request, matches: ClauseMatches, total: int) -> DocIds:
        """The documents with some clauses, if they follow those with all; else none."""
        has_room = total < request.end and request.sort == "relevance"
        if not has_room or len(query.optional) < 2 or query.match_any:
            return no_int64s()
        return self._candidates.partial(matches)

    def _page(
        self, query: CompiledQuery, request: Request, matches: ClauseMatches, complete: DocIds, partial: DocIds
    ) -> Iterator[Match]:
        """The requested page: documents with every clause, then, where they leave room, those with some."""
        total, end = len(complete), request.end
        for doc_id, score in islice(self._ranked(query, request, complete, end), request.offset, end):
            missing = _missing(query.optional, matches, doc_id) if query.match_any and query.names_missing else ()
            yield self._match(query, request, doc_id, score, missing)
        for doc_id, score in self._sorter.first(query, partial, request, end - total)[max(request.offset - total, 0) :]:
            yield self._match(query, request, doc_id, score, _missing(query.optional, matches, doc_id))

    def _going_on(
        self, beginnings: Beginnings, query: CompiledQuery, request: Request, matches: ClauseMatches, before: int
    ) -> Iterator[Match]:
        """What is left of a page: documents with longer words alone, which lack those that were typed."""
        doc_ids = self._candidates.beyond(lower(beginnings.query), matches)
        ranking = beginnings.ranking(query)
        found = self._sorter.first(ranking, doc_ids, request, request.end - before)
        for doc_id, score in found[max(request.offset - before, 0) :]:
            yield self._match(ranking, request, doc_id, score, _missing(query.optional, matches, doc_id))

    def _ranked(self, query: CompiledQuery, request: Request, complete: DocIds, k: int) -> Iterator[tuple[int, float]]:
        """The first k documents in the requested order, by relevance one tier after the other."""
        tiers = self._candidates.tiers(query, complete) if request.sort == "relevance" and k else [complete]
        for tier in tiers:
            yield from self._sorter.first(query, tier, request, k)
            k -= len(tier)

    def _match(
        self, query: CompiledQuery, request: Request, doc_id: int, score: float, missing: tuple[str, ...]
    ) -> Match:
        document = self._docs.document(doc_id) if request.bodies else self._docs.stored_fields(doc_id)
        if not request.explain:
            return Match(document, score, missing)
        aged = request.recency if request.sort == "relevance" else None
        freshness = 1.0 if aged is None else float(self._sorter.freshness(np.array([doc_id]), aged)[0])
        return Match(document, score, missing, self._sorter.explain(query, doc_id, score, freshness), freshness)

    def _occurring_parts(self, words: Collection[str]) -> set[str]:
        return {word for word in words if len(self._candidates.doc_ids(TermDocs("part", word)))}

    def _occurring(self, texts: Collection[str]) -> set[str]:
        needles = ((text, needle_of(text)) for text in texts)
        return {text for text, needle in needles if needle and len(self._candidates.doc_ids(containing(needle)))}

    def _pattern_needles(self, query: CompiledQuery) -> tuple[Needle, ...]:
        """What to highlight for patterns of which only the index knows the words."""
        if not query.scoring_patterns:
            return ()
        from searchkit.engines.whoosh.search.match.highlighted import highlighted  # queries with patterns only

        return highlighted(query.scoring_patterns, self._segments)

    def count(self, query: CompiledQuery, keys: Sequence[str], filter_query: Query = EVERY_POST) -> GroupCounts:
        with self._reading():
            return self._groups.counts(keys, self._counted(query, filter_query))

    def matching(self, query: CompiledQuery, filter_query: Query = EVERY_POST) -> Matching:
        with self._reading():
            resolved = self._forms.resolve(query, self._occurring)
            query = resolved.query
            doc_ids = self._counted(query, filter_query)
            doc_ids = doc_ids[np.argsort(self._docs.path_ranks(doc_ids))]
            parts = part_words(query, self._occurring_parts)
            names = identifier_needles(parts, map(self._docs.document, doc_ids.tolist()))
            paths = tuple(map(self._docs.path, doc_ids.tolist()))
            return Matching(paths, (*self._pattern_needles(query), *resolved.needles, *names))

    def word_counts(self, query: CompiledQuery, filter_query: Query = EVERY_POST) -> WordCounts:
        from searchkit.engines.whoosh.search.frequencies import word_counts  # research only

        with self._reading():
            return word_counts(self._segments, self._counted(query, filter_query))

    def doc_freqs(self, words: Iterable[str]) -> dict[str, int]:
        with self._reading():
            return {word: self._vocabulary.doc_freq(word) for word in words}

    def _counted(self, query: CompiledQuery, filter_query: Query) -> DocIds:
        """The documents that are the total of a search."""
        query = self._forms.resolve(query, self._occurring).query
        matches = self._candidates.clause_matches(query, filter_query)
        return self._candidates.all_clauses(matches, query.match_any)

    def document(self, path: str) -> Document | None:
        with self._reading():
            doc_id = self._docs.find(path)
            return None if doc_id is None else self._docs.document(doc_id)

    def documents_of(self, paths: Sequence[str]) -> Iterator[Document | None]:
        return map(self.document, paths)

    def documents(self) -> Iterator[Document]:
        with self._reading():
            doc_ids = self._docs.duplicates.collapse(np.flatnonzero(self._docs.live))
            doc_ids = doc_ids[np.argsort(self._docs.path_ranks(doc_ids))]
        for doc_id in doc_ids.tolist():
            with self._reading():
                document = self._docs.document(doc_id)
            yield document

    def paths_with(self, texts: Iterable[str]) -> set[str]:
        with self._reading():
            needles = filter(None, map(needle_of, texts))
            found = union([self._candidates.doc_ids(containing(needle)) for needle in needles], self._docs.max_doc)
            return set(map(self._docs.path, found.tolist()))

    def terms(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        with self._reading():
            return self._vocabulary.terms(prefix, limit)

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        with self._reading():
            return self._suggestions.suggest(text, limit)

    @cached_property
    def _suggestions(self) -> Suggestions:
        from searchkit.engines.suggesting.suggestions import Suggestions  # a search does without
        from searchkit.engines.whoosh.search.suggested import SegmentPosts  # the same

        return Suggestions(SegmentPosts(self._segments, self._docs))

    def close(self) -> None:
        for reader in self._readers:
            reader.close()

    @cached_property
    def _groups(self) -> Groups:
        from searchkit.engines.whoosh.search.groups import Groups  # research only

        return Groups(self._docs, self._facets)

    @cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self._segments, self._docs.live, self._docs.duplicates)

    def _unknown(self, query: CompiledQuery, request: Request, matches: ClauseMatches) -> Unknown:
        """What no document has, where nothing was found."""
        from searchkit.engines.whoosh.search.lookups import Lookups, MatchMemo  # where nothing is found only
        from searchkit.engines.words.unknown import unknown  # the same

        known = zip((clause.query for clause in query.optional), matches.optional, strict=True)
        lookups = Lookups(MatchMemo(self._candidates, known), self._vocabulary, self._facets)
        return unknown(query, request.filter, lookups)


def _missing(optional: Sequence[OptionalClause], matches: ClauseMatches, doc_id: int) -> tuple[str, ...]:
    """The optional clauses that a document lacks."""
    here = np.array([doc_id])
    pairs = zip(optional, matches.optional, strict=True)
    return tuple(clause.text for clause, doc_ids in pairs if not are_among(here, doc_ids)[0])
