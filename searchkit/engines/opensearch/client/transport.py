"""One request to one host and its answer, or why there is none."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from searchkit.engines.opensearch.address import Address, Host
from searchkit.engines.opensearch.client.credentials import Credentials, trusted
from searchkit.errors import MissingDependency
from searchkit.messages import _

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0

MAX_ANSWER_BYTES = 256 << 20
"""More than any answer that is asked for; a broken or hostile server would else fill the memory."""

_REPEATABLE = frozenset(
    {"_bulk", "_count", "_flush", "_mapping", "_mget", "_msearch", "_refresh", "_search", "_settings", "point_in_time"}
)
"""What may be posted or put twice. Of ``_bulk`` that is so since each of our actions names its document."""

_COMPRESSED_BYTES = 1024
_CONNECTIONS = 32
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is sent.

    Attributes:
        method: of HTTP.
        path: from the root, not quoted, such as ``/news/_search``.
        params: of its query string.
        body: JSON, or several lines of it; None for none.
        seconds: how long to wait for the answer.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    seconds: float = READ_SECONDS

    @property
    def is_repeatable(self) -> bool:
        """Whether it does no harm to send it again where it may have been carried out."""
        return self.method in ("GET", "HEAD") or self.path.rpartition("/")[2] in _REPEATABLE

    @property
    def target(self) -> str:
        """The path and the query string as they are sent."""
        path = "/" + quote(self.path.lstrip("/"), safe="/,*")
        return f"{path}?{urlencode(self.params)}" if self.params else path


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back.

    Attributes:
        host: from whom.
        status: of HTTP.
        body: as it was before compression.
        retry_after: seconds after which the server, or a proxy, wants to be asked again; 0 if it names none.
        location: where a redirect leads.
    """

    host: Host
    status: int
    body: bytes = field(repr=False)
    retry_after: float = 0.0
    location: str = ""


class Trouble(Enum):
    """Why there is no answer."""

    REFUSED = "refused"
    """Nobody listens there; nothing was sent."""
    UNKNOWN_HOST = "unknown host"
    """The name has no address; nothing was sent."""
    CONNECT_TIMEOUT = "connect timeout"
    """Nothing was sent."""
    UNTRUSTED = "untrusted"
    """The certificate is not to be trusted; nothing was sent."""
    NO_TLS = "no TLS"
    """The server speaks something else; nothing was sent."""
    TIMEOUT = "timeout"
    """The request was sent; what became of it is not known."""
    LOST = "lost"
    """The connection broke while the request was sent or answered."""
    GARBLED = "garbled"
    """The answer is no HTTP, or not what its compression says."""
    HUGE = "huge"
    """The answer is longer than ``MAX_ANSWER_BYTES``."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What came instead of an answer.

    Attributes:
        host: from whom.
        trouble: why.
        detail: what TLS says.
    """

    host: Host
    trouble: Trouble
    detail: str = ""

    @property
    def was_sent(self) -> bool:
        """Whether the request may have been carried out."""
        return self.trouble in (Trouble.TIMEOUT, Trouble.LOST, Trouble.GARBLED, Trouble.HUGE)

    @property
    def may_pass(self) -> bool:
        """Whether it is worth another attempt."""
        return self.trouble not in (Trouble.UNTRUSTED, Trouble.NO_TLS, Trouble.GARBLED, Trouble.HUGE)


class Transport:
    """The connections of one process to a cluster: any number of threads may use them.

    A process that was forked makes its own, since two that share a connection would read each other's answers.

    Raises:
        MissingDependency: urllib3 is not installed.
        SettingsError: what the environment says of credentials or certificates makes no sense.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.credentials = Credentials(address)
        self._context = trusted() if address.scheme == "https" else None
        self._pools: dict[tuple[int, Host], HTTPConnectionPool] = {}
        self._turn = os.getpid()  # processes begin with different hosts
        _urllib3()

    @property
    def host(self) -> Host:
        """The host that is asked next."""
        return self.address.hosts[self._turn % len(self.address.hosts)]

    def go_on_from(self, host: Host) -> None:
        """Ask the host after this one next, unless another thread has gone on already."""
        if self.host == host:
            self._turn += 1

    def attempt(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        """Send a request once, to ``host``."""
        urllib3 = _urllib3()
        host = self.host
        headers, body = self._headers_and_body(request, host)
        errors = urllib3.exceptions
        try:
            response = self._pool(host).urlopen(
                request.method,
                request.target,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=request.seconds),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                content = _content(response)
            finally:
                response.release_conn()
        except errors.SSLError as error:
            return _tls_trouble(host, error)
        except errors.NameResolutionError:
            return NoAnswer(host, Trouble.UNKNOWN_HOST)
        except errors.NewConnectionError:
            return NoAnswer(host, Trouble.REFUSED)
        except errors.ConnectTimeoutError:
            return NoAnswer(host, Trouble.CONNECT_TIMEOUT)
        except errors.ReadTimeoutError:
            return NoAnswer(host, Trouble.TIMEOUT)
        except errors.DecodeError:
            return NoAnswer(host, Trouble.GARBLED)
        except (errors.HTTPError, OSError) as error:
            return NoAnswer(host, Trouble.GARBLED if _is_no_http(error) else Trouble.LOST)
        if content is None:
            return NoAnswer(host, Trouble.HUGE)
        named = response.headers
        return HttpAnswer(
            host, response.status, content, _seconds(named.get("retry-after", "")), named.get("location", "")
        )

    def _headers_and_body(self, request: HttpRequest, host: Host) -> tuple[dict[str, str], bytes | None]:
        headers: dict[str, str] = {"User-Agent": "searchkit", **self.credentials.headers(host)}
        body = request.body
        if not host.is_loopback:  # within a machine, compressing takes longer than sending
            headers["Accept-Encoding"] = "gzip"
            if body is not None and len(body) > _COMPRESSED_BYTES:
                body = gzip.compress(body, compresslevel=1)
                headers["Content-Encoding"] = "gzip"
        if body is not None:
            headers["Content-Type"] = "application/json"
        return headers, body

    def _pool(self, host: Host) -> HTTPConnectionPool:
        key = (os.getpid(), host)
        if (pool := self._pools.get(key)) is None:
            urllib3 = _urllib3()
            if self._context is None:
                pool = urllib3.HTTPConnectionPool(host.name, host.port, maxsize=_CONNECTIONS)
            else:
                pool = urllib3.HTTPSConnectionPool(
                    host.name, host.port, maxsize=_CONNECTIONS, ssl_context=self._context
                )
            pool = self._pools.setdefault(key, pool)
        return pool


def _content(response: BaseHTTPResponse) -> bytes | None:
    """The whole body of an answer; None if it is too long."""
    chunks, size = [], 0
    for chunk in _chunks(response):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            response.close()
            return None
    return b"".join(chunks)


def _chunks(response: BaseHTTPResponse) -> Iterator[bytes]:
    return response.stream(_CHUNK, decode_content=True)


def _tls_trouble(host: Host, error: Exception) -> NoAnswer:
    import ssl  # loaded with urllib3

    cause: Any = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return NoAnswer(host, Trouble.UNTRUSTED, cause.verify_message)
    if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return NoAnswer(host, Trouble.LOST)
    return NoAnswer(host, Trouble.NO_TLS, str(getattr(cause, "reason", "") or "").replace("_", " ").lower())


def _is_no_http(error: BaseException) -> bool:
    """Whether what came is no HTTP: a garbled status line, say, but no connection that ended."""
    from http.client import HTTPException, IncompleteRead, RemoteDisconnected  # loaded with urllib3

    causes = [error, *error.args]
    ended = any(isinstance(cause, IncompleteRead | RemoteDisconnected) for cause in causes)
    return not ended and any(isinstance(cause, HTTPException) for cause in causes)


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0.0


def _urllib3() -> Any:
    try:
        import urllib3  # 50 ms, which only this engine needs
    except ImportError:
        pass
    else:
        return urllib3
    raise MissingDependency(
        _("{package} is not installed", package="urllib3"), _("run: pip install 'searchkit[opensearch]'")
    )
