"""Queries that stand for several terms of a field: which ones, in a segment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from weakref import WeakKeyDictionary

import numpy as np
from whoosh.query import FuzzyTerm, Prefix, Query, Regex, TermRange, Variations, Wildcard

from searchkit.engines.whoosh.postings import Lists, Postings
from searchkit.engines.whoosh.segments import SegmentReader
from searchkit.language import fold

MULTI_TERM = (Prefix, Wildcard, Regex, FuzzyTerm, TermRange, Variations)

_AS_WRITTEN = ("path",)  # its terms are not folded, as a query is
_MANY = 256  # terms: more are decoded with all others of their field, at once
_ESCAPED = re.compile(r"\[.\]")  # a sign that is meant as it is
_folded: WeakKeyDictionary[SegmentReader, dict[str, list[tuple[str, str]]]] = WeakKeyDictionary()
_EVERYTHING = {Prefix: "", Wildcard: "*", Regex: ".*"}


def terms_of(query: Query, segment: SegmentReader) -> Iterable[str]:
    """The terms that a query of ``MULTI_TERM`` stands for; all are in the segment."""
    if type(query) is Prefix:
        return _like(query.fieldname, f"{query.text}*", segment)
    if type(query) is Wildcard and "[" not in _ESCAPED.sub("", query.text):
        return _like(query.fieldname, query.text, segment)
    from searchkit.engines.whoosh.bridge import expanded  # Whoosh's codec interface, which few queries need

    return expanded(query, segment)


def _like(field: str, pattern: str, segment: SegmentReader) -> list[str]:
    """The terms of a field that look like a pattern with stars and question marks, in one look at all of them."""
    parts = re.split(r"(\[.\]|[*?])", pattern)
    signs = {"*": r"[^\0]*", "?": r"[^\0]"}
    wanted = "".join(signs.get(part) or re.escape(part[1] if _ESCAPED.fullmatch(part) else part) for part in parts)
    if field in _AS_WRITTEN:
        whole = re.compile(wanted)
        return [term for term, folded in _folded_terms(field, segment) if whole.fullmatch(folded)]
    found: list[str] = re.findall(rf"(?<=\0){wanted}(?=\0)", segment.lexicon(field))
    return found


def _folded_terms(field: str, segment: SegmentReader) -> list[tuple[str, str]]:
    known = _folded.setdefault(segment, {})
    if field not in known:
        known[field] = [(term, fold(term)) for term in segment.terms(field)]
    return known[field]


def lists_of(query: Query, segment: SegmentReader) -> Iterable[Lists | Postings]:
    """The posting lists of those terms."""
    if type(query) is Prefix and query.fieldname not in _AS_WRITTEN:
        return [segment.lists_from(query.fieldname, query.text)]
    terms = list(terms_of(query, segment))
    if len(terms) <= _MANY:
        return (segment.postings(query.fieldname, term) for term in terms)
    known = set(terms)
    chosen = np.fromiter((term in known for term in segment.terms(query.fieldname)), bool)
    return [segment.lists_from(query.fieldname, "").chosen(chosen)]


def is_every(query: Query) -> bool:
    """Whether a pattern is one that every term of its field matches."""
    return type(query) in _EVERYTHING and bool(query.text == _EVERYTHING[type(query)])
