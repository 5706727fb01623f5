"""The blocks of Markdown, read line by line.

Only Markdown that affects the text is implemented. Blocks of HTML are kept unchanged, up to the blank line that ends
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from searchkit.posts.markup import containers
from searchkit.posts.markup.html_blocks import HtmlBlocks
from searchkit.posts.markup.inline import inline
from searchkit.posts.markup.links import References, with_captions
from searchkit.posts.markup.marks import ASIDE, BREAK, BULLET, CELL, HELD, ROW, SPACE, held

_INDENT = re.compile(r"[^\S\n]*+")
_HEADING = re.compile(r"#{1,6}(?:[ \t]++|$)(.*)")
_HEADING_END = re.compile(r"(?<![^ \t])#++[ \t]*+$")
_ANCHOR = re.compile(r"\{[:#.][^{}\n]*+\}$")
_ATTRIBUTES = re.compile(r"\{[:#.][^{}\n]*+\}$")
_QUOTE = re.compile(r"(?>(?:>[ \t]?)+)")
_TASK = re.compile(r"\[[ xX/<>!*?-]\][ \t]++")
_BULLET = re.compile(r"[-*+](?:[ \t]++|$)")
_NUMBER = re.compile(r"(\d{1,3})[.)](?:[ \t]++|$)")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]")
_DEFINITION = re.compile(
    r"^[ \t>]*+\[([^\[\]\n]{1,300}+)\]:[ \t]*+"
    r"(?:<[^<>\n]*+>|[A-Za-z][A-Za-z0-9+.-]*+:\S++|[/#.]\S*+|[^\s/]++/\S*+|[\w-]++\.\S++)"
    r"[ \t]*+(?:\"[^\"\n]*+\"|'[^'\n]*+'|\([^()\n]*+\))?[ \t]*+$",
    re.MULTILINE,
)
_FOOTNOTE = re.compile(r"^[ \t>]*+\[\^([^\[\]\n]{1,100}+)\]:[ \t]*+", re.MULTILINE)
_NAMED_LINE = re.compile(r"\*\[([^\[\]\n]{1,100}+)\]:[ \t]++|@tab(?::active)?[ \t]++")
"""How an abbreviation and the title of a tab begin."""
_BLOCK_NAME = re.compile(r"(?:^|[ \t])\^(?=[\d-]*+[^\W\d]|\d{4})[\w-]++$")
_SETEXT = (frozenset("="), frozenset("-"))
_RULES = (frozenset("-"), frozenset("*"), frozenset("_"), frozenset("~"))
_TABLE_RULE = frozenset("|:-+ \t")
_PROSE = re.compile("[\u3400-\u9fff“「《（].*[\u3002\uff0c\uff1b\uff01\uff1f\uff1a\u3001]|[\u3400-\u9fff]{16}")
_CONVERTED = re.compile(r"!\[\]\(|&(?:nbsp|#\d{2,5});")
"""Signs of a page that a program turned into Markdown: it indents what is no code."""
_FORMULA = re.compile(r"\$(?![\s$])[^$\n]{1,500}+(?<!\s)\$(?!\d)")
_CONTENTS = frozenset(("[toc]", "[[toc]]", "[[_toc_]]", "[_toc_]", "${toc}", "@[toc]"))
_TAB = 4
"""Columns of a tab, and how far a line of code is indented."""


def to_html(text: str, texts: list[str] | None = None) -> str:
    """Replace the Markdown of a text by marks between blocks; HTML remains.

    Args:
        text: the text.
        texts: those that are held back; indented code is added to them.

    >>> to_html("# 甲\\n\\n- 乙").replace(BREAK, "/")
    '/甲//• 乙/'
    """
    return _Reader(text, [] if texts is None else texts).read()


def _references(text: str) -> References:
    if "]" not in text or "]:" not in text:
        return frozenset()
    names = {match[1].strip().lower() for match in _DEFINITION.finditer(text)}
    return frozenset(names | {"^" + match[1].lower() for match in _FOOTNOTE.finditer(text)})


@dataclass
class _Reader:
    """The state of reading one post.

    Attributes:
        text: the post.
        texts: those that are held back.
        parts: the output so far.
        paragraph: the lines of the current paragraph.
        references: the names of all link definitions.
        html: where blocks of HTML end.
        width: the columns that the current line is indented by.
        columns: where the contents of the open list items begin, the outermost first.
        in_list: whether the last block is a list.
        in_table: whether the last block is a table.
        quoted: whether the last line is part of a quotation.
        after_html: whether the last block was HTML, or none came before.
        no_code_before: the end of indented lines that are no code.
    """

    text: str
    texts: list[str]
    parts: list[str] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    references: References = frozenset()
    html: HtmlBlocks = field(init=False)
    width: int = 0
    columns: list[int] = field(default_factory=list)
    in_list: bool = False
    in_table: bool = False
    quoted: bool = False
    after_html: bool = True
    no_code_before: int = 0

    def read(self) -> str:
        self.references = _references(self.text)
        self.html = HtmlBlocks(self.text)
        position = 0
        while position < len(self.text):
            position = self._read_block(position)
        self._end_paragraph()
        return "".join(self.parts)

    def _read_block(self, position: int) -> int:
        """Read the line or block at an offset; return the offset after it."""
        indent = _INDENT.match(self.text, position)
        start = indent.end() if indent else position
        self.width = start - position
        if self.width and indent and "\t" in indent[0]:
            self.width = len(indent[0].expandtabs(_TAB))
        if self.width >= _TAB and not self.paragraph and indent and not indent[0].strip(" \t"):
            stop = self._indented_code(position, start)
            if stop > position:
                return stop
        # before the line is copied: a long line may contain many blocks
        if self.text.startswith("<", start):
            stop = self.html.end(start)
            if stop > start:
                self._end_paragraph()
                self.parts.append(with_captions(self.text[start:stop]))
                self.after_html = True
                return stop
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        self._read_line(self.text[start:end].strip(), BREAK if self.text.endswith("  ", start, end) else "")
        return end + 1

    def _indented_code(self, position: int, start: int) -> int:
        """Hold the indented code at an offset; return its end, or the offset itself if it is none.

        Indented HTML after HTML is a page that was collected, and indented sentences are paragraphs as they are set in
        Chinese.
        """
        margin = _TAB + (self.columns[-1] if self.columns else 0)
        first = self.text[start : start + 1]
        if self.width < margin or first in "\n" or self.html.open or self.in_table or start < self.no_code_before:
            return position
        if first in f"{BREAK}{ASIDE}{HELD}\u3000|" or (first == "<" and self.after_html):
            return position
        if _PROSE.match(self.text, start) or (self.columns and _ITEM.match(self.text, start)):
            return position
        lines: list[str] = []
        begin = end = position
        while position < len(self.text):
            line_end = self.text.find("\n", position)
            line_end = len(self.text) if line_end < 0 else line_end
            line = self.text[position:line_end].expandtabs(_TAB).rstrip()
            if line and not line.startswith(" " * margin):
                break
            lines.append(line[margin:])
            position = line_end + 1
            end = position if line else end
        code = "\n".join(lines).rstrip()
        if HELD in code or _CONVERTED.search(code) or code.count("</span>") > code.count("<span"):
            self.no_code_before = end
            return begin
        self.parts += BREAK, held(code, self.texts), BREAK
        self.after_html = False
        return end

    def _read_line(self, line: str, hard_break: str) -> None:
        quote = _QUOTE.match(line) if line.startswith(">") else None
        if bool(quote) != self.quoted and line:
            # lines after a quotation without a blank line belong to it, so only its start ends a paragraph
            if quote:
                self._end_paragraph()
            self.quoted = bool(quote)
        line = line[quote.end() :].strip() if quote else line
        if not line:
            self._end_paragraph()
            self.in_table = self.in_list = False
            return
        self.after_html = False
        if self.columns:
            while self.columns and self.width < self.columns[-1]:
                self.columns.pop()
        if not self._read_special(line):
            if "^" in line:
                line = _BLOCK_NAME.sub("", line)
            self.paragraph.append(line + hard_break)

    def _read_special(self, line: str) -> bool:
        """Read a line unless it is part of a paragraph; return whether it was read."""
        first = line[0]
        if first in "=-*_+|:~" and self._read_rule(line):
            return True
        if first in ":!?=[@{$" and self._read_container(line):
            return True
        if first == "#":
            return self._read_heading(line)
        if first == "[" and self._read_definition(line):
            return True
        if first in BREAK + ASIDE:  # what was held back, or is printed by a tag
            self._end_paragraph()
            self.parts += BREAK, line if first == BREAK else inline(line, self.references), BREAK
            return True
        if first in "*@" and (named := _NAMED_LINE.match(line)):
            self._end_paragraph()
            self._add(line[named.end() :] if named[1] is None else f"{named[1]}: {line[named.end() :]}", BREAK)
            return True
        if "|" in line and (self.in_table or (first == "|" == line[-1] and len(line) > 1)):
            self._end_paragraph()
            if "$" in line:  # a bar in a formula ends no cell
                line = _FORMULA.sub(lambda match: held(match[0], self.texts) if "|" in match[0] else match[0], line)
            self._add(CELL.join(cell.strip() for cell in _cells(line)), ROW)
            return True
        return self._read_item(line)

    def _read_container(self, line: str) -> bool:
        """Read a line that begins or ends a container, has the place of a table of contents, or defines a term."""
        if line.lower() in _CONTENTS:
            return True
        if line[0] == "{":
            return self._read_attributes(line)
        if line[0] == ":" and line[1:2] in (" ", "\t"):
            self._end_paragraph()
            self.paragraph.append(line[1:].strip())
            return True
        container = containers.read(line, self.quoted)
        if container is None:
            return False
        self._end_paragraph()
        if container.title:
            self._add(container.title, BREAK)
        if container.is_indented:
            self.columns.append(self.width + _TAB)
        return True

    def _read_attributes(self, line: str) -> bool:
        if not _ATTRIBUTES.match(line):
            return False
        if line.startswith("{:toc") and len(self.paragraph) == 1:
            self.paragraph.clear()  # the item that the table of contents replaces
        return True

    def _read_rule(self, line: str) -> bool:
        kinds = frozenset(line)
        if len(line) > 1 and kinds in _SETEXT and self.paragraph:
            self._end_paragraph()
            return True
        if len(line) > 2 and kinds - {" ", "\t"} in _RULES:
            self._end_paragraph()
            return True
        if kinds <= _TABLE_RULE and "-" in kinds and "|" in kinds:
            header = self.paragraph.pop() if self.paragraph else ""
            self._end_paragraph()
            self._add(CELL.join(cell.strip() for cell in _cells(header)), ROW)
            self.in_table = True
            return True
        return False

    def _read_heading(self, line: str) -> bool:
        heading = _HEADING.match(line)
        if heading is None:
            return False
        self._end_paragraph()
        self._add(_heading_text(heading), BREAK)
        return True

    def _read_definition(self, line: str) -> bool:
        footnote = _FOOTNOTE.match(line)
        if footnote:
            self._end_paragraph()
            self.paragraph.append(line[footnote.end() :])
            self.columns.append(self.width + _TAB)
            return True
        return not self.paragraph and not self.html.open and _DEFINITION.match(line) is not None

    def _read_item(self, line: str) -> bool:
        item = _BULLET.match(line)
        number = None if item else self._numbered(line)
        marker = item or number
        if marker is None:
            return False
        self._end_paragraph()
        self.in_list = True
        level = 0 if self.quoted else len(self.columns)
        self.columns.append(self.width + min(marker.end(), _TAB))
        rest = line[marker.end() :]
        if task := _TASK.match(rest):
            rest = rest[task.end() :]
        # an item may begin with a heading, a quotation or another item
        if rest and rest[0] in "-*+>#0123456789":
            rest = _nested_text(rest)
        if rest.startswith(BREAK):  # code
            self.parts.append(rest)
        elif rest:
            rest = _BLOCK_NAME.sub("", rest) if "^" in rest else rest
            self.paragraph.append(SPACE * (2 * level) + (f"{number[0].rstrip()} " if number else BULLET) + rest)
        return True

    def _numbered(self, line: str) -> re.Match[str] | None:
        """A number that begins a list; within a paragraph only 1 does: a wrapped line may begin with any number."""
        number = _NUMBER.match(line)
        return number if number and (self.in_list or not self.paragraph or number[1] == "1") else None

    def _end_paragraph(self) -> None:
        if self.paragraph:
            self._add("\n".join(self.paragraph), BREAK)
            self.paragraph.clear()

    def _add(self, text: str, mark: str) -> None:
        self.parts += mark, inline(text, self.references), mark


def _nested_text(rest: str) -> str:
    """The text of an item that begins with another item, a quotation or a heading; numbers are text."""
    numbers = ""
    for _ in range(8):
        marker = _BULLET.match(rest) or _QUOTE.match(rest) or _NUMBER.match(rest)
        if not marker:
            break
        numbers += f"{marker[0].rstrip()} " if marker[0][0].isdecimal() else ""
        rest = rest[marker.end() :]
    heading = _HEADING.match(rest)
    return numbers + (_heading_text(heading) if heading else rest)


def _heading_text(heading: re.Match[str]) -> str:
    return _HEADING_END.sub("", _ANCHOR.sub("", heading[1].rstrip()).rstrip())


def _cells(line: str) -> list[str]:
    cells = line.replace("\\|", "\0").strip("|").split("|")  # a decoded file has no NUL
    return [cell.replace("\0", "|") for cell in cells]
