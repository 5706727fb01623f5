"""All keys, over the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from searchkit.browse.drawing import CHOSEN, fitted
from searchkit.browse.keys import Keys
from searchkit.browse.panes import Pane
from searchkit.messages import N_, _
from searchkit.render.lines import Line, pad
from searchkit.render.terminal import PLAIN, STRONG

_KEY_CELLS = 15


class _Keys(Pane):
    """The keys, to be scrolled where they do not fit."""

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__()
        self._lines = lines

    def on_resize(self) -> None:
        self.fill(len(self._lines))

    def line(self, number: int) -> Line:
        return fitted(self._lines[number], self.room)


class Help(ModalScreen[None]):
    """All keys.

    Args:
        keys: of each part of the screen: its name, its keys with what they do.
    """

    CSS = "Help { background: ansi_default; } Help _Keys { overflow-x: hidden; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", N_("close")),
    ]

    def __init__(self, keys: Sequence[tuple[str, Keys]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        lines: list[Line] = []
        for name, keys in self._keys:
            lines.append([(_(name), STRONG)])
            lines += [[(f"  {pad(key, _KEY_CELLS)} ", CHOSEN), (_(text), PLAIN)] for key, text in keys]
        yield _Keys(lines)
