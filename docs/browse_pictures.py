"""Draw the pictures of docs/browse.md from the demo corpus: ``python docs/browse_pictures.py``."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

os.environ["LANGUAGE"] = "en"  # before messages are looked up

from pictures import CELL, COLORS, FONTS, INK, LINE, MARGIN, ROOT, run
from rich.segment import Segment
from rich.style import Style

import searchkit
from searchkit.browse.app import Browser

SIZES = {"browse-140": (140, 36), "browse-80": (80, 24)}
"""Columns and lines, by the name of the picture."""

QUERY = "香港 通关"
PAPER = "#ffffff"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        searchkit.rebuild(ROOT / "corpus", Path(home, "index"))
        with searchkit.open(Path(home, "index")) as index:
            for name, size in SIZES.items():
                drawn = asyncio.run(picture(index, size))
                (ROOT / "docs" / f"{name}.svg").write_text(drawn, encoding="utf-8")


async def picture(index: searchkit.Index, size: tuple[int, int]) -> str:
    """What the screen shows of a query, as an SVG without anything from outside."""
    app = Browser(index, QUERY)
    async with app.run_test(size=size) as pilot:
        while app.post.page is None:
            await pilot.pause(0.05)
        await pilot.press("down", "n")
        await pilot.pause(0.2)
        strips = app.screen._compositor.render_strips()
    width, height = size[0] * CELL + 2 * MARGIN, size[1] * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img"',
        f' font-family="{FONTS}" font-size="15"><title>searchkit browse {QUERY}</title>',
        f'<rect width="{width:.0f}" height="{height}" rx="8" fill="{PAPER}" stroke="#d0d7de"/>',
    ]
    for number, strip in enumerate(strips):
        cell = 0
        for segment in strip:
            parts.append(on_paper(segment, cell, number))
            cell += segment.cell_length
    return "".join(parts) + "</svg>\n"


def on_paper(segment: Segment, cell: int, line: int) -> str:
    """A piece of a line with what is behind it."""
    style = segment.style or Style.null()
    front, behind = color_of(style.color, INK), color_of(style.bgcolor, "")
    if style.reverse:
        front, behind = behind or PAPER, front
    if behind == INK and not segment.text.strip():  # a scrollbar
        behind = "#d0d7de"
    rect = ""
    if behind:
        x, y, width = MARGIN + cell * CELL, MARGIN + line * LINE, segment.cell_length * CELL
        rect = f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{LINE}" fill="{behind}"/>'
    text = run(segment, cell, MARGIN + (line + 1) * LINE - 6)
    return rect + (text.replace(f'fill="{color_of(style.color, INK)}"', f'fill="{front}"') if behind else text)


def color_of(color: object, default: str) -> str:
    """A colour of the palette as a page writes it."""
    number = getattr(color, "number", None)
    return default if number is None else COLORS[number % len(COLORS)]


if __name__ == "__main__":
    main()
