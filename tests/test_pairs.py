"""What people type and what they expect of it: the pairs of ``pairs.toml``, in one index."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchkit import Index

SECTIONS: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text("utf-8"))
PAIRS = [
    pair | {"query": query}
    for section in SECTIONS.values()
    for pair in section
    for query in ([pair["query"]] if isinstance(pair["query"], str) else pair["query"])
]
TITLES = {pair["below"]: "无题" for pair in PAIRS if "below" in pair}
TITLES |= {pair["post"]: pair.get("title", "无题") for pair in PAIRS}
TAGS = {pair["post"]: pair["tags"] for pair in PAIRS if "tags" in pair}
PATHS = {text: f"{number:03}.md" for number, text in enumerate(sorted(TITLES))}


@pytest.fixture(scope="module")
def index(make_index: Callable[..., Index]) -> Index:
    """All posts in one index."""
    return make_index(
        {PATHS[text]: {"title": title, "body": text, "tags": TAGS.get(text, [])} for text, title in TITLES.items()}
    )


def case(pair: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(reason=pair["fails"], strict=True)] if "fails" in pair else []
    return pytest.param(pair, marks=marks, id=f"{pair['query']} in {pair['post']}")


@pytest.mark.parametrize("pair", list(map(case, PAIRS)))
def test_pair(index: Index, pair: dict[str, Any]) -> None:
    results = index.search(pair["query"], limit=1000)
    ranks = {path: hit.rank for hit in results for path in (hit.path, *hit.also)}
    rank = ranks.get(PATHS[pair["post"]])
    if "below" in pair:
        assert rank is not None
        assert rank > ranks[PATHS[pair["below"]]]
    elif pair["match"] == "partly":
        assert rank is not None
        assert rank > results.total
    else:
        assert (rank is not None and rank <= results.total) is pair["match"]


def test_each_pair_says_why() -> None:
    assert len(PAIRS) >= 120
    assert [pair for pair in PAIRS if not pair["reason"]] == []
    known = {"post", "title", "tags", "query", "match", "below", "reason", "fails"}
    assert {key for pair in PAIRS for key in pair} <= known
