"""The examples in the help work, on the posts of this project."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cli_process import ROOT

from searchkit.cli import main
from searchkit.cli.arguments import EXAMPLES

COMMANDS = [line.strip() for text in EXAMPLES.values() for line in text.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "corpus").is_dir():
        pytest.skip("no corpus/ here")
    folder = tmp_path_factory.mktemp("examples")
    (folder / "corpus").symlink_to(ROOT / "corpus")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_example(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    if "completion" in command:
        pytest.importorskip("shtab")
    typed = re.split(r"\s{2,}|\s>", command)[0]  # without the remark, or the file it goes to
    code = main(shlex.split(typed)[1:])
    assert (code, capfd.readouterr().err) == (0, "")
