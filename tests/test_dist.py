"""``make dist``: what it builds holds all that searchkit needs, beside the packages that it asks for."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tarfile
import venv
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

import searchkit

ROOT = Path(__file__).parents[1]

pytest.importorskip("build")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and a source archive, the wheel built from the archive."""
    folder = tmp_path_factory.mktemp("dist")
    run(ROOT, sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def programs(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel, what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    programs = folder / "bin"
    (wheel,) = dist.glob("*.whl")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(programs / "python"))
    run(folder, *pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    (site,) = folder.glob("lib/python*/site-packages")
    for name in required("searchkit"):
        link(name, site)
    run(folder, *pip, "check")
    return programs


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the sample posts and no index."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    return tmp_path


def run(folder: Path, *command: str) -> str:
    """The output of a command that succeeds, in a folder of its own and without this process' settings."""
    env = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def required(name: str) -> set[str]:
    """The distributions that one asks for, directly or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for text in distribution(waiting.pop()).requires or ():
            asked = Requirement(text)
            if (asked.marker is None or asked.marker.evaluate({"extra": ""})) and asked.name not in found:
                found.add(asked.name)
                waiting.append(asked.name)
    return found


def link(name: str, site: Path) -> None:
    """Lend an installed distribution to another environment."""
    found = distribution(name)
    for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(found.locate_file(top))))


def test_the_demo_runs_from_the_wheel(programs: Path, home: Path) -> None:
    demo = re.findall(r"^\t\$\(BIN\)/(searchkit .*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    rebuilt, *searched = (run(home, f"{programs}/{program}", *rest) for program, *rest in map(shlex.split, demo))
    assert "82 posts in the index" in rebuilt
    assert len(searched) == 2
    assert all(re.search(r"^1-3 of \d+ posts", found, re.MULTILINE) for found in searched)


def test_the_wheel_is_what_was_imported(programs: Path, home: Path) -> None:
    found = run(home, str(programs / "python"), "-c", "import searchkit; print(searchkit.__file__)")
    assert Path(found.strip()).is_relative_to(programs.parent)


def test_the_wheel_is_typed_licensed_and_of_this_version(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    described = f"searchkit-{searchkit.__version__}.dist-info"
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(f"{described}/METADATA").decode()
    assert "searchkit/py.typed" in names
    assert f"{described}/licenses/LICENSE" in names
    assert "License-Expression: MIT\n" in metadata


def test_the_wheel_holds_the_whole_package_and_nothing_else(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    files = (file for file in (ROOT / "searchkit").rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    names = set(ZipFile(wheel).namelist())
    inside = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert inside == {file.relative_to(ROOT).as_posix() for file in files}


def test_the_source_archive_can_make_its_own_checks(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {name.partition("/")[2] for name in files.getnames()}
    assert {"Makefile", "requirements.txt", "tools/lock.py", "tests/conftest.py", "tests/pairs.toml"} <= names
    posts = [file.relative_to(ROOT).as_posix() for file in (ROOT / "corpus").rglob("*") if file.is_file()]
    assert names.issuperset(posts)
