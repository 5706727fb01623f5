"""A request is sent again, to another host perhaps, as long as that is safe and may help."""

from __future__ import annotations

from typing import Any

from searchkit.engines.opensearch.address import Address, Host
from searchkit.engines.opensearch.client.answers import (
    check_version,
    json_of,
    no_answer_of_opensearch,
    refusal_of,
)
from searchkit.engines.opensearch.client.failures import refused, unreachable
from searchkit.engines.opensearch.client.transport import HttpAnswer, HttpRequest, NoAnswer, Transport, Trouble
from searchkit.engines.opensearch.client.waiting import Patience

FAILOVER_SECONDS = 30.0
"""How long a call goes on while nodes fail: a cluster needs seconds to notice and to choose another manager."""

_FIRST_SECONDS = 1.0
"""How long one goes on that has had no answer yet: the address may be wrong."""

_LONGEST_WAIT = 2.0

_ROOT, _ROOT_SECONDS = "/", 10.0
"""Where a server says what it is, and how long that may take. Nothing has to be looked up for it."""


class Calls:
    """The calls of a process to a cluster.

    Raises:
        MissingDependency: urllib3 is not installed.
        SettingsError: what the environment says of credentials or certificates makes no sense.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._transport = Transport(address)
        self._answered = False
        self._checked = False

    def content(self, request: HttpRequest, patience: Patience | None = None) -> dict[str, Any]:
        """The JSON object that answers a request, whatever its status says of a document that is not there.

        Raises:
            SearchkitError: the server refuses, or there is no answer.
        """
        return self.object_of(self.answer(request, patience))

    def answer(self, request: HttpRequest, patience: Patience | None = None) -> HttpAnswer:
        """The answer of a server that is an OpenSearch new enough, whatever its status.

        Args:
            patience: how long to go on; ``FAILOVER_SECONDS`` where it is not given.

        Raises:
            SearchkitError: there is none.
        """
        if not self._checked:
            root = self._answer(HttpRequest("GET", _ROOT, seconds=_ROOT_SECONDS))
            check_version(root.host, self.object_of(root), self.hide)
            self._checked = True
        return self._answer(request, patience)

    def object_of(self, answer: HttpAnswer) -> dict[str, Any]:
        """The JSON object in an answer. Raises the error that the answer is."""
        content = json_of(answer)
        if 300 <= answer.status < 400 or (content is None and answer.status in (200, 201, 404)):
            raise no_answer_of_opensearch(answer, self.hide)
        if content is None or "error" in content or (answer.status >= 400 and answer.status != 404):
            raise refused(self.address, refusal_of(answer, self.hide))
        return content

    def hide(self, text: str) -> str:
        """A server's text without secrets."""
        return self._transport.credentials.hide(text)

    def _answer(self, request: HttpRequest, patience: Patience | None = None) -> HttpAnswer:
        patience = patience or Patience(FAILOVER_SECONDS if self._answered else _FIRST_SECONDS, _LONGEST_WAIT)
        tried: set[Host] = set()
        telling: HttpAnswer | NoAnswer | None = None
        while True:
            outcome = self._transport.attempt(request)
            tried.add(outcome.host)
            if isinstance(outcome, HttpAnswer):
                self._answered = True
            if not isinstance(telling, HttpAnswer) or isinstance(outcome, HttpAnswer) or outcome.was_sent:
                telling = outcome  # a host that is not there says less than one that refuses
            if not self._again(request, outcome):
                break
            if not _is_busy(request, outcome):
                self._transport.go_on_from(outcome.host)
                if self._transport.host not in tried:
                    continue
            if not patience.wait(outcome.retry_after if isinstance(outcome, HttpAnswer) else 0.0):
                break
        if isinstance(telling, NoAnswer):
            raise unreachable(self.address, telling)
        return telling

    def _again(self, request: HttpRequest, outcome: HttpAnswer | NoAnswer) -> bool:
        """Whether a request should be sent again after this."""
        if isinstance(outcome, NoAnswer):
            return outcome.may_pass and (request.is_repeatable or not outcome.was_sent)
        if outcome.status < 400:
            return False
        never_begun = outcome.status == 429
        return (request.is_repeatable or never_begun) and refusal_of(outcome, self.hide).may_pass


def _is_busy(request: HttpRequest, outcome: HttpAnswer | NoAnswer) -> bool:
    """Whether the server has too much to do: other hosts would have to do the same."""
    if isinstance(outcome, NoAnswer):
        return outcome.trouble is Trouble.TIMEOUT and request.path != _ROOT
    return outcome.status == 429
