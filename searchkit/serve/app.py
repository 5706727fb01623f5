"""The application: pages and addresses for programs, behind the checks of ``safety``."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from searchkit.errors import SearchkitError
from searchkit.index import Index
from searchkit.serve.answering import AnswerCache, Answers
from searchkit.serve.api.endpoints import ENDPOINTS, Endpoint
from searchkit.serve.api.openapi import description
from searchkit.serve.api.parameters import read_parameters
from searchkit.serve.pages import Pages
from searchkit.serve.rates import RateLimit
from searchkit.serve.refusing import broken, failed, json_response, unknown_address, wrong_method
from searchkit.serve.safety import Access, Safety
from searchkit.serve.workers import Workers

_COMPRESSED_FROM = 1_000  # bytes


def create_app(
    index: Index,
    access: Access | None = None,
    rates: RateLimit | None = None,
    workers: Workers | None = None,
    *,
    keeps_past: bool = True,
) -> Starlette:
    """The site of an index, as an ASGI application.

    Args:
        index: what is searched; a rebuild done meanwhile is seen at the next request.
        access: who may ask; by default this computer.
        rates: how often a client may ask.
        workers: do the work.
        keeps_past: whether a reader's browser keeps what was searched for, to offer it again.

    >>> app = create_app(searchkit.open("index"))  # doctest: +SKIP
    """
    access = access or Access()
    answers = Answers(index, workers or Workers(), AnswerCache())
    pages = Pages(index, keeps_past)
    middleware = [Middleware(Safety, access=access, rates=rates or RateLimit())]
    if not access.local:  # this computer has no slow line to itself
        middleware.append(Middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=4))
    return Starlette(
        routes=[*_api_routes(index, answers), *(_in_threads(route, answers) for route in pages.routes())],
        middleware=middleware,
        exception_handlers={SearchkitError: failed, 404: unknown_address, 405: wrong_method, 500: broken},
    )


def _api_routes(index: Index, answers: Answers) -> list[BaseRoute]:
    described = json_response(description(ENDPOINTS))

    def answer(endpoint: Endpoint, request: Request) -> Response:
        values = read_parameters(request.scope["query_string"], endpoint.parameters)
        return json_response(endpoint.answer(index, values))

    def route(endpoint: Endpoint) -> Route:
        return answers.route(endpoint.path, lambda request: answer(endpoint, request))

    openapi = Route("/api/openapi.json", lambda request: described, methods=["GET"])
    return [openapi, *map(route, ENDPOINTS)]


def _in_threads(route: BaseRoute, answers: Answers) -> BaseRoute:
    """The route of a page, answered by the same threads as all; static files are sent as they are."""
    return answers.route(route.path, route.endpoint) if isinstance(route, Route) else route
