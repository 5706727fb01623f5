"""From a request to its answer: one that the client or the server still has, or a new one from a thread."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from searchkit.index import Index
from searchkit.serve.pages import language
from searchkit.serve.workers import Workers

Handler = Callable[[Request], Response]

_MAX_BYTES = 32_000_000


@dataclass(slots=True)
class AnswerCache:
    """Keeps the answers that were used last, up to a number of bytes; of one thread.

    Attributes:
        max_bytes: of the bodies together.
    """

    max_bytes: int = _MAX_BYTES
    _answers: OrderedDict[str, Response] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def get(self, key: str) -> Response | None:
        """The answer that was kept under a key."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def keep(self, key: str, answer: Response) -> None:
        """Keep an answer, in the place of those that were not used for the longest time."""
        if key in self._answers or len(answer.body) > self.max_bytes // 8:
            return
        self._answers[key] = answer
        self._bytes += len(answer.body)
        while self._bytes > self.max_bytes:
            self._bytes -= len(self._answers.popitem(last=False)[1].body)


class Answers:
    """Answers requests about an index.

    An answer depends on the index' version, the address, the language and the day, since 去年 is another year then. A
    tag of these four tells a client, and the cache, whether the answer that it has still holds.

    Args:
        index: what is searched.
        workers: do the work.
        cache: keeps the answers.
    """

    def __init__(self, index: Index, workers: Workers, cache: AnswerCache) -> None:
        self._index = index
        self._workers = workers
        self._versions = Workers()  # of their own, so that what is kept does not wait for searches
        self._cache = cache

    def route(self, path: str, handler: Handler) -> Route:
        """The route of an address whose answers a function makes."""

        async def answer(request: Request) -> Response:
            return await self._answer(request, handler)

        return Route(path, answer, methods=["GET"])

    async def _version(self) -> object:
        """The version of the index; while another machine is asked for it, other requests go on."""
        if self._index.is_remote:
            return await self._versions.run(lambda index: index.version, self._index)
        return self._index.version

    async def _answer(self, request: Request, handler: Handler) -> Response:
        version = await self._version()
        if version is None:  # the index is not there just now: its error says so
            return await self._workers.run(handler, request)
        tag = _tag(request, version)
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=_headers(tag))
        known = self._cache.get(tag)
        if known is not None:
            return known
        response = await self._workers.run(handler, request)
        if response.status_code == 200:
            response.headers.update(_headers(tag))
            self._cache.keep(tag, response)
        return response


def _tag(request: Request, version: object) -> str:
    spoken = language.chosen(
        request.query_params.get("lang"),
        request.cookies.get(language.COOKIE),
        request.headers.get("accept-language", ""),
    )
    parts = (version, request.url.path, request.scope["query_string"], spoken, dt.date.today())
    return f'W/"{hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]}"'


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
