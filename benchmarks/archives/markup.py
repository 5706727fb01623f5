"""Prose without its markup: what a reader sees of Markdown, HTML, Liquid, shortcodes and wiki links."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_INLINE_ELEMENTS = """a abbr acronym b bdi bdo big center cite code data del dfn em font i ins kbd label mark nobr q rb
    ruby s samp small span strike strong sub sup time tt u var wbr"""
_BLOCK_ELEMENTS = """address area article aside audio base blockquote body br button canvas caption circle col colgroup
    dd defs details dialog div dl dt ellipse embed fieldset figcaption figure footer form frame frameset g h1 h2 h3 h4
    h5 h6 head header hgroup hr html iframe img input legend li line link main map marquee menu meta meter nav noscript
    object ol optgroup option output p param path picture polygon polyline pre progress rect rp rt rtc script section
    select slot source style summary svg table tbody td template text textarea tfoot th thead title tr track ul use
    video"""
_PATTERN_OF_TAG = r"</?(?:{})(?=[\s/>])[^<>]*>"
_INLINE_TAG = re.compile(_PATTERN_OF_TAG.format("|".join(_INLINE_ELEMENTS.split())), re.IGNORECASE)
HTML_TAG = re.compile(
    _PATTERN_OF_TAG.format("|".join((_INLINE_ELEMENTS + " " + _BLOCK_ELEMENTS).split())), re.IGNORECASE
)
_ATTRIBUTE = r"""\s+[A-Za-z_:@#][\w:.@#-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_ANY_TAG = re.compile(
    rf"{HTML_TAG.pattern}|</?[A-Za-z][A-Za-z0-9:.-]*(?:{_ATTRIBUTE})*\s*/?>", re.ASCII | re.IGNORECASE
)
_IMAGE_TAG = re.compile(r"<(?:img|figure)\b[^<>]*>", re.IGNORECASE)
_SHOWN_ATTRIBUTE = re.compile(r"""\b(?:alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
UNSEEN = re.compile(
    r"""<!--.*?(?:-->|\Z)
    | <![A-Za-z][^<>]*>
    | <\?[A-Za-z].*?\?>
    | <(script|style|iframe)(?:\s[^<>]*)?>.*?(?:</\1\s*>|\Z)
    | <(?:rt|rp)\b.*?</(?:rt|rp)>
    | %%.{1,1000}?%%
    | (?m:^[ ]*(?:[-*+]|\d+\.)[ ][^\n]*\n\{:\s*toc\s*\}$)
    | (?m:[ ]\^[A-Za-z0-9-]+$)
    | \{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}
    | \{::comment\}.*?\{:/(?:comment)?\}""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)((?:[^\n]|\n(?!\s*\n))*?[^`])\1(?!`)")
MATH = re.compile(
    r"""\$\$[^$]+\$\$
    | (?<![\\$\w])\$(?=[^\s$])(?:(?!</)[^$\n\\]|\\.)*?(?<=\S)\$(?![\d$])
    | \\\[(?:(?!\n[ \t]*\n).)*?\\\]
    | \\\((?:(?!\n[ \t]*\n).)*?\\\)""",
    re.DOTALL | re.VERBOSE,
)
_REFERENCE = re.compile(
    r"^[ >]{0,12}\[(?!\^)[^\[\]\n]+\]:[ \t]*\n?[ \t]*\S+(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$",
    re.MULTILINE,
)
_TEXT_AND_DESTINATION = r"""
    \[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]
    \([ \t]*
    (?:<[^<>\n]*>|(?:[^\s()]|\((?:[^\s()]|\([^\s()]*\))*\))*)?
    (?:\s+(?P<title>"[^"]*"|'[^']*'|\([^()]*\)))?
    (?:\s*=\d*x\d*)?
    [ \t]*\)"""
_IMAGE = re.compile(rf"!{_TEXT_AND_DESTINATION}", re.VERBOSE)
_LINK = re.compile(rf"(?<!!){_TEXT_AND_DESTINATION}", re.VERBOSE)
_REFERENCE_LINK = re.compile(r"\[(?P<text>[^\[\]\n^][^\[\]\n]*)\]\[[^\[\]\n]*\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\]:?")
_EMBED = re.compile(r"!\[\[[^\[\]|\n]*(?:\|(?P<alias>[^\[\]\n]*))?\]\]")
WIKI_LINK = re.compile(r"\[\[(?P<target>[^\[\]|\n]+?)(?:\\?\|(?P<alias>[^\[\]\n]*))?\]\](?!\()")
_SIZE = re.compile(r"[\dx]*")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}|(?<=\S)[ ]?\{[ ]?[.#][^{}\n]*\}|(?<=[)\]*`_])\{\w[\w-]*=[^{}\n]*\}")
LIQUID = re.compile(r"\{%-?\s*(?P<name>[\w-]+)(?P<rest>(?:(?!\{%).)*?)-?%\}", re.DOTALL)
SHORTCODE = re.compile(r"\{\{[<%]\s*(?P<name>/?\s*[\w./-]+)(?P<rest>(?:(?!\{\{).)*?)[>%]\}\}", re.DOTALL)
OUTPUT = re.compile(r"\{\{[^{}]*\}\}")
_CONTAINER = re.compile(r"^[ >]*(?::{3,}|!!!|\?\?\?\+?)[ \t]*[\w-]*", re.MULTILINE)
_CALLOUT = re.compile(r"\[![\w-]+(?:\|[^\[\]]*)?\][+-]?")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w-]+)\s*[=:]\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=]+))"""
)
_POSITIONAL = re.compile(r"""(?<![=\w])(?:"([^"]*)"|'([^']*)')""")
_PATH = re.compile(r"[/\\]|^https?:|\.(?:png|jpe?g|gif|svg|webp|mp[34]|md|html?)$", re.IGNORECASE)
_EMPHASIS = tuple(
    re.compile(rf"(?<!\\){mark}(?=[^\s{sign}])((?:(?!\n\s*\n)[^{sign}])+?)(?<=\S){mark}{after}")
    for mark, sign, after in (
        (r"\*\*\*", "*", ""),
        (r"\*\*", "*", ""),
        (r"(?<![A-Za-z0-9])\*", "*", r"(?![A-Za-z0-9])"),  # 2*x*3 is a product
        ("~~", "~", ""),
        ("==", "=", ""),
    )
)
_SILENT_TAGS = frozenset(
    [
        "asset_path",
        "assign",
        "break",
        "capture",
        "case",
        "comment",
        "continue",
        "cycle",
        "decrement",
        "else",
        "elsif",
        "for",
        "highlight",
        "if",
        "ifchanged",
        "increment",
        "layout",
        "load",
        "more",
        "page_meta",
        "post_path",
        "raw",
        "render",
        "tablerow",
        "unless",
        "vimeo",
        "when",
        "youtube",
    ]
)
_SHOWN_PARAMETERS = frozenset(("alt", "attr", "caption", "desc", "description", "summary", "text", "title"))
JOINER = "\u2060"
"""What stands for an inline tag, so that a line of tags alone is not taken for a blank one."""
_KEPT = re.compile("\ue000(\\d+)\ue001")


def prose_text(text: str) -> str:
    """Prose without its markup; emphasis within a word leaves nothing between its characters, a tag a word joiner.

    >>> prose_text("**词**{: .red}语，[链接](https://example.com)")
    '词语，链接'
    """
    kept: list[str] = []

    def keep(content: str) -> str:
        kept.append(content)
        return f"\ue000{len(kept) - 1}\ue001"

    text = CODE_SPAN.sub(lambda match: keep(match[2]), text)
    text = UNSEEN.sub("", text)
    text = MATH.sub(lambda match: keep(match[0]), text)
    text = _without_markdown(OUTPUT.sub(" ", SHORTCODE.sub(_shortcode, LIQUID.sub(_liquid, text))))
    text = _IMAGE_TAG.sub(_shown_attributes, text)
    text = _ANY_TAG.sub(lambda match: JOINER if _INLINE_TAG.fullmatch(match[0]) else "\n", text)
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\1", text)
    text = html.unescape(text)
    while _KEPT.search(text):  # code within formulas is kept twice
        text = _KEPT.sub(lambda match: kept[int(match[1])], text)
    return text


def _without_markdown(text: str) -> str:
    text = _REFERENCE.sub("", text)
    text = _EMBED.sub(lambda match: f" {'' if _SIZE.fullmatch(match['alias'] or '') else match['alias']} ", text)
    text = WIKI_LINK.sub(lambda match: match["alias"] or match["target"], text)
    text = _inner_first(_IMAGE, lambda match: _lines(match["text"], (match["title"] or "")[1:-1]), text)
    text = _inner_first(_LINK, lambda match: match["text"], text)
    text = _REFERENCE_LINK.sub(lambda match: match["text"], text)
    text = _FOOTNOTE.sub(" ", text)
    text = _ATTRIBUTES.sub("", text)
    return _CONTAINER.sub(" ", _CALLOUT.sub(" ", text))


def _inner_first(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    return pattern.sub(replace, pattern.sub(replace, text))


def _lines(*texts: str) -> str:
    """Texts as lines of their own, without repetitions: an image's title often repeats its alternative text."""
    return "\n" + "\n".join(dict.fromkeys(texts)) + "\n"


def _shown_attributes(match: re.Match[str]) -> str:
    return _lines(*(double or single for double, single in _SHOWN_ATTRIBUTE.findall(match[0])))


def _liquid(match: re.Match[str]) -> str:
    """What a tag shows: the arguments of those that print some."""
    name, rest = match["name"], match["rest"]
    if name in ("include", "include_relative"):
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
    positional = (double or single for double, single in _POSITIONAL.findall(rest))
    shown = [*_named_parameters(rest), *(word for word in positional if not _PATH.search(word))]
    return f" {' '.join(shown)} "
