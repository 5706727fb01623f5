"""Answers: the data of the facade, kept while they hold, and none lost while the index changes."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import httpx
import pytest
from served_site import POSTS, MakeClient, client_of, write_posts
from starlette.testclient import TestClient

import searchkit
import searchkit.serve.server
from searchkit.cli import main
from searchkit.serve.answering import AnswerCache
from searchkit.serve.app import create_app


def test_the_data_are_those_of_the_facade(client: TestClient, index: searchkit.Index) -> None:
    asked = {"q": "通关", "source": "联合早报", "facets": "year", "sort": "newest"}
    answer = client.get("/api/search", params=asked).json()
    expected = index.search("通关", source="联合早报", facets="year", sort="newest").to_dict()
    assert {**answer, "seconds": 0} == {**expected, "seconds": 0}
    hit = answer["hits"][0]
    assert [hit["title"][start:end] for start, end in hit["title_spans"]] == ["通关"]


def test_a_post_comes_with_its_matches(client: TestClient) -> None:
    post = client.get("/api/post", params={"path": "b.md", "q": "通关"}).json()
    assert [post["text"][start:end] for start, end in post["spans"]] == ["通關"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/api/search?limit=x", "limit is 'x'; use a whole number from 0 to 100"),
        ("/api/search?limit=1&limit=2", "limit is given more than once"),
        ("/api/search?limits=1", "there is no parameter 'limits'"),
        ("/api/search?sort=best", "use one of relevance, newest, oldest"),
        ("/api/search?explain=yes", "use one of true, false"),
        ("/api/search?since=gestern", "gestern"),
        ("/api/search?q=" + "a" * 1_001, "q has more than 1000 characters"),
        ("/api/search?" + "&tag=a" * 33, "give it at most 32 times"),
        ("/api/search?" + "&tag=a" * 200, "too many parameters"),
        ("/api/post", "the parameter path is missing"),
    ],
)
def test_a_wrong_parameter_is_an_error_that_says_what_is_right(client: TestClient, address: str, said: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert said in "; ".join(answer.json().values())


def test_an_error_speaks_the_language_of_the_browser(client: TestClient) -> None:
    answer = client.get("/nothing", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 404
    assert re.search("[\u4e00-\u9fff]", answer.text)


@pytest.mark.parametrize("address", ["/api/search?q=香港", "/?q=香港", "/post?path=a.md"])
def test_an_answer_that_has_not_changed_is_not_sent_again(client: TestClient, address: str) -> None:
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": tag, "Accept-Language": "zh"}).status_code == 200


def test_head_is_get_without_the_body(client: TestClient) -> None:
    assert client.head("/api/search").headers["etag"] == client.get("/api/search").headers["etag"]


def test_a_rebuild_is_seen_and_an_index_that_vanishes_is_waited_for(tmp_path: Path) -> None:
    write_posts(tmp_path / "posts")
    searchkit.rebuild(tmp_path / "posts", tmp_path / "index", jobs=1)
    with searchkit.open(tmp_path / "index") as index:
        client = client_of(create_app(index))

        def total() -> int:
            return client.get("/api/search").json()["total"]

        assert total() == len(POSTS)
        (tmp_path / "posts" / "d.md").write_text("---\ntitle: 新\n---\n新帖", encoding="utf-8")
        searchkit.rebuild(tmp_path / "posts", tmp_path / "index", jobs=1)
        assert total() == len(POSTS) + 1

        os.rename(tmp_path / "index", tmp_path / "away")
        for address in ("/api/search", "/"):
            answer = client.get(address)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert "rebuild-index" in answer.text
        shutil.move(tmp_path / "away", tmp_path / "index")
        assert total() == len(POSTS) + 1


def test_requests_are_answered_while_another_machine_is_asked_for_the_version(
    kept_elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_posts(tmp_path / "posts")
    searchkit.rebuild(tmp_path / "posts", kept_elsewhere, jobs=1)
    with searchkit.open(kept_elsewhere) as index:
        version, both = index.version, threading.Barrier(2, timeout=10)

        def asked() -> object:
            both.wait()
            return version

        async def two() -> list[int]:
            transport = httpx.ASGITransport(create_app(index))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                answers = await asyncio.gather(client.get("/api/search"), client.get("/"))
            return [answer.status_code for answer in answers]

        client_of(create_app(index)).get("/api/search")  # the searcher is open
        monkeypatch.setattr(index._engine, "version", asked)
        monkeypatch.setattr(index._latest, "_take", lambda: index._latest._opened)
        monkeypatch.setattr(index._latest, "_give_back", lambda opened: None)
        assert asyncio.run(two()) == [200, 200]


def test_kept_answers_stay_within_their_bytes(client_with: MakeClient) -> None:
    from starlette.responses import Response

    cache = AnswerCache(max_bytes=80)
    for name in "abcdefghij":
        cache.keep(name, Response(b"x" * 10))
    assert [name for name in "abcdefghij" if cache.get(name)] == list("cdefghij")


def test_a_missing_package_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "searchkit.serve.server")
    monkeypatch.delattr("searchkit.serve.server")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve"]) == 2
    assert "uvicorn is not installed; run: pip install 'searchkit[serve]'" in capsys.readouterr().err


def test_a_process_serves_until_it_is_interrupted(built: Path) -> None:
    command = [sys.executable, "-m", "searchkit", "serve", "--port", "0", "--index", str(built)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{address}api/facets") as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        _out, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def test_a_request_that_the_end_cuts_off_is_no_error_of_searchkit() -> None:
    def record(error: BaseException) -> logging.LogRecord:
        return logging.LogRecord("", 0, "", 0, "", None, (type(error), error, None))

    shown = searchkit.serve.server._is_no_cancellation
    assert [shown(record(error)) for error in (asyncio.CancelledError(), OSError())] == [False, True]
