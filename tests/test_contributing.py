"""CONTRIBUTING.md names the chores that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_chore_is_in_the_table_or_on_the_page_of_benchmarks() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    chores = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    benchmarks = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert {"demo", "test", "lock", "dist"} <= chores
    assert chores - set(re.findall(r"`make ([a-z-]+)", page + benchmarks)) <= {"test-forks"}
