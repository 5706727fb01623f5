"""From the query model to OpenSearch's: the leaves' texts become tokens of the index.

A text of one unigram is a token of ``units``. A longer one is a phrase of links, each of which holds two unigrams and
what stands between them, so that a phrase matches its own punctuation and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from searchkit.engines.dates import clock_microseconds, instant_of, microseconds
from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.schema import BODY_START, CONTENT, TITLE, TextFields, link, token
from searchkit.engines.opensearch.search.match import dsl
from searchkit.engines.opensearch.search.match.dsl import Clause
from searchkit.language.identifiers import is_part
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

MAX_UNIGRAMS = 200
"""Of a text that one clause looks for: a cluster counts each as a clause, and usually takes 1,024."""


class Expansions(Protocol):
    """The words that patterns stand for, which only the vocabulary of a generation knows."""

    def readings(self, pattern: Pinyin) -> list[Needle]:
        """The texts that read so."""

    def fuzzy_terms(self, pattern: Fuzzy, field: str) -> list[str]:
        """The words of ``words`` or ``title_words`` that are near to one."""


def text_fields(field: str) -> TextFields:
    """The fields in which a logical text field is looked for; the body is part of the content."""
    return TITLE if field == "title" else CONTENT


def containing(needle: Needle, field: str = "") -> Clause:
    """The documents whose text contains a needle."""
    if len(needle.unigrams) == 1:
        of_one = schema.BODY_UNITS if field == "body" else text_fields(field).units
        return dsl.term(of_one, token(needle.unigrams[0]))
    links = links_of(needle)
    if field == "body":
        return dsl.phrase_behind(CONTENT.links, BODY_START, links)
    return dsl.phrase(text_fields(field).links, links)


def links_of(needle: Needle) -> list[str]:
    """The tokens of a needle of two unigrams or more."""
    pairs = zip(needle.unigrams, needle.gaps, needle.unigrams[1:], strict=False)
    return [link(first, gap, second) for first, gap, second in pairs]


class Lowering:
    """Lowers trees for one generation.

    Args:
        expansions: of its vocabulary.
        newest_added: when its last documents came, microseconds since 1970; None if it has none.
        verified: the documents that match a leaf, given a clause that all of these match.
    """

    def __init__(
        self,
        expansions: Expansions,
        newest_added: int | None,
        verified: Callable[[Near | Prefix | Phrase, Clause], Clause],
    ) -> None:
        self._expansions = expansions
        self._newest_added = newest_added
        self._verified = verified

    def lower(self, query: Query) -> Clause:
        """The clause of a rewritten tree; it scores nothing."""
        match query:
            case And(parts):
                excluded = [self.lower(part.part) for part in parts if isinstance(part, Not)]
                return dsl.all_of([self.lower(part) for part in parts if not isinstance(part, Not)], excluded)
            case Or(parts):
                return dsl.any_of([self.lower(part) for part in parts])
            case Not(part):
                return dsl.none_of(self.lower(part))
            case Optional(part):
                return self.lower(part)
            case Every():
                return dsl.EVERYTHING
            case Nothing():
                return dsl.NOTHING
            case Text():
                return self._text(query)
            case Phrase():
                return self._phrase(query)
            case Near():
                return self._near(query)
            case Prefix() if _goes_on_in_links(query):
                return self._exact_beginning(query)
            case Prefix() | Wildcard() | Fuzzy():
                return self.pattern(query, _pattern_field(query))
            case Pinyin():
                needles = self._expansions.readings(query)
                return dsl.any_of([containing(needle, "title" if needle.title_only else "") for needle in needles])
            case FieldValue():
                return _value(query)
            case DateRange():
                return _date_range(query)
            case AddedRange(since, until):
                first, last = (None if bound is None else microseconds(instant_of(bound)) for bound in (since, until))
                return dsl.between(schema.ADDED, first, last)
            case New():
                newest = self._newest_added
                return dsl.NOTHING if newest is None else dsl.term(schema.ADDED, newest)

    def pattern(self, pattern: ExpandedLeaf, field: str) -> Clause:
        """The documents with a token of a field that a pattern stands for."""
        match pattern:
            case Prefix(text):
                return dsl.prefix(field, token(text))
            case Wildcard(text):
                return {"wildcard": {field: {"value": _escaped(token(text))}}}
            case Fuzzy():
                known = TITLE.words if field == TITLE.words else CONTENT.words
                return dsl.terms(field, [token(word) for word in self._expansions.fuzzy_terms(pattern, known)])
            case Pinyin():
                readings = self._expansions.readings(pattern)
                return dsl.any_of([_words_beginning(needle) for needle in readings])

    def _phrase(self, query: Phrase) -> Clause:
        """Of a very long text only the beginning is looked for; whether it goes on, the stored texts tell."""
        needle = needle_of(query.text)
        if needle is None:
            return dsl.NOTHING
        candidates = containing(_beginning(needle), query.field)
        return candidates if len(needle.unigrams) <= MAX_UNIGRAMS else self._verified(query, candidates)

    def _text(self, query: Text) -> Clause:
        forms = (query.text, *query.spellings, *query.synonyms)
        clauses = [self._phrase(Phrase(form, query.field)) for form in forms]
        if query.field == "" and is_part(query.text):
            clauses.append(dsl.term(schema.PART, token(query.text)))
        if query.tags:
            clauses.append(dsl.terms(schema.TAG, [schema.keyword(tag) for tag in query.tags]))
        return dsl.any_of(clauses)

    def _near(self, query: Near) -> Clause:
        """A document with all texts is a candidate; whether they stand close together, its stored text tells."""
        needles = [_beginning(needle) for text in query.texts if (needle := needle_of(text))]
        candidates = dsl.all_of([containing(needle, query.field) for needle in dict.fromkeys(needles)])
        return self._verified(query, candidates) if needles else dsl.NOTHING

    def _exact_beginning(self, query: Prefix) -> Clause:
        cut = unigrams_of(query.text)
        needle = Needle(tuple(cut.texts), tuple(cut.gaps[:-1]))
        if query.field == "body" or len(needle.unigrams) > MAX_UNIGRAMS:
            whole = Needle(needle.unigrams[:-1], needle.gaps[:-1])
            return self._verified(query, containing(_beginning(whole), query.field))
        *links, last = links_of(needle)
        return dsl.phrase_prefix(text_fields(query.field).links, links, last)


def _beginning(needle: Needle) -> Needle:
    """As much of a needle as is looked for by one clause."""
    if len(needle.unigrams) <= MAX_UNIGRAMS:
        return needle
    return Needle(needle.unigrams[:MAX_UNIGRAMS], needle.gaps[: MAX_UNIGRAMS - 1])


def _pattern_field(query: Prefix | Wildcard | Fuzzy) -> str:
    if query.field == "body":
        return schema.BODY_WORDS
    if query.field in ("", "title"):
        return text_fields(query.field).words
    return schema.PATH_FOLDED if query.field == "path" else query.field


def _goes_on_in_links(query: Prefix) -> bool:
    """Whether a beginning is an exact text whose last unigram goes on; of others, jieba makes words."""
    if query.field not in ("", "title", "body"):
        return False
    last = unigrams_of(query.text).texts[-1:]
    return len(unigrams_of(query.text).texts) > 1 and not "\u4e00" <= last[0] <= "\u9fd5"


def _words_beginning(needle: Needle) -> Clause:
    """The words that begin with a text; of one character, that word alone."""
    field, text = (TITLE if needle.title_only else CONTENT).words, token("".join(needle.unigrams))
    return dsl.term(field, text) if len(text) == 1 else dsl.prefix(field, text)


def _value(query: FieldValue) -> Clause:
    if query.field == "path":
        return dsl.term(schema.PATH_FOLDED, schema.keyword(query.value.strip()))
    value = schema.keyword(query.value)
    if query.field == "tag":
        return dsl.any_of([dsl.term(schema.TAG, value), dsl.prefix(schema.TAG, f"{value}/")])
    return dsl.term(query.field, value)


def _date_range(query: DateRange) -> Clause:
    """Bounds without time zone are compared with the authors' clocks, others with instants."""
    since, until = query.since, query.until
    if since and until and (since.tzinfo is None) != (until.tzinfo is None):
        return dsl.all_of([_dates_between(since, None), _dates_between(None, until)])
    return _dates_between(since, until)


def _dates_between(since: dt.datetime | None, until: dt.datetime | None) -> Clause:
    """The documents that bounds of one kind let through."""
    bound = since or until
    on_clocks = bound is not None and bound.tzinfo is None
    measure = clock_microseconds if on_clocks else microseconds
    first, last = (None if date is None else measure(date) for date in (since, until))
    return dsl.between(schema.CLOCK if on_clocks else schema.DATE, first, last)


def _escaped(pattern: str) -> str:
    """A pattern whose star alone stands for other characters."""
    return pattern.replace("\\", "\\\\").replace("?", "\\?")
