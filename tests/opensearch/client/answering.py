"""A server that answers as a test says: what OpenSearch, a proxy or an attacker might."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from searchkit.engines.opensearch.address import Address

ROOT = {"version": {"distribution": "opensearch", "number": "2.19.1"}}
WHOLE = {"timed_out": False, "_shards": {"total": 2, "successful": 2, "skipped": 0, "failed": 0}, "hits": {"hits": []}}


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    params: dict[str, str]
    body: bytes
    headers: dict[str, str]
    port: int

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]


@dataclass(frozen=True)
class Reply:
    """An answer: a value is sent as JSON, bytes as they are; ``raw`` is all that is sent before the connection ends."""

    content: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


def refusal(status: int, kind: str, reason: str, **more: Any) -> Reply:
    return Reply({"error": {"type": kind, "reason": reason, **more}, "status": status}, status)


@dataclass
class Server:
    """What it was asked, but for ``GET /``, and what it answers."""

    answer: Callable[[Asked], Reply]
    root: Reply
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def address(self, scheme: str = "http", host: str = "127.0.0.1") -> Address:
        return Address.parse(f"opensearch+{scheme}://{host}:{self.port}/news")

    def reply_to(self, asked: Asked) -> Reply:
        if asked.path == "/":
            return self.root
        self.asked.append(asked)
        return self.answer(asked)


@contextmanager
def answering(
    answer: Callable[[Asked], Reply], root: Reply | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server on a port of this machine, until the block ends."""
    server = Server(answer, root or Reply(ROOT))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # the client has gone
                self.close_connection = True

        def do(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            port, named = self.client_address[1], {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, url.path, dict(parse_qsl(url.query)), body, named, port)
            self.reply(server.reply_to(asked))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do  # noqa: N815 - http.server's names

        def reply(self, reply: Reply) -> None:
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            body = reply.content if isinstance(reply.content, bytes) else json.dumps(reply.content).encode()
            self.send_response(reply.status)
            for name, value in ({"Content-Length": str(len(body))} | reply.headers).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Listening(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A handshake that fails is the client's matter."""

    with Listening(("127.0.0.1", 0), Handler) as http:
        if tls is not None:
            http.socket = tls.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
        server.port = http.server_address[1]
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
