"""The compared systems return the same results; queries and figures follow their rules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.bounds import bounds
from benchmarks.extracted import Extracted
from benchmarks.figures import Figures, add_searches, table
from benchmarks.imports import Import, by_package, parse
from benchmarks.measured import measure
from benchmarks.peers import NAMES, RIPGREP, SEARCHKIT, SNIPPETS, TANTIVY, TUTORIAL, missing, peer_class
from benchmarks.peers.protocol import AND, COMMON, DATES, KINDS, PHRASE, QUESTION, Peer, Query
from benchmarks.queries import choose

POSTS = [
    Extracted("a.md", "香港通关", "香港今天开始通关，旅客很多。", 100, "甲", ("港",)),
    Extracted("b.md", "天气", "北京今天下雨，旅客很少。", 200, "乙", ()),
    Extracted("c.md", "经济", "香港经济开始复苏。", 300, "甲", ()),
]
EXPECTED = {
    Query(COMMON, ("香港",)): {"香港通关", "经济"},
    Query(AND, ("香港", "旅客")): {"香港通关"},
    Query(PHRASE, ("经济开始",)): {"经济"},
    Query(DATES, ("香港",), 50, 150): {"香港通关"},
}


@pytest.fixture(params=[name for name in NAMES if name not in (RIPGREP, SNIPPETS, TUTORIAL)])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    """Each peer with an index of the posts, except the Whoosh tutorial, which takes seconds to load."""
    if missing(request.param):
        pytest.skip(f"{missing(request.param)} not installed")
    peer = peer_class(request.param)(tmp_path / "index")
    peer.build(POSTS, 1)
    peer.open()
    yield peer
    peer.close()


def test_each_peer_returns_the_titles_and_the_exact_total(peer: Peer) -> None:
    for query, titles in EXPECTED.items():
        if query.kind in peer.kinds:
            answer = peer.search(query, 10)
            assert (set(answer.titles), answer.total) == (titles, len(titles)), query
            assert len(peer.search(query, 1).titles) == 1


def test_added_posts_are_found(peer: Peer) -> None:
    if not peer.grows:
        pytest.skip("posts cannot be added")
    peer.close()
    peer.add([Extracted("d.md", "新", "香港开始通关了", 400, "", ())])
    peer.open()
    assert peer.search(Query(COMMON, ("香港",)), 10).total == 3


def test_queries_are_chosen_from_the_posts_by_a_seed() -> None:
    pytest.importorskip("rjieba")
    posts = [
        post._replace(path=f"{number}{place}{post.path}", body=f"{post.body}今天第{number}次怎么去{place}旅游呢？\n")
        for number in range(5)
        for place in ("香港", "香港九龙")
        for post in POSTS
    ]
    queries = choose(posts, 3, seed=1)
    assert queries == choose(posts, 3, seed=1) != choose(posts, 3, seed=2)
    assert [query.kind for query in queries] == [kind for kind in KINDS for _ in range(3)]
    texts = [f"{post.title}\n{post.body}" for post in posts]
    assert all(any(all(word in text for word in query.words) for text in texts) for query in queries)
    assert all(query.since < query.until for query in queries if query.kind == DATES)


def test_ratios_and_bounds() -> None:
    figures: Figures = {"index cpu": {SEARCHKIT: 3.0, TANTIVY: 2.0}, "cold": {SEARCHKIT: 0.2}}
    measured = {"first": [0.1], "seconds": [0.001, 0.002, 0.003], "totals": [1, 2, 3]}
    add_searches(figures, SEARCHKIT, {QUESTION: measured})
    assert "| index from text, CPU s | 3.0 | 2.0 (0.67) |" in list(table(figures))
    assert figures[f"p50 {QUESTION}"] == {SEARCHKIT: 2.0}
    verdicts = {bound.what: bound.holds for bound in bounds(figures)}
    assert verdicts["index CPU from text ÷ tantivy's"] is False
    assert verdicts["one-shot search, p50 s"] is True
    assert verdicts["unchanged rebuild, s"] is None


def test_a_command_is_measured_with_its_children() -> None:
    busy = "b = bytearray(60_000_000); sum(range(2_000_000))"
    run = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}]); print('done')"
    done = measure(sys.executable, "-c", run, together=True)
    assert done.output == "done\n"
    assert done.wall > 0 < done.cpu
    assert done.largest > 60


def test_imports_are_parsed_from_the_report_of_python() -> None:
    report = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:      1500 |       1500 |     numpy._core\n"
        "import time:       500 |       2000 |   numpy\n"
        "import time:       100 |       2100 | searchkit.index\n"
        "a warning\n"
    )
    found = list(parse(report))
    assert found[1] == Import("numpy", 0.5, 2.0, 1)
    assert by_package(found) == {"numpy": 2.0, "searchkit.index": 0.1}
