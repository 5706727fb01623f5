"""HTML to marked text, and what to do with HTML that is broken."""

from __future__ import annotations

import re

from searchkit.posts.marks import BREAK, CELL, END, ROW


def _names(line: str) -> frozenset[str]:
    return frozenset(line.split())


_BLOCKS = _names(
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main map menu nav object ol optgroup"
    " option p pre search section select summary textarea title ul video audio canvas xmp listing plaintext marquee"
)
_ROWS = frozenset(("tr", "table", "tbody", "thead", "tfoot", "caption", "colgroup"))
_CELLS = frozenset(("td", "th", "button"))
_MARK_OF = {**dict.fromkeys(_BLOCKS, BREAK), **dict.fromkeys(_ROWS, ROW), **dict.fromkeys(_CELLS, CELL)}
_INLINE = _names(
    "a abbr acronym amp-img area applet b base basefont bdi bdo big blink cite code col data datalist del dfn em embed"
    " font i image img input ins kbd keygen label link mark math meta meter nobr output param picture portal progress q"
    " rb rp rt rtc ruby s samp slot small source spacer span strike strong sub sup svg time track tt u var wbr path g"
    " rect circle line polygon polyline ellipse defs use symbol text tspan stop lineargradient radialgradient mask"
)
_UNSEEN = ("script", "style", "iframe", "noscript", "svg", "template", "title", "noembed", "noframes")
_KNOWN = frozenset(_MARK_OF) | _INLINE | frozenset(_UNSEEN)
BLOCK_NAMES = frozenset(_MARK_OF) - {"br", "button", "map", "object", "select"} | frozenset(_UNSEEN) | {"link", "meta"}
"""The tags that begin a block of HTML where they stand at the beginning of a line of Markdown."""

# Names that make an HTML parser read all that follows as text
_SWALLOWING = re.compile(r"(</?)(?:textarea|xmp|listing|plaintext)(?=[\s/>])", re.IGNORECASE)
_NAME = re.compile(r"</?([A-Za-z][^\s/<>]*)")
_CLOSING_NAME = re.compile(r"</([A-Za-z][^\s/<>]*)")
_ATTRIBUTED_NAME = re.compile(r"<([A-Za-z][^\s/<>]*)\s++[\w:-]++=[\"']")
_TAG = re.compile(r"</?([A-Za-z][^\s/<>]*+)[^<>]*+>")
_DIRTY = re.compile(r"<(?!/?[A-Za-z](?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+>)")
_DECLARATION = re.compile(r"<!\[CDATA\[|\]\]>|<[!?][^<>]*+>")
_QUOTED_TAG = re.compile(
    r"<[A-Za-z][^\s/<>\"']*+(?:\s++[^\s\"'<>/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?+)*+\s*+/?>"
)
_PRE = re.compile(r"<(/?)pre(?=[\s/>])", re.IGNORECASE)
_UNSEEN_OPEN = re.compile(rf"<({'|'.join(_UNSEEN)})(?=[\s/>])[^<>]*+(>?)", re.IGNORECASE)
_UNSEEN_CLOSE = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in _UNSEEN}
_LINK_GAP = re.compile(r"(</a>)[^\S\n]*+\n\s*+(<a[\s>])", re.IGNORECASE)
_QUOTES = "\"'"
_MAX_FAILURES = 20
"""How many tags with quotes that never close are looked at closely: each may be searched for to the end."""


def marked_text(html: str) -> str:
    """The text of a piece of HTML, marks where lines and cells end, entities still encoded.

    Clean tags are cut out; a parser does what has ``<`` or ``>`` in its attributes. No text is lost: neither after a
    tag, a comment or a quote that never closes, nor in brackets that are no tag.

    >>> marked_text("国<b>际</b>论坛, a < b <!-- 1 -->").replace("&lt;", "<")
    '国际论坛, a < b '
    """
    if "<" not in html:
        return html
    cleaned = repaired(html)
    return cut(cleaned) if _DIRTY.search(cleaned) is None else parsed(cleaned)


def repaired(html: str) -> str:
    """``html`` without what no reader sees, and such that every ``<`` begins a tag that ends."""
    html = _without_comments(html)
    names = {name.lower() for name in _NAME.findall(html)}
    if not names.isdisjoint(_UNSEEN):
        html = _without_unseen(html)
    if not names <= _KNOWN:
        html = _with_strangers_as_text(html, names - _KNOWN)
    if "<!" in html or "<?" in html or "]]>" in html:
        html = _DECLARATION.sub("", html)
    if _DIRTY.search(html):
        html = _with_stray_brackets_as_text(html)
    if "pre" in names:
        html = _with_kept_lines(html)
    return _LINK_GAP.sub(r"\1 \2", html) if "a" in names else html


def cut(html: str) -> str:
    """The marked text of HTML whose tags hold neither ``<`` nor ``>``; equal to :func:`parsed`, and far faster."""
    return _TAG.sub(_mark, html)


def parsed(html: str) -> str:
    """The marked text as BeautifulSoup reads it."""
    from bs4 import BeautifulSoup

    # Entities are decoded in one place, later; and a marker is a text like any other for the parser
    source = _with_marks(_SWALLOWING.sub(r"\1div", html)).replace("&", "&amp;") + END
    for parser in ("lxml", "html.parser"):
        text = BeautifulSoup(source, parser).get_text()
        # Some versions of libxml2 stop where tags are nested too deeply, html.parser does not
        if text.endswith(END):
            break
    return text.removesuffix(END)


def _mark(match: re.Match[str]) -> str:
    return _MARK_OF.get(match[1].lower(), "")


def _with_marks(html: str) -> str:
    pieces: list[str] = []
    position = 0
    for match in _NAME.finditer(html):
        mark = _MARK_OF.get(match[1].lower())
        if mark and match.start() >= position:
            pieces += html[position : match.start()], mark
            position = match.start()
    pieces.append(html[position:])
    return "".join(pieces)


def _without_comments(html: str) -> str:
    pieces: list[str] = []
    position = 0
    while True:
        start = html.find("<!--", position)
        end = html.find("-->", start + 4) if start >= 0 else -1
        if end < 0:
            break
        pieces.append(html[position:start])
        position = end + 3
    rest = html[position:]
    pieces.append(rest.replace("<!--", " ") if start >= 0 else rest)
    return "".join(pieces)


def _without_unseen(html: str) -> str:
    """Scripts and the like go with all they hold; one that never closes takes nothing with it."""
    pieces: list[str] = []
    position = 0
    unclosed: set[str] = set()
    for match in _UNSEEN_OPEN.finditer(html):
        name = match[1].lower()
        if match.start() < position or match[0].endswith("/>") or name in unclosed:
            continue
        close = _UNSEEN_CLOSE[name].search(html, match.end())
        if close is None:
            unclosed.add(name)
            continue
        pieces.append(html[position : match.start()])
        position = close.end()
    pieces.append(html[position:])
    # What is left of these tags would make a parser swallow the rest
    return _UNSEEN_OPEN.sub(lambda match: "" if match[2] else match[0], "".join(pieces))


def _with_strangers_as_text(html: str, strangers: set[str]) -> str:
    """``<Everytime>`` and ``<https://…>`` are text; a name that is closed somewhere or has attributes is a tag."""
    closed = {name.lower() for name in _CLOSING_NAME.findall(html)}
    attributed = {name.lower() for name in _ATTRIBUTED_NAME.findall(html)}
    tags = {name for name in strangers if name in closed or name in attributed or "-" in name}
    text = {name for name in strangers if name not in tags or name.endswith(":") or "@" in name}

    def escaped(match: re.Match[str]) -> str:
        return "&lt;" + match[0][1:] if match[1].lower() in text else match[0]

    return _NAME.sub(escaped, html)


def _with_stray_brackets_as_text(html: str) -> str:
    pieces: list[str] = []
    position = failures = 0
    while match := _DIRTY.search(html, position):
        start = match.start()
        pieces.append(html[position:start])
        whole = _QUOTED_TAG.match(html, start) if failures < _MAX_FAILURES else None
        broken = _TAG.match(html, start)
        if whole:
            pieces.append(whole[0])
            position = whole.end()
        elif broken:
            # A quote that never closes: the tag ends where it looks like ending
            failures += 1
            slash = "/" if broken[0][1] == "/" else ""
            pieces.append(f"<{slash}{broken[1].strip(_QUOTES)}>")
            position = broken.end()
        else:
            failures += 1
            pieces.append("&lt;")
            position = start + 1
    pieces.append(html[position:])
    return "".join(pieces)


def _with_kept_lines(html: str) -> str:
    """The line ends within ``<pre>`` as marks."""
    pieces: list[str] = []
    position, inside = 0, False
    for match in _PRE.finditer(html):
        piece = html[position : match.start()]
        pieces.append(piece.replace("\n", BREAK) if inside else piece)
        position, inside = match.start(), not match[1]
    piece = html[position:]
    pieces.append(piece.replace("\n", BREAK) if inside else piece)
    return "".join(pieces)


def words_of(html: str) -> str:
    """All that stands outside of angle brackets, by the simplest means there are."""
    return "\n".join(line for piece in re.split(r"<[^<>]*>|\n", html) if (line := piece.strip()))
