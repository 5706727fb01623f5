"""What may be meant by what was typed: one suggestion at hand, the next ones beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from searchkit.browse.drawing import CHOSEN, steady
from searchkit.messages import _
from searchkit.render.lines import Line
from searchkit.render.safe import visible
from searchkit.render.terminal import DIM, PLAIN

MOST = 8
"""Suggestions."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Suggestions for a text; the first one is at hand.

    Attributes:
        typed: the text.
        queries: what each suggestion puts in its place.
    """

    typed: str = ""
    queries: tuple[str, ...] = ()

    @staticmethod
    def of(typed: str, queries: Sequence[str]) -> Offers:
        """Those that change the text.

        >>> Offers.of("xg", ["香港", "xg"]).queries
        ('香港',)
        """
        return Offers(typed, tuple(query for query in queries if query != typed))

    def turned(self) -> Offers:
        """The next one at hand, this one behind all others."""
        return replace(self, queries=(*self.queries[1:], *self.queries[:1]))

    def line(self) -> Line:
        """The suggestion at hand, the next ones, and the keys."""
        first, *others = (steady(visible(query)) for query in self.queries)
        line: Line = [("→", CHOSEN), (f" {first}", PLAIN)]
        if others:
            line += [("  Ctrl-N", CHOSEN), (f" {'  '.join(others)}", DIM)]
        return [*line, ("  F1", CHOSEN), (" " + _("help"), DIM)]
