"""Who may ask: this computer, its own pages, whoever has the token. Everybody else is told why not."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchkit.messages import _, speaking
from searchkit.serve.pages import language
from searchkit.serve.rates import RateLimit
from searchkit.serve.refusing import API, refusal, wrong_method

STATIC = "/static/"
MAX_ADDRESS = 60_000
"""Bytes of a path with its parameters."""

_YEAR = 365 * 24 * 60 * 60

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True)
class Access:
    """Who may ask.

    Attributes:
        local: whether only this computer can; then the host must be named as this computer.
        names: names of hosts that are this server's, beside addresses and ``localhost``.
        token: what others must know; none if it is empty.
    """

    local: bool = True
    names: frozenset[str] = frozenset()
    token: str = field(default="", repr=False)

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this server, and not a name that somebody else made lead here (DNS rebinding).

        >>> Access().knows_host("127.0.0.1:8000"), Access().knows_host("evil.example:8000")
        (True, False)
        """
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
            urlsplit(f"//{host}").port  # noqa: B018 - raises ValueError for what is no port
        except ValueError:
            return False
        if name == "localhost" or name in self.names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self.local

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token; another one for each token, since ports share their cookies."""
        return f"searchkit-{hashlib.sha256(self.token.encode()).hexdigest()[:8]}"

    def is_token(self, text: str) -> bool:
        """Whether a text is the token, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), self.token.encode())


class Safety:
    """Asks every request whether it may pass, and says in every answer what a browser may do with it.

    Args:
        app: what answers.
        access: who may ask.
        rates: how often.
    """

    def __init__(self, app: ASGIApp, access: Access, rates: RateLimit) -> None:
        self._app = app
        self._access = access
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if message["status"] == 200 and request.url.path.startswith(STATIC) and request.url.query:
                    headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"  # its digest is in the address
            await send(message)

        with speaking(_language(request)):
            answer = next(self._refusals(request), None) or self._visit(request) or self._app
            await answer(scope, receive, send_safely)

    def _refusals(self, request: Request) -> Iterator[Response]:
        """Why the request does not pass, if anything."""
        if request.method not in ("GET", "HEAD"):
            yield wrong_method(request, Exception())
        if len(request.scope["path"]) + len(request.scope["query_string"]) > MAX_ADDRESS:
            yield refusal(request, 414, _("The address is too long"))
        if not self._access.knows_host(request.headers.get("host", "")):
            yield refusal(
                request,
                403,
                _("This server does not go by this name"),
                _("use the address that searchkit serve has printed"),
            )
        if _from_elsewhere(request):
            yield refusal(request, 403, _("Another site's page has asked for this"))
        if seconds := self._rates.wait(request.client.host if request.client else ""):
            after = {"Retry-After": str(math.ceil(seconds))}
            yield refusal(request, 429, _("Too many requests"), _("try again in a moment"), after)
        if not self._may_read(request):
            yield refusal(
                request,
                401,
                _("The token is missing"),
                _("use the address that searchkit serve has printed"),
                {"WWW-Authenticate": "Bearer"},
            )

    def _may_read(self, request: Request) -> bool:
        if not self._access.token or request.url.path.startswith(STATIC):
            return True
        scheme, _space, credentials = request.headers.get("authorization", "").partition(" ")
        given = (
            credentials.strip() if scheme.lower() == "bearer" else "",
            request.cookies.get(self._access.cookie, ""),
            _token_of_address(request),
        )
        return any([self._access.is_token(token) for token in given])  # noqa: C419 - all of them, in constant time

    def _visit(self, request: Request) -> Response | None:
        """For an address with the token, the same address without it, and the token as a cookie."""
        if not self._access.token or not _token_of_address(request):
            return None
        pairs = [pair for pair in _pairs(request) if pair[0] != "token"]
        path = "/" + quote(request.url.path.lstrip("/\\"))  # two slashes would lead to another host
        query = urlencode(pairs, errors="surrogateescape")
        response = RedirectResponse(f"{path}?{query}" if query else path, 303)
        response.set_cookie(self._access.cookie, self._access.token, httponly=True, samesite="lax")
        response.headers["Cache-Control"] = "no-store"
        return response


def _from_elsewhere(request: Request) -> bool:
    """Whether a page of another site asks, and not a person who has followed a link to a page."""
    site = request.headers.get("sec-fetch-site", "none")
    fetch = (request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest"))
    if site not in ("same-origin", "none"):
        return fetch != ("navigate", "document") or request.url.path.startswith(API)
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _token_of_address(request: Request) -> str:
    return "" if request.url.path.startswith(API) else dict(_pairs(request)).get("token", "")


def _pairs(request: Request) -> list[tuple[str, str]]:
    query: bytes = request.scope["query_string"]
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="surrogateescape")


def _language(request: Request) -> str:
    return language.chosen(
        request.query_params.get("lang"),
        request.cookies.get(language.COOKIE),
        request.headers.get("accept-language", ""),
    )
