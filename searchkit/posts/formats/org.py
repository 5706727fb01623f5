"""Org: keywords, headings, lists, tables, blocks, links, emphasis; what Emacs would hide is left out."""

from __future__ import annotations

import re
from typing import Any

from searchkit.model import Post
from searchkit.posts.formats.pages import Page, around_code
from searchkit.posts.formats.plain import literal

_KEYWORD = re.compile(r"[ \t]*#\+([A-Za-z_]+):[ \t]*(.*)")
_KEYS = {"filetags": "tags", "hugo_tags": "tags", "hugo_categories": "categories", "hugo_draft": "draft"}
_LISTS = ("tags", "categories")
_SHOWN_KEYWORDS = ("caption",)
_BLOCK = re.compile(r"[ \t]*#\+begin_(\w+)[ \t]*(.*)", re.IGNORECASE)
_END = re.compile(r"[ \t]*#\+end_(\w+)[ \t]*", re.IGNORECASE)
_CODE_BLOCKS = ("src", "example")
_HIDDEN_BLOCKS = ("comment", "export")
_HEADING = re.compile(r"(\*+)[ \t]+(.*)")
_STATE = re.compile(r"(?:TODO|DONE|NEXT|WAITING|WAIT|HOLD|CANCELED|CANCELLED)[ \t]+|COMMENT[ \t]+")
_PRIORITY = re.compile(r"\[#[A-Z0-9]\][ \t]*")
_TAGS = re.compile(r"[ \t]+:[\w@#%:]+:[ \t]*$")
_DRAWER = re.compile(r"[ \t]*:[\w-]+:[ \t]*")
_DRAWER_END = re.compile(r"[ \t]*:END:[ \t]*", re.IGNORECASE)
_PLANNING = re.compile(r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED):")
_ITEM = re.compile(r"[ \t]*(?:[-+]|[ \t]\*|\d+[.)]|[a-zA-Z][.)])[ \t]+(?:\[[ X-]\][ \t]+)?(.*)")
_FIXED_WIDTH = re.compile(r"[ \t]*:(?: (.*)|)")
_RULE = re.compile(r"[ \t]*\|[-+|: ]*")
_TIMESTAMP = re.compile(
    r"[<\[](\d{4}-\d{1,2}-\d{1,2})(?:[ \t]+[^\d<>\[\]\s]{1,9})?([ \t]+\d{1,2}:\d{2})?[^<>\[\]\n]{0,30}[>\]]"
)
_LINK = re.compile(r"\[\[([^\[\]\n]+)\](?:\[([^\[\]\n]+)\])?\]")
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif)$", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[fn:([^\[\]:\n]*)(?::([^\[\]\n]*))?\]")
_EMPHASIS = {
    mark: re.compile(rf"(?<![\w\\])\{mark}(?![\s{mark}])([^{mark}\n]{{1,400}})(?<!\s)\{mark}(?!\w)")
    for mark in "*/_+"
}
_CODE = re.compile(r"(?<![\w\\])([=~])(?![\s=~])(?P<text>[^=~\n]{1,400})(?<!\s)\1(?!\w)")


def parse(path: str, text: str) -> Post:
    """The post of an Org file; its keywords are the front matter: title, date, author, filetags.

    >>> post = parse("a.org", "#+TITLE: 通关\\n#+FILETAGS: :港:澳:\\n* TODO 口岸 :tag:\\n见 [[https://a.org][此处]]")
    >>> post.metadata, post.content
    ({'title': '通关', 'tags': ['港', '澳']}, '<h1>口岸</h1>\\n\\n<p>见 此处</p>')
    """
    reader = _Reader()
    lines = text.split("\n")
    last_ends = {end[1].lower(): at for at, line in enumerate(lines) if (end := _END.fullmatch(line))}
    at = 0
    while at < len(lines):
        block = _BLOCK.fullmatch(lines[at])
        name = block[1].lower() if block else ""
        if block and last_ends.get(name, 0) > at:
            after = next(after for after in range(at + 1, len(lines)) if _ends(lines[after], name))
            reader.block(name, block[2].strip().lower(), lines[at + 1 : after])
            at = after + 1
        else:
            reader.line(lines[at])
            at += 1
    reader.finish()
    return Post(path, reader.metadata, reader.page.html())


def _ends(line: str, name: str) -> bool:
    end = _END.fullmatch(line)
    return end is not None and end[1].lower() == name


class _Reader:
    """Reads lines one after the other."""

    def __init__(self) -> None:
        self.page = Page()
        self.metadata: dict[str, Any] = {}
        self._fixed: list[str] = []
        self._item: list[str] = []
        self._drawer: list[str] | None = None

    def block(self, name: str, argument: str, lines: list[str]) -> None:
        """A block from ``#+BEGIN_…`` to ``#+END_…``."""
        self.flush()
        if name in _CODE_BLOCKS:
            self.page.code("\n".join(lines))
        elif name == "export" and argument == "html":
            self.page.line("\n".join(lines))
        elif name not in _HIDDEN_BLOCKS:
            for line in lines:
                self.line(line)
        self.flush()

    def line(self, line: str) -> None:
        """One line outside of code."""
        heading = _HEADING.fullmatch(line)
        if heading:
            self._open_drawer()
        if self._drawer is not None:
            if _DRAWER_END.fullmatch(line):
                self._drawer = None
            else:
                self._drawer.append(line)
            return
        fixed = _FIXED_WIDTH.fullmatch(line)
        if fixed:
            self._fixed.append(fixed[1] or "")
            return
        if self._fixed or not line.strip():
            self.flush()
        keyword = _KEYWORD.match(line)
        if _DRAWER.fullmatch(line):
            self._drawer = [line]
        elif keyword:
            self._keyword(keyword[1].lower(), keyword[2].strip())
        elif heading:
            self.flush()
            title = _PRIORITY.sub("", _STATE.sub("", heading[2], count=1), count=1)
            self.page.heading(len(heading[1]), _inline(_TAGS.sub("", title)))
        elif line.startswith("#") and line[1:2] in ("", " ", "+"):
            pass  # a comment, or the beginning of a block that is never closed
        elif not _PLANNING.match(line):
            self._text(line)

    def finish(self) -> None:
        """There are no more lines."""
        self._open_drawer()
        self.flush()

    def _open_drawer(self) -> None:
        """A drawer that is not closed before the next heading is none: its lines are text."""
        lines, self._drawer = self._drawer or [], None
        for line in lines:
            self._text(line)

    def flush(self) -> None:
        """Whatever comes next is another block."""
        if self._item:
            self.page.item(" ".join(self._item))
            self._item = []
        self.page.end_paragraph()
        if self._fixed:
            self.page.code("\n".join(self._fixed))
            self._fixed = []

    def _keyword(self, key: str, value: str) -> None:
        key = _KEYS.get(key, key)
        if key in _SHOWN_KEYWORDS:
            self._text(value)
        elif not value:
            return
        elif key in _LISTS:
            listed = self.metadata.setdefault(key, [])
            listed += [tag for tag in re.split(r"[:\s,，]+" if ":" in value else r"[\s,，]+", value) if tag]
        elif key == "title" and key in self.metadata:
            self.metadata[key] += f" {value}"
        else:
            self.metadata.setdefault(key, _TIMESTAMP.sub(r"\1\2", value))

    def _text(self, line: str) -> None:
        item = _ITEM.fullmatch(line)
        if item:
            self.flush()
            self._item = [_inline(item[1].replace(" :: ", " ", 1))]
        elif line.lstrip().startswith("|") and line.rstrip().endswith("|"):
            self.flush()
            if not _RULE.fullmatch(line):
                self.page.row(_inline(cell.strip()) for cell in line.strip().strip("|").split("|"))
        elif line.strip():
            html = _inline(line.strip().removesuffix("\\\\"))
            if self._item and line[0] in " \t":
                self._item.append(html)
            else:
                if self._item:
                    self.flush()
                self.page.line(html)


def _inline(text: str) -> str:
    """HTML of a line: the texts of links, no marks of emphasis."""
    return literal(around_code(text, _CODE, _read_marks) if "=" in text or "~" in text else _read_marks(text))


def _read_marks(text: str) -> str:
    if "[" in text or "<" in text:
        text = _FOOTNOTE.sub(lambda note: f" {note[2]}" if note[2] else "", _LINK.sub(_link_text, text))
        text = _TIMESTAMP.sub(r"\1\2", text)
    for mark, pattern in _EMPHASIS.items():
        if text.count(mark) > 1:
            text = pattern.sub(r"\1", text)
    return text


def _link_text(link: re.Match[str]) -> str:
    if link[2]:
        return "" if _IMAGE.search(link[2]) else link[2]
    return "" if _IMAGE.search(link[1]) else link[1]
