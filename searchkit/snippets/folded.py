"""Fast folding of a stored text, with offsets into the original computed on demand.

Nearly every character folds to exactly one, whatever its neighbours are; these regular characters are looked up in a
table, the whole text at once. The parts around irregular characters are folded by ``fold``; their offsets are
computed only when one of them is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit.language.folding import FoldedText, composes, fold, fold_char, fold_with_offsets, separated
from searchkit.model import Span

_Codes = npt.NDArray[np.uint16]

_LAST_CODE = 0xFFFF  # in the table, it stands for all code points from here on
_IRREGULAR = 0xFFFF
_NOT_COMPUTED = 0xFFFE
_GROUP = re.compile(r",[0-9]{3}")  # folding may remove the comma from a number
_SAFE = re.compile("[ \n\u4e00-\u9fff]")  # no part of a run, and never composed with a neighbour
_MARGIN = 64  # characters around a fragment that are searched for matches which overlap it
_VARIATION_SELECTORS = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]*")  # folding removes them


@cache
def _table() -> _Codes:
    """uint16[65536]: the folding of each regular code point; ``_IRREGULAR`` for others."""
    table = np.full(_LAST_CODE + 1, _NOT_COMPUTED, np.uint16)
    table[_LAST_CODE] = _IRREGULAR
    return table


def _fold_by_table(text: str) -> _Codes:
    """uint16[len(text)]: the folding of each character by the table, which is extended by new characters."""
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"), _LAST_CODE)
    table = _table()
    folded: _Codes = table[codes]
    new = codes[folded == _NOT_COMPUTED]
    if len(new):
        for code in set(new.tolist()):
            single = fold_char(chr(code))
            table[code] = ord(single) if len(single) == 1 and single < "\ud800" and not composes(single) else _IRREGULAR
        folded = table[codes]
    return folded


class _Section(NamedTuple):
    """A section of a text; a tuple, which is created faster than a dataclass, since some texts have many.

    Attributes:
        start: its offset in the original.
        folded_start: its offset in the folded text.
        irregular: its original text, if it contains irregular characters; empty if the table folded it.
    """

    start: int
    folded_start: int
    irregular: str


class LazyFoldedText:
    """A folded text whose offsets are computed on demand; the same folding as ``fold_with_offsets``.

    Attributes:
        original: the original text.
        text: the folded text.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        codes = _fold_by_table(separated(original))
        by_table = codes.astype("<u2", copy=False).tobytes().decode("utf-16-le")
        irregular = np.flatnonzero(codes == _IRREGULAR).tolist()
        irregular += [comma.start() for comma in _GROUP.finditer(by_table)] if "," in by_table else []
        self._sections = [_Section(0, 0, "")]
        self.text = self._fold_sections(by_table, _spans_around(irregular, codes)) if irregular else by_table
        self._is_regular = not irregular
        self._starts = [section.start for section in self._sections]
        self._folded_starts = [section.folded_start for section in self._sections]
        self._offsets: dict[int, FoldedText] = {}

    def _fold_sections(self, by_table: str, irregular: Iterable[Span]) -> str:
        """Fold the irregular spans, which are in order, and divide the text into sections; return the folded text."""
        self._sections = []
        parts: list[str] = []
        done = folded_done = 0
        for start, end in irregular:
            original = self.original[start:end]
            folded = fold(original)
            parts += (by_table[done:start], folded)
            folded_start = folded_done + start - done
            self._sections += (_Section(done, folded_done, ""), _Section(start, folded_start, original))
            folded_done = folded_start + len(folded)
            done = end
        self._sections.append(_Section(done, folded_done, ""))
        return "".join((*parts, by_table[done:]))

    def original_span(self, start: int, end: int) -> Span:
        """The span of the original text that was folded to ``text[start:end]``, which must not be empty.

        >>> LazyFoldedText("台\\u200b灣！").original_span(0, 2)
        (0, 3)
        """
        if self._is_regular:
            return (start, end)
        first = self._span_of_char(start)[0]
        last = self._span_of_char(end - 1)[1]
        return with_variation_selectors(self.original, first, last)

    def folded_offset(self, at: int) -> int:
        """The offset in ``text`` of an offset in the original, where a line begins or ends."""
        section = self._sections[bisect_right(self._starts, at) - 1]
        within = at - section.start
        return section.folded_start + (len(fold(section.irregular[:within])) if section.irregular else within)

    def folded_span_around(self, start: int, end: int) -> Span:
        """The span of ``text`` for ``original[start:end]`` with a margin on both sides; it cuts no unigram."""
        first, last = max(start - _MARGIN, 0), min(end + _MARGIN, len(self.original))
        stop = _SAFE.search(self.text, self.folded_offset(last))
        return (self.folded_offset(first), stop.start() if stop else len(self.text))

    def _span_of_char(self, at: int) -> Span:
        """The span in the original of one folded character."""
        number = bisect_right(self._folded_starts, at) - 1
        section = self._sections[number]
        within = at - section.folded_start
        if not section.irregular:
            return (section.start + within, section.start + within + 1)
        if number not in self._offsets:
            self._offsets[number] = fold_with_offsets(section.irregular)
        start, end = self._offsets[number].original_span(within, within + 1)
        return (section.start + start, section.start + end)


def _spans_around(irregular: list[int], codes: _Codes) -> Iterable[Span]:
    """The spans around some offsets, in order, each delimited so that its folding is independent of its neighbours."""
    safe = np.flatnonzero((codes == 0x20) | (codes == 0x0A) | ((codes >= 0x4E00) & (codes < 0xA000)))
    bounds = np.concatenate([[0], safe, [len(codes)]])
    spans = sorted(set(np.searchsorted(safe, irregular, side="right").tolist()))
    return zip(bounds[spans].tolist(), bounds[np.array(spans) + 1].tolist(), strict=True)


def with_variation_selectors(text: str, start: int, end: int) -> Span:
    """Extend a span by the variation selectors that follow its last character.

    >>> with_variation_selectors("葛\\ufe00城", 0, 1)
    (0, 2)
    """
    selectors = _VARIATION_SELECTORS.match(text, end)
    return (start, selectors.end() if selectors else end)
