"""From the markup of a post to plain text.

Code is held back first; then templates, comments, Markdown and HTML are removed, in this order.
"""

from __future__ import annotations

import re

from searchkit.posts.markup.blocks import to_html
from searchkit.posts.markup.hidden import with_titles_of_tabs, without_hidden
from searchkit.posts.markup.html import marked_text
from searchkit.posts.markup.liquid import hold_inline_code, without_liquid
from searchkit.posts.markup.marks import to_lines, without_marks
from searchkit.posts.markup.verbatim import hold_verbatim

__all__ = ["html_line", "plain_text"]

_LEADING_COMMENTS = re.compile(r"(?>(?:\s++|<!--[^<>]*?-->)*)")
_UNDERLINE = re.compile(r"(?:-{2,}+|={2,}+)[ \t]*+(?:\n|\Z)")
_NOT_WORDS = re.compile(r"[\W_]+")


def plain_text(content: str, title: str = "") -> str:
    """The text of HTML, Markdown and templates; each paragraph, list item, heading or table row is one line.

    Code keeps its lines and their indentation. Captions and other text that stands beside the text are lines of their
    own, in brackets. Time and memory are linear in the length of the content. Never raises.

    Args:
        content: the markup after the front matter.
        title: the title of the post; an underlined link with this text at the top of the content is removed.

    >>> plain_text("<!--1--><p>国<b>际</b>论坛</p>&lt;3<br>![图](x.png) **新**")
    '国际论坛\\n<3\\n新\\n[图]'
    """
    held: list[str] = []
    text = hold_verbatim(_without_title_link(without_marks(content), title), held)
    if ("{" in text and ("{%" in text or "{{" in text)) or ("%" in text and "%%" in text):
        text = with_titles_of_tabs(without_liquid(hold_inline_code(text, held)))
    return to_lines(marked_text(to_html(without_hidden(text), held)), held)


def html_line(text: str) -> str:
    """A short text with tags and entities, such as a title, as one line of plain text.

    >>> html_line("港<b>澳</b> &amp; 台")
    '港澳 & 台'
    """
    text = without_marks(text)
    if "<" in text or "&" in text or "\n" in text:
        text = to_lines(marked_text(text))
    return " ".join(text.split())


def _without_title_link(content: str, title: str) -> str:
    """Remove an underlined ``[title](url)``, which some archives put at the top of every post."""
    top = _LEADING_COMMENTS.match(content)
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
    if text == title:  # as it nearly always is
        return not text.isspace()
    text_words, title_words = _NOT_WORDS.sub("", html_line(text)), _NOT_WORDS.sub("", title)
    if not text_words or not title_words:
        return False
    return text_words.startswith(title_words) or title_words.startswith(text_words)
