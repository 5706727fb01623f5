"""Here is a page of results, or a post: how does a person read it on a terminal?"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style

from searchkit.model import Document, Hit, Results, Span, iso_date
from searchkit.render.lines import Line, fold, indented, pad, paint, plain, shorten
from searchkit.render.look import Look
from searchkit.render.safe import file_link, pieces, visible, web_link
from searchkit.render.wording import total_line

PLAIN = Style.null()
DIM = Style(dim=True)
STRONG = Style(bold=True)
MATCH = Style(bold=True, color="red")  # as grep: the one colour that reads well on black and on white
SOURCE = Style(color="green")

WIDEST = 110
"""Longer lines are hard to read back from."""

_WIDEST_SOURCE = 16
_ALSO_SHOWN = 3


def results_text(results: Results, look: Look, corpus: str | None = None) -> str:
    """A page of results, with its total as the last line.

    Args:
        results: the page.
        look: what the terminal can show.
        corpus: the folder of the posts, where known: posts without a web address link to their file.
    """
    width = None if look.width is None else min(look.width, WIDEST)
    gutter = max((len(str(hit.rank)) for hit in results), default=1)
    source_cells = max((min(cell_len(visible(hit.source)), _WIDEST_SOURCE) for hit in results), default=0)
    lines: list[Line] = []
    for hit in results:
        lines += _hit_lines(hit, look, width, gutter, source_cells, corpus)
        lines.append([])
    lines.append([(total_line(results), DIM)])
    return paint(lines, look)


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
    if hit.also:
        lines += indented([(_also(hit.also), DIM)], margin, width)
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


def _also(paths: Sequence[str]) -> str:
    more = len(paths) - _ALSO_SHOWN
    shown = [visible(path) for path in paths[:_ALSO_SHOWN]]
    return "also: " + ", ".join([*shown, f"+{more} more"] if more > 0 else shown)


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
