"""The files of a judged collection, and what is said about bad ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import searchkit
from searchkit.evaluation.collection import Judgement, read_collection, read_documents


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        file = folder / {"corpus": "corpus.jsonl", "queries": "queries.tsv", "qrels": "qrels.txt"}[name]
        file.write_text(text, encoding="utf-8")
    return folder


def test_queries_and_judgements(tmp_path: Path) -> None:
    qrels = "q1 0 d1 1\nq1\t0\t2021/a  b　c.md\t2\n\nq2 0 d3 -1\r\n"
    found = read_collection(write(tmp_path, queries="q1\t香港 通关\r\nq2\t\n", qrels="\ufeff" + qrels))
    assert found.queries == {"q1": "香港 通关", "q2": ""}
    assert found.judgements == (
        Judgement("q1", "d1", 1, 1),
        Judgement("q1", "2021/a  b　c.md", 2, 2),
        Judgement("q2", "d3", -1, 4),
    )


def test_documents(tmp_path: Path) -> None:
    date = "2021-11-08 11:39:04+08:00"
    full = f'{{"id": "d1", "title": "一\\n二", "date": "{date}", "source": "来源", "body": "三\u2028四"}}'
    write(tmp_path, corpus=full + '\n\n{"id": "d2", "body": ""}')
    first, second = read_documents(tmp_path / "corpus.jsonl")
    assert first.date == dt.datetime(2021, 11, 8, 3, 39, 4, tzinfo=dt.UTC)
    assert (first.path, first.title, first.source, first.body) == ("d1", "一 二", "来源", "三\u2028四")
    assert second == searchkit.Document("d2", "", None, "", "", (), "")


GOOD = '{"id": "d1", "body": ""}\n'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "d2", "body": ', "not JSON"),
        ("[" * 200_000, "not JSON"),
        ("[]", "not a JSON object"),
        ('{"body": ""}', "id must be a text"),
        ('{"id": 2, "body": ""}', "id must be a text"),
        ('{"id": "a\\nb", "body": ""}', "id must be one line"),
        ('{"id": "", "body": ""}', "id must be one line"),
        ('{"id": "d2", "body": ["a"]}', "body must be a text"),
        ('{"id": "d2"}', "body must be a text"),
        ('{"id": "d2", "body": "", "date": "gestern"}', "invalid date 'gestern'"),
        (GOOD, "the id 'd1' is there twice"),
    ],
)
def test_a_bad_document_is_named_by_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    file = write(tmp_path, corpus=f"{GOOD}\n{line}") / "corpus.jsonl"
    with pytest.raises(searchkit.CollectionError) as caught:
        read_documents(file)
    assert str(caught.value).startswith(f"{file}, line 3: {reason}")


@pytest.mark.parametrize(
    ("queries", "qrels", "said"),
    [
        ("q1 香港\n", "", "queries.tsv, line 1: expected an identifier, a tab"),
        ("q 1\t香港\n", "", "queries.tsv, line 1: expected an identifier, a tab"),
        ("q1\t香港\nq1\t通关\n", "", "queries.tsv, line 2: the query 'q1' is there twice"),
        ("q1\t香港\n", "", "qrels.txt is empty"),
        ("q1\t香港\n", "q1 0 d1\n", "qrels.txt, line 1: expected four columns"),
        ("q1\t香港\n", "q1 0 d1 yes\n", "qrels.txt, line 1: expected four columns"),
        ("q1\t香港\n", "\nq2 0 d1 1\n", "qrels.txt, line 2: no query 'q2' in queries.tsv"),
        ("q1\t香港\n", "q1 0 d1 1\nq1 0 d1 0\n", "qrels.txt, line 2: 'd1' is judged twice for 'q1'"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, queries: str, qrels: str, said: str) -> None:
    with pytest.raises(searchkit.CollectionError) as caught:
        read_collection(write(tmp_path, queries=queries, qrels=qrels))
    assert said in str(caught.value)


def test_missing_files_and_other_encodings(tmp_path: Path) -> None:
    with pytest.raises(searchkit.CollectionError, match=r"no folder .*nowhere; it should hold queries\.tsv"):
        read_collection(tmp_path / "nowhere")
    with pytest.raises(searchkit.CollectionError, match=r"cannot read .*queries\.tsv: No such file"):
        read_collection(tmp_path)
    (tmp_path / "queries.tsv").write_bytes("q1\ta\nq2\t香港\n".encode("gb18030"))
    with pytest.raises(searchkit.CollectionError, match=r"queries\.tsv, line 2: not UTF-8"):
        read_collection(tmp_path)
