"""Marks of markup that are left in the prose of a document that was read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.archives.blocks import Blocks
from benchmarks.archives.visible import CODE_SPAN, HTML_TAG, MATH, squash

_MARKS = {
    "emphasis": re.compile(
        r"\*\*(?=[^\s*])[^*]+?(?<=[^\s*])\*\*|~~(?=\S)[^~]+?(?<=\S)~~"
        r"|(?<![\w_])__(?=[^\s_])[^_]*[ 㐀-鿿][^_]*(?<=[^\s_])__(?![\w_])"
        r"|(?<![\w*])\*(?=[^\s*])[^*]{0,60}[㐀-鿿][^*]{0,60}(?<=[^\s*])\*(?![\w*])"
    ),
    "highlight": re.compile(r"(?<!=)==(?=[^\s=])[^=;{}()\"]{1,80}(?<=[^\s=])==(?!=)"),
    "image": re.compile(r"!\[[^\[\]]*\]\("),
    "link": re.compile(r"\[[^\[\]]*\]\(<?(?:[\w./#]|\?\w)[^()\s]*(?:\s+\"[^\"]*\")?\)"),
    "wiki link": re.compile(r"!?\[\[[^\s\[\]][^\[\]]*\]\]"),
    "Liquid": re.compile(r"\{%-?\s*\w[^{}]*%\}"),
    "shortcode": re.compile(r"\{\{[<%].*?[>%]\}\}"),
    "container": re.compile(r"^\s*(?::{3,}|!!!\s|\?\?\?\+?\s)|\s:{3,}$"),
    "attributes": re.compile(
        r"\{:[^{}]*[.#=][^{}]*\}|(?<=\S) ?\{[.#][A-Za-z][\w-]*(?:[ ][^{}]*)?\}|(?<=[)\]])\{\w+=[^{}]*\}"
    ),
    "tag": HTML_TAG,
    "comment": re.compile(r"<!--"),
    "Obsidian comment": re.compile(r"%%[^%]+%%"),
    "inline footnote": re.compile(r"(?<![\w)）])\^\[[^\[\]]+\]"),
    "footnote": re.compile(r"\[\^[^\[\]\s]+\]"),
    "heading": re.compile(r"^\s*#{1,6}\s+\S"),
    "callout": re.compile(r"\[![A-Za-z-]+\][+-]?"),
    "quote": re.compile(r"^\s*>\s"),
    "address": re.compile(r"<https?://[^<>\s]+>"),
    "component": re.compile(
        r"""</?[A-Z][A-Za-z]*(?:\s+[:@\w-]+=(?:"[^"]*"|'[^']*'))*\s*/>|</?[a-z]+(?:-[a-z]+)+(?:\s[^<>]*)?/?>"""
    ),
    "escape": re.compile(r"\\[*_#`~>{}|!+.-]"),
    "rule": re.compile(r"^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})$"),
    "entity": re.compile(
        r"&(?:nbsp|lt|gt|amp|quot|apos|ldquo|rdquo|hellip|mdash|middot|emsp|ensp|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
    ),
    "fence": re.compile(r"^\s*(?:`{3,}|~{3,})"),
    "table of contents": re.compile(r"^\s*(?:\[TOC\]|\[\[toc\]\]|\{:\s*toc.*\})\s*$", re.IGNORECASE),
    "reference": re.compile(r"^\s*\[[^\^\[\]]+\]:\s*(?:https?:|/|\.)\S+"),
}
_AT_LINE_START = frozenset(("container", "heading", "quote", "fence", "reference"))
_IN_HTML = frozenset(("tag", "component", "comment", "entity", "Liquid", "shortcode"))
_LIST_PREFIX = re.compile(r"(?:[\s>]|[-*+]\s|\d+[.)]\s)*")
_FOOTNOTE_DEFINITION = re.compile(r"^[ >]*(\[\^[^\[\]\s]+\]):", re.MULTILINE)


def prose_lines(blocks: Blocks, body: str) -> list[str]:
    """The lines of a body that are not code, with a sign for each piece of code or formula within them."""
    code = "\n".join(map(squash, blocks.code))
    spans = {span for _, span in CODE_SPAN.findall(blocks.prose)} | set(MATH.findall(blocks.prose))
    inline = sorted(filter(None, {" ".join(span.split()) for span in spans}), key=len, reverse=True)
    lines = [line for line in body.split("\n") if line.strip() and squash(line) not in code]
    pattern = re.compile(
        "|".join(rf"(?<![A-Za-z0-9_]){re.escape(span)}(?![A-Za-z0-9_])" for span in inline if len(span) > 1)
    )
    return [pattern.sub("\ufffc", line) if inline else line for line in lines]


def marks_left(blocks: Blocks, body: str) -> Iterator[tuple[str, str, str]]:
    """The kind, the mark and the line of each line with marks that the raw prose has in the same way.

    Raw prose with ``\\*\\*`` or ``&lt;b&gt;`` shows these signs to its reader, so they are no marks; nor are marks of
    Markdown within blocks of HTML.
    """
    prose, markdown = (MATH.sub("\ufffc", CODE_SPAN.sub("\ufffc", text)) for text in (blocks.prose, blocks.markdown))
    anywhere, outside_html = squash(prose), squash(markdown)
    starts = [squash(_LIST_PREFIX.sub("", line, count=1))[:12] for line in markdown.split("\n")]
    quotes = [squash(line.lstrip(" >"))[:12] for line in markdown.split("\n") if line.lstrip().startswith(">")]
    footnotes = set(_FOOTNOTE_DEFINITION.findall(markdown))
    for line in prose_lines(blocks, body):
        for kind, pattern in _MARKS.items():
            match = pattern.search(line)
            if not match or (kind == "footnote" and match[0] not in footnotes):
                continue
            if kind == "quote":
                is_raw = any(squash(line.lstrip(" >")).startswith(start) for start in quotes if start)
            elif kind == "fence":
                is_raw = True  # lines of code are left out above
            elif kind in _AT_LINE_START and not line.rstrip().endswith(":::"):
                begin = squash(line)[:12]
                is_raw = any(begin.startswith(start) or start.startswith(begin) for start in starts if start)
            else:
                is_raw = squash(match[0]) in (anywhere if kind in _IN_HTML else outside_html)
            if is_raw:
                yield kind, match[0], line
                break
