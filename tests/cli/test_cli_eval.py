"""``searchkit eval`` on a small collection, and on an index of posts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pytrec_eval")

OnTerminal = Callable[..., tuple[int, str]]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A collection of two documents and two queries, one of which has no results."""
    lines = [{"id": "d1", "body": "国际论坛"}, {"id": "d2", "body": "香港"}]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (tmp_path / "queries.tsv").write_text("q1\t國際\nq2\t没有\n", encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("q1 0 d1 1\nq2 0 d2 1\n", encoding="utf-8")
    return tmp_path


def test_a_collection_with_documents(process: Run, tiny: Path) -> None:
    run = tiny / "out.run"
    code, out, err = process("eval", str(tiny), "--run", str(run))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"{tiny.name}: 2 judged queries, 2 documents"
    assert [line.split()[:2] for line in lines[3:7]] == [
        [name, "0.5000"] for name in ("MRR@10", "nDCG@10", "Recall@10", "Success@1")
    ]
    assert lines[8] == "intervals: bootstrap over queries, 2,000 resamples, seed 0"
    assert run.read_text() == "q1 Q0 d1 1 1 searchkit\n"


def test_judged_posts_of_an_index(run: Run, tmp_path: Path) -> None:
    (tmp_path / "queries.tsv").write_text("q1\t通关\nq2\t怪名\nq3\t香港\n", encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("q1 0 mirror/hk.md 1\nq2 0 -eu.md 1\n", encoding="utf-8")
    code, out, _ = run("eval", str(tmp_path), "--run", str(tmp_path / "out.run"), "--format", "json")
    assert code == 0
    report = json.loads(out)
    assert (report["documents"], report["queries"], report["judged"], report["confidence"]) == (7, 3, 2, 0.95)
    assert report["measures"]["Recall@10"]["mean"] == 0.5
    assert b"q2 Q0 odd\xff.md 1 1 searchkit\n" in (tmp_path / "out.run").read_bytes()


def test_a_progress_bar_on_a_terminal(on_terminal: OnTerminal, tiny: Path) -> None:
    code, output = on_terminal("eval", str(tiny))
    assert code == 0
    assert "Searching" in output
    assert "queries" in output.split("judged")[0]


def test_errors_are_one_line(process: Run, run: Run, tiny: Path) -> None:
    with (tiny / "corpus.jsonl").open("a") as corpus:
        corpus.write("{broken\n")
    code, out, err = process("eval", str(tiny))
    assert (code, out) == (2, "")
    assert err.startswith(f"searchkit: error: {tiny}{os.sep}corpus.jsonl, line 3: invalid JSON: ")
    assert err.count("\n") == 1
    assert run("eval", str(tiny), "--limit", "5")[2].endswith(
        "must be a whole number, 10 or more, not '5'; run: searchkit eval --help\n"
    )
    assert "cannot write /nowhere/out.run: No such file" in run("eval", str(tiny), "--run", "/nowhere/out.run")[2]
    assert "run: searchkit rebuild-index" in run("eval", str(tiny), "--index", "nowhere")[2]
