"""Titles of posts whose front matter has none: the first heading of level 1, one that opens the body, or the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from searchkit.posts.frontmatter.dates import split_name
from searchkit.posts.frontmatter.values import line
from searchkit.posts.markup import plain_text

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_CLOSING_SIGNS = re.compile(r"(?<!\S)#+[ \t]*$")
_HTML_HEADING = re.compile(
    r"[ \t]*(?:<(?:div|center|p)[^<>]{0,200}>[ \t]*){0,3}<h([1-6])(?=[\s>])[^<>]{0,500}>", re.IGNORECASE
)
_PAGE = re.compile(r"\s*(?:<!--[^>]{0,500}-->\s*){0,5}<(?:!doctype|html|head)\b", re.IGNORECASE)
_PAGE_HEADING = re.compile(r"<h1(?=[\s>])[^<>]{0,500}>", re.IGNORECASE)
_SKIPPED = tuple(
    (re.compile(opening, re.IGNORECASE), closing)
    for opening, closing in (
        (r" {0,3}(`{3,})[^`]*$", r"^ {{0,3}}{0}`*[ \t]*$"),
        (r" {0,3}(~{3,})", r"^ {{0,3}}{0}~*[ \t]*$"),
        (r"[ \t]*(<!--)", "-->"),
        (r"[ \t]*(%%)", "%%"),
        (r"[ \t]*(\$\$)", r"\$\$"),
        (r"[ \t]*\{%-?[ \t]*(raw|highlight|codeblock|comment)\b", r"\{{%-?[ \t]*end{0}"),
        (r"[ \t]*<(pre|script|style|svg)\b", "</{0}"),
    )
)
"""What begins code, a comment or a formula of several lines, and what ends it."""

_COMMENTS = ("<!--", "%%")
_NO_TEXT = re.compile(r"\s*(?:\[toc\]|\[\[toc\]\]|\{%.*%\}|\{:.*\}|import\s.*)\s*", re.IGNORECASE)
_NO_PARAGRAPH = re.compile(r"[ \t]*(?:[-*+>|#]|\d+[.)][ \t])| {4}|\t")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_SEPARATOR = re.compile(r"(?<!\d)[-_]+|[-_]+(?!\d)")
_INDEXES = ("index", "_index")
_MAX_TITLE = 100
"""Characters of a title that is taken from the text; a title of the front matter is never shortened."""
_MAX_HEADING = 1000


def title_of(name: str, path: str, content: str) -> str:
    """A title for a post whose front matter has none.

    Args:
        name: the file name without its suffix.
        path: of the file, relative to the corpus folder.
        content: the markup of the post.

    >>> title_of("2021-11-08-my-first-post", "2021-11-08-my-first-post.md", "文\\n\\n## 小节")
    'my first post'
    """
    for heading in _page_headings(content) if _PAGE.match(content) else _headings(content):
        if title := plain_text(heading[:_MAX_HEADING]).split("\n", 1)[0]:
            return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1] + "…"
    return name_as_title(name, path)


def name_as_title(name: str, path: str) -> str:
    """A file name as a title, without its date and dashes; of an index file the name of its folder.

    >>> name_as_title("2021-11-08", "2021-11-08.md"), name_as_title("index", "posts/my-trip/index.md")
    ('2021-11-08', 'my trip')
    """
    name = name_of_index(name, path)
    rest = line(split_name(name)[1]).strip("-_ ")
    if not rest:
        return line(name.strip("-_ ")) or name or path
    return rest if " " in rest else " ".join(_SEPARATOR.sub(" ", rest).split())


def name_of_index(name: str, path: str) -> str:
    """The name of a file; of an index file that of its folder, if it has one."""
    return (PurePosixPath(path).parent.name or name) if name.lower() in _INDEXES else name


def _page_headings(content: str) -> Iterator[str]:
    """The first heading of level 1 of a whole page in HTML."""
    if heading := _PAGE_HEADING.search(content):
        yield _html_heading(content, heading.end())


def _html_heading(content: str, start: int) -> str:
    """What stands in a heading that begins there."""
    end = content.find("</h", start, start + _MAX_HEADING)
    return content[start : end if end >= 0 else start + _MAX_HEADING]


def _headings(content: str) -> Iterator[str]:
    """The headings that may be the title, the best first: those of level 1, then one that opens the text."""
    opening = ""
    for number, (level, heading) in enumerate(_blocks(content.split("\n"))):
        if level == 1:
            yield heading
        if number == 0:
            opening = heading
    if opening:
        yield opening


def _blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The headings outside code and comments, with their levels; level 0 and no text for other text."""
    closing: re.Pattern[str] | None = None
    for at, text in enumerate(lines):
        if closing:
            closing = None if closing.search(text) else closing
            continue
        opened, closing = _skipped(text)
        if opened:
            yield from () if opened in _COMMENTS else ((0, ""),)
        elif text.strip() and not _NO_TEXT.fullmatch(text):
            yield _heading(lines, at)


def _skipped(text: str) -> tuple[str, re.Pattern[str] | None]:
    """What a line opens that is no text, and what ends it on a later line."""
    for opening, closing in _SKIPPED:
        if opened := opening.match(text):
            end = re.compile(closing.format(re.escape(opened[1])), re.IGNORECASE)
            return opened[1], None if end.search(text, opened.end()) else end
    return "", None


def _heading(lines: list[str], at: int) -> tuple[int, str]:
    """The level and the text of the heading that a line is; 0 and no text if it is none."""
    text = lines[at]
    if atx := _ATX.match(text):
        return len(atx[1]), _CLOSING_SIGNS.sub("", atx[2])
    if in_html := _HTML_HEADING.match(text):
        return int(in_html[1]), _html_heading("\n".join([text[in_html.end() :], *lines[at + 1 : at + 6]]), 0)
    underline = _UNDERLINE.fullmatch(lines[at + 1]) if at + 1 < len(lines) else None
    if underline and not _NO_PARAGRAPH.match(text):
        return (1 if underline[1][0] == "=" else 2), text
    return 0, ""
