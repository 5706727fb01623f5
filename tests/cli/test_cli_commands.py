"""All commands but ``search`` and ``eval``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit as library
from searchkit.cli.parser import whole_parser

Run = Callable[..., tuple[int, str, str]]


def test_show_by_path(run: Run) -> None:
    code, out, _ = run("show", "2021/hk.md")
    assert code == 0
    assert out.startswith("香港與內地通關在即\ndate    2021-12-01 00:00:00 UTC\nsource  BBC中文\n")
    assert "iPhone 13" in out
    assert json.loads(run("show", "2021/hk.md", "--format", "json")[1])["paths"] == ["2021/hk.md", "mirror/hk.md"]


def test_show_by_a_path_that_the_shell_completed(run: Run) -> None:
    assert run("show", "./corpus/2021/hk.md")[0] == 0


def test_show_paths_with_a_hyphen_or_invalid_bytes(run: Run) -> None:
    assert "欧洲" in run("show", "--", "-eu.md")[1]
    assert "怪名" in run("show", b"odd\xff.md")[1]


def test_show_by_the_rank_in_the_last_search(run: Run, tmp_path: Path) -> None:
    assert "needs a search before it" in run("show", "1")[2]
    run("search", "通关", "--sort", "oldest", "--offset", "1")
    assert run("show", "2")[1].startswith("香港與內地")
    assert run("show", "1")[2].startswith("searchkit: error: no rank 1: the last search showed 2-2;")
    assert "the last search was in" in run("show", "2", "--index", "other")[2]
    (tmp_path / "searchkit" / "last-search.json").write_text("[")
    assert "needs a search before it" in run("show", "2")[2]


def test_ranks_work_in_another_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("search", "欧洲")
    monkeypatch.chdir(tmp_path)
    assert "欧洲央行" in run("show", "1")[1]


def test_an_unwritable_cache_is_no_error(run: Run) -> None:
    code, _, err = run("search", "香港", XDG_CACHE_HOME="/dev/null")
    assert (code, err) == (0, "")


def test_the_report_of_a_rebuild_and_the_changes_of_a_status(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "甲.md").write_text("---\ntitle: 甲\n---\n一\n", encoding="utf-8")
    os.utime(tmp_path / "corpus" / "甲.md", (0, 0))  # a file as new as the index would be read again
    report = json.loads(run("rebuild-index", "--format", "json", "--jobs", "1")[1])
    names = "added updated removed unchanged documents changed_words changed_synonyms reindexed saved skipped warnings"
    assert list(report) == [*names.split(), "left_out", "removed_left_out", "sites", "damage", "seconds"]
    assert (report["added"], report["documents"]) == (1, 1)
    (tmp_path / "corpus" / "乙.md").write_text("---\ntitle: 乙\n---\n二\n", encoding="utf-8")
    assert json.loads(run("status", "--format", "json")[1])["added"] == 1
    assert "changes 1 new\n        run: searchkit rebuild-index\n" in run("status")[1]
    assert "2 posts would be in the index" in run("rebuild-index", "--dry-run", "--jobs", "1")[1]
    for file in (tmp_path / "corpus").iterdir():
        file.unlink()
    assert run("rebuild-index")[0] == 2
    assert run("rebuild-index", "--allow-empty", "--quiet") == (0, "", "")


def test_analyze(run: Run) -> None:
    code, out, _ = run("analyze", "香港力爭", "iPhone15")
    assert code == 0
    assert "unigrams  香 港 力 争 iphone 15\n" in out
    unigrams = json.loads(run("analyze", "-香港", "--format", "json")[1])["unigrams"]
    assert [unigram["text"] for unigram in unigrams][-2:] == ["香", "港"]


def test_version_and_help(run: Run) -> None:
    assert run("--version")[:2] == (0, f"searchkit {library.__version__}\n")
    assert "searchkit search 香港 通关" in run("--help")[1]


def test_every_command_has_help_with_examples() -> None:
    for name, parser in whole_parser()[1].items():
        assert f"examples:\n  searchkit {name}" in parser.format_help()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_prints_a_valid_script(run: Run, shell: str) -> None:
    pytest.importorskip("shtab")
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "--snippet-chars" in out
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=out.encode(), check=False).returncode == 0


def test_check_names_the_damaged_file_and_the_command_that_repairs_it(run: Run, tmp_path: Path) -> None:
    index = tmp_path / "index"
    run("rebuild-index", "--index", str(index))
    code, out, _ = run("check", "--index", str(index))
    assert (code, out.splitlines()[0]) == (0, f"{index} is whole")
    segment = next(index.glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:100] + b"?" + segment.read_bytes()[101:])
    code, out, _ = run("check", "--index", str(index))
    assert code == 1
    assert out.startswith(f"{segment.name}: ")
    assert out.endswith(f"run: searchkit rebuild-index --repair --index {index}\n")
    [problem] = json.loads(run("check", "--index", str(index), "--format", "json")[1])["problems"]
    assert problem["file"] == segment.name
