"""A progress bar for a terminal; importing this module takes 80 ms, since it needs rich's ``Console``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from searchkit.messages import N_, _

_SECONDS_BETWEEN_REFRESHES = 0.1

_DESCRIPTIONS = {
    "posts": (N_("Reading posts"), N_("Writing the index")),
    "documents": (N_("Indexing"), N_("Writing the index")),
    "queries": (N_("Searching"), N_("Measuring")),
    "checked": (N_("Checking the index"), N_("Comparing with the posts")),
    "compared": (N_("Comparing with the posts"), N_("Comparing with the posts")),
}
"""By the unit that is counted: the description while it is counted, and after the last one."""

_SPEEDS = {
    "posts": N_("{count:,.0f} posts/s"),
    "documents": N_("{count:,.0f} documents/s"),
    "queries": N_("{count:,.0f} queries/s"),
    "checked": N_("{count:,.0f} posts/s"),
    "compared": N_("{count:,.0f} posts/s"),
}


@contextmanager
def progress_bar(stream: TextIO, *, color: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar while the block runs, and remove it at the end.

    Args:
        stream: a terminal.
        color: whether to use colours.

    Yields:
        A function of three arguments: the unit (``posts``, ``documents`` or ``queries``), how many are done, and the
        total number.
    """
    progress = Progress(
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None, complete_style="green", finished_style="green", pulse_style="green"),
        _Numbers(table_column=Column(no_wrap=True)),
        console=Console(file=stream, no_color=not color, highlight=False),
        # no refreshing thread: a rebuild forks processes, which would inherit the lock that the thread may hold
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
        transient=True,
        expand=True,
    )
    task = progress.add_task(_("Looking for files"), total=None, unit="")
    refreshed = 0.0

    def report(unit: str, done: int, total: int) -> None:
        nonlocal refreshed
        if progress.tasks[0].fields["unit"] not in ("", unit):
            progress.reset(task)  # the speed measured so far is that of another unit
        description = _(_DESCRIPTIONS[unit][done >= total])
        progress.update(task, completed=done, total=total, description=description, unit=unit)
        now = time.monotonic()
        if done >= total or now - refreshed >= _SECONDS_BETWEEN_REFRESHES:
            refreshed = now
            progress.refresh()

    with progress:
        progress.refresh()
        yield report


class _Numbers(ProgressColumn):
    """The numbers right of the bar: ``12,345/50,547  4,109 posts/s  9 s left``."""

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text("")
        parts = [f"{task.completed:,.0f}/{task.total:,.0f}"]
        speed = task.finished_speed or task.speed
        if speed:
            parts.append(_(_SPEEDS[task.fields["unit"]], count=speed))
        if task.time_remaining is not None and not task.finished:
            parts.append(_("{time} left", time=_clock(task.time_remaining)))
        return Text("  ".join(parts), no_wrap=True)


def _clock(seconds: float) -> str:
    if seconds < 100:
        return _("{count} s", count=int(seconds))
    return _("{count} min", count=int(seconds) // 60)
