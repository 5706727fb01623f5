"""Links, images and notes of Markdown within a paragraph."""

from __future__ import annotations

import re

from searchkit.posts.markup.marks import aside

References = frozenset[str]
"""The names of the link definitions of a post, in lower case."""

Edit = tuple[int, int, str]
"""The start and the end of a part of a text, and what replaces it."""

_BRACKET = re.compile(r"!?\[|\]")
_TARGET = re.compile(
    r"\(\s*+(?:<[^<>\n]{0,9999}+>|[^\s()]{0,99999}+(?>(?:\([^\s()]{0,9999}+\)[^\s()]{0,9999}+){0,99}))"
    r"(?>(?:\s++(?:\"(?P<double>[^\"]{0,999}+)\"|'(?P<single>[^']{0,999}+)'|\((?P<round>[^()]{0,999}+)\)|=\d{0,5}x?\d{0,5}))?)"
    r"\s*+\)(?:\{[^{}\n]{0,999}+\})?"
)
_SPACED_TARGET = re.compile(r"\([^()<>\"\n]{1,500}+\)")
_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|avif|md|html?|pdf)(?:[#?]\S*+)?\)$", re.IGNORECASE)
_NAME = re.compile(r"[ ]?\[([^\[\]]{0,300}+)\]")
_SIZE = re.compile(r"(?:\||&#124;)\s*+(?:\d++(?:x\d++)?|center|left|right)$")
_WIKI = re.compile(
    r"(?<![A-Za-z0-9_])(!?)\[\[(?!\s)([^\[\]\n|&]++(?>(?:&(?!#124;)[^\[\]\n|&]*+)*))(?:(?:\||&#124;)([^\[\]\n]*+))?\]\](?!\()"
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|avif|mp4|mp3|pdf|webm)$", re.IGNORECASE)
_PLAIN_IMAGE = re.compile(r"!\[([^\[\]<>]{0,300}+)\]\([^()\s<>]++\)")
_NOTE = re.compile(r"\^\[([^\[\]\n]*+(?>(?:\[[^\[\]\n]*+\][^\[\]\n]*+)*))\]")
_SPAN = re.compile(r"\[([^\[\]]{0,999}+)\]\{(?=[:.#]|[\w-]{1,50}=)[^{}\n]*+\}")


def without_links(text: str, references: References) -> str:
    """Replace links by their text; the descriptions of images and the notes of a line stand beside it.

    >>> from searchkit.posts.markup.marks import to_lines
    >>> to_lines(without_links("[甲](u)![图](a.png)[[笔记|乙]]^[注]", frozenset()))
    '甲乙\\n[图]\\n[注]'
    """
    if "[[" in text:
        text = _WIKI.sub(_wiki_text, text)
    if "^[" in text:
        text = _NOTE.sub(lambda match: aside(match[1]), text)
    if "]{" in text:
        text = _SPAN.sub(r"\1", text)
    edits: list[Edit] = []
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
        is_image = opening[0] == "!["
        end, title = _link_end(text, opening.end(), position, references)
        if is_image and end:
            description = _SIZE.sub("", text[opening.end() : bracket.start()]).strip()
            captions = dict.fromkeys((description, title))
            edits.append((opening.start(), end, "".join(map(aside, captions))))
            position = end
        elif end:
            edits += (opening.end() - 1, opening.end(), ""), (bracket.start(), end, "")
            if text.startswith("^", opening.end()):
                edits.append((opening.start(), end, ""))
            position = end
    return edited(text, edits)


def with_captions(html: str) -> str:
    """HTML with the descriptions of Markdown's images, which nobody writes there to show their marks."""
    return _PLAIN_IMAGE.sub(lambda match: aside(match[1]), html) if "[" in html and "![" in html else html


def edited(text: str, edits: list[Edit]) -> str:
    """The text with its parts replaced; a part within another one goes with it."""
    if not edits:
        return text
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if start < position:
            continue
        parts += text[position:start], new
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _link_end(text: str, start: int, end: int, references: References) -> tuple[int, str]:
    """The end of a link whose bracketed text ends at ``end``, and its title; 0 if it is no link."""
    target = _TARGET.match(text, end)
    if target:
        return target.end(), target["double"] or target["single"] or target["round"] or ""
    if text.startswith("(", end):
        spaced = _SPACED_TARGET.match(text, end)
        if spaced and _FILE.search(spaced[0]):
            return spaced.end(), ""
    if not references or end - start > 300:
        return 0, ""
    name = _NAME.match(text, end)
    if name and (name[1] or text[start : end - 1]).strip().lower() in references:
        return name.end(), ""
    return (end if text[start : end - 1].strip().lower() in references else 0), ""


def _wiki_text(match: re.Match[str]) -> str:
    """What Obsidian shows for ``[[note|alias]]`` and ``![[picture|caption]]``."""
    name, alias = match[2].rstrip("\\").strip(), (match[3] or "").strip()
    if match[1]:
        caption = "" if re.fullmatch(r"\d++(?:x\d++)?", alias) else alias
        return aside(caption or ("" if _PICTURE.search(name) else name.replace("#", " > ")))
    return alias or " > ".join(part for part in name.split("#") if part)
