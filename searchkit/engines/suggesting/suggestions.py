"""What may be meant by what somebody typed so far: terms, phrases and titles, the likeliest first."""

from __future__ import annotations

import heapq
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.arrays import Int64s, changes
from searchkit.engines.suggesting.completed import CompletedPart
from searchkit.engines.suggesting.protocol import Asked, Posts
from searchkit.engines.suggesting.typed import Pattern, literal, typo_patterns
from searchkit.language import fold
from searchkit.language.folding import fold_with_offsets
from searchkit.model import Document
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

_Ways = Callable[[CompletedPart], Sequence[Pattern]]
"""The patterns that a text stands for in a part of the index, whose syllables have their own numbers."""


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
        posts: its posts.
    """

    def __init__(self, posts: Posts) -> None:
        self._parts = [CompletedPart(part) for part in posts.parts]
        self._posts = posts
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
        return list(self._suggestions(found[:limit]))

    def _suggestions(self, found: Sequence[Found]) -> Iterator[Suggestion]:
        """What was found as posts write it."""
        written = self._as_written([each for each in found if each.kind != "title" and not each.posts])
        for each in found:
            if each.kind == "title":
                yield Suggestion(each.title, "title", each.documents, each.path)
            elif each.posts:
                title = self._posts.title(self._newest(np.array(each.posts)))
                yield Suggestion(each.before + _part_of(title, each.folded), each.kind, each.documents)
            else:
                yield Suggestion(each.before + written[each], each.kind, each.documents)

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
        for part in self._parts:
            parts = [part.terms(field, pattern) for pattern in ways(part)]
            every = np.concatenate(parts) if parts else None
            if every is None or not len(every):
                continue
            if field == "words":
                digit = (every["chars"][:, 0] >= 48) & (every["chars"][:, 0] <= 57)
                every = every[(every["chars"][:, 1] > 0) & ~digit]
            _, once = np.unique(every["term"], return_index=True)
            every = every[once]
            order = np.argsort(-every["doc_freq"].astype(np.int64), kind="stable")
            rows.append((part, every["term"][order], every["doc_freq"][order].astype(np.int64)))
        return [Found(before, term, kind, count) for term, count in self._most_frequent(field, rows, limit)]

    def _most_frequent(
        self, field: str, rows: Sequence[tuple[CompletedPart, Int64s, Int64s]], limit: int
    ) -> list[tuple[str, int]]:
        """The terms of most live documents, and how many these are; ties by text.

        Lists are read as far as the next term of each could still be among them (Fagin, Lotem and Naor, Optimal
        Aggregation Algorithms for Middleware, 2003).
        """
        counted: dict[str, int] = {}
        alone = len(self._parts) == 1 and bool(self._parts[0].part.live.all())
        read, end = 0, limit if alone else max(_FIRST_READ, limit)
        while True:
            for part, terms, _ in rows:
                for term in terms[read:end].tolist():
                    text = part.part.term(field, term)
                    if text not in counted:
                        counted[text] = self._posts.doc_freq(field, text)
            best = heapq.nsmallest(limit, ((-count, text) for text, count in counted.items() if count))
            bound = sum(int(doc_freqs[end]) for _, _, doc_freqs in rows if end < len(doc_freqs))
            equal_in_order = alone  # the rows of a part are by doc freq, then by text
            if not bound or equal_in_order or (len(best) == limit and -best[-1][0] > bound):
                return [(text, -count) for count, text in best]
            read, end = end, 4 * end

    def _phrases(self, ways: _Ways, before: str, typed: int, limit: int) -> list[Found]:
        """Several words that titles have side by side, most posts first."""
        columns = []
        for number, part in enumerate(self._parts):
            for pattern in ways(part):
                if len(pattern) == 1:
                    continue  # one character begins too many; words alone are likelier
                here = part.live_places(part.title_places(pattern))
                for hashes, places, lengths in part.phrases(here, len(pattern)):
                    docs = part.doc_ids(places)
                    columns.append((hashes, docs, places, lengths, np.full(len(docs), number)))
        if not columns:
            return []
        hashes, docs, places, lengths, owners = (np.concatenate(column) for column in zip(*columns, strict=True))
        order = np.lexsort((docs, hashes))
        order = order[np.append(True, (np.diff(hashes[order]) != 0) | (np.diff(docs[order]) != 0))[: len(order)]]
        starts = np.flatnonzero(changes(hashes[order]))
        counts = np.diff(starts, append=len(order))
        found: list[Found] = []
        for group in _most_frequent_groups(counts, limit).tolist():
            members = order[starts[group] : starts[group] + counts[group]]
            at = members[0]
            text = self._parts[int(owners[at])].title_text(int(places[at]), int(lengths[at])).strip()
            if _PHRASE.fullmatch(text):
                found.append(Found(before, text, "word", len(members), posts=tuple(docs[members].tolist())))
        return sorted(found, key=lambda each: each.order)[: max(limit // 2, 1)]

    def _titles(self, ways: _Ways, limit: int) -> list[Found]:
        """Titles that begin so, the newest first, then those that have it within."""
        doc_ids, within = [np.zeros(0, np.int64)], [np.zeros(0, bool)]
        for part in self._parts:
            for pattern in ways(part):
                if len(pattern) == 1 and not pattern[0].char:
                    continue  # an initial begins too many
                places = part.live_places(part.title_places(pattern))
                doc_ids.append(part.doc_ids(places))
                within.append(~part.is_title_start(places))
        docs, inside = np.concatenate(doc_ids), np.concatenate(within)
        order = np.lexsort((-self._posts.dates[docs], inside))
        docs, inside = docs[order], inside[order]
        once = np.sort(np.unique(docs, return_index=True)[1])
        docs, inside = docs[once], inside[once]
        end = min(2 * limit, len(docs))
        dates = self._posts.dates[docs]
        while 0 < end < len(docs) and (dates[end], inside[end]) == (dates[end - 1], inside[end - 1]):
            end += 1
        docs, inside, dates = docs[:end], inside[:end], dates[:end]
        order = np.lexsort((self._posts.path_ranks(docs), -dates, inside))
        found: dict[str, Found] = {}
        for doc_id in docs[order].tolist():
            title, path = self._posts.title(doc_id), self._posts.path(doc_id)
            folded = fold(title)
            found.setdefault(folded, Found("", folded, "title", 1, title=title, path=path))
            if len(found) == limit:
                break
        return list(found.values())

    def _as_written(self, found: Sequence[Found]) -> dict[Found, str]:
        """Each folded term as the newest post writes it in its title, or among its values."""
        fields = ["title_words" if each.kind == "word" else each.kind for each in found]
        newest = self._posts.newest_with([Asked(*asked) for asked in zip(fields, _terms_of(found), strict=True)])
        written = {each: _written_in(post, each) for each, post in zip(found, newest, strict=True) if post}
        latin = [each for each in found if each not in written and each.folded.isascii()]
        newest = self._posts.newest_with([Asked("words", term) for term in _terms_of(latin)])
        written |= {each: _written_in_text(post, each) for each, post in zip(latin, newest, strict=True) if post}
        return {each: written.get(each, each.folded) for each in found}

    def _newest(self, docs: Int64s) -> int:
        """The newest of some documents; of equally old ones the first by path."""
        dates = self._posts.dates[docs]
        newest = docs[dates == dates.max()]
        return int(newest[np.argmin(self._posts.path_ranks(newest))]) if len(newest) > 1 else int(newest[0])


def _terms_of(found: Iterable[Found]) -> list[str]:
    return [each.folded for each in found]


def _written_in(post: Document, found: Found) -> str:
    """A term as a post writes it in its title, or among its values."""
    if found.kind == "word":
        return _part_of(post.title, found.folded)
    values = (post.source,) if found.kind == "source" else post.tags
    return next((value for value in values if fold(value) == found.folded), found.folded)


def _written_in_text(post: Document, found: Found) -> str:
    """A Latin word as a post writes it, whatever the case."""
    written = re.search(re.escape(found.folded), post.text, re.IGNORECASE)
    return written[0] if written else found.folded


def _part_of(title: str, folded: str) -> str:
    """What folds to a part of a folded title; this itself where the title lacks it."""
    whole = fold_with_offsets(title)
    start = whole.text.find(folded)
    if start < 0:
        return folded
    first, last = whole.original_span(start, start + len(folded))
    return title[first:last]


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

    def by_pinyin(part: CompletedPart) -> Sequence[Pattern]:
        return part.syllabary.patterns(written)

    def with_typo(part: CompletedPart) -> Sequence[Pattern]:
        return [*typo_patterns(written), *part.syllabary.typos(written)]

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
