"""Fragments: where to begin and end the text around a match.

A fragment begins and ends at a sentence boundary if there is one in range, else at a clause boundary, else at a word
boundary, and never inside a grapheme cluster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from searchkit.model import Span
from searchkit.snippets.clusters import is_cluster_boundary, nearest_cluster_boundary

_EAST_ASIAN = "[^\0-\u2e7f]"  # a negated range compiles faster than the ranges themselves
_CLOSING = "”’」』）)》〉】\\]\"'"
_RULE = r"[-=_*~－＝＊]{4,}+"  # a horizontal rule: ----------
_MAX_BOUNDARY = 12  # characters of the punctuation at a boundary that are looked at before the first offset

_ENDS = "[。！？；!?;.\n\\-=_*~－＝＊]"
_SENTENCE = rf"(?:(?:[。！？；]|[!?;](?![0-9A-Za-z/&=#%]))+[{_CLOSING}]*|\n|{_RULE})\s*|\.\s+"
_CLAUSE = rf"(?:[，：—…]|[,:](?=\s|{_EAST_ASIAN}))+[{_CLOSING}]*\s*|\s+(?={_EAST_ASIAN})"

_INVISIBLE = "\u200b\u2060\ufeff"
_BULLET = rf"[>*#|~=_+\-–.,;:!?]+(?=\s)|/(?={_EAST_ASIAN})"
_LEADING = re.compile(rf"(?:{_RULE}|{_BULLET}|[\s{_INVISIBLE}，。、；：！？…—·•{_CLOSING}])+")
_TRAILING_CHARACTERS = rf"\s{_INVISIBLE}，、：,:—（「『“‘《〈【(\["
_TRAILING = re.compile(rf"(?>(?:{_RULE}|[{_TRAILING_CHARACTERS}])+)\Z")
_TRAILING_LAST = re.compile(rf"[{_TRAILING_CHARACTERS}\-=_*~－＝＊]")

_SENTENCE_ENDS = tuple("。！？；…!?;.」』”’\"'）)》】")
_MORE = re.compile(r"[^\n\w]*+\w")

_LETTER = rf"(?:(?!{_EAST_ASIAN})[^\W_]|[０-９Ａ-Ｚａ-ｚ\u0300-\u036f])"
_INFIX = f"[-'’.,_/:?=&%@~+\u00ad\u200b-\u200d\u2060\ufeff]+(?={_LETTER})"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|{_INFIX}|(?<=\d)[年月日號号時时點点])*")
_MAX_WORD = 80
"""Characters. URLs and numbers are words, too; longer ones may be cut."""

_WITHIN_WORD = re.compile("[\0-\u2e7f０-９Ａ-Ｚａ-ｚ\ufeff年月日號号時时點点]{2}")
"""Two characters that may be in the same word; others are not."""


class _Boundary:
    """What ends a sentence, a clause or a part of one.

    Args:
        first: matches each character that it may begin with: alone it is searched for several times as fast.
        whole: matches all of it.
    """

    def __init__(self, first: str, whole: str) -> None:
        self._first = re.compile(first)
        self._whole = re.compile(whole)

    def ends(self, text: str, first: int, last: int) -> list[int]:
        """Where they end in a range of a text, from ``first`` to ``last``."""
        ends: list[int] = []
        end = 0
        for begin in self._first.finditer(text, max(first - _MAX_BOUNDARY, 0), last):
            at = begin.start()
            match = self._whole.match(text, at, last) if at >= end else None
            if match:
                end = match.end()
                if end >= first:
                    ends.append(end)
        return ends


_SENTENCE_END = _Boundary(_ENDS, _SENTENCE)
_CLAUSE_END = _Boundary(r"[，：—…,:\s]", _CLAUSE)
_SPACE = _Boundary(r"[、\s]", r"[、\s]\s*")


class Fragment(NamedTuple):
    """A part of a text to show; a tuple, since each that is shown was three before.

    Attributes:
        start: the offset of its first character.
        end: the offset after its last character.
        core: the span within it that must be shown.
    """

    start: int
    end: int
    core: Span

    def without_partial_matches(self, text: str, matches: Sequence[Span]) -> Fragment:
        """Shrink the fragment so that it does not cut a match outside its core."""
        start, end, core = self
        cut = [(a, b) for a, b in matches if a < start < b or a < end < b]
        if not cut:
            return self
        start = max([b for a, b in cut if a < start < b <= core[0]], default=start)
        end = min([a for a, b in cut if core[1] <= a < end < b], default=end)
        return Fragment(
            start if is_cluster_boundary(text, start) else self.start,
            end if is_cluster_boundary(text, end) else self.end,
            self.core,
        )


def lead_fragment(text: str, start: int, chars: int) -> Fragment:
    """The beginning of a text, for a document without matches in its body.

    Args:
        text: the original text, not blank after ``start``.
        start: the offset to begin at.
        chars: the maximum length.
    """
    start += len(text[start:]) - len(text[start:].lstrip())
    start = nearest_cluster_boundary(text, start, 1, len(text))
    end = _fragment_end(text, start, start, min(start + chars, len(text)))
    if end == start:  # a word longer than the fragment: cut it
        end = nearest_cluster_boundary(text, min(start + chars, len(text)), -1, start + 1)
        end = nearest_cluster_boundary(text, end, 1, len(text))
    return Fragment(start, end, (start, start))


def expand_core(text: str, core: Span, spare: int, floor: int, ceiling: int) -> Fragment:
    """Extend a core to boundaries around it.

    Args:
        text: the original text.
        core: the span that must be shown.
        spare: the maximum number of characters around it.
        floor: the first offset that may be shown.
        ceiling: the end of what may be shown.
    """
    earliest, latest = max(floor, core[0] - spare * 3 // 4), core[0]
    sentence = _last_start(_SENTENCE_END, text, earliest, latest)
    start = _start_within_sentence(text, earliest, latest) if sentence is None else sentence
    budget = core[1] - core[0] + spare
    end = _fragment_end(text, start, core[1], min(start + budget, ceiling))
    if sentence is not None:
        is_short = end - start < budget // 2
        start = _earlier_start(text, max(floor, end - budget), start, is_short)
    return Fragment(start, end, core)


def _start_within_sentence(text: str, earliest: int, latest: int) -> int:
    """The first start of a clause in range, else of a part of a clause, else of a word."""
    for boundary in (_CLAUSE_END, _SPACE):
        starts = _starts(boundary, text, earliest, latest)
        if starts:
            return starts[0]
    return _nearest_word_boundary(text, earliest, 1, latest)


def _earlier_start(text: str, earliest: int, start: int, is_short: bool) -> int:
    """Move the start of a fragment that begins with a sentence to an earlier one, if there is room.

    Args:
        text: the original text.
        earliest: the first offset that there is room for.
        start: the start of the fragment.
        is_short: whether less than half of the room is used; only then may the new start be in an earlier paragraph.
    """
    starts = _starts(_SENTENCE_END, text, earliest, start) if earliest < start else []
    if not starts or starts[-1] != start:
        return start
    line_end = text.rfind("\n", earliest, start)
    same_paragraph = [at for at in starts if at > line_end]
    return starts[0] if is_short and same_paragraph == [start] else same_paragraph[0]


def _fragment_end(text: str, start: int, earliest: int, latest: int) -> int:
    """The last end of a sentence in range if that fills enough of the room, else of a clause, else of a word.

    The end of a line in the second half of the room ends the fragment.
    """
    if latest >= len(text):
        return len(text)
    enough = min(earliest + (latest - earliest) // 3, start + (latest - start) // 2)
    line_end = text.find("\n", max(start + (latest - start) // 2, earliest), latest)
    if line_end >= 0:
        latest = line_end + 1
    for boundary in (_SENTENCE_END, _CLAUSE_END):
        end = _last_start(boundary, text, earliest, latest)  # one sentence ends where the next starts
        if end is not None and end >= enough:
            return end
    return _nearest_word_boundary(text, latest, -1, earliest)


def _starts(boundary: _Boundary, text: str, first: int, last: int) -> list[int]:
    """The offsets from ``first`` to ``last`` where a sentence or clause starts, which is after each boundary."""
    starts = boundary.ends(text, first, last)
    if first == 0:
        starts.insert(0, 0)
    return [at for at in starts if is_cluster_boundary(text, at)]


def _last_start(boundary: _Boundary, text: str, first: int, last: int) -> int | None:
    """The last of ``_starts``."""
    for at in reversed(boundary.ends(text, first, last)):
        if is_cluster_boundary(text, at):
            return at
    return None if first else 0


def trim(text: str, fragment: Fragment) -> Fragment:
    """Remove white space and stray punctuation from both ends of a fragment, outside its core."""
    start, end = fragment.start, fragment.end
    leading = _LEADING.match(text, start, fragment.core[0] if fragment.core[1] > start else end)
    if leading and leading.end() < end:
        start = nearest_cluster_boundary(text, leading.end(), -1, start)
    ends_stray = _TRAILING_LAST.match(text, end - 1)
    trailing = _TRAILING.search(text, max(start, fragment.core[1]), end) if ends_stray else None
    if trailing and trailing.start() > start and is_cluster_boundary(text, trailing.start()):
        end = trailing.start()
    return Fragment(start, end, fragment.core)


def goes_on(text: str, end: int) -> bool:
    """Whether a fragment ends in the middle of a sentence: more of it follows in the same line.

    >>> goes_on("昨天在香港开会，下雨。", 7), goes_on("昨天在香港开会。下雨", 8)
    (True, False)
    """
    return not text.endswith(_SENTENCE_ENDS, 0, end) and _MORE.match(text, end) is not None


def _nearest_word_boundary(text: str, at: int, step: int, limit: int) -> int:
    """The nearest offset in one direction that is inside no word and no grapheme cluster; at the latest, ``limit``."""
    while at != limit:
        word = _word_around(text, at)
        if word is not None:
            at = min(word[1], limit) if step > 0 else max(word[0], limit)
        elif is_cluster_boundary(text, at):
            return at
        else:
            at += step
    return at


def _word_around(text: str, at: int) -> Span | None:
    """The span of the word around an offset; None if the offset is not inside a word, or the word is too long."""
    if not _WITHIN_WORD.match(text, max(at - 1, 0)):
        return None
    for word in _WORD.finditer(text, max(at - _MAX_WORD, 0), at + _MAX_WORD):
        if word.start() < at < word.end():
            return word.span() if word.end() - word.start() <= _MAX_WORD else None
    return None
