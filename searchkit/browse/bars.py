"""The lines above and below the panes: what was found and how it is narrowed, and the keys."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from searchkit.browse.drawing import CHOSEN, FACET_NAMES, fitted, steady
from searchkit.browse.state import FACETS, View
from searchkit.errors import SearchkitError
from searchkit.messages import N_, _
from searchkit.model import Results
from searchkit.render.lines import Line
from searchkit.render.safe import visible, visible_name
from searchkit.render.terminal import DIM, PLAIN, STRONG
from searchkit.render.wording import posts, unknown_lines

ERROR = Style(bold=True, color="red")

_ORDERS = {"relevance": N_("best first"), "newest": N_("newest first"), "oldest": N_("oldest first")}
_MOST_NOTES = 3


class Bar(Widget):
    """Some lines; each is cut where it is too long."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines, and be as high as they are."""
        if len(lines) != len(self.lines):  # only then is the whole screen arranged anew
            self.styles.height = max(len(lines), 1)
        self.lines = list(lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        line = fitted(self.lines[y], self.size.width) if y < len(self.lines) else []
        return Strip([Segment(text, style) for text, style in line]).adjust_cell_length(self.size.width)


def status_lines(view: View, results: Results | None, place: str = "") -> list[Line]:
    """How many posts were found, in which order, narrowed by what; then what the query has that no post has.

    Args:
        view: what was searched for.
        results: its first page; None before there is one.
        place: which match of how many is the current one.
    """
    if results is None:
        return [[(_("searching…"), DIM)]]
    first: Line = [(_total(results), STRONG), (f"  {_(_ORDERS[view.order])}", DIM)]
    for facet in FACETS:
        for value in view.chosen(facet):
            name = steady(visible(value))
            first += [("  ", PLAIN), (f"[{_(FACET_NAMES[facet])}: {name}]", CHOSEN)]
    if place:
        first.append((f"  {place}", DIM))
    notes = [*unknown_lines(results), *(_("note: {text}", text=note) for note in results.notes)]
    return [first, *([(steady(visible(note)), PLAIN)] for note in notes[:_MOST_NOTES])]


def _total(results: Results) -> str:
    if any(hit.missing for hit in results):
        return _("{have}; others have some", have=_with_all_words(results.total))
    if results.total:
        return posts(results.total)
    if results.filtered_out:
        return _("no posts with these filters, {without} without", without=posts(results.filtered_out))
    return _("no posts")


def _with_all_words(total: int) -> str:
    if total > 1:
        return _("{count:,} posts have all words", count=total)
    return _("1 post has all words") if total else _("no post has all words")


def error_line(error: SearchkitError) -> Line:
    """An error in one line."""
    return [(_("error: {message}", message=visible_name(str(error))), ERROR)]


def hint_line(keys: Sequence[tuple[str, str]]) -> Line:
    """Keys with what they do."""
    line: Line = []
    for key, text in keys:
        line += [(key, CHOSEN), (f" {_(text)}  ", DIM)]
    return line
