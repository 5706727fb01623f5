"""The modules that a command loads: what it does not need would only delay it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_process import environment


def loaded_by(home: Path, *argv: str) -> set[str]:
    """All modules that a command has loaded in a new process."""
    report = f"import sys; from searchkit.cli import main; main({list(argv)}); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", report]
    done = subprocess.run(command, cwd=home, env=environment(home), capture_output=True, check=True, timeout=60)
    return set(done.stderr.decode().split())


@pytest.mark.parametrize(
    "command",
    [
        "rebuild-index --dry-run",
        "rebuild-index --full --jobs 1 --index other",
        "search 香港",
        "search 香港 --format json",
        "search bbd~1 kube* 2021..2022 --explain",
        "search ipone --facets source,year --sort newest",
        "show 2021/hk.md",
        "status",
        "analyze 香港",
        "completion bash",
        "--help",
    ],
)
def test_no_command_loads_whoosh_or_network_modules(home: Path, command: str) -> None:
    loaded = loaded_by(home, *command.split())
    assert not loaded & {"whoosh", "asyncio", "ssl", "http.client", "urllib.request"}


def test_a_json_search_loads_nothing_for_people_or_rebuilds(home: Path) -> None:
    loaded = loaded_by(home, "search", "香港", "--format", "json")
    assert not loaded & {"rich", "bs4", "lxml", "pandas", "shtab", "frontmatter", "rjieba", "multiprocessing"}
    assert not loaded & {"searchkit.rebuilding.rebuild", "searchkit.language.batch"}
    assert "searchkit.engines.whoosh.indexing.inverter" not in loaded


def test_a_rebuild_without_changes_loads_no_arrays(home: Path) -> None:
    assert not loaded_by(home, "rebuild-index", "--dry-run", "--format", "json") & {"numpy", "lxml", "rjieba"}


def test_a_rebuild_of_few_posts_starts_no_pool(home: Path, tmp_path: Path) -> None:
    loaded = loaded_by(home, "rebuild-index", "--index", str(tmp_path / "index"), "--format", "json")
    assert "numpy" in loaded
    assert not loaded & {"numpy.ma", "multiprocessing", "concurrent.futures", "rich"}


def test_help_loads_no_index(home: Path) -> None:
    assert not loaded_by(home, "search", "--help") & {"numpy", "searchkit.index", "searchkit.language"}


def test_a_process_ends_though_a_thread_waits_for_an_answer(home: Path) -> None:
    """As of ``serve``, after Ctrl-C, while another machine does not answer."""
    waits = "import sys, threading; threading.Thread(target=threading.Event().wait).start()"
    command = [sys.executable, "-c", f"{waits}; from searchkit.cli import main; sys.exit(main())", "--version"]
    done = subprocess.run(command, cwd=home, env=environment(home), capture_output=True, check=True, timeout=60)
    assert done.stdout.startswith(b"searchkit ")
