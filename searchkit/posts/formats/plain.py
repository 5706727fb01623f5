"""Plain text: what is written is what is read; nothing in it is markup."""

from __future__ import annotations

import re
from html import escape

from searchkit.model import Post
from searchkit.posts.frontmatter.parsing import parse as parse_markdown

_NOT_TEXT = re.compile(r"[{}]")
_REFERENCES = {"{": "&#123;", "}": "&#125;"}


def parse(path: str, text: str) -> Post:
    """The post of a plain text: front matter where it has some, every line of the rest a line.

    >>> parse("a.txt", "甲 <乙>\\n# 丙").content
    '<pre>甲 &lt;乙&gt;\\n# 丙</pre>'
    """
    post = parse_markdown(path, text)
    return Post(path, post.metadata, preformatted(post.content), post.warnings)


def preformatted(text: str) -> str:
    """HTML that shows a text as it is, line by line: no Markdown, no Liquid."""
    return f"<pre>{literal(text)}</pre>" if text.strip() else ""


def literal(text: str) -> str:
    """HTML that shows a text and means nothing to Liquid."""
    return _NOT_TEXT.sub(lambda brace: _REFERENCES[brace[0]], escape(text, quote=False))
