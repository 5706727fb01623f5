"""Past queries among the suggestions of an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchkit.language import fold
from searchkit.suggestion import Suggestion

_MAX_PAST = 3
"""Past queries that are offered where other suggestions are left."""


def with_past(text: str, past: Iterable[str], others: Sequence[Suggestion], limit: int) -> tuple[Suggestion, ...]:
    """Suggestions, past queries that begin with a text first; the same text in either script once.

    >>> [each.text for each in with_past("香", ["香港 通关", "深圳"], [Suggestion("香港", "word", 3)], 8)]
    ['香港 通关', '香港']
    """
    typed = fold(text).lstrip()
    begun = [Suggestion(query, "past") for query in past if fold(query) != typed and fold(query).startswith(typed)]
    offered: dict[str, Suggestion] = {}
    for each in (*begun[:_MAX_PAST], *others, *begun[_MAX_PAST:]):
        offered.setdefault(fold(each.query), each)
    return tuple(offered.values())[:limit]
