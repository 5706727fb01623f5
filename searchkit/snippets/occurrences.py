"""Where texts have the needles of a query: what fragments are chosen by, and what is highlighted in them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

from searchkit.language.unigrams import TEXT_END
from searchkit.model import Span
from searchkit.snippets.matching import JOINERS, Finder, Match, joined_at

MAX_MATCHES = 300
"""Occurrences of each needle from which fragments are chosen; more do not lead to better fragments."""

_MAX_SINGLE_CHARACTER = 8  # a single character that occurs more often, such as 的, does not help to choose a fragment

_LAST_JOINER = ord(max(JOINERS))


class JoinedTexts:
    """Some folded texts that are searched as one; no needle has the sign between them.

    Attributes:
        whole: all of them.
        begins: where each begins in it, and where another would.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self.whole = TEXT_END.join(texts)
        self.begins = list(accumulate((len(text) + len(TEXT_END) for text in texts), initial=0))

    def occurrences(self, finders: Sequence[Finder]) -> Iterator[Occurrences]:
        """The occurrences of some needles in each text."""
        matches: list[Match] = []
        cut: list[list[int]] = [[] for _ in self._texts]
        for number, finder in enumerate(finders):
            spans = [] if finder.is_single_character else self._spans(finder)
            if finder.is_single_character or len(spans) >= MAX_MATCHES:
                spans = list(self._first_of_each(finder, number, cut))
            matches += [(start, end, number) for start, end in spans]
        matches.sort()
        borders = [bisect_left(matches, (begin,)) for begin in self.begins]
        for text, begin, (first, last), cut_here in zip(self._texts, self.begins, pairwise(borders), cut, strict=False):
            here = [(start - begin, end - begin, number) for start, end, number in matches[first:last]]
            yield Occurrences(text, finders, here, cut_here)

    def _spans(self, finder: Finder) -> list[Span]:
        """All spans of a needle, or as many as no single text may have."""
        if not finder.han:
            return finder.find_all(self.whole, 0, len(self.whole), MAX_MATCHES)
        codes = self._codes
        first, second = map(ord, finder.han[:2])
        places = np.flatnonzero(codes == first)  # a pattern would find them as fast, once it is compiled
        following = codes[places + 1]
        places = places[(following == second) | (following <= _LAST_JOINER)]
        return list(joined_at(finder.han, self.whole, places.tolist()))

    @cached_property
    def _codes(self) -> npt.NDArray[np.uint32]:
        """uint32[len(whole) + 1]."""
        return np.frombuffer((self.whole + TEXT_END).encode("utf-32-le", "surrogatepass"), "<u4")

    def _first_of_each(self, finder: Finder, number: int, cut: Sequence[list[int]]) -> Iterator[Span]:
        """The first spans in each text, none of a frequent single character; ``cut`` learns where there are more."""
        limit = _MAX_SINGLE_CHARACTER + 1 if finder.is_single_character else MAX_MATCHES
        for (begin, after), cut_here in zip(pairwise(self.begins), cut, strict=True):
            spans = finder.find_all(self.whole, begin, after - len(TEXT_END), limit)
            if len(spans) == limit:
                cut_here.append(number)
                if finder.is_single_character:
                    continue
            yield from spans


class Occurrences:
    """The occurrences of some needles in a folded text.

    Args:
        folded: the text.
        finders: of the needles; a match names each by its place among them.
        known: matches, in order: all but those of needles that occur very often.
        cut: which finders have more.

    Attributes:
        finders: as above.
    """

    def __init__(self, folded: str, finders: Sequence[Finder], known: list[Match], cut: Sequence[int]) -> None:
        self._folded = folded
        self.finders = finders
        self._known = known
        self._cut = cut

    def choosing(self, any_run: bool) -> list[Match]:
        """The matches from which fragments are chosen: without frequent single characters, unless nothing else matches.

        Args:
            any_run: whether a text that was typed in one piece matches.
        """
        if self._known or any_run:
            return self._known
        folded = self._folded
        return [
            (start, end, number)
            for number in self._cut
            for start, end in self.finders[number].find_all(folded, 0, len(folded), MAX_MATCHES)
        ]

    def within(self, start: int, end: int) -> list[Span]:
        """The spans of all occurrences in a range of the text.

        Args:
            start: the start of the range.
            end: the end of the range, not inside a unigram.
        """
        known = self._known
        first, last = bisect_left(known, (start,)), bisect_left(known, (end,))
        spans = [(a, b) for a, b, _ in known[first:last] if b <= end]
        for number in self._cut:
            spans += self.finders[number].find_all(self._folded, start, end)
        return spans
