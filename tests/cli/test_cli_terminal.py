"""Output on a terminal: colours, links, wrapping, progress bar, pager."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from searchkit.cli.commands import SUMMARIES

OnTerminal = Callable[..., tuple[int, str]]
Run = Callable[..., tuple[int, str, str]]


def test_results_are_coloured_and_wrapped(on_terminal: OnTerminal) -> None:
    code, output = on_terminal("search", "香港", "通关", columns=40)
    plain = re.sub(r"\x1b\[[\d;]*m", "", output)
    assert code == 0
    assert "\x1b[1;31m香港\x1b[0m" in output
    assert "\x1b" not in plain
    assert max(map(cell_len, plain.splitlines())) <= 40


def test_links_where_the_terminal_supports_them(on_terminal: OnTerminal) -> None:
    assert ";https://www.example.com/story1\x1b\\" in on_terminal("search", "香港", VTE_VERSION="7002")[1]


def test_no_escape_sequences_with_no_color(on_terminal: OnTerminal) -> None:
    assert "\x1b" not in on_terminal("search", "香港", NO_COLOR="1", VTE_VERSION="7002")[1]


def test_json_is_indented_on_a_terminal(on_terminal: OnTerminal) -> None:
    assert '\n  "total": 2,\n' in on_terminal("search", "香港", "--format", "json")[1]


def test_paths_are_escaped_on_a_terminal(on_terminal: OnTerminal) -> None:
    assert on_terminal("search", "恶意", "--format", "paths")[1] == "evil\\x1b[31m.md\n"


def test_a_rebuild_has_a_progress_bar_on_a_terminal_only(on_terminal: OnTerminal, process: Run) -> None:
    code, output = on_terminal("rebuild-index", "--full", "--dry-run")
    assert code == 0
    assert "posts" in output.split("added")[0]
    assert "\x1b[?25h" in output  # the cursor is visible again
    assert process("rebuild-index", "--dry-run")[2] == ""


def test_a_post_is_shown_in_the_pager(on_terminal: OnTerminal, home: Path) -> None:
    assert "IPHONE" in on_terminal("show", "2021/hk.md", PAGER="tr a-z A-Z")[1]
    assert "iPhone" in on_terminal("show", "2021/hk.md", PAGER="no-such-pager")[1]


@pytest.mark.skipif(shutil.which("less") is None, reason="no less")
def test_less_shows_chinese_and_quits_if_the_text_fits(on_terminal: OnTerminal) -> None:
    code, output = on_terminal("show", "2021/hk.md", LC_ALL="C")
    assert code == 0
    assert "深水埗" in output


@pytest.mark.parametrize("command", ["", *SUMMARIES])
def test_help_fits_80_columns(run: Run, command: str) -> None:
    lines = run(*command.split(), "--help", COLUMNS="80")[1].splitlines()
    assert [line for line in lines if cell_len(line) > 80 and "/completions/" not in line] == []


def test_each_command_is_on_one_line_with_its_help(run: Run) -> None:
    assert "    rebuild-index  update the index with changed posts\n" in run("--help", COLUMNS="80")[1]
