"""Fast folding of stored texts, with offsets into the originals computed on demand.

Nearly every character folds to exactly one, whatever its neighbours are; these regular characters are looked up in a
table, those of several texts at once. The parts around irregular characters are folded by ``fold``; their offsets are
computed only when one of them is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit.language.folding import FoldedText, composes, fold, fold_char, fold_with_offsets, learn_foldings
from searchkit.model import Span
from searchkit.snippets.captions import captions

_Codes = npt.NDArray[np.uint16]
_Bools = npt.NDArray[np.bool_]

_LAST_CODE = 0xFFFF  # in the table, it stands for all code points from here on
_MANY_NEW = 24  # characters that are learnt together sooner than one by one
_IRREGULAR = 0xFFFF
_NOT_COMPUTED = 0xFFFE
_SAFE = re.compile("[ \n\u4e00-\u9fff]")  # no part of a run, and never composed with a neighbour
_MARGIN = 64  # characters around a fragment that are searched for matches which overlap it
_VARIATION_SELECTORS = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]*")  # folding removes them
_AT_ONCE = 1 << 15
"""Characters of the texts that are folded together; a text that is longer is folded alone."""


@cache
def _table() -> _Codes:
    """uint16[65536]: the folding of each regular code point; ``_IRREGULAR`` for others."""
    table = np.full(_LAST_CODE + 1, _NOT_COMPUTED, np.uint16)
    table[_LAST_CODE] = _IRREGULAR
    return table


def _fold_by_table(text: str) -> _Codes:
    """uint16[len(text)]: the folding of each character by the table, which is extended by new characters."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    table = _table()
    folded: _Codes = table.take(codes, mode="clip")  # all that is not in the table is its last
    if folded.max(initial=0) < _NOT_COMPUTED:
        return folded
    new = set(codes[folded == _NOT_COMPUTED].tolist())
    if len(new) > _MANY_NEW:
        learn_foldings(map(chr, new))
    for code in new:
        single = fold_char(chr(code))
        table[code] = ord(single) if len(single) == 1 and single < "\ud800" and not composes(single) else _IRREGULAR
    return table.take(codes, mode="clip")


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

    Args:
        original: the original text.
        by_table: each of its characters as the table folds it.
        irregular: the spans that the table does not fold, in order, and their folding, which does not depend on their
            neighbours.

    Attributes:
        original: the original text.
        text: the folded text.
    """

    def __init__(self, original: str, by_table: str, irregular: Sequence[tuple[int, int, str]]) -> None:
        self.original = original
        self.text = by_table
        self._is_regular = not irregular
        if irregular:
            self._sections: list[_Section] = []
            self.text = self._fold_sections(by_table, irregular)
            self._starts = [section.start for section in self._sections]
            self._folded_starts = [section.folded_start for section in self._sections]
            self._offsets: dict[int, FoldedText] = {}

    def _fold_sections(self, by_table: str, irregular: Iterable[tuple[int, int, str]]) -> str:
        """Divide the text into sections; return the folded text."""
        parts: list[str] = []
        done = folded_done = 0
        for start, end, folded in irregular:
            original = self.original[start:end]
            parts += (by_table[done:start], folded)
            folded_start = folded_done + start - done
            self._sections += (_Section(done, folded_done, ""), _Section(start, folded_start, original))
            folded_done = folded_start + len(folded)
            done = end
        self._sections.append(_Section(done, folded_done, ""))
        return "".join((*parts, by_table[done:]))

    @cached_property
    def captions(self) -> list[Span]:
        """The spans of ``text`` that are captions."""
        return list(captions(self.text))

    def original_span(self, start: int, end: int) -> Span:
        """The span of the original text that was folded to ``text[start:end]``, which must not be empty.

        >>> folded_text("台\\u200b灣！").original_span(0, 2)
        (0, 3)
        """
        if self._is_regular:
            return (start, end)
        number = bisect_right(self._folded_starts, start) - 1
        section = self._sections[number]
        is_last = number + 1 == len(self._sections)
        if not section.irregular and (is_last or end <= self._folded_starts[number + 1]):
            shift = section.start - section.folded_start
            return (start + shift, end + shift)
        first = self._span_of_char(start)[0]
        last = self._span_of_char(end - 1)[1]
        return with_variation_selectors(self.original, first, last)

    def original_spans(self, spans: list[Span]) -> list[Span]:
        """``original_span`` of each of some spans."""
        return spans if self._is_regular else [self.original_span(start, end) for start, end in spans]

    def folded_offset(self, at: int) -> int:
        """The offset in ``text`` of an offset in the original, where a line begins or ends."""
        if self._is_regular:
            return at
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


def folded_text(text: str) -> LazyFoldedText:
    """One text, folded."""
    return next(folded_texts([text]))


def folded_texts(texts: Iterable[str]) -> Iterator[LazyFoldedText]:
    """Each of some texts, folded: many short ones at once, which takes hardly longer than one of them.

    >>> [folded.text for folded in folded_texts(["國際", "論壇"])]
    ['国际', '论坛']
    """
    return chain.from_iterable(map(_folded_together, in_groups(texts)))


def in_groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in groups that are worth handling together."""
    together: list[str] = []
    size = 0
    for text in texts:
        if together and size + len(text) > _AT_ONCE:
            yield together
            together, size = [], 0
        together.append(text)
        size += len(text)
    if together:
        yield together


def _folded_together(texts: Sequence[str]) -> Iterator[LazyFoldedText]:
    whole = "\n".join(texts)
    codes = _fold_by_table(whole)
    by_table = str(codes.astype("<u2", copy=False).data, "utf-16-le")
    irregular = _irregular_spans(by_table, _irregular_places(codes))
    foldings = _foldings(whole, by_table, irregular)
    begin = done = 0
    for text in texts:
        end = begin + len(text)
        here: list[tuple[int, int, str]] = []
        while done < len(irregular) and irregular[done][0] < end:
            start, stop = irregular[done]
            folding = foldings[done] if start >= begin else foldings[done][1:]  # without the end of the text before
            here.append((max(start - begin, 0), stop - begin, folding))
            done += 1
        yield LazyFoldedText(text, by_table[begin:end], here)
        begin = end + 1


def _irregular_places(codes: _Codes) -> list[int]:
    """The places of irregular characters, and of commas between digits: folding may remove those."""
    irregular = np.flatnonzero(codes == _IRREGULAR)
    commas = np.flatnonzero(codes == ord(","))
    if len(commas):
        commas = commas[_are_digits(codes.take(commas - 1, mode="clip"))]
        commas = commas[_are_digits(codes.take(commas + 1, mode="clip"))]
    if len(commas):
        irregular = np.sort(np.concatenate([irregular, commas]))
    return irregular.tolist()


def _irregular_spans(by_table: str, places: Iterable[int]) -> list[Span]:
    """The spans around irregular characters, in order, each from a safe character to the next.

    So the folding of each is independent of its neighbours.
    """
    spans: list[Span] = []
    end = 0
    for place in places:
        if place < end:
            continue
        start = place
        while start > end and not _is_safe(by_table[start]):
            start -= 1
        safe = _SAFE.search(by_table, place + 1)
        end = safe.start() if safe else len(by_table)
        spans.append((start, end))
    return spans


def _foldings(whole: str, by_table: str, spans: Sequence[Span]) -> list[str]:
    """The folding of each span, together: none has a line's end but where it begins with one."""
    if not spans:
        return []
    firsts = [by_table[start] if _is_safe(by_table[start]) else "" for start, _ in spans]
    rests = [whole[start + len(first) : end] for first, (start, end) in zip(firsts, spans, strict=True)]
    return list(map(str.__add__, firsts, fold("\n".join(rests)).split("\n")))


def _is_safe(character: str) -> bool:
    """``_SAFE`` of one character, in a third of the time."""
    return "\u4e00" <= character <= "\u9fff" or character in " \n"


def _are_digits(codes: _Codes) -> _Bools:
    return codes - np.uint16(ord("0")) < np.uint16(10)


def with_variation_selectors(text: str, start: int, end: int) -> Span:
    """Extend a span by the variation selectors that follow its last character.

    >>> with_variation_selectors("葛\\ufe00城", 0, 1)
    (0, 2)
    """
    selectors = _VARIATION_SELECTORS.match(text, end)
    return (start, selectors.end() if selectors else end)
