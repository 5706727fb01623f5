"""Completion: what is offered for a word, and that each shell asks for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_process import environment, searchkit

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("kind", "word", "values"),
    [
        ("source", "", ["财经", "BBC中文", "联合早报"]),
        ("source", "bbc", ["BBC中文"]),
        ("source", "聯合", ["联合早报"]),
        ("tag", "新", ["新聞", "新闻"]),
        ("facets", "source,y", ["source,year"]),
        ("query", "source:BB", ["source:BBC中文"]),
        ("query", "ti", ["title:"]),
        ("query", "香港", ["香港與"]),
        ("post", "20", ["2021/"]),
        ("post", "2021/h", ["2021/hk.md"]),
        ("post", '"小通關', ["消息：港府力争年底前与大陆“小通关”"]),
        ("post", "没有这个", []),
        ("nothing", "", []),
    ],
)
def test_values_begin_as_the_word_does(run: Run, kind: str, word: str, values: list[str]) -> None:
    code, out, err = run("complete-values", "--", kind, word)
    assert (code, err) == (0, "")
    assert set(out.splitlines()) == set(values) or (kind == "tag" and out.strip() in values)


def test_names_that_a_terminal_would_obey_are_not_offered(run: Run) -> None:
    assert run("complete-values", "--", "post", "evil")[1] == ""


def test_the_index_of_the_line_is_asked(run: Run, tmp_path: Path) -> None:
    line = ["searchkit", "search", "--index", str(tmp_path), "--source", ""]
    assert run("complete-values", "--", "source", "", *line)[0] == 2
    assert run("complete-values", "--", "source", "", *line[:2])[0] == 0


def test_no_help_names_it(run: Run) -> None:
    assert "complete-values" not in run("--help")[1]


ASKED = {
    "bash": """
        source {script}
        COMP_LINE="searchkit search x --source B" COMP_POINT=29 COMP_WORDS=(searchkit search x --source B) COMP_CWORD=4
        _shtab_searchkit searchkit B --source
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """,
    "zsh": """
        compdef() {{ :; }}
        typeset -A compstate
        eval "$(cat {script})"
        compadd() {{ print -l -- $ended; }}
        PREFIX=B words=(searchkit search x --source B)
        _searchkit_values -J group source
    """,
    "fish": """
        source {script}
        complete -C "searchkit search x --source B" | string split -f1 \\t
    """,
}


@pytest.mark.parametrize("shell", ASKED)
def test_a_shell_completes_a_source_from_the_index(shell: str, home: Path, tmp_path: Path) -> None:
    pytest.importorskip("shtab")
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    script = tmp_path / "script"
    script.write_bytes(searchkit(home, "completion", shell).stdout)
    program = tmp_path / "searchkit"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m searchkit "$@"\n')
    program.chmod(0o755)
    env = environment(home)
    done = subprocess.run(
        [shell, "-c", ASKED[shell].format(script=script).replace("\\\\", "\\")],
        cwd=home, env=env | {"PATH": f"{tmp_path}:{env['PATH']}"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (["BBC中文"], "")
