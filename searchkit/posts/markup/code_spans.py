"""Code within a paragraph of Markdown: where what begins with a run of backticks ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = re.compile(r"`++")
_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n")


class CodeSpans:
    """Finds the ends of the code spans of one text, asked for from its start to its end, in linear time.

    >>> spans = CodeSpans("``a`b`` c")
    >>> spans.end(0)
    (5, 7)
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: dict[int, list[int]] = {}
        for mark in _MARK.finditer(text):
            self._starts.setdefault(len(mark[0]), []).append(mark.start())
        for starts in self._starts.values():
            starts.reverse()
        self._blank = -1

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        """Start, start of the code, end of the code and end of each span."""
        position = 0
        while mark := _MARK.search(self.text, position):
            code_end, position = self.end(mark.start())
            if code_end:
                yield mark.start(), mark.end(), code_end, position

    def end(self, start: int) -> tuple[int, int]:
        """The end of the code whose backticks begin at an offset, and the end of the backticks behind it.

        If they begin no code, the first is 0 and the second the end of the run.
        """
        mark = _MARK.match(self.text, start)
        if mark is None:
            return 0, start
        length = len(mark[0])
        starts = self._starts.get(length, [])
        while starts and starts[-1] <= start:
            starts.pop()
        is_escaped = self.text.startswith("\\", max(start - 1, 0)) and start > 0
        if is_escaped or not starts or starts[-1] > self._next_blank(mark.end()):
            return 0, mark.end()
        return starts[-1], starts[-1] + length

    def _next_blank(self, position: int) -> int:
        """Where the paragraph at an offset ends."""
        if self._blank < position:
            blank = _BLANK_LINE.search(self.text, position)
            self._blank = blank.start() if blank else len(self.text)
        return self._blank
