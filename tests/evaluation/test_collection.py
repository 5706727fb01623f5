"""The files of a test collection, and the errors about invalid ones."""

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


def test_read_queries_and_judgements(tmp_path: Path) -> None:
    qrels = "q1 0 d1 1\nq1\t0\t2021/a  b　c.md\t2\n\nq2 0 d3 -1\r\n"
    collection = read_collection(write(tmp_path, queries="q1\t香港 通关\r\nq2\t\n", qrels="\ufeff" + qrels))
    assert collection.queries == {"q1": "香港 通关", "q2": ""}
    assert collection.judgements == (
        Judgement("q1", "d1", 1, 1),
        Judgement("q1", "2021/a  b　c.md", 2, 2),
        Judgement("q2", "d3", -1, 4),
    )


def test_read_documents(tmp_path: Path) -> None:
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
        ('{"id": "d2", "body": ', "invalid JSON"),
        ("[" * 200_000, "invalid JSON"),
        ("[]", "not a JSON object"),
        ('{"body": ""}', "id must be a string"),
        ('{"id": 2, "body": ""}', "id must be a string"),
        ('{"id": "a\\nb", "body": ""}', "id must be one line"),
        ('{"id": "", "body": ""}', "id must be one line"),
        ('{"id": "d2", "body": ["a"]}', "body must be a string"),
        ('{"id": "d2"}', "body must be a string"),
        ('{"id": "d2", "body": "", "date": "gestern"}', "invalid date 'gestern'"),
        (GOOD, "duplicate id 'd1'"),
    ],
)
def test_errors_in_documents_name_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    file = write(tmp_path, corpus=f"{GOOD}\n{line}") / "corpus.jsonl"
    with pytest.raises(searchkit.CollectionError) as caught:
        read_documents(file)
    assert str(caught.value).startswith(f"{file}, line 3: {reason}")


@pytest.mark.parametrize(
    ("queries", "qrels", "message"),
    [
        ("q1 香港\n", "", "queries.tsv, line 1: expected query id, tab, query"),
        ("q 1\t香港\n", "", "queries.tsv, line 1: expected query id, tab, query"),
        ("q1\t香港\nq1\t通关\n", "", "queries.tsv, line 2: duplicate query id 'q1'"),
        ("q1\t香港\n", "", "qrels.txt is empty"),
        ("q1\t香港\n", "q1 0 d1\n", "qrels.txt, line 1: expected four columns"),
        ("q1\t香港\n", "q1 0 d1 yes\n", "qrels.txt, line 1: expected four columns"),
        ("q1\t香港\n", "\nq2 0 d1 1\n", "qrels.txt, line 2: queries.tsv has no query 'q2'"),
        ("q1\t香港\n", "q1 0 d1 1\n" * 2, "qrels.txt, line 2: duplicate judgement of 'd1' for 'q1'"),
    ],
)
def test_errors_in_queries_and_judgements_name_file_and_line(
    tmp_path: Path, queries: str, qrels: str, message: str
) -> None:
    with pytest.raises(searchkit.CollectionError) as caught:
        read_collection(write(tmp_path, queries=queries, qrels=qrels))
    assert message in str(caught.value)


def test_errors_of_missing_files_and_other_encodings(tmp_path: Path) -> None:
    with pytest.raises(searchkit.CollectionError, match=r"no folder .*nowhere; it must contain queries\.tsv"):
        read_collection(tmp_path / "nowhere")
    with pytest.raises(searchkit.CollectionError, match=r"cannot read .*queries\.tsv: No such file"):
        read_collection(tmp_path)
    (tmp_path / "queries.tsv").write_bytes("q1\ta\nq2\t香港\n".encode("gb18030"))
    with pytest.raises(searchkit.CollectionError, match=r"queries\.tsv, line 2: not UTF-8"):
        read_collection(tmp_path)
