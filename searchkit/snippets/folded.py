"""A text, folded for looking through, that knows where in the original each place is.

Nearly every character folds to one other, whatever stands beside it: those are looked up in a table, all at once, and
stay where they are. What is left is folded a stretch at a time, and its offsets are worked out only if asked about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit.language.folding import FoldedText, composes, fold, fold_char, fold_with_offsets
from searchkit.model import Span

_Codes = npt.NDArray[np.uint16]

_BEYOND = 0xFFFF  # stands for all code points from here on
_ODD = 0xFFFF
_UNKNOWN = 0xFFFE
_GROUP = re.compile(r",[0-9]{3}")  # a comma that may vanish from a number
_SAFE = re.compile("[ \n\u4e00-\u9fff]")  # none of these composes with what precedes it, or goes on with it
_NEAR = 64  # characters around a fragment in which a match may begin or end
_VARIATION = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]*")  # part of the character before, and folded away


@cache
def _table() -> _Codes:
    """uint16[65536]: what each code point folds to, if that is one character in any surroundings; ``_ODD`` if not."""
    table = np.full(_BEYOND + 1, _UNKNOWN, np.uint16)
    table[_BEYOND] = _ODD
    return table


def _looked_up(text: str) -> _Codes:
    """uint16[len(text)]: the text by the table, which learns what it has not met."""
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"), _BEYOND)
    table = _table()
    folded: _Codes = table[codes]
    new = codes[folded == _UNKNOWN]
    if len(new):
        for code in set(new.tolist()):
            single = fold_char(chr(code))
            table[code] = ord(single) if len(single) == 1 and single < "\ud800" and not composes(single) else _ODD
        folded = table[codes]
    return folded


class _Stretch(NamedTuple):
    """A part of a text; a tuple, since some texts have many.

    Attributes:
        start: where it begins in the original.
        at: where it begins in the folded text.
        original: what is folded in some way other than by the table; empty if nothing is.
    """

    start: int
    at: int
    original: str


class FoldedStretches:
    """A text, folded.

    Attributes:
        original: the text.
        text: all of it, folded.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        codes = _looked_up(original)
        by_table = codes.astype("<u2", copy=False).tobytes().decode("utf-16-le")
        odd = np.flatnonzero(codes == _ODD).tolist()
        odd += [comma.start() for comma in _GROUP.finditer(by_table)] if "," in by_table else []
        self._stretches = [_Stretch(0, 0, "")]
        self.text = self._in_stretches(by_table, _around(odd, codes)) if odd else by_table
        self._plain = not odd
        self._starts = [stretch.start for stretch in self._stretches]
        self._folded_starts = [stretch.at for stretch in self._stretches]
        self._offsets: dict[int, FoldedText] = {}

    def _in_stretches(self, by_table: str, odd: Iterable[Span]) -> str:
        """The folded text; ``odd`` is what the table does not know, in order."""
        self._stretches = []
        pieces: list[str] = []
        done = at = 0
        for start, end in odd:
            original = self.original[start:end]
            folded = fold(original)
            pieces += (by_table[done:start], folded)
            self._stretches += (_Stretch(done, at, ""), _Stretch(start, at + start - done, original))
            at += start - done + len(folded)
            done = end
        self._stretches.append(_Stretch(done, at, ""))
        return "".join((*pieces, by_table[done:]))

    def original_span(self, start: int, end: int) -> Span:
        """The stretch of the original that folded to ``text[start:end]``; not for an empty stretch.

        >>> FoldedStretches("台\\u200b灣！").original_span(0, 2)
        (0, 3)
        """
        if self._plain:
            return (start, end)
        first = self._one(start)[0]
        last = self._one(end - 1)[1]
        return with_variation(self.original, first, last)

    def folded_place(self, at: int) -> int:
        """Where in ``text`` a line of the original begins or ends."""
        stretch = self._stretches[bisect_right(self._starts, at) - 1]
        within = at - stretch.start
        return stretch.at + (len(fold(stretch.original[:within])) if stretch.original else within)

    def around(self, start: int, end: int) -> Span:
        """A stretch of ``text`` with all that ``original[start:end]`` folded to, and what is near; no unigram is cut."""
        first, last = max(start - _NEAR, 0), min(end + _NEAR, len(self.original))
        stop = _SAFE.search(self.text, self.folded_place(last))
        return (self.folded_place(first), stop.start() if stop else len(self.text))

    def _one(self, at: int) -> Span:
        """Where the original of one folded character is."""
        number = bisect_right(self._folded_starts, at) - 1
        stretch = self._stretches[number]
        place = at - stretch.at
        if not stretch.original:
            return (stretch.start + place, stretch.start + place + 1)
        if number not in self._offsets:
            self._offsets[number] = fold_with_offsets(stretch.original)
        start, end = self._offsets[number].original_span(place, place + 1)
        return (stretch.start + start, stretch.start + end)


def _around(odd: list[int], codes: _Codes) -> Iterable[Span]:
    """The stretches that hold some places, in order; what stands in one folds by itself."""
    safe = np.flatnonzero((codes == 0x20) | (codes == 0x0A) | ((codes >= 0x4E00) & (codes < 0xA000)))
    borders = np.concatenate([[0], safe, [len(codes)]])
    numbers = sorted(set(np.searchsorted(safe, odd, side="right").tolist()))
    return zip(borders[numbers].tolist(), borders[np.array(numbers) + 1].tolist(), strict=True)


def with_variation(text: str, start: int, end: int) -> Span:
    """A stretch with the marks after it that choose how its last character is drawn."""
    variation = _VARIATION.match(text, end)
    return (start, variation.end() if variation else end)
