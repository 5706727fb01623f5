"""The capabilities of an output stream: colours, links and width."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

ColorChoice = Literal["auto", "always", "never"]

_LINKING_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "terminology", "rio", "mintty", "Tabby"}
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")
_LINKING_VARIABLES = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "KITTY_WINDOW_ID", "ALACRITTY_WINDOW_ID")
_MIN_VTE_VERSION = 5000
_MIN_TMUX_VERSION = (3, 4)


@dataclass(frozen=True)
class Look:
    """The capabilities that a renderer may use.

    Attributes:
        color: colours and other styles; without them, there are no escape sequences at all.
        links: clickable links (OSC 8).
        width: columns to wrap lines at; None does not wrap them.
        height: lines of the screen; None where the stream is no terminal.
    """

    color: bool = False
    links: bool = False
    width: int | None = None
    height: int | None = None


def look_of(stream: TextIO, color: ColorChoice = "auto", environ: Mapping[str, str] | None = None) -> Look:
    """The capabilities of a stream.

    Args:
        stream: the stream that will be written to.
        color: ``auto`` decides by NO_COLOR, FORCE_COLOR, TERM and whether the stream is a terminal.
        environ: the environment; that of the process by default.
    """
    env = os.environ if environ is None else environ
    terminal = stream.isatty()
    colored = color == "always" or (color == "auto" and _wants_color(terminal, env))
    return Look(
        color=colored,
        links=colored and terminal and _can_link(env),
        width=_screen(stream, env).columns if terminal else None,
        height=_screen(stream, env).lines if terminal else None,
    )


def _wants_color(terminal: bool, env: Mapping[str, str]) -> bool:
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR", "") not in ("", "0", "false"):
        return True
    if os.name == "nt" and not (env.get("WT_SESSION") or env.get("TERM")):
        return False  # the old Windows console prints escape sequences literally
    return terminal and env.get("TERM", "") not in ("", "dumb")


def _can_link(env: Mapping[str, str]) -> bool:
    """Whether the terminal is known to support links; it cannot be asked, and some print the sequence literally."""
    if "FORCE_HYPERLINK" in env:
        return env["FORCE_HYPERLINK"] not in ("", "0", "false")
    program, version = env.get("TERM_PROGRAM", ""), env.get("TERM_PROGRAM_VERSION", "")
    if program == "tmux" or env.get("TMUX"):
        # only the version of tmux counts: the other variables are those of the terminal that started the tmux server
        return program == "tmux" and _numbers(version) >= _MIN_TMUX_VERSION
    if env.get("TERM", "").startswith(("screen", "linux", "dumb")):
        return False
    return (
        program in _LINKING_PROGRAMS
        or env.get("TERM", "").startswith(_LINKING_TERMS)
        or any(env.get(variable) for variable in _LINKING_VARIABLES)
        or _numbers(env.get("VTE_VERSION", "")) >= (_MIN_VTE_VERSION,)
    )


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version: (3, 4) for ``3.4a``; () for a text that is no version."""
    digits = ("".join(filter(str.isdecimal, part)) for part in version.split("."))
    return tuple(int(part) for part in digits if part)


def _screen(stream: TextIO, env: Mapping[str, str]) -> os.terminal_size:
    """The size of a terminal; COLUMNS and LINES come first."""
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        columns = lines = 0
    return os.terminal_size((_number(env, "COLUMNS") or columns or 80, _number(env, "LINES") or lines or 24))


def _number(env: Mapping[str, str], name: str) -> int:
    value = env.get(name, "")
    return int(value) if value.isdecimal() else 0
