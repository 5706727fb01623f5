"""What the server promises to whoever runs it (docs/serve.md), each with its test."""

from __future__ import annotations

import pytest
from served_site import MakeClient
from starlette.testclient import TestClient

from searchkit.errors import SearchkitError
from searchkit.serve.rates import RateLimit
from searchkit.serve.safety import Access
from searchkit.serve.server import listen
from searchkit.serve.workers import Workers

TOKEN = "correct-horse-battery"
OPEN = Access(local=False, names=frozenset(["nas.example"]), token=TOKEN)

FOLLOWED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FRAMED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
CROSS = {"Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 200),
        ("/", {"Host": "localhost:9000"}, 200),
        ("/", {"Host": "[::1]:8000"}, 200),
        ("/", {"Host": "evil.example"}, 403),
        ("/", {"Host": "127.0.0.1.evil.example:8000"}, 403),
        ("/", {"Host": "192.0.2.1:8000"}, 403),
        ("/", {"Host": ""}, 403),
        ("/", {"Host": "[::1"}, 403),
        ("/api/search", {"Origin": "http://127.0.0.1:8000"}, 200),
        ("/api/search", {"Origin": "http://127.0.0.1:3000"}, 403),
        ("/api/search", {"Origin": "https://evil.example"}, 403),
        ("/api/search", {"Origin": "null"}, 403),
        ("/api/search", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("/api/search", {"Sec-Fetch-Site": "none"}, 200),
        ("/api/search", {"Sec-Fetch-Site": "same-site"}, 403),
        ("/api/search", {**CROSS, **FOLLOWED}, 403),
        ("/", {**CROSS, **FOLLOWED}, 200),
        ("/", {**CROSS, **FRAMED}, 403),
        ("/static/searchkit.js", {**CROSS, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 403),
        ("/api/search?q=" + "a" * 61_000, {}, 414),
        ("/static/../pages/__init__.py", {}, 404),
        ("/static/%2e%2e/pages/__init__.py", {}, 404),
        ("/api/post?path=../index/meta.json", {}, 404),
        ("/api/post?path=/etc/passwd", {}, 404),
        ("/api/post?path=a.md%00", {}, 404),
        ("/post?path=../../etc/passwd", {}, 404),
    ],
)
def test_who_may_ask(client: TestClient, path: str, headers: dict[str, str], status: int) -> None:
    assert client.get(path, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/", "/api/search", "/static/searchkit.js", "/nothing"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/post?path=a.md", "/api/search", "/api/nothing", "/nothing", "/api/post"])
def test_every_answer_says_what_a_browser_may_do_with_it(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert not headers.keys() & {"server", "access-control-allow-origin"}


def test_what_a_post_says_is_neither_markup_nor_script(client: TestClient) -> None:
    page = client.get("/post", params={"path": "路/c.md", "q": "敌意"}).text
    assert "owned" in page
    assert "<b>" not in page
    assert 'href="javascript:' not in page


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 401),
        ("/api/search", {}, 401),
        ("/nothing", {}, 401),
        ("/static/searchkit.css", {}, 200),
        ("/", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("/api/search", {"Authorization": f"bearer {TOKEN}"}, 200),
        ("/", {"Authorization": f"Basic {TOKEN}"}, 401),
        ("/", {"Authorization": f"Bearer {TOKEN}x"}, 401),
        ("/", {"Authorization": "Bearer"}, 401),
        ("/", {"Cookie": f"{OPEN.cookie}={TOKEN}"}, 200),
        ("/", {"Cookie": f"{OPEN.cookie}="}, 401),
        ("/?token=wrong", {}, 401),
        ("/api/search?token=" + TOKEN, {}, 401),
        ("/", {"Authorization": f"Bearer {TOKEN}", "Host": "nas.example"}, 200),
        ("/", {"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}, 403),
    ],
)
def test_other_computers_need_the_token(
    client_with: MakeClient, path: str, headers: dict[str, str], status: int
) -> None:
    assert client_with(access=OPEN).get(path, headers=headers).status_code == status


def test_the_first_visit_leaves_the_token_as_a_cookie_and_the_address_without_it(client_with: MakeClient) -> None:
    client = client_with(access=OPEN)
    visit = client.get("/", params={"q": "香港", "token": TOKEN})
    assert (visit.status_code, visit.headers["location"]) == (303, "/?q=%E9%A6%99%E6%B8%AF")
    assert {"httponly", "samesite=lax"} <= set(visit.headers["set-cookie"].lower().split("; "))
    assert client.get(visit.headers["location"]).status_code == 200


def test_an_address_with_the_token_leads_to_no_other_host(client_with: MakeClient) -> None:
    visit = client_with(access=OPEN).get(f"http://127.0.0.1:8000//evil.example/?token={TOKEN}")
    assert visit.headers["location"] == "/evil.example/"


def test_a_client_that_asks_too_often_is_told_when_to_come_back(client_with: MakeClient) -> None:
    now = [0.0]
    client = client_with(rates=RateLimit(per_second=0.5, burst=2, clock=lambda: now[0]))
    answers = [client.get("/api/facets") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    now[0] += int(answers[-1].headers["retry-after"])
    assert client.get("/api/facets").status_code == 200


def test_clients_do_not_use_up_each_others_requests() -> None:
    limit = RateLimit(per_second=1, burst=1, clock=lambda: 0.0)
    assert [limit.wait(client) for client in ("a", "a", "b")] == [0.0, 1.0, 0.0]


def test_a_search_that_takes_too_long_is_given_up(client_with: MakeClient) -> None:
    answer = client_with(workers=Workers(seconds=0)).get("/api/search")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_a_full_queue_takes_no_more(client_with: MakeClient) -> None:
    assert client_with(workers=Workers(threads=1, queue=-1)).get("/").status_code == 503


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_computer_needs_no_token(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEARCHKIT_TOKEN", raising=False)
    place = listen(host, 0)
    with place.socket:
        assert (place.access.local, place.access.token) == (True, "")


def test_any_other_address_makes_a_token_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEARCHKIT_TOKEN", raising=False)
    first, second = listen("0.0.0.0", 0), listen("0.0.0.0", 0)
    with first.socket, second.socket:
        assert first.address.endswith(f"?token={first.access.token}")
        assert first.access.token != second.access.token
        assert len(first.access.token) >= 32


def test_a_token_that_could_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_TOKEN", "1234")
    with pytest.raises(SearchkitError, match="SEARCHKIT_TOKEN is no token"):
        listen("0.0.0.0", 0)


def test_a_port_in_use_is_an_error_with_a_hint() -> None:
    place = listen("127.0.0.1", 0)
    with place.socket, pytest.raises(SearchkitError, match=r"another program listens there.*--port 0"):
        listen("127.0.0.1", place.socket.getsockname()[1])
