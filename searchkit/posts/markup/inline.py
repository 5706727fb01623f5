"""Markdown inside a paragraph: emphasis, code, links, images, escapes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from searchkit.posts.markup.links import Edit, References, edited, without_links
from searchkit.posts.markup.marks import BREAK, CLOSE, OPEN, aside, literal

_ACTIVE = re.compile(r"[\\`*_~\[<^{]|==")
_PROTECTED = re.compile(
    r"\\\\\((?>(?:[^\\\n]|\\(?!\\))*)\\\\\)|\$\$[^$]{1,5000}+\$\$"
    r"|\$(?![\s$])(?=[^$\n]*[\\_^])[^$\n\u4e00-\u9fff]{1,1000}+(?<!\s)\$(?!\d)"
    r"|\$(?![\s$])(?=[^$\n]*\\[A-Za-z])[^$\n]{1,1000}+(?<!\s)\$(?!\d)"
    r"|\\\((?=[^\n\\_^={]{0,500}+(?:[_^={]|\\[A-Za-z,;!{|]))(?>(?:[^\\\n]|\\(?![()]))*)\\\)"
    r"|\\(?!</[A-Za-z])([!-/:-@\[-`{-~])|(`++)|<((?:[A-Za-z][A-Za-z0-9+.-]{1,31}:|[\w.+-]{1,64}@)[^\s<>]++)>|</?[A-Za-z][^<>]*+(?<!\\)>"
)
_PLACEHOLDER = re.compile(f"{OPEN}(\\d+){CLOSE}")
_RUN = re.compile(r"\*++|_++|(?<!~)~~(?!~)|(?<!=)==(?!=)")
_ATTRIBUTES = re.compile(rf"(?<=[*_~=)\]{CLOSE}])\{{(?=[:.#]|[\w-]{{1,50}}=)[^{{}}\n]*+\}}|\{{:(?=[ .#])[^{{}}\n]*+\}}")
_SUBSCRIPT = re.compile(r"(?<=[A-Za-z)])~([A-Za-z0-9+-]{1,10})~(?!~)")
_SUPERSCRIPT = re.compile(r"(?<=[\w)])\^([A-Za-z0-9+-]{1,10})\^")
_RUBY = re.compile(r"\{([\u3400-\u9fff]{1,50})\|([^{}\n]{1,200})\}")
_UNDERLINED = re.compile(r"(?<![\w+])\+\+(?=[^\s+])([^+\n]*+)(?<!\s)\+\+(?![\w+])")


def inline(text: str, references: References = frozenset()) -> str:
    """Remove the Markdown markers of a paragraph; HTML tags are kept, and code becomes literal text.

    Characters that are no markers are kept: ``2 * 3``, ``snake_case``, ``[1]``.

    >>> inline("**港**[澳](https://example.com) ==台== `a*b*`")
    '港澳 台 a*b*'
    """
    if _ACTIVE.search(text) is None:
        return text
    protected: list[str] = []
    text = _protect(text, protected).replace("\\\n", BREAK)
    if "[" in text:
        text = without_links(text, references)
    if "{" in text:
        text = _RUBY.sub(lambda match: match[1] + aside(match[2].replace("|", " ")), _ATTRIBUTES.sub("", text))
    text = _without_emphasis(text)
    if "~" in text:
        text = _SUBSCRIPT.sub(r"\1", text)
    if "^" in text:
        text = _SUPERSCRIPT.sub(r"\1", text)
    if "++" in text:
        text = _UNDERLINED.sub(r"\1", text)
    return _PLACEHOLDER.sub(lambda match: protected[int(match[1])], text)


def _protect(text: str, protected: list[str]) -> str:
    """Replace escapes, code, URLs and tags, which no other rule may change, by numbered placeholders."""
    tokens = list(_PROTECTED.finditer(text))
    if not tokens:
        return text
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
                last = same.pop()
                closing = tokens[last]
                number = last + 1
                kept = literal(" ".join(text[token.end() : closing.start()].split("\n")))
                position = closing.end()
        elif kept[0] in "$\\":
            kept = literal(kept.replace("\n", " "))
        parts.append(f"{OPEN}{len(protected)}{CLOSE}")
        protected.append(kept)
    parts.append(text[position:])
    return "".join(parts)


@dataclass(slots=True)
class _Opener:
    """What is left of a run that may begin emphasis: its start and end, its first length, whether it is in a word."""

    start: int
    end: int
    length: int
    within_word: bool = False


def _without_emphasis(text: str) -> str:
    """Remove the markers of emphasis, by CommonMark's delimiter stack."""
    opened: dict[str, list[_Opener]] = {"*": [], "_": [], "~": [], "=": []}
    removed: list[Edit] = []
    for run in _RUN.finditer(text):
        start, end, kind = run.start(), run.end(), run[0][0]
        before, after = text[start - 1 : start], text[end : end + 1]
        openers = opened[kind]
        if _is_within_word(before, after, kind) and not _emphasizes_letters(text, run, openers):
            if run[0] == "**" and before.isalpha() and after.isalpha():
                openers.append(_Opener(start, end, 2, True))
            continue
        if before.strip():
            while openers and start < end:
                last = openers[-1]
                if last.within_word and after.isalpha() and not before.isascii():
                    openers.pop()  # the stars of f**k
                    continue
                # CommonMark's rule of three: in **甲*乙*丙**, the second run does not close the first
                if after.strip() and last.length != len(run[0]) and (last.length + len(run[0])) % 3 == 0:
                    break
                length = min(last.end - last.start, end - start)
                removed += (last.end - length, last.end, ""), (start, start + length, "")
                last.end -= length
                start += length
                if last.start == last.end:
                    openers.pop()
        if start < end and after.strip():
            openers.append(_Opener(start, end, len(run[0])))
    return edited(text, removed)


def _emphasizes_letters(text: str, run: re.Match[str], openers: list[_Opener]) -> bool:
    """Whether two stars end the emphasis of a few letters of a word, as in ``**A**merican`` and ``e**X**ists``."""
    start = openers[-1].end if openers and run[0] == "**" else run.start()
    return 0 < run.start() - start < 20 and text[start : run.start()].isalpha() and text[run.end()].isalpha()


def _is_within_word(before: str, after: str, kind: str) -> bool:
    """Whether a run is inside a word: ``snake_case`` and ``2*3*4`` are no emphasis, ``国**际**`` is."""
    if kind == "_":
        return before.isalnum() and after.isalnum()
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
