"""What a cluster does not take: long queries, patterns of many words, questions that match very many documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from opensearch.cluster import Cluster
from searchkit.engines.opensearch.client.failures import CLAUSE_SETTING as CLAUSES
from searchkit.engines.opensearch.search.rank import ranker
from searchkit.errors import IndexFailure

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def index(cluster: Cluster) -> Iterator[searchkit.Index]:
    address = cluster.address("limits")
    searchkit.rebuild(CORPUS, address, progress=False)
    with searchkit.open(address) as index:
        yield index
    cluster.remove("limits")


@pytest.fixture
def few_clauses(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cluster that takes 36 clauses a query, and what ranks as if that were usual."""
    monkeypatch.setattr(ranker, "CAPPED_TERMS", 6)
    monkeypatch.setattr(ranker, "CAPPED_WORDS", 4)
    cluster.call("_cluster/settings", {"persistent": {CLAUSES: 36}}, method="PUT")
    yield
    cluster.call("_cluster/settings", {"persistent": {CLAUSES: None}}, method="PUT")


@pytest.mark.parametrize("query", ["香港 通关 口岸 旅客", "*e*"])
def test_where_a_cluster_takes_few_clauses_fewer_terms_rank(
    index: searchkit.Index, few_clauses: None, query: str
) -> None:
    limited = index.search(query)
    assert any("few clauses" in note for note in limited.notes)
    assert limited.total == index.count(query).total


def test_a_query_that_is_too_long_says_which_setting_allows_it(index: searchkit.Index, few_clauses: None) -> None:
    with pytest.raises(IndexFailure, match=CLAUSES):
        index.search(" ".join(chr(code) for code in range(0x4E00, 0x4E40)))


@pytest.mark.parametrize("query", ["为什么香港的旅客可以通关？口岸的政策是什么", "怎么用全文检索找到新闻？分词是什么"])
def test_where_all_of_a_large_question_is_within_the_window_it_ranks_as_ever(
    index: searchkit.Index, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    exact = index.search(query, limit=30)
    monkeypatch.setattr(ranker, "LARGE", 0)
    monkeypatch.setattr(ranker, "FIRST_TERMS", 3)
    rescored = index.search(query, limit=30)
    assert [hit.path for hit in rescored] == [hit.path for hit in exact]
    assert [hit.score for hit in rescored] == pytest.approx([hit.score for hit in exact], rel=1e-5)
