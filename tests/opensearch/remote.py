"""A folder of posts whose index is in a cluster."""

from __future__ import annotations

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

    def indexes(self) -> set[str]:
        """The names of all indexes of its own."""
        return {index for index in self.cluster.indexes(self.name) if not index.startswith(f"{self.name}-afresh-")}

    def generation(self) -> set[str]:
        """The names of those that are searched now."""
        (current,) = self.cluster.call(f"_alias/{self.name}")
        return {current, f"{current}-kept"}
