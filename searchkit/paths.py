"""Paths as people write them."""

from __future__ import annotations

import os
from pathlib import Path


def expanded(path: str | os.PathLike[str]) -> Path:
    """A path, with the user's home folder in place of ``~``.

    >>> expanded("~/blog").is_absolute()
    True
    """
    return Path(os.path.expanduser(path))
