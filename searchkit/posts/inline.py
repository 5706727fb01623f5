"""The Markdown within a paragraph: emphasis, code, links, images, escapes."""

from __future__ import annotations

import re
from collections import defaultdict

from searchkit.posts.marks import BREAK, CLOSE, OPEN, literal

References = frozenset[str]
"""The names of a post's link definitions, lower case."""

_ACTIVE = re.compile(r"[\\`*_~\[<]")
_ASIDE = re.compile(
    r"\\([!-/:-@\[-`{-~])|(`++)|<((?:[A-Za-z][A-Za-z0-9+.-]{1,31}:|[\w.+-]{1,64}@)[^\s<>]++)>|</?[A-Za-z][^<>]*+>"
)
_PUT_BACK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_BRACKET = re.compile(r"!?\[|\]")
_TARGET = re.compile(
    r"\(\s*+(?:<[^<>\n]{0,9999}+>|[^\s()]{0,99999}+(?:\([^\s()]{0,9999}+\)[^\s()]{0,9999}+){0,99}+)"
    r"(?:\s++(?:\"[^\"]{0,999}+\"|'[^']{0,999}+'|\([^()]{0,999}+\)))?+\s*+\)(?:\{:[^{}\n]{0,999}+\})?"
)
_NAME = re.compile(r"[ ]?\[([^\[\]]{0,300}+)\]")
_RUN = re.compile(r"\*++|_++|~~")


def inline(text: str, references: References = frozenset()) -> str:
    """A paragraph without the markers of Markdown; tags stay, and code becomes literal text.

    Markers that mark nothing stay: ``2 * 3``, ``snake_case``, ``[1]``.

    >>> inline("**港**[澳](https://example.com)![台](x.png) `a*b*`").replace("&#42;", "*")
    '港澳 a*b*'
    """
    if _ACTIVE.search(text) is None:
        return text
    aside: list[str] = []
    text = _put_aside(text.replace("\\\n", BREAK), aside)
    if "[" in text:
        text = _without_links(text, references)
    text = _without_emphasis(text)
    return _PUT_BACK.sub(lambda match: aside[int(match[1])], text)


def _put_aside(text: str, aside: list[str]) -> str:
    """Puts numbers in place of escapes, code, addresses and tags, which no other rule may touch."""
    tokens = list(_ASIDE.finditer(text))
    later: defaultdict[int, list[int]] = defaultdict(list)
    for number in range(len(tokens) - 1, -1, -1):
        if tokens[number][2]:
            later[len(tokens[number][2])].append(number)
    pieces: list[str] = []
    position = number = 0
    while number < len(tokens):
        token = tokens[number]
        number += 1
        kept = token[0]
        pieces.append(text[position : token.start()])
        position = token.end()
        if token[1]:
            kept = literal(token[1])
        elif token[3]:
            kept = literal(token[3].removeprefix("mailto:"))
        elif token[2]:
            same = later[len(token[2])]
            while same and same[-1] < number:
                same.pop()
            if same:
                closing = tokens[same.pop()]
                number = tokens.index(closing, number) + 1
                kept = literal(" ".join(text[token.end() : closing.start()].split("\n")))
                position = closing.end()
        pieces.append(f"{OPEN}{len(aside)}{CLOSE}")
        aside.append(kept)
    pieces.append(text[position:])
    return "".join(pieces)


def _without_links(text: str, references: References) -> str:
    """Of links only the text, of images nothing."""
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
    """Where the link ends whose bracket closes before ``end``; 0 if it is none."""
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
    opened: dict[str, list[list[int]]] = {"*": [], "_": [], "~": []}
    removed: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        start, end, kind = run.start(), run.end(), run[0][0]
        before, after = text[start - 1 : start], text[end : end + 1]
        if _is_within_word(before, after, kind):
            continue
        waiting = opened[kind]
        if before.strip():
            while waiting and start < end:
                last = waiting[-1]
                # CommonMark's rule of three: in **甲*乙*丙** the second run does not close the first
                if after.strip() and last[2] != end - run.start() and (last[2] + end - run.start()) % 3 == 0:
                    break
                length = min(last[1] - last[0], end - start)
                removed += (last[1] - length, last[1]), (start, start + length)
                last[1] -= length
                start += length
                if last[0] == last[1]:
                    waiting.pop()
        if start < end and after.strip():
            waiting.append([start, end, end - run.start()])
    return _without(text, removed)


def _is_within_word(before: str, after: str, kind: str) -> bool:
    """``snake_case`` and ``2*3*4`` are no emphasis; ``国**际**`` is."""
    if kind == "_":
        return before.isalnum() and after.isalnum()
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _without(text: str, removed: list[tuple[int, int]]) -> str:
    if not removed:
        return text
    pieces: list[str] = []
    position = 0
    for start, end in sorted(removed):
        if start > position:
            pieces.append(text[position:start])
        position = max(position, end)
    pieces.append(text[position:])
    return "".join(pieces)
