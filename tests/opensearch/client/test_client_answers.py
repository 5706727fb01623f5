"""What a client sends, and what it makes of the answers: a whole answer or an error that says what mends it."""

from __future__ import annotations

import copy
import gzip
import json
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.client import transport
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.client.failures import Conflict, RequestRefused, TooManyClauses
from searchkit.errors import (
    IndexFailure,
    IndexNotFound,
    IndexNotWritten,
    IndexUnreachable,
    MissingDependency,
    QueryError,
    SearchkitError,
)
from tests.opensearch.client.answering import ROOT, WHOLE, Asked, Reply, answering, refusal

CALLS: dict[str, Callable[[Client], object]] = {
    "get": lambda client: client.get("news/_doc/1"),
    "post": lambda client: client.post("news/_clone/x", {"settings": {}}),
    "put": lambda client: client.put("news", {}),
    "delete": lambda client: client.delete("news"),
    "head": lambda client: client.head("news"),
    "search": lambda client: client.search("news", {"size": 1}),
    "msearch": lambda client: client.msearch("news", [{"size": 1}]),
    "bulk": lambda client: client.bulk("news", [({"create": {"_id": "1"}}, {"body": "正文"})]),
}


def failure(reply: Reply, call: str = "get", root: Reply | None = None) -> SearchkitError:
    """The error that a call raises where everything is answered so."""
    with answering(lambda _asked: reply, root) as server, pytest.raises(SearchkitError) as caught:
        CALLS[call](Client(server.address()))
    return caught.value


def test_a_call_sends_json_in_utf_8_and_quotes_its_path() -> None:
    with answering(lambda asked: Reply({"found": asked.method})) as server:
        client = Client(server.address())
        assert client.put("新闻-1/_doc/a b%?", {"标题": "通关"}, {"refresh": True, "size": 3}) == {"found": "PUT"}
    (asked,) = server.asked
    assert (asked.path, asked.params) == ("/%E6%96%B0%E9%97%BB-1/_doc/a%20b%25%3F", {"refresh": "true", "size": "3"})
    assert (asked.body, asked.headers["content-type"]) == ('{"标题":"通关"}'.encode(), "application/json")
    assert "authorization" not in asked.headers


def test_a_large_body_is_compressed_but_not_within_a_machine() -> None:
    """0.0.0.0 reaches this machine, but does not say so."""
    with answering(lambda asked: Reply(gzip.compress(asked.body), headers={"Content-Encoding": "gzip"})) as server:
        for host in ("127.0.0.1", "0.0.0.0"):
            for value in ("x" * 2000, "x"):
                assert Client(server.address(host=host)).post("_count", {"a": value}) == {"a": value}
    sent = [(asked.headers.get("content-encoding"), asked.headers.get("accept-encoding")) for asked in server.asked]
    assert sent == [(None, "identity"), (None, "identity"), ("gzip", "gzip"), (None, "gzip")]


def test_a_document_that_is_not_there_is_an_answer() -> None:
    with answering(lambda asked: Reply({"found": False}, 404)) as server:
        client = Client(server.address())
        assert client.get("news/_doc/1") == {"found": False}
        assert client.head("news/_doc/1") is False


def test_searches_want_all_shards() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(
            {"responses": [WHOLE | {"took": line["size"]} for line in asked.lines[1::2]]} if asked.lines[1:] else WHOLE
        )

    with answering(answer) as server:
        client = Client(server.address())
        assert client.search("news", {"size": 1}) == WHOLE
        assert client.search("", {"pit": {"id": "x"}}) == WHOLE
        assert [found["took"] for found in client.msearch("news", [{"size": 3}, {"size": 4}])] == [3, 4]
        assert client.msearch("news", []) == []
    one, pit, many = server.asked
    assert (one.path, pit.path, one.params) == ("/news/_search", "/_search", {"allow_partial_search_results": "false"})
    assert many.lines[::2] == [{"index": "news", "allow_partial_search_results": False}] * 2


PART = {"total": 2, "successful": 1, "failed": 1, "failures": [{"reason": {"type": "x_exception", "reason": "why"}}]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WHOLE | {"timed_out": True}, "did not finish the search in time"),
        (WHOLE | {"_shards": PART}, "a part of the index only: x_exception: why"),
        (WHOLE | {"_shards": {"total": 2, "successful": 1, "failed": 0}}, "a part of the index only: 1 / 2"),
        (WHOLE | {"_shards": {"total": 2}}, "a part of the index only"),
        ({"hits": {}}, "not what OpenSearch answers"),
        (WHOLE | {"_shards": []}, "not what OpenSearch answers"),
        (WHOLE | {"timed_out": None}, "not what OpenSearch answers"),
    ],
)
@pytest.mark.parametrize("call", ["search", "msearch"])
def test_a_part_of_the_answer_is_an_error(content: dict[str, Any], said: str, call: str) -> None:
    reply = Reply({"responses": [content]} if call == "msearch" else content)
    assert said in str(failure(reply, call))


@pytest.mark.parametrize("call", ["msearch", "bulk"])
@pytest.mark.parametrize(
    "content",
    [{}, {"responses": None, "items": 1}, {"responses": [], "items": []}, {"responses": [1], "items": [1]},
     {"responses": [[]], "items": [{"create": {}}]}, {"errors": True, "items": [{"index": {"status": 200}}]}],
)  # fmt: skip
def test_an_answer_of_another_form_is_an_error(call: str, content: dict[str, Any]) -> None:
    assert "not what OpenSearch answers" in str(failure(Reply(content), call))


def shard_failure(reason: dict[str, Any]) -> dict[str, Any]:
    return {"failed_shards": [{"shard": 0, "reason": reason}]}


BLOCK = "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded, index has read-only-allow-delete block];"
NO_RIGHT = "no permissions for [indices:data/write/bulk[s]] and User [name=reader, backend_roles=[]]"
CLAUSES = {
    "type": "query_shard_exception",
    "reason": "failed",
    "caused_by": {"type": "too_many_clauses", "reason": "maxClauseCount is set to 1024"},
}
WINDOW = {"type": "illegal_argument_exception", "reason": "Result window is too large, from + size must be less"}


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (refusal(404, "index_not_found_exception", "no such index [x]"), IndexNotFound,
         "no index in opensearch+http://127.0.0.1:{port}/news; run: searchkit rebuild-index --index opensearch+http"),
        (Reply({"error": "alias [news] missing", "status": 404}, 404), IndexNotFound, "run: searchkit rebuild-index"),
        (Reply(b"Unauthorized", 401), IndexUnreachable, "set SEARCHKIT_OPENSEARCH_USER and SEARCHKIT_OPENSEARCH_PASSW"),
        (refusal(403, "security_exception", NO_RIGHT), IndexFailure, "no right to do that in 127.0.0.1:{port}: indices:"
         "data/write/bulk[s]; ask its administrator for that right on news, news-*"),
        (refusal(403, "cluster_block_exception", "index [x] blocked by: [FORBIDDEN/8/index write (api)];"),
         RequestRefused, "refuses: 403 cluster_block_exception: index [x] blocked by"),
        (refusal(429, "cluster_block_exception", BLOCK), IndexNotWritten, "are full; the old index stands; free some"),
        (refusal(403, "cluster_block_exception", "blocked by: [FORBIDDEN/10/cluster create-index blocked (api)]"),
         IndexNotWritten, "raise cluster.routing.allocation.disk.watermark.flood_stage"),
        (refusal(500, "i_o_exception", "No space left on device"), IndexNotWritten, "free some space"),
        (refusal(400, "validation_exception", "this cluster currently has [1000]/[1000] maximum shards open"),
         IndexNotWritten, "raise cluster.max_shards_per_node"),
        (refusal(400, "search_phase_execution_exception", "all shards failed", **shard_failure(CLAUSES)),
         TooManyClauses, "query_shard_exception: failed; too_many_clauses: maxClauseCount is set to 1024"),
        (refusal(400, "search_phase_execution_exception", "all shards failed", **shard_failure(WINDOW)),
         QueryError, "ask for an earlier page"),
        (refusal(429, "circuit_breaking_exception", "[parent] Data too large", durability="PERMANENT"),
         IndexFailure, "has too little memory for that: circuit_breaking_exception: [parent] Data too large; give"),
        (refusal(500, "out_of_memory_error", "Java heap space"), IndexFailure, "larger heap (-Xmx)"),
        (refusal(429, "rejected_execution_exception", "queue is full"), IndexUnreachable, "try again later"),
        (refusal(503, "search_phase_execution_exception", "all shards failed"), IndexUnreachable,
         "cannot do that now: search_phase_execution_exception: all shards failed; are all nodes of the cluster"),
        (refusal(500, "node_not_connected_exception", "gone"), IndexUnreachable, "are all nodes of the cluster"),
        (Reply(b"<html>Bad Gateway</html>", 502), IndexUnreachable, "cannot do that now: '<html>Bad Gateway</html>'"),
        (refusal(409, "version_conflict_engine_exception", "[1]: version conflict"), Conflict, "409 version_conflict"),
        (refusal(400, "resource_already_exists_exception", "index [x] already exists"), Conflict, "already exists"),
        (refusal(400, "new_exception", "what\nnobody\x1b[31m\u202e knows " + "x" * 10_000), RequestRefused,
         "refuses: 400 new_exception: what nobody [31m knows xxx"),
        (Reply({"error": "no handler found for uri [/x]"}, 400), RequestRefused, "400 no handler found for uri [/x]"),
        (Reply({"error": {}}, 418), RequestRefused, "refuses: 418 HTTP 418"),
        (Reply({"error": {"type": ["x"], "reason": {"reason": 1}, "root_cause": 7}}), RequestRefused, "HTTP 200"),
        (Reply(b"", 500), RequestRefused, "refuses: 500 HTTP 500"),
        (Reply(b"<html><h1>It works!</h1>\n</html>"), IndexUnreachable, "else than JSON: '<html><h1>It works!"),
        (Reply(b"<html>", 404), IndexUnreachable, "something else than JSON: '<html>'; is it OpenSearch?"),
        (Reply(b""), IndexUnreachable, "something else than JSON: ''"),
        (Reply(b"[1]"), IndexUnreachable, "something else than JSON: '[1]'"),
        (Reply(b'{"took":1,'), IndexUnreachable, "something else than JSON"),
        (Reply(b"\xff\xfe{}"), IndexUnreachable, "something else than JSON"),
        (Reply(b'{"a":' * 100_000), IndexUnreachable, "something else than JSON"),
        (Reply(b'{"a":' + b"9" * 5000 + b"}"), IndexUnreachable, "something else than JSON"),
        (Reply({}, 302, {"Location": "https://login.example.org/\x1b[2J"}), IndexUnreachable,
         "sends elsewhere: https://login.example.org/ [2J; give the address of OpenSearch itself"),
        (Reply({}, headers={"Content-Encoding": "gzip"}), IndexUnreachable,
         "no answer from 127.0.0.1:{port}: what it answers is no HTTP"),
        (Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), IndexUnreachable, "is no HTTP; is OpenSearch running there? If it s"),
        (Reply(raw=b""), IndexUnreachable, "the connection broke; is OpenSearch running there? If it speaks"),
        (Reply(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"cut": '), IndexUnreachable, "broke"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}"), IndexUnreachable, "broke"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), IndexUnreachable, "broke"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"), IndexUnreachable, "no HTTP"),
    ],
)  # fmt: skip
def test_an_error_says_what_mends_it(reply: Reply, error: type[SearchkitError], said: str) -> None:
    found = failure(reply)
    assert type(found) is error
    assert said.format(port=port_in(found)) in str(found)
    assert str(found).isprintable()
    assert len(str(found)) < 700
    assert found.__context__ is None


def port_in(error: SearchkitError) -> str:
    return str(error).partition("127.0.0.1:")[2][:5].rstrip(":/;,")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refusal(400, "parsing_exception", "no"), RequestRefused),
        (refusal(404, "index_not_found_exception", "no"), IndexNotFound),
        (Reply(status=301, headers={"Location": "/"}), IndexUnreachable),
        (Reply(raw=b""), IndexUnreachable),
    ],
)
def test_every_call_raises_them(call: str, reply: Reply, error: type[SearchkitError]) -> None:
    if call == "head" and reply.status == 404:
        return  # which is an answer to it
    assert type(failure(reply, call)) is error


def test_an_answer_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", 1 << 20)
    bomb = gzip.compress(json.dumps(" " * (2 << 20)).encode())
    assert "its answer does not end" in str(failure(Reply(bomb, headers={"Content-Encoding": "gzip"})))
    assert "its answer does not end" in str(failure(Reply(b" " * (2 << 20))))


def test_a_server_that_is_silent_is_not_waited_for() -> None:
    done = threading.Event()

    def answer(_asked: Asked) -> Reply:
        done.wait()
        return Reply({})

    with answering(answer) as server:
        with pytest.raises(IndexUnreachable, match="no answer in time"):
            Client(server.address()).post("news/_clone/x", seconds=0.05)
        done.set()
    assert len(server.asked) == 1


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(IndexUnreachable, match=rf"^no answer from 127.0.0.1:{port}: nobody listens there; is"):
            Client(Address.parse(f"opensearch+http://127.0.0.1:{port}/news")).get("/")


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ({"version": {"distribution": "opensearch", "number": "2.18.0"}}, "has OpenSearch 2.18.0; searchkit needs"),
        ({"version": {"distribution": "opensearch", "number": "1.3"}}, "has OpenSearch 1.3"),
        ({"version": {"distribution": "opensearch", "number": "x"}}, "has OpenSearch x"),
        ({"version": {"number": "8.15.0", "build_flavor": "default"}}, "is not OpenSearch"),
        ({"couchdb": "Welcome", "version": "3.3"}, "is not OpenSearch"),
        ({}, "is not OpenSearch"),
    ],
)
def test_another_server_or_an_old_one_is_refused(root: dict[str, Any], said: str) -> None:
    assert said in str(failure(Reply({}), root=Reply(root)))


@pytest.mark.parametrize("number", ["2.19.0", "2.20", "3.0.0-beta1", "10.1.0-SNAPSHOT"])
def test_a_newer_one_is_taken(number: str) -> None:
    root = {"version": {"distribution": "opensearch", "number": number}}
    with answering(lambda _asked: Reply({}), Reply(root)) as server:
        assert Client(server.address()).get("x") == {}


def test_the_server_is_asked_for_its_version_once() -> None:
    roots: list[Asked] = []
    with answering(lambda _asked: Reply({})) as server:
        server.reply_to = lambda asked: Reply(roots.append(asked) or ROOT) if asked.path == "/" else Reply({})  # type: ignore[method-assign]
        client = Client(server.address())
        client.get("a")
        client.get("b")
    assert len(roots) == 1


def test_errors_and_clients_can_be_pickled_and_copied() -> None:
    found = failure(refusal(400, "resource_already_exists_exception", "is there"))
    copied = pickle.loads(pickle.dumps(found))
    assert (type(copied), str(copied), copied.status, copied.kind) == (
        Conflict, str(found), 400, "resource_already_exists_exception"
    )  # fmt: skip
    with answering(lambda _asked: Reply({"a": 1})) as server:
        client = Client(server.address())
        client.get("x")
        for other in (pickle.loads(pickle.dumps(client)), copy.deepcopy(client)):
            assert (other.get("x"), repr(other)) == ({"a": 1}, f"Client('{server.address()}')")


FORKED = """
import os, sys
from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.client.client import Client
client = Client(Address.parse(sys.argv[1]))
client.get("parent")
if (child := os.fork()) == 0:
    client.get("child")
    client.get("child")
    os._exit(0)
client.get("parent")
assert os.waitpid(child, 0)[1] == 0
client.get("parent")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_has_connections_of_its_own() -> None:
    with answering(lambda _asked: Reply({})) as server:
        root = Path(__file__).parents[3]
        subprocess.run([sys.executable, "-c", FORKED, str(server.address())], check=True, cwd=root)
    ports = {path: {asked.port for asked in server.asked if asked.path == path} for path in ("/parent", "/child")}
    assert [len(ports["/parent"]), len(ports["/child"])] == [1, 1]
    assert ports["/parent"].isdisjoint(ports["/child"])


def test_threads_share_a_client() -> None:
    with answering(lambda asked: Reply({"path": asked.path})) as server:
        client = Client(server.address())
        found: list[tuple[int, str]] = []
        threads = [
            threading.Thread(target=lambda n=n: found.extend((n, client.get(f"{n}")["path"]) for _ in range(20)))
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 160
    assert {path for n, path in found if path != f"/{n}"} == set()


def test_what_is_missing_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    with pytest.raises(
        MissingDependency, match=r"urllib3 is not installed; run: pip install 'searchkit\[opensearch\]'"
    ):
        Client(Address.parse("opensearch+http://127.0.0.1/news")).get("/")
