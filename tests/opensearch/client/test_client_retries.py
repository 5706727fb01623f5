"""Which calls are sent again, for how long, and to whom."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.client import calls
from searchkit.engines.opensearch.client.client import Client
from searchkit.errors import IndexUnreachable, SearchkitError
from tests.opensearch.client.answering import WHOLE, Asked, Reply, Server, answering, refusal
from tests.opensearch.client.conftest import Clock
from tests.opensearch.client.test_client_answers import CALLS

BUSY = refusal(429, "rejected_execution_exception", "queue is full")
AWAY = refusal(503, "no_shard_available_action_exception", "")
GONE = refusal(500, "node_disconnected_exception", "disconnected")
LOST = Reply(raw=b"")

GOOD = {
    "search": Reply(WHOLE),
    "msearch": Reply({"responses": [WHOLE]}),
    "bulk": Reply({"errors": False}),
}


def then(*replies: Reply) -> Callable[[Asked], Reply]:
    """Give these answers in turn, the last for good."""
    left = list(replies)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize(
    ("call", "trouble"),
    [
        (call, trouble)
        for call in ("get", "head", "search", "msearch", "bulk")
        for trouble in (BUSY, AWAY, GONE, LOST, Reply(b"<html>", 502), Reply(b"", 504))
        if (call, trouble) != ("head", GONE)  # its answer has no body, so a 500 says nothing of the cause
    ],
)
def test_what_can_be_repeated_is_sent_again(call: str, trouble: Reply, clock: Clock) -> None:
    with answering(then(trouble, trouble, GOOD.get(call, Reply({})))) as server:
        CALLS[call](Client(server.address()))
    assert (len(server.asked), len(clock.waits)) == (3, 2)


@pytest.mark.parametrize("trouble", [AWAY, GONE, LOST])
@pytest.mark.parametrize("call", ["post", "put", "delete"])
def test_what_may_have_been_done_is_not_done_twice(call: str, trouble: Reply) -> None:
    with answering(then(trouble, Reply({}))) as server, pytest.raises(SearchkitError):
        CALLS[call](Client(server.address()))
    assert len(server.asked) == 1


@pytest.mark.parametrize("call", ["post", "put", "delete"])
def test_what_a_busy_server_did_not_begin_is_sent_again(call: str) -> None:
    with answering(then(BUSY, Reply({}))) as server:
        CALLS[call](Client(server.address()))
    assert len(server.asked) == 2


@pytest.mark.parametrize("trouble", [BUSY, AWAY, LOST])
def test_waits_grow_and_end_after_half_a_minute(trouble: Reply, clock: Clock) -> None:
    with answering(lambda _asked: trouble) as server, pytest.raises(IndexUnreachable):
        Client(server.address()).search("news", {})
    assert 26 < clock.now <= 30
    assert clock.waits[0] < 0.1 < max(clock.waits) <= 2
    assert len(server.asked) == len(clock.waits) + 1


def test_a_server_says_when_to_come_back(clock: Clock) -> None:
    replies = [Reply({}, 429, {"Retry-After": seconds}) for seconds in ("1", "9999", "Wed, 21 Oct 2026 07:28:00 GMT")]
    with answering(then(*replies, Reply({}))) as server:
        Client(server.address()).get("x")
    assert clock.waits[:2] == [1, 2]
    assert clock.waits[2] < 1


@pytest.mark.parametrize(
    "permanent",
    [
        refusal(400, "parsing_exception", "no"),
        refusal(429, "circuit_breaking_exception", "too large", durability="PERMANENT"),
        refusal(429, "cluster_block_exception", "index has read-only-allow-delete block"),
        Reply({}, 301, {"Location": "/"}),
        Reply(b"<html>"),
        Reply(raw=b"garbage\r\n"),
    ],
)
def test_what_stays_as_it_is_fails_at_once(permanent: Reply, clock: Clock) -> None:
    with answering(lambda _asked: permanent) as server, pytest.raises(SearchkitError):
        Client(server.address()).search("news", {})
    assert (len(server.asked), clock.waits) == (1, [])


def test_an_address_that_never_answered_is_given_up_within_a_second(clock: Clock) -> None:
    with answering(lambda _asked: Reply({})) as server:
        address = server.address()
    with pytest.raises(IndexUnreachable, match="nobody listens there"):
        Client(address).get("x")
    assert 0 < clock.now <= 1


def cluster(stack: ExitStack, count: int, answer: Callable[[Asked], Reply]) -> tuple[Address, list[Server]]:
    servers = [stack.enter_context(answering(answer)) for _ in range(count)]
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    return Address.parse(f"opensearch+http://{hosts}/news"), servers


@pytest.mark.parametrize("call", CALLS)
def test_the_next_host_is_asked_where_one_has_died(call: str, clock: Clock) -> None:
    """Any call goes on: nothing was sent to a host that nobody listens at."""
    with ExitStack() as stack:
        dead, _servers = cluster(stack, 2, lambda _asked: Reply({}))
        stack.close()
        alive, (server,) = cluster(stack, 1, lambda _asked: GOOD.get(call, Reply({})))
        for hosts in (dead.hosts + alive.hosts, alive.hosts + dead.hosts):
            CALLS[call](Client(Address("http", hosts, "news")))
    assert (len(server.asked), clock.waits) == (2, [])


def test_a_host_that_failed_is_not_asked_again_while_the_next_answers() -> None:
    with ExitStack() as stack:
        address, servers = cluster(stack, 2, lambda _asked: Reply(WHOLE))
        client = Client(address)
        client.get("first")
        (first,) = (server for server in servers if server.asked)
        first.answer = lambda _asked: AWAY
        for _ in range(5):
            client.search("news", {})
        first.answer = lambda _asked: Reply(WHOLE)
    assert [len(server.asked) for server in servers if server is not first] == [5]
    assert len(first.asked) == 2


def test_a_cluster_without_any_node_left_is_waited_for(clock: Clock) -> None:
    with ExitStack() as stack:
        address, servers = cluster(stack, 3, then(*[AWAY] * 20, Reply(WHOLE)))
        for server in servers[1:]:
            server.answer = servers[0].answer
        assert Client(address).search("news", {}) == WHOLE
    assert sum(len(server.asked) for server in servers) == 21
    assert len(clock.waits) == 18  # no wait before a host that was not asked yet


def test_what_the_last_node_says_is_told_rather_than_that_the_others_are_gone() -> None:
    with ExitStack() as stack:
        dead, _servers = cluster(stack, 2, lambda _asked: Reply({}))
        stack.close()
        alive, _servers = cluster(stack, 1, lambda _asked: AWAY)
        client = Client(Address("http", dead.hosts + alive.hosts, "news"))
        with pytest.raises(IndexUnreachable, match="cannot do that now: no_shard_available_action_exception"):
            client.search("news", {})


def test_a_host_that_hangs_is_left_before_anything_is_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def hang(_asked: Asked) -> Reply:
        done.wait()
        return Reply({})

    monkeypatch.setattr(calls, "_ROOT_SECONDS", 0.05)
    with ExitStack() as stack:
        address, servers = cluster(stack, 2, lambda _asked: Reply({}))
        stack.callback(done.set)
        servers[0].reply_to = hang  # type: ignore[method-assign]
        for hosts in (address.hosts, address.hosts[::-1]):
            assert Client(Address("http", hosts, "news")).get("x") == {}


def test_only_the_searches_that_failed_are_sent_again() -> None:
    def answer(asked: Asked) -> Reply:
        sizes = [line["size"] for line in asked.lines[1::2]]
        return Reply({"responses": [part(size) for size in sizes]})

    def part(size: int) -> dict[str, Any]:
        tried.append(size)
        bad = size % 2 and tried.count(size) < 3
        return dict(BUSY.content) if bad else WHOLE | {"took": size}

    tried: list[int] = []
    with answering(answer) as server:
        found = Client(server.address()).msearch("news", [{"size": size} for size in range(5)])
    assert [one["took"] for one in found] == [0, 1, 2, 3, 4]
    assert [len(asked.lines) // 2 for asked in server.asked] == [5, 2, 2]


def test_searches_that_go_on_failing_are_an_error(clock: Clock) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply({"responses": [BUSY.content] * (len(asked.lines) // 2)})

    with answering(answer) as server, pytest.raises(IndexUnreachable, match="too much to do"):
        Client(server.address()).msearch("news", [{}, {}])
    assert clock.now <= 30
