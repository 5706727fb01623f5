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
    try:
        start = os.path.abspath(os.path.expanduser(folder))
    except FileNotFoundError:  # the current folder was deleted
        return None
    return next((file for file in _candidates(start) if os.path.isfile(file)), None)


def _candidates(folder: str) -> Iterator[str]:
    while True:
        yield os.path.join(folder, FILE_NAME)
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above
