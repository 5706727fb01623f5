"""Formats of posts: the suffix of a file tells which parser splits it into metadata and markup."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from searchkit.model import Post
from searchkit.posts.frontmatter.parsing import parse

Parser = Callable[[str, str], Post]

_PARSERS = {
    ".html": "html",
    ".htm": "html",
    ".txt": "plain",
    ".mdx": "mdx",
    ".org": "org",
    ".rst": "rst",
    ".ipynb": "notebook",
}


def parser_of(path: str) -> Parser:
    """The parser of a file: that of Markdown with front matter, unless the suffix names another.

    >>> parser_of("a.md").__module__, parser_of("a.TXT").__module__
    ('searchkit.posts.frontmatter.parsing', 'searchkit.posts.formats.plain')
    """
    module = _PARSERS.get(path[path.rfind(".") :].lower())
    if module is None:
        return parse
    parser: Parser = import_module(f"{__name__}.{module}").parse  # loaded where there is such a file
    return parser
