"""Here is what a post says: what of it may reach a terminal or a page?

Posts come from the web. Their titles, sources, paths and URLs are shown as text and never drive what shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from searchkit.model import Span

# C0, DEL, C1; line and paragraph separators; bidi embeddings, overrides and isolates; lone surrogates
_DRIVING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=~-._"


def visible(text: str, keep: str = "") -> str:
    r"""The text with every character that could drive a terminal written out.

    Args:
        text: anything.
        keep: characters to leave as they are, such as the newlines of a body.

    >>> visible("标题\x1b[31m\u202e")
    '标题\\x1b[31m\\u202e'
    """
    return _DRIVING.sub(lambda found: found[0] if found[0] in keep else ascii(found[0])[1:-1], text)


def pieces(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    r"""The text cut at its spans, each piece made visible, and whether it lies in a span.

    The cut comes first, so a span keeps its place whatever the replacement makes longer.

    >>> list(pieces("通\x07关", [(2, 3)]))
    [('通\\x07', False), ('关', True)]
    """
    done = 0
    for start, end in spans:
        if done < start:
            yield visible(text[done:start]), False
        if start < end:
            yield visible(text[start:end]), True
        done = end
    if done < len(text):
        yield visible(text[done:]), False


def web_link(url: str) -> str | None:
    """The URL as a link target in plain ASCII, or None where it is no http(s) address or hides something.

    >>> web_link("https://例.com/新闻?a=1"), web_link("javascript:alert(1)")
    ('https://%E4%BE%8B.com/%E6%96%B0%E9%97%BB?a=1', None)
    """
    url = url.strip(" ")
    if _DRIVING.search(url) or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(url, safe=_URL_CHARACTERS)


def file_link(folder: str, path: str) -> str | None:
    """The ``file://`` address of a post, or None where no file can be called so.

    Args:
        folder: the corpus folder.
        path: relative to it, ``/``-separated.
    """
    try:
        return Path(folder, path).absolute().as_uri()
    except UnicodeEncodeError:
        return None
