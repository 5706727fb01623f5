"""Query tree to query string."""

from __future__ import annotations

from searchkit.query.ast import Query


def to_string(tree: Query) -> str:
    return repr(tree)
