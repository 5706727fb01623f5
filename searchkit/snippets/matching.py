"""Matching: the occurrences of needles in a folded text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice, pairwise

from searchkit.language.unigrams import JOINED, inner_gaps, is_alnum_run, is_letter_run, loose_pattern, phrase_pattern
from searchkit.language.unigrams import unigrams as unigrams_of_text
from searchkit.model import Span
from searchkit.query.compiled import Needle
from searchkit.query.questions import is_function_word

Match = tuple[int, int, int]
"""Start and end (excluded) of an occurrence, and the index of its needle."""

_Search = Callable[[str, int, int], Iterator[Span]]
_Find = Callable[[re.Pattern[str], str, int, int], Iterator[Span]]

_JOINED = (JOINED,)
_LEAST_WEIGHT = 8  # of a needle that is more than a single character
_LONG = 32  # unigrams of a needle; an exact pattern takes a millisecond for each
_SHORT = 1_500  # characters of a text, such as ten titles
_BETWEEN_LETTERS = " -.'_·"
_HAN_RUN = re.compile("[\u4e00-\u9fd5]+")
JOINERS = " -·_."
"""What may stand between the characters of a needle; nothing else may."""

_JOINED_BY = re.compile(r"[ \-·_]+|\.")
_MORE_LETTERS, _MORE_DIGITS = "[^\\W\\d_\u2e80-\U0010ffff]*+", r"\d*+"


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds one needle in folded text.

    Attributes:
        needle: the text to find.
        weight: the value of showing an occurrence, by the length of the needle; 2 for a single character, 1 for one
            that only serves grammar.
        search: finds in a range of the text all occurrences, and texts that differ from the needle in their gaps only.
        han: the needle, if it is several Han characters with nothing but joiners between; else empty.
    """

    needle: Needle
    weight: int
    search: _Search
    han: str = ""

    @property
    def is_single_character(self) -> bool:
        """Whether the needle is a single character."""
        return self.weight < _LEAST_WEIGHT

    def find_all(self, folded: str, start: int, end: int, limit: int | None = None) -> list[Span]:
        """The spans of all occurrences in a range of the text; overlapping ones, too, unless the needle is long.

        Args:
            folded: folded text.
            start: the start of the range, not inside a unigram.
            end: the end of the range, not inside a unigram.
            limit: the maximum number of occurrences; None for all.
        """
        spans = self.search(folded, start, end)
        gaps = self.needle.gaps
        if any(gaps):
            spans = (span for span in spans if inner_gaps(folded[span[0] : span[1]]) == gaps)
        return list(islice(spans, limit))


def may_occur(needle: Needle, folded: str) -> bool:
    """A fast test that excludes most texts: whether the needle's first and last unigrams occur as substrings."""
    *_, last = unigrams = needle.unigrams
    if unigrams[0] not in folded or last not in folded:
        return False
    if len(unigrams) == 2 and needle.gaps == _JOINED and is_letter_run(last) and is_letter_run(unigrams[0]):
        return any(f"{joiner}{last}" in folded for joiner in _BETWEEN_LETTERS)  # witter is in twitter
    return True


@lru_cache(maxsize=1024)
def finder_of(needle: Needle) -> Finder:
    """The finder of a needle."""
    first, *following = unigrams = needle.unigrams
    weight = 4 * min(sum(2 if len(unigram) > 1 else 1 for unigram in unigrams), 4)
    if weight < _LEAST_WEIGHT:
        weight = 1 if is_function_word(first, first) else 2
    find: _Find = _find_overlapping if first in following else _find_disjoint
    text = "".join(unigrams)
    if len(unigrams) <= _LONG and not any(needle.gaps) and _HAN_RUN.fullmatch(text):
        if not following:
            return Finder(needle, weight, partial(_find_character, first))
        return Finder(needle, weight, _HanSearch(text, find), text)
    if is_alnum_run(first) and not (following or needle.open_start or needle.open_end):
        # a pattern that knows what a letter is takes 8 ms to compile
        return Finder(needle, weight, partial(_find_runs, re.compile(re.escape(first))))
    if not (needle.open_start or needle.open_end) and (len(unigrams) > _LONG or _is_told_by_itself(unigrams)):
        find_loosely = _find_disjoint if len(unigrams) > _LONG else _find_overlapping
        pattern = loose_pattern(unigrams, needle.gaps)  # an exact one with letters takes 5 ms to compile
        return Finder(needle, weight, partial(_find_whole, needle, find_loosely, pattern))
    if is_letter_run(first) or first[0].isdecimal():
        more = _MORE_DIGITS if first[0].isdecimal() else _MORE_LETTERS
        run = re.compile(re.escape(first) + more)
        find = _find_disjoint if needle.open_start else partial(_find_at_runs, run)
    return Finder(needle, weight, partial(find, _pattern_of(needle)))


def _pattern_of(needle: Needle) -> re.Pattern[str]:
    return phrase_pattern(needle.unigrams, needle.gaps, needle.open_start, needle.open_end)


class _HanSearch:
    """Finds Han characters with nothing but joiners between.

    In titles without a pattern, which takes longer to compile; but once a longer text has needed one, by it. That
    pattern lets anything stand between but letters, for it is compiled four times as fast as one for joiners alone.
    """

    def __init__(self, text: str, find: _Find) -> None:
        self._text = text
        self._find = find
        self._pattern: re.Pattern[str] | None = None

    def __call__(self, folded: str, start: int, end: int) -> Iterator[Span]:
        if self._pattern is None:
            if end - start <= _SHORT:
                return _find_joined(self._text, folded, start, end)
            self._pattern = re.compile(r"[\W_]*".join(self._text))
        return self._joined(self._find(self._pattern, folded, start, end), folded)

    def _joined(self, spans: Iterator[Span], folded: str) -> Iterator[Span]:
        length = len(self._text)
        for start, end in spans:
            if end - start == length or _end_of_joined(self._text, folded, start, end) == end:
                yield start, end


def _find_character(character: str, folded: str, start: int, end: int) -> Iterator[Span]:
    at = folded.find(character, start, end)
    while at >= 0:
        yield at, at + 1
        at = folded.find(character, at + 1, end)


def joined_at(text: str, folded: str, places: Iterable[int]) -> Iterator[Span]:
    """The spans of characters with nothing but joiners between that begin at some of the places."""
    may_follow = (text[1], *JOINERS)
    for at in places:
        if folded.startswith(text, at):
            yield at, at + len(text)
        elif folded[at + 1 : at + 2] in may_follow and (stop := _end_of_joined(text, folded, at, len(folded))):
            yield at, stop


def _find_joined(text: str, folded: str, start: int, end: int) -> Iterator[Span]:
    may_follow = (text[1:2], *JOINERS)
    at = folded.find(text[0], start, end)
    while at >= 0:
        if folded.startswith(text, at, end):
            yield at, at + len(text)
        elif folded[at + 1 : at + 2] in may_follow and (stop := _end_of_joined(text, folded, at, end)):
            yield at, stop
        at = folded.find(text[0], at + 1, end)


def _end_of_joined(text: str, folded: str, at: int, end: int) -> int:
    """Where characters end that begin at a place, with joiners between some of them; 0 if they do not stand there."""
    for character in text:
        if not folded.startswith(character, at, end):
            joiners = _JOINED_BY.match(folded, at, end)
            if joiners is None or not folded.startswith(character, joiners.end(), end):
                return 0
            at = joiners.end()
        at += 1
    return at


def _find_runs(pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Span]:
    """The runs of letters or of digits that a literal is the whole of."""
    run = pattern.pattern[-1]
    for match in pattern.finditer(folded, start, end):
        first, last = match.span()
        if not (_goes_on(run, folded[first - 1 : first]) or _goes_on(run, folded[last : last + 1])):
            yield first, last


def _is_told_by_itself(unigrams: tuple[str, ...]) -> bool:
    """Whether a needle has a run of letters, and an occurrence has its unigrams whatever stands around it.

    A hyphen may be the sign of a number, which depends on what follows; between a name and its number it joins.
    """
    if not any(map(is_letter_run, unigrams)) or not all(unigram[0].isalnum() for unigram in unigrams):
        return False
    return all(is_letter_run(before) for before, after in pairwise(unigrams) if after.isdecimal())


def _find_whole(
    needle: Needle, find: _Find, pattern: re.Pattern[str], folded: str, start: int, end: int
) -> Iterator[Span]:
    """The matches of a loose pattern that have just the unigrams of a needle."""
    wanted, gaps = list(needle.unigrams), list(needle.gaps)
    for first, last in find(pattern, folded, start, end):
        if _goes_on(wanted[0][0], folded[first - 1 : first]) or _goes_on(wanted[-1][-1], folded[last : last + 1]):
            continue
        found = unigrams_of_text(folded[first:last])
        if found.texts == wanted and found.gaps[:-1] == gaps:
            yield first, last


def _goes_on(run: str, character: str) -> bool:
    """Whether a character, if there is one, is of the same run of letters or of digits."""
    return character.isdecimal() if run.isdecimal() else _is_letter(run) and _is_letter(character)


def _is_letter(character: str) -> bool:
    """Whether a folded character is one of a Latin run; False for none."""
    return character.isalnum() and not character.isdecimal() and character < "\u2e80"


def _find_disjoint(pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Span]:
    return map(re.Match.span, pattern.finditer(folded, start, end))


def _find_overlapping(pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Span]:
    match = pattern.search(folded, start, end)
    while match:
        yield match.span()
        match = pattern.search(folded, match.start() + 1, end)


def _find_at_runs(run: re.Pattern[str], pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Span]:
    """Find runs of letters or digits first, and match the pattern there: its look-behind makes it slow elsewhere."""
    for candidate in run.finditer(folded, start, end):
        match = pattern.match(folded, candidate.start(), end)
        if match:
            yield match.span()
