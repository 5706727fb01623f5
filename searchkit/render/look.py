"""Here is a stream: what can it show? Colours, links, how many columns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

ColorChoice = Literal["auto", "always", "never"]

_LINKING_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "terminology", "rio", "mintty", "Tabby"}
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")
_LINKING_VARIABLES = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "KITTY_WINDOW_ID", "ALACRITTY_WINDOW_ID")
_FIRST_LINKING_VTE = 5000
_FIRST_LINKING_TMUX = (3, 4)


@dataclass(frozen=True)
class Look:
    """What a rendering may use.

    Attributes:
        color: colours and other styles; False means no escape sequence at all.
        links: clickable links (OSC 8).
        width: columns to fold at; None folds nothing.
    """

    color: bool = False
    links: bool = False
    width: int | None = None


def look_of(stream: TextIO, color: ColorChoice = "auto", environ: Mapping[str, str] | None = None) -> Look:
    """What this stream can show.

    Args:
        stream: where the text will go.
        color: ``auto`` asks the stream, then NO_COLOR, FORCE_COLOR and TERM.
        environ: the environment; the process' own by default.
    """
    env = os.environ if environ is None else environ
    terminal = stream.isatty()
    colored = color == "always" or (color == "auto" and _wants_color(terminal, env))
    return Look(
        color=colored,
        links=colored and terminal and _can_link(env),
        width=_columns(stream, env) if terminal else None,
    )


def _wants_color(terminal: bool, env: Mapping[str, str]) -> bool:
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR", "") not in ("", "0", "false"):
        return True
    if os.name == "nt" and not (env.get("WT_SESSION") or env.get("TERM")):
        return False  # the old Windows console prints escapes as they are
    return terminal and env.get("TERM", "") not in ("", "dumb")


def _can_link(env: Mapping[str, str]) -> bool:
    """No terminal can be asked, and some print the sequence as it is: name those that are known to link."""
    if "FORCE_HYPERLINK" in env:
        return env["FORCE_HYPERLINK"] not in ("", "0", "false")
    program, version = env.get("TERM_PROGRAM", ""), env.get("TERM_PROGRAM_VERSION", "")
    if program == "tmux" or env.get("TMUX"):
        # what runs inside tmux sees the variables of the terminal that started the server: only tmux itself counts
        return program == "tmux" and _numbers(version) >= _FIRST_LINKING_TMUX
    if env.get("TERM", "").startswith(("screen", "linux", "dumb")):
        return False
    return (
        program in _LINKING_PROGRAMS
        or env.get("TERM", "").startswith(_LINKING_TERMS)
        or any(env.get(variable) for variable in _LINKING_VARIABLES)
        or _numbers(env.get("VTE_VERSION", "")) >= (_FIRST_LINKING_VTE,)
    )


def _numbers(version: str) -> tuple[int, ...]:
    """``3.4a`` is (3, 4); what is no version is ()."""
    digits = ("".join(filter(str.isdecimal, part)) for part in version.split("."))
    return tuple(int(part) for part in digits if part)


def _columns(stream: TextIO, env: Mapping[str, str]) -> int:
    columns = env.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
