"""Marks: the line structure of a text while its markup is removed.

Markdown and HTML are replaced by text with marks where lines and cells end; ``to_lines`` then turns marks into line
feeds. The marks are Unicode noncharacters, which are removed from all texts first.
"""

from __future__ import annotations

import html
import re

BREAK = "\ufdd0"
"""The start or end of a block or list item, or a ``<br>``."""
CELL = "\ufdd1"
"""The start or end of a table cell: becomes a bar between two cells, even if they contain blocks."""
ROW = "\ufdd2"
"""The start or end of a table row: becomes a line feed, even next to cells."""
END = "\ufdd3"
"""The end of the text: a parser that returns text without it has lost some of the text."""
OPEN, CLOSE = "\ufdd4", "\ufdd5"
"""Enclose the number of a placeholder."""

_MARKS = re.compile("[\ufdd0-\ufdef]")
# A single space between words, by far the most frequent gap, does not match, which saves a call of _gap.
_GAP = re.compile(f"(?: (?=[\\s{BREAK}{CELL}{ROW}])|[^\\S ]|[{BREAK}{CELL}{ROW}])[\\s{BREAK}{CELL}{ROW}]*+")
_PARAGRAPH_SPACE = re.compile("[\n\u2028\u2029]\u3000|[\u2028\u2029]")
_ENTITY = re.compile(
    r"&(?:[A-Za-z][A-Za-z0-9]{1,31};|#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|(?:nbsp|amp|lt|gt|quot)(?![A-Za-z0-9=;]))"
)
_CJK = re.compile("[\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
_EITHER = "“”‘’—…·–"
"""Punctuation of both Chinese and Latin texts."""
_LITERAL = re.compile(r"[^\w\s]|_|\n")


def without_marks(text: str) -> str:
    """Remove the characters that are used as marks."""
    return _MARKS.sub("", text)


def literal(text: str) -> str:
    """Escape a text so that none of it is parsed as markup; its line feeds are kept as marks.

    >>> literal("<b>")
    '&#60;b&#62;'
    """
    return _LITERAL.sub(lambda match: BREAK if match[0] == "\n" else f"&#{ord(match[0])};", text)


def to_lines(text: str) -> str:
    """Turn a text with marks and entities into plain lines, without blank lines and redundant spaces.

    A line feed of the source is not shown to readers: it becomes a space, or nothing between two Han characters.

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
    if CELL in gap and ROW not in gap:  # a bar is punctuation: no phrase matches across two cells
        return " | " if match.start() and match.end() < len(match.string) else " "
    if ROW in gap or BREAK in gap:
        return "\n"
    # in Chinese typesetting, an indented line is a new paragraph, even without a tag
    if "\u3000" in gap:
        return "\n" if _PARAGRAPH_SPACE.search(gap) else "\u3000"
    if "\u2028" in gap or "\u2029" in gap:
        return "\n"
    if "\n" not in gap:
        return " "
    text, start, end = match.string, match.start(), match.end()
    return "" if _joins(text[start - 1 : start], text[end : end + 1]) else " "


def _joins(before: str, after: str) -> bool:
    """Whether a line feed between two characters becomes nothing instead of a space."""
    if not before or not after:
        return False
    left, right = _CJK.match(before), _CJK.match(after)
    return bool((left and (right or after in _EITHER)) or (right and before in _EITHER))
