"""Here is something long at work: how far is it? A bar for a terminal; importing this module takes 80 ms."""

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

_DOING = {
    "posts": ("Reading posts", "Writing the index"),
    "documents": ("Indexing", "Writing the index"),
    "queries": ("Searching", "Measuring"),
}
"""What is being done with what is counted, and what follows when all of it is done."""


@contextmanager
def progress_bar(stream: TextIO, *, color: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """Draw a bar while the block runs; it vanishes at the end.

    Args:
        stream: a terminal.
        color: False draws it without colours.

    Yields:
        What to call with what is counted (``posts``, ``documents``, ``queries``), how many are done, and of how many.
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
    task = progress.add_task("Looking for files", total=None, counted="")
    drawn = 0.0

    def report(counted: str, done: int, total: int) -> None:
        nonlocal drawn
        if progress.tasks[0].fields["counted"] not in ("", counted):
            progress.reset(task)  # the speed is another's
        description = _DOING[counted][done >= total]
        progress.update(task, completed=done, total=total, description=description, counted=counted)
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
            parts.append(f"{speed:,.0f} {task.fields['counted']}/s")
        if task.time_remaining is not None and not task.finished:
            parts.append(f"{_clock(task.time_remaining)} left")
        return Text("  ".join(parts), no_wrap=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds)} s" if seconds < 100 else f"{int(seconds) // 60} min"
