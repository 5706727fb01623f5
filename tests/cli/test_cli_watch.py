"""``rebuild-index --watch`` as a process that follows a folder, and the ways of docs/keeping-fresh.md."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice, repeat
from pathlib import Path
from typing import IO, Any
from unittest.mock import Mock

import pytest
from cli_process import ROOT, environment, searchkit

from searchkit.cli import main
from searchkit.errors import IndexBusy, IndexNotWritten, IndexUnreachable, SearchkitError
from searchkit.rebuilding.watching import Task, follow
from searchkit.render.reports import change_line
from searchkit.reports import PostProblem, RebuildReport

pytest.importorskip("watchfiles")

SETTINGS = """\
corpus = "posts"
index = "posts/index"
[searches]
通关 = "香港 通关"
"""
NOTHING = RebuildReport(0, 0, 0, 3, 3, (), (), 0.4)
PROBLEM = (PostProblem("a.md", "not UTF-8"),)


def heed_ctrl_c() -> None:
    """What a shell starts in the background inherits that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Watching:
    """A process of ``rebuild-index --watch``; it is killed where it says nothing for long."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "searchkit", "rebuild-index", "--watch", *options]
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_ctrl_c if os.name == "posix" else None,
        )

    def said(self) -> str:
        return self._line(self.process.stdout)

    def complained(self) -> str:
        return self._line(self.process.stderr)

    def did(self) -> tuple[int, int, int]:
        line = json.loads(self.said())
        return line["added"], line["updated"], line["removed"]

    def interrupt(self) -> tuple[int, str, str]:
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err

    def _line(self, stream: IO[str] | None) -> str:
        assert stream is not None
        guard = threading.Timer(30, self.process.kill)
        guard.start()
        try:
            return stream.readline()
        finally:
            guard.cancel()


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """A folder with settings, whose index is among the posts."""
    (tmp_path / "searchkit.toml").write_text(SETTINGS)
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text("澳门")
    return tmp_path


@pytest.fixture
def watching(blog: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def watching(*options: str) -> Watching:
        started.append(Watching(blog, *options))
        return started[-1]

    yield watching
    for each in started:
        each.process.kill()
        each.process.communicate()


def test_it_brings_the_index_up_to_date_and_follows_changes(blog: Path, watching: Callable[..., Watching]) -> None:
    follower = watching()
    while "Ctrl-C" not in follower.said():
        pass
    (blog / "posts" / "b.md").write_text("香港通关")
    line = follower.said()
    assert re.fullmatch(r"\d\d:\d\d:\d\d  \+1 ~0 -0 posts, .+ m?s; new posts of saved searches: @通关 1\n", line)
    assert follower.interrupt() == (0, "", "")


def test_only_changes_of_posts_are_told(blog: Path, watching: Callable[..., Watching]) -> None:
    follower = watching("--format", "json")
    assert follower.did() == (1, 0, 0)
    (blog / "posts" / "a.md").touch()
    (blog / "posts" / "picture.png").touch()
    (blog / "posts" / "new").mkdir()
    (blog / "posts" / "new" / "b.md").write_text("香港")
    assert follower.did() == (1, 0, 0)
    shutil.rmtree(blog / "posts" / "new")
    (blog / "posts" / "a.md").write_text("台湾")
    assert follower.did() == (0, 1, 1)
    assert follower.interrupt() == (0, "", "")


def test_settings_and_word_lists_are_read_again(blog: Path, watching: Callable[..., Watching]) -> None:
    follower = watching("--format", "json")
    assert follower.did() == (1, 0, 0)
    settings = (blog / "searchkit.toml").read_text()
    (blog / "searchkit.toml").write_text("corpus = ")
    assert "is not TOML" in follower.complained()
    (blog / "new.toml").write_text(f'synonyms = "synonyms.txt"\n{settings}')
    (blog / "synonyms.txt").write_text("")
    (blog / "new.toml").replace(blog / "searchkit.toml")  # as editors save
    (blog / "posts" / "b.md").write_text("香港")
    assert follower.did() == (1, 0, 0)
    (blog / "synonyms.txt").write_text("濠江 = 澳门\n")
    assert json.loads(follower.said())["changed_synonyms"] > 0
    assert follower.interrupt() == (0, "", "")


def test_it_survives_that_the_posts_are_away_and_that_another_rebuild_is_at_work(
    blog: Path, watching: Callable[..., Watching]
) -> None:
    from searchkit.engines.whoosh.commit.lock import exclusive

    with exclusive(blog / "posts" / "index"):
        follower = watching("--format", "json")
        assert "another rebuild is at work" in follower.complained()
    assert follower.did() == (1, 0, 0)
    (blog / "posts").rename(blog / "away")
    assert "does not exist" in follower.complained()
    (blog / "away" / "b.md").write_text("香港")
    (blog / "away").rename(blog / "posts")
    assert follower.did() == (1, 0, 0)
    (blog / "posts" / "c.md").write_text("台湾")
    assert follower.did() == (1, 0, 0)
    assert follower.interrupt() == (0, "", "")


@pytest.mark.parametrize("option", ["--quiet", "--format=text", "--format=json"])
def test_what_is_printed(option: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fake(settle: object) -> Iterator[RebuildReport | SearchkitError]:
        yield NOTHING
        yield SearchkitError("the disk\x1b is full")
        yield replace(NOTHING, added=2)
        raise KeyboardInterrupt

    monkeypatch.setattr("searchkit.rebuilding.watching.follow", fake)
    assert main(["rebuild-index", "--watch", option]) == 0
    out, err = capfd.readouterr()
    assert err == "searchkit: error: the disk\\x1b is full\n"
    added = re.findall(r'"added":(\d)|\+(\d) ~|added +(\d)', out)
    assert ["".join(numbers) for numbers in added] == ([] if option == "--quiet" else ["0", "2"])


def followed(monkeypatch: pytest.MonkeyPatch, *outcomes: object) -> Iterator[object]:
    """What is told if rebuilds have these outcomes, one after each set of changes."""
    monkeypatch.setattr("watchfiles.watch", lambda *folders, **options: repeat({"a change"}))
    return follow(lambda: Task(Path("posts"), Path("index"), (), Mock(side_effect=[*outcomes, KeyboardInterrupt])))


def test_what_is_news(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, full = IndexBusy("another rebuild"), IndexNotWritten("the disk is full")
    added, skipped = replace(NOTHING, added=1), replace(NOTHING, skipped=PROBLEM)
    outcomes = (busy, busy, NOTHING, NOTHING, full, full, added, skipped, skipped, full)
    told = followed(monkeypatch, *outcomes)
    assert list(islice(told, 6)) == [busy, NOTHING, full, added, skipped, full]
    with pytest.raises(KeyboardInterrupt):
        next(told)


@pytest.mark.parametrize("error", [IndexNotWritten("the disk is full"), IndexUnreachable("nobody listens")])
def test_an_error_of_the_first_rebuild_ends_it(error: SearchkitError, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(type(error)):
        next(followed(monkeypatch, error))


def test_a_server_that_does_not_answer_is_tried_again_without_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.rebuilding.watching.AGAIN_SECONDS", 0)
    away, added = IndexUnreachable("nobody listens"), replace(NOTHING, added=1)
    told = followed(monkeypatch, NOTHING, away, away, added)
    monkeypatch.setattr("watchfiles.watch", lambda *folders, **options: chain([(), {"a change"}], repeat(())))
    assert list(islice(told, 3)) == [NOTHING, away, added]


@pytest.mark.parametrize(
    ("path", "is_watched"),
    [("a.md", True), ("index", False), ("index/meta.json", False), ("index.md", True), ("link/meta.json", False)],
)
def test_the_index_folder_is_not_watched(path: str, is_watched: bool, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "link").symlink_to("index")
    task = Task(tmp_path, tmp_path / "index", (), lambda: NOTHING)
    assert task.is_watched(None, str(tmp_path / path)) is is_watched  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"added": 2, "updated": 1}, "+2 ~1 -0 posts, 400 ms"),
        ({"removed": 1234}, "+0 ~0 -1,234 posts, 400 ms"),
        ({"reindexed": 5, "changed_words": 2}, "+0 ~0 -0 posts, 400 ms; 5 indexed again; own words: 2 changed"),
        ({"changed_synonyms": 2}, "+0 ~0 -0 posts, 400 ms; own synonyms: 2 changed"),
        ({"skipped": PROBLEM}, "+0 ~0 -0 posts, 400 ms; 1 skipped"),
        ({"added": 1, "warnings": PROBLEM}, "+1 ~0 -0 posts, 400 ms; 1 with warnings"),
        (
            {"added": 2, "saved": {"通关": 2, "税": 0, "\x1b": 1}},
            "+2 ~0 -0 posts, 400 ms; new posts of saved searches: @通关 2, @\\x1b 1",
        ),
    ],
)
def test_the_line_of_a_set_of_changes(changed: dict[str, Any], line: str) -> None:
    assert change_line(replace(NOTHING, **changed), dt.datetime(2021, 11, 8, 14, 3, 12)) == f"14:03:12  {line}\n"


def test_without_watchfiles_it_says_what_to_install(
    blog: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(blog)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["rebuild-index", "--watch"]) == 2
    assert "run: pip install 'searchkit[watch]'" in capfd.readouterr().err
    assert not (blog / "posts" / "index").exists()


def test_the_git_hook_of_the_page(blog: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("no git here")
    tools = blog / ".tools"
    tools.mkdir()
    (tools / "searchkit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m searchkit "$@"\n')
    (tools / "searchkit").chmod(0o755)
    identity = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = environment(blog, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}", **identity)

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=blog, env=env, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    git("add", "posts")
    git("commit", "--message=a")
    git("checkout", "-b", "more")
    (blog / "posts" / "b.md").write_text("香港")
    git("add", "posts/b.md")
    git("commit", "--message=b")
    git("checkout", "main")
    page = (ROOT / "docs" / "keeping-fresh.md").read_text(encoding="utf-8")
    hook = blog / ".git" / "hooks" / "post-merge"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(re.findall(r"```sh\n(.*?)```", page, re.DOTALL)[0])
    hook.chmod(0o755)
    git("merge", "more")
    assert searchkit(blog, "search", "香港", "--format", "paths").stdout == b"b.md\n"
