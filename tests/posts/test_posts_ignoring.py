"""Ignore rules name the same paths as git's."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.posts.selection.files import scan
from searchkit.posts.selection.ignoring import IgnoreRules

PATHS = ["a", "b.md", "a/b", "a/b.md", "a/b/c.md", "a/a/a/b.md", "x/a/y/b", "ab.md", "a b", "#a", "!a", "a]", "-"]


@pytest.mark.parametrize(
    ("lines", "ignored", "taken"),
    [
        ("*.log", ["a.log", "x/a.log", ".log"], ["a.logs", "log"]),
        ("/a.md", ["a.md"], ["x/a.md"]),
        ("x/a.md", ["x/a.md"], ["a.md", "y/x/a.md"]),
        ("**/a.md", ["a.md", "x/y/a.md"], ["ba.md"]),
        ("x/**", ["x/a", "x/y/a"], ["x", "y/x/a"]),
        ("x/**/a", ["x/a", "x/y/a", "x/y/z/a"], ["xa", "a"]),
        ("日记*", ["日记.md", "x/日记本"], ["我的日记"]),
        ("?.md", ["甲.md"], ["甲乙.md"]),
        ("[!a-c].md", ["d.md"], ["a.md", "b.md"]),
        ("[[:digit:]].md", ["7.md"], ["a.md"]),
        ("*.md\n!keep.md", ["a.md"], ["keep.md"]),
        ("!keep.md\n*.md", ["keep.md"], []),
        ("\\#a\n\\!b", ["#a", "!b"], ["a", "b"]),
        ("a\\ ", ["a "], ["a"]),
        ("a  ", ["a"], ["a  "]),
        ("# comment\n\n   \n[unclosed\nb\\", [], ["# comment", "   ", "[unclosed", "b\\", "b"]),
    ],
)
def test_rules_name_paths_as_git_does(lines: str, ignored: list[str], taken: list[str]) -> None:
    rules = IgnoreRules.of(lines.split("\n"))
    assert [path for path in [*ignored, *taken] if rules.ignores(path, False)] == ignored


def test_a_rule_with_a_slash_at_its_end_names_folders_only() -> None:
    rules = IgnoreRules.of(["private/"])
    assert (rules.ignores("x/private", True), rules.ignores("x/private", False)) == (True, None)


def test_rules_are_relative_to_the_folder_of_their_file() -> None:
    below = IgnoreRules.of(["/a.md"], prefix="x/")
    assert (below.ignores("x/a.md", False), below.ignores("x/y/a.md", False)) == (True, None)
    above = IgnoreRules.of(["/corpus/a.md"], above="corpus/")
    assert (above.ignores("a.md", False), above.ignores("corpus/a.md", False)) == (True, None)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not here")
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


@settings(max_examples=60)
@given(lines=st.lists(st.text(st.sampled_from("ab*?/!.#-]md "), min_size=1, max_size=7), min_size=1, max_size=4))
def test_git_itself_names_the_same_paths(repository: Path, lines: list[str]) -> None:
    """A path below an ignored folder is ignored whatever the rules say of it; a walk does not go there."""
    (repository / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["git", "-C", repository, "check-ignore", "-z", "--no-index", "--stdin"]
    asked = "\0".join(PATHS).encode()
    named = subprocess.run(command, input=asked, capture_output=True, check=False).stdout.decode().split("\0")
    rules = IgnoreRules.of(lines)

    def ignored(path: str) -> bool:
        parents = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 1)]
        return any(rules.ignores(parent, True) for parent in parents) or bool(rules.ignores(path, False))

    assert [path for path in PATHS if ignored(path)] == [path for path in PATHS if path in named]


@given(lines=st.lists(st.text(), max_size=5), path=st.text(min_size=1))
def test_no_line_is_an_error(lines: list[str], path: str) -> None:
    assert IgnoreRules.of(lines).ignores(path, False) in (True, False, None)


@given(lines=st.lists(st.text(st.sampled_from("[]!^-az:alph\\*?/"), max_size=9), max_size=5))
def test_no_set_is_an_error(lines: list[str]) -> None:
    assert IgnoreRules.of(lines).ignores("a/z", False) in (True, False, None)


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "**/a/" * 30 + "b", "a" + "*" * 60 + "b", "a/**/" * 40 + "*b*c"])
def test_no_pattern_takes_superlinear_time(pattern: str) -> None:
    rules = IgnoreRules.of([pattern])

    def seconds(length: int) -> float:
        times = []
        for _ in range(5):
            began = time.process_time()
            for path in ("a" * length, "a/" * length):
                rules.ignores(path, False)
            times.append(time.process_time() - began)
        return min(times)

    rules.ignores("a", False)
    assert seconds(20_000) < 2.6 * seconds(10_000) + 0.001


FILES = ["a.md", "b.md", "x/a.md", "x/b.md", "x/y/a.md", "x/y/ab.md", "y/a.md", "y/x/b.md"]
RULES = st.lists(
    st.sampled_from(["*.md", "a.md", "!a.md", "x/", "!x/", "/x/*", "!x/y/", "y", "**/y/", "x/**", "!b.md", "/*", "a*"]),
    max_size=4,
)


@settings(max_examples=60)
@given(ignore_files=st.dictionaries(st.sampled_from(["", "x/", "x/y/", "y/"]), RULES, max_size=3))
def test_a_scan_finds_what_git_would_add(repository: Path, ignore_files: dict[str, list[str]]) -> None:
    corpus = repository / "corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    (repository / ".gitignore").write_text("", encoding="utf-8")
    for path in FILES:
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_text("x", encoding="utf-8")
    for folder, lines in ignore_files.items():
        (corpus / folder / ".gitignore").write_text("\n".join(lines), encoding="utf-8")
    command = ["git", "-C", corpus, "ls-files", "-z", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    assert [post.path for post in scan(corpus).posts] == sorted(path for path in listed if path.endswith(".md"))
