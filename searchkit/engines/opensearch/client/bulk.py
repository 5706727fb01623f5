"""Many documents are written: in requests that a server takes, again where it had too much to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchkit.engines.opensearch.client.answers import malformed
from searchkit.engines.opensearch.client.calls import Calls
from searchkit.engines.opensearch.client.failures import Refusal, refused
from searchkit.engines.opensearch.client.ndjson import as_lines
from searchkit.engines.opensearch.client.transport import HttpRequest
from searchkit.engines.opensearch.client.waiting import Patience
from searchkit.errors import IndexNotWritten
from searchkit.messages import _

REQUEST_BYTES = 5 << 20
"""OpenSearch's own advice is 5 to 15 MB; what a busy server refuses has to be sent again."""

_SECONDS = 120.0
"""How long a server may take none of what it is sent, and how long it may take to answer."""

_LONGEST_WAIT = 10.0
_TOO_LARGE = 413
_CONFLICT = 409
_ONLY = "errors,items.*.status,items.*.error"

Action = tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Any] | bytes | None]
"""What to do with which document, such as ``{"create": {"_id": "7"}}``, and the document, if any; bytes are JSON."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of actions: all were carried out.

    Attributes:
        actions: how many.
        resent: how many times one of them had to be sent again, since the server had too much to do.
    """

    actions: int
    resent: int


@dataclass(frozen=True, slots=True)
class _Line:
    """An action as it is sent."""

    operation: str
    id: str
    text: bytes


def bulk(calls: Calls, index: str, actions: Iterable[Action]) -> BulkResult:
    """Carry out all actions, in order; see ``Client.bulk``."""
    done = resent = 0
    for lines in _requests(map(_line, actions)):
        resent += _send(calls, index, lines)
        done += len(lines)
    return BulkResult(done, resent)


def _line(action: Action) -> _Line:
    (operation, target), document = next(iter(action[0].items())), action[1]
    return _Line(operation, target["_id"], as_lines(action[:1] if document is None else action))


def _requests(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Lines in groups of at most ``REQUEST_BYTES``, but at least one line each."""
    group: list[_Line] = []
    size = 0
    for line in lines:
        if group and size + len(line.text) > REQUEST_BYTES:
            yield group
            group, size = [], 0
        group.append(line)
        size += len(line.text)
    if group:
        yield group


def _send(calls: Calls, index: str, lines: Sequence[_Line]) -> int:
    """Send some lines until all are carried out; how many had to be sent again."""
    patience = Patience(_SECONDS, _LONGEST_WAIT)
    resent = 0
    while True:
        body = b"".join(line.text for line in lines)
        request = HttpRequest("POST", f"{index}/_bulk", {"filter_path": _ONLY}, body, _SECONDS)
        answer = calls.answer(request, patience)
        if answer.status == _TOO_LARGE:
            return resent + _send_halves(calls, index, lines)
        refusals = _refusals(calls, lines, calls.object_of(answer))
        if not refusals:
            return resent
        if len(refusals) < len(lines):
            patience.renew()
        lines, last = [line for line, _refusal in refusals], refusals[-1][1]
        if not patience.wait():
            raise refused(calls.address, last)
        resent += len(lines)


def _send_halves(calls: Calls, index: str, lines: Sequence[_Line]) -> int:
    """A proxy may take less than the server behind it: nginx takes 1 MB unless told otherwise."""
    if len(lines) == 1:
        id_, size = lines[0].id, len(lines[0].text)
        raise IndexNotWritten(
            _("document {id} has {bytes:,} bytes, more than the server takes", id=id_, bytes=size),
            _("raise {setting}, or the limit of the proxy before it", setting="http.max_content_length"),
        )
    half = len(lines) // 2
    return _send(calls, index, lines[:half]) + _send(calls, index, lines[half:])


def _refusals(calls: Calls, lines: Sequence[_Line], content: Mapping[str, Any]) -> list[tuple[_Line, Refusal]]:
    """Which lines should be sent again, and why.

    Raises:
        SearchkitError: one of them fails whenever it is sent.
    """
    if content.get("errors") is False:
        return []
    items = content.get("items")
    if not isinstance(items, list) or len(items) != len(lines):
        raise malformed(calls.address)
    found = []
    for line, item in zip(lines, items, strict=True):
        result = item.get(line.operation) if isinstance(item, Mapping) else None
        if not isinstance(result, Mapping) or not isinstance(result.get("status"), int):
            raise malformed(calls.address)
        if "error" not in result:
            continue
        refusal = Refusal.of(result["status"], result["error"], calls.hide)
        if line.operation == "create" and refusal.status == _CONFLICT:
            continue  # a document that exists was created by this very action, whose answer was lost
        if not refusal.may_pass:
            raise refused(calls.address, refusal)
        found.append((line, refusal))
    return found
