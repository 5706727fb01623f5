"""A small archive, and its site as an application in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from starlette.applications import Starlette
from starlette.testclient import TestClient

import searchkit
from searchkit.serve.app import create_app

POSTS = {
    "a.md": "title: 香港恢复通关\ndate: 2021-11-08\nauthor: 联合早报\ntags: [经济]\n---\n香港恢复通关，旅客增加。",
    "b.md": "title: 香港經濟\ndate: 2022-01-03\nauthor: 明報\ntags: [经济, 旅行]\n---\n通關以後，香港旅客增加。",
    "路/c.md": "title: Ferries\ndate: 2022-02-01\nfrom: \"javascript:alert('owned')\"\n---\n敌意 <b>owned</b>",
}


def write_posts(folder: Path) -> None:
    for name, text in POSTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"---\n{text}\n", encoding="utf-8")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the archive's index."""
    folder = tmp_path_factory.mktemp("serve")
    write_posts(folder / "posts")
    searchkit.rebuild(folder / "posts", folder / "index", jobs=1)
    return folder / "index"


@pytest.fixture(scope="session")
def index(built: Path) -> Iterator[searchkit.Index]:
    with searchkit.open(built) as opened:
        yield opened


def client_of(app: Starlette) -> TestClient:
    """A client on this computer that follows no redirect."""
    return TestClient(app, "http://127.0.0.1:8000", follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def client(index: searchkit.Index) -> TestClient:
    return client_of(create_app(index))


MakeClient = Callable[..., TestClient]


@pytest.fixture
def client_with(index: searchkit.Index) -> MakeClient:
    """A client of the site with other settings: ``client_with(access=…)``."""
    return lambda **settings: client_of(create_app(index, **settings))
