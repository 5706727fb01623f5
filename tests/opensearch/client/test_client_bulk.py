"""Many documents are written, to servers that take few at a time, or none for a while."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from searchkit.engines.opensearch.client import bulk
from searchkit.engines.opensearch.client.bulk import BulkResult
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.client.failures import RequestRefused
from searchkit.errors import IndexFailure, IndexNotWritten, IndexUnreachable, SearchkitError
from tests.opensearch.client.answering import Asked, Reply, answering, refusal
from tests.opensearch.client.conftest import Clock

BUSY = {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "queue is full"}}
EXISTS = {"status": 409, "error": {"type": "version_conflict_engine_exception", "reason": "exists"}}


def creations(count: int, size: int = 10) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    return (({"create": {"_id": str(n)}}, {"body": "文" * size}) for n in range(count))


def ids(asked: Asked) -> list[str]:
    return [target["_id"] for line in asked.lines for target in line.values() if isinstance(target, dict)]


def taking(asked: Asked, results: dict[str, dict[str, Any]]) -> Reply:
    """Take all documents but those that have another result."""
    items = [{"create": results.get(id_, {"status": 201})} for id_ in ids(asked)]
    return Reply({"errors": bool(results), "items": items})


def test_actions_are_lines_in_requests_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "REQUEST_BYTES", 1000)
    with answering(lambda asked: taking(asked, {})) as server:
        assert Client(server.address()).bulk("news-1", creations(100)) == BulkResult(100, 0)
    assert [id_ for asked in server.asked for id_ in ids(asked)] == [str(n) for n in range(100)]
    assert all(len(asked.body) <= 1000 for asked in server.asked)
    assert len(server.asked) == 7
    assert server.asked[0].lines[:2] == [{"create": {"_id": "0"}}, {"body": "文" * 10}]
    assert (server.asked[0].path, server.asked[0].params) == (
        "/news-1/_bulk", {"filter_path": "errors,items.*.status,items.*.error"}
    )  # fmt: skip


def test_no_actions_no_request() -> None:
    with answering(lambda asked: taking(asked, {})) as server:
        assert Client(server.address()).bulk("news-1", []) == BulkResult(0, 0)
    assert server.asked == []


def test_documents_are_deleted_by_a_line_each() -> None:
    with answering(lambda _asked: Reply({"errors": False})) as server:
        Client(server.address()).bulk("news-1", [({"delete": {"_id": "7"}}, None), ({"delete": {"_id": "8"}}, None)])
    assert server.asked[0].body == b'{"delete":{"_id":"7"}}\n{"delete":{"_id":"8"}}\n'


def test_a_busy_server_gets_only_what_it_did_not_take(clock: Clock) -> None:
    """Each document is refused twice, now and then; in the end each was taken once."""
    choice, refused, taken = random.Random(7), Counter[str](), Counter[str]()

    def answer(asked: Asked) -> Reply:
        if choice.random() < 0.3:
            return Reply({}, 429)
        bad = {id_ for id_ in ids(asked) if refused[id_] < 2 and choice.random() < 0.7}
        refused.update(bad)
        taken.update(set(ids(asked)) - bad)
        return taking(asked, dict.fromkeys(bad, BUSY))

    with answering(answer) as server:
        result = Client(server.address()).bulk("news-1", creations(50))
    assert taken == Counter(map(str, range(50)))
    assert result == BulkResult(50, sum(refused.values()))
    assert len(clock.waits) == len(server.asked) - 1
    assert refused.total() > 50


def test_a_server_that_takes_nothing_for_two_minutes_is_given_up(clock: Clock) -> None:
    with (
        answering(lambda asked: taking(asked, dict.fromkeys(ids(asked), BUSY))) as server,
        pytest.raises(IndexUnreachable, match="too much to do: rejected_execution_exception: queue is full; try again"),
    ):
        Client(server.address()).bulk("news-1", creations(3))
    assert 100 < clock.now <= 120
    assert max(clock.waits) <= 10
    assert len(server.asked) < 40


def test_a_slow_server_is_not_given_up(clock: Clock) -> None:
    """It takes one document a minute and a half."""

    def answer(asked: Asked) -> Reply:
        if clock.now < due[0]:
            return taking(asked, dict.fromkeys(ids(asked), BUSY))
        due[0] = clock.now + 90
        return taking(asked, dict.fromkeys(ids(asked)[1:], BUSY))

    due = [90.0]
    with answering(answer) as server:
        assert Client(server.address()).bulk("news-1", creations(4)).actions == 4
    assert clock.now > 360


def test_to_create_what_is_there_is_a_success() -> None:
    with answering(lambda asked: taking(asked, {"1": EXISTS})) as server:
        assert Client(server.address()).bulk("news-1", creations(3)) == BulkResult(3, 0)
    assert len(server.asked) == 1


def test_to_replace_what_has_changed_is_none() -> None:
    with (
        answering(lambda _asked: Reply({"errors": True, "items": [{"index": EXISTS}]})) as server,
        pytest.raises(IndexFailure, match="409"),
    ):
        Client(server.address()).bulk("news-1", [({"index": {"_id": "1", "if_seq_no": 3}}, {})])


@pytest.mark.parametrize(
    ("result", "error", "said"),
    [
        ({"status": 400, "error": {"type": "mapper_parsing_exception", "reason": "no such field"}}, RequestRefused,
         "400 mapper_parsing_exception: no such field"),
        ({"status": 429, "error": {"type": "cluster_block_exception", "reason": "read-only-allow-delete block"}},
         IndexNotWritten, "the old index stands; free some space"),
        ({"status": 403, "error": {"type": "security_exception", "reason": "no permissions for [indices:data/write]"}},
         IndexFailure, "no right to do that in .*: indices:data/write;"),
    ],
)  # fmt: skip
def test_one_document_that_fails_is_an_error(
    result: dict[str, Any], error: type[SearchkitError], said: str, clock: Clock
) -> None:
    with answering(lambda asked: taking(asked, {"1": result, "2": BUSY})) as server, pytest.raises(error, match=said):
        Client(server.address()).bulk("news-1", creations(3))
    assert (len(server.asked), clock.waits) == (1, [])


def test_a_proxy_that_takes_less_gets_less() -> None:
    def answer(asked: Asked) -> Reply:
        if len(asked.body) > 300:
            return Reply(b"<html>413 Request Entity Too Large</html>", 413)
        taken.extend(ids(asked))
        return taking(asked, {})

    taken: list[str] = []
    with answering(answer) as server:
        assert Client(server.address()).bulk("news-1", creations(20)) == BulkResult(20, 0)
    assert taken == [str(n) for n in range(20)]


def test_a_document_that_no_server_takes_says_which_limit_to_raise() -> None:
    said = r"document 0 has \d,\d+ bytes, .* takes; raise http.max_content_length"
    with (
        answering(lambda _asked: refusal(413, "x", "too large")) as server,
        pytest.raises(IndexNotWritten, match=said),
    ):
        Client(server.address()).bulk("news-1", creations(1, size=1000))


def test_a_connection_that_breaks_before_the_answer_is_made_again() -> None:
    """The documents were taken the first time."""
    replies = [Reply(raw=b""), Reply({"errors": True, "items": [{"create": EXISTS}] * 2})]
    with answering(lambda _asked: replies.pop(0)) as server:
        assert Client(server.address()).bulk("news-1", creations(2)) == BulkResult(2, 0)
    assert server.asked[0].body == server.asked[1].body
