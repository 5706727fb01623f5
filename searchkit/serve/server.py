"""The server: a socket, its address, and an end without a trace."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import os
import re
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from searchkit.errors import SearchkitError
from searchkit.messages import _
from searchkit.serve.safety import Access

TOKEN_VARIABLE = "SEARCHKIT_TOKEN"

_MAX_CONNECTIONS = 512
_TOKEN = re.compile("[A-Za-z0-9_.~-]{16,200}")
_GOODBYE_SECONDS = 3


class CannotServe(SearchkitError):
    """The server cannot use its address, or its token."""


@dataclass(frozen=True)
class Place:
    """Where the server listens.

    Attributes:
        socket: bound and listening: who connects from now on is served once the server runs.
        access: who may ask.
    """

    socket: socket.socket
    access: Access

    @property
    def address(self) -> str:
        """The address to open, with the token if there is one."""
        host, port = self.socket.getsockname()[:2]
        if ipaddress.ip_address(host).is_unspecified:
            host = socket.gethostname() if not self.access.local else host
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{port}/" + (f"?token={self.access.token}" if self.access.token else "")


def listen(host: str, port: int) -> Place:
    """Listen at an address; any but this computer's own takes a token: the environment's, or a new one.

    Args:
        host: a name or an address.
        port: 0 for any that is free.

    Raises:
        CannotServe: the address is in use or none of this computer's, or the environment's token is too short.
    """
    try:
        family, _type, _protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.create_server(address[:2], family=family, backlog=_MAX_CONNECTIONS)
    except (OSError, UnicodeError) as error:
        raise CannotServe(
            _("cannot listen at {host}, port {port}: {reason}", host=host, port=port, reason=_reason(error)),
            _("choose another one: searchkit serve --port 0 takes any that is free"),
        ) from None
    try:
        local = ipaddress.ip_address(bound.getsockname()[0].partition("%")[0]).is_loopback
        return Place(bound, Access(local, _names(host), _token(local)))
    except BaseException:
        bound.close()
        raise


def run(app: ASGIApp, place: Place) -> None:
    """Answer requests until Ctrl-C or SIGTERM."""
    log = logging.StreamHandler()
    log.setFormatter(_OneLine("searchkit: %(message)s"))
    log.addFilter(_is_no_cancellation)
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(log)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        h11_max_incomplete_event_size=65_536,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # a client could say that it is another one
        ws="none",
        lifespan="off",
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    try:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[place.socket])
    finally:
        logger.removeHandler(log)


def _names(host: str) -> frozenset[str]:
    own = socket.gethostname().lower()
    return frozenset({host.lower(), own, f"{own}.local"})


def _token(local: bool) -> str:
    token = os.environ.get(TOKEN_VARIABLE, "")
    if token and not _TOKEN.fullmatch(token):
        raise CannotServe(
            _("{variable} is no token", variable=TOKEN_VARIABLE),
            _("use 16 letters and digits or more, or leave it out: then one is made"),
        )
    return token or ("" if local else secrets.token_urlsafe(24))


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return _("another program listens there")
    return getattr(error, "strerror", None) or str(error)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """Whether a record is of something else than a request that Ctrl-C cut off."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


class _OneLine(logging.Formatter):
    """Writes an error on one line, unless SEARCHKIT_DEBUG asks for all of it."""

    def format(self, record: logging.LogRecord) -> str:
        debugging = os.environ.get("SEARCHKIT_DEBUG", "") not in ("", "0")
        error = record.exc_info[1] if record.exc_info else None
        if error is None or debugging:
            return super().format(record)
        hint = _("to report it, run again with SEARCHKIT_DEBUG=1")
        said = _("unexpected {name}: {error}; {hint}", name=type(error).__name__, error=error, hint=hint)
        return f"searchkit: {' '.join(said.split())}"
