"""A folder of posts whose index is in a cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archive import Archive, Seen, seen

import searchkit
from opensearch.cluster import Cluster


@dataclass(frozen=True)
class RemoteArchive(Archive):
    """As an ``Archive``, but for what looks into the index.

    Attributes:
        cluster: has the index.
        name: of the index.
    """

    cluster: Cluster
    name: str

    @property
    def index(self) -> str:  # type: ignore[override]
        return self.cluster.address(self.name)

    def afresh(self, *_: Any) -> Seen:
        """What a full rebuild of this corpus under another name shows."""
        other = self.cluster.address(f"{self.name}-afresh")
        searchkit.rebuild(self.corpus, other, full=True, jobs=1)
        with searchkit.open(other) as index:
            return seen(index)

    def strays(self) -> set[str]:
        """Indexes that are neither of the latest generation nor of the one before it, nor the lock."""
        indexes = self.cluster.indexes(self.name)
        (current,) = self.cluster.call(f"_alias/{self.name}")
        pattern = re.compile(re.escape(self.name) + r"-(\d{6})-[0-9a-f]{8}")
        of = {index: pattern.match(index) for index in indexes}
        generations = {match[0]: int(match[1]) for match in of.values() if match}
        latest = generations[current]
        before = max((number for number in generations.values() if number < latest), default=latest)
        kept = {name for name, number in generations.items() if number in (latest, before)}
        known = kept | {f"{name}-kept" for name in kept} | {f"{self.name}-lock"}
        ours = {index for index in indexes if not index.startswith(f"{self.name}-afresh-")}
        return ours - known | ({f"{current}-kept"} - ours)
