"""A cluster, asked: each call is tried again where that is safe, and gives a whole answer or an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.client import bulk, searches
from searchkit.engines.opensearch.client.bulk import Action, BulkResult
from searchkit.engines.opensearch.client.calls import Calls
from searchkit.engines.opensearch.client.ndjson import as_json
from searchkit.engines.opensearch.client.transport import READ_SECONDS, HttpRequest

Params = Mapping[str, str | int | bool]
"""Of a query string."""


class Client:
    """Asks a cluster. Any number of threads may use it, a process that was forked too, and it can be pickled.

    Nothing is asked and no credentials are read before the first call. Besides what it names, each call raises
    IndexUnreachable if no host answers, and IndexFailure of some kind if the cluster refuses.

    >>> client = Client(Address.parse("opensearch+http://127.0.0.1:9200/news"))
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._calls: Calls | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.address)!r})"

    def __reduce__(self) -> tuple[type[Client], tuple[Address]]:
        return type(self), (self.address,)

    def get(self, path: str, params: Params | None = None, *, seconds: float = READ_SECONDS) -> dict[str, Any]:
        """The answer to GET.

        Args:
            path: not quoted, such as ``news/_doc/7``. For a document that is not there the answer says
                ``"found": False``; an index that is not there is an error.
            params: of the query string.
            seconds: how long to wait for the answer.

        Raises:
            IndexNotFound: there is no such index or alias.
        """
        return self._content("GET", path, None, params, seconds)

    def post(
        self, path: str, body: object = None, params: Params | None = None, *, seconds: float = READ_SECONDS
    ) -> dict[str, Any]:
        """The answer to POST. It is sent again only where it reads, or was certainly not carried out.

        Args:
            path, params, seconds: see ``get``.
            body: what ``json.dumps`` takes, without lone surrogates.

        Raises:
            IndexNotFound: there is no such index or alias.
        """
        return self._content("POST", path, body, params, seconds)

    def put(
        self, path: str, body: object = None, params: Params | None = None, *, seconds: float = READ_SECONDS
    ) -> dict[str, Any]:
        """The answer to PUT; see ``post``.

        Raises:
            Conflict: what should be created is there already, or is not as ``params`` say.
        """
        return self._content("PUT", path, body, params, seconds)

    def delete(self, path: str, params: Params | None = None, *, seconds: float = READ_SECONDS) -> dict[str, Any]:
        """The answer to DELETE; see ``post``. A document that is not there is no error.

        Raises:
            IndexNotFound: there is no such index.
            Conflict: the document is not as ``params`` say.
        """
        return self._content("DELETE", path, None, params, seconds)

    def head(self, path: str, params: Params | None = None) -> bool:
        """Whether there is such an index, alias or document."""
        calls = self._of_process()
        answer = calls.answer(HttpRequest("HEAD", path, _texts(params)))
        if answer.status not in (200, 404):
            calls.object_of(answer)
        return answer.status == 200

    def search(self, index: str, body: Mapping[str, Any], preference: str = "") -> dict[str, Any]:
        """The answer to a search, of all shards or none.

        Args:
            index: where; empty if the body names a point in time.
            body: of ``_search``.
            preference: which copies of shards should answer; any unless said.

        Raises:
            IndexNotFound: there is no such index.
            TooManyClauses: the query is too long.
            IndexFailure: not all shards have answered, or not in time.
        """
        return searches.search(self._of_process(), index, body, preference)

    def msearch(self, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The answers to several searches that run side by side, in their order. Raises the same as ``search``."""
        return searches.msearch(self._of_process(), index, bodies)

    def bulk(self, index: str, actions: Iterable[Action]) -> BulkResult:
        """Carry out all actions, in requests that the server takes, and as slowly as it wants.

        Args:
            actions: each names its document (``_id``), since it may be sent twice: an answer may be lost. To create
                a document that exists is a success.

        Raises:
            IndexNotWritten: the disks are full.
            IndexFailure: one of the actions fails, or the server takes none for two minutes. Others may have been
                carried out.
        """
        return bulk.bulk(self._of_process(), index, actions)

    def _content(self, method: str, path: str, body: object, params: Params | None, seconds: float) -> dict[str, Any]:
        sent = None if body is None else as_json(body)
        return self._of_process().content(HttpRequest(method, path, _texts(params), sent, seconds))

    def _of_process(self) -> Calls:
        if self._calls is None:
            self._calls = Calls(self.address)
        return self._calls


def _texts(params: Params | None) -> dict[str, str]:
    """Values as OpenSearch writes them.

    >>> _texts({"refresh": True, "size": 3})
    {'refresh': 'true', 'size': '3'}
    """
    return {name: _text(value) for name, value in (params or {}).items()}


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
