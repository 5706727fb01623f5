"""Here is the beginning of a word as it was typed: which characters may it stand for?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

_LETTERS = re.compile("[a-z']+")
_MAX_PATTERNS = 12
"""Readings of typed pinyin that are looked up, those of few syllables first."""
_MAX_TYPOS = 16
_LONGEST = 6
"""Letters of a syllable."""
_MAX_LETTERS = 24
_TYPO_LETTERS = 4
_TYPO_HAN = 3


class Slot(NamedTuple):
    """One character that is asked for.

    Attributes:
        char: its code; 0 where its reading matters, or nothing.
        first: the number of the first syllable that it may be read as; 0 where any character will do.
        last: that of the last syllable.
        initial: the first letter of these, from 1.
    """

    char: int = 0
    first: int = 0
    last: int = 0
    initial: int = 0


ANY = Slot()

Pattern = tuple[Slot, ...]
"""The first characters of what is meant."""


def literal(text: str) -> Pattern:
    """The characters themselves."""
    return tuple(Slot(char=min(ord(char), 0xFFFD)) for char in text)


def typo_patterns(text: str) -> list[Pattern]:
    """Texts that differ from a typed one in one character: replaced, left out, added, or two transposed.

    There are none for fewer than four letters, or three Han characters.
    """
    if not _TYPO_HAN <= len(text) <= _MAX_LETTERS or (text[0].isascii() and len(text) < _TYPO_LETTERS):
        return []
    slots = literal(text)
    found: dict[Pattern, None] = {}
    for at in range(len(slots)):
        found[(*slots[:at], ANY, *slots[at + 1 :])] = None
        found[(*slots[:at], ANY, *slots[at:])] = None
        found[(*slots[:at], *slots[at + 1 :])] = None
        if at:
            found[(*slots[: at - 1], slots[at], slots[at - 1], *slots[at + 1 :])] = None
    return [pattern for pattern in found if pattern != slots]


@dataclass(frozen=True)
class Syllabary:
    """Cuts what was typed into syllables.

    Attributes:
        syllables: of an index, ascending; number 1 is the first.

    >>> cut = Syllabary(["gang", "xi", "xiang"]).patterns("xg")
    >>> [[(slot.first, slot.last) for slot in pattern] for pattern in cut]
    [[(2, 3), (1, 1)]]
    """

    syllables: Sequence[str]

    def patterns(self, text: str) -> list[Pattern]:
        """The patterns of a folded text whose letters are pinyin, initials, or both; none if it has no letters."""
        runs = _LETTERS.split(text)
        typed = _LETTERS.findall(text)
        if not any(letters.strip("'") for letters in typed):
            return []
        readings = [self._cuts(letters) for letters in typed]
        fixed = [literal(run) for run in runs]
        found: list[Pattern] = []
        for combination in product(*readings):
            parts = [fixed[0]]
            for cut, run in zip(combination, fixed[1:], strict=True):
                parts += [cut, run]
            found.append(tuple(slot for part in parts for slot in part))
            if len(found) >= _MAX_PATTERNS:
                break
        return found

    def typos(self, text: str) -> list[Pattern]:
        """The patterns of whole pinyin syllables with one wrong, missing, additional or transposed letter."""
        letters = text.replace("'", "")
        if not (_LETTERS.fullmatch(text) and _TYPO_LETTERS <= len(letters) <= _MAX_LETTERS):
            return []
        whole = self._whole(letters)
        found: dict[Pattern, None] = {}
        for start in range(len(letters)):
            for end in range(start + 1, min(len(letters), start + _LONGEST + 1) + 1):
                if not whole[start]:
                    continue
                rest = self._ways(letters[end:])[:1]
                for near in self._near(letters[start:end]) if rest else ():
                    slot = self._slot(near, end == len(letters))
                    if slot:
                        found[(*whole[start][0], slot, *rest[0])] = None
        short = [pattern for pattern in found if 2 <= len(pattern) <= (len(letters) + 1) // 2]
        return sorted(short, key=len)[:_MAX_TYPOS]

    def _whole(self, letters: str) -> list[list[Pattern]]:
        """For each place in letters the cut of what is before into the fewest whole syllables, if there is one."""
        cuts: list[list[Pattern]] = [[()]]
        for end in range(1, len(letters) + 1):
            here = [
                (*cut, slot)
                for start in range(max(0, end - _LONGEST), end)
                for cut in cuts[start]
                if (slot := self._slot(letters[start:end], is_last=False)) and slot.first == slot.last
            ]
            cuts.append(sorted(here, key=len)[:1])
        return cuts

    @cached_property
    def _with_gap(self) -> dict[str, list[str]]:
        """Syllables, and beginnings of them, by what is left when a letter is unknown (*), or left out."""
        found: dict[str, list[str]] = {}
        for begun in sorted({syllable[:end] for syllable in self.syllables for end in range(2, len(syllable) + 1)}):
            for at in range(len(begun)):
                found.setdefault(f"{begun[:at]}*{begun[at + 1 :]}", []).append(begun)
                found.setdefault(begun[:at] + begun[at + 1 :], []).append(begun)
        return found

    def _near(self, typed: str) -> Iterable[str]:
        """What differs from a typed syllable by one letter."""
        near = [*self._with_gap.get(typed, ())]
        for at in range(len(typed)):
            near += self._with_gap.get(f"{typed[:at]}*{typed[at + 1 :]}", ())
            near.append(typed[:at] + typed[at + 1 :])
            if at:
                near.append(typed[: at - 1] + typed[at] + typed[at - 1] + typed[at + 1 :])
        return dict.fromkeys(each for each in near if len(each) > 1 and each != typed)

    def _range(self, begun: str) -> Slot | None:
        """The syllables that begin so."""
        first = bisect_left(self.syllables, begun)
        last = bisect_left(self.syllables, begun + "\x7f")
        return Slot(0, first + 1, last, ord(begun[0]) - 96) if first < last else None

    def _cuts(self, letters: str) -> list[Pattern]:
        """The ways to read letters; before the last, a syllable is whole, or its initial; each ' ends one."""
        cuts: list[Pattern] = [()]
        for part in letters.split("'"):
            ways = self._ways(part.replace("ü", "v"))
            cuts = [(*cut, *way) for cut in cuts for way in ways][:_MAX_PATTERNS]
        return cuts

    def _ways(self, letters: str) -> list[Pattern]:
        if len(letters) > _MAX_LETTERS:
            return []
        ways: list[list[Pattern]] = [[()]]
        for end in range(1, len(letters) + 1):
            here: list[Pattern] = []
            for start in range(max(0, end - _LONGEST), end):
                slot = self._slot(letters[start:end], end == len(letters))
                if slot and ways[start]:
                    here += [(*way, slot) for way in ways[start]]
            ways.append(sorted(here, key=len)[: 2 * _MAX_PATTERNS])
        return ways[-1][:_MAX_PATTERNS]

    def _slot(self, piece: str, is_last: bool) -> Slot | None:
        """The syllables that a piece of typed letters stands for."""
        if is_last or len(piece) == 1 or piece in ("zh", "ch", "sh"):
            return self._range(piece)
        at = bisect_left(self.syllables, piece)
        if at < len(self.syllables) and self.syllables[at] == piece:
            return Slot(0, at + 1, at + 1, ord(piece[0]) - 96)
        return None
