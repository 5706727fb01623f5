"""From the query model to physical queries: the leaves' texts become terms of the index.

A text of one unigram is that unigram's posting list. A longer one is a chain: a bigram for every two joined unigrams, a
boundary for a unigram before punctuation. So a phrase matches its own punctuation and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

from searchkit.engines.arrays import DocIds
from searchkit.engines.dates import clock_microseconds, instant_of, microseconds
from searchkit.engines.whoosh.schema import CONTENT, TITLE, TextFields
from searchkit.engines.whoosh.search.match.boolean import (
    POSITIONS,
    AllDocs,
    Complement,
    Conjunction,
    DateBetween,
    Disjunction,
    MoreOften,
    NewDocs,
    NoDocs,
    PathDocs,
    PatternDocs,
    Physical,
    TagDocs,
    TermDocs,
    union,
)
from searchkit.engines.whoosh.search.match.phrase import Link, NearDocs, OpenLink, PhraseDocs
from searchkit.engines.whoosh.search.match.segment import SegmentContext
from searchkit.language.identifiers import is_part
from searchkit.language.unigrams import JOINED, bigram_term, boundary_term, position_terms
from searchkit.query.ast import (
    AddedRange,
    And,
    DateRange,
    Every,
    FieldValue,
    Fuzzy,
    Near,
    New,
    Not,
    Nothing,
    Optional,
    Or,
    Phrase,
    Pinyin,
    Prefix,
    Query,
    Text,
    Wildcard,
)
from searchkit.query.compiled import ExpandedLeaf, Needle
from searchkit.query.needles import needle_of
from searchkit.query.segmentation import unigrams_of

_SHORT = 32
"""Characters or unigrams: what a longer text becomes is not kept, since each takes some 200 bytes."""

_KNOWN = 1024

_Lowered = TypeVar("_Lowered", bound=Hashable)


def _kept_if_short(
    size: Callable[[Any], int],
) -> Callable[[Callable[[_Lowered], Physical]], Callable[[_Lowered], Physical]]:
    """Keep what short texts become: words that are typed come again with the next page, the next key."""

    def decorated(lowered: Callable[[_Lowered], Physical]) -> Callable[[_Lowered], Physical]:
        known = lru_cache(_KNOWN)(lowered)
        return lambda query: (known if size(query) <= _SHORT else lowered)(query)

    return decorated


def lower(query: Query) -> Physical:
    """The physical query of a rewritten tree."""
    return _LOWERING[type(query)](query)


def text_fields(field: str) -> TextFields:
    """The physical fields in which a logical text field is looked for; the body is part of the content."""
    return TITLE if field == "title" else CONTENT


def scored_field(pattern: ExpandedLeaf) -> str:
    """The physical field whose terms a pattern stands for where it ranks."""
    return text_fields(getattr(pattern, "field", "")).words


def containing(needle: Needle, field: str = "") -> Physical:
    """The documents whose text contains a needle."""
    fields = text_fields(field)
    in_body = field == "body"
    if len(needle.unigrams) == 1:
        term = needle.unigrams[0]
        return MoreOften(CONTENT.unigrams, TITLE.unigrams, term) if in_body else TermDocs(fields.unigrams, term)
    phrase = _chain(needle, fields, in_body)
    if len(phrase.links) == 1 and not phrase.open_links and not in_body:
        return TermDocs(phrase.links[0].field, phrase.links[0].term)
    return phrase


def occurrences(needle: Needle) -> PhraseDocs:
    """Where a needle is in title and body."""
    return _chain(needle, CONTENT, in_body=False)


@dataclass(frozen=True, slots=True, repr=False)
class TitleDocs:
    """The documents whose title is just a text.

    Attributes:
        containing: the documents whose title contains it.
        length: its number of unigrams.
    """

    containing: Physical
    length: int
    cost: ClassVar[int] = POSITIONS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        doc_ids = self.containing.doc_ids(segment)
        lengths = segment.reader.doc_values[TITLE.unigrams]
        matches: DocIds = doc_ids[lengths[doc_ids] == self.length]
        return matches


@_kept_if_short(lambda needle: len(needle.unigrams))
def titled(needle: Needle) -> Physical:
    """The documents whose title is just the needle."""
    return TitleDocs(containing(needle, "title"), len(needle.unigrams))


def _chain(needle: Needle, fields: TextFields, in_body: bool) -> PhraseDocs:
    """Every unigram with what follows it; a unigram on its own may be followed by anything."""
    last = len(needle.unigrams) - 1
    if last == 0 or needle.gaps[-1] != JOINED:
        return PhraseDocs(_links(needle, fields), (_anywhere(needle.unigrams[last], fields, last),), in_body)
    return PhraseDocs(_links(needle, fields), (), in_body)


def _links(needle: Needle, fields: TextFields) -> tuple[Link, ...]:
    return tuple(
        Link(fields.bigrams, bigram_term(unigram, after), distance)
        if gap == JOINED
        else Link(fields.boundaries, boundary_term(unigram, gap), distance)
        for distance, (unigram, after, gap) in enumerate(
            zip(needle.unigrams, needle.unigrams[1:], needle.gaps, strict=False)
        )
    )


def _anywhere(unigram: str, fields: TextFields, distance: int) -> OpenLink:
    """Where a unigram is: it begins a bigram or stands at a boundary."""
    prefix, boundaries = position_terms(unigram)
    return OpenLink(fields.bigrams, prefix, fields.boundaries, boundaries, distance)


def _union(parts: Sequence[Physical]) -> Physical:
    return parts[0] if len(parts) == 1 else Disjunction(tuple(parts))


def _and(query: And) -> Physical:
    excluded = tuple(lower(part.part) for part in query.parts if isinstance(part, Not))
    parts = tuple(lower(part) for part in query.parts if not isinstance(part, Not))
    if len(parts) == 1 and not excluded:
        return parts[0]
    return Conjunction(parts or (AllDocs(),), excluded)


def _or(query: Or) -> Physical:
    return _union([lower(part) for part in query.parts]) if query.parts else NoDocs()


@_kept_if_short(lambda query: len(query.text))
def _text(query: Text) -> Physical:
    forms = (query.text, *query.spellings, *query.synonyms)
    in_text = [containing(needle, query.field) for form in forms if (needle := needle_of(form))]
    parts = [TermDocs("part", query.text)] if query.field == "" and is_part(query.text) else []
    return _union([*in_text, *parts, *(TermDocs("tag", tag) for tag in query.tags)] or [NoDocs()])


@_kept_if_short(lambda query: len(query.text))
def _phrase(query: Phrase) -> Physical:
    needle = needle_of(query.text)
    return containing(needle, query.field) if needle else NoDocs()


def _near(query: Near) -> Physical:
    needles = [needle for text in query.texts if (needle := needle_of(text))]
    fields, in_body = text_fields(query.field), query.field == "body"
    return NearDocs(
        tuple((_chain(needle, fields, in_body), len(needle.unigrams)) for needle in needles), query.distance
    )


def _pattern(query: ExpandedLeaf) -> Physical:
    field = getattr(query, "field", "")
    if field in ("", "title"):
        return PatternDocs(query, text_fields(field).words)
    if field == "body":
        return PatternDocs(query, CONTENT.words, TITLE.words)
    return PatternDocs(query, field)


def _value(query: FieldValue) -> Physical:
    if query.field == "path":
        return PathDocs(query.value)
    return TagDocs(query.value) if query.field == "tag" else TermDocs(query.field, query.value)


def _prefix(query: Prefix) -> Physical:
    """Of several unigrams, an exact text whose last unigram goes on; of others, words of the index."""
    cut = unigrams_of(query.text)
    if query.field not in ("", "title", "body") or len(cut.texts) == 1 or _is_han(cut.texts[-1]):
        return _pattern(query)
    fields = text_fields(query.field)
    *links, last = _links(Needle(tuple(cut.texts), tuple(cut.gaps[:-1])), fields)
    return PhraseDocs(
        tuple(links), (OpenLink(last.field, last.term, fields.boundaries, (), last.distance),), query.field == "body"
    )


def _is_han(unigram: str) -> bool:
    """Whether jieba makes words of a unigram and its neighbours."""
    return "\u4e00" <= unigram <= "\u9fd5"


@dataclass(frozen=True, slots=True, repr=False)
class PinyinDocs:
    """The documents with a text that reads as a pinyin says."""

    pattern: Pinyin
    cost: ClassVar[int] = POSITIONS

    def doc_ids(self, segment: SegmentContext) -> DocIds:
        needles = segment.expander.sounds.readings(self.pattern)
        found = [containing(needle, "title" if needle.title_only else "").doc_ids(segment) for needle in needles]
        return union(found, segment.max_doc)


def _date_range(query: DateRange) -> Physical:
    """Bounds without time zone are compared with the authors' clocks, others with instants."""
    since, until = query.since, query.until
    if since and until and (since.tzinfo is None) != (until.tzinfo is None):
        return Conjunction((_dates_between(since, None), _dates_between(None, until)))
    return _dates_between(since, until)


def _dates_between(since: dt.datetime | None, until: dt.datetime | None) -> Physical:
    """The documents that bounds of one kind let through."""
    bound = since or until
    on_clocks = bound is not None and bound.tzinfo is None
    measure = clock_microseconds if on_clocks else microseconds
    first, last = (None if date is None else measure(date) for date in (since, until))
    return DateBetween("clocks" if on_clocks else "date", first, last)


def _added_range(query: AddedRange) -> Physical:
    """Bounds without time zone are those of this computer's clock."""
    first, last = (None if bound is None else microseconds(instant_of(bound)) for bound in (query.since, query.until))
    return DateBetween("added", first, last)


_LOWERING: dict[type, Callable[[Any], Physical]] = {
    And: _and,
    Or: _or,
    Not: lambda query: Complement(lower(query.part)),
    Optional: lambda query: lower(query.part),
    Every: lambda query: AllDocs(),
    Nothing: lambda query: NoDocs(),
    Text: _text,
    Phrase: _phrase,
    Near: _near,
    Prefix: _prefix,
    Wildcard: _pattern,
    Fuzzy: _pattern,
    Pinyin: PinyinDocs,
    FieldValue: _value,
    DateRange: _date_range,
    AddedRange: _added_range,
    New: lambda query: NewDocs(),
}
