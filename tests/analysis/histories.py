"""Posts at random, and an index of them that has seen several commits."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hypothesis import strategies as st

from searchkit import Document, Index
from searchkit.engines.files import GONE, FileRecord, Files
from searchkit.engines.registry import engine_of
from searchkit.rebuilding.workers import Workers

CLOCKS = st.sampled_from(
    [dt.datetime(2020, 12, 31, 23), dt.datetime(2021, 1, 3), dt.datetime(2021, 1, 4), dt.datetime(1969, 7, 1)]
)
DATES = st.none() | st.builds(
    lambda clock, hours: clock.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours))), CLOCKS, st.integers(-11, 12)
)
POSTS = st.lists(
    st.builds(
        lambda title, body, date, source, tags: Document("", title, date, source, "", tuple(dict.fromkeys(tags)), body),
        title=st.sampled_from(["无题", "香港"]),
        body=st.sampled_from(["香港，高铁", "高鐵到了香港", "别的", "高铁。高铁！", "香港很远"]),
        date=DATES,
        source=st.sampled_from(["", "晨报", "晚報"]),
        tags=st.lists(st.sampled_from(["旅行", "Tech", "新聞"]), max_size=2),
    ),
    max_size=8,
).map(lambda posts: [_at(post, f"{number}.md") for number, post in enumerate(posts)])


def _at(post: Document, path: str) -> Document:
    return Document(path, post.title, post.date, post.source, "", post.tags, post.body)


@contextmanager
def index_after(commits: Sequence[Sequence[Document]]) -> Iterator[Index]:
    """The index after some commits, each of which replaces those before."""
    workers = Workers(1)
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_of(folder)
        before: set[str] = set()
        for commit in commits:
            with engine.writer() as writer:
                files = Files.of(dict.fromkeys(before, GONE) | {post.path: FileRecord(0, 0, "") for post in commit})
                batches = [writer.write(commit)] if commit else []
                writer.commit(batches, before, files, folder, "UTC", dt.datetime.now(dt.UTC), workers)
            before = {post.path for post in commit}
        with Index(folder) as index:
            yield index
