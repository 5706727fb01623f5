"""What a document must have of its raw file, and what it may have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.archives.blocks import Blocks
from benchmarks.archives.markup import CODE_SPAN, LIQUID, MATH, OUTPUT, SHORTCODE, UNSEEN, WIKI_LINK, prose_text

HAN = re.compile("[〇㐀-䶿一-鿿豈-﫿\U00020000-\U000323af]+")
_LATIN_WORD = re.compile("[A-Za-z]{4,}")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")
_BLANK_LINE_OR_CELL = re.compile(r"\n[\s>]*\n|\|")
_QUOTE_PREFIX = re.compile(r"^[ \t>]+", re.MULTILINE)
_COMPONENT_ATTRIBUTE = re.compile(r"""\s[:@\w-]+\s*=\s*"([^"]*)\"""")
_RAW_TAG = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_FORMULA = re.compile(r"[\^_=]|\\[A-Za-z]")
_WIDE_SPACE = re.compile(r"^ |\S {2,}\S")
_TITLE_PARAMETER = re.compile(r"""title\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NO_TITLE = re.compile(r"""^\s*\S+|\{[^{}]*\}|[\w-]+\s*[=:]\s*(?:"[^"]*"|'[^']*'|\S+)|https?:\S+""")


def squash(text: str) -> str:
    """A text without white space and invisible characters."""
    return _INVISIBLE.sub("", "".join(text.split()))


def han_runs(blocks: Blocks) -> list[str]:
    """The runs of Han characters that a reader sees, in prose and code, each as often as it occurs.

    >>> han_runs(Blocks(prose="![荷花](a.png) 雨<b>后</b>", code=["// 注释"]))
    ['荷花', '雨后', '注释']
    """
    texts = (prose_text(blocks.prose), *blocks.code, *map(_title_of_code, blocks.infos))
    return [run for text in texts for run in HAN.findall(_INVISIBLE.sub("", text))]


def latin_words(blocks: Blocks) -> list[str]:
    """The Latin words of the prose, outside tags, that have four letters or more, each as often as it occurs."""
    prose = SHORTCODE.sub(" ", LIQUID.sub(" ", blocks.prose))
    return _LATIN_WORD.findall(_INVISIBLE.sub("", prose_text(prose)))


def _title_of_code(info: str) -> str:
    """The title of a block of code: ``js title="…"``, and Hexo's and VuePress' ``js 标题`` and ``js [标题]``."""
    named = _TITLE_PARAMETER.search(info)
    return named[1] or named[2] or "" if named else _NO_TITLE.sub(" ", info)


def seen_text(blocks: Blocks, metadata: Mapping[str, Any]) -> str:
    """All that a document's body may show: paragraph by paragraph, without white space within them."""
    shown = [prose_text(blocks.prose), *blocks.code, *blocks.infos, *map(str, metadata.values())]
    shown += (match["target"] for match in WIKI_LINK.finditer(blocks.prose))
    shown += [*_COMPONENT_ATTRIBUTE.findall(blocks.prose), *OUTPUT.findall(blocks.prose)]
    tags = (match for pattern in (LIQUID, SHORTCODE) for match in pattern.finditer(blocks.prose))
    shown += [match["rest"] for match in tags]
    paragraphs = (part for text in shown for part in _BLANK_LINE_OR_CELL.split(text))
    return "\n".join(squash(_QUOTE_PREFIX.sub("", paragraph)) for paragraph in paragraphs)


def literal_texts(blocks: Blocks) -> Iterator[str]:
    """What must be found letter by letter: lines of code, code within lines, formulas."""
    yield from (line for code in blocks.fenced for line in code.split("\n") if line.strip())
    prose = UNSEEN.sub("\n", blocks.prose)
    spans = (_RAW_TAG.sub("", span).replace("\\|", "|") for _, span in CODE_SPAN.findall(prose) if "\n" not in span)
    yield from filter(str.strip, spans)
    yield from (formula for formula in MATH.findall(CODE_SPAN.sub(" ", prose)) if _FORMULA.search(formula[2:-2]))


def spaced_lines(blocks: Blocks) -> Iterator[str]:
    """The lines of fenced code with indents or other white space that means something; tabs are four blanks."""
    for code in blocks.fenced:
        yield from (line.rstrip() for line in code.expandtabs(4).split("\n") if _WIDE_SPACE.search(line.rstrip()))
