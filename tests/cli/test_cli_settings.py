"""Where an option is from: the command line, the environment, searchkit.toml; and how ``init`` writes that file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def blog(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two posts in ``posts/``, which is the current one, and the home folder above it."""
    folder = tmp_path / "blog"
    (folder / "posts").mkdir(parents=True)
    for name, text in (("甲.md", "港府力争年底小通关"), ("乙.md", "番茄炒蛋")):
        (folder / "posts" / name).write_text(f"---\ntitle: {name}\n---\n{text}\n", encoding="utf-8")
        os.utime(folder / "posts" / name, (0, 0))  # a file as new as the index would be read again
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def settle(folder: Path, **settings: str) -> None:
    text = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items())
    (folder / "searchkit.toml").write_text(text, encoding="utf-8")


def index_of(run: Run, *arguments: str, **env: str) -> str:
    """Which index a command opens, by the error that there is none."""
    code, _, err = run("status", *arguments, **env)
    assert code == 2
    return err.partition("no index in ")[2].partition(";")[0]


def test_an_option_comes_before_the_environment_before_the_file_before_the_default(blog: Path, run: Run) -> None:
    assert index_of(run) == "index"
    settle(blog, index="of-file")
    assert index_of(run) == "of-file"
    assert index_of(run, SEARCHKIT_INDEX="of-environment") == "of-environment"
    assert index_of(run, "--index", "of-option", SEARCHKIT_INDEX="of-environment") == "of-option"
    assert index_of(run, SEARCHKIT_INDEX="") == "of-file"


def test_the_home_folder_is_meant_by_a_tilde_everywhere(blog: Path, run: Run) -> None:
    home = blog.parent
    assert index_of(run, "--index=~/a") == str(home / "a")
    assert index_of(run, SEARCHKIT_INDEX="~/b") == str(home / "b")
    settle(blog, index="~/c")
    assert index_of(run) == str(home / "c")
    assert run("rebuild-index", "--corpus=~/blog/posts", "--index=~/d", "--quiet") == (0, "", "")
    assert run("check", "--index=~/d")[0] == 0
    assert (home / "d" / "meta.json").exists()


def test_the_settings_of_a_folder_hold_below_it_and_wherever_the_corpus_is_named(
    blog: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(blog, corpus="posts", index="的索引")
    assert run("rebuild-index", "--quiet") == (0, "", "")
    monkeypatch.chdir(blog / "posts")
    assert run("search", "番茄", "--format", "paths")[:2] == (0, "乙.md\n")
    monkeypatch.chdir("/")
    assert run("search", "番茄", "--format", "paths", SEARCHKIT_CORPUS="~/blog/posts")[:2] == (0, "乙.md\n")
    assert "unchanged 2\n" in run("rebuild-index", "--corpus", str(blog / "posts"))[1]


def test_a_corpus_elsewhere_has_nothing_to_do_with_the_settings_here(blog: Path, run: Run, tmp_path: Path) -> None:
    settle(blog, corpus="posts", index="of-blog", dictionary="missing.txt")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "丙.md").write_text("丙", encoding="utf-8")
    assert run("rebuild-index", "--corpus", str(tmp_path / "elsewhere"), "--index", "other", "--quiet")[0] == 0
    assert not (blog / "of-blog").exists()


def test_status_says_which_index_and_what_changed(blog: Path, run: Run) -> None:
    settle(blog, corpus="posts", index="i", dictionary="d.txt", synonyms="s.txt")
    for name in ("d.txt", "s.txt"):
        (blog / name).write_text("", encoding="utf-8")
    run("rebuild-index", "--quiet")
    (blog / "d.txt").write_text("小通关\n", encoding="utf-8")
    (blog / "s.txt").write_text("清关 = 通关\n", encoding="utf-8")
    out = run("status")[1]
    assert f"index   i  (by {blog / 'searchkit.toml'})\n" in out
    assert "changes dictionary, synonyms\n        run: searchkit rebuild-index\n" in out
    assert "(by SEARCHKIT_INDEX)" in run("status", SEARCHKIT_INDEX="i")[1]
    report = run("rebuild-index")[1]
    assert "dictionary changed: 1 post re-indexed\nsynonyms changed: 0 posts re-indexed\n" in report
    status = json.loads(run("status", "--format", "json")[1])
    assert (status["settings"], status["changed_words"]) == (str(blog / "searchkit.toml"), 0)


def test_own_words_and_synonyms_are_settled_for_all_commands(blog: Path, run: Run) -> None:
    (blog / "d.txt").write_text("小通关\n", encoding="utf-8")
    (blog / "s.txt").write_text("洋柿子 = 番茄\n坏行\n", encoding="utf-8")
    settle(blog, corpus="posts", index="i", dictionary="d.txt", synonyms="s.txt")
    assert "line 2: not two or more words" in run("rebuild-index")[1]
    assert run("search", "洋柿子", "--format", "paths")[:2] == (0, "乙.md\n")
    assert "小通关" in json.loads(run("analyze", "小通關", "--format", "json")[1])["words"]


@pytest.mark.parametrize(
    ("settings", "command", "message"),
    [
        ({"corpus": "postz"}, "rebuild-index", "does not exist; correct it in {file}, or use --corpus FOLDER"),
        ({"dictionary": "d.txt"}, "rebuild-index", "there is no dictionary {folder}/d.txt; correct its path"),
        ({"indx": "i"}, "search 香港", "{file} line 1: there is no setting 'indx'; did you mean index?"),
    ],
)
def test_an_error_of_the_settings_names_the_file(
    blog: Path, run: Run, settings: dict[str, str], command: str, message: str
) -> None:
    settle(blog, **settings)
    code, _, err = run(*command.split())
    assert (code, err.count("\n")) == (2, 1)
    assert message.format(file=blog / "searchkit.toml", folder=blog) in err


def test_init_writes_settings_with_which_plain_commands_work(blog: Path, run: Run) -> None:
    (blog / "dictionary.txt").write_text("小通关\n", encoding="utf-8")
    code, out, err = run("init")
    assert (code, err) == (0, "")
    assert out.startswith(f"2 posts in {blog}\nword lists: dictionary.txt\nwrote {blog}/searchkit.toml; the index ")
    assert out.endswith("run: searchkit rebuild-index\n     searchkit search 词\n")
    assert run("rebuild-index", "--quiet") == (0, "", "")
    assert run("search", "小通关", "--format", "paths")[:2] == (0, "posts/甲.md\n")
    assert (blog / ".searchkit" / "meta.json").exists()


def test_init_replaces_nothing_unless_it_is_to(blog: Path, run: Run) -> None:
    settle(blog, index="mine")
    code, _, err = run("init")
    assert (code, err) == (2, f"searchkit: error: {blog}/searchkit.toml exists; edit it, or replace it with --force\n")
    assert "mine" in (blog / "searchkit.toml").read_text(encoding="utf-8")
    assert run("init", "--force")[0] == 0
    assert "mine" not in (blog / "searchkit.toml").read_text(encoding="utf-8")


def test_init_of_another_folder_says_how_to_get_there(blog: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert f"run: cd {blog}\n     searchkit rebuild-index\n" in run("init", "~/blog")[1]
    assert run("init", "~/nowhere")[0] == 2


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["_config.yml", "source/_posts/a.md"], "Hexo site: 1 post in source/_posts"),
        (["_config.yml", "_posts/a.md", "about.md"], "Jekyll site: 1 post in _posts, 1 elsewhere\n2 posts in "),
        (["hugo.toml", "content/posts/a.md"], "Hugo site: 1 post in content"),
        ([".obsidian/app.json", "笔记/a.md"], "Obsidian vault: 1 post\n"),
        (["a.md", "dictionary.txt", "synonyms.txt"], "1 post in "),
        ([], "0 posts in "),
    ],
)
def test_init_says_what_it_found(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str], found: str
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for name in files:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("", encoding="utf-8")
    assert run("init", str(site))[1].startswith(found)


def test_zone_and_selection_are_settled_and_an_option_replaces_them(blog: Path, run: Run) -> None:
    (blog / "posts" / "日记.md").write_text("---\ndate: 2022-01-01 00:30:00\n---\n日记\n", encoding="utf-8")
    (blog / "searchkit.toml").write_text(
        'corpus = "posts"\ntimezone = "Asia/Shanghai"\nexclude = ["甲.md", "乙.md"]\n', encoding="utf-8"
    )
    assert json.loads(run("rebuild-index", "--format", "json")[1])["documents"] == 1
    assert json.loads(run("search", "日记", "--format", "json")[1])["hits"][0]["date"] == "2022-01-01T00:30:00+08:00"
    assert "removed" not in run("status")[1]
    report = json.loads(run("rebuild-index", "--exclude", "日记.md", "--timezone", "UTC", "--format", "json")[1])
    assert (report["documents"], report["removed"]) == (2, 1)


def test_a_saved_search_is_one_word(blog: Path, run: Run) -> None:
    (blog / "searchkit.toml").write_text('[searches]\n年底 = "港府 年底"\n', encoding="utf-8")
    assert "new posts of saved searches: @年底 1" in run("rebuild-index")[1]
    assert run("search", "@年底", "-番茄", "--format", "paths")[1] == "posts/甲.md\n"
    assert "there is no saved search @年" in run("search", "@年")[2]
