"""The search box."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Input

from searchkit.messages import N_, _

MAX_QUERY = 4_000
"""Characters; what is pasted beyond is cut."""

_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class SearchBox(Input):
    """A line of text. All that is typed here is text; Down and Tab leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,tab", "app.list", N_("to the list")),
        Binding("enter", "app.read", N_("read the first hit")),
        Binding("right", "app.take", N_("take the suggestion in the last line")),
        Binding("ctrl+n", "app.next_offer", N_("the next suggestion")),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder=_("search"), id="box", select_on_focus=False, max_length=MAX_QUERY)
        self.cursor_blink = False

    async def _on_key(self, event: Key) -> None:
        """Keys that follow the one which left the box, before the screen knew, are no text."""
        if self.screen.focused is not self:
            hand_on(self, event)
        elif event.key in ("down", "tab", "enter"):
            await self.app.run_action("read" if event.key == "enter" else "list")
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)

    def _on_paste(self, event: Paste) -> None:
        """All lines of what is pasted, not the first alone."""
        room = MAX_QUERY - len(self.value) + len(self.selected_text)
        self.replace(on_one_line(event.text)[:room], *sorted(self.selection))
        event.stop()
        event.prevent_default()


def on_one_line(text: str) -> str:
    r"""A text with a space for each run of white space and control characters.

    >>> on_one_line("香港\n通关\x1b")
    '香港 通关 '
    """
    return _CONTROLS.sub(" ", text[: 2 * MAX_QUERY])[:MAX_QUERY]


def hand_on(widget: Widget, event: Key) -> None:
    """Give a key to the widget that has the focus by now."""
    event.stop()
    event.prevent_default()
    if widget.screen.focused is not None:
        widget.screen.focused.post_message(Key(event.key, event.character))
