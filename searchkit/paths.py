"""Paths as people write them."""

from __future__ import annotations

import os
from pathlib import Path

from searchkit.errors import SearchkitError
from searchkit.messages import _


def expanded(path: str | os.PathLike[str]) -> Path:
    """A path, with the user's home folder in place of ``~``.

    Raises:
        SearchkitError: it is no path, or none that a system can have.

    >>> expanded("~/blog").is_absolute()
    True
    """
    try:
        whole = Path(os.path.expanduser(path))
        if b"\0" in os.fsencode(whole):
            raise ValueError
    except (TypeError, ValueError):
        raise SearchkitError(_("{path!r} is no path", path=path), _("use the path of a folder or a file")) from None
    return whole
