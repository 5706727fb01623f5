"""The blocks of Markdown, read line by line.

Only Markdown that affects the text is implemented. HTML blocks are kept unchanged: Markdown in them is literal, as in
kramdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from searchkit.posts.htmltext import BLOCK_NAMES
from searchkit.posts.inline import References, inline
from searchkit.posts.marks import BREAK, CELL, ROW, literal

_BLOCK_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
_VOID_TAGS = frozenset(("hr", "br", "link", "meta", "col"))
_OPTIONAL_END = frozenset(("p", "li", "dt", "dd", "td", "th", "tr", "option", "thead", "tbody", "tfoot"))
_TAG_REST = re.compile(r"[^<>]*+>")
_MARKDOWN_INSIDE = re.compile(r"[^<>]*?\bmarkdown\s*=\s*[\"']?(?:1|block|span)\b[^<>]*>")

_INDENT = re.compile(r"[^\S\n]*+")
_FENCE = re.compile(r"(`{3,}+|~{3,}+)([^`\n]*+)$")
_HEADING = re.compile(r"#{1,6}(?:[ \t]++|$)(.*)")
_HEADING_END = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_ANCHOR = re.compile(r"\{[:#][^{}\n]*+\}$")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*+\}$")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_BULLET = re.compile(r"[-*+](?:[ \t]++|$)(?:\[[ xX]\][ \t]++)?")
_NUMBER = re.compile(r"(\d{1,3})[.)](?:[ \t]++|$)")
_DEFINITION = re.compile(
    r"\[([^\[\]\n]{1,300})\]:[ \t]*+"
    r"(?:<[^<>\n]*+>|[A-Za-z][A-Za-z0-9+.-]*+:\S++|[/#.]\S*+|[^\s/]++/\S*+|[\w-]++\.\S++)"
    r"[ \t]*+(?:\"[^\"\n]*+\"|'[^'\n]*+'|\([^()\n]*+\))?[ \t]*+$",
    re.MULTILINE,
)
_FOOTNOTE = re.compile(r"\[\^([^\[\]\n]{1,100})\]:[ \t]*+", re.MULTILINE)
_SETEXT = (frozenset("="), frozenset("-"))
_RULES = (frozenset("-"), frozenset("*"), frozenset("_"))
_TABLE_RULE = frozenset("|:-+ \t")


def to_html(text: str) -> str:
    """Replace the Markdown of a text by marks between blocks; HTML remains.

    >>> to_html("# 甲\\n\\n- 乙").replace(BREAK, "/")
    '/甲//乙/'
    """
    return _Reader(text).read()


def _references(text: str) -> References:
    if "]:" not in text:
        return frozenset()
    names = {match[1].strip().lower() for match in _DEFINITION.finditer(text)}
    return frozenset(names | {"^" + match[1].lower() for match in _FOOTNOTE.finditer(text)})


@dataclass
class _Reader:
    """The state of reading one post.

    Attributes:
        text: the post.
        parts: the output so far.
        paragraph: the lines of the current paragraph.
        references: the names of all link definitions.
        last_comment_end: the offset of the last ``-->``; -1 if there is none.
        in_list: whether the last block is a list.
        in_table: whether the last block is a table.
        quoted: whether the last line is part of a quotation.
    """

    text: str
    parts: list[str] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    references: References = frozenset()
    last_comment_end: int = -1
    in_list: bool = False
    in_table: bool = False
    quoted: bool = False

    def read(self) -> str:
        self.references = _references(self.text)
        self.last_comment_end = self.text.rfind("-->")
        position = 0
        while position < len(self.text):
            position = self._read_block(position)
        self._end_paragraph()
        return "".join(self.parts)

    def _read_block(self, position: int) -> int:
        """Read the line or block at an offset; return the offset after it."""
        indent = _INDENT.match(self.text, position)
        start = indent.end() if indent else position
        # before the line is copied: a long line may contain many blocks
        if self.text.startswith("<", start):
            stop = _html_end(self.text, start, self.last_comment_end)
            if stop > start:
                self._end_paragraph()
                self.parts.append(self.text[start:stop])
                return stop
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        line = self.text[start:end].strip()
        if line.startswith(("```", "~~~")):
            fence = _FENCE.match(line)
            if fence:
                return self._read_fence(fence[1], end + 1)
        self._read_line(line, BREAK if self.text.endswith("  ", start, end) else "")
        return end + 1

    def _read_fence(self, fence: str, start: int) -> int:
        self._end_paragraph()
        position = start
        while position < len(self.text):
            end = self.text.find("\n", position)
            end = len(self.text) if end < 0 else end
            if self._closes(position, end, fence):
                break
            position = end + 1
        else:
            end = len(self.text)
        self.parts += BREAK, literal(self.text[start:position]), BREAK
        return end + 1

    def _closes(self, start: int, end: int, fence: str) -> bool:
        line = self.text[start:end].strip() if end - start < 200 else ""
        return len(line) >= len(fence) and set(line) == {fence[0]}

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
        elif not self._read_special(line):
            self.paragraph.append(line + hard_break)

    def _read_special(self, line: str) -> bool:
        """Read a line unless it is part of a paragraph; return whether it was read."""
        first = line[0]
        if first in "=-*_+|:" and self._read_rule(line):
            return True
        if first == "#":
            return self._read_heading(line)
        if first == "[" and self._read_definition(line):
            return True
        if first == "{" and _ATTRIBUTES.match(line):
            return True
        if "|" in line and (self.in_table or (first == "|" == line[-1] and len(line) > 1)):
            self._end_paragraph()
            self._add(CELL.join(cell.strip() for cell in _cells(line)), ROW)
            return True
        return self._read_item(line)

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
        self._add(_HEADING_END.sub("", _ANCHOR.sub("", heading[1]).rstrip()), BREAK)
        return True

    def _read_definition(self, line: str) -> bool:
        footnote = _FOOTNOTE.match(line)
        if footnote:
            self._end_paragraph()
            self.paragraph.append(line[footnote.end() :])
            return True
        return not self.paragraph and _DEFINITION.match(line) is not None

    def _read_item(self, line: str) -> bool:
        item = _BULLET.match(line) or self._numbered(line)
        if item is None:
            return False
        self._end_paragraph()
        self.in_list = True
        rest = line[item.end() :]
        # an item may begin with a heading, a quotation or another item
        if rest and not (rest[0] in "-*+>#0123456789" and self._read_nested(rest)):
            self.paragraph.append(rest)
        return True

    def _read_nested(self, rest: str) -> bool:
        for _ in range(8):
            marker = _BULLET.match(rest) or _QUOTE.match(rest) or _NUMBER.match(rest)
            if not marker:
                break
            rest = rest[marker.end() :]
        if not self._read_heading(rest) and rest:
            self.paragraph.append(rest)
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


def _cells(line: str) -> list[str]:
    return line.replace("\\|", "&#124;").strip("|").split("|")


def _html_end(text: str, start: int, last_comment_end: int) -> int:
    """The end of the HTML block at ``start``; ``start`` if there is none.

    A block ends with its closing tag; without one, it extends to the end of the text. So every search either advances
    the reader or is the last one, and the total time is linear.
    """
    if text.startswith("<!--", start):
        return text.find("-->", start) + 3 if start < last_comment_end else start
    tag = _BLOCK_TAG.match(text, start)
    if tag is None or (name := tag[2].lower()) not in BLOCK_NAMES:
        return start
    opening = _TAG_REST.match(text, tag.end())
    if tag[1] or name in _VOID_TAGS or (opening and opening[0].endswith("/>")):
        return opening.end() if opening else start
    inside = _MARKDOWN_INSIDE.match(text, tag.end())
    if inside:
        return inside.end()
    if name in _OPTIONAL_END:
        close = re.compile(rf"</{name}\s*>|\n[ \t]*(?=\n)", re.IGNORECASE).search(text, tag.end())
        return close.end() if close else len(text)
    return _balanced_end(text, tag.end(), name)


def _balanced_end(text: str, position: int, name: str) -> int:
    depth = 1
    pattern = re.compile(rf"<!--|<(/?){name}(?=[\s/>])[^<>]*>?", re.IGNORECASE)
    while match := pattern.search(text, position):
        position = match.end()
        if match[0] == "<!--":
            end = text.find("-->", position)
            if end < 0:
                break
            position = end + 3
        elif match[1]:
            depth -= 1
            if depth == 0:
                return position
        elif not match[0].endswith("/>"):
            depth += 1
    return len(text)
