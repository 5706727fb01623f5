"""Progress of long work, as a bar where somebody watches: in a notebook or a terminal."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from searchkit.arguments import checked_flag

Report = Callable[..., None]
"""Called with how many posts are done and of how many, perhaps with a unit before."""

_DELAY = 1.0
"""Seconds before a bar appears: shorter work shows none."""


@contextmanager
def watched(progress: Report | bool | None) -> Iterator[Report | None]:
    """What reports progress while a block runs.

    Args:
        progress: called itself where it can be; True for a bar of tqdm; False for none; None for a bar where somebody
            watches and tqdm is installed. Work in another thread than the main one is watched by nobody: a server's.

    Yields:
        The function to call with what is done and what is to do; None where nobody wants to know.
    """
    if callable(progress):
        yield progress
        return
    if not (_somebody_watches() if progress is None else checked_flag("progress", progress)):
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without ipywidgets, tqdm.auto warns that it draws a bar of text
        try:
            from tqdm.auto import tqdm  # nobody else needs it
        except ImportError:
            yield None
            return
    with tqdm(unit=" posts", delay=_DELAY, leave=False, dynamic_ncols=True) as bar:

        def report(*reported: Any) -> None:
            done, total = reported[-2:]
            bar.total = total
            bar.update(done - bar.n)

        yield report


def _somebody_watches() -> bool:
    if threading.current_thread() is not threading.main_thread():
        return False
    ipython = sys.modules.get("IPython")
    in_notebook = ipython is not None and hasattr(ipython.get_ipython(), "kernel")
    return in_notebook or (sys.stderr is not None and sys.stderr.isatty())
