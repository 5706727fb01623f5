"""Paths, and what stands in the place of one: how people name files, folders and indexes."""

from __future__ import annotations

import os
import re
from pathlib import Path

from searchkit.errors import SearchkitError
from searchkit.messages import _

_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9.+-]+://|[a-z][a-z0-9.-]*\+https?:)", re.IGNORECASE)
"""Also an address of which ``Path`` has dropped a slash."""


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


def is_address(index: str | os.PathLike[str]) -> bool:
    """Whether an index is named by an address, not by its folder. A folder of such a name can be written ``./NAME``.

    >>> is_address("opensearch+https://search.example.org:9200/news"), is_address("~/blog/index")
    (True, False)
    """
    return isinstance(index, (str, os.PathLike)) and _ADDRESS.match(str(index)) is not None


def absolute(index: str | os.PathLike[str]) -> str:
    """An index as it can be named from any folder: the absolute path of its folder, or its address.

    >>> absolute("opensearch+https://search.example.org:9200/news")
    'opensearch+https://search.example.org:9200/news'
    """
    return str(index) if is_address(index) else os.path.abspath(index)
