"""Where may a fragment begin and end? With a sentence, else a clause, else a word; never inside a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.model import Span

_WIDE = "[^\0-\u2e7f]"  # quicker to compile than what it leaves
_CLOSING = "”’」』）)》〉】\\]\"'"
_RULE = r"[-=_*~－＝＊]{4,}+"  # ---------- between parts of a text
_SENTENCE = re.compile(rf"(?:(?:[。！？；]|[!?;](?![0-9A-Za-z/&=#%]))+[{_CLOSING}]*|\n|{_RULE})\s*|\.\s+")
_CLAUSE = re.compile(rf"(?:[，：—…]|[,:](?=\s|{_WIDE}))+[{_CLOSING}]*\s*|\s+(?={_WIDE})")
_SPACE = re.compile(r"[、\s]\s*")
_NEAR_BEHIND = 12  # characters before a place in which a border that ends there begins

_INVISIBLE = "\u200b\u2060\ufeff"
_BULLET = rf"[>*#|~=_+\-–.,;:!?]+(?=\s)|/(?={_WIDE})"
_LEADING = re.compile(rf"(?:{_RULE}|{_BULLET}|[\s{_INVISIBLE}，。、；：！？…—·•{_CLOSING}])+")
_TRAILING = re.compile(rf"(?:{_RULE}|[\s{_INVISIBLE}，、：,:—（「『“‘《〈【(\[])++\Z")

_LETTER = rf"(?:(?!{_WIDE})[^\W_]|[０-９Ａ-Ｚａ-ｚ\u0300-\u036f])"
_INFIX = f"[-'’.,_/:?=&%@~+\u00ad\u200b-\u200d\u2060\ufeff]+(?={_LETTER})"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|{_INFIX}|(?<=\d)[年月日號号時时點点])*")
_LONGEST_WORD = 80
"""Addresses and numbers are words too; a longer one is cut."""

_LONGEST_CLUSTER = 32
"""Code points of one character as a reader sees it; Unicode's stream-safe text has no longer ones."""

_EXTENDING = re.compile("[\u0e33\u0eb3\u200c\u200d\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_PREPENDED = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd]")
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_FLAGS_BEHIND = 1024  # letters of flags before a place; whether they are even in number says where a flag ends
_PAIRS = re.compile(
    "\r\n|[\ud800-\udbff][\udc00-\udfff]"
    "|[\u1100-\u115f\ua960-\ua97c][\u1100-\u11a7\ua960-\ua97c\uac00-\ud7c6]"  # Hangul: a leading consonant
    "|[\u1160-\u11ff\uac00-\ud7fb][\u1160-\u11ff\ud7b0-\ud7fb]"  # a vowel or a final consonant
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of a text to show.

    Attributes:
        start: in characters.
        end: excluded.
        core: what must be shown of it.
    """

    start: int
    end: int
    core: Span

    def without_halves(self, text: str, matches: Sequence[Span]) -> Fragment:
        """The fragment without a match that it would show a part of."""
        start = max((b for a, b in matches if a < self.start < b <= self.core[0]), default=self.start)
        end = min((a for a, b in matches if self.core[1] <= a < self.end < b), default=self.end)
        return Fragment(
            start if is_border(text, start) else self.start, end if is_border(text, end) else self.end, self.core
        )


def lead(text: str, start: int, chars: int) -> Fragment:
    """How a text begins.

    Args:
        text: with something after ``start``.
        start: where to begin.
        chars: how much of it.
    """
    start += len(text[start:]) - len(text[start:].lstrip())
    start = _shifted(text, start, 1, len(text))
    end = _end(text, start, start, min(start + chars, len(text)))
    if end == start:  # a word without end
        end = _shifted(text, min(start + chars, len(text)), -1, start + 1)
        end = _shifted(text, end, 1, len(text))
    return Fragment(start, end, (start, start))


def widened(text: str, core: Span, spare: int, floor: int, ceiling: int) -> Fragment:
    """A core with what stands around it, from border to border.

    Args:
        text: the original.
        core: what must be shown.
        spare: how many characters around it, at most.
        floor: nothing before it is shown.
        ceiling: nothing after it is shown.
    """
    start = _begin(text, max(floor, core[0] - spare * 3 // 4), core[0])
    budget = core[1] - core[0] + spare
    end = _end(text, start, core[1], min(start + budget, ceiling))
    return Fragment(_earlier(text, max(floor, end - budget), start, end - start < budget // 2), end, core)


def _begin(text: str, earliest: int, start: int) -> int:
    """Where the sentence begins, or the first clause from ``earliest`` on, or a word."""
    sentences = _borders(_SENTENCE, text, earliest, start)
    if sentences:
        return sentences[-1]
    for border in (_CLAUSE, _SPACE):
        places = _borders(border, text, earliest, start)
        if places:
            return places[0]
    return _word_border(text, earliest, 1, start)


def _earlier(text: str, earliest: int, start: int, short: bool) -> int:
    """Where an earlier sentence begins that there is room for; of an earlier paragraph only for a short fragment."""
    places = _borders(_SENTENCE, text, earliest, start)
    if not places or places[-1] != start:
        return start
    within = [place for place in places if "\n" not in text[place:start]]
    return places[0] if short and within == [start] else within[0]


def _end(text: str, start: int, end: int, latest: int) -> int:
    """Where a sentence ends, last before ``latest``; else a clause, else a word."""
    if latest >= len(text):
        return len(text)
    enough = min(end + (latest - end) // 3, start + (latest - start) // 2)
    line = text.find("\n", max(start + (latest - start) // 2, end), latest)
    if line >= 0:
        latest = line + 1
    for border in (_SENTENCE, _CLAUSE):
        places = _borders(border, text, end, latest)
        if places and places[-1] >= enough:
            return places[-1]
    return _word_border(text, latest, -1, end)


def _borders(border: re.Pattern[str], text: str, first: int, last: int) -> list[int]:
    """Where something begins, from ``first`` to ``last``."""
    found = border.finditer(text, max(first - _NEAR_BEHIND, 0), last)
    places = [match.end() for match in found if match.end() >= first]
    if first == 0:
        places.insert(0, 0)
    return [place for place in places if is_border(text, place)]


def trimmed(text: str, fragment: Fragment) -> Fragment:
    """Without white space, and without punctuation that belongs to what is not shown."""
    start, end = fragment.start, fragment.end
    leading = _LEADING.match(text, start, fragment.core[0] if fragment.core[0] > start else end)
    if leading and leading.end() < end:
        start = _shifted(text, leading.end(), -1, start)
    trailing = _TRAILING.search(text, max(start, fragment.core[1]), end)
    if trailing and trailing.start() > start and is_border(text, trailing.start()):
        end = trailing.start()
    return Fragment(start, end, fragment.core)


def outside_clusters(text: str, start: int, end: int) -> Span:
    """The stretch with the whole of the characters that it begins and ends in."""
    return _shifted(text, start, -1, 0), _shifted(text, end, 1, len(text))


def is_border(text: str, at: int) -> bool:
    """Whether a character, as a reader sees it, ends here and another begins: Unicode's grapheme clusters.

    >>> is_border("e\\u0301a", 1), is_border("e\\u0301a", 2)
    (False, True)
    """
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if before < "\u0300" > after:
        return not (before == "\r" and after == "\n")
    if _EXTENDING.match(after) or unicodedata.category(after)[0] == "M":
        return before in "\r\n"
    if before == "\u200d" or unicodedata.combining(before) == 9 or _PREPENDED.match(before):
        return False
    if before in _FLAG_LETTERS and after in _FLAG_LETTERS:
        behind = text[max(at - _FLAGS_BEHIND, 0) : at]
        return (len(behind) - len(behind.rstrip(_FLAG_LETTERS))) % 2 == 0
    return not _PAIRS.match(before + after)


def _shifted(text: str, at: int, step: int, limit: int) -> int:
    """The nearest border of a character in one direction; ``at`` itself in a character without end."""
    for place in range(at, limit + step, step)[: _LONGEST_CLUSTER + 1]:
        if is_border(text, place):
            return place
    return at


def _word_border(text: str, at: int, step: int, limit: int) -> int:
    """The nearest place in one direction that is inside no word and no character; ``limit`` if there is none."""
    while at != limit:
        word = _word_around(text, at)
        if word is not None:
            at = min(word[1], limit) if step > 0 else max(word[0], limit)
        elif is_border(text, at):
            return at
        else:
            at += step
    return at


def _word_around(text: str, at: int) -> Span | None:
    """The word that a place is inside of."""
    for word in _WORD.finditer(text, max(at - _LONGEST_WORD, 0), at + _LONGEST_WORD):
        if word.start() < at < word.end():
            return word.span() if word.end() - word.start() <= _LONGEST_WORD else None
    return None
