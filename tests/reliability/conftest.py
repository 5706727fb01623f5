"""An archive of posts that is new for each test, and processes that die or run short of disk at a chosen call."""

from __future__ import annotations

from pathlib import Path

import pytest
from archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Six posts in both scripts, two of them alike, in an index of small segments."""
    archive = Archive(tmp_path)
    for name, text in {
        "a.md": "香港 新闻",
        "b.md": "國際 新聞\n香港",
        "c.md": "全文检索\n全文檢索 引擎",
        "deep/d.md": "香港 新闻",
        "e.md": "天气",
        "f.md": "天气\n國際 新聞",
    }.items():
        archive.write(name, text)
    archive.rebuild()
    return archive


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch for every two or three posts, and segments of at most four."""
    monkeypatch.setattr("searchkit.rebuilding.rebuild.BATCH_BYTES", 200)
    monkeypatch.setattr("searchkit.engines.whoosh.indexing.merge_policy.MAX_DOCUMENTS", 4)
