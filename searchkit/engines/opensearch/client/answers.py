"""Is an answer what was asked for? JSON, whole, and of OpenSearch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from searchkit.engines.opensearch.address import Address, Host
from searchkit.engines.opensearch.client.credentials import Hide
from searchkit.engines.opensearch.client.failures import Refusal, one_line
from searchkit.engines.opensearch.client.transport import HttpAnswer
from searchkit.errors import IndexFailure, IndexUnreachable, SearchkitError
from searchkit.messages import _

MIN_VERSION = (2, 19)

_READ, _SHOWN = 4096, 80
"""Bytes and characters of an answer that is no JSON."""


def json_of(answer: HttpAnswer) -> dict[str, Any] | None:
    """The object that an answer holds; None if it holds something else, such as a proxy's page."""
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def refusal_of(answer: HttpAnswer, hide: Hide) -> Refusal:
    """What an answer with an error says."""
    content = json_of(answer)
    if content is not None and "error" in content:
        return Refusal.of(answer.status, content["error"], hide)
    return Refusal.of(answer.status, _beginning(answer, hide) if answer.body else None, hide)


def no_answer_of_opensearch(answer: HttpAnswer, hide: Hide) -> SearchkitError:
    """The error for an answer that OpenSearch does not give."""
    host = answer.host
    if 300 <= answer.status < 400:
        return IndexUnreachable(
            _("{host} sends elsewhere: {location}", host=host, location=one_line(hide(answer.location))),
            _("give the address of OpenSearch itself"),
        )
    return IndexUnreachable(
        _("{host} answers something else than JSON: {beginning}", host=host, beginning=_beginning(answer, hide)),
        _("is it OpenSearch?"),
    )


def check_version(host: Host, content: Mapping[str, Any], hide: Hide) -> None:
    """See whether the server is an OpenSearch that is new enough.

    Args:
        content: its answer to ``GET /``.

    Raises:
        IndexUnreachable: it is not.
    """
    version = content.get("version")
    version = version if isinstance(version, Mapping) else {}
    number = str(version.get("number", ""))
    if version.get("distribution") != "opensearch":
        raise IndexUnreachable(_("{host} is not OpenSearch", host=host), _("searchkit needs OpenSearch 2.19 or newer"))
    found = re.match(r"(\d{1,9})\.(\d{1,9})", number)
    if found is None or (int(found[1]), int(found[2])) < MIN_VERSION:
        raise IndexUnreachable(
            _("{host} has OpenSearch {version}", host=host, version=one_line(hide(number))),
            _("searchkit needs OpenSearch 2.19 or newer"),
        )


def incomplete(address: Address, content: Mapping[str, Any], hide: Hide) -> SearchkitError | None:
    """The error for an answer to a search that lacks some of the hits; None if it is whole."""
    shards = content.get("_shards")
    if not isinstance(shards, Mapping) or not isinstance(content.get("timed_out"), bool):
        return malformed(address)
    if content["timed_out"]:
        return IndexFailure(
            _("{hosts} did not finish the search in time", hosts=address.nodes), _("try again later, or ask for less")
        )
    total, successful, failed = (shards.get(name) for name in ("total", "successful", "failed"))
    if failed == 0 and successful == total:
        return None
    failure = Refusal.of(200, {"failures": shards.get("failures")}, hide)
    reason = failure.told if failure.errors else one_line(hide(f"{successful} / {total}"))
    return IndexFailure(
        _("{hosts} searched a part of the index only: {reason}", hosts=address.nodes, reason=reason),
        _("try again later"),
    )


def malformed(address: Address) -> SearchkitError:
    """The error for JSON that does not say what it should."""
    return IndexUnreachable(
        _("what {hosts} answers is not what OpenSearch answers", hosts=address.nodes), _("is a proxy in between?")
    )


def _beginning(answer: HttpAnswer, hide: Hide) -> str:
    text = one_line(hide(answer.body[:_READ].decode("utf-8", "replace")))
    return repr(text[:_SHOWN])
