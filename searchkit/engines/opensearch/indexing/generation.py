"""A new generation: made where it is not there yet, completed, and made the one that is searched."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from dataclasses import dataclass
from typing import Any

from searchkit.engines.opensearch import schema
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.client.failures import Conflict, RequestRefused
from searchkit.engines.opensearch.client.waiting import Patience
from searchkit.engines.opensearch.commit.blobs import KEPT_MAPPING
from searchkit.engines.opensearch.commit.names import GenerationName
from searchkit.engines.opensearch.commit.point import CommitPoint
from searchkit.engines.opensearch.commit.reading import current_index
from searchkit.errors import IndexBusy, IndexNotFound, IndexNotWritten, IndexUnreachable, SettingsError
from searchkit.messages import _

SHARDS, REPLICAS = "SEARCHKIT_OPENSEARCH_SHARDS", "SEARCHKIT_OPENSEARCH_REPLICAS"
"""Environment variables: into how many shards a full rebuild divides an index, and how many copies each has."""

_MAX_SHARDS = 1024
_TIMED_OUT = 408
_LONG = 600.0
"""Seconds that a cluster may take to link files, or to copy shards to other nodes."""

_LOST = 20.0
"""After so many seconds without one of its shards, a generation is given up: the node that had it is gone."""


@dataclass(frozen=True, slots=True)
class NewGeneration:
    """A generation that is not searched yet.

    Attributes:
        name: of its own.
        old: the generation that it begins as a copy of, and takes the place of; None for an empty one.
    """

    name: GenerationName
    old: CommitPoint | None

    @classmethod
    def after(cls, alias: str, latest: int, old: CommitPoint | None) -> NewGeneration:
        """The next generation, given the largest number of any that is there."""
        return cls(GenerationName(latest + 1, secrets.token_hex(4), alias), old)

    def make(self, client: Client) -> None:
        """Make it; a copy is made of hard links.

        Raises:
            IndexNotWritten: the disks are full.
        """
        if self.old is None:
            body = {"settings": schema.settings(shards()), "mappings": schema.mapping()}
            _create(client, self.name.index, body)
        else:
            settings = {
                "index.blocks.write": None,
                "index.number_of_replicas": 0,
                "index.routing.rebalance.enable": "none",
            }
            _create(client, f"{self.old.index}/_clone/{self.name.index}", {"settings": settings})
        kept = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1", "codec": "best_compression"}
        _create(client, self.name.kept, {"settings": {"index": kept}, "mappings": KEPT_MAPPING})

    def seal(self, client: Client) -> None:
        """Make it durable, let nobody write to it, and have it copied to other nodes.

        Raises:
            IndexNotWritten: a node that had a part of it is gone.
        """
        both = f"{self.name.index},{self.name.kept}"
        self._flush(client)
        copies, nodes = replicas(client), len(data_nodes(client))
        settings = {
            "index.blocks.write": True,
            "index.number_of_replicas": copies,
            "index.routing.rebalance.enable": None,
        }
        client.put(f"{both}/_settings", settings)
        self._wait_for(client, "green" if copies < nodes else "yellow")

    def _flush(self, client: Client) -> None:
        """Have all that was written in files: a copy takes the files, and what is not in them from stored fields.

        Stored fields are not what was indexed. A node counts files only once it knows that what is in them is durable,
        so they are written again after that.
        """
        both, patience = f"{self.name.index},{self.name.kept}", Patience(_LONG, 1.0)
        options: dict[str, str | int | bool] = {"wait_if_ongoing": True, "force": True}
        client.post(f"{both}/_flush", None, options, seconds=_LONG)
        while not _is_durable(client, both):
            if not patience.wait():
                raise IndexNotWritten(
                    _("{hosts} does not make durable what was written", hosts=client.address.nodes), _("run it again")
                )
            client.post(f"{both}/_flush", None, options, seconds=_LONG)
        client.post(f"{both}/_flush", None, options, seconds=_LONG)

    def _wait_for(self, client: Client, status: str) -> None:
        """Wait for copies; searches do without those that a cluster cannot make."""
        began = seen = time.monotonic()
        while time.monotonic() < began + _LONG:
            health = _health(client, f"{self.name.index},{self.name.kept}", status)
            if not health["timed_out"] or (health["status"] == "yellow" and health["delayed_unassigned_shards"]):
                return  # a node that should have copies has just gone, and may come back
            if health["status"] != "red":
                seen = time.monotonic()
            elif time.monotonic() > seen + _LOST:
                break
        else:
            return
        raise IndexNotWritten(
            _("a node of {hosts} is gone that had a part of the new index; the old one stands", hosts=client.address),
            _("run it again"),
        )

    def put_meta(self, client: Client, point: CommitPoint) -> None:
        """Write down what it is."""
        client.put(f"{self.name.index}/_mapping", {"_meta": point.to_meta()})

    def switch(self, client: Client, before: str | None) -> None:
        """Have the alias point to it, in one step.

        Args:
            before: the index to which it points now.

        Raises:
            IndexBusy: it points to another one meanwhile.
        """
        alias = self.name.alias
        actions: list[dict[str, Any]] = [{"add": {"index": self.name.index, "alias": alias}}]
        if before is not None:
            actions.insert(0, {"remove": {"index": before, "alias": alias, "must_exist": True}})
        try:
            client.post("_aliases", {"actions": actions})
        except IndexNotFound:
            raise IndexBusy(
                _("another rebuild has replaced {folder}", folder=client.address), _("run it again")
            ) from None
        except IndexUnreachable:
            if current_index(client) != self.name.index:  # else only the answer was lost
                raise


def _create(client: Client, path: str, body: dict[str, Any]) -> None:
    """Make an index; its name is of this rebuild alone, so one that is there was made by a request sent twice."""
    with contextlib.suppress(Conflict):
        client.put(path, body, {"wait_for_active_shards": 1, "timeout": "60s"}, seconds=_LONG)


def shards() -> int:
    """Into how many shards a new index is divided. Raises SettingsError."""
    return _number(SHARDS, 1, 1, _MAX_SHARDS)


def replicas(client: Client) -> int:
    """How many copies each shard has besides: one, if there is a node for it. Raises SettingsError."""
    return _number(REPLICAS, 0 if len(data_nodes(client)) < 2 else 1, 0, _MAX_SHARDS)


def data_nodes(client: Client) -> list[str]:
    """The ids of the nodes that a cluster has for data."""
    return sorted(client.get("_nodes/data:true/http", {"filter_path": "nodes.*.name"}).get("nodes", {}))


def _is_durable(client: Client, indexes: str) -> bool:
    """Whether each shard knows that all of its documents are."""
    answer = client.get(f"{indexes}/_stats", {"level": "shards", "filter_path": "indices.*.shards"})
    copies = [copy for index in answer["indices"].values() for shard in index["shards"].values() for copy in shard]
    numbers = [copy["seq_no"] for copy in copies]
    return all(number["max_seq_no"] == number["global_checkpoint"] for number in numbers)


def _health(client: Client, indexes: str, status: str) -> dict[str, Any]:
    """How indexes are, as soon as they are well enough, or after some seconds."""
    path, params = f"_cluster/health/{indexes}", {"wait_for_status": status, "timeout": "5s"}
    try:
        return client.get(path, params)
    except RequestRefused as error:
        if error.status != _TIMED_OUT:
            raise
    return client.get(f"_cluster/health/{indexes}") | {"timed_out": True}


def _number(variable: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(variable, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and least <= int(text) <= most):
        raise SettingsError(
            _("{variable} is a number from {least} to {most}", variable=variable, least=least, most=most),
            _("set another, or unset it"),
        )
    return int(text)
