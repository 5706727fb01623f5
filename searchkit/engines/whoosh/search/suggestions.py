"""What may be meant by what somebody typed so far: terms, phrases and titles, the likeliest first."""

from __future__ import annotations

import heapq
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import Int64s, changes
from searchkit.engines.whoosh.search.completed import CompletedSegment
from searchkit.engines.whoosh.search.docstore import DocStore
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.engines.whoosh.search.typed import Pattern, literal, typo_patterns
from searchkit.language import fold
from searchkit.language.folding import fold_with_offsets
from searchkit.suggestion import Kind, Suggestion

_CACHED = 512
"""Texts whose suggestions are kept until the next commit: a text is typed again when letters are deleted."""

_MAX_TYPED = 100
_FIRST_READ = 32
_MAX_PHRASES = 100
"""That are compared as texts; where more are equally frequent, none of these is offered."""
_MIN_PHRASE = 2
"""Posts that have a phrase in their titles."""

_SIGNS = re.compile(r".*[\s\"“”「」()（）:：]|-", re.DOTALL)
_PHRASE = re.compile(r"\w(?:[\w .+#-]*\w)?")

_Ways = Callable[[CompletedSegment], Sequence[Pattern]]
"""The patterns that a text stands for in a segment, whose syllables have their own numbers."""


@dataclass(frozen=True, slots=True)
class Found:
    """A suggestion before it is written as posts write it.

    Attributes:
        before: what stays of the text that was typed.
        folded: the folded term, phrase or title.
        kind: see ``Suggestion``.
        documents: how many live posts have it.
        posts: where they are known already, these.
        title: a title as it is written.
        path: of its post.
    """

    before: str
    folded: str
    kind: Kind
    documents: int
    posts: tuple[int, ...] = ()
    title: str = ""
    path: str = ""

    @property
    def order(self) -> tuple[int, str]:
        """Most posts first."""
        return -self.documents, self.folded

    @property
    def query(self) -> str:
        """By what two suggestions are the same."""
        named = self.kind if self.kind in ("source", "tag") else ""
        return f"{named}:{self.before}{self.folded}"


class Suggestions:
    """Suggests from one commit point.

    Args:
        segments: its segments.
        docs: its documents.
    """

    def __init__(self, segments: Sequence[SegmentContext], docs: DocStore) -> None:
        self._segments = [(CompletedSegment(s.reader), s.doc_base) for s in segments if s.reader.completions]
        self._docs = docs
        self._known: OrderedDict[tuple[str, int], list[Suggestion]] = OrderedDict()

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """What may be meant, the likeliest first."""
        key = (text, limit)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._suggest(text[:_MAX_TYPED], limit)
            while len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return list(found)

    def _suggest(self, text: str, limit: int) -> list[Suggestion]:
        before, field, last = _cut(text)
        if field:
            found = self._values(field, fold(last), limit)
        elif fold(last).strip() or fold(text).strip():
            found = self._any(text, before, fold(last), limit)
        else:
            return []
        return [self._suggestion(each) for each in found[:limit]]

    def _suggestion(self, found: Found) -> Suggestion:
        """What was found as posts write it."""
        if found.kind == "title":
            return Suggestion(found.title, "title", found.documents, found.path)
        if found.posts:
            written = self._in_title(found.folded, np.array(found.posts))
        else:
            field = "words" if found.kind == "word" else found.kind
            written = self._as_written(field, found.folded, self._live_documents(field, found.folded))
        return Suggestion(found.before + written, found.kind, found.documents)

    def _values(self, field: Kind, typed: str, limit: int) -> list[Found]:
        found: list[Found] = []
        for ways in _tiers(typed):
            if len(found) < limit:
                found += self._terms(field, ways, "", limit)
        return _distinct(found)

    def _any(self, text: str, before: str, typed: str, limit: int) -> list[Found]:
        """Tier by tier: as typed, by pinyin, with a typo; in each terms and phrases by frequency, then titles."""
        tiers: list[list[Found]] = []
        whole = fold(text).strip()
        for tier, ways in enumerate(_tiers(typed)):
            if tier == 2 and 2 * sum(map(len, tiers)) >= limit:
                break
            terms = self._terms("words", ways, before, limit) if typed else []
            if typed and tier < 2:
                terms += self._phrases(ways, before, len(typed), limit)
            if not before and tier < 2:
                for field in ("source", "tag"):
                    terms += self._terms(field, ways, "", 2)
            terms = [each for each in terms if each.before or each.folded != whole]
            terms.sort(key=lambda each: each.order)
            whole_ways = ways if whole == typed else _tiers(whole)[tier]
            titles = self._titles(whole_ways, limit) if tier < 2 else []
            room = max(limit - min(len(titles), limit * 3 // 8), 1)
            tiers.append([*terms[:room], *titles, *terms[room:]][:limit])
        exact, *others = tiers
        left = sum(map(len, others))
        if others and others[0] and typed.isascii():
            left = min(left, limit * 3 // 4)
            exact = [*exact[: limit - left], *others[0][:left], *exact[limit - left :]]
        return _distinct([*exact, *(each for tier in others for each in tier)])

    def _terms(self, field: str, ways: _Ways, before: str, limit: int) -> list[Found]:
        """The terms of a field, most posts first."""
        kind: Kind = "source" if field == "source" else "tag" if field == "tag" else "word"
        rows = []
        for segment, _base in self._segments:
            parts = [segment.terms(field, pattern) for pattern in ways(segment)]
            every = np.concatenate(parts) if parts else None
            if every is None or not len(every):
                continue
            if field == "words":
                digit = (every["chars"][:, 0] >= 48) & (every["chars"][:, 0] <= 57)
                every = every[(every["chars"][:, 1] > 0) & ~digit]
            _, once = np.unique(every["term"], return_index=True)
            every = every[once]
            order = np.argsort(-every["doc_freq"].astype(np.int64), kind="stable")
            rows.append((segment, every["term"][order], every["doc_freq"][order].astype(np.int64)))
        return [Found(before, term, kind, count) for term, count in self._most_frequent(field, rows, limit)]

    def _most_frequent(
        self, field: str, rows: Sequence[tuple[CompletedSegment, Int64s, Int64s]], limit: int
    ) -> list[tuple[str, int]]:
        """The terms of most live documents, and how many these are; ties by text.

        Lists are read as far as the next term of each could still be among them (Fagin, Lotem and Naor, Optimal
        Aggregation Algorithms for Middleware, 2003).
        """
        counted: dict[str, int] = {}
        whole = all(segment.reader.live.all() for segment, _ in self._segments)
        read, end = 0, limit if whole and len(self._segments) == 1 else max(_FIRST_READ, limit)
        while True:
            for segment, terms, _ in rows:
                for term in terms[read:end].tolist():
                    text = segment.text(field, term)
                    if text not in counted:
                        counted[text] = self._live_doc_freq(field, text)
            best = heapq.nsmallest(limit, ((-count, text) for text, count in counted.items() if count))
            bound = sum(int(doc_freqs[end]) for _, _, doc_freqs in rows if end < len(doc_freqs))
            alone = whole and len(self._segments) == 1  # then equally frequent terms are in order, too
            if not bound or alone or (len(best) == limit and -best[-1][0] > bound):
                return [(text, -count) for count, text in best]
            read, end = end, 4 * end

    def _live_doc_freq(self, field: str, term: str) -> int:
        """How many live documents have a term."""
        total = 0
        for segment, _base in self._segments:
            if not segment.reader.live.all():
                doc_ids = segment.reader.postings(field, term).doc_ids
                total += int(segment.reader.live[doc_ids].sum())
            elif known := segment.reader.field(field):
                term_ord = known.terms.term_ord(term.encode("utf-8", "surrogatepass"))
                total += 0 if term_ord is None else known.terms.info(term_ord).doc_freq
        return total

    def _live_documents(self, field: str, term: str) -> Int64s:
        """int64[n]: the live documents that have a term."""
        parts = [np.zeros(0, np.int64)]
        for segment, base in self._segments:
            doc_ids = segment.reader.postings(field, term).doc_ids
            parts.append(doc_ids[segment.reader.live[doc_ids]].astype(np.int64) + base)
        return np.concatenate(parts)

    def _phrases(self, ways: _Ways, before: str, typed: int, limit: int) -> list[Found]:
        """Several words that titles have side by side, most posts first."""
        parts = []
        for number, (segment, base) in enumerate(self._segments):
            for pattern in ways(segment):
                if len(pattern) == 1:
                    continue  # one character begins too many; words alone are likelier
                here = segment.live_places(segment.title_places(pattern))
                for hashes, places, lengths in segment.phrases(here, len(pattern)):
                    docs = segment.doc_ids(places) + base
                    parts.append((hashes, docs, places, lengths, np.full(len(docs), number)))
        if not parts:
            return []
        hashes, docs, places, lengths, owners = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((docs, hashes))
        order = order[np.append(True, (np.diff(hashes[order]) != 0) | (np.diff(docs[order]) != 0))[: len(order)]]
        starts = np.flatnonzero(changes(hashes[order]))
        counts = np.diff(starts, append=len(order))
        found: list[Found] = []
        for group in _most_frequent_groups(counts, limit).tolist():
            members = order[starts[group] : starts[group] + counts[group]]
            at = members[0]
            text = self._segments[int(owners[at])][0].title_text(int(places[at]), int(lengths[at])).strip()
            if _PHRASE.fullmatch(text):
                found.append(Found(before, text, "word", len(members), posts=tuple(docs[members].tolist())))
        return sorted(found, key=lambda each: each.order)[: max(limit // 2, 1)]

    def _titles(self, ways: _Ways, limit: int) -> list[Found]:
        """Titles that begin so, the newest first, then those that have it within."""
        doc_ids, within = [np.zeros(0, np.int64)], [np.zeros(0, bool)]
        for segment, base in self._segments:
            for pattern in ways(segment):
                if len(pattern) == 1 and not pattern[0].char:
                    continue  # an initial begins too many
                places = segment.live_places(segment.title_places(pattern))
                doc_ids.append(segment.doc_ids(places) + base)
                within.append(~segment.is_title_start(places))
        docs, inside = np.concatenate(doc_ids), np.concatenate(within)
        order = np.lexsort((-self._docs.dates[docs], inside))
        docs, inside = docs[order], inside[order]
        once = np.sort(np.unique(docs, return_index=True)[1])
        docs, inside = docs[once], inside[once]
        end = min(2 * limit, len(docs))
        dates = self._docs.dates[docs]
        while 0 < end < len(docs) and (dates[end], inside[end]) == (dates[end - 1], inside[end - 1]):
            end += 1
        docs, inside, dates = docs[:end], inside[:end], dates[:end]
        order = np.lexsort((self._docs.path_ranks(docs), -dates, inside))
        found: dict[str, Found] = {}
        for doc_id in docs[order].tolist():
            document = self._docs.stored_fields(doc_id)
            title = fold(document.title)
            found.setdefault(title, Found("", title, "title", 1, title=document.title, path=document.path))
            if len(found) == limit:
                break
        return list(found.values())

    def _as_written(self, field: str, term: str, docs: Int64s) -> str:
        """A folded term as the newest post writes it in its title, or among its values."""
        if field == "words":
            titled = self._live_documents("title_words", term)
            if len(titled):
                return self._in_title(term, titled)
            body = self._docs.document(self._newest(docs)).text if term.isascii() else ""
            found = re.search(re.escape(term), body, re.IGNORECASE)
            return found[0] if found else term
        document = self._docs.stored_fields(self._newest(docs))
        written = (document.source,) if field == "source" else document.tags
        return next((value for value in written if fold(value) == term), term)

    def _in_title(self, folded: str, docs: Int64s) -> str:
        title = fold_with_offsets(original := self._docs.stored_fields(self._newest(docs)).title)
        start = title.text.find(folded)
        if start < 0:
            return folded
        first, last = title.original_span(start, start + len(folded))
        return original[first:last]

    def _newest(self, docs: Int64s) -> int:
        """The newest of some documents; of equally old ones the first by path."""
        dates = self._docs.dates[docs]
        newest = docs[dates == dates.max()]
        return int(newest[np.argmin(self._docs.path_ranks(newest))]) if len(newest) > 1 else int(newest[0])


def _cut(text: str) -> tuple[str, Kind | None, str]:
    """What stays of a text, the field whose values it asks for, and the beginning of the word that is typed."""
    if value := re.fullmatch(r"(.*\s|)(source|tag)[:：]\"?([^\"]*)", text, re.DOTALL | re.I):
        field: Kind = "source" if value[2].lower() == "source" else "tag"
        return value[1], field, value[3]
    signs = _SIGNS.match(text)
    end = signs.end() if signs else 0
    return text[:end], None, text[end:]


def _tiers(typed: str) -> list[_Ways]:
    """What a folded text stands for: itself; pinyin; texts with one character wrong."""
    written = typed.strip()

    def by_pinyin(segment: CompletedSegment) -> Sequence[Pattern]:
        return segment.syllabary.patterns(written)

    def with_typo(segment: CompletedSegment) -> Sequence[Pattern]:
        return [*typo_patterns(written), *segment.syllabary.typos(written)]

    return [lambda _: [literal(written)], by_pinyin, with_typo]


def _most_frequent_groups(counts: Int64s, limit: int) -> Int64s:
    """The places of the highest counts, with all that equal the last, if these are few; else without them."""
    best = np.flatnonzero(counts >= _MIN_PHRASE)
    if len(best) > _MAX_PHRASES:
        last = np.partition(counts[best], len(best) - limit * 2)[len(best) - limit * 2]
        equal_or_more = best[counts[best] >= last]
        best = equal_or_more if len(equal_or_more) <= _MAX_PHRASES else best[counts[best] > last]
    return best


def _distinct(found: Iterable[Found]) -> list[Found]:
    """Each text once, in either script."""
    once: dict[str, Found] = {}
    for each in found:
        once.setdefault(each.query, each)
    return list(once.values())
