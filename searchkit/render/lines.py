"""Lines of styled text for a terminal, wrapped by cell width.

The styles and cell widths are rich's. Its ``Console`` is not used: importing it takes 50 ms instead of 20, and it wraps
Chinese text at spaces first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.style import Style

from searchkit.render.look import Look

Line = list[tuple[str, Style]]
"""Consecutive parts of a line, each with its style."""

MIN_WIDTH = 20
"""Cells; lines are never wrapped at less."""

# Punctuation that must not begin a line, and punctuation that must not end one.
_CLOSING = frozenset("，。、；：？！…—～·％‰℃）》〉」』】〕〗｝］”’ー々\"',.;:?!%)]}»›,")
_OPENING = frozenset("（《〈「『【〔〖｛［“‘([{«‹#＃$￥¥@")
_JOINER = "\u200d"
_EMOJI_VARIATION = "\ufe0f"  # makes the narrow ☁ the wide ☁️
_EXTENDING = frozenset("🏻🏼🏽🏾🏿" + _JOINER + _EMOJI_VARIATION)


def plain(line: Line) -> str:
    """The text of a line, without styles."""
    return "".join(text for text, _ in line)


def paint(lines: Iterable[Line], look: Look) -> str:
    """The lines as a terminal prints them, each with a newline; without colour, there are no escape sequences."""
    # the 16 colours of the terminal's palette, which users make readable on their background
    system = ColorSystem.STANDARD if look.color else None
    return "".join("".join(style.render(text, color_system=system) for text, style in line) + "\n" for line in lines)


def indented(line: Line, columns: int, width: int | None) -> list[Line]:
    """Wrap a line at ``width`` and indent all its lines by some columns."""
    room = None if width is None else width - columns
    margin = (" " * columns, Style.null())
    return [[margin, *part] for part in wrap(line, room)]


def wrap(line: Line, width: int | None) -> list[Line]:
    """Break a line into lines of at most ``width`` cells; None does not break it.

    Chinese text breaks between any two characters, but no line begins with closing or ends with opening punctuation.
    Latin words are kept whole if they fit into a line.
    """
    text = plain(line)
    if width is None or cell_len(text) <= width:
        return [line]
    offsets = [0, *_breaks(text, max(width, MIN_WIDTH)), len(text)]
    return [_slice(line, text, start, end) for start, end in pairwise(offsets)]


def pad(text: str, width: int) -> str:
    """Pad a text with spaces to ``width`` cells."""
    return text + " " * (width - cell_len(text))


def shorten(text: str, width: int) -> str:
    """Shorten a text to ``width`` cells, the last of which is then an ellipsis."""
    if cell_len(text) <= width:
        return text
    used = 1
    for index, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return text[:index] + "…"
    return text


def _breaks(text: str, width: int) -> Iterator[int]:
    """The offsets at which to break a text into lines."""
    sizes = _sizes(text)
    start = candidate = used = filled = 0
    for index, character in enumerate(text):
        if index > start and _may_break(text, sizes, index):
            candidate, filled = index, used
        if used + sizes[index] > width and not character.isspace():
            # break inside a long word, such as a URL, if the line would be less than half full without it
            cut = candidate if candidate > start and filled * 2 >= width else index
            yield cut
            start, candidate, used = cut, max(cut, candidate), sum(sizes[cut:index])
        used += sizes[index]


def _sizes(text: str) -> list[int]:
    """The cells of each character; for a sequence that makes one emoji, an upper bound in total."""
    sizes = [get_character_cell_size(character) for character in text]
    for index, character in enumerate(text):
        if character == _EMOJI_VARIATION and index and sizes[index - 1] == 1:
            sizes[index] = 1
    return sizes


def _may_break(text: str, sizes: list[int], index: int) -> bool:
    before, after = text[index - 1], text[index]
    if sizes[index] == 0 or before == _JOINER or after in _EXTENDING or after in _CLOSING or after.isspace():
        return False
    if before.isspace() or (before == "/" and "//" not in text[index - 2 : index + 1]):
        return True
    return before not in _OPENING and (sizes[index] == 2 or sizes[index - 1] == 2)


def _slice(line: Line, text: str, start: int, end: int) -> Line:
    """The styled text between two offsets, without spaces at its ends; the indentation of the text is kept."""
    end = start + len(text[start:end].rstrip(" "))
    if start:
        start = end - len(text[start:end].lstrip(" "))
    parts: Line = []
    offset = 0
    for styled, style in line:
        part = styled[max(start - offset, 0) : max(end - offset, 0)]
        if part:
            parts.append((part, style))
        offset += len(styled)
    return parts
