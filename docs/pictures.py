"""Draw the pictures of the terminal commands in README.md, from the demo corpus: ``python docs/pictures.py``.

Each command runs in a pseudo-terminal of its own; what it prints becomes an SVG without anything from outside.
"""

from __future__ import annotations

import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import tempfile
from html import escape
from itertools import accumulate
from pathlib import Path

from rich.cells import get_character_cell_size
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

ROOT = Path(__file__).parents[1]
COLUMNS, LINES = 96, 40

COMMANDS = {
    "search": "searchkit search 香港 通关 -n 3",
    "trend-terminal": "searchkit trend 香港 高铁 --by year",
    "kwic": "searchkit kwic 香港 -n 12",
}
"""By the name of the picture."""

CELL, LINE, MARGIN = 8.4, 20, 16
"""Of a picture, in units: the width of a cell, the height of a line, the space around."""

INK = "#24292f"
COLORS = ("#24292f", "#cf222e", "#116329", "#9a6700", "#0969da", "#8250df", "#1b7c83", "#6e7781")
"""By their numbers in escape sequences: black, red, green, yellow, blue, magenta, cyan, grey."""

FONTS = "ui-monospace,'SF Mono',Menlo,Consolas,'Noto Sans Mono CJK SC','PingFang SC','Microsoft YaHei',monospace"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "corpus").symlink_to(ROOT / "corpus")
        printed(home, "searchkit rebuild-index --quiet")
        for name, command in COMMANDS.items():
            (ROOT / "docs" / f"{name}.svg").write_text(drawn(command, printed(home, command)), encoding="utf-8")


def printed(home: str, command: str) -> str:
    """What a command prints on a terminal, with its escape sequences."""
    terminal, side = pty.openpty()
    set_size(side)
    env = {"HOME": home, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    env |= {"TERM": "xterm-256color", "PAGER": "cat", "FORCE_HYPERLINK": "0"}
    words = [sys.executable, "-m", *shlex.split(command)]
    with subprocess.Popen(words, cwd=home, env=env, stdin=side, stdout=side, stderr=subprocess.DEVNULL) as process:
        os.close(side)
        output = b""
        try:
            while part := os.read(terminal, 65_536):
                output += part
        except OSError:  # the other side was closed
            pass
    os.close(terminal)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}\n{output.decode()}")
    return output.decode().replace("\r\n", "\n")


def set_size(side: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))


def drawn(command: str, output: str) -> str:
    """An SVG of a command and of what it printed; each character has a place, whatever fonts a reader has."""
    output = re.sub(r"\d+(\.\d+)? ms", "3 ms", output)  # the same picture each time
    screen = [Text(f"$ {command}", style="bold"), *Text.from_ansi(output.rstrip("\n")).split("\n")]
    width, height = COLUMNS * CELL + 2 * MARGIN, len(screen) * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img"',
        f' font-family="{FONTS}" font-size="15"><title>{escape(command)}</title>',
        f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#ffffff" stroke="#d0d7de"/>',
    ]
    console = Console(width=COLUMNS)
    for number, line in enumerate(screen, 1):
        cell = 0
        for segment in line.render(console):
            parts.append(run(segment, cell, MARGIN + number * LINE - 6))
            cell += segment.cell_length
    return "".join(parts) + "</svg>\n"


def run(segment: Segment, cell: int, y: int) -> str:
    """A piece of a line in one style, beginning at a cell."""
    style = segment.style or Style.null()
    number = style.color.number if style.color else None
    color = INK if number is None else COLORS[number % len(COLORS)]
    look = f' fill="{color}"' + ' font-weight="bold"' * bool(style.bold) + ' fill-opacity=".6"' * bool(style.dim)
    look += ' text-decoration="line-through"' * bool(style.strike)
    text = segment.text.rstrip("\n")
    if not text.strip():
        return ""
    places = accumulate(map(get_character_cell_size, text), initial=cell)
    x = " ".join(f"{MARGIN + place * CELL:g}" for place, _character in zip(places, text, strict=False))
    return f'<text x="{x}" y="{y}"{look} xml:space="preserve">{escape(text)}</text>'


if __name__ == "__main__":
    main()
