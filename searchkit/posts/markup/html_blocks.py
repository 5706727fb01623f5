"""Where a block of HTML ends within Markdown, much as GitHub's has it."""

from __future__ import annotations

import re
from functools import lru_cache

from searchkit.posts.markup.html import BLOCK_NAMES, INVISIBLE_NAMES

_BLOCK_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)(?=[\s/>])")
_TAG_REST = re.compile(r"[^<>]*+>")
_MARKDOWN_INSIDE = re.compile(r"\bmarkdown\s{0,9}=\s{0,9}[\"']?(?:1|block|span)\b")
_BLANK_LINE = re.compile(r"\n[^\S\n]*+(?=\n)")
_VOID_TAGS = frozenset(("hr", "br", "link", "meta", "col"))
_WHOLE = frozenset(("pre", "textarea", *INVISIBLE_NAMES))
"""Elements that go on over blank lines."""
_OPTIONAL_END = frozenset(("p", "li", "dt", "dd", "td", "th", "tr", "option", "thead", "tbody", "tfoot"))
_CONTAINERS = frozenset((
    "div", "section", "article", "main", "aside", "header", "footer", "nav", "figure", "details", "blockquote",
    "form", "ul", "ol", "dl", "table", "body", "head", "html", "center",
))
_CONTAINER_TAG = re.compile(rf"<(/?)(?:{'|'.join(sorted(_CONTAINERS))})(?=[\s>])", re.IGNORECASE)
_RAW_TAG = re.compile(rf"<(/?)({'|'.join(sorted(_WHOLE))})(?=[\s>])", re.IGNORECASE)


class HtmlBlocks:
    """Finds the ends of the HTML blocks of one text, from its start to its end.

    A block ends with its closing tag or at a blank line, whichever comes first: what follows a blank line is Markdown
    again, within a ``<div>`` too. Every search either advances the reader or is remembered: the time is linear.

    Attributes:
        open: how many elements are known to be open, since a blank line ended their block.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.open = 0
        self._last_comment_end = text.rfind("-->")
        self._blank = -1
        self._unclosed: set[str] = set()

    def end(self, start: int) -> int:
        """The end of the HTML block at an offset; the offset itself if there is none."""
        text = self.text
        if text.startswith("<!--", start):
            return text.find("-->", start) + 3 if start < self._last_comment_end else start
        tag = _BLOCK_TAG.match(text, start)
        if tag is None or (name := tag[2].lower()) not in BLOCK_NAMES:
            return start
        opening = _TAG_REST.match(text, tag.end())
        if tag[1] and self.open and name in _CONTAINERS:
            self.open -= 1
        if tag[1] or name in _VOID_TAGS or (opening and opening[0].endswith("/>")):
            return opening.end() if opening else start
        if opening and _MARKDOWN_INSIDE.search(opening[0]):
            self.open += 1
            return opening.end()
        limit = len(text) if name in _WHOLE else self._next_blank(tag.end())
        if name in _OPTIONAL_END:
            close = _closing(name).search(text, tag.end(), limit)
            end = close.end() if close else limit
        else:
            end = self._balanced_end(tag.end(), name, limit)
        if end >= limit:
            end = self._end_of_raw_text(start, end)
            tags = [tag[1] for tag in _CONTAINER_TAG.finditer(text, start, end)]
            self.open = max(self.open + len(tags) - 2 * tags.count("/"), 0)
        return end

    def _end_of_raw_text(self, start: int, end: int) -> int:
        """The end of a script or the like that is open where a blank line ends its block."""
        last = None
        for tag in _RAW_TAG.finditer(self.text, start, end):
            last = None if tag[1] else tag[2].lower()
        close = _closing(last).search(self.text, end) if last and last not in self._unclosed else None
        if last and close is None:
            self._unclosed.add(last)
        return close.end() if close else end

    def _next_blank(self, position: int) -> int:
        if self._blank < position:
            blank = _BLANK_LINE.search(self.text, position)
            self._blank = blank.end() if blank else len(self.text)
        return self._blank

    def _balanced_end(self, position: int, name: str, limit: int) -> int:
        """The end of an element, or the limit if it is not closed before."""
        depth = 1
        pattern = _tags(name)
        while match := pattern.search(self.text, position, limit):
            position = match.end()
            if match[0] == "<!--":
                end = self.text.find("-->", position) if position <= self._last_comment_end else -1
                if end < 0:
                    break
                position = end + 3
            elif match[1]:
                depth -= 1
                if depth == 0:
                    return position
            elif not match[0].endswith("/>"):
                depth += 1
        return max(limit, position)


@lru_cache(maxsize=64)
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*+>", re.IGNORECASE)


@lru_cache(maxsize=64)
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!--|<(/?){name}(?=[\s/>])[^<>]*+>?", re.IGNORECASE)
