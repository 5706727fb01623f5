"""The examples of the README."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample posts and their index."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "corpus").symlink_to(ROOT / "corpus")
    assert run(folder, "-m", "searchkit", "rebuild-index", "--quiet")[0] == 0
    return folder


def run(folder: Path, *arguments: str, language: str = "en") -> tuple[int, str]:
    env = os.environ | {"LANGUAGE": language}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=env, stdout=subprocess.PIPE, encoding="utf-8")
    return done.returncode, done.stdout


def indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


def without_times(text: str) -> str:
    return re.sub(r"[\d.]+ (ms|s|毫秒|秒)$", "a moment", text, flags=re.MULTILINE)


BOTH = pytest.mark.parametrize(("readme", "language"), [(README, "en"), (CHINESE, "zh_CN")], ids=["en", "zh"])


@BOTH
def test_the_output_of_the_first_search(home: Path, readme: str, language: str) -> None:
    command, shown = re.search(r"    \$ searchkit (.*)\n((?:    .*\n|\n)+)", readme).groups()  # type: ignore[union-attr]
    status, output = run(home, "-m", "searchkit", *shlex.split(command), language=language)
    assert status == 0
    assert without_times(indented(output)).strip() == without_times(shown).strip()


@BOTH
def test_the_output_of_the_python_example(home: Path, readme: str, language: str) -> None:
    code, shown = re.search(r"```python\n(.*?)```\n\n((?:    [^\n]*\n)+)", readme, re.DOTALL).groups()  # type: ignore[union-attr]
    assert run(home, "-c", code) == (0, "".join(f"{line[4:]}\n" for line in shown.splitlines()))


OWN_POSTS = README.partition("## Your own posts")[2].partition("## In Python")[0]
FULL_SCREEN = ("browse", "serve", "open")  # what they are for, a test of their own shows
COMMANDS = [
    line.strip().partition("  #")[0].partition(" | ")[0]
    for line in OWN_POSTS.splitlines()
    if line.startswith("    searchkit ") and "~" not in line and line.split()[1] not in FULL_SCREEN
]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run_without_errors(home: Path, command: str) -> None:
    status, output = run(home, "-m", *shlex.split(command))
    assert status == 0
    assert output


def test_both_readmes_show_the_same_commands_links_and_pictures() -> None:
    def shown(readme: str) -> list[str]:
        lines = [line for line in readme.splitlines() if line.startswith("    searchkit ")]
        commands = [line.partition("  #")[0].strip() for line in lines]
        links = [link for link in re.findall(r"\]\(([^)]+)\)", readme) if "README" not in link and "page-" not in link]
        return [*commands, *links]

    assert shown(README) == shown(CHINESE)
