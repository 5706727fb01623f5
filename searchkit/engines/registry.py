"""Which engine keeps an index? So far there is one, and its index is a folder."""

from __future__ import annotations

import os

from searchkit.engines.protocol import Engine
from searchkit.engines.whoosh.engine import WhooshEngine
from searchkit.paths import expanded


def engine_of(index: str | os.PathLike[str]) -> Engine:
    """The engine of an index, whether it was built yet or not.

    Args:
        index: the index folder.
    """
    return WhooshEngine(expanded(index))
