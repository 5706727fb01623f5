"""Escaping of untrusted text.

Posts come from the web: control characters in their titles, sources, paths and URLs must not control a terminal, and
their URLs must not run a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from searchkit.model import Span

# C0, DEL, C1; line and paragraph separators; bidi embeddings, overrides and isolates; lone surrogates
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~-._"


def visible(text: str, keep: str = "") -> str:
    r"""Escape all control characters, as in a Python string literal.

    Args:
        text: any text.
        keep: control characters that are not escaped, such as the line feeds of a body.

    >>> visible("标题\x1b[31m\u202e")
    '标题\\x1b[31m\\u202e'
    """
    return _CONTROLS.sub(lambda match: match[0] if match[0] in keep else ascii(match[0])[1:-1], text)


def split_spans(text: str, spans: Sequence[Span], keep: str = "") -> Iterator[tuple[str, bool]]:
    r"""Split a text at its spans, then escape each part but what it is to ``keep``, as ``visible`` does.

    Returns:
        The parts, and whether each is inside a span.

    >>> list(split_spans("通\x07关", [(2, 3)]))
    [('通\\x07', False), ('关', True)]
    """
    done = 0
    for start, end in spans:
        if done < start:
            yield visible(text[done:start], keep), False
        if start < end:
            yield visible(text[start:end], keep), True
        done = end
    if done < len(text):
        yield visible(text[done:], keep), False


def web_link(url: str) -> str | None:
    """An http(s) URL as an ASCII link target; None for other URLs, and for those with spaces or control characters.

    >>> web_link("https://例.com/新闻?a=1"), web_link("javascript:alert(1)")
    ('https://%E4%BE%8B.com/%E6%96%B0%E9%97%BB?a=1', None)
    """
    url = url.strip(" ")
    if _CONTROLS.search(url) or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(url, safe=_URL_CHARACTERS)


def file_link(folder: str, path: str) -> str | None:
    """The ``file://`` URL of a post; None if its path cannot be the name of a file.

    Args:
        folder: the corpus folder.
        path: the path of the post, relative to the folder, ``/``-separated.
    """
    try:
        return Path(folder, path).absolute().as_uri()
    except UnicodeEncodeError:
        return None
