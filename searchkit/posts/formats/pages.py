"""A page of HTML, put together block by block by the readers of formats that are neither Markdown nor HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from searchkit.posts.formats.plain import literal

_MAX_LEVEL = 6
_HELD = re.compile("\0([0-9]+)\0")


def around_code(line: str, code: re.Pattern[str], read: Callable[[str], str]) -> str:
    """Read the marks of a line, but for those within code, which stays as it is.

    Args:
        line: a line of a decoded file, which has no NUL.
        code: matches code with its marks, its group ``text`` without them.
        read: takes the line with something in place of each code.
    """
    spans: list[str] = []

    def hold(span: re.Match[str]) -> str:
        spans.append(span["text"])
        return f"\0{len(spans) - 1}\0"

    return _HELD.sub(lambda held: spans[int(held[1])], read(code.sub(hold, line)))


class Page:
    """Blocks of HTML; texts are given with the inline HTML that they have, code as it is."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._paragraph: list[str] = []

    def html(self) -> str:
        """The page so far."""
        self.end_paragraph()
        return "\n\n".join(self._blocks)

    def line(self, html: str) -> None:
        """A further line of a paragraph."""
        self._paragraph.append(html)

    def end_paragraph(self) -> None:
        """What comes next is another paragraph."""
        if self._paragraph:
            self._blocks.append(f"<p>{'<br>'.join(self._paragraph)}</p>")
            self._paragraph = []

    def heading(self, level: int, html: str) -> None:
        """A heading, its level from 1."""
        self._add(f"<h{min(level, _MAX_LEVEL)}>{html}</h{min(level, _MAX_LEVEL)}>")

    def item(self, html: str) -> None:
        """An item of a list."""
        self._add(f"<ul><li>{html}</li></ul>")

    def row(self, cells: Iterable[str]) -> None:
        """A row of a table."""
        self._add(f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>")

    def code(self, text: str) -> None:
        """Lines that are shown as they are."""
        if text.strip():
            self._add(f"<pre>{literal(text)}</pre>")

    def _add(self, block: str) -> None:
        self.end_paragraph()
        self._blocks.append(block)
