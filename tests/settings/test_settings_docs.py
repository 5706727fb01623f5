"""docs/settings.md: its table, its word lists, its commands and its example."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from searchkit.settings.archive import KEYS, read_settings
from searchkit.settings.wordlists import read_lexicon

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
POSTS = {"小通关.md": "港府力争年底小通关。", "通关.md": "通关", "天气.md": "天气很好"}


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """``~/blog`` with the posts and the word lists of the page; the home folder is the one above."""
    folder = tmp_path / "blog"
    (folder / "posts").mkdir(parents=True)
    for name, text in POSTS.items():
        file = folder / "posts" / name
        file.write_text(f"---\ntitle: {text}\n---\n{text}\n", encoding="utf-8")
        os.utime(file, (0, 0))
    for text in blocks("text"):
        (folder / text.split()[1]).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "HOME": str(folder.parent), "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return re.sub(r"[\d.]+ ms|[\d.]+ s\b", "a moment", done.stdout.replace(str(folder.parent), "/home/wang"))


def shown(command: str) -> str:
    output = re.search(rf"    \$ {command}\n((?:    [^$\n].*\n|\n)+)", PAGE)
    assert output
    text = re.sub(r"^    ", "", output[1], flags=re.MULTILINE).strip()
    return re.sub(r"[\d.]+ ms|[\d.]+ s\b", "a moment", text)


def test_the_table_names_every_setting(tmp_path: Path) -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(KEYS)
    (tmp_path / "searchkit.toml").write_text(blocks("toml")[0], encoding="utf-8")
    assert read_settings(tmp_path / "searchkit.toml").exclude == ("diary/",)


def test_the_word_lists(blog: Path) -> None:
    lexicon, problems = read_lexicon(blog / "dictionary.txt", blog / "synonyms.txt")
    assert lexicon.frequencies == {"云计算": 100, "小通关": 1, "港人治港": 5, "通关费": 0}
    assert lexicon.synonyms["k8s"] == ("kubernetes", "容器编排")
    assert lexicon.synonyms["阿里"] == ("阿里巴巴",)
    assert (problems, "阿里巴巴" in lexicon.synonyms) == ([], False)


def test_the_commands_and_the_example(blog: Path) -> None:
    assert run(blog, "-m", "searchkit", "init").strip() == shown("searchkit init")
    words = blog / "dictionary.txt"
    text = words.read_text(encoding="utf-8")
    words.write_text("", encoding="utf-8")
    run(blog, "-m", "searchkit", "rebuild-index")
    words.write_text(text, encoding="utf-8")
    assert run(blog, "-m", "searchkit", "rebuild-index").strip() == shown("searchkit rebuild-index")
    code, output = re.search(r"```python\n(.*?)```\n\n((?:    [^\n]*\n)+)", PAGE, re.DOTALL).groups()  # type: ignore[union-attr]
    assert run(blog, "-c", code) == "".join(f"{line[4:]}\n" for line in output.splitlines())
