"""Units: what text is matched by.

A unit is one Han character (kana, hangul and the like too), one run of Latin letters, one run of digits, or one
symbol (``+``, ``#``, ``&``, an emoji …). From a unit to the next the position grows by ``STEP``. Spaces, hyphens,
dashes, middle dots and underscores add nothing to that, nor does a single dot between two units or an apostrophe
within a Latin word. Other punctuation adds one, the end of a sentence or a line two, the end of a text three: all
less than another unit would, so that a phrase matches its own punctuation and nothing else.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

UNITS_VERSION = 1
"""Part of the index' fingerprint: raise it whenever ``units`` gives other units or positions."""

STEP = 3
"""From a unit to the next, where nothing but joiners is between."""

PUNCTUATION_GAP = 1
"""What a comma, a colon, a quote, a bracket adds to the step."""

SENTENCE_GAP = 2
"""What the end of a sentence or a line adds."""

TEXT_GAP = 3
"""What the end of a text adds: no query asks for so much, so no phrase runs from a title into a body."""

TEXT_END = "\0"
"""Between two texts that are one; folded text never holds it."""

_WIDE = "\u2e80"  # the first code point of the East Asian scripts: letters from here on stand alone
_SYMBOLS = (
    "+#&@%$\u00a2-\u00a6\u00a9\u00ac\u00ae\u00b0\u00b1\u00d7\u00f7"
    "\u20a0-\u20cf\u2100-\u23ff\u25a0-\u2bff\U0001f000-\U0001fbff"
)
_RUN = rf"[^\W\d_{_WIDE}-\U0010ffff]+"
_UNIT = rf"{_RUN}|\d+|[^\W\d_\0-\u2e7f]|[{_SYMBOLS}]"
_BETWEEN = rf"(?:[^\w{_SYMBOLS}]|_)+"

_PIECE = re.compile(rf"{_UNIT}|{_BETWEEN}")
_UNIT_START = re.compile(rf"[^\W_]|[{_SYMBOLS}]")
_RUN_START = re.compile(_RUN)
_JOINERS = re.compile(r"[ \-·_]+")
_SENTENCE_END = re.compile(r"[。！？；!?;\n]|\.(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Units:
    """The units of one folded text, as parallel lists.

    Attributes:
        texts: the units, in order.
        positions: their positions, ascending.
        starts: where each begins in the folded text, in characters.
    """

    texts: list[str]
    positions: list[int]
    starts: list[int]

    def pairs(self) -> list[tuple[str, int]]:
        """Every two adjacent units as one term, with the first one's position.

        >>> units("北京。iPhone15".lower()).pairs()
        [('北 京', 0), ('iphone 15', 8)]
        """
        texts, positions = self.texts, self.positions
        return [
            (pair_term(texts[i], texts[i + 1]), positions[i])
            for i in range(len(texts) - 1)
            if positions[i + 1] - positions[i] == STEP
        ]


def pair_term(first: str, second: str) -> str:
    """The term of two adjacent units. The space keeps 3 6 apart from 36."""
    return f"{first} {second}"


class _GapTable(dict[str, int]):
    """What a stretch between two units adds to the step, by its text."""

    def __missing__(self, between: str) -> int:
        if _JOINERS.fullmatch(between) or between == ".":
            gap = 0
        elif TEXT_END in between:
            gap = TEXT_GAP
        elif _SENTENCE_END.search(between):
            gap = SENTENCE_GAP
        else:
            gap = PUNCTUATION_GAP
        if len(self) < 100_000:
            self[between] = gap
        return gap


_GAPS = _GapTable()


def pieces(folded: str) -> list[str]:
    """The text in pieces, a unit or a stretch between units each; joined they are the text.

    >>> pieces("iphone15，很好")
    ['iphone', '15', '，', '很', '好']
    """
    return _PIECE.findall(folded)


def is_unit(piece: str) -> bool:
    """Whether one of the ``pieces`` is a unit."""
    return _UNIT_START.match(piece) is not None


def is_joiner(char: str) -> bool:
    """Whether a character between two units takes no position, whatever is beside it."""
    return _JOINERS.match(char) is not None


def is_sentence_end(char: str) -> bool:
    """Whether a character between two units ends a sentence, whatever is beside it."""
    return _SENTENCE_END.match(char) is not None and char != "."


def is_run(unit: str) -> bool:
    """Whether a unit is a run of letters of an alphabet, such as a Latin word."""
    return _RUN_START.match(unit) is not None


def units(folded: str) -> Units:
    """The units of a folded text.

    Args:
        folded: text that went through ``fold``.

    >>> units("中国-东盟。合作").positions
    [0, 3, 6, 9, 14, 17]
    """
    texts: list[str] = []
    positions: list[int] = []
    starts: list[int] = []
    position = start = 0
    apostrophe = False
    gaps = _GAPS
    for piece in _PIECE.findall(folded):
        if _UNIT_START.match(piece):
            if apostrophe:
                apostrophe = False
                position += 0 if is_run(texts[-1]) and is_run(piece) else PUNCTUATION_GAP
            texts.append(piece)
            positions.append(position)
            starts.append(start)
            position += STEP
        elif piece == "'":
            apostrophe = bool(texts)
        elif texts:
            position += gaps[piece]
        start += len(piece)
    return Units(texts, positions, starts)


def occurrences(needle: tuple[str, ...], steps: tuple[int, ...]) -> re.Pattern[str]:
    """A pattern that finds units in a folded text, where they stand at these steps from each other.

    It matches where the index says that they are; a larger step than ``STEP`` must still be checked, see ``steps_of``.

    Args:
        needle: the units, at least one.
        steps: one fewer.

    >>> occurrences(("iphone", "15"), (STEP,)).search("iphone-15 pro").group()
    'iphone-15'
    """
    parts = [_unit_pattern(needle[0])]
    for before, unit, step in zip(needle, needle[1:], steps, strict=False):
        parts.append(_BETWEEN if step > STEP else _joined_pattern(before, unit))
        parts.append(_unit_pattern(unit))
    return re.compile("".join(parts))


def steps_of(text: str) -> tuple[int, ...]:
    """The steps between the units of a folded text."""
    positions = units(text).positions
    return tuple(b - a for a, b in itertools.pairwise(positions))


def _unit_pattern(unit: str) -> str:
    if is_run(unit):
        letter = rf"[^\W\d_{_WIDE}-\U0010ffff]"
    elif unit[0].isdecimal():
        letter = r"\d"
    else:
        return re.escape(unit)
    return rf"(?<!{letter}){re.escape(unit)}(?!{letter})"


def _joined_pattern(before: str, after: str) -> str:
    apostrophe = "'" if is_run(before) and is_run(after) else ""
    return rf"(?:[ \-·_]*|[.{apostrophe}])"
