"""One generation of an index, open for reading: which posts, in which order?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.analysis.terms import word_occurrences
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.blobs import read_blob
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.schema import CONTENT, token
from searchkit.engines.opensearch.search.documents import Documents
from searchkit.engines.opensearch.search.facets import Facets
from searchkit.engines.opensearch.search.lookups import Lookups
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.asked import Asked
from searchkit.engines.opensearch.search.match.collapse import Collapse
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.engines.opensearch.search.match.lower import Lowering, containing, text_fields
from searchkit.engines.opensearch.search.match.verified import Verified
from searchkit.engines.opensearch.search.page import Pages
from searchkit.engines.opensearch.search.rank.explaining import Explaining
from searchkit.engines.opensearch.search.rank.proximity import Proximity
from searchkit.engines.opensearch.search.rank.ranker import Ranker, Wanted
from searchkit.engines.opensearch.search.rank.scoring import Scoring
from searchkit.engines.opensearch.search.rank.statistics import Statistics
from searchkit.engines.opensearch.search.rank.tiers import Tiers, divided
from searchkit.engines.opensearch.search.vocabulary import LazyVocabulary
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
from searchkit.engines.scoring.proximity import RERANKED
from searchkit.engines.words.beginnings import Beginnings
from searchkit.engines.words.forms import Forms
from searchkit.engines.words.parts import identifier_needles, part_words
from searchkit.engines.words.patterns import pattern_needles
from searchkit.engines.words.unknown import unknown
from searchkit.language.lexicon import Lexicon
from searchkit.model import Document, Unknown
from searchkit.query.ast import Fuzzy, Phrase, Query
from searchkit.query.compiled import MAX_TITLED, CompiledQuery, Needle
from searchkit.query.needles import needle_of

if TYPE_CHECKING:
    from searchkit.engines.suggesting.suggestions import Suggestions
    from searchkit.suggestion import Suggestion


class OpenSearchSearcher:
    """See ``searchkit.engines.protocol.Searcher``.

    Args:
        client: of the cluster.
        point: the generation.
        lexicon: with which its documents were cut into words.
    """

    def __init__(self, client: Client, point: CommitPoint, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._client = client
        self._point = point
        self._vocabulary = LazyVocabulary(lambda name: read_blob(client, point.generation, name))
        self._statistics = Statistics(client, point)
        self._collapse = Collapse(client, point)
        self._documents = Documents(client, point, self._collapse)
        verified = Verified(self._documents, lexicon)
        self._lowering = Lowering(self._vocabulary, point.newest_added, verified.clause)
        self._facets = Facets(client, point)
        self._forms = Forms()
        self._lookups = Lookups(self._lowering, self._statistics, self._facets, self._vocabulary)
        scoring = Scoring(self._statistics, self._lowering)
        self._ranker = Ranker(client, point, scoring)
        proximity = Proximity(scoring, self._statistics.doc_count)
        explaining = Explaining(self._statistics, self._vocabulary)
        self._pages = Pages(self._documents, scoring, proximity, explaining, lexicon)

    @property
    def info(self) -> IndexInfo:
        return self._point.info

    def is_unchanged(self) -> bool:
        return True  # a generation is never written into; another one has another name

    def search(self, query: CompiledQuery, request: Request) -> Ranking:
        resolved = self._forms.resolve(query, self._occurring)
        query = resolved.query
        asked = Asked.of(query, request.filter, request.path, self._lowering)
        complete = self._collapse.first_of_each(asked.complete, asked.alike)
        total, page, notes = self._complete(query, request, complete)
        wanted = request.limit is None or request.limit > 0
        if request.limit is None:
            request = replace(request, limit=max(total - request.offset, 0))
        beginnings, others, more_notes = self._incomplete(query, request, asked, total, len(page))
        page += others
        notes = tuple(dict.fromkeys((*notes, *more_notes)))
        facets = {facet: self._facets.counts(facet, complete) for facet in request.facets}
        parts = identifier_needles(part_words(query, self._occurring_parts), (match.document for match in page))
        continued = beginnings.needles if beginnings else ()
        needles = (*self._pattern_needles(query), *resolved.needles, *continued, *parts)
        if total or not wanted:
            return Ranking(total, tuple(page), facets, needles=needles, notes=notes)
        filtered_out, missing_words = self._nothing_found(query, request, asked)
        return Ranking(0, tuple(page), facets, missing_words, filtered_out, needles, notes)

    def _complete(
        self, query: CompiledQuery, request: Request, matching: Clause
    ) -> tuple[int, list[Match], tuple[str, ...]]:
        """How many documents have every clause, the requested page of them, and notes."""
        if request.limit is None:
            request = replace(request, limit=max(self._count(matching) - request.offset, 0))
        if request.sort == "relevance" and request.end:
            tiers = Tiers.of(query, matching, self._lowering)
        else:
            tiers = Tiers(None, (matching,))
        k = max(request.end, RERANKED) + MAX_TITLED if request.limit else 0
        wanted = [Wanted(clause, query, k) for clause in tiers.others]
        if tiers.titled is not None:
            wanted.append(Wanted(tiers.titled, query, MAX_TITLED + 1))
        ranked = self._ranker.first(wanted, request)
        found = list(ranked.found)
        titled = found.pop() if tiers.titled is not None else None
        names_missing = query.match_any and query.names_missing
        tiers_found = list(divided(titled, found))
        page = self._pages.page(query, request, tiers_found, request.offset, request.end, names_missing)
        return sum(each.total for each in found), page, ranked.notes

    def _incomplete(
        self, query: CompiledQuery, request: Request, asked: Asked, total: int, shown: int
    ) -> tuple[Beginnings | None, list[Match], tuple[str, ...]]:
        """What is left of a page: documents that lack some clauses, then those that have longer words alone.

        Returns:
            The longer words, if they were looked for, the matches, and notes.
        """
        room = request.end - request.offset - shown
        beginnings = Beginnings.of(query.optional) if room > 0 else None
        if room <= 0 or request.sort != "relevance" or query.match_any:
            return beginnings, [], ()
        k = max(request.end - total, RERANKED)
        wanted = []
        if len(query.optional) > 1:
            wanted.append(Wanted(self._collapse.first_of_each(asked.partial, asked.alike), query, k))
        if beginnings:
            beyond = asked.beyond(self._lowering.lower(beginnings.query))
            going_on = beginnings.ranking(query)
            wanted.append(Wanted(self._collapse.first_of_each(beyond, asked.alike), going_on, k))
        matches: list[Match] = []
        before = total
        ranked = self._ranker.first(wanted, request)
        for each, found in zip(wanted, ranked.found, strict=True):
            first, end = max(request.offset - before, 0), request.end - before
            if end <= 0:
                return None, matches, ranked.notes
            matches += self._pages.page(each.query, request, [found.hits], first, end, names_missing=True)
            before += found.total
        return beginnings, matches, ranked.notes

    def _nothing_found(self, query: CompiledQuery, request: Request, asked: Asked) -> tuple[int, Unknown]:
        """How many documents match without the filter; and the words and values that none has."""
        unfiltered = Asked.of(query, EVERY_POST, None, self._lowering)
        filtered_out = self._count(self._collapse.first_of_each(unfiltered.complete, unfiltered.alike))
        return filtered_out, unknown(query, request.filter, self._lookups)

    def _count(self, matching: Clause) -> int:
        """How many documents match a clause."""
        answer = self._client.search(self._point.index, {"size": 0, "track_total_hits": True, "query": matching})
        total: int = answer["hits"]["total"]["value"]
        return total

    def _occurring(self, texts: Collection[str]) -> set[str]:
        """Those of some texts that any document contains."""
        needles = {text: needle for text in texts if (needle := needle_of(text))}
        return self._matched({text: containing(needle) for text, needle in needles.items()})

    def _occurring_parts(self, words: Collection[str]) -> set[str]:
        """Those of some words that any document has as a part of an identifier."""
        return self._matched({word: dsl.term(schema.PART, schema.keyword(word)) for word in words})

    def _matched(self, clauses: Mapping[str, Clause]) -> set[str]:
        """The keys of the clauses that any document matches."""
        counts = self._statistics.counts(list(clauses.values()))
        return {text for text, count in zip(clauses, counts, strict=True) if count}

    def _pattern_needles(self, query: CompiledQuery) -> tuple[Needle, ...]:
        """What to highlight for patterns of which only the vocabulary knows the words."""
        return pattern_needles(query.scoring_patterns, self._vocabulary.readings, self._near_words)

    def _near_words(self, pattern: Fuzzy) -> list[str]:
        return self._vocabulary.fuzzy_terms(pattern, text_fields(pattern.field).words)

    def count(self, query: CompiledQuery, keys: Sequence[str], filter_query: Query = EVERY_POST) -> GroupCounts:
        matching = self._counted(query, filter_query)
        total = self._count(matching)
        if not keys:
            return GroupCounts(total, (((), total),) if total else ())
        groups = self._facets.groups(keys, matching)
        written = [
            self._facets.written(key, {values[at] for values, _ in groups if values[at]}) if key in ("source", "tag")
            else {}
            for at, key in enumerate(keys)
        ]
        rows = ((tuple(w.get(v, v) for w, v in zip(written, values, strict=True)), count) for values, count in groups)
        return GroupCounts(total, tuple(sorted(rows)))

    def matching(self, query: CompiledQuery, filter_query: Query = EVERY_POST) -> Matching:
        resolved = self._forms.resolve(query, self._occurring)
        matching = self._counted(query, filter_query)
        names: tuple[Needle, ...] = ()
        if words := part_words(resolved.query, self._occurring_parts):
            names = identifier_needles(words, self._documents.all(matching))
        needles = (*self._pattern_needles(resolved.query), *resolved.needles, *names)
        return Matching(tuple(self._documents.paths(matching)), needles)

    def word_counts(self, query: CompiledQuery, filter_query: Query = EVERY_POST) -> WordCounts:
        counted = self._counted(query, filter_query)
        if counted == self._collapse.first_of_each(dsl.EVERYTHING, alike=True):
            return self._all_words
        return self._word_counts(counted)

    @cached_property
    def _all_words(self) -> WordCounts:
        """How often each word occurs in all posts: what others are compared with."""
        return self._word_counts(self._collapse.first_of_each(dsl.EVERYTHING, alike=True))

    def _word_counts(self, matching: Clause) -> WordCounts:
        counts: Counter[str] = Counter()
        posts = 0
        for part in self._documents.parts(matching):
            counts.update(word_occurrences([document for _, document in part], self.lexicon))
            posts += len(part)
        return WordCounts(counts, posts)

    def doc_freqs(self, words: Iterable[str]) -> dict[str, int]:
        clauses = {word: dsl.term(CONTENT.words, token(word)) for word in words}
        found = self._statistics.doc_freqs({("words", word): clause for word, clause in clauses.items()})
        return {word: found["words", word] for word in clauses}

    def _counted(self, query: CompiledQuery, filter_query: Query) -> Clause:
        """The documents that are the total of a search."""
        query = self._forms.resolve(query, self._occurring).query
        asked = Asked.of(query, filter_query, None, self._lowering)
        return self._collapse.first_of_each(asked.complete, asked.alike)

    def document(self, path: str) -> Document | None:
        return next(self.documents_of([path]))

    def documents_of(self, paths: Sequence[str]) -> Iterator[Document | None]:
        return self._documents.of(paths)

    def documents(self) -> Iterator[Document]:
        return self._documents.all(self._collapse.first_of_each(dsl.EVERYTHING, alike=True))

    def paths_with(self, texts: Iterable[str]) -> set[str]:
        return set(self._documents.paths(dsl.any_of([self._lowering.lower(Phrase(text)) for text in texts])))

    def terms(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        return self._vocabulary.terms(prefix, limit)

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        return self._suggestions.suggest(text, limit)

    @cached_property
    def _suggestions(self) -> Suggestions:
        from searchkit.engines.opensearch.search.suggestions import KeptPosts  # a search does without
        from searchkit.engines.suggesting.suggestions import Suggestions  # the same

        return Suggestions(KeptPosts(self._vocabulary, partial(self._client.msearch, self._point.index)))

    def close(self) -> None:
        """Nothing is held: a client keeps its connections for the next searcher."""
