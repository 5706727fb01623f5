"""What Python says of somebody else's source while it compiles that is not for those who use searchkit.

pip compiles what it installs; other installers do not, or a start cannot write beside the modules. Here nothing is
compiled yet.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_process import environment

Run = Callable[..., tuple[int, str, str]]

IMPORT = "import searchkit; searchkit.open('index').search('香港 bbd~1 pinyin:tongguan'); searchkit.analyze('香港通关')"
ANALYZE_WITH_JIEBA = """
import sys; sys.modules["rjieba"] = None
import searchkit; searchkit.analyze("香港与内地力争年底前通关" * 10)
assert "jieba" in sys.modules
"""


@pytest.fixture(scope="module")
def uncompiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where compiled modules are looked for, in vain at first; a warning is for the one who compiles."""
    return str(tmp_path_factory.mktemp("pycache"))


@pytest.mark.parametrize(
    "command",
    [
        "--help",
        "search 香港 --format json",
        "search bbd~1 --format json",
        "search 香港",
        "rebuild-index --index other --full --jobs 2",
        "status",
    ],
)
def test_a_command_shows_no_warning(process: Run, uncompiled: str, command: str) -> None:
    code, _, err = process(*command.split(), PYTHONPYCACHEPREFIX=uncompiled)
    assert (code < 2, err) == (True, "")


@pytest.mark.parametrize("code", [IMPORT, ANALYZE_WITH_JIEBA])
def test_nor_does_a_script(home: Path, uncompiled: str, code: str) -> None:
    env = environment(home, PYTHONPYCACHEPREFIX=uncompiled)
    done = subprocess.run([sys.executable, "-c", code], cwd=home, env=env, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
