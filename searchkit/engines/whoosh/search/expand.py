"""Queries that stand for several terms of a field: which ones, in a segment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from whoosh.query import FuzzyTerm, Prefix, Query, Regex, TermRange, Variations, Wildcard

from searchkit.engines.whoosh.codec.postings import Lists, Postings
from searchkit.engines.whoosh.codec.api import SegmentReader
from searchkit.language import fold
from searchkit.query.fields import BODY_STREAMS, TITLE_STREAMS
from searchkit.query.nodes import Pinyin
from searchkit.query.parsed import Needle

if TYPE_CHECKING:
    from searchkit.language.pinyin import PinyinIndex

MULTI_TERM = (Prefix, Wildcard, Regex, FuzzyTerm, TermRange, Variations)

Numbers = npt.NDArray[np.int64]

_AS_WRITTEN = ("path",)  # its terms are not folded, as a query is
_ESCAPED = re.compile(r"\[.\]")  # a sign that is meant as it is
_EVERYTHING = {Prefix: "", Wildcard: "*", Regex: ".*"}
_MOST_SHOWN = 64  # terms of a pattern that are highlighted
_KNOWN_PATTERNS = 16  # of a segment: those of two queries, each matched and ranked


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a field, to look through at once.

    Attributes:
        text: all of them folded, ascending, with a NUL before and after each.
        starts: int32[terms], where the NUL before each is.
    """

    text: str
    starts: npt.NDArray[np.int32]

    @staticmethod
    def of(field: str, segment: SegmentReader) -> _Terms:
        text = segment.lexicon(field)
        if field in _AS_WRITTEN:
            text = "\0".join(["", *map(fold, segment.terms(field)), ""])
        signs = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        return _Terms(text, np.flatnonzero(signs == 0)[:-1].astype(np.int32))

    def like(self, pattern: str) -> Numbers:
        """int64[n]: the places of the terms that a regular expression, which matches no NUL, is the whole of."""
        found = re.compile(rf"\x00{pattern}(?=\x00)").finditer(self.text)
        return np.searchsorted(self.starts, np.fromiter((match.start() for match in found), np.int32))


_terms: WeakKeyDictionary[SegmentReader, dict[str, _Terms]] = WeakKeyDictionary()
_sounds: WeakKeyDictionary[SegmentReader, tuple[PinyinIndex, PinyinIndex]] = WeakKeyDictionary()
_occurrences: WeakKeyDictionary[SegmentReader, dict[str, tuple[Numbers, Numbers]]] = WeakKeyDictionary()


def terms_of(query: Query, segment: SegmentReader) -> Iterable[str]:
    """The terms that a query of ``MULTI_TERM`` stands for; all are in the segment."""
    pattern = _pattern(query)
    if pattern is not None:
        terms = list(segment.terms(query.fieldname))
        return [terms[place] for place in _places(query.fieldname, pattern, segment).tolist()]
    from searchkit.engines.whoosh.door.reader import expanded  # Whoosh's codec interface, which few queries need

    return expanded(query, segment)


def lists_of(query: Query, segment: SegmentReader) -> Iterable[Lists | Postings]:
    """The posting lists of those terms."""
    if type(query) is Pinyin:
        return [_words_with(needle, segment) for needle in texts_read(query, segment)]
    if type(query) is Prefix and query.fieldname not in _AS_WRITTEN:
        return [segment.lists_from(query.fieldname, query.text)]
    pattern = _pattern(query)
    if pattern is not None:
        return [segment.lists_at(query.fieldname, _places(query.fieldname, pattern, segment))]
    return (segment.postings(query.fieldname, term) for term in terms_of(query, segment))


def occurrences(query: Query, segment: SegmentReader) -> tuple[Numbers, Numbers]:
    """The documents that have any of those terms, ascending, and how often each has one."""
    known = _occurrences.setdefault(segment, {})
    key = repr(query)  # not all of them can be hashed
    if key not in known:
        if len(known) >= _KNOWN_PATTERNS:
            known.clear()
        counts = np.zeros(segment.info.documents)
        for lists in lists_of(query, segment):
            counts += np.bincount(lists.documents, lists.frequencies, len(counts))
        documents = np.flatnonzero(counts)
        known[key] = documents, counts[documents].astype(np.int64)
    return known[key]


def texts_read(query: Pinyin, segment: SegmentReader) -> list[Needle]:
    """The texts that read as was typed."""
    from searchkit.language.pinyin import PinyinIndex  # readings of characters, which few queries need
    from searchkit.query.sound import sounding  # the same

    if segment not in _sounds:
        words, title_words = (PinyinIndex(segment.terms(streams.words)) for streams in (BODY_STREAMS, TITLE_STREAMS))
        _sounds[segment] = words, title_words
    return sounding(query.text, *_sounds[segment])


def _words_with(needle: Needle, segment: SegmentReader) -> Lists | Postings:
    """The posting lists of the words that a text of some characters begins."""
    words, text = (TITLE_STREAMS if needle.title_only else BODY_STREAMS).words, "".join(needle.unigrams)
    return segment.postings(words, text) if len(text) == 1 else segment.lists_from(words, text)


def found_as(query: Query, segment: SegmentReader) -> list[Needle]:
    """What to highlight for a query that stands for texts of the index; nothing where what was typed tells it."""
    if type(query) is Pinyin:
        return texts_read(query, segment)
    if type(query) is FuzzyTerm:
        title_only = query.fieldname == TITLE_STREAMS.words
        return [Needle((term,), (), title_only) for term in islice(terms_of(query, segment), _MOST_SHOWN)]
    return []


def is_every(query: Query) -> bool:
    """Whether a pattern is one that every term of its field matches."""
    return type(query) in _EVERYTHING and bool(query.text == _EVERYTHING[type(query)])


def _pattern(query: Query) -> str | None:
    """A prefix, or a word with stars and question marks, as a regular expression; None for what is neither."""
    if type(query) is Prefix:
        return rf"{re.escape(query.text)}[^\0]*"
    if type(query) is not Wildcard or "[" in _ESCAPED.sub("", query.text):
        return None
    literals = [""]  # what stands between the stars
    for part in re.split(r"(\[.\]|[*?])", query.text):
        if part == "*":
            literals.append("")
        elif part == "?":
            literals[-1] += r"[^\0]"
        else:
            literals[-1] += re.escape(part[1] if _ESCAPED.fullmatch(part) else part)
    first, *others = literals
    if not others:
        return first
    middle = "".join(rf"(?>[^\0]*?{literal})" for literal in others[:-1] if literal)  # the first place will do for each
    return rf"{first}{middle}[^\0]*{others[-1]}"


def _places(field: str, pattern: str, segment: SegmentReader) -> Numbers:
    known = _terms.setdefault(segment, {})
    if field not in known:
        known[field] = _Terms.of(field, segment)
    return known[field].like(pattern)
