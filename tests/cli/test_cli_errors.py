"""Errors are printed on one line with a hint, and have exit code 2."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_process import environment

from searchkit.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["search", "a", "--index", "nowhere"], "run: searchkit rebuild-index"),
        (["status", "--index", "nowhere"], "run: searchkit rebuild-index"),
        (["search", "a", "--since", "gestern"], "gestern"),
        (["show", "no/such.md"], "no/such.md"),
        (["rebuild-index", "--corpus", "nowhere"], "nowhere"),
        (["rebuild-index", "--timezone", "Asia/Atlantis"], "use a name such as Asia/Shanghai, or +08:00"),
        ([], "run: searchkit --help"),
    ],
)
def test_an_error_is_one_line_on_stderr(run: Run, arguments: list[str], part: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("searchkit: error: ")
    assert err.count("\n") == 1
    assert part in err


def test_without_an_index_the_error_has_the_command_that_builds_one(process: Run) -> None:
    code, out, err = process("search", "a", "--index", "nowhere")
    assert (code, out) == (2, "")
    assert "run: searchkit rebuild-index" in err
    assert "Traceback" not in err


def test_an_output_on_a_full_disk_is_an_error(home: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "searchkit", "search", "香港"]
        done = subprocess.run(
            command, cwd=home, env=environment(home), stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "searchkit: error: cannot write the output: No space left on device\n"


def test_an_unexpected_error_prints_a_traceback_only_for_debugging(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("一\x1b[31m\n二")

    monkeypatch.setattr("searchkit.index.Index.__init__", broken)
    monkeypatch.delenv("SEARCHKIT_DEBUG", raising=False)
    assert main(["search", "a"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("searchkit: error: unexpected KeyError: ")
    assert err.endswith("run again with SEARCHKIT_DEBUG=1\n")
    assert err.count("\n") == 1
    assert "\x1b" not in err
    monkeypatch.setenv("SEARCHKIT_DEBUG", "1")
    assert main(["search", "a"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_broken_pipe_to_a_worker_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError(32, "a worker has died")

    monkeypatch.setattr("searchkit.building.rebuild", broken)
    assert main(["rebuild-index"]) == 2
    assert "unexpected BrokenPipeError" in capsys.readouterr().err


def test_ctrl_c_has_exit_code_130_and_no_traceback(home: Path) -> None:
    slow = (
        "import signal, sys, time, searchkit.building\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background jobs ignore it
        "def rebuild(*_, **__): print('started', flush=True); time.sleep(60)\n"
        "searchkit.building.rebuild = rebuild\n"
        "from searchkit.cli import main\n"
        "sys.exit(main(['rebuild-index']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", slow], cwd=home, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"searchkit: interrupted\n")
