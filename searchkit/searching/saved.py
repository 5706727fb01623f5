"""Saved searches after a rebuild: how many of its new posts does each find?"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from searchkit.engines.protocol import Engine, Request
from searchkit.query import compile_query
from searchkit.query.ast import New
from searchkit.settings.searches import expand


def new_posts(engine: Engine, searches: Mapping[str, str]) -> dict[str, int]:
    """How many of the newest posts of an index each saved search finds, by its name.

    Raises:
        SettingsError: a saved search contains itself.
    """
    request = Request(filter=New(), limit=0, bodies=False)
    found: dict[str, int] = {}
    with contextlib.closing(engine.open()) as searcher:
        for name, saved in searches.items():
            query = compile_query(expand(saved, searches).query, searcher.lexicon)
            total = searcher.search(query, request).total
            if not total and query.relaxed:
                total = searcher.search(query.relaxed, request).total
            found[name] = total
    return found
