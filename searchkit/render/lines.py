"""Here is styled text: how does it become lines of a terminal?

rich gives the styles and the cell widths. Its Console is left out on purpose: importing it takes 50 ms instead
of 20, and its folding breaks Chinese text at the spaces first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.style import Style

from searchkit.render.look import Look

Line = list[tuple[str, Style]]
"""Pieces of text, each with its style."""

NARROWEST = 20

# What may not begin a line, and what may not end one.
_CLOSING = frozenset("，。、；：？！…—～·％‰℃）》〉」』】〕〗｝］”’ー々\"',.;:?!%)]}»›,")
_OPENING = frozenset("（《〈「『【〔〖｛［“‘([{«‹#＃$￥¥@")
_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"  # makes ☁ the wide ☁️
_STICKING = frozenset("🏻🏼🏽🏾🏿" + _JOINER + _EMOJI_STYLE)


def plain(line: Line) -> str:
    """The text of a line without its styles."""
    return "".join(text for text, _ in line)


def paint(lines: Iterable[Line], look: Look) -> str:
    """The lines as a terminal wants them, each with its newline. Without colour there is no escape sequence."""
    # the 16 colours of the terminal's own palette: its owner made them readable on the background
    system = ColorSystem.STANDARD if look.color else None
    return "".join("".join(style.render(text, color_system=system) for text, style in line) + "\n" for line in lines)


def indented(line: Line, columns: int, width: int | None) -> list[Line]:
    """The line folded at ``width`` and moved right by so many columns."""
    room = None if width is None else width - columns
    margin = (" " * columns, Style.null())
    return [[margin, *part] for part in fold(line, room)]


def fold(line: Line, width: int | None) -> list[Line]:
    """The line cut into lines of at most so many cells; None cuts nothing.

    Chinese breaks between any two characters, but no line begins with closing or ends with opening punctuation; Latin
    words stay whole while they fit.
    """
    text = plain(line)
    if width is None or cell_len(text) <= width:
        return [line]
    borders = [0, *_breaks(text, max(width, NARROWEST)), len(text)]
    return [_stretch(line, text, start, end) for start, end in pairwise(borders)]


def pad(text: str, width: int) -> str:
    """The text with spaces up to so many cells."""
    return text + " " * (width - cell_len(text))


def shorten(text: str, width: int) -> str:
    """The text, or as much of its beginning as fits into so many cells with an ellipsis."""
    if cell_len(text) <= width:
        return text
    used = 1
    for index, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return text[:index] + "…"
    return text


def _breaks(text: str, width: int) -> Iterator[int]:
    sizes = _sizes(text)
    start = candidate = used = filled = 0
    for index, character in enumerate(text):
        if index > start and _may_break(text, sizes, index):
            candidate, filled = index, used
        if used + sizes[index] > width and not character.isspace():
            # a stretch without a break that would leave the line half empty, such as a URL, is cut at the edge
            cut = candidate if candidate > start and filled * 2 >= width else index
            yield cut
            start, candidate, used = cut, max(cut, candidate), sum(sizes[cut:index])
        used += sizes[index]


def _sizes(text: str) -> list[int]:
    """The cells of each character, rather too many than too few where several make one emoji."""
    sizes = [get_character_cell_size(character) for character in text]
    for index, character in enumerate(text):
        if character == _EMOJI_STYLE and index and sizes[index - 1] == 1:
            sizes[index] = 1
    return sizes


def _may_break(text: str, sizes: list[int], index: int) -> bool:
    before, after = text[index - 1], text[index]
    if sizes[index] == 0 or before == _JOINER or after in _STICKING or after in _CLOSING or after.isspace():
        return False
    if before.isspace() or (before == "/" and "//" not in text[index - 2 : index + 1]):
        return True
    return before not in _OPENING and (sizes[index] == 2 or sizes[index - 1] == 2)


def _stretch(line: Line, text: str, start: int, end: int) -> Line:
    """The styled text between two offsets, without the spaces at either end."""
    end = start + len(text[start:end].rstrip(" "))
    start = end - len(text[start:end].lstrip(" "))
    cut: Line = []
    offset = 0
    for piece, style in line:
        part = piece[max(start - offset, 0) : max(end - offset, 0)]
        if part:
            cut.append((part, style))
        offset += len(piece)
    return cut
