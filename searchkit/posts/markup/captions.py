"""What HTML shows beside a text: descriptions of pictures, captions of figures, readings of characters."""

from __future__ import annotations

import re

from searchkit.posts.markup.marks import BREAK, aside

_ATTRIBUTE = re.compile(
    r"\s(?P<name>alt|title|text|label|caption|summary)\s{0,9}=\s{0,9}(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'<>]++))",
    re.IGNORECASE,
)
_IMAGE_NAMES = frozenset(("alt", "title"))
_FIGURE_CAPTION = re.compile(r"<(/?)figcaption(?=[\s>])[^<>]*+>", re.IGNORECASE)
_RUBY = re.compile(r"<(/?)(ruby|rt|rp)(?=[\s/>])[^<>]*+>", re.IGNORECASE)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|i|u|s|em|strong|span|font|small|big|sub|sup|code|mark|cite|q|time|del|ins|kbd)(?=[\s>])[^<>]*+>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")


def of_tag(name: str, tag: str) -> str:
    """The description of an image, or what the attributes of an unknown element, such as a component, show.

    >>> from searchkit.posts.markup.marks import to_lines
    >>> to_lines(of_tag("img", "<img src='a.png' alt='雨后的荷花'>"))
    '[雨后的荷花]'
    """
    if "=" not in tag:
        return ""
    found = {
        match["name"].lower(): match["double"] or match["single"] or match["bare"] or ""
        for match in _ATTRIBUTE.finditer(tag)
    }
    if name == "img":
        found = {key: text for key, text in found.items() if key in _IMAGE_NAMES}
    return "".join(aside(_without_brackets(text)) for text in dict.fromkeys(text.strip() for text in found.values()))


def _without_brackets(text: str) -> str:
    if "<" in text:
        text = _ANY_TAG.sub("", text)
    return text.replace("<", "&lt;").replace(">", "&gt;") if "<" in text or ">" in text else text


def of_figures(html: str) -> str:
    """Mark the captions of figures as text that stands beside the text; one with several blocks is left alone."""
    parts: list[str] = []
    position = 0
    opening: re.Match[str] | None = None
    for tag in _FIGURE_CAPTION.finditer(html):
        if not tag[1]:
            opening = tag
        elif opening:
            caption = _INLINE_TAG.sub("", html[opening.end() : tag.start()])
            if not _ANY_TAG.search(caption):
                parts += html[position : opening.start()], aside(caption.strip()), BREAK
                position = tag.end()
            opening = None
    parts.append(html[position:])
    return "".join(parts)


def of_ruby(html: str) -> str:
    """Move the readings of characters behind the characters, so that these stand together.

    >>> from searchkit.posts.markup.marks import to_lines
    >>> to_lines(of_ruby("<ruby>紫<rt>zǐ</rt>荆<rt>jīng</rt></ruby>"))
    '紫荆\\n[zǐ jīng]'
    """
    parts: list[str] = []
    readings: list[str] = []
    position = 0
    reading = ""
    for tag in _RUBY.finditer(html):
        text, position = html[position : tag.start()], tag.end()
        if reading == "rt":
            readings.append(_ANY_TAG.sub("", text).strip())
        elif not reading:
            parts.append(text)
        name = tag[2].lower()
        reading = name if name != "ruby" and not tag[1] else ""
        if name == "ruby" and readings:
            parts.append(aside(" ".join(readings)))
            readings.clear()
    if reading == "rt":
        readings.append("")
    parts += html[position:], aside(" ".join(readings))
    return "".join(parts)
