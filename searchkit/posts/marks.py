"""Marks put into a text while its markup is taken away, and how they become lines in the end.

The marks are Unicode noncharacters, which no text has: HTML and Markdown both only say where a line ends.
"""

from __future__ import annotations

import html
import re

BREAK = "\ufdd0"
"""A block, a list item or a ``<br>`` ends or begins here."""
CELL = "\ufdd1"
"""A table cell ends or begins here: a space, whatever blocks the cell is made of."""
ROW = "\ufdd2"
"""A table row ends or begins here: a line, whatever cells meet here."""
END = "\ufdd3"
"""The end of the text: a parser that lost it lost more."""
OPEN, CLOSE = "\ufdd4", "\ufdd5"
"""Around the number of something put aside."""

_MARKS = re.compile("[\ufdd0-\ufdef]")
# Each alternative takes the whole run: a lone space, by far the most frequent one, is skipped without a call
_GAP = re.compile(f"(?: (?=[\\s{BREAK}{CELL}{ROW}])|[^\\S ]|[{BREAK}{CELL}{ROW}])[\\s{BREAK}{CELL}{ROW}]*+")
_PARAGRAPH_SPACE = re.compile("[\n\u2028\u2029]\u3000|[\u2028\u2029]")
_ENTITY = re.compile(
    r"&(?:[A-Za-z][A-Za-z0-9]{1,31};|#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|(?:nbsp|amp|lt|gt|quot)(?![A-Za-z0-9=;]))"
)
_CJK = re.compile("[\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
_EITHER = "“”‘’—…·–"
"""Punctuation of both Chinese and Latin text: its neighbour tells which."""
_LITERAL = re.compile(r"[^\w\s]|_|\n")


def unmarked(text: str) -> str:
    """``text`` without characters that would be taken for marks."""
    return _MARKS.sub("", text)


def literal(text: str) -> str:
    """``text`` such that nothing in it is markup any more; its line ends are line ends.

    >>> literal("<b>")
    '&#60;b&#62;'
    """
    return _LITERAL.sub(lambda match: BREAK if match[0] == "\n" else f"&#{ord(match[0])};", text)


def to_lines(text: str) -> str:
    """Text with marks and entities to plain lines: no blank one, no space around one, one space within.

    A line end of the source is no line end for a reader: it is a space, and nothing between two Han characters.

    >>> to_lines(f"国际\\n论坛{BREAK}a  &amp;\\nb")
    '国际论坛\\na & b'
    """
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    return _GAP.sub(_gap, text).strip()


def _entity(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _gap(match: re.Match[str]) -> str:
    gap = match[0]
    if CELL in gap and ROW not in gap:
        return " "
    if ROW in gap or BREAK in gap:
        return "\n"
    # An indented line is a new paragraph in Chinese typesetting, even where its tag is missing
    if "\u3000" in gap:
        return "\n" if _PARAGRAPH_SPACE.search(gap) else "\u3000"
    if "\u2028" in gap or "\u2029" in gap:
        return "\n"
    if "\n" not in gap:
        return " "
    text, start, end = match.string, match.start(), match.end()
    return "" if _joins(text[start - 1 : start], text[end : end + 1]) else " "


def _joins(before: str, after: str) -> bool:
    """Whether a line end between these two characters is nothing, not a space."""
    if not before or not after:
        return False
    left, right = _CJK.match(before), _CJK.match(after)
    return bool((left and (right or after in _EITHER)) or (right and before in _EITHER))
