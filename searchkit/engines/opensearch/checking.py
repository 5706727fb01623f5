"""Is a generation what was committed, and what its documents say?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit import CommitPoint
from searchkit.engines.opensearch.indexing.scanning import measure
from searchkit.messages import _
from searchkit.reports import Problem


class Check:
    """Checks a generation.

    Args:
        client: asks.
        point: the commit point.
        sample: how many documents to analyse again; None for all.
        progress: called with what is done and what is to do.
    """

    def __init__(
        self, client: Client, point: CommitPoint, sample: int | None, progress: Callable[[int, int], None]
    ) -> None:
        self._client = client
        self._point = point
        self._sample = sample
        self._progress = progress

    def problems(self) -> Iterator[Problem]:
        """What is wrong, by index."""
        yield from (Problem(self._point.index, message) for message in self._of_measures())

    def _of_measures(self) -> Iterator[str]:
        """Whether the index has as much as its commit says."""
        point, found = self._point, measure(self._client, self._point.index)
        for name, actual, expected in (
            (_("posts"), found.documents, point.info.documents),
            (_("posts whose text others have"), found.duplicates, point.duplicates),
            (_("posts that differ from others with their text"), found.mixed, point.mixed),
            *((name, found.totals[name], total) for name, total in point.totals.items()),
        ):
            if actual != expected:
                yield _("{name}: {actual:,} instead of {expected:,}", name=name, actual=actual, expected=expected)
