"""The posts of the tests, and a client of an application in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

POSTS = {
    "a.md": "title: 香港恢复通关\ndate: 2021-11-08\nauthor: 联合早报\ntags: [经济]\n---\n香港恢复通关，旅客增加。",
    "b.md": "title: 香港經濟\ndate: 2022-01-03\nauthor: 明報\ntags: [经济, 旅行]\n---\n通關以後，香港旅客增加。",
    "路/c.md": "title: Ferries\ndate: 2022-02-01\nfrom: \"javascript:alert('owned')\"\n---\n敌意 <b>owned</b>",
}


def write_posts(folder: Path) -> None:
    for name, text in POSTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"---\n{text}\n", encoding="utf-8")


def client_of(app: Starlette) -> TestClient:
    """A client on this computer that follows no redirect."""
    return TestClient(app, "http://127.0.0.1:8000", follow_redirects=False, raise_server_exceptions=False)


MakeClient = Callable[..., TestClient]
