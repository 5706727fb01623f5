"""Answers that say why there is none: JSON for programs, a small page for people."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from searchkit.errors import DocumentNotFound, IndexFailure, QueryError, SearchkitError
from searchkit.messages import _
from searchkit.render.data import json_text
from searchkit.serve.pages.templates import environment

API = "/api/"

_RETRY_SECONDS = {503: "2"}


def json_response(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Data as JSON; control characters and bytes of file names that are no UTF-8 are escaped."""
    return Response(json_text(data), status, headers, "application/json")


def refusal(
    request: Request, status: int, message: str, hint: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """Why there is no answer, in the form of the answer that was asked for."""
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if request.url.path.startswith(API):
        return json_response({"error": message, "hint": hint}, status, headers)
    page = environment().get_template("refusal.html").render(heading=message, hint=hint)
    return HTMLResponse(page.encode("utf-8", "replace"), status, headers)


def failed(request: Request, error: Exception) -> Response:
    """What an error of the index says."""
    assert isinstance(error, SearchkitError)
    status = _status(error)
    headers = {"Retry-After": _RETRY_SECONDS[status]} if status in _RETRY_SECONDS else {}
    return refusal(request, status, error.message, error.hint, headers)


def unknown_address(request: Request, error: Exception) -> Response:
    """There is nothing at this address."""
    return refusal(request, 404, _("There is nothing at this address"))


def wrong_method(request: Request, error: Exception) -> Response:
    """Nothing can be changed here."""
    return refusal(request, 405, _("This server only answers GET and HEAD"), "", {"Allow": "GET, HEAD"})


def broken(request: Request, error: Exception) -> Response:
    """An error of searchkit itself; the server's log has it."""
    return refusal(request, 500, _("This is an error of searchkit"), _("the server's messages say more"))


def _status(error: SearchkitError) -> int:
    if isinstance(error, QueryError):
        return 400
    if isinstance(error, DocumentNotFound):
        return 404
    return 503 if isinstance(error, (IndexFailure, Overloaded)) else 500


class Overloaded(SearchkitError):
    """The server has more to do than it can, or a request took too long."""
