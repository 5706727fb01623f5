"""requirements.txt: what ``make lock`` writes is whole, and holds what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")

PACKAGES = re.findall(r"^([a-z0-9-]+)==(\S+).*((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)$", LOCK, re.MULTILINE)
"""Name, version and hashes."""

OPTIONAL = PROJECT["project"]["optional-dependencies"]
NEEDED_UNDER = {
    "build": PROJECT["dependency-groups"]["build"] + PROJECT["build-system"]["requires"],
    "run": PROJECT["project"]["dependencies"],
    "test": [r for extra in OPTIONAL if extra != "bench" for r in OPTIONAL[extra]],
    "bench": OPTIONAL["bench"],
}


def test_each_line_is_a_heading_or_of_a_package_with_version_and_hashes() -> None:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith("#")]
    assert len(lines) == sum(1 + hashes.count("--hash") for _, _, hashes in PACKAGES)


def test_no_address_is_named() -> None:
    assert not re.search(r"://|@|--(?!hash=)|file:", LOCK)


@pytest.mark.parametrize("heading", NEEDED_UNDER)
def test_what_pyproject_asks_for_is_there(heading: str) -> None:
    """If not, run: make lock"""
    versions: dict[str, list[str]] = {}
    for name, version, _ in PACKAGES:
        versions.setdefault(name, []).append(version)
    asked = [Requirement(text) for text in NEEDED_UNDER[heading]]
    bad = [r for r in asked if not all(map(r.specifier.contains, versions.get(canonicalize_name(r.name), ["none"])))]
    assert bad == []


def test_the_headings_are_those_that_make_installs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installed = re.findall(r"^\t\$\(BIN\)/python \$\(LOCKED\) \$\(VENV\)/(\w+)\.txt$", makefile, re.MULTILINE)
    assert re.findall(r"^## (\w+)$", LOCK, re.MULTILINE) == list(NEEDED_UNDER) == installed
