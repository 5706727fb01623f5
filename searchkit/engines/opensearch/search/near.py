"""Texts close to each other: which candidates of a ``Near`` have them so? Their stored texts tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.engines.opensearch.analysis.terms import DocumentTerms
from searchkit.query.ast import Near
from searchkit.query.needles import needle_of


@dataclass(frozen=True, slots=True)
class Spread:
    """Where one of several texts stands in a document.

    Attributes:
        starts: positions of its first unigrams, ascending.
        length: its unigrams.
        times: how often it must be there.
    """

    starts: Sequence[int]
    length: int
    times: int


def are_near(texts: Sequence[Spread], between: int) -> bool:
    """Whether a cluster of occurrences, each at most ``between`` unigrams behind those before it, has every text.

    >>> are_near([Spread((0, 40), 2, 1), Spread((44,), 2, 1)], 2), are_near([Spread((0,), 2, 1), Spread((5,), 2, 1)], 2)
    (True, False)
    """
    found = sorted((start, number) for number, text in enumerate(texts) for start in text.starts)
    counts: Counter[int] = Counter()
    reach = 0
    for start, number in found:
        if start - reach > between + 1:
            counts.clear()
        reach = max(reach, start + texts[number].length - 1)
        counts[number] += 1
        if all(counts[at] >= text.times for at, text in enumerate(texts)):
            return True
    return False


def has_near(document: DocumentTerms, query: Near) -> bool:
    """Whether a document has the texts of a query close to each other."""
    needles = Counter(needle for text in query.texts if (needle := needle_of(text)))
    spreads = [
        Spread(document.occurrences(needle, query.field).tolist(), len(needle.unigrams), times)
        for needle, times in needles.items()
    ]
    return are_near(spreads, query.distance)
