"""What went wrong, as an error that says what mends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.client.credentials import API_KEY, CA, PASSWORD, USER, Hide
from searchkit.engines.opensearch.client.transport import CONNECT_SECONDS, NoAnswer, Trouble
from searchkit.errors import IndexFailure, IndexNotFound, IndexNotWritten, IndexUnreachable, QueryError, SearchkitError
from searchkit.messages import N_, _

_MAX_REASON = 300
_MAX_READ = 2000

_TRANSIENT_STATUS = frozenset({429, 502, 503, 504})

_TRANSIENT_TYPES = frozenset(
    {
        "connect_transport_exception",
        "illegal_index_shard_state_exception",
        "index_shard_closed_exception",
        "no_shard_available_action_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "receive_timeout_transport_exception",
        "send_request_transport_exception",
        "unavailable_shards_exception",
    }
)
"""What a node says of another that has just gone, whatever the status is."""

_REASONS = {
    Trouble.REFUSED: N_("nobody listens there"),
    Trouble.UNKNOWN_HOST: N_("no such host"),
    Trouble.CONNECT_TIMEOUT: N_("no connection within {seconds:.0f} s"),
    Trouble.TIMEOUT: N_("no answer in time"),
    Trouble.LOST: N_("the connection broke"),
    Trouble.GARBLED: N_("what it answers is no HTTP"),
    Trouble.HUGE: N_("its answer does not end"),
}


class RequestRefused(IndexFailure):
    """The server answered a request with an error.

    Attributes:
        status: of HTTP.
        kind: the server's name for the error, such as ``parsing_exception``; empty if it gave none.
    """

    status = 0
    kind = ""


class Conflict(RequestRefused):
    """Somebody else was faster: what should be created is there, or what should be replaced has changed."""


CLAUSE_SETTING = "indices.query.bool.max_clause_count"


class TooManyClauses(RequestRefused):
    """The query has more clauses than ``CLAUSE_SETTING``."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server says is wrong, in an answer or in a part of one.

    Attributes:
        status: of HTTP.
        errors: type and reason of the error, then of all that caused it.
        passes: whether the server says that it is a matter of time.
    """

    status: int
    errors: tuple[tuple[str, str], ...]
    passes: bool = False

    @classmethod
    def of(cls, status: int, error: object, hide: Hide) -> Refusal:
        """What the value of ``error`` in an answer says, as far as it is read and without secrets."""
        found = tuple(
            dict.fromkeys((hide(kind)[:_MAX_READ], hide(reason)[:_MAX_READ]) for kind, reason in _errors(error))
        )
        durable = isinstance(error, Mapping) and error.get("durability") == "PERMANENT"
        return cls(status, found, not durable)

    def has(self, *types: str) -> bool:
        """Whether the error, or one that caused it, is of one of these types."""
        return any(kind in types for kind, _reason in self.errors)

    @property
    def is_full(self) -> bool:
        """Whether the cluster refuses to write, since its disks are full; waiting does not help."""
        blocked = self.has("cluster_block_exception")
        return blocked and self.says("read-only-allow-delete|create-index blocked") is not None

    @property
    def may_pass(self) -> bool:
        """Whether it is worth another attempt."""
        transient = self.status in _TRANSIENT_STATUS or self.has(*_TRANSIENT_TYPES)
        return transient and self.passes and not self.is_full

    def says(self, pattern: str) -> re.Match[str] | None:
        """Where one of the reasons contains a pattern."""
        found = (re.search(pattern, reason) for _kind, reason in self.errors)
        return next((match for match in found if match), None)

    @property
    def told(self) -> str:
        """The error and the cause of it, in one printable line."""
        causes = [one for one in self.errors if one[0] != "search_phase_execution_exception"] or [*self.errors]
        first, last = causes[:1], causes[1:][-1:]
        told = one_line("; ".join(": ".join(filter(None, one)) for one in first + last))
        return told or f"HTTP {self.status}"


def _errors(error: object, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Type and reason of an error and of its causes, outermost first."""
    if isinstance(error, str):
        yield "", error
    if not isinstance(error, Mapping) or depth > 8:
        return
    kind, reason = error.get("type"), error.get("reason")
    if isinstance(kind, str):
        yield kind, reason if isinstance(reason, str) else ""
    elif isinstance(reason, Mapping):  # one of failed_shards
        yield from _errors(reason, depth + 1)
    for name in ("root_cause", "failed_shards", "failures"):
        causes = error.get(name)
        for cause in causes[:8] if isinstance(causes, list) else ():
            yield from _errors(cause, depth + 1)
    yield from _errors(error.get("caused_by"), depth + 1)


def one_line(text: str) -> str:
    """What a server said, fit for a terminal: printable, and not too long."""
    printable = "".join(char if char.isprintable() else " " for char in text[:_MAX_READ])
    line = " ".join(printable.split())
    return line if len(line) <= _MAX_REASON else line[:_MAX_REASON] + "…"


def unreachable(address: Address, failed: NoAnswer) -> SearchkitError:
    """The error for a call that got no answer."""
    host, trouble = failed.host, failed.trouble
    if trouble is Trouble.UNTRUSTED:
        return IndexUnreachable(
            _("the certificate of {host} is not to be trusted: {reason}", host=host, reason=one_line(failed.detail)),
            _("set {variable} to a file with the certificate of its authority", variable=CA),
        )
    if trouble is Trouble.NO_TLS:
        return IndexUnreachable(
            _("no TLS with {host}: {reason}", host=host, reason=one_line(failed.detail)),
            _("if it speaks plain HTTP, write opensearch+http://"),
        )
    reason = _(_REASONS[trouble], seconds=CONNECT_SECONDS)
    if trouble in (Trouble.LOST, Trouble.GARBLED) and address.scheme == "http":
        hint = _("is OpenSearch running there? If it speaks TLS, write opensearch+https://")
    else:
        hint = _("is OpenSearch running there?")
    return IndexUnreachable(_("no answer from {hosts}: {reason}", hosts=address.nodes, reason=reason), hint)


def _not_found(address: Address, refusal: Refusal) -> SearchkitError:
    return IndexNotFound(_("no index in {folder}", folder=address), address.hint_to_rebuild)


def _unauthorized(address: Address, refusal: Refusal) -> SearchkitError:
    return IndexUnreachable(
        _("{hosts} wants to know who asks, or does not know you", hosts=address.nodes),
        _(
            "set {user} and {password}, or {key}, or write them to ~/.netrc",
            user=USER,
            password=PASSWORD,
            key=API_KEY,
        ),
    )


def _forbidden(address: Address, refusal: Refusal) -> SearchkitError:
    right = refusal.says(r"\[((?:indices|cluster|restapi):[\w:/*, -]+(?:\[\w+\])?)\]")
    what = right[1] if right else refusal.told
    indexes = f"{address.index}, {address.index}-*"
    return IndexFailure(
        _("no right to do that in {hosts}: {right}", hosts=address.nodes, right=what),
        _("ask its administrator for that right on {indexes}", indexes=indexes),
    )


def _full(address: Address, refusal: Refusal) -> SearchkitError:
    return IndexNotWritten(
        _("the disks of {hosts} are full; the old index stands", hosts=address.nodes),
        _(
            "free some space, or raise {setting}",
            setting="cluster.routing.allocation.disk.watermark.flood_stage",
        ),
    )


def _no_shards_left(address: Address, refusal: Refusal) -> SearchkitError:
    return IndexNotWritten(
        _("{hosts} has as many shards as it may; the old index stands", hosts=address.nodes),
        _("delete indexes, or raise {setting}", setting="cluster.max_shards_per_node"),
    )


def _window(address: Address, refusal: Refusal) -> SearchkitError:
    return QueryError(
        _("hits so far down the list are not to be had: {reason}", reason=refusal.told), _("ask for an earlier page")
    )


def _no_memory(address: Address, refusal: Refusal) -> SearchkitError:
    return IndexFailure(
        _("{hosts} has too little memory for that: {reason}", hosts=address.nodes, reason=refusal.told),
        _("give its Java a larger heap (-Xmx), or ask for less"),
    )


def _busy(address: Address, refusal: Refusal) -> SearchkitError:
    return IndexUnreachable(
        _("{hosts} has too much to do: {reason}", hosts=address.nodes, reason=refusal.told), _("try again later")
    )


def _failing(address: Address, refusal: Refusal) -> SearchkitError:
    return IndexUnreachable(
        _("{hosts} cannot do that now: {reason}", hosts=address.nodes, reason=refusal.told),
        _("are all nodes of the cluster running?"),
    )


_RULES: tuple[tuple[Callable[[Refusal], object], Callable[[Address, Refusal], SearchkitError]], ...] = (
    (lambda refusal: refusal.has("index_not_found_exception", "aliases_not_found_exception"), _not_found),
    (lambda refusal: refusal.status == 404 and refusal.says(r"alias \[.*\] missing"), _not_found),
    (lambda refusal: refusal.status == 401, _unauthorized),
    (lambda refusal: refusal.is_full or refusal.says("No space left on device"), _full),
    (lambda refusal: refusal.says("maximum shards open"), _no_shards_left),
    (lambda refusal: refusal.says("Result window is too large"), _window),
    (lambda refusal: refusal.has("circuit_breaking_exception", "out_of_memory_error"), _no_memory),
    (lambda refusal: refusal.status == 403 and not refusal.has("cluster_block_exception"), _forbidden),
    (lambda refusal: refusal.status == 429, _busy),
    (lambda refusal: refusal.status in (502, 503, 504) or refusal.has(*_TRANSIENT_TYPES), _failing),
)
"""What is asked of a refusal, in order, and the error that it makes."""


def refused(address: Address, refusal: Refusal) -> SearchkitError:
    """The error for what a server refused to do."""
    for applies, error in _RULES:
        if applies(refusal):
            return error(address, refusal)
    return _unknown(address, refusal)


def _unknown(address: Address, refusal: Refusal) -> RequestRefused:
    cls, hint = RequestRefused, ""
    if refusal.has("too_many_clauses", "too_many_nested_clauses") or refusal.says("maxClauseCount"):
        cls, hint = TooManyClauses, _("ask for fewer words, or raise {setting} of the cluster", setting=CLAUSE_SETTING)
    elif refusal.status == 409 or refusal.has("resource_already_exists_exception"):
        cls = Conflict
    error = cls(
        _("{hosts} refuses: {status} {reason}", hosts=address.nodes, status=refusal.status, reason=refusal.told), hint
    )
    error.status = refusal.status
    error.kind = refusal.errors[0][0] if refusal.errors else ""
    return error
