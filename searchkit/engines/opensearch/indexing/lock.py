"""One writer at a time: a document that is created only if there is none, and renewed as long as its owner lives."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from socket import gethostname
from typing import Any

from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.client.failures import Conflict
from searchkit.engines.opensearch.indexing.processes import has_ended, machine
from searchkit.errors import IndexBusy, IndexFailure
from searchkit.messages import _

HEARTBEAT_SECONDS = 10.0
"""So often an owner says that it lives."""

EXPIRY_SECONDS = 60
"""After so long without a word of its owner, a lock is another's to take."""

_MAPPING: dict[str, Any] = {"dynamic": "strict", "properties": {"owner": {"type": "object", "enabled": False}}}
_DOCUMENT = "rebuild"


@dataclass(frozen=True, slots=True)
class _Version:
    """Of a document: it is written only where it is still the one that was read."""

    seq_no: int
    primary_term: int

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> _Version:
        return cls(answer["_seq_no"], answer["_primary_term"])

    def params(self) -> dict[str, str | int | bool]:
        return {"if_seq_no": self.seq_no, "if_primary_term": self.primary_term}


def cluster_time(client: Client) -> int:
    """Seconds since 1970 by the clock of the cluster, since those of two writers may differ."""
    nodes = client.get("_nodes/_local/stats/http", {"filter_path": "nodes.*.timestamp"})["nodes"]
    return int(next(iter(nodes.values()))["timestamp"]) // 1000


@contextlib.contextmanager
def exclusive(client: Client) -> Iterator[Lock]:
    """Hold the one right to commit to an index.

    Raises:
        IndexBusy: somebody else holds it; the message says who.
    """
    lock = Lock(client)
    lock.acquire()
    beating = threading.Event()
    thread = threading.Thread(target=_beat, args=(lock, beating), name="searchkit-heartbeat", daemon=True)
    thread.start()
    try:
        yield lock
    finally:
        beating.set()
        thread.join()
        lock.release()


def _beat(lock: Lock, done: threading.Event) -> None:
    while not done.wait(HEARTBEAT_SECONDS):
        with contextlib.suppress(IndexFailure):  # tried again; the owner looks before it commits
            lock.renew()


class Lock:
    """The right to commit; see ``exclusive``.

    Attributes:
        was_left: whether the owner before did not release it: it died.
    """

    def __init__(self, client: Client) -> None:
        self.was_left = False
        self._client = client
        self._path = f"{client.address.index}-lock/_doc/{_DOCUMENT}"
        self._token = secrets.token_hex(8)
        self._since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self._version: _Version | None = None
        self._guard = threading.Lock()

    def acquire(self) -> None:
        """Take it, if nobody has it, or one who died.

        Raises:
            IndexBusy: somebody has it.
        """
        self._make_index()
        try:
            self._write({"op_type": "create"})
            return
        except Conflict:
            pass
        answer = self._client.get(self._path)
        if not answer.get("found"):
            raise self._busy({})  # it was released just now; whoever comes next may have it
        owner = _owner(answer)
        if owner.get("token") != self._token:  # not our own, created by a request whose answer was lost
            if not self._is_dead(owner):
                raise self._busy(owner)
            self.was_left = True
        try:
            self._write(_Version.of(answer).params())
        except Conflict:
            raise self._busy({}) from None

    def renew(self) -> None:
        """Say that its owner lives.

        Raises:
            IndexBusy: somebody else has taken it.
        """
        with self._guard:
            if self._version is None:
                raise self._busy({})
            try:
                self._write(self._version.params())
            except Conflict:
                answer = self._client.get(self._path)
                if _owner(answer).get("token") != self._token:
                    self._version = None
                    raise self._busy(_owner(answer)) from None
                self._write(_Version.of(answer).params())  # a request was carried out whose answer was lost

    def release(self) -> None:
        """Let others have it."""
        with self._guard, contextlib.suppress(IndexFailure):  # it expires
            if self._version is not None:
                self._client.delete(self._path, self._version.params())

    def _make_index(self) -> None:
        index = self._path.partition("/")[0]
        if self._client.head(index):
            return
        settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
        with contextlib.suppress(Conflict):  # another made it just now
            self._client.put(index, {"settings": settings, "mappings": _MAPPING})

    def _write(self, params: Mapping[str, str | int | bool]) -> None:
        owner = {
            "token": self._token,
            "process": os.getpid(),
            "host": gethostname(),
            "machine": machine(),
            "since": self._since,
            "expires": cluster_time(self._client) + EXPIRY_SECONDS,
        }
        self._version = _Version.of(self._client.put(self._path, {"owner": owner}, params))

    def _is_dead(self, owner: Mapping[str, Any]) -> bool:
        if owner.get("machine") == machine() and has_ended(owner.get("process")):
            return True
        expires = owner.get("expires")
        return not isinstance(expires, int) or expires < cluster_time(self._client)

    def _busy(self, owner: Mapping[str, Any]) -> IndexBusy:
        folder = self._client.address
        if not owner:
            return IndexBusy(_("another rebuild is at work on {folder}", folder=folder), _("wait for it to end"))
        holder = f"process {owner.get('process')} on {owner.get('host')} since {owner.get('since')}"
        return IndexBusy(
            _("another rebuild is at work on {folder}: {holder}", folder=folder, holder=holder),
            _("wait for it to end; if it was killed, {seconds} s are enough", seconds=EXPIRY_SECONDS),
        )


def _owner(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    found = answer.get("_source", {}).get("owner")
    return found if isinstance(found, Mapping) else {}
