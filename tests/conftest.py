"""Shared by all tests: the profile of hypothesis, and a fixture that builds indexes."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import searchkit
from searchkit.engines.registry import REMOTES, Remote
from searchkit.engines.whoosh.engine import WhooshEngine

settings.register_profile("searchkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("searchkit")

os.environ["LANGUAGE"] = "en"  # of messages, whatever the developer's locale

Posts = Mapping[str, str | Mapping[str, Any]]


def write_posts(folder: Path, posts: Posts) -> None:
    """Replace the content of a folder by these posts."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, post in posts.items():
        fields = {"title": "无题"} | ({"body": post} if isinstance(post, str) else dict(post))
        body = fields.pop("body", "")
        front = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{front}---\n{body}\n", encoding="utf-8")


@pytest.fixture
def kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an index that an engine keeps where no other room looks; its port may be left out."""
    engine = Remote(
        lambda text: re.sub(r"kept\+http://([a-z.]+)(?::9200)?/(\w+)", r"kept+http://\1:9200/\2", text),
        lambda address: WhooshEngine(tmp_path / "elsewhere" / address.rpartition("/")[2]),
    )
    monkeypatch.setitem(REMOTES, "kept", engine)
    return "kept+http://search.example.org:9200/news"


@pytest.fixture(scope="session")
def make_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., searchkit.Index]]:
    """A function that indexes posts, given by path as a body, or as front matter with ``body``; a rebuild per argument.

    >>> make_index({"a.md": "正文", "b.md": {"title": "标题", "date": "2021-11-08", "body": "正文"}})
    """
    opened: list[searchkit.Index] = []

    def make_index(*rebuilds: Posts) -> searchkit.Index:
        folder = tmp_path_factory.mktemp("posts")
        for posts in rebuilds:
            write_posts(folder / "corpus", posts)
            searchkit.rebuild(folder / "corpus", folder / "index", jobs=1)
        opened.append(searchkit.open(folder / "index"))
        return opened[-1]

    yield make_index
    for index in opened:
        index.close()
