"""The keys: those of each part of the screen, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding, BindingType

from searchkit.browse.box import SearchBox
from searchkit.browse.panes import Facets, ListPane
from searchkit.messages import N_

Keys = Sequence[tuple[str, str]]
"""Keys as they are written, and what they do."""

TYPING_HINTS: Keys = (
    ("↓", N_("to the list")),
    ("Enter", N_("read")),
    ("F1", N_("help")),
    ("Esc", N_("leave")),
)
LIST_HINTS: Keys = (
    ("Enter", N_("read")),
    ("n/N", N_("match")),
    ("f", N_("narrow")),
    ("s", N_("sort")),
    ("/", N_("search")),
    ("?", N_("help")),
    ("q", N_("leave")),
    ("o", N_("original")),
    ("e", N_("edit")),
)
READER_HINTS: Keys = (
    ("n/N", N_("match")),
    ("Space/b", N_("page")),
    ("o", N_("original")),
    ("e", N_("edit")),
    ("y", N_("copy path")),
    ("Esc", N_("back")),
)

_WRITTEN = {
    "slash": "/",
    "question_mark": "?",
    "f1": "F1",
    "ctrl+c": "Ctrl-C",
    "ctrl+f": "Ctrl-F",
    "ctrl+b": "Ctrl-B",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "down": "↓",
    "up": "↑",
    "right": "→",
    "ctrl+n": "Ctrl-N",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
}


def parts(general: Sequence[BindingType]) -> tuple[tuple[str, Sequence[BindingType]], ...]:
    """The parts of the screen with their bindings; ``general`` are those of all of them but the box."""
    return (
        (N_("In the search box"), SearchBox.BINDINGS),
        (N_("In the list"), ListPane.BINDINGS),
        (N_("Among sources, years, tags"), Facets.BINDINGS),
        (N_("Everywhere but in the box"), general),
    )


def described(bindings: Iterable[BindingType]) -> list[tuple[str, str]]:
    """Bindings as they are written, with what they do."""
    return [
        (" ".join(_WRITTEN.get(key, key) for key in binding.key.split(",")), binding.description)
        for binding in bindings
        if isinstance(binding, Binding) and binding.description
    ]
