"""Results on a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.style import Style

from searchkit.explanation import Explanation
from searchkit.messages import _
from searchkit.model import FacetCounts, Hit, Results, Span, iso_date
from searchkit.render.explaining import how_near, why
from searchkit.render.lines import Line, indented, pad, paint, plain, shorten, wrap
from searchkit.render.look import Look
from searchkit.render.safe import file_link, split_spans, visible, visible_name, web_link
from searchkit.render.wording import more_line, total_line, unknown_lines

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
    hits = [line for lines in _each_hit(results, look, corpus) for line in lines]
    return paint([*_above(results, look), *hits, *_below(results, look)], look)


def fitting(results: Results, look: Look, corpus: str | None, rows: int) -> Results:
    """The page with as many of its first hits as there is room for, at least one.

    Args:
        results: the page.
        look: the capabilities of the terminal.
        corpus: as for ``results_text``.
        rows: lines of the screen that the page may take.
    """
    room = rows - len(_above(results, look)) - len(_below(results, look))
    shown = 0
    for lines in _each_hit(results, look, corpus):
        room -= len(lines)
        if room < 0:
            break
        shown += 1
    return replace(results, hits=results.hits[: max(shown, 1)])


def hits_text(results: Results, look: Look) -> str:
    """The hits alone."""
    return paint([line for lines in _each_hit(results, look, None) for line in lines], look)


def facets_text(results: Results, look: Look) -> str:
    """The facets alone."""
    return paint(_facet_lines(results.facets, _width(look)), look).removesuffix("\n")


def _width(look: Look) -> int | None:
    return None if look.width is None else min(look.width, MAX_WIDTH)


def _above(results: Results, look: Look) -> list[Line]:
    """What stands above the hits; the facets do where the best hit is the last."""
    lines = _facet_lines(results.facets, _width(look)) if results.total and _best_last(results) else []
    if not results.parsed:
        return lines
    parsed = _("parsed as {query}", query=visible(results.parsed))
    return [*wrap([(parsed, DIM)], _width(look)), [], *lines]


def _best_last(results: Results) -> bool:
    return len(results) > 1 and results[0].rank > results[-1].rank


def _each_hit(results: Results, look: Look, corpus: str | None) -> Iterator[list[Line]]:
    """The lines of each hit, with an empty one after it."""
    gutter = max((len(str(hit.rank)) for hit in results), default=1)
    source_cells = max((min(cell_len(visible(hit.source)), _MAX_SOURCE_WIDTH) for hit in results), default=0)
    for hit in results:
        yield [*_hit_lines(hit, look, _width(look), gutter, source_cells, corpus), []]


def _below(results: Results, look: Look) -> list[Line]:
    """What stands below the hits: the facets, words that no post has, the total and how to see more."""
    width = _width(look)
    lines = _facet_lines(results.facets, width) if results.total and not _best_last(results) else []
    for unknown in unknown_lines(results):
        lines += wrap([(visible(unknown), PLAIN)], width)
    total, more = total_line(results), more_line(results)
    if look.width is not None and more:  # a program knows its options
        total = _("{total}; {more}", total=total, more=more)
    return [*lines, *wrap([(total, DIM)], width)]


def notes_text(results: Results, look: Look) -> str:
    """The notes on how the query was parsed, one per line."""
    notes = [_("note: {note}", note=visible(note)) for note in results.notes]
    return paint([line for note in notes for line in wrap([(note, DIM)], _width(look))], look)


def _hit_lines(
    hit: Hit, look: Look, width: int | None, gutter: int, source_cells: int, corpus: str | None
) -> list[Line]:
    margin = gutter + 2
    file_target = file_link(corpus, hit.path) if look.links and corpus else None
    web_target = web_link(hit.url) if look.links else None
    first, *rest = indented(_title(hit, web_target or file_target), margin, width)
    lines = [[(f"{hit.rank:>{gutter}}  ", DIM), *first[1:]], *rest]
    metadata, path = _metadata(hit, source_cells), [(visible_name(hit.path), _linked(DIM, file_target))]
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
        also = ", ".join(_first(hit.also, _MAX_OTHER_PATHS, visible_name))
        lines += indented([(_("also: ") + also, DIM)], margin, width)
    return lines


def _title(hit: Hit, target: str | None) -> Line:
    style = _linked(STRONG, target)
    return _marked(hit.title, hit.title_spans, style) if hit.title else [(_("(no title)"), style)]


def _metadata(hit: Hit, source_cells: int) -> Line:
    line: Line = [(pad((iso_date(hit.date) or _("undated"))[:10], 10) + "  ", DIM)]
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


def _first(texts: Sequence[str], limit: int, shown: Callable[[str], str] = visible) -> list[str]:
    """The first texts, and how many more there are."""
    first = [shown(text) for text in texts[:limit]]
    return [*first, _("+{count} more", count=len(texts) - limit)] if len(texts) > limit else first


def _named_tags(tags: Sequence[str]) -> Line:
    """The tags that the query names, and the text lacks, highlighted."""
    line: Line = [(_("tag: "), DIM)]
    for tag in _first(tags, _MAX_MISSING):
        line += [(tag, MATCH), (", ", DIM)]
    return line[:-1]


def _missing(words: Sequence[str]) -> Line:
    """The query words that a post lacks, struck through."""
    line: Line = [(_("missing: "), DIM)]
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
        lines.append([*(word if reason.word else [(_("other terms"), PLAIN)]), (f"  {reason.score:.2f}{terms}", DIM)])
    if near := how_near(explanation):
        lines.append([(visible(near), PLAIN)])
    total = _("score {score:.2f}", score=score)
    if explanation.freshness != 1:
        total = _("score {score:.2f} (sum x {factor:.3f} for recency)", score=score, factor=explanation.freshness)
    return [*lines, [(total, DIM)]]


def _facet_lines(facets: Mapping[str, FacetCounts], width: int | None) -> list[Line]:
    """Each facet with its values and their counts, then an empty line."""
    lines: list[Line] = []
    margin = max(map(len, facets), default=0) + 2
    for facet, counts in facets.items():
        entries: list[Line] = [
            [(visible(value), PLAIN), (f" {count:,}", DIM)] for value, count in counts[:_MAX_FACET_VALUES]
        ]
        if len(counts) > _MAX_FACET_VALUES:
            entries.append([(_("+{count} more", count=len(counts) - _MAX_FACET_VALUES), DIM)])
        rows = _packed(entries or [[(_("none"), DIM)]], None if width is None else width - margin)
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
