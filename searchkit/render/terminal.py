"""Results and posts on a terminal."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.style import Style

from searchkit.explanation import Explanation
from searchkit.model import Document, FacetCounts, Hit, Results, Span, iso_date
from searchkit.render.explaining import how_near, why
from searchkit.render.lines import Line, indented, pad, paint, plain, shorten, wrap
from searchkit.render.look import Look
from searchkit.render.safe import file_link, split_spans, visible, web_link
from searchkit.render.wording import total_line, unknown_lines

PLAIN = Style.null()
DIM = Style(dim=True)
STRONG = Style(bold=True)
MATCH = Style(bold=True, color="red")  # like grep's: readable on black and on white
SOURCE = Style(color="green")
STRUCK = Style(dim=True, strike=True)

MAX_WIDTH = 110
"""Columns; longer lines are hard to read."""

_INDENTATION = re.compile(" {3,}")
_MAX_SOURCE_WIDTH = 16
_MAX_OTHER_PATHS = 3
_MAX_MISSING = 8
_MAX_TERMS = 6
_MAX_FACET_VALUES = 12


def results_text(results: Results, look: Look, corpus: str | None = None) -> str:
    """A page of results: the hits, the facets, and the total as the last line.

    Args:
        results: the page.
        look: the capabilities of the terminal.
        corpus: the corpus folder, if known: posts without a URL link to their file in it.
    """
    width = None if look.width is None else min(look.width, MAX_WIDTH)
    gutter = max((len(str(hit.rank)) for hit in results), default=1)
    source_cells = max((min(cell_len(visible(hit.source)), _MAX_SOURCE_WIDTH) for hit in results), default=0)
    lines: list[Line] = []
    if results.parsed:
        lines += [*wrap([(f"parsed as {visible(results.parsed)}", DIM)], width), []]
    for hit in results:
        lines += _hit_lines(hit, look, width, gutter, source_cells, corpus)
        lines.append([])
    if results.total:
        lines += _facet_lines(results.facets, width)
    for unknown in unknown_lines(results):
        lines += wrap([(visible(unknown), PLAIN)], width)
    lines.append([(total_line(results), DIM)])
    return paint(lines, look)


def notes_text(results: Results, look: Look) -> str:
    """The notes on how the query was parsed, one per line."""
    width = None if look.width is None else min(look.width, MAX_WIDTH)
    return paint([line for note in results.notes for line in wrap([(f"note: {visible(note)}", DIM)], width)], look)


def document_text(document: Document, look: Look) -> str:
    """A post: its title, its metadata, and its cleaned text."""
    width = None if look.width is None else min(look.width, MAX_WIDTH)
    lines = wrap([(visible(document.title), STRONG)], width)
    metadata = [
        ("date", _moment(document.date)),
        ("source", document.source),
        ("url", document.url),
        ("tags", ", ".join(document.tags)),
        ("summary", document.description),
        ("path", document.path),
        *(("also", path) for path in document.paths if path != document.path),
    ]
    for name, value in metadata:
        if value:
            first, *rest = indented([(visible(value), DIM)], 8, width)
            lines += [[(f"{name:<8}", DIM), *first[1:]], *rest]
    lines.append([])
    return paint(lines + _body_lines(document.body, width), look)


def _moment(date: dt.datetime | None) -> str:
    """A date with its time and time zone, as its author has it."""
    if date is None:
        return ""
    zone = f"{date:%z}" if date.utcoffset() else ""
    clock = date.replace(microsecond=0, tzinfo=None).isoformat(" ")
    return f"{clock} {zone[:3]}:{zone[3:5]}" if zone else f"{clock} UTC"


def _hit_lines(
    hit: Hit, look: Look, width: int | None, gutter: int, source_cells: int, corpus: str | None
) -> list[Line]:
    margin = gutter + 2
    file_target = file_link(corpus, hit.path) if look.links and corpus else None
    web_target = web_link(hit.url) if look.links else None
    first, *rest = indented(_title(hit, web_target or file_target), margin, width)
    lines = [[(f"{hit.rank:>{gutter}}  ", DIM), *first[1:]], *rest]
    metadata, path = _metadata(hit, source_cells), [(visible(hit.path), _linked(DIM, file_target))]
    if width is not None and margin + cell_len(plain(metadata + path)) > width:
        lines += [*indented(metadata, margin, width), *indented(path, margin, width)]
    else:
        lines += indented(metadata + path, margin, None)
    for snippet in hit.snippets:
        more: Line = [("…", DIM)] if snippet.goes_on else []
        lines += indented([*_without_indentation(_marked(snippet.text, snippet.spans, PLAIN)), *more], margin, width)
    if hit.named_tags:
        lines += indented(_named_tags(hit.named_tags), margin, width)
    if hit.missing:
        lines += indented(_missing(hit.missing), margin, width)
    if hit.explanation:
        for line in _explanation_lines(hit.score, hit.explanation):
            lines += indented(line, margin + 2, width)
    if hit.also:
        lines += indented([("also: " + ", ".join(_first(hit.also, _MAX_OTHER_PATHS)), DIM)], margin, width)
    return lines


def _title(hit: Hit, target: str | None) -> Line:
    style = _linked(STRONG, target)
    return _marked(hit.title, hit.title_spans, style) if hit.title else [("(no title)", style)]


def _metadata(hit: Hit, source_cells: int) -> Line:
    line: Line = [(pad((iso_date(hit.date) or "undated")[:10], 10) + "  ", DIM)]
    if source_cells:
        line.append((pad(shorten(visible(hit.source), source_cells), source_cells) + "  ", SOURCE))
    return line


def _linked(style: Style, target: str | None) -> Style:
    return style + Style(link=target) if target else style


def _marked(text: str, spans: Sequence[Span], style: Style) -> Line:
    marked = style + MATCH
    return [(part, marked if is_match else style) for part, is_match in split_spans(text, spans)]


def _without_indentation(line: Line) -> Line:
    """A line with one space where the code that it was cut from has the indentation of its next line."""
    return [(_INDENTATION.sub(" ", text), style) for text, style in line]


def _first(texts: Sequence[str], limit: int) -> list[str]:
    """The first texts, and how many more there are."""
    shown = [visible(text) for text in texts[:limit]]
    return [*shown, f"+{len(texts) - limit} more"] if len(texts) > limit else shown


def _named_tags(tags: Sequence[str]) -> Line:
    """The tags that the query names, and the text lacks, highlighted."""
    line: Line = [("tag: ", DIM)]
    for tag in _first(tags, _MAX_MISSING):
        line += [(tag, MATCH), (", ", DIM)]
    return line[:-1]


def _missing(words: Sequence[str]) -> Line:
    """The query words that a post lacks, struck through."""
    line: Line = [("missing: ", DIM)]
    for word in _first(words, _MAX_MISSING):
        line += [(word, STRUCK), (", ", DIM)]
    return line[:-1]


def _explanation_lines(score: float, explanation: Explanation) -> list[Line]:
    """Where the post has each word of the query and how near they stand, with the parts of the score behind."""
    lines: list[Line] = []
    for reason in explanation.reasons:
        parts = [f"{stream} {visible(term)} {part:.2f}" for stream, term, part in reason.parts]
        terms = ": " + ", ".join(_first(parts, _MAX_TERMS)) if parts else ""
        word = [(visible(reason.word), PLAIN), (f"  {visible(why(reason))}", PLAIN)]
        lines.append([*(word if reason.word else [("other terms", PLAIN)]), (f"  {reason.score:.2f}{terms}", DIM)])
    if near := how_near(explanation):
        lines.append([(visible(near), PLAIN)])
    recency = f" (sum x {explanation.freshness:.3f} for recency)" if explanation.freshness != 1 else ""
    return [*lines, [(f"score {score:.2f}{recency}", DIM)]]


def _facet_lines(facets: Mapping[str, FacetCounts], width: int | None) -> list[Line]:
    """Each facet with its values and their counts, then an empty line."""
    lines: list[Line] = []
    margin = max(map(len, facets), default=0) + 2
    for facet, counts in facets.items():
        entries: list[Line] = [
            [(visible(value), PLAIN), (f" {count:,}", DIM)] for value, count in counts[:_MAX_FACET_VALUES]
        ]
        if len(counts) > _MAX_FACET_VALUES:
            entries.append([(f"+{len(counts) - _MAX_FACET_VALUES} more", DIM)])
        rows = _packed(entries or [[("none", DIM)]], None if width is None else width - margin)
        for number, line in enumerate(rows):
            lines.append([((facet if number == 0 else "").ljust(margin), DIM), *line])
    return [*lines, []] if lines else []


def _packed(entries: Sequence[Line], width: int | None) -> list[Line]:
    """Entries side by side, as many as fit into each line; an entry that is too long for a line is wrapped."""
    lines: list[Line] = []
    room = 0
    for entry in entries:
        cells = cell_len(plain(entry))
        if lines and (width is None or cells + 3 <= room):
            lines[-1] += [("   ", PLAIN), *entry]
            room -= cells + 3
        else:
            lines += wrap(entry, width)
            room = 0 if width is None else width - cell_len(plain(lines[-1]))
    return lines


def _body_lines(body: str, width: int | None) -> list[Line]:
    """The lines of a body; a wrapped paragraph is separated by empty lines, a line of code is not."""
    lines: list[Line] = []
    after_wrapped = False
    for paragraph in body.split("\n"):
        parts = wrap([(visible(paragraph.expandtabs(4)), PLAIN)], width)
        wrapped = len(parts) > 1 and not paragraph[0].isspace()
        if lines and lines[-1] and (wrapped or after_wrapped) and parts != [[]]:
            lines.append([])
        lines += parts
        after_wrapped = wrapped
    return lines
