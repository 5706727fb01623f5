"""From HTML, which may be broken, to text with marks.

Tags are removed by regular expressions: no text is lost where a parser would repair, and most posts take a tenth of
its time.
"""

from __future__ import annotations

import re

from searchkit.posts.markup import captions
from searchkit.posts.markup.marks import BREAK, CELL, ITEM, ROW


def _names(line: str) -> frozenset[str]:
    return frozenset(line.split())


_BLOCKS = _names(
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend main map menu nav object ol optgroup"
    " option p pre search section select summary textarea title ul video audio canvas xmp listing plaintext marquee"
)
_ROWS = frozenset(("tr", "table", "tbody", "thead", "tfoot", "caption", "colgroup"))
_CELLS = frozenset(("td", "th"))
_INLINE = _names(
    "a abbr acronym amp-img area applet b base basefont bdi bdo big blink cite code col data datalist del dfn em embed"
    " font i image img input ins kbd keygen label link mark math meta meter nobr output param picture portal progress q"
    " rb rp rt rtc ruby s samp slot small source spacer span strike strong sub sup svg time track tt u var wbr path g"
    " rect circle line polygon polyline ellipse defs use symbol text tspan stop lineargradient radialgradient mask"
)
_MARK_OF = {
    **dict.fromkeys(_INLINE - {"img"}, ""),
    **dict.fromkeys(_BLOCKS, BREAK),
    **dict.fromkeys(_ROWS, ROW),
    **dict.fromkeys(_CELLS, CELL),
    "button": " ",
    "li": ITEM,
}
INVISIBLE_NAMES = ("script", "style", "iframe", "noscript", "svg", "template", "title", "noembed", "noframes")
_KNOWN_NAMES = frozenset(_MARK_OF) | {"img"} | frozenset(INVISIBLE_NAMES)
BLOCK_NAMES = (
    frozenset(_MARK_OF) - _INLINE - {"br", "button", "map", "object", "select"}
    | frozenset(INVISIBLE_NAMES)
    | {"link", "meta"}
)
"""Tags that begin an HTML block at the beginning of a line of Markdown."""

_NAME = re.compile(r"</?([A-Za-z][^\s/<>]*)")
_CLOSING_NAME = re.compile(r"</([A-Za-z][^\s/<>]*)")
_SELF_CLOSING_NAME = re.compile(r"<([A-Za-z][^\s/<>]*+)\s*+/>")
_ATTRIBUTED_NAME = re.compile(r"<([A-Za-z][^\s/<>]*)\s++[\w:-]++=[\"']")
_TAG = re.compile(r"</?([A-Za-z][^\s/<>]*+)[^<>]*+>")
_STRAY_BRACKET = re.compile(r"<(?!/?[A-Za-z](?>(?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*)>)")
_DECLARATION = re.compile(r"<!\[CDATA\[|\]\]>|<[!?][^<>]*+>")
_QUOTED_TAG = re.compile(
    r"<[A-Za-z][^\s/<>\"']*+(?>(?:\s++[^\s\"'<>/=]++(?>(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?))*)\s*+/?>"
)
_INVISIBLE_OPEN = re.compile(rf"<({'|'.join(INVISIBLE_NAMES)})(?=[\s/>])[^<>]*+(>?)", re.IGNORECASE)
_INVISIBLE_CLOSE = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in INVISIBLE_NAMES}
_LINK_GAP = re.compile(r"(</a>)[^\S\n]*+\n\s*+(<a[\s>])", re.IGNORECASE)
_QUOTES = "\"'"
_MAX_FAILURES = 20
"""The maximum number of unclosed quotes that are searched to the end of the text, so that the time is linear."""


def marked_text(html: str) -> str:
    """The text of HTML, with marks where lines and cells end; entities remain encoded.

    No text is lost: neither after an unclosed tag, comment or quote, nor in angle brackets that are no tag.

    >>> marked_text("国<b>际</b>论坛, a < b <!-- 1 -->").replace("&lt;", "<")
    '国际论坛, a < b '
    """
    return _TAG.sub(_mark, repair(html)) if "<" in html else html


def repair(html: str) -> str:
    """Remove invisible elements, escape each ``<`` that begins no tag, and simplify tags with ``<`` in them."""
    html = _without_comments(html)
    names = {name.lower() for name in set(_NAME.findall(html))}
    if not names.isdisjoint(INVISIBLE_NAMES):
        html = _without_invisible(html)
    if not names <= _KNOWN_NAMES:
        html = _escape_unknown_tags(html, names - _KNOWN_NAMES)
    if "<!" in html or "<?" in html or "]]>" in html:
        html = _DECLARATION.sub("", html)
    if _STRAY_BRACKET.search(html):
        html = _escape_stray_brackets(html)
    if "figcaption" in names:
        html = captions.of_figures(html)
    if "rt" in names:
        html = captions.of_ruby(html)
    return _LINK_GAP.sub(r"\1 \2", html) if "a" in names else html


def _mark(match: re.Match[str]) -> str:
    mark = _MARK_OF.get(match[1])
    if mark is None:
        name = match[1].lower()
        mark = _MARK_OF.get(name)
        if mark is None:
            return captions.of_tag(name, match[0])
    return BREAK if mark is ITEM and match[0][1] == "/" else mark


def _without_comments(html: str) -> str:
    parts: list[str] = []
    position = 0
    while True:
        start = html.find("<!--", position)
        end = html.find("-->", start + 4) if start >= 0 else -1
        if end < 0:
            break
        parts.append(html[position:start])
        position = end + 3
    rest = html[position:]
    parts.append(rest.replace("<!--", " ") if start >= 0 else rest)
    return "".join(parts)


def _without_invisible(html: str) -> str:
    """Remove scripts and other invisible elements with their content; of an unclosed one, only the tag."""
    parts: list[str] = []
    position = 0
    unclosed: set[str] = set()
    for match in _INVISIBLE_OPEN.finditer(html):
        name = match[1].lower()
        if match.start() < position or match[0].endswith("/>") or name in unclosed:
            continue
        close = _INVISIBLE_CLOSE[name].search(html, match.end())
        if close is None:
            unclosed.add(name)
            continue
        parts.append(html[position : match.start()])
        position = close.end()
    parts.append(html[position:])
    # a parser would drop the text after the remaining tags
    return _INVISIBLE_OPEN.sub(lambda match: "" if match[2] else match[0], "".join(parts))


def _escape_unknown_tags(html: str, unknown: set[str]) -> str:
    """Escape ``<Everytime>`` and ``<https://…>``; an unknown name is a tag if it has attributes or is closed."""
    closed = {name.lower() for name in (*_CLOSING_NAME.findall(html), *_SELF_CLOSING_NAME.findall(html))}
    attributed = {name.lower() for name in _ATTRIBUTED_NAME.findall(html)}
    tags = {name for name in unknown if name in closed or name in attributed or "-" in name}
    text = {name for name in unknown if name not in tags or name.endswith(":") or "@" in name}

    def escaped(match: re.Match[str]) -> str:
        return "&lt;" + match[0][1:] if match[1].lower() in text else match[0]

    return _NAME.sub(escaped, html)


def _escape_stray_brackets(html: str) -> str:
    parts: list[str] = []
    position = failures = 0
    while match := _STRAY_BRACKET.search(html, position):
        start = match.start()
        parts.append(html[position:start])
        whole = _QUOTED_TAG.match(html, start) if failures < _MAX_FAILURES else None
        broken = _TAG.match(html, start)
        if whole:  # with angle brackets in its attributes
            name = _NAME.match(whole[0])
            parts.append(
                captions.of_tag("img", whole[0])
                if name and name[1].lower() == "img"
                else f"<{name[1] if name else 'b'}>"
            )
            position = whole.end()
        elif broken:
            # an unclosed quote: the tag ends at the next angle bracket
            failures += 1
            slash = "/" if broken[0][1] == "/" else ""
            parts.append(f"<{slash}{broken[1].strip(_QUOTES)}>")
            position = broken.end()
        else:
            failures += 1
            parts.append("&lt;")
            position = start + 1
    parts.append(html[position:])
    return "".join(parts)


def text_outside_tags(html: str) -> str:
    """The text outside angle brackets: a simple fallback that cannot fail."""
    return "\n".join(line for part in re.split(r"<[^<>]*>|\n", html) if (line := part.strip()))
