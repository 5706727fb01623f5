"""Commands for research: trend, kwic, similar, collocates, keywords."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

Run = Callable[..., tuple[int, str, str]]
OnTerminal = Callable[..., tuple[int, str]]

COMMANDS = [
    ["trend", "通关"],
    ["kwic", "通关"],
    ["similar", "2021/hk.md"],
    ["collocates", "通关"],
    ["keywords", "通关"],
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_rows_are_the_same_in_every_format(run: Run, command: list[str]) -> None:
    code, printed, _ = run(*command, "--format", "ndjson")
    rows = [json.loads(line) for line in printed.splitlines()]
    assert code == 0
    assert rows
    table = list(csv.DictReader(io.StringIO(run(*command, "--format", "csv")[1])))
    assert [list(row) for row in table] == [list(row) for row in rows]
    whole = json.loads(run(*command, "--format", "json")[1])
    assert whole.get("lines") or whole.get("posts") or whole.get("words") or whole["periods"]


@pytest.mark.parametrize("command", [["trend"], ["kwic"], ["collocates"], ["keywords"]])
def test_nothing_found_is_exit_code_1(run: Run, command: list[str]) -> None:
    assert run(*command, "没有这个")[0] == 1


@pytest.mark.parametrize(
    "command", [["trend", "通关", "--by", "hour"], ["kwic", "通关", "--width", "0"], ["similar", "z"]]
)
def test_an_error_is_exit_code_2_and_one_line(run: Run, command: list[str]) -> None:
    code, printed, error = run(*command)
    assert (code, printed, error.count("\n")) == (2, "", 1)


def test_a_trend_draws_bars_or_columns_with_the_totals(run: Run) -> None:
    assert run("trend", "通关", "--by", "year")[1].splitlines()[0].split() == ["2021", "█" * 72, "2"]
    two = run("trend", "经济", "香港", "--by", "year", "--share")[1]
    assert "2020" in two
    assert "▓" in two
    assert two.splitlines()[-2:] == ["经济  3 posts, at most 2 in 2020", "香港  2 posts, at most 2 in 2021"]
    days = run("trend", "经济", "--by", "day")[1].splitlines()
    assert days[-3] == "  each column is 10 days"
    assert max(map(cell_len, days)) <= 80


@pytest.mark.parametrize("columns", [60, 140])
@pytest.mark.parametrize(
    "command", [*COMMANDS, ["trend", "通关", "经济", "--by", "day"], ["kwic", "恶意", "--width", "60"]]
)
def test_nothing_is_wider_than_the_screen(on_terminal: OnTerminal, command: list[str], columns: int) -> None:
    code, printed = on_terminal(*command, "--color", "never", columns=columns)
    assert code == 0
    assert max(map(cell_len, printed.splitlines())) <= columns


def test_matches_stand_below_each_other(run: Run) -> None:
    lines = run("kwic", "通关", "--color", "never")[1].splitlines()[:-1]
    assert {
        cell_len(line[: min(at for at in (line.find("通关 "), line.find("通關 ")) if at >= 0)]) for line in lines
    } == {21}


@pytest.mark.parametrize("command", [["kwic", "恶意"], ["trend", "\x1b[2J恶意"], ["similar", "evil\x1b[31m.md"]])
def test_control_characters_are_escaped(run: Run, command: list[str]) -> None:
    _, printed, error = run(*command)
    assert "\x1b" not in printed + error
    assert "\u202e" not in printed + error


def test_a_chart_is_written_to_a_file_or_a_pipe(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    assert "<svg" in run("trend", "通关", "--format", "svg")[1]
    assert run("trend", "通关", "--format", "svg", "--output", str(tmp_path / "trend.svg"))[:2] == (0, "")
    assert "<svg" in (tmp_path / "trend.svg").read_text(encoding="utf-8")
    assert run("trend", "通关", "--format", "svg", "--output", str(tmp_path / "no" / "trend.svg"))[0] == 2
    assert run("trend", "通关", "--output", str(tmp_path / "trend.txt"))[0] == 2
