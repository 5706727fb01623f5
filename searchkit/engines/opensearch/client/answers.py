"""Is an answer what was asked for? JSON, whole, and of OpenSearch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from searchkit.engines.opensearch.address import Address, Host
from searchkit.engines.opensearch.client.failures import Refusal, one_line
from searchkit.engines.opensearch.client.transport import HttpAnswer
from searchkit.errors import IndexFailure, IndexUnreachable, SearchkitError
from searchkit.messages import _

MIN_VERSION = (2, 19)

_SHOWN = 80


def json_of(answer: HttpAnswer) -> dict[str, Any] | None:
    """The object that an answer holds; None if it holds something else, such as a proxy's page."""
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def refusal_of(answer: HttpAnswer) -> Refusal:
    """What an answer with an error says."""
    content = json_of(answer)
    if content is not None and "error" in content:
        return Refusal.of(answer.status, content["error"])
    return Refusal.of(answer.status, _beginning(answer))


def no_answer_of_opensearch(answer: HttpAnswer) -> SearchkitError:
    """The error for an answer that OpenSearch does not give."""
    host = answer.host
    if 300 <= answer.status < 400:
        return IndexUnreachable(
            _("{host} sends elsewhere: {location}", host=host, location=one_line(answer.location)),
            _("give the address of OpenSearch itself"),
        )
    return IndexUnreachable(
        _("{host} answers something else than JSON: {beginning}", host=host, beginning=_beginning(answer)),
        _("is it OpenSearch?"),
    )


def check_version(host: Host, content: Mapping[str, Any]) -> None:
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
            _("{host} has OpenSearch {version}", host=host, version=one_line(number)),
            _("searchkit needs OpenSearch 2.19 or newer"),
        )


def incomplete(address: Address, content: Mapping[str, Any]) -> SearchkitError | None:
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
    failure = Refusal.of(200, {"failures": shards.get("failures")})
    return IndexFailure(
        _(
            "{hosts} searched a part of the index only: {reason}",
            hosts=address.nodes,
            reason=failure.told or one_line(f"{successful} / {total}"),
        ),
        _("try again later"),
    )


def malformed(address: Address) -> SearchkitError:
    """The error for JSON that does not say what it should."""
    return IndexUnreachable(
        _("what {hosts} answers is not what OpenSearch answers", hosts=address.nodes), _("is a proxy in between?")
    )


def _beginning(answer: HttpAnswer) -> str:
    text = one_line(answer.body[: 4 * _SHOWN].decode("utf-8", "replace"))
    return repr(text[:_SHOWN]) if text else "''"
