"""Marks of markup that are left in the prose of a document that was read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from benchmarks.archives.blocks import Blocks
from benchmarks.archives.markup import CODE_SPAN, HTML_TAG, MATH
from benchmarks.archives.visible import squash

_MARKS = {
    "emphasis": re.compile(
        r"\*\*(?=[^\s*])[^*]+?(?<=[^\s*])\*\*|~~(?=\S)[^~]+?(?<=\S)~~"
        r"|(?<![\w_])__(?=[^\s_])[^_]*[ 㐀-鿿][^_]*(?<=[^\s_])__(?![\w_])"
        r"|(?<![\w*])\*(?=[^\s*])[^*]{0,60}[㐀-鿿][^*]{0,60}(?<=[^\s*])\*(?![\w*])"
    ),
    "highlight": re.compile(r"(?<!=)==(?=[^\s=])[^=;{}()\"]{1,80}(?<=[^\s=])==(?!=)"),
    "image": re.compile(r"!\[[^\[\]]*\]\("),
    "link": re.compile(r"\[[^\[\]]*\]\(<?(?:[\w./#]|\?\w)[^()\s]*(?:\s+\"[^\"]*\")?\)"),
    "wiki link": re.compile(r"!?\[\[[^\s\[\]][^\[\]]*\]\](?!\()"),
    "Liquid": re.compile(r"\{%-?\s*\w[^{}]*%\}"),
    "shortcode": re.compile(r"\{\{[<%].*?[>%]\}\}"),
    "container": re.compile(r"^\s*(?::{3,}|!!!\s|\?\?\?\+?\s)|\s:{3,}$"),
    "attributes": re.compile(
        r"\{:[^{}]*[.#=][^{}]*\}|(?<=\S) ?\{[.#][A-Za-z][\w-]*(?:[ ][^{}]*)?\}|(?<=[)\]])\{\w+=[^{}]*\}"
    ),
    "tag": HTML_TAG,
    "comment": re.compile(r"<!--"),
    "Obsidian comment": re.compile(r"%%[^%]+%%"),
    "inline footnote": re.compile(r"(?<![A-Za-z0-9_)）])\^\[[^\[\]]+\]"),
    "footnote": re.compile(r"\[\^[^\[\]\s]+\]"),
    "heading": re.compile(r"^\s*#{1,6}\s+\S"),
    "callout": re.compile(r"\[![A-Za-z-]+\][+-]?"),
    "quote": re.compile(r"^\s*>\s"),
    "address": re.compile(r"<https?://[^<>\s]+>"),
    "component": re.compile(
        r"""</?[A-Z][A-Za-z]*(?:\s+[:@\w-]+=(?:"[^"]*"|'[^']*'))*\s*/>|</?[a-z]+(?:-[a-z]+)+(?:\s[^<>]*)?/?>"""
    ),
    "escape": re.compile(r"(?<!\\)\\[*_#`~>{}|!+.-]"),
    "rule": re.compile(r"^\s*(?:(?:-\s*){3,12}|(?:\*\s*){3,12}|(?:_\s*){3,12})$"),
    "entity": re.compile(
        r"&(?:nbsp|lt|gt|amp|quot|apos|ldquo|rdquo|hellip|mdash|middot|emsp|ensp|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
    ),
    "fence": re.compile(r"^\s*(?:`{3,}|~{3,4}(?!~))"),
    "table of contents": re.compile(r"^\s*(?:\[TOC\]|\[\[toc\]\]|\{:\s*toc.*\})\s*$", re.IGNORECASE),
    "tab": re.compile(r"^@tab(?::active)?\s"),
    "block name": re.compile(r"(?<=\S)\s\^[A-Za-z0-9-]{2,}$"),
    "abbreviation": re.compile(r"^\s*\*\[[^\[\]]+\]:\s"),
    "reference": re.compile(r"^\s*\[[^\^\[\]]+\]:\s*(?:https?:|/|\.)\S+"),
}
_AT_LINE_START = frozenset(("container", "heading", "quote", "fence", "reference"))
_IN_HTML = frozenset(("tag", "component", "comment", "entity", "Liquid", "shortcode"))
_SIGN = "\ufffc"
_START = 12
"""Characters by which the start of a line is recognized."""
_LIST_PREFIX = re.compile(r"(?:[\s>]|[-*+]\s|\d+[.)]\s)*")
_FOOTNOTE_DEFINITION = re.compile(r"^[ >]*(\[\^[^\[\]\s]+\]):", re.MULTILINE)


def prose_lines(blocks: Blocks, body: str) -> list[str]:
    """The lines of a body that are not code, with a sign for each piece of code or formula within them."""
    code = "\n".join(map(squash, blocks.code))
    lines = [line for line in body.split("\n") if line.strip() and squash(line) not in code]
    spans = {span for _, span in CODE_SPAN.findall(blocks.prose)} | set(MATH.findall(blocks.prose))
    literal = sorted((" ".join(span.split()) for span in spans), key=len, reverse=True)
    pattern = "|".join(rf"(?<![A-Za-z0-9_]){re.escape(span)}(?![A-Za-z0-9_])" for span in literal if len(span) > 1)
    return [re.sub(pattern, _SIGN, line) for line in lines] if pattern else lines


def marks_left(blocks: Blocks, body: str) -> Iterator[tuple[str, str, str]]:
    """The kind, the mark and the line of each line with marks that the raw prose has in the same way.

    Raw prose with ``\\*\\*`` or ``&lt;b&gt;`` shows these signs to its reader, so they are no marks; nor are marks of
    Markdown within blocks of HTML.
    """
    raw = _RawMarks(blocks)
    for line in prose_lines(blocks, body):
        matches = ((kind, pattern.search(line)) for kind, pattern in _MARKS.items())
        found = next(((kind, match[0]) for kind, match in matches if match and raw.has(kind, match)), None)
        if found:
            yield *found, line


class _RawMarks:
    """The raw prose outside code and formulas, to look up marks in."""

    def __init__(self, blocks: Blocks) -> None:
        prose, markdown = (MATH.sub(_SIGN, CODE_SPAN.sub(_SIGN, text)) for text in (blocks.prose, blocks.markdown))
        lines = markdown.split("\n")
        self._prose, self._markdown = squash(prose), squash(markdown.replace("\\\\", ""))
        self._starts = {start for line in lines if (start := _start(_LIST_PREFIX.sub("", line, count=1)))}
        self._quoted = {start for line in lines if line.lstrip().startswith(">") and (start := _start(line))}
        self._found = Counter[str]()
        self._footnotes = set(_FOOTNOTE_DEFINITION.findall(markdown))

    def has(self, kind: str, match: re.Match[str]) -> bool:
        """Whether the raw prose has a mark of this kind; to be asked once for each line that has it."""
        mark, line = match[0], match.string
        if kind == "fence":
            return True  # lines of code do not come here
        if kind == "footnote" and mark not in self._footnotes:
            return False
        if kind == "quote":
            return any(_start(line).startswith(start) for start in self._quoted)
        if kind in _AT_LINE_START and line.startswith(mark):
            begin = squash(line)[:_START]
            return any(begin.startswith(start) or start.startswith(begin) for start in self._starts)
        if kind == "entity":  # &amp;nbsp; shows &nbsp;
            mark = line[match.start() : match.end() + 4]
        source = self._prose if kind in _IN_HTML else self._markdown
        self._found[mark] += 1
        return self._found[mark] <= source.count(squash(mark))


def _start(line: str) -> str:
    return squash(line.lstrip(" \t>"))[:_START]
