"""Where the settings of a folder are; apart, since most commands find none."""

from __future__ import annotations

import os
from collections.abc import Iterator

FILE_NAME = "searchkit.toml"


def settings_file(folder: str) -> str | None:
    """The nearest ``searchkit.toml``, in a folder or above it; None if there is none.

    Args:
        folder: it need not exist.
    """
    return next((file for file in settings_candidates(folder) if os.path.isfile(file)), None)


def settings_candidates(folder: str) -> Iterator[str]:
    """Where a ``searchkit.toml`` for a folder may be, the nearest first; nowhere if the current folder was deleted."""
    try:
        folder = os.path.abspath(os.path.expanduser(folder))
    except FileNotFoundError:
        return
    while True:
        yield os.path.join(folder, FILE_NAME)
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above
