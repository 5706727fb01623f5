"""Results for programs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.render.data import csv_text, json_text, ndjson_text, paths_bytes, paths_text, table_csv


def test_json_is_one_readable_line(hit: Any, page: Any) -> None:
    text = json_text(page(hit("香港通关")).to_dict())
    assert "香港通关" in text
    assert text.count("\n") == 1
    assert json_text({"a": 1}, indent=True) == '{\n  "a": 1\n}\n'


@given(st.text(st.characters(codec=None)))
def test_json_loses_nothing_and_contains_no_control_characters(value: str) -> None:
    text = json_text([value])
    assert json.loads(text) == [value]
    assert text.encode("utf-8")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text.rstrip("\n"))


def test_ndjson_has_a_line_per_hit(hit: Any, page: Any) -> None:
    lines = ndjson_text(page(hit("甲"), hit("乙", rank=2))).splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["甲", "乙"]
    assert ndjson_text(page()) == ""


def test_csv_has_a_header_and_a_row_per_hit(hit: Any, page: Any) -> None:
    one = hit('他说："通关", 好', "一。", "二。", tags=("甲", "乙"), also=("b.md", "c.md"), missing=("丁", "戊"))
    text = csv_text(page(one))
    assert text.splitlines(keepends=True)[0] == "rank,score,path,title,date,source,url,tags,also,snippet,missing\r\n"
    assert list(csv.reader(io.StringIO(text)))[1] == [
        "1",
        "12.500000",
        "2021/a.md",
        '他说："通关", 好',
        "2021-11-08T03:39:04Z",
        "联合早报",
        "https://www.example.com/story1",
        "甲; 乙",
        "b.md; c.md",
        "一。; 二。",
        "丁; 戊",
    ]


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(1)", "＝1+1"])
def test_csv_cells_are_no_formulas(hit: Any, page: Any, title: str) -> None:
    assert list(csv.reader(io.StringIO(csv_text(page(hit(title))))))[1][3] == "'" + title


@given(st.text("a, ;|\t\r\n\"'=+-@＝＋－＠\u3000", max_size=12))
def test_csv_has_no_formula_whatever_a_spreadsheet_splits_its_lines_at(text: str) -> None:
    """Where the comma is the decimal sign, spreadsheets split lines at semicolons, within quotes too."""
    lines = table_csv([{text: 1, "word": text}])
    cells = (cell for delimiter in ",;|\t\n" for cell in lines.replace("\r", "\n").split(delimiter))
    assert not [cell for cell in cells if cell.strip().strip('"').lstrip().startswith(tuple("=+-@＝＋－＠"))]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("通关;=HYPERLINK(1)", "通关;'=HYPERLINK(1)"),
        ("a, -b|+c; @d", "a, '-b|'+c; '@d"),
        (" ＝1", " '＝1"),
        ("a-b = c+d", "a-b = c+d"),
    ],
)
def test_csv_stays_readable(text: str, cell: str) -> None:
    assert list(csv.reader(io.StringIO(table_csv([{"text": text}]))))[1] == [cell]


def test_csv_contains_no_control_characters(hit: Any, page: Any) -> None:
    assert "a\\x1b\\x00\\ud800" in csv_text(page(hit("a\x1b\x00\ud800")))


def test_paths_are_exact_bytes_in_a_pipe_and_escaped_on_a_terminal(hit: Any, page: Any) -> None:
    results = page(hit(path="新/\udcff\x1b.md"), hit(path="\ud800.md"))
    assert paths_bytes(results) == "新/".encode() + b"\xff\x1b.md\n" + b"\\ud800.md\n"
    assert paths_text(results) == "新/\\udcff\\x1b.md\n\\ud800.md\n"
