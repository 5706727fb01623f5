"""The programs of docs/whoosh.md print what the page shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit

ROOT = Path(__file__).parents[2]
PROGRAMS = re.findall(r"```python\n(.*?)```\n\n((?:    [^\n]*\n)+)", (ROOT / "docs/whoosh.md").read_text("utf-8"), re.S)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of the sample posts."""
    folder = tmp_path_factory.mktemp("home")
    searchkit.rebuild(ROOT / "corpus", folder / "index", jobs=1)
    return folder


@pytest.mark.parametrize(("code", "shown"), PROGRAMS)
def test_the_programs(home: Path, code: str, shown: str) -> None:
    run = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, encoding="utf-8")
    assert run.stderr == ""
    assert run.stdout == "".join(f"{line[4:]}\n" for line in shown.splitlines())


def test_every_program_is_here() -> None:
    assert len(PROGRAMS) == 2
