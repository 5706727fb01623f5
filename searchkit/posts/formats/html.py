"""HTML: the head of a whole page says what front matter says elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

from searchkit.model import Post
from searchkit.posts.frontmatter.parsing import parse as parse_front_matter

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*){0,5}<(?:!doctype|html|head)\b", re.IGNORECASE
)
_BODY = re.compile(r"</head\s*>|<body\b", re.IGNORECASE)
_TOLD = re.compile(
    r"""<title\b[^<>]{0,200}+>[^<]{0,1000}+|<meta\b(?:[^<>"']++|"[^"]{0,2000}+"|'[^']{0,2000}+'){0,99}>""",
    re.IGNORECASE,
)
"""What a head is read for. Where the rest is broken, html.parser takes time by the square of its length."""

_MAX_HEAD = 64 * 1024
"""Characters of a page in which its head is looked for."""

_KEYS = {
    "title": "og:title dc.title",
    "date": "article:published_time date dc.date dc.date.issued datepublished pubdate publishdate publish_date",
    "updated": "article:modified_time lastmod last-modified dc.date.modified datemodified",
    "author": "author article:author dc.creator",
    "source": "og:site_name",
    "description": "description og:description dc.description",
    "tags": "keywords news_keywords article:tag",
}
"""The names of ``<meta>`` for each key of front matter; of several the first counts."""


def parse(path: str, text: str) -> Post:
    """The post of an HTML file, with front matter or as a whole page.

    >>> parse("a.html", "<html><head><title>通关</title><meta name=author content=甲></head>").metadata
    {'title': '通关', 'author': '甲'}
    """
    post = parse_front_matter(path, text)
    if post.metadata or not _PAGE.match(post.content):
        return post
    body = _BODY.search(post.content, 0, _MAX_HEAD)
    return replace(post, metadata=_metadata(post.content[: body.start() if body else _MAX_HEAD]))


def _metadata(head: str) -> dict[str, Any]:
    """What the head of a page says, as front matter; a text as HTML."""
    from bs4 import BeautifulSoup  # for whole pages only

    told = (f"{tag}</title>" if tag[1] in "tT" else tag for tag in _TOLD.findall(head))
    soup = BeautifulSoup("".join(told), "html.parser")
    said: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if isinstance(name, str) and (content := str(meta.get("content") or "").strip()):
            said.setdefault(name.lower(), []).append(escape(content, quote=False))
    found: dict[str, Any] = {}
    if soup.title and (title := soup.title.get_text().strip()):
        found["title"] = escape(title, quote=False)
    for key, names in _KEYS.items():
        if values := next((said[name] for name in names.split() if name in said), []):
            found.setdefault(key, values if len(values) > 1 and key in ("tags", "author") else values[0])
    return found
