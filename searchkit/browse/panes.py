"""The parts of the screen that show lines: the list of hits, a post, the facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Key, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from searchkit.browse.box import hand_on
from searchkit.browse.drawing import CURRENT, Page, Row, facet_rows, hit_lines, match_of
from searchkit.browse.state import View
from searchkit.messages import N_
from searchkit.model import FacetCounts, Hit
from searchkit.render.lines import Line

_AHEAD = 10
"""Hits below the cursor or the screen at which more are asked for."""

_COMPACT = 15
"""Rows of a list below which a hit has two instead of three."""

_MARK = Style(color="cyan", bold=True)
_FAINT_MARK = Style(dim=True)


def _strip(line: Line, width: int) -> Strip:
    return Strip([Segment(text, style) for text, style in line]).adjust_cell_length(width)


class Pane(ScrollView, can_focus=True):
    """Lines that are drawn when they are seen."""

    @property
    def room(self) -> int:
        """Cells of a line."""
        return max(self.scrollable_content_region.width, 1)

    async def _on_key(self, event: Key) -> None:
        """What follows the key that leads to the search box is text, even before the screen knew."""
        if self.screen.focused is not self:
            hand_on(self, event)
        elif event.key == "slash":
            event.stop()
            event.prevent_default()
            await self.app.run_action("box")

    def fill(self, lines: int) -> None:
        """Have so many lines, and draw those that are seen."""
        self.virtual_size = Size(self.room, lines)
        self.refresh()

    def line(self, number: int) -> Line:
        """A line, from 0."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        number = y + round(self.scroll_offset.y)
        line = self.line(number) if number < self.virtual_size.height else []
        return _strip(line, self.room)


class ListPane(Pane):
    """Entries of which one is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", N_("next hit")),
        Binding("up,k", "move(-1)", N_("hit before")),
        Binding("pagedown,ctrl+f", "page(1)", N_("a screen further")),
        Binding("pageup,ctrl+b", "page(-1)", N_("a screen back")),
        Binding("home,g", "first", N_("first hit")),
        Binding("end,G", "last", N_("last hit that was loaded")),
    ]

    rows = 1
    """Lines of an entry."""

    cursor = 0

    def entries(self) -> int:
        """How many there are."""
        raise NotImplementedError

    def go(self, number: int) -> None:
        """Put the cursor on an entry, or the last one."""
        number = max(0, min(number, self.entries() - 1))
        moved, self.cursor = number != self.cursor, number
        self.refresh()
        self.reveal()
        if moved:
            self.chose()

    def chose(self) -> None:
        """The cursor is on another entry."""

    def reveal(self) -> None:
        """Scroll to the cursor."""
        top, bottom = self.cursor * self.rows, (self.cursor + 1) * self.rows
        height = max(self.size.height, 1)
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False)
        elif bottom > self.scroll_offset.y + height:
            self.scroll_to(y=bottom - height, animate=False)

    def action_move(self, by: int) -> None:
        self.go(self.cursor + by)

    def action_page(self, screens: int) -> None:
        self.go(self.cursor + screens * max(self.size.height // self.rows - 1, 1))

    def action_first(self) -> None:
        self.go(0)

    def action_last(self) -> None:
        self.go(self.entries() - 1)

    def on_click(self, event: Click) -> None:
        number = (event.y + round(self.scroll_offset.y)) // self.rows
        if number < self.entries():
            self.go(number)
            if event.chain == 2:
                self.open()

    def open(self) -> None:
        """What a double click does."""


class Hits(ListPane):
    """The hits, as many as were loaded."""

    class Chosen(Message):
        """The cursor is on another hit."""

    class Wanted(Message):
        """More hits are wanted."""

    def __init__(self) -> None:
        super().__init__(id="hits")
        self.hits: list[Hit] = []
        self.is_whole = True

    @property
    def hit(self) -> Hit | None:
        """The one under the cursor."""
        return self.hits[self.cursor] if self.hits else None

    def show(self, hits: Sequence[Hit], *, is_whole: bool, stay: bool) -> None:
        """Show a first page; with ``stay``, the cursor stays on its post where it is still there."""
        path = self.hit.path if stay and self.hit else None
        self.hits, self.is_whole = list(hits), is_whole
        self.cursor = next((at for at, hit in enumerate(hits) if hit.path == path), 0)
        self._fill()
        if not self.cursor:
            self.scroll_to(y=0, animate=False)
        self.reveal()
        self.post_message(self.Chosen())

    def add(self, hits: Sequence[Hit], *, is_whole: bool) -> None:
        """Show the next page, too."""
        known = {hit.path for hit in self.hits}
        self.hits += [hit for hit in hits if hit.path not in known]
        self.is_whole = is_whole
        self._fill()

    def entries(self) -> int:
        return len(self.hits)

    def line(self, number: int) -> Line:
        at, row = divmod(number, self.rows)
        mark = _MARK if self.has_focus else _FAINT_MARK
        gutter = ("▌ " if at == self.cursor else "  ", mark)
        return [gutter, *hit_lines(self.hits[at], max(self.room - 2, 1), self.rows)[row]]

    def chose(self) -> None:
        self.post_message(self.Chosen())
        self._want()

    def open(self) -> None:
        self.app.call_later(self.app.run_action, "read")

    def on_resize(self, event: Resize) -> None:
        self.rows = 2 if event.size.height < _COMPACT else 3
        self._fill()
        self.reveal()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._want()

    def _fill(self) -> None:
        self.fill(len(self.hits) * self.rows)

    def _want(self) -> None:
        seen = max(self.cursor, (round(self.scroll_y) + self.size.height) // self.rows)
        if not self.is_whole and seen + _AHEAD >= len(self.hits):
            self.post_message(self.Wanted())


class Post(Pane):
    """A post with its matches, one of which is the current one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("space,ctrl+f", "page_down", show=False),
        Binding("b,ctrl+b", "page_up", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]

    class Resized(Message):
        """Its lines are to be wrapped anew."""

    def __init__(self) -> None:
        super().__init__(id="post")
        self.page: Page | None = None
        self.match = 0

    def show(self, page: Page | None) -> None:
        """Show a post from its first match on; of the same one, wrapped anew, the current match."""
        same = page is not None and self.page is not None and page.reading == self.page.reading
        self.page, self.match = page, self.match if same else 0
        self.fill(len(page.lines) if page else 0)
        self.call_after_refresh(self._reveal)

    def step(self, by: int) -> None:
        """Go to the next match, or that before."""
        if self.page and self.page.places:
            self.match = (self.match + by) % len(self.page.places)
            self.refresh()
            self._reveal()

    def line(self, number: int) -> Line:
        assert self.page is not None
        return [(text, CURRENT if match_of(style) == self.match else style) for text, style in self.page.lines[number]]

    def on_resize(self) -> None:
        if self.page and self.page.width != self.room:
            self.post_message(self.Resized())

    def _reveal(self) -> None:
        if self.page is None:
            return
        height = max(self.size.height, 1)
        place = self.page.places[self.match] if self.page.places else 0
        top = 0 if place < height * 2 // 3 else place - height // 3
        self.scroll_to(y=top, animate=False, force=True)


class Facets(ListPane):
    """The values to narrow by."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "choose", N_("narrow by this value, or not"))]

    class Toggled(Message):
        """A value was chosen, or no longer is."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__(id="facets")
        self.values: list[Row] = []

    def show(self, view: View, counts: Mapping[str, FacetCounts]) -> None:
        """Show what remains to narrow by; the cursor stays on its value."""
        row = self.values[self.cursor] if self.values else None
        self.values = facet_rows(view, counts)
        same = (
            at for at, other in enumerate(self.values) if row and (other.facet, other.value) == (row.facet, row.value)
        )
        self.cursor = next(same, 1)
        self.fill(len(self.values))

    def entries(self) -> int:
        return len(self.values)

    def go(self, number: int) -> None:
        """Headings are passed over."""
        super().go(number)
        if self.values and not self.values[self.cursor].value:
            super().go(number + 1 if number >= self.cursor and number + 1 < len(self.values) else number)

    def line(self, number: int) -> Line:
        mark = "▌" if number == self.cursor and self.has_focus else " "
        return [(mark, _MARK), *self.values[number].line(max(self.room - 1, 4))]

    def action_choose(self) -> None:
        if self.values and self.values[self.cursor].value:
            self.post_message(self.Toggled(self.values[self.cursor]))

    def open(self) -> None:
        self.action_choose()
