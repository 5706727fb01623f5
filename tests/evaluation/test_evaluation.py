"""The measures of runs, and the runs of collections and indexes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from math import log2
from pathlib import Path
from tempfile import gettempdir

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.evaluation.collection import Collection, Judgement
from searchkit.evaluation.measures import measure_run
from searchkit.temporary import temporary_index

pytest.importorskip("pytrec_eval")

Judgements = Sequence[tuple[str, str, int]]


def task(
    folder: Path, queries: dict[str, str], judgements: Judgements, documents: dict[str, str] | None = None
) -> Path:
    """Write a test collection into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "queries.tsv").write_text("".join(f"{i}\t{query}\n" for i, query in queries.items()), encoding="utf-8")
    lines = [f"{query} 0 {document} {relevance}\n" for query, document, relevance in judgements]
    (folder / "qrels.txt").write_text("".join(lines), encoding="utf-8")
    if documents is not None:
        write_documents(folder / "corpus.jsonl", documents)
    return folder


def write_documents(file: Path, documents: dict[str, str]) -> None:
    objects = [{"id": i, "title": "", "date": "", "source": "", "body": body} for i, body in documents.items()]
    file.write_text("".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects), encoding="utf-8")


def means(judgements: Judgements, run: dict[str, Sequence[str]]) -> dict[str, float]:
    judged = tuple(Judgement(*judgement, line=0) for judgement in judgements)
    return {name: estimate.mean for name, estimate in measure_run(Collection(Path(), {}, judged), run).items()}


def test_measures_that_were_computed_by_hand() -> None:
    judgements = [("q1", "a", 1), ("q1", "b", 2), ("q2", "c", 1), ("q3", "c", 1), ("q3", "d", 0), ("q4", "k", 1)]
    # q1: relevant at ranks 2 and 3; q2: no results; q3: relevant at rank 1; q4: relevant at rank 11 only
    run = {"q1": ["x", "b", "a"], "q3": ["c", "d"], "q4": list("0123456789k")}
    ndcg = (2 / log2(3) + 1 / log2(4)) / (2 / log2(2) + 1 / log2(3))
    assert means(judgements, run) == pytest.approx(
        {"MRR@10": (1 / 2 + 1) / 4, "nDCG@10": (ndcg + 1) / 4, "Recall@10": (1 + 1) / 4, "Success@1": 1 / 4}
    )


def by_definition(relevances: dict[str, int], ranking: Sequence[str]) -> dict[str, float]:
    """The measures of one query, without trec_eval.

    nDCG is that of Järvelin and Kekäläinen (Cumulated gain-based evaluation of IR techniques, 2002) with the discount
    log2(rank + 1), the gain being the relevance. A document is relevant from 1 on.
    """
    gains = [max(relevances.get(document, 0), 0) for document in ranking[:10]]
    ranks = [rank for rank, gain in enumerate(gains, start=1) if gain]
    relevant = sum(relevance > 0 for relevance in relevances.values())
    return {
        "MRR@10": 1 / ranks[0] if ranks else 0,
        "nDCG@10": discounted(gains) / discounted(sorted(relevances.values(), reverse=True)) if ranks else 0,
        "Recall@10": len(ranks) / relevant if relevant else 0,
        "Success@1": float(1 in ranks),
    }


def discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / log2(rank + 1) for rank, gain in enumerate(gains[:10], start=1))


@settings(max_examples=40)  # each resamples 8,000 times
@given(
    st.dictionaries(st.sampled_from("0123456789abcdefghij"), st.integers(-1, 3), min_size=1),
    st.permutations("6789abcdefghijklmn"),
)
def test_measures_match_their_definitions(relevances: dict[str, int], ranking: list[str]) -> None:
    judgements = [("q", document, relevance) for document, relevance in relevances.items()]
    assert means(judgements, {"q": ranking}) == pytest.approx(by_definition(relevances, ranking))


def test_ids_may_contain_surrogates() -> None:
    assert means([("q", "a\udcff b.md", 1)], {"q": ["a\udcff b.md"]})["Success@1"] == 1


def test_intervals_contain_the_mean_narrow_with_more_queries_and_are_reproducible() -> None:
    def estimate(queries: int) -> searchkit.Estimate:
        judged = tuple(Judgement(f"q{n}", "a", 1, 0) for n in range(queries))
        run = {f"q{n}": ["a"] if n % 2 else ["b"] for n in range(queries)}
        return measure_run(Collection(Path(), {}, judged), run)["Success@1"]

    few, many = estimate(20), estimate(2000)
    assert 0 <= few.low < many.low < 0.5 < many.high < few.high <= 1
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / 2000**0.5, rel=0.1)
    assert estimate(20) == few


def test_a_collection_with_documents(tmp_path: Path) -> None:
    folder = task(
        tmp_path / "tiny",
        {"q1": "國際論壇", "q2": "通关", "q3": "没有人写过"},
        [("q1", "d1", 1), ("q2", "d3", 1)],
        {"d1": "国际论坛在北京召开", "d2": "香港通关", "d3": "香港通關", "d4": "别的"},
    )
    progress: list[tuple[str, int, int]] = []
    evaluation = searchkit.evaluate(folder, progress=lambda *now: progress.append(now))
    assert (evaluation.task, evaluation.documents, evaluation.judged) == ("tiny", 4, 2)
    assert evaluation.run == {"q1": ("d1",), "q2": ("d2", "d3"), "q3": ()}  # d2 and d3: one hit, two documents
    assert {name: m.mean for name, m in evaluation.measures.items()} == pytest.approx(
        {"MRR@10": 0.75, "nDCG@10": (1 + 1 / log2(3)) / 2, "Recall@10": 1, "Success@1": 0.5}
    )
    assert ("documents", 4, 4) in progress
    assert progress[-1] == ("queries", 3, 3)
    assert evaluation.trec_run() == (
        "q1 Q0 d1 1 1 searchkit\nq2 Q0 d2 1 2 searchkit\nq2 Q0 d3 2 1 searchkit\n"
    )


def test_extra_documents_are_indexed(tmp_path: Path) -> None:
    folder = task(tmp_path / "tiny", {"q": "香港"}, [("q", "d1", 1)], {"d1": "香港"})
    write_documents(tmp_path / "noise.jsonl", {"n1": "香港香港", "n2": "台湾"})
    evaluation = searchkit.evaluate(folder, extra=tmp_path / "noise.jsonl")
    assert evaluation.documents == 3
    assert set(evaluation.run["q"]) == {"d1", "n1"}


def test_the_limit_of_a_run_is_at_least_that_of_the_measures(tmp_path: Path) -> None:
    documents = {f"d{n}": f"香港{n}" for n in range(30)}
    folder = task(tmp_path / "tiny", {"q": "香港"}, [("q", "d1", 1)], documents)
    assert len(searchkit.evaluate(folder, limit=25).run["q"]) == 25
    with pytest.raises(searchkit.QueryError, match="at least 10"):
        searchkit.evaluate(folder, limit=9)


MakeIndex = Callable[..., searchkit.Index]


def test_judged_posts_of_an_index(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index({"2021/a b.md": "香港 通关", "b.md": "香港 通關", "c.md": "香港"})
    folder = task(tmp_path / "mine", {"q": "通关"}, [("q", "b.md", 1), ("q", "c.md", 0)], {"x": "不看"})
    evaluation = searchkit.evaluate(folder, index=index.path)
    assert evaluation.documents == 3
    assert evaluation.run == {"q": ("2021/a b.md", "b.md")}
    assert evaluation.measures["MRR@10"].mean == 0.5


def test_judgements_of_missing_documents_are_errors(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index({"a.md": "香港"})
    folder = task(tmp_path / "mine", {"q": "香港"}, [("q", "a.md", 1), ("q", "b.md", 1)], {"a.md": "香港"})
    with pytest.raises(searchkit.CollectionError, match=r"qrels\.txt, line 2: no document 'b\.md' in corpus\.jsonl"):
        searchkit.evaluate(folder)
    with pytest.raises(searchkit.CollectionError, match=r"qrels\.txt, line 2: no post 'b\.md' in .*; run: "):
        searchkit.evaluate(folder, index=index.path)
    with pytest.raises(searchkit.CollectionError, match="cannot add"):
        searchkit.evaluate(folder, index=index.path, extra="noise.jsonl")


def test_without_pytrec_eval_nothing_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.evaluation.measures.find_spec", lambda name: None)
    with pytest.raises(searchkit.MissingDependency, match="run: pip install pytrec-eval-terrier"):
        searchkit.evaluate(tmp_path / "nowhere")


def test_a_temporary_index_of_several_batches_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.temporary._PART_CHARS", 10)
    documents = [searchkit.Document(f"{n}", "", None, "", "", (), f"香港第{n}天") for n in range(20)]
    with temporary_index(documents, jobs=2) as index:
        assert [document.path for document in index.documents()] == sorted(str(n) for n in range(20))
        assert index.search("第7天")[0].path == "7"
        folder = index.path
        assert folder.is_relative_to(gettempdir())
    assert not folder.exists()
