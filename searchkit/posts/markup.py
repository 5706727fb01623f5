"""A post's content to the text that a reader reads."""

from __future__ import annotations

import re

from searchkit.posts.htmltext import marked_text
from searchkit.posts.liquid import without_liquid
from searchkit.posts.markdown import to_html
from searchkit.posts.marks import to_lines, unmarked

_TOP = re.compile(r"(?:\s++|<!--[^<>]*?-->)*+")
_UNDERLINE = re.compile(r"(?:-{2,}+|={2,}+)[ \t]*+(?:\n|\Z)")
_NOT_WORDS = re.compile(r"[\W_]+")


def plain_text(content: str, title: str = "") -> str:
    """The text of HTML, Markdown and Liquid, a paragraph, list item, heading or table row a line.

    Args:
        content: what stands below the front matter.
        title: the post's title; a link with this text and an underline at the very top is left out.

    Time and memory grow linearly with ``content``. Never raises.

    >>> plain_text("<!--1--><p>国<b>际</b>论坛</p>&lt;3<br>![图](x.png) **新**")
    '国际论坛\\n<3\\n新'
    """
    text = without_liquid(_without_title_link(unmarked(content), title))
    return to_lines(marked_text(to_html(text)))


def html_line(text: str) -> str:
    """A short text such as a title, which may hold tags and entities, as one line of plain text.

    >>> html_line("港<b>澳</b> &amp; 台")
    '港澳 & 台'
    """
    return " ".join(to_lines(marked_text(unmarked(text))).split())


def _without_title_link(content: str, title: str) -> str:
    """Without ``[title](url)`` and its underline, which the archive puts on top of every post."""
    top = _TOP.match(content)
    start = top.end() if top else 0
    end = content.find("\n", start)
    if not content.startswith("[", start) or end < 0:
        return content
    line = content[start:end].rstrip()
    underline = _UNDERLINE.match(content, end + 1)
    text, link, _ = line.rpartition("](")
    if not underline or not link or not line.endswith(")") or not _is_title(text[1:], title):
        return content
    return content[underline.end() :]


def _is_title(text: str, title: str) -> bool:
    words, wanted = _NOT_WORDS.sub("", html_line(text)), _NOT_WORDS.sub("", title)
    return words.startswith(wanted) or wanted.startswith(words)
