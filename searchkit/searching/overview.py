"""What an index holds, at a glance."""

from __future__ import annotations

import datetime as dt

from searchkit.engines.protocol import Request, Searcher
from searchkit.model import SortOrder
from searchkit.query import compile_query
from searchkit.query.ast import Every
from searchkit.reports import Overview


def overview(searcher: Searcher, index: str) -> Overview:
    """Posts, days, sources and age of an index.

    Args:
        searcher: of its latest commit point.
        index: its folder or address.
    """
    info = searcher.info
    every = compile_query(Every(), searcher.lexicon)

    def day(sort: SortOrder) -> dt.date | None:
        found = searcher.search(every, Request(sort=sort, limit=1, bodies=False)).matches
        date = found[0].document.date if found else None
        return date.date() if date else None

    counted = searcher.count(every, ("source",), Every()).rows
    sources = sorted(((name, count) for (name,), count in counted if name), key=lambda each: (-each[1], each[0]))
    return Overview(index, info.corpus, info.documents, day("oldest"), day("newest"), tuple(sources), info.built)
