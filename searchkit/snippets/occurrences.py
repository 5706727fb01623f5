"""Where one text has the needles of a query: what fragments are chosen by, and what is highlighted in them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from searchkit.model import Span
from searchkit.snippets.matching import Finder, Match, may_occur

MAX_MATCHES = 300
"""Occurrences of each needle from which fragments are chosen; more do not lead to better fragments."""

_MAX_SINGLE_CHARACTER = 8  # a single character that occurs more often, such as 的, does not help to choose a fragment


class Occurrences:
    """The occurrences of some needles in a folded text.

    Args:
        folded: the text.
        finders: of the needles; a match names each by its place among them.
    """

    def __init__(self, folded: str, finders: Sequence[Finder]) -> None:
        self._folded = folded
        self._finders = finders
        self._selective: list[Match] = []  # without those of frequent single characters
        self._frequent: list[int] = []
        self._cut: list[Finder] = []  # of which not all occurrences are known
        for number, finder in enumerate(finders):
            limit = _MAX_SINGLE_CHARACTER + 1 if finder.is_single_character else MAX_MATCHES
            spans = finder.find_all(folded, 0, len(folded), limit)
            if len(spans) == limit:
                self._cut.append(finder)
                if finder.is_single_character:
                    self._frequent.append(number)
                    continue
            self._selective += [(start, end, number) for start, end in spans]
        self._selective.sort()

    def choosing(self, any_run: bool) -> list[Match]:
        """The matches from which fragments are chosen: without frequent single characters, unless nothing else matches.

        Args:
            any_run: whether a text that was typed in one piece matches.
        """
        if self._selective or any_run:
            return self._selective
        folded = self._folded
        return [
            (start, end, number)
            for number in self._frequent
            for start, end in self._finders[number].find_all(folded, 0, len(folded), MAX_MATCHES)
        ]

    def within(self, start: int, end: int) -> list[Span]:
        """The spans of all occurrences in a range of the text.

        Args:
            start: the start of the range.
            end: the end of the range, not inside a unigram.
        """
        known = self._selective
        first, last = bisect_left(known, (start,)), bisect_left(known, (end,))
        spans = [(a, b) for a, b, _ in known[first:last] if b <= end]
        if self._cut:
            part = self._folded[start:end]
            for finder in self._cut:
                if may_occur(finder.needle, part):
                    spans += finder.find_all(self._folded, start, end)
        return spans
