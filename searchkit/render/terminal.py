"""Here is a page of results, or a post: how does a person read it on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.style import Style

from searchkit.explanation import Explanation
from searchkit.model import Document, FacetCounts, Hit, Results, Span, iso_date
from searchkit.render.lines import Line, fold, indented, pad, paint, plain, shorten
from searchkit.render.look import Look
from searchkit.render.safe import file_link, pieces, visible, web_link
from searchkit.render.wording import total_line, unknown_lines

PLAIN = Style.null()
DIM = Style(dim=True)
STRONG = Style(bold=True)
MATCH = Style(bold=True, color="red")  # as grep: the one colour that reads well on black and on white
SOURCE = Style(color="green")
STRUCK = Style(dim=True, strike=True)

WIDEST = 110
"""Longer lines are hard to read back from."""

_WIDEST_SOURCE = 16
_ALSO_SHOWN = 3
_MISSING_SHOWN = 8
_TERMS_SHOWN = 6
_FACET_VALUES_SHOWN = 12


def results_text(results: Results, look: Look, corpus: str | None = None) -> str:
    """A page of results: hits, facets, and the total as the last line.

    Args:
        results: the page.
        look: what the terminal can show.
        corpus: the folder of the posts, where known: posts without a web address link to their file.
    """
    width = None if look.width is None else min(look.width, WIDEST)
    gutter = max((len(str(hit.rank)) for hit in results), default=1)
    source_cells = max((min(cell_len(visible(hit.source)), _WIDEST_SOURCE) for hit in results), default=0)
    lines: list[Line] = []
    if results.parsed:
        lines += [*fold([(f"read as {visible(results.parsed)}", DIM)], width), []]
    for hit in results:
        lines += _hit_lines(hit, look, width, gutter, source_cells, corpus)
        lines.append([])
    if results.total:
        lines += _facet_lines(results.facets, width)
    for unknown in unknown_lines(results):
        lines += fold([(visible(unknown), PLAIN)], width)
    lines.append([(total_line(results), DIM)])
    return paint(lines, look)


def notes_text(results: Results, look: Look) -> str:
    """How the query was read, a line a note."""
    width = None if look.width is None else min(look.width, WIDEST)
    return paint([line for note in results.notes for line in fold([(f"note: {visible(note)}", DIM)], width)], look)


def document_text(document: Document, look: Look) -> str:
    """A post as its reader reads it: title, what is known of it, the cleaned text."""
    width = None if look.width is None else min(look.width, WIDEST)
    lines = fold([(visible(document.title), STRONG)], width)
    facts = [
        ("date", (iso_date(document.date) or "").replace("T", " ").replace("Z", " UTC")),
        ("source", document.source),
        ("url", document.url),
        ("tags", ", ".join(document.tags)),
        ("path", document.path),
        *(("also", path) for path in document.paths if path != document.path),
    ]
    for name, fact in facts:
        if fact:
            first, *rest = indented([(visible(fact), DIM)], 8, width)
            lines += [[(f"{name:<8}", DIM), *first[1:]], *rest]
    lines.append([])
    return paint(lines + _body_lines(document.body, width), look)


_ENDS = tuple("。！？；…!?;.」』”’\"'）)》】")


def _hit_lines(
    hit: Hit, look: Look, width: int | None, gutter: int, source_cells: int, corpus: str | None
) -> list[Line]:
    margin = gutter + 2
    file_target = file_link(corpus, hit.path) if look.links and corpus else None
    web_target = web_link(hit.url) if look.links else None
    first, *rest = indented(_title(hit, web_target or file_target), margin, width)
    lines = [[(f"{hit.rank:>{gutter}}  ", DIM), *first[1:]], *rest]
    facts, path = _facts(hit, source_cells), [(visible(hit.path), _linked(DIM, file_target))]
    if width is not None and margin + cell_len(plain(facts + path)) > width:
        lines += [*indented(facts, margin, width), *indented(path, margin, width)]
    else:
        lines += indented(facts + path, margin, None)
    for snippet in hit.snippets:
        lines += indented([*_marked(snippet.text, snippet.spans, PLAIN), *_cut(snippet.text)], margin, width)
    if hit.missing:
        lines += indented(_missing(hit.missing), margin, width)
    if hit.explanation:
        lines += [line for part in _why(hit.score, hit.explanation) for line in indented(part, margin + 2, width)]
    if hit.also:
        lines += indented([("also: " + ", ".join(_some(hit.also, _ALSO_SHOWN)), DIM)], margin, width)
    return lines


def _title(hit: Hit, target: str | None) -> Line:
    style = _linked(STRONG, target)
    return _marked(hit.title, hit.title_spans, style) if hit.title else [("(no title)", style)]


def _facts(hit: Hit, source_cells: int) -> Line:
    line: Line = [(pad((iso_date(hit.date) or "undated")[:10], 10) + "  ", DIM)]
    if source_cells:
        line.append((pad(shorten(visible(hit.source), source_cells), source_cells) + "  ", SOURCE))
    return line


def _linked(style: Style, target: str | None) -> Style:
    return style + Style(link=target) if target else style


def _marked(text: str, spans: Sequence[Span], style: Style) -> Line:
    marked = style + MATCH
    return [(piece, marked if match else style) for piece, match in pieces(text, spans)]


def _cut(text: str) -> Line:
    """What shows that a fragment goes on: it ends in the middle of a sentence."""
    return [] if text.endswith(_ENDS) else [("…", DIM)]


def _some(texts: Sequence[str], most: int) -> list[str]:
    """The first of some texts, and how many more there are."""
    shown = [visible(text) for text in texts[:most]]
    return [*shown, f"+{len(texts) - most} more"] if len(texts) > most else shown


def _missing(words: Sequence[str]) -> Line:
    """The words that a post lacks, struck through as search engines do."""
    line: Line = [("missing: ", DIM)]
    for word in _some(words, _MISSING_SHOWN):
        line += [(word, STRUCK), (", ", DIM)]
    return line[:-1]


def _why(score: float, explanation: Explanation) -> list[Line]:
    """What the score is made of, a line a word."""
    age = f", {explanation.freshness:.1%} of the sum for its age" if explanation.freshness != 1 else ""
    lines: list[Line] = [[(f"score {score:.2f}{age}", DIM)]]
    for reason in explanation.reasons:
        how = " ".join(text for text in (reason.how, visible(reason.found)) if text)
        said = f" {reason.score:.2f}" + (f" ({how})" if how else "")
        parts = [f"{stream} {visible(term)} {part:.2f}" for stream, term, part in reason.parts]
        terms = ": " + ", ".join(_some(parts, _TERMS_SHOWN)) if parts else ""
        lines.append([(visible(reason.word) or "other terms", PLAIN), (said + terms, DIM)])
    return lines


def _facet_lines(facets: Mapping[str, FacetCounts], width: int | None) -> list[Line]:
    """Each facet with its values and their counts, and an empty line after them."""
    lines: list[Line] = []
    margin = max(map(len, facets), default=0) + 2
    for facet, counts in facets.items():
        entries: list[Line] = [
            [(visible(value), PLAIN), (f" {count:,}", DIM)] for value, count in counts[:_FACET_VALUES_SHOWN]
        ]
        if len(counts) > _FACET_VALUES_SHOWN:
            entries.append([(f"+{len(counts) - _FACET_VALUES_SHOWN} more", DIM)])
        packed = _packed(entries or [[("none", DIM)]], None if width is None else width - margin)
        for number, line in enumerate(packed):
            lines.append([((facet if number == 0 else "").ljust(margin), DIM), *line])
    return [*lines, []] if lines else []


def _packed(entries: Sequence[Line], width: int | None) -> list[Line]:
    """Entries side by side, as many as fit into each line; one that fits into none is folded."""
    lines: list[Line] = []
    room = 0
    for entry in entries:
        cells = cell_len(plain(entry))
        if lines and (width is None or cells + 3 <= room):
            lines[-1] += [("   ", PLAIN), *entry]
            room -= cells + 3
        else:
            lines += fold(entry, width)
            room = 0 if width is None else width - cell_len(plain(lines[-1]))
    return lines


def _body_lines(body: str, width: int | None) -> list[Line]:
    """The body's lines; a paragraph that had to be folded is set off by an empty line."""
    lines: list[Line] = []
    after_folded = False
    for paragraph in body.split("\n"):
        parts = fold([(visible(paragraph.expandtabs(4)), PLAIN)], width)
        folded = len(parts) > 1
        if lines and lines[-1] and (folded or after_folded) and parts != [[]]:
            lines.append([])
        lines += parts
        after_folded = folded
    return lines
