"""A post on a terminal, with what a query matches in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style

from searchkit.messages import _
from searchkit.model import Reading, Span
from searchkit.render.lines import Line, indented, pad, paint, wrap
from searchkit.render.look import Look
from searchkit.render.safe import split_spans, visible, visible_name
from searchkit.render.terminal import DIM, MATCH, MAX_WIDTH, PLAIN, STRONG

_MAX_FORMS = 50
_TAB = " " * 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """A post as it is printed.

    Attributes:
        text: its lines.
        match: the line, from 1, that has the first match of its body; 0 if there is none.
        forms: what was matched, each form in which the text has it, once.
    """

    text: str
    match: int = 0
    forms: tuple[str, ...] = ()


def draw_reading(reading: Reading, look: Look) -> Drawn:
    """A post: its title, its metadata, and its cleaned text, with its matches highlighted."""
    document = reading.document
    width = None if look.width is None else min(look.width, MAX_WIDTH)
    head = wrap(_marked(document.title, reading.title_spans, 0, STRONG), width)
    begins = len(document.body) + 1
    summary = _marked(document.description, reading.spans, begins, DIM)
    metadata: list[tuple[str, Line]] = [
        (_("date"), _dim(_moment(document.date))),
        (_("source"), _dim(document.source)),
        (_("url"), _dim(document.url)),
        (_("tags"), _dim(", ".join(document.tags))),
        (_("summary"), summary),
        (_("path"), _name(document.path)),
        *((_("also"), _name(path)) for path in document.paths if path != document.path),
    ]
    for name, value in metadata:
        if value:
            first, *rest = indented(value, 8, width)
            head += [[(pad(name, 8), DIM), *first[1:]], *rest]
    head.append([])
    body = _body_lines(document.body, reading.spans, width)
    at = next((number for number, line in enumerate(body, 1) if any(style == MATCH for _text, style in line)), 0)
    return Drawn(paint(head + body, look), at and len(head) + at, _forms(body))


def _dim(text: str) -> Line:
    return [(visible(text), DIM)] if text else []


def _name(path: str) -> Line:
    return [(visible_name(path), DIM)]


def _moment(date: dt.datetime | None) -> str:
    """A date with its time and time zone, as its author has it."""
    if date is None:
        return ""
    zone = f"{date:%z}" if date.utcoffset() else ""
    clock = date.replace(microsecond=0, tzinfo=None).isoformat(" ")
    return f"{clock} {zone[:3]}:{zone[3:5]}" if zone else f"{clock} UTC"


def _marked(text: str, spans: Sequence[Span], begins: int, style: Style) -> Line:
    """A text with the matches in it; spans count from ``begins`` characters before it."""
    ends = begins + len(text)
    inside = [(max(a - begins, 0), min(b - begins, len(text))) for a, b in spans if a < ends and b > begins]
    parts = split_spans(text, inside, keep="\t")
    return [(part.replace("\t", _TAB), style + MATCH if is_match else style) for part, is_match in parts]


def _body_lines(body: str, spans: Sequence[Span], width: int | None) -> list[Line]:
    """The lines of a body; a wrapped paragraph is separated by empty lines, a line of code is not."""
    lines: list[Line] = []
    after_wrapped = False
    begins = 0
    first = 0  # of the spans, which are in order, that may be in the paragraph
    for paragraph in body.split("\n"):
        while first < len(spans) and spans[first][1] <= begins:
            first += 1
        last = first
        while last < len(spans) and spans[last][0] < begins + len(paragraph):
            last += 1
        marked = _marked(paragraph, spans[first:last], begins, PLAIN)
        parts = wrap(marked, width)
        wrapped = len(parts) > 1 and not paragraph[0].isspace()
        if lines and lines[-1] and (wrapped or after_wrapped) and parts != [[]]:
            lines.append([])
        lines += parts
        after_wrapped = wrapped
        begins += len(paragraph) + 1
    return lines


def _forms(lines: Sequence[Line]) -> tuple[str, ...]:
    """What is highlighted, as it stands in the lines."""
    forms = dict.fromkeys(text for line in lines for text, style in line if style == MATCH)
    return tuple(forms)[:_MAX_FORMS]
