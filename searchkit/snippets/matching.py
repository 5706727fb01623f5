"""Where are the needles, and where is that in the original?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, islice

from searchkit.language.folding import FoldedText, fold, fold_with_offsets
from searchkit.language.units import gaps_of, is_run, occurrences
from searchkit.model import Span
from searchkit.query.parser import Needle

Match = tuple[int, int, int]
"""Start and end (excluded) of a needle, and its number."""

_Candidates = Callable[[re.Pattern[str], str, int, int], Iterator[Span]]

_STRETCH = re.compile("(?s:.{64,}?(?=[ \n\u4e00-\u9fff])|.+)")  # none of these composes with what precedes it
_VARIATION = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]*")  # part of the character before, and folded away
_LETTERS, _DIGITS = "[^\\W\\d_\u2e80-\U0010ffff]*+", r"\d*+"


class FoldedStretches:
    """A text that is folded a stretch at a time: offsets are worked out only for stretches that are asked about.

    Attributes:
        original: the text.
        text: all of it, folded.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        self._stretches = _STRETCH.findall(original)
        folded = list(map(fold, self._stretches))
        self.text = "".join(folded)
        self._starts = [0, *accumulate(map(len, self._stretches))]
        self._folded_starts = [0, *accumulate(map(len, folded))]
        self._offsets: dict[int, FoldedText] = {}

    def original_span(self, start: int, end: int) -> Span:
        """The stretch of the original that folded to ``text[start:end]``; not for an empty stretch.

        >>> FoldedStretches("台\\u200b灣！").original_span(0, 2)
        (0, 3)
        """
        first = self._one(start)[0]
        last = self._one(end - 1)[1]
        return with_variation(self.original, first, last)

    def folded_place(self, at: int) -> int:
        """Where in ``text`` a line of the original begins or ends."""
        number = bisect_right(self._starts, at) - 1
        if number == len(self._stretches):
            return len(self.text)
        return self._folded_starts[number] + len(fold(self._stretches[number][: at - self._starts[number]]))

    def around(self, start: int, end: int) -> Span:
        """A stretch of ``text`` that holds all that ``original[start:end]`` folded to."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1)
        return (self._folded_starts[first], self._folded_starts[last])

    def _one(self, at: int) -> Span:
        """Where the original of one folded character is."""
        number = bisect_right(self._folded_starts, at) - 1
        if number not in self._offsets:
            self._offsets[number] = fold_with_offsets(self._stretches[number])
        place = at - self._folded_starts[number]
        start, end = self._offsets[number].original_span(place, place + 1)
        return (self._starts[number] + start, self._starts[number] + end)


def with_variation(text: str, start: int, end: int) -> Span:
    """A stretch with the marks after it that choose how its last character is drawn."""
    variation = _VARIATION.match(text, end)
    return (start, variation.end() if variation else end)


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds one needle in folded text.

    Attributes:
        needle: what to find.
        pattern: where it may be.
        weight: how much it is worth to show it, by its length: a single character next to nothing.
        candidates: the places of the pattern from here to there.
    """

    needle: Needle
    pattern: re.Pattern[str]
    weight: int
    candidates: _Candidates

    @property
    def single(self) -> bool:
        """Whether the needle is one character."""
        return self.weight == 1

    def may_be_in(self, folded: str) -> bool:
        """Whether the units that it begins and ends with are there at all."""
        units = self.needle.units
        return units[0] in folded and units[-1] in folded

    def places(self, folded: str, start: int, end: int, most: int | None = None) -> list[Span]:
        """Where the needle is, overlapping matches too.

        Args:
            folded: the text to look through.
            start: where to begin, at no unit's middle.
            end: where to stop, excluded, at no unit's middle.
            most: how many to look for.
        """
        found = self.candidates(self.pattern, folded, start, end)
        gaps = self.needle.gaps
        if any(gaps):
            found = (span for span in found if gaps_of(folded[span[0] : span[1]]) == gaps)
        return list(islice(found, most))


@lru_cache(maxsize=1024)
def finder_of(needle: Needle) -> Finder:
    """What finds this needle."""
    first, *others = units = needle.units
    weight = 4 * min(sum(2 if len(unit) > 1 else 1 for unit in units), 4)
    candidates: _Candidates = _overlapping if first in others else _apart
    if is_run(first) or first[0].isdecimal():
        rest = _DIGITS if first[0].isdecimal() else _LETTERS
        candidates = _apart if needle.open_start else partial(_after_run, re.compile(re.escape(first) + rest))
    pattern = occurrences(units, needle.gaps, needle.open_start, needle.open_end)
    return Finder(needle, pattern, 1 if weight == 4 else weight, candidates)


def _apart(pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Span]:
    return map(re.Match.span, pattern.finditer(folded, start, end))


def _overlapping(pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Span]:
    match = pattern.search(folded, start, end)
    while match:
        yield match.span()
        match = pattern.search(folded, match.start() + 1, end)


def _after_run(first: re.Pattern[str], pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Span]:
    """For a pattern that looks behind: that is fast only where it is known to begin."""
    for run in first.finditer(folded, start, end):
        match = pattern.match(folded, run.start(), end)
        if match:
            yield match.span()
