"""The text that a reader of a raw post sees, by rules of the formats: what must be found."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.archives.blocks import Blocks

HAN = re.compile("[〇㐀-䶿一-鿿豈-﫿\U00020000-\U000323af]+")
_INLINE_ELEMENTS = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rb ruby s samp small span strike"
    " strong sub sup time tt u var nobr wbr center"
).split()
_BLOCK_ELEMENTS = (
    "address area article aside audio base blockquote body br button canvas caption col colgroup dd details dialog div dl"
    " dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe"
    " img input legend li link main map menu meta meter nav noscript object ol optgroup option output p param picture"
    " pre progress rp rt rtc script section select slot source style summary svg table tbody td template textarea tfoot"
    " th thead title tr track ul video path g rect circle line polygon polyline ellipse defs use text marquee"
).split()
HTML_TAG = re.compile(rf"</?(?:{'|'.join(_INLINE_ELEMENTS + _BLOCK_ELEMENTS)})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(_INLINE_ELEMENTS)})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = r"""\s+[A-Za-z_:@#v][\w:.@#-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_ANY_TAG = re.compile(
    rf"{HTML_TAG.pattern}|</?[A-Za-z][A-Za-z0-9:.-]*(?:{_ATTRIBUTE})*\s*/?>", re.ASCII | re.IGNORECASE
)
_IMG = re.compile(r"<(?:img|figure)\b[^<>]*>", re.IGNORECASE)
_SHOWN_ATTRIBUTE = re.compile(r"""\b(?:alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)(?:\s[^<>]*)?>.*?(?:</\1\s*>|\Z)|<(?:rt|rp)\b.*?</(?:rt|rp)>|%%.*?%%"
    r"|\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}",
    re.DOTALL | re.IGNORECASE,
)
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:[^\n]|\n(?!\s*\n))*?[^`])\1(?!`)")
MATH = re.compile(
    r"\$\$[^$]+\$\$|(?<![\\$\w])\$(?=[^\s$])(?:[^$\n\\]|\\.)*?(?<=\S)\$(?![\d$])|\\\[.*?\\\]|\\\(.*?\\\)", re.DOTALL
)
_REFERENCE = re.compile(
    r"^[ >]{0,12}\[(?!\^)[^\[\]\n]+\]:[ \t]*\n?[ \t]*\S+(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$",
    re.MULTILINE,
)
_DESTINATION = r"\([ \t]*(?:<[^<>\n]*>|(?:[^\s()]|\((?:[^\s()]|\([^\s()]*\))*\))*)?(?:\s+(?P<title>\"[^\"]*\"|'[^']*'|\([^()]*\)))?(?:\s*=\d*x\d*)?[ \t]*\)"
_IMAGE = re.compile(r"!\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]" + _DESTINATION)
_LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]" + _DESTINATION)
_REFERENCE_LINK = re.compile(r"\[(?P<text>[^\[\]\n^][^\[\]\n]*)\]\[[^\[\]\n]*\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\]:?")
_EMBED = re.compile(r"!\[\[[^\[\]|\n]*(?:\|(?P<alias>[^\[\]\n]*))?\]\]")
_WIKI_LINK = re.compile(r"\[\[(?P<target>[^\[\]|\n]+?)(?:\\?\|(?P<alias>[^\[\]\n]*))?\]\]")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}|(?<=\S)[ ]?\{[.#][^{}\n]*\}|(?<=[)\]*`_])\{\w[\w-]*=[^{}\n]*\}")
_LIQUID = re.compile(r"\{%-?\s*(?P<name>[\w-]+)(?P<rest>.*?)-?%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%]\s*(?P<name>/?\s*[\w./-]+)(?P<rest>.*?)[>%]\}\}", re.DOTALL)
_OUTPUT = re.compile(r"\{\{[^{}]*\}\}")
_CONTAINER = re.compile(r"^[ >]*(?::{3,}|!!!|\?\?\?\+?)[ \t]*[\w-]*", re.MULTILINE)
_CALLOUT = re.compile(r"\[![\w-]+(?:\|[^\[\]]*)?\][+-]?")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w-]+)\s*[=:]\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=]+))"""
)
_PATH = re.compile(r"[/\\]|^https?:|\.(?:png|jpe?g|gif|svg|webp|mp[34]|md|html?)$", re.IGNORECASE)
_EMPHASIS = tuple(
    re.compile(
        rf"(?<!\\){re.escape(mark)}(?=[^\s{re.escape(mark[0])}])((?:(?!\n\s*\n)[^{re.escape(mark[0])}])+?)(?<=\S){re.escape(mark)}"
    )
    for mark in ("***", "**", "*", "~~", "==")
)
_QUOTE_PREFIX = re.compile(r"^[ \t>]+", re.MULTILINE)
_RAW_TAG = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_FORMULA = re.compile(r"[\\^_=]")
_WIDE_SPACE = re.compile(r"^ |\S {2,}\S")
_COMPONENT_ATTRIBUTE = re.compile(r"""\s[:@\w-]+\s*=\s*"([^"]*)\"""")
_SILENT_TAGS = frozenset(
    "if elsif else unless case when for assign endassign capture include include_relative layout cycle increment"
    " decrement comment raw highlight break continue tablerow render asset_path post_path page_meta ifchanged"
    " load more youtube vimeo".split()
)
_SHOWN_PARAMETERS = frozenset("caption title alt text desc description attr summary".split())
_ZERO_WIDTH = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")


def squash(text: str) -> str:
    """A text without white space and invisible characters."""
    return _ZERO_WIDTH.sub("", "".join(text.split()))


def han_runs(blocks: Blocks) -> list[str]:
    """The runs of Han characters that a reader sees, in prose and code."""
    infos = " ".join(map(_info_text, blocks.infos))
    texts = (prose_text(blocks.prose), *blocks.code, infos)
    return [run for text in texts for run in HAN.findall(_ZERO_WIDTH.sub("", text))]


def seen_text(blocks: Blocks, metadata: Mapping[str, Any]) -> str:
    """All that a document's body may show: paragraph by paragraph, without white space within them."""
    shown = [prose_text(blocks.prose), *blocks.code, *blocks.infos, *map(str, metadata.values())]
    shown += _COMPONENT_ATTRIBUTE.findall(blocks.prose)
    shown += [
        " ".join(match.groups("")) for pattern in (_LIQUID, _SHORTCODE) for match in pattern.finditer(blocks.prose)
    ]
    paragraphs = (part for text in shown for part in re.split(r"\n[\s>]*\n|\|", text))
    return "\n".join(squash(_QUOTE_PREFIX.sub("", paragraph)) for paragraph in paragraphs)


def literal_texts(blocks: Blocks) -> Iterator[str]:
    """What must be found letter by letter: lines of code, code within lines, formulas."""
    yield from (line for code in blocks.fenced for line in code.split("\n") if line.strip())
    prose = _UNSEEN.sub("\n", blocks.prose)
    spans = (_RAW_TAG.sub("", span).replace("\\|", "|") for _, span in CODE_SPAN.findall(prose) if "\n" not in span)
    yield from filter(str.strip, spans)
    yield from (formula for formula in MATH.findall(CODE_SPAN.sub(" ", prose)) if _FORMULA.search(formula[2:-2]))


def spaced_lines(blocks: Blocks) -> Iterator[str]:
    """The lines of fenced code with indents or other white space that means something."""
    for code in blocks.fenced:
        yield from (line.rstrip() for line in code.expandtabs(4).split("\n") if _WIDE_SPACE.search(line.rstrip()))


def _info_text(info: str) -> str:
    """What the line of a fence shows: a title, given as ``title="…"`` or in brackets."""
    shown = re.findall(r"""title\s*=\s*(?:"([^"]*)"|'([^']*)')|\[([^\[\]]*)\]""", info)
    return " ".join(part for parts in shown for part in parts)


def prose_text(text: str) -> str:
    """Prose without its markup; marks that emphasis leaves within a word are gone.

    >>> prose_text("**词**{: .red}语，[链接](https://example.com)")
    '词语，链接'
    """
    kept: list[str] = []

    def keep(content: str) -> str:
        kept.append(content)
        return f"\ue000{len(kept) - 1}\ue001"

    text = CODE_SPAN.sub(lambda match: keep(match[2]), text)
    text = _UNSEEN.sub("\n", text)
    text = MATH.sub(lambda match: keep(match[0]), text)
    text = _LIQUID.sub(_liquid, text)
    text = _SHORTCODE.sub(_shortcode, text)
    text = _OUTPUT.sub(" ", text)
    text = _REFERENCE.sub("", text)
    text = _EMBED.sub(lambda match: f" {_alias(match)} ", text)
    text = _WIKI_LINK.sub(lambda match: match["alias"] or match["target"], text)
    text = _twice(_IMAGE, lambda match: "\n" + "\n".join(_once(match["text"], _inner(match["title"]))) + "\n", text)
    text = _twice(_LINK, lambda match: match["text"], text)
    text = _REFERENCE_LINK.sub(lambda match: match["text"], text)
    text = _FOOTNOTE.sub(" ", text)
    text = _ATTRIBUTES.sub("", text)
    text = _CALLOUT.sub(" ", text)
    text = _CONTAINER.sub(" ", text)
    text = _IMG.sub(_shown_attributes, text)
    text = _ANY_TAG.sub(lambda match: "" if _INLINE_TAG.fullmatch(match[0]) else "\n", text)
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\1", text)
    text = html.unescape(text)
    for _ in range(3):  # code within math, math within code
        text = re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match[1])], text)
    return text


def _twice(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    return pattern.sub(replace, pattern.sub(replace, text))


def _inner(quoted: str | None) -> str:
    return quoted[1:-1] if quoted else ""


def _once(*texts: str) -> tuple[str, ...]:
    """Texts without repetitions: the title of an image often repeats its alternative text."""
    return tuple(dict.fromkeys(texts))


def _alias(match: re.Match[str]) -> str:
    alias = match["alias"] or ""
    return "" if re.fullmatch(r"[\dx]*", alias) else alias


def _shown_attributes(match: re.Match[str]) -> str:
    return "\n" + "\n".join(_once(*(a or b for a, b in _SHOWN_ATTRIBUTE.findall(match[0])))) + "\n"


def _liquid(match: re.Match[str]) -> str:
    name, rest = match["name"], match["rest"]
    if name == "include" or name == "include_relative":
        return " ".join(_named_parameters(rest))
    if name in _SILENT_TAGS or name.startswith("end"):
        return ""
    words = [found["double"] or found["single"] or found["bare"] or "" for found in _ARGUMENT.finditer(rest)]
    if name in ("post_link", "asset_link"):
        return " ".join(word for word in words[1:] if word not in ("true", "false"))
    return " ".join(word for word in words if not _PATH.search(word))


def _named_parameters(rest: str) -> list[str]:
    return [
        found["double"] or found["single"] or ""
        for found in _ARGUMENT.finditer(rest)
        if (found["key"] or "").lower() in _SHOWN_PARAMETERS
    ]


def _shortcode(match: re.Match[str]) -> str:
    name, rest = match["name"], match["rest"]
    if name.startswith("/") or name in ("ref", "relref", "include"):
        return " "
    named = _named_parameters(rest)
    positional = [a or b for a, b in re.findall(r"(?<!=)(?:\"([^\"]*)\"|'([^']*)')", rest)]
    return " " + " ".join([*named, *(word for word in positional if not _PATH.search(word))]) + " "
