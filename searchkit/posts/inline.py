"""Markdown inside a paragraph: emphasis, code, links, images, escapes."""

from __future__ import annotations

import re
from collections import defaultdict

from searchkit.posts.marks import BREAK, CLOSE, OPEN, literal

References = frozenset[str]
"""The names of the link definitions of a post, in lower case."""

_ACTIVE = re.compile(r"[\\`*_~\[<]")
_PROTECTED = re.compile(
    r"\\([!-/:-@\[-`{-~])|(`++)|<((?:[A-Za-z][A-Za-z0-9+.-]{1,31}:|[\w.+-]{1,64}@)[^\s<>]++)>|</?[A-Za-z][^<>]*+>"
)
_PLACEHOLDER = re.compile(f"{OPEN}(\\d+){CLOSE}")
_BRACKET = re.compile(r"!?\[|\]")
_TARGET = re.compile(
    r"\(\s*+(?:<[^<>\n]{0,9999}+>|[^\s()]{0,99999}+(?:\([^\s()]{0,9999}+\)[^\s()]{0,9999}+){0,99}+)"
    r"(?:\s++(?:\"[^\"]{0,999}+\"|'[^']{0,999}+'|\([^()]{0,999}+\)))?+\s*+\)(?:\{:[^{}\n]{0,999}+\})?"
)
_NAME = re.compile(r"[ ]?\[([^\[\]]{0,300}+)\]")
_RUN = re.compile(r"\*++|_++|~~")


def inline(text: str, references: References = frozenset()) -> str:
    """Remove the Markdown markers of a paragraph; HTML tags are kept, and code becomes literal text.

    Characters that are no markers are kept: ``2 * 3``, ``snake_case``, ``[1]``.

    >>> inline("**港**[澳](https://example.com)![台](x.png) `a*b*`").replace("&#42;", "*")
    '港澳 a*b*'
    """
    if _ACTIVE.search(text) is None:
        return text
    protected: list[str] = []
    text = _protect(text.replace("\\\n", BREAK), protected)
    if "[" in text:
        text = _without_links(text, references)
    text = _without_emphasis(text)
    return _PLACEHOLDER.sub(lambda match: protected[int(match[1])], text)


def _protect(text: str, protected: list[str]) -> str:
    """Replace escapes, code, URLs and tags, which no other rule may change, by numbered placeholders."""
    tokens = list(_PROTECTED.finditer(text))
    code_marks: defaultdict[int, list[int]] = defaultdict(list)
    for number in range(len(tokens) - 1, -1, -1):
        if tokens[number][2]:
            code_marks[len(tokens[number][2])].append(number)
    parts: list[str] = []
    position = number = 0
    while number < len(tokens):
        token = tokens[number]
        number += 1
        kept = token[0]
        parts.append(text[position : token.start()])
        position = token.end()
        if token[1]:
            kept = literal(token[1])
        elif token[3]:
            kept = literal(token[3].removeprefix("mailto:"))
        elif token[2]:
            same = code_marks[len(token[2])]
            while same and same[-1] < number:
                same.pop()
            if same:
                closing = tokens[same.pop()]
                number = tokens.index(closing, number) + 1
                kept = literal(" ".join(text[token.end() : closing.start()].split("\n")))
                position = closing.end()
        parts.append(f"{OPEN}{len(protected)}{CLOSE}")
        protected.append(kept)
    parts.append(text[position:])
    return "".join(parts)


def _without_links(text: str, references: References) -> str:
    """Replace links by their text, and remove images."""
    removed: list[tuple[int, int]] = []
    opened: list[re.Match[str]] = []
    position = 0
    while bracket := _BRACKET.search(text, position):
        position = bracket.end()
        if bracket[0] != "]":
            opened.append(bracket)
            continue
        if not opened:
            continue
        opening = opened.pop()
        end = _link_end(text, opening.end(), position, references)
        if opening[0] == "![" and end:
            removed.append((opening.start(), end))
            position = end
        elif end:
            removed += (opening.end() - 1, opening.end()), (bracket.start(), end)
            if text.startswith("^", opening.end()):
                removed.append((opening.start(), end))
            position = end
    return _without(text, removed)


def _link_end(text: str, start: int, end: int, references: References) -> int:
    """The end of a link whose bracketed text ends at ``end``; 0 if it is no link."""
    target = _TARGET.match(text, end)
    if target:
        return target.end()
    if not references or end - start > 300:
        return 0
    name = _NAME.match(text, end)
    if name and (name[1] or text[start : end - 1]).strip().lower() in references:
        return name.end()
    return end if text[start : end - 1].strip().lower() in references else 0


def _without_emphasis(text: str) -> str:
    """Remove the markers of emphasis, by CommonMark's delimiter stack."""
    opened: dict[str, list[list[int]]] = {"*": [], "_": [], "~": []}
    removed: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        start, end, kind = run.start(), run.end(), run[0][0]
        before, after = text[start - 1 : start], text[end : end + 1]
        if _is_within_word(before, after, kind):
            continue
        openers = opened[kind]
        if before.strip():
            while openers and start < end:
                last = openers[-1]
                # CommonMark's rule of three: in **甲*乙*丙**, the second run does not close the first
                if after.strip() and last[2] != end - run.start() and (last[2] + end - run.start()) % 3 == 0:
                    break
                length = min(last[1] - last[0], end - start)
                removed += (last[1] - length, last[1]), (start, start + length)
                last[1] -= length
                start += length
                if last[0] == last[1]:
                    openers.pop()
        if start < end and after.strip():
            openers.append([start, end, end - run.start()])
    return _without(text, removed)


def _is_within_word(before: str, after: str, kind: str) -> bool:
    """Whether a run is inside a word: ``snake_case`` and ``2*3*4`` are no emphasis, ``国**际**`` is."""
    if kind == "_":
        return before.isalnum() and after.isalnum()
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _without(text: str, removed: list[tuple[int, int]]) -> str:
    if not removed:
        return text
    parts: list[str] = []
    position = 0
    for start, end in sorted(removed):
        if start > position:
            parts.append(text[position:start])
        position = max(position, end)
    parts.append(text[position:])
    return "".join(parts)
