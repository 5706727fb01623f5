"""Marks: the structure of a text while its markup is removed.

Markdown and HTML are replaced by text with marks where lines and cells end; ``to_lines`` then turns marks into line
feeds. The marks are Unicode noncharacters, which are removed from all texts first.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

BREAK = "\ufdd0"
"""The start or end of a block or list item, or a ``<br>``."""
CELL = "\ufdd1"
"""The start or end of a table cell: becomes a bar between two cells, even if they contain blocks."""
ROW = "\ufdd2"
"""The start or end of a table row: becomes a line feed, even next to cells."""
ITEM = "\ufdd3"
"""The start of a list item: becomes a line feed and a bullet."""
OPEN, CLOSE = "\ufdd4", "\ufdd5"
"""Enclose the number of a placeholder within a paragraph."""
ASIDE, ASIDE_END = "\ufdd6", "\ufdd7"
"""Enclose text that stands beside a line, such as a caption: it becomes a line of its own, after the line."""
HELD, HELD_END = "\ufdd8", "\ufdd9"
"""Enclose the number of a text that is held back until all markup is removed."""
SPACE = "\ufdda"
"""A space that is kept."""

BULLET = "• "

_ALL = (BREAK, CELL, ROW, ITEM, OPEN, CLOSE, ASIDE, ASIDE_END, HELD, HELD_END, SPACE)
_MARKS = re.compile(f"[{''.join(_ALL)}]")
_BLOCK = f"{BREAK}{CELL}{ROW}{ITEM}"
# A single space between words, by far the most frequent gap, does not match, which saves a call of _gap. What begins
# with one set of characters is found faster than what begins with one of several.
_GAP = re.compile(f"[\\s{_BLOCK}](?:(?<! )|(?=[\\s{_BLOCK}]))[\\s{_BLOCK}]*+")
_PARAGRAPH_SPACE = re.compile("[\n\u2028\u2029]\u3000|[\u2028\u2029]")
_ENTITY = re.compile(
    r"&(?:[A-Za-z][A-Za-z0-9]{1,31};|#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|(?:nbsp|amp|lt|gt|quot)(?![A-Za-z0-9=;]))"
)
_CJK = re.compile("[\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
_EITHER = "“”‘’—…·–"
"""Punctuation of both Chinese and Latin texts."""
_LITERAL = re.compile(r"[<>&\n]")
_ASIDE = re.compile(f"{ASIDE}([^{ASIDE}{ASIDE_END}]*+){ASIDE_END}")
_LINE_END = re.compile(f"[{BREAK}{ROW}{ITEM}]++")
_HELD = re.compile(f"{HELD}(\\d++){HELD_END}")


def without_marks(text: str) -> str:
    """Remove the characters that are used as marks."""
    for mark in _ALL:  # faster than the expression, which almost never matches
        if mark in text:
            return _MARKS.sub("", text)
    return text


def literal(text: str) -> str:
    """Escape a text so that none of it is parsed as HTML; its line feeds are kept as marks.

    >>> literal("<b>")
    '&#60;b&#62;'
    """
    return _LITERAL.sub(lambda match: BREAK if match[0] == "\n" else f"&#{ord(match[0])};", text)


def aside(text: str) -> str:
    """Mark a text to stand on a line of its own, after the line that it is in; nothing for a blank text.

    >>> to_lines(f"甲{aside('图 1')}乙")
    '甲乙\\n[图 1]'
    """
    return f"{ASIDE}{text}{ASIDE_END}" if text and not text.isspace() else ""


def held(text: str, texts: list[str]) -> str:
    """Put a text, in which no markup is left, into a list, and return the placeholder that ``to_lines`` replaces.

    >>> to_lines(f"甲{held('  *a*', texts := [])}", texts)
    '甲  *a*'
    """
    texts.append(text)
    return f"{HELD}{len(texts) - 1}{HELD_END}"


def to_lines(text: str, texts: Sequence[str] = ()) -> str:
    """Turn a text with marks and entities into plain lines, without blank lines and redundant spaces.

    A line feed of the source is not shown to readers: it becomes a space, or nothing between two Han characters.

    Args:
        text: text with marks.
        texts: those that are held back; they keep their lines and spaces.

    >>> to_lines(f"国际\\n论坛{BREAK}a  &amp;\\nb")
    '国际论坛\\na & b'
    """
    if ASIDE in text:
        text = _with_asides_as_lines(text)
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    lines = _GAP.sub(_gap, text).strip()
    if SPACE in lines:
        lines = lines.replace(SPACE, " ")
    return _HELD.sub(lambda match: texts[int(match[1])], lines) if HELD in lines else lines


def _with_asides_as_lines(text: str) -> str:
    """Move each aside to a line of its own, in brackets, after the line that it is in."""
    text = _ASIDE.sub(lambda match: _LINE_END.sub(" ", match[0]).replace(CELL, " "), text)
    parts: list[str] = []
    captions: list[str] = []
    position = line_end = 0
    for match in _ASIDE.finditer(text):
        if match.start() >= line_end:
            parts += text[position:line_end], *captions
            position, captions = max(line_end, position), []
            end = _LINE_END.search(text, match.end())
            line_end = end.start() if end else len(text)
        parts.append(text[position : match.start()])
        position = match.end()
        caption = match[1].strip()
        is_bracketed = caption[:1] == "[" and caption[-1:] == "]"
        captions += BREAK, caption if is_bracketed else f"[{caption}]", BREAK
    parts += text[position:line_end], *captions, text[max(line_end, position) :]
    return "".join(parts)


def _entity(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _gap(match: re.Match[str]) -> str:
    gap = match[0]
    if CELL in gap and ROW not in gap:  # a bar is punctuation: no phrase matches across two cells
        return " | " if match.start() and match.end() < len(match.string) else " "
    if ITEM in gap:
        return f"\n{BULLET}" if match.end() < len(match.string) else "\n"
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
