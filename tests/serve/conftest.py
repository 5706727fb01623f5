"""A small archive, and its site as an application in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from served_site import MakeClient, client_of, write_posts
from starlette.testclient import TestClient

import searchkit
from searchkit.serve.app import create_app


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


@pytest.fixture(scope="session")
def client(index: searchkit.Index) -> TestClient:
    return client_of(create_app(index))


@pytest.fixture
def client_with(index: searchkit.Index) -> MakeClient:
    """A client of the site with other settings: ``client_with(access=…)``."""
    return lambda **settings: client_of(create_app(index, **settings))
