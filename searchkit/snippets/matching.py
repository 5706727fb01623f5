"""Where are the needles in a folded text?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice

from searchkit.language.unigrams import inner_gaps, is_letter_run, phrase_pattern
from searchkit.model import Span
from searchkit.query.parser import Needle

Match = tuple[int, int, int]
"""Start and end (excluded) of a needle, and its number."""

_Candidates = Callable[[re.Pattern[str], str, int, int], Iterator[Span]]

_LETTERS, _DIGITS = "[^\\W\\d_\u2e80-\U0010ffff]*+", r"\d*+"


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

    def places(self, folded: str, start: int, end: int, most: int | None = None) -> list[Span]:
        """Where the needle is, overlapping matches too.

        Args:
            folded: the text to look through.
            start: where to begin, at no unigram's middle.
            end: where to stop, excluded, at no unigram's middle.
            most: how many to look for.
        """
        found = self.candidates(self.pattern, folded, start, end)
        gaps = self.needle.gaps
        if any(gaps):
            found = (span for span in found if inner_gaps(folded[span[0] : span[1]]) == gaps)
        return list(islice(found, most))


def may_be_in(needle: Needle, folded: str) -> bool:
    """Whether the unigrams that it begins and ends with are there at all."""
    return needle.unigrams[0] in folded and needle.unigrams[-1] in folded


@lru_cache(maxsize=1024)
def finder_of(needle: Needle) -> Finder:
    """What finds this needle."""
    first, *others = unigrams = needle.unigrams
    weight = 4 * min(sum(2 if len(unigram) > 1 else 1 for unigram in unigrams), 4)
    candidates: _Candidates = _overlapping if first in others else _apart
    if is_letter_run(first) or first[0].isdecimal():
        rest = _DIGITS if first[0].isdecimal() else _LETTERS
        candidates = _apart if needle.open_start else partial(_after_run, re.compile(re.escape(first) + rest))
    pattern = phrase_pattern(unigrams, needle.gaps, needle.open_start, needle.open_end)
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
