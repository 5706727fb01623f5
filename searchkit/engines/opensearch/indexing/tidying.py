"""Generations that nobody needs any more are removed: unfinished ones, and those that were replaced some time ago."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.commit.names import GenerationName
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.indexing.lock import cluster_time

GRACE_SECONDS = 600
"""So long a generation is kept after it was replaced, so that searches which began on it end well."""

MOST_KEPT = 4
"""Generations in all: rebuilds may follow each other faster than that, and a cluster has room for some shards only."""


@dataclass(frozen=True, slots=True)
class Generations:
    """What a cluster has of an index.

    Attributes:
        points: complete generations by number, the current one last.
        unfinished: others.
        indexes: all indexes of both.
    """

    points: Sequence[CommitPoint]
    unfinished: Collection[GenerationName]
    indexes: Collection[str]

    @classmethod
    def read(cls, client: Client, current: str | None) -> Generations:
        """Look what there is; ``current`` is the index to which the alias points."""
        alias = client.address.index
        found = client.get(f"{alias}-*/_mapping")
        named = {index: name for index in found if (name := GenerationName.parse(alias, index))}
        now = next((name for index, name in named.items() if index == current), None)
        points = {}
        for index, name in named.items():
            if now is not None and index == name.index and name.number <= now.number:
                point = _point(name, found[index])
                if point is not None:
                    points[name] = point
        unfinished = set(named.values()) - set(points) - {now}
        return cls([points[name] for name in sorted(points)], unfinished, named)

    @property
    def was_left(self) -> bool:
        """Whether a writer died before it could switch to what it had made."""
        current = self.points[-1].generation.number if self.points else 0
        return any(name.number > current for name in self.unfinished)

    @property
    def latest(self) -> int:
        """The largest number of a generation; 0 if there is none."""
        numbers = [name.number for name in self.unfinished] + [point.generation.number for point in self.points]
        return max(numbers, default=0)

    def outdated(self, now: int) -> list[GenerationName]:
        """Those that may be removed, given the cluster's clock."""
        replaced = [
            older.generation
            for place, (older, newer) in enumerate(zip(self.points, self.points[1:], strict=False))
            if newer.committed + GRACE_SECONDS < now or place < len(self.points) - MOST_KEPT
        ]
        return [*sorted(self.unfinished), *replaced]

    def remove_outdated(self, client: Client) -> None:
        """Remove them."""
        indexes = [index for name in self.outdated(cluster_time(client)) for index in (name.index, name.kept)]
        for index in indexes:
            if index in self.indexes:
                client.delete(index)


def _point(name: GenerationName, content: Mapping[str, Mapping[str, Mapping[str, object]]]) -> CommitPoint | None:
    try:
        return CommitPoint.from_meta(name, content["mappings"]["_meta"])
    except (ValueError, KeyError):
        return None
