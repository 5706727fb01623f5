"""The capabilities of an output stream."""

from __future__ import annotations

import io
from typing import Any

import pytest

from searchkit.render.look import look_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


XTERM = {"TERM": "xterm-256color", "COLUMNS": "80"}


@pytest.mark.parametrize(
    ("terminal", "choice", "env", "colored"),
    [
        (True, "auto", {}, True),
        (False, "auto", {}, False),
        (True, "never", {}, False),
        (False, "always", {}, True),
        (True, "auto", {"NO_COLOR": "1"}, False),
        (True, "auto", {"NO_COLOR": ""}, True),
        (False, "auto", {"FORCE_COLOR": "1"}, True),
        (False, "auto", {"FORCE_COLOR": "0"}, False),
        (True, "auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (True, "always", {"NO_COLOR": "1"}, True),
        (True, "auto", {"TERM": "dumb"}, False),
    ],
)
def test_colour(terminal: bool, choice: Any, env: dict[str, str], colored: bool) -> None:
    assert look_of(Terminal() if terminal else io.StringIO(), choice, XTERM | env).color is colored


@pytest.mark.parametrize(
    ("env", "links"),
    [
        ({}, False),  # unknown terminal
        ({"VTE_VERSION": "7002"}, True),
        ({"VTE_VERSION": "4600"}, False),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a", "VTE_VERSION": "7002"}, False),
        ({"TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4"}, True),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"VTE_VERSION": "7002", "FORCE_HYPERLINK": "0"}, False),
        ({"VTE_VERSION": "7002", "NO_COLOR": "1"}, False),
    ],
)
def test_links_only_on_terminals_that_are_known_to_support_them(env: dict[str, str], links: bool) -> None:
    assert look_of(Terminal(), "auto", XTERM | env).links is links


def test_a_pipe_has_no_width_and_no_links() -> None:
    look = look_of(io.StringIO(), "always", XTERM | {"FORCE_HYPERLINK": "1"})
    assert (look.width, look.links) == (None, False)
    assert look_of(Terminal(), "auto", XTERM).width == 80
