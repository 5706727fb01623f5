"""Here is a rebuild at work: how far is it? A bar for a terminal; importing this module takes 80 ms."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

_SECONDS_BETWEEN_DRAWINGS = 0.1


@contextmanager
def progress_bar(stream: TextIO, *, color: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Draw a bar while the block runs; it vanishes at the end.

    Args:
        stream: a terminal.
        color: False draws it without colours.

    Yields:
        What to call with the number of posts done and the number of all.
    """
    progress = Progress(
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None, complete_style="green", finished_style="green", pulse_style="green"),
        _Numbers(table_column=Column(no_wrap=True)),
        console=Console(file=stream, no_color=not color, highlight=False),
        # a drawing thread would be alive while the rebuild forks its processes, and could leave them a held lock
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
        transient=True,
        expand=True,
    )
    task = progress.add_task("Looking for posts", total=None)
    drawn = 0.0

    def report(done: int, total: int) -> None:
        nonlocal drawn
        description = "Reading posts" if done < total else "Writing the index"
        progress.update(task, completed=done, total=total, description=description)
        now = time.monotonic()
        if done >= total or now - drawn >= _SECONDS_BETWEEN_DRAWINGS:
            drawn = now
            progress.refresh()

    with progress:
        progress.refresh()
        yield report


class _Numbers(ProgressColumn):
    """``12,345/50,547  4,109 posts/s  9 s left``."""

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text("")
        parts = [f"{task.completed:,.0f}/{task.total:,.0f}"]
        speed = task.finished_speed or task.speed
        if speed:
            parts.append(f"{speed:,.0f} posts/s")
        if task.time_remaining is not None and not task.finished:
            parts.append(f"{_clock(task.time_remaining)} left")
        return Text("  ".join(parts), no_wrap=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds)} s" if seconds < 100 else f"{int(seconds) // 60} min"
