"""Texts of posts as HTML: escaped, with their matches marked, and in which language they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from markupsafe import Markup, escape

from searchkit.language import fold
from searchkit.language.conversions import dictionary
from searchkit.model import Span
from searchkit.render.safe import split_spans, visible, visible_name

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u30ff]")
_SAMPLE = 400  # characters that tell the language of a text
_MAX_TRADITIONAL = 0.05  # of the Han characters of a simplified text: 乾, 瞭, a quotation
_TAB = "\u2003"  # an em space, as wide as two characters of code: one character, so that spans stay where they are
_INDENTED = re.compile(r"(?: {2,}|\t)\S")


def shown(text: str) -> str:
    """A text from a post as a reader may see it: controls and overrides of the direction are escaped."""
    return visible(text)


def shown_name(path: str) -> str:
    """A path as a reader may see it: invisible signs, too, are escaped."""
    return visible_name(path)


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """A text with its matches in ``<mark>``.

    >>> marked("香港<通关>", [(3, 5)])
    Markup('香港&lt;<mark>通关</mark>&gt;')
    """
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if match else escape(piece) for piece, match in split_spans(text, spans)
    )


@lru_cache(maxsize=4096)
def language_of(text: str) -> str:
    """The language tag of a text, for the choice of fonts; empty if it has neither Han characters nor kana.

    >>> [language_of(text) for text in ("香港恢复通关", "香港恢復通關", "香港の夜", "Hong Kong", "香港")]
    ['zh-Hans', 'zh-Hant', 'ja', '', 'zh']
    """
    sample = text[:_SAMPLE]
    if _KANA.search(sample):
        return "ja"
    han = "".join(_HAN.findall(sample))
    if not han:
        return ""
    folded = fold(han)
    if folded == han:
        return "zh" if dictionary("STCharacters")(han) == han else "zh-Hans"
    traditional = sum(one != other for one, other in zip(han, folded, strict=False))
    return "zh-Hant" if traditional > _MAX_TRADITIONAL * len(han) else "zh-Hans"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a body.

    Attributes:
        html: its text, with marks that are numbered ``m1``, ``m2`` and so on through the body.
        matches: how many marks.
        code: whether it is indented, as code is.
    """

    html: Markup
    matches: int
    code: bool


def paragraphs(text: str, spans: Sequence[Span], title: str = "") -> Iterator[Paragraph]:
    """The lines of a body that are not blank, each with its matches; without a first one that repeats the title."""
    numbers = count(1)
    start, at = 0, 0
    seen = False
    for line in text.split("\n"):
        end = start + len(line)
        inside = []
        while at < len(spans) and spans[at][0] < end:
            inside.append((max(spans[at][0], start) - start, min(spans[at][1], end) - start))
            if spans[at][1] > end:
                break  # the rest of the match is on the next line
            at += 1
        if line.strip() and (seen or line.strip() != title):
            yield Paragraph(_numbered(line, inside, numbers), len(inside), bool(_INDENTED.match(line)))
        seen = seen or bool(line.strip())
        start = end + 1


def _numbered(line: str, spans: Sequence[Span], numbers: Iterator[int]) -> Markup:
    return Markup("").join(
        Markup('<mark id="m{}">{}</mark>').format(next(numbers), piece) if match else escape(piece)
        for piece, match in split_spans(line.replace("\t", _TAB), spans)
    )
