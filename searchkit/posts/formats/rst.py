"""reStructuredText: field lists, sections, directives, roles, lists, tables, literal blocks.

docutils reads all of it, in 20 times the time, and fails on every directive and role that only Sphinx or Pelican has.
"""

from __future__ import annotations

import re
from typing import Any

from searchkit.model import Post
from searchkit.posts.formats.pages import Page, around_code
from searchkit.posts.formats.plain import literal

_ADORNMENT = re.compile(r"(?!(?:\.\.|::)[ \t]*$)([=\-`:.'\"~^_*+#<>])\1+[ \t]*")
_TITLES_IN_COMMENTS = re.compile(r"\.\. (title|date|tags|category|author|status|description): (.*)")
_FIELD = re.compile(r":([\w -]{1,40}):(?:[ \t]+(.*)|[ \t]*)")
_DIRECTIVE = re.compile(r"\.\. (?:\|[^|\n]+\| )?([\w:+.-]+)::(?:[ \t]+(.*)|[ \t]*)")
_FOOTNOTE = re.compile(r"\.\. \[[^\[\]\n]+\][ \t]+(.*)")
_CODE = ("code", "code-block", "sourcecode", "parsed-literal", "math", "prompt", "ipython", "doctest")
_HIDDEN = (
    *("contents", "toctree", "include", "literalinclude", "meta", "role", "default-role", "highlight", "raw", "index"),
    *("sectnum", "class", "target-notes", "automodule", "autoclass", "autofunction", "currentmodule", "unicode"),
)
_IMAGES = ("image", "figure", "thumbnail")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,9}[.)]|#\.|\([\da-zA-Z]{1,3}\)|[a-zA-Z]\.)[ \t]+(.*)")
_LINE_BLOCK = re.compile(r"\|(?: (.*)|)")
_TABLE_RULE = re.compile(r"[+=|-][-=+| ]*[=+-][ |]*")
_LITERAL = re.compile(r"``(?P<text>(?:[^`\n]|`(?!`)){1,2000})``")
_ROLE = re.compile(r":[\w:+.-]{1,60}:`([^`\n]{1,2000})`")
_REFERENCE = re.compile(r"`([^`\n]{1,2000})`_{0,2}")
_TARGET = re.compile(r"[ \t]*<[^<>\n]{1,2000}>$")
_FOOTNOTE_REFERENCE = re.compile(r"[ \t]?\[(?:#[\w-]*|\d+|\*)\]_(?!\w)")
_STRONG = re.compile(r"\*\*(?!\s)([^*\n]{1,400})(?<!\s)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?![\s*])([^*\n]{1,400})(?<!\s)\*(?![\w*])")
_ESCAPE = re.compile(r"\\(.)")


def parse(path: str, text: str) -> Post:
    """The post of a reStructuredText file; its fields at the top are the front matter, its first section the title.

    >>> post = parse("a.rst", "通关\\n====\\n\\n:date: 2021-11-08\\n:tags: 港, 澳\\n\\n见 `此处 <https://a.org>`_。")
    >>> post.metadata, post.content
    ({'title': '通关', 'date': '2021-11-08', 'tags': '港, 澳'}, '<p>见 此处。</p>')
    """
    reader = _Reader(text.expandtabs(8).split("\n"))
    reader.read()
    return Post(path, reader.metadata, reader.page.html())


class _Reader:
    """Reads a document from its first to its last line.

    Attributes:
        page: what was read.
        metadata: the title and the fields at the top.
    """

    def __init__(self, lines: list[str]) -> None:
        self.page = Page()
        self.metadata: dict[str, Any] = {}
        self._lines = lines
        self._at = 0
        self._adornments: list[str] = []
        self._is_top = True

    def read(self) -> None:
        """Read all lines."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            text = line.strip()
            if not text:
                self.page.end_paragraph()
                self._at += 1
            elif not (self._section(line, text) or self._explicit(line, text) or self._field(text)):
                self._is_top = False
                self._body(line, text)

    def _section(self, line: str, text: str) -> bool:
        """A title with a line of signs below it, perhaps one above it, too."""
        below = self._line(1)
        if _ADORNMENT.fullmatch(line) and self._line(1).strip() and self._line(2).rstrip() == line.rstrip():
            title, mark, length = below.strip(), line[0] * 2, 3
        elif line[0] != " " and _ADORNMENT.fullmatch(below) and not _ADORNMENT.fullmatch(line):
            title, mark, length = text, below[0], 2
        else:
            return False
        self._at += length
        if mark not in self._adornments:
            self._adornments.append(mark)
        if self._is_top and "title" not in self.metadata:
            self.metadata["title"] = _plain(title)
        else:
            self.page.heading(self._adornments.index(mark) + 1, _inline(title))
        return True

    def _explicit(self, line: str, text: str) -> bool:
        """A directive, a footnote, or a comment with its indented lines."""
        if text != ".." and not text.startswith(".. "):
            return False
        named, directive, note = (
            pattern.fullmatch(text) for pattern in (_TITLES_IN_COMMENTS, _DIRECTIVE, _FOOTNOTE)
        )
        self.page.end_paragraph()
        indent = len(line) - len(line.lstrip())
        self._at += 1
        if named and self._is_top:
            self.metadata[named[1]] = named[2].strip()
        elif directive and directive[1].lower() not in _HIDDEN:
            self._directive(directive[1].lower(), (directive[2] or "").strip(), indent)
        elif note:
            self.page.line(_inline(note[1]))
        else:
            self._indented(indent)
        return True

    def _directive(self, name: str, argument: str, indent: int) -> None:
        """What a directive shows: code, the caption of an image, the title and the text of an admonition."""
        if name in _CODE:
            body = self._indented(indent)
            argument = argument if name == "math" else ""
            self.page.code("\n".join([argument, *_without_options(body)] if argument else _without_options(body)))
            return
        options = self._options()
        shown = options.get("alt", "") if name in _IMAGES else argument
        for text in (shown, options.get("title", ""), options.get("caption", "")):
            if text:
                self.page.line(_inline(text))
                self.page.end_paragraph()

    def _options(self) -> dict[str, str]:
        """The fields directly below a directive; the lines after them are read as any others."""
        options = {}
        while (field := _FIELD.fullmatch(self._line(0).strip())) and self._line(0)[:1] == " ":
            options[field[1].lower()] = field[2] or ""
            self._at += 1
        return options

    def _field(self, text: str) -> bool:
        field = _FIELD.fullmatch(text) if self._is_top else None
        if field is None:
            return False
        self._at += 1
        if field[2]:
            self.metadata[field[1].strip().lower()] = _plain(field[2])
        return True

    def _body(self, line: str, text: str) -> None:
        """A line of a paragraph, a list, a table or a literal block."""
        self._at += 1
        indent = len(line) - len(line.lstrip())
        item, verse = _ITEM.fullmatch(text), _LINE_BLOCK.fullmatch(text)
        is_literal = text.endswith("::")
        text = f"{text[:-1]}" if is_literal and text != "::" else text.removesuffix("::")
        if _TABLE_RULE.fullmatch(text) or (_ADORNMENT.fullmatch(text) and not is_literal):
            self.page.end_paragraph()
        elif text.startswith("|") and text.endswith("|") and len(text) > 1:
            self.page.row(_inline(cell.strip()) for cell in text[1:-1].split("|"))
        elif verse:
            self.page.line(_inline(verse[1] or ""))
        elif item:
            self.page.item(_inline(item[1].removesuffix("::")))
        elif text:
            self.page.line(_inline(text))
        if is_literal:
            self.page.code("\n".join(self._indented(indent)))

    def _indented(self, indent: int) -> list[str]:
        """The lines that are indented further, without their common indent."""
        start = self._at
        while self._at < len(self._lines) and (not self._line(0).strip() or self._line(0)[indent : indent + 1] == " "):
            if self._line(0)[: indent + 1].strip():
                break
            self._at += 1
        lines = self._lines[start : self._at]
        margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        return [line[margin:] for line in lines]

    def _line(self, ahead: int) -> str:
        at = self._at + ahead
        return self._lines[at] if at < len(self._lines) else ""


def _without_options(lines: list[str]) -> list[str]:
    """The lines of a directive without the fields that come first."""
    first = next((at for at, line in enumerate(lines) if not _FIELD.fullmatch(line.strip())), len(lines))
    return lines[first:]


def _plain(text: str) -> str:
    """A line without marks: the texts of links and roles."""
    return around_code(text, _LITERAL, _read_marks) if "``" in text else _read_marks(text)


def _read_marks(text: str) -> str:
    if "`" in text:
        text = _REFERENCE.sub(_text_of, _ROLE.sub(_text_of, text))
    if "]_" in text:
        text = _FOOTNOTE_REFERENCE.sub("", text)
    if "*" in text:
        text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\1", text))
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _text_of(reference: re.Match[str]) -> str:
    text = _TARGET.sub("", reference[1])
    return text or reference[1].strip("<> ")


def _inline(text: str) -> str:
    return literal(_plain(text))
