"""Hits, posts and facets as styled lines whose cells every terminal agrees on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, get_character_cell_size
from rich.style import Style

from searchkit.browse.state import FACETS, View
from searchkit.messages import N_, _
from searchkit.model import FacetCounts, Hit, Reading, Span, iso_date
from searchkit.render.lines import Line, pad, plain, shorten, wrap
from searchkit.render.safe import split_spans, visible, visible_name
from searchkit.render.terminal import DIM, MATCH, PLAIN, SOURCE, STRONG, STRUCK

CURRENT = MATCH + Style(reverse=True)
CHOSEN = Style(bold=True, color="cyan")

FACET_NAMES = {"source": N_("Source"), "year": N_("Year"), "tag": N_("Tag")}

_MOST_VALUES = 12
_TAB = " " * 4
_TAB_STOP = "\ue000"  # a tab, which would be escaped

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_INVISIBLE = re.compile(
    "[\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<=[\u231a-\U0001faff])[\U0001f3fb-\U0001f3ff]"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED_MARKS = re.compile(f"({_MARKS}{{2}}){_MARKS}+")


def steady(text: str) -> str:
    """A text without what terminals give different widths: joined emoji, flags, piles of marks, invisible signs.

    >>> steady("\\U0001f1ed\\U0001f1f0 e\\u0301\\u0301\\u0301")
    'HK e\\u0301\\u0301'
    """
    if text.isascii():
        return text
    text = _FLAG.sub(lambda match: chr(ord(match[0]) - 0x1F1E6 + ord("A")), _INVISIBLE.sub("", text))
    return _PILED_MARKS.sub(r"\1", text)


def marked(text: str, spans: Sequence[Span], style: Style = PLAIN, match: Style = MATCH) -> Line:
    """A text with its matches highlighted, its control characters escaped."""
    parts = split_spans(text.replace("\n", " ").replace("\t", " "), spans)
    return [(steady(part), style + match if is_match else style) for part, is_match in parts]


def fitted(line: Line, width: int) -> Line:
    """A line of at most ``width`` cells; an ellipsis stands for what is cut."""
    if cell_len(plain(line)) <= width:
        return line
    shown: Line = []
    room = width
    for text, style in line:
        part = shorten(text, room) if cell_len(text) >= room else text
        shown.append((part, style))
        room -= cell_len(part)
        if room <= 0 or part != text:
            break
    return shown


def around_match(text: str, spans: Sequence[Span], width: int) -> Line:
    """A snippet on one line, cut at its beginning where the first match would not be seen."""
    start = 0
    if spans and cell_len(text[: spans[0][1]]) > width - 2:
        room = width // 3
        start = spans[0][0]
        while start and (room := room - get_character_cell_size(text[start - 1])) > 0:
            start -= 1
    line = marked(text[start:], [(max(a - start, 0), b - start) for a, b in spans if b > start])
    return fitted([("…", DIM), *line] if start else line, width)


def hit_lines(hit: Hit, width: int, rows: int) -> list[Line]:
    """A hit in the list: its title, its day and source, one line of its text; in two rows, day and source come last."""
    title = marked(hit.title, hit.title_spans, STRONG) if hit.title else [(_("(no title)"), STRONG)]
    about: Line = [((iso_date(hit.date) or _("undated"))[:10], DIM)]
    if hit.source:
        about.append((f"  {steady(visible(hit.source))}", SOURCE))
    if hit.missing:
        about.append(("  ", PLAIN))
        about += [part for word in hit.missing for part in ((steady(visible(word)), STRUCK), (" ", PLAIN))]
    snippet = around_match(hit.snippets[0].text, hit.snippets[0].spans, width) if hit.snippets else []
    if not snippet and hit.named_tags:
        snippet = fitted([(steady(visible(", ".join(hit.named_tags))), MATCH)], width)
    if rows == 2:
        return [_side_by_side(title, about, width), snippet]
    return [fitted(title, width), fitted(about, width), snippet]


def _side_by_side(left: Line, right: Line, width: int) -> Line:
    """Two lines at the ends of one; the right one takes at most half of it."""
    right = fitted(right, width // 2)
    left = fitted(left, width - cell_len(plain(right)) - 2)
    return [*left, (" " * (width - cell_len(plain(left)) - cell_len(plain(right))), PLAIN), *right]


@dataclass(frozen=True, slots=True)
class Page:
    """A post as it is read: its lines, and where its matches are.

    Attributes:
        reading: the post.
        width: that its lines are wrapped at.
        lines: wrapped.
        places: the number of the line of each of ``reading.spans``.
    """

    reading: Reading
    width: int
    lines: tuple[Line, ...]
    places: tuple[int, ...]


def page_of(reading: Reading, width: int) -> Page:
    """A post wrapped at some cells: title, day, source, tags, path, then its text."""
    document = reading.document
    lines = wrap(marked(document.title, reading.title_spans, STRONG), width)
    day = (iso_date(document.date) or _("undated"))[:10]
    tags = [tag for tag in document.tags if tag != document.source]
    about = "  ".join(part for part in (day, document.source, ", ".join(tags)) if part)
    for text in (visible(about), visible(document.url), visible_name(document.path)):
        lines += wrap([(steady(text), DIM)], width) if text else []
    lines.append([])
    text = document.text
    places: dict[int, int] = {}
    number = offset = 0
    for paragraph in text.split("\n"):
        end = offset + len(paragraph)
        within: list[Span] = []
        first = number
        while number < len(reading.spans) and reading.spans[number][0] < max(end, offset + 1):
            span = reading.spans[number]
            within.append((max(span[0] - offset, 0), min(span[1], end) - offset))
            if span[1] > end + 1:  # it goes on in the next paragraph
                break
            number += 1
        wrapped = wrap(_paragraph(paragraph, within, first), width)
        for at, line in enumerate(wrapped, len(lines)):
            for _text, style in line:
                if (match := match_of(style)) is not None:
                    places.setdefault(match, at)
        lines += wrapped
        if len(wrapped) > 1:
            lines.append([])
        offset = end + 1
    return Page(reading, width, tuple(lines), tuple(places.get(match, 0) for match in range(len(reading.spans))))


def _paragraph(text: str, spans: Sequence[Span], first: int) -> Line:
    """A line of a body, its indentation kept; the style of each match says its number, counted from ``first``."""
    line: Line = []
    number = first
    for part, is_match in split_spans(text.replace("\t", _TAB_STOP), spans):
        style = MATCH + Style.from_meta({"match": number}) if is_match else PLAIN
        number += is_match
        line.append((steady(part).replace(_TAB_STOP, _TAB), style))
    return line


def match_of(style: Style) -> int | None:
    """The number of the match of a post that a part of a line belongs to; None for other parts."""
    number: int | None = style.meta.get("match") if style.bold else None
    return number


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list of facets.

    Attributes:
        facet: whose value it has.
        value: to narrow by; empty for the heading of a facet.
        count: posts that have it.
        is_chosen: whether it narrows the search.
    """

    facet: str
    value: str = ""
    count: int = 0
    is_chosen: bool = False

    def line(self, width: int) -> Line:
        """The row, the count at its end."""
        if not self.value:
            return [(shorten(_(FACET_NAMES[self.facet]), width), STRONG)]
        count = f"{self.count:,}"
        room = max(width - len(count) - 3, 1)
        name = pad(shorten(steady(visible(self.value)), room), room)
        return [
            ("✓ " if self.is_chosen else "  ", CHOSEN),
            (name, CHOSEN if self.is_chosen else PLAIN),
            (f" {count}", DIM),
        ]


def facet_rows(view: View, counts: Mapping[str, FacetCounts]) -> list[Row]:
    """The values of all facets: those chosen first, then the most frequent; years, the latest first."""
    rows: list[Row] = []
    for facet in FACETS:
        found = dict(counts.get(facet, ()))
        chosen = view.chosen(facet)
        others = [value for value in found if value and value not in chosen]
        if facet == "year":
            others.sort(reverse=True)
        values = [*chosen, *others[:_MOST_VALUES]]
        rows.append(Row(facet))
        rows += [Row(facet, value, found.get(value, 0), value in chosen) for value in values]
    return rows
