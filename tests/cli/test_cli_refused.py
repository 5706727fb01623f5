"""Ctrl-C at any instant, and what the operating system refuses: an exit code that tells it, and never a traceback."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from cli_process import ROOT, environment

from searchkit.cli import main
from searchkit.cli.refusals import refusal

INTERRUPTING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
instant = os.environ["INSTANT"]
def interrupt(*_): os.kill(os.getpid(), signal.SIGINT)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == instant.rstrip("!"):
            sys.meta_path.remove(self)
            try:
                interrupt()
            except KeyboardInterrupt:
                if instant.endswith("!"):  # as code in C does that finds an error where it expected none
                    raise ImportError("swallowed") from None
                raise
class Finalizer:
    __del__ = interrupt
if instant == "exit":
    import atexit
    atexit.register(interrupt)
elif instant == "finalizer":
    kept = [Finalizer()]
    def collect(event, arguments):
        if event == "open" and str(arguments[0]).endswith("meta.json"):
            kept.clear()
    sys.addaudithook(collect)
else:
    sys.meta_path.insert(0, Finder())
"""
"""Run by the interpreter before anything else: sends SIGINT when a module is imported, or at another instant."""


def test_ctrl_c_leaves_no_traceback_at_whatever_instant(home: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTING, encoding="utf-8")
    module = "-m", "searchkit"
    for instant, command in zip(INSTANTS.split(), cycle([module, SCRIPT]), strict=False):
        done = subprocess.run(
            [sys.executable, *command, "search", "香港"],
            cwd=home,
            env=environment(home, INSTANT=instant, PYTHONPATH=f"{tmp_path}:{ROOT}"),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (130, b"searchkit: interrupted\n"), instant


INSTANTS = """
    searchkit.messages contextvars searchkit.cli.interrupts searchkit.cli.shell dataclasses searchkit.model argparse
    searchkit.cli.commands.search searchkit.index numpy numpy._core.overrides numpy! opencc! rich.cells
    finalizer finalizer exit exit
"""

SCRIPT = "-c", "import sys\nfrom searchkit.cli import main\nsys.exit(main())"
"""What pip makes of the entry point ``searchkit``."""


@pytest.mark.parametrize("files", [5, 8])
def test_too_few_open_files_are_no_empty_answer(home: Path, files: int) -> None:
    done = limited(home, resource.RLIMIT_NOFILE, files, "search", "香港")
    assert done.returncode == (0 if done.stdout else 2)
    assert done.stdout or b"Too many open files" in done.stderr
    assert done.stderr.count(b"\n") == (0 if done.stdout else 1)


@pytest.mark.parametrize("megabytes", [40, 80, 100, 150])
def test_too_little_memory_is_an_error(home: Path, megabytes: int) -> None:
    done = limited(home, resource.RLIMIT_AS, megabytes << 20, "search", "香港")
    assert done.returncode == (0 if done.stdout else 2)
    assert done.stderr.startswith(b"" if done.stdout else b"searchkit: error: ")
    assert b"Traceback" not in done.stderr
    assert b"unexpected" not in done.stderr


def limited(home: Path, what: int, limit: int, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command with a limit, set as the shell's ``ulimit`` sets it: before the interpreter starts."""
    return subprocess.run(
        [sys.executable, "-m", "searchkit", *arguments],
        cwd=home,
        env=environment(home),
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(what, (limit, limit)),
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "", "a.md"), "a.md: Too many open files; allow more of them: ulimit -n 256"),
        (OSError(errno.ENOSPC, ""), "No space left on device; free some space"),
        (BlockingIOError(errno.EAGAIN, ""), "ulimit -u"),
        (PermissionError(errno.EACCES, "", b"\xff.md"), "\udcff.md: Permission denied; check the permissions"),
        (MemoryError(), "Cannot allocate memory; close other programs"),
        (ImportError("libm.so: cannot open shared object file\nsee"), "libm.so: cannot open shared object file; allow"),
    ],
)
def test_what_the_system_refuses_is_told_with_what_helps(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object) -> None:
        raise error

    assert said in str(refusal(error))
    monkeypatch.setattr("searchkit.index.Index.__init__", refused)
    assert main(["search", "a"]) == 2
    assert capsys.readouterr().err.startswith("searchkit: error: ")


@pytest.mark.parametrize(
    "error", [KeyError("a"), FileNotFoundError(errno.ENOENT, ""), BrokenPipeError(errno.EPIPE, "")]
)
def test_a_bug_is_not_taken_for_what_the_system_refuses(error: Exception) -> None:
    assert refusal(error) is None
