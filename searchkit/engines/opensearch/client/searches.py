"""Searches, each answered by all shards or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from searchkit.engines.opensearch.client.answers import incomplete, malformed
from searchkit.engines.opensearch.client.calls import FAILOVER_SECONDS, Calls
from searchkit.engines.opensearch.client.failures import Refusal, refused
from searchkit.engines.opensearch.client.ndjson import as_json, as_lines
from searchkit.engines.opensearch.client.transport import READ_SECONDS, HttpRequest
from searchkit.engines.opensearch.client.waiting import Patience

_LONGEST_WAIT = 2.0
_WHOLE = "allow_partial_search_results"


def search(calls: Calls, index: str, body: Mapping[str, Any], preference: str = "") -> dict[str, Any]:
    """The answer to a search; see ``Client.search``."""
    path = f"{index}/_search" if index else "_search"
    params = {_WHOLE: "false", **({"preference": preference} if preference else {})}
    content = calls.content(HttpRequest("POST", path, params, as_json(body)))
    if failure := incomplete(calls.address, content, calls.hide):
        raise failure
    return content


def msearch(calls: Calls, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The answers to several searches; see ``Client.msearch``. Those that could not be had are asked for again."""
    found: dict[int, dict[str, Any]] = {}
    patience = Patience(FAILOVER_SECONDS, _LONGEST_WAIT)
    while missing := [at for at in range(len(bodies)) if at not in found]:
        refusal = None
        for at, answer in zip(missing, _answers(calls, index, [bodies[at] for at in missing]), strict=True):
            if "error" in answer:
                status = answer.get("status")
                refusal = Refusal.of(status if isinstance(status, int) else 0, answer["error"], calls.hide)
                if not refusal.may_pass:
                    raise refused(calls.address, refusal)
            elif failure := incomplete(calls.address, answer, calls.hide):
                raise failure
            else:
                found[at] = answer
        if refusal is not None and not patience.wait():
            raise refused(calls.address, refusal)
    return [found[at] for at in range(len(bodies))]


def _answers(calls: Calls, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    header = {"index": index, _WHOLE: False}
    lines = as_lines(line for body in bodies for line in (header, body))
    content = calls.content(HttpRequest("POST", "_msearch", {}, lines, seconds=2 * READ_SECONDS))
    answers = content.get("responses")
    if (
        not isinstance(answers, list)
        or len(answers) != len(bodies)
        or not all(isinstance(answer, dict) for answer in answers)
    ):
        raise malformed(calls.address)
    return answers
