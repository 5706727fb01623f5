"""Here is a pattern: which terms of a segment does it stand for?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from searchkit.engines.arrays import DocIds, Int32s, Int64s
from searchkit.engines.whoosh.cache import ByteCache
from searchkit.engines.whoosh.codec.postings import PostingLists, Postings
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.schema import CONTENT, TITLE
from searchkit.engines.words.patterns import wildcard_regex, within_edits
from searchkit.engines.words.sounds import Sounds
from searchkit.language import fold
from searchkit.query.ast import Fuzzy, Pinyin, Prefix, Wildcard
from searchkit.query.compiled import ExpandedLeaf, Needle

_UNFOLDED = ("path",)  # fields whose terms are not folded, as queries are
_CACHE_BYTES = 16 << 20  # matches of patterns: a query matches and ranks by each, and asks again for the next page


@dataclass(frozen=True, slots=True)
class Expansion:
    """The documents of a segment with any term of a pattern.

    Attributes:
        doc_ids: int64[n].
        freqs: int64[n], how often any of the terms occurs in each.
    """

    doc_ids: DocIds
    freqs: Int64s


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The terms of a field as one text, to match a regular expression on all of them at once.

    Attributes:
        text: the folded terms, ascending, with a NUL before and after each.
        starts: int32[terms], where the NUL before each is.
    """

    text: str
    starts: Int32s

    @staticmethod
    def of(reader: SegmentReader, field: str) -> _Lexicon:
        text = reader.lexicon(field)
        if field in _UNFOLDED:
            text = "\0".join(["", *map(fold, reader.terms(field)), ""])
        code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        return _Lexicon(text, np.flatnonzero(code_points == 0)[:-1].astype(np.int32))

    def term_ords(self, pattern: str) -> Int64s:
        """int64[n]: the ordinals of the terms that a regular expression, which matches no NUL, is the whole of."""
        matches = re.compile(rf"\x00{pattern}(?=\x00)").finditer(self.text)
        return np.searchsorted(self.starts, np.fromiter((match.start() for match in matches), np.int32))


class Expander:
    """Expands patterns to terms of one segment.

    Args:
        reader: of the segment.
        sounds: of all segments.
    """

    def __init__(self, reader: SegmentReader, sounds: Sounds) -> None:
        self._reader = reader
        self.sounds = sounds
        self._lexicons: ByteCache[str, _Lexicon] = ByteCache(64 << 20, lambda lexicon: 8 * len(lexicon.text))
        self._expansions: ByteCache[tuple[ExpandedLeaf, str], Expansion] = ByteCache(
            _CACHE_BYTES, lambda expansion: expansion.doc_ids.nbytes + expansion.freqs.nbytes
        )

    def expansion(self, pattern: ExpandedLeaf, field: str) -> Expansion:
        """The documents with a term of a physical field that a pattern stands for."""
        return self._expansions.get((pattern, field), lambda: self._expand(pattern, field))

    def with_path(self, path: str) -> DocIds:
        """int64[n]: the documents with a folded path."""
        return np.unique(self._matching("path", rf"\s*{re.escape(path)}\s*").doc_ids)

    def _expand(self, pattern: ExpandedLeaf, field: str) -> Expansion:
        freqs = np.zeros(self._reader.info.documents)
        for lists in self._posting_lists(pattern, field):
            freqs += np.bincount(lists.doc_ids, lists.freqs, len(freqs))
        doc_ids = np.flatnonzero(freqs)
        return Expansion(doc_ids, freqs[doc_ids].astype(np.int64))

    def _posting_lists(self, pattern: ExpandedLeaf, field: str) -> Iterable[PostingLists | Postings]:
        match pattern:
            case Pinyin():
                return [self._words_beginning(needle) for needle in self.sounds.readings(pattern)]
            case Prefix() if field not in _UNFOLDED:
                return [self._reader.posting_lists_with_prefix(field, pattern.text)]
            case Prefix():
                return [self._matching(field, rf"{re.escape(pattern.text)}[^\0]*")]
            case Wildcard():
                return [self._matching(field, wildcard_regex(pattern.pattern))]
            case Fuzzy():
                return [self._reader.postings(field, term) for term in self.fuzzy_terms(pattern, field)]

    def _matching(self, field: str, regex: str) -> PostingLists:
        lexicon = self._lexicons.get(field, lambda: _Lexicon.of(self._reader, field))
        return self._reader.posting_lists_at(field, lexicon.term_ords(regex))

    def fuzzy_terms(self, pattern: Fuzzy, field: str) -> list[str]:
        """The terms of a field within a number of edits, that begin with the same character; ascending."""
        first = pattern.text[:1]
        return within_edits(pattern, takewhile(lambda term: term.startswith(first), self._reader.terms(field, first)))

    def _words_beginning(self, needle: Needle) -> PostingLists | Postings:
        """The posting lists of the words that begin with a text; of one character, of that word alone."""
        field, text = (TITLE if needle.title_only else CONTENT).words, "".join(needle.unigrams)
        if len(text) == 1:
            return self._reader.postings(field, text)
        return self._reader.posting_lists_with_prefix(field, text)
