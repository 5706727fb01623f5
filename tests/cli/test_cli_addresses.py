"""The address of an index on the command line: where it comes from, and that each command takes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.cli.commands.complete_values import _option
from searchkit.cli.precedence import choose
from searchkit.settings.archive import find_settings

Run = Callable[..., tuple[int, str, str]]

OTHER = "kept+http://search.example.org:9200/other"


@pytest.fixture
def built(home: Path, run: Run, kept_elsewhere: str) -> str:
    """The address of an index of the posts in ``corpus/``."""
    assert run("rebuild-index", "--index", kept_elsewhere, "--quiet") == (0, "", "")
    return kept_elsewhere


def test_the_option_comes_before_the_engine_before_the_index_before_the_file(
    kept_elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "searchkit.toml").write_text(f'index = "{OTHER}"\n', encoding="utf-8")
    assert choose().named_index == (OTHER, str(tmp_path / "searchkit.toml"))
    monkeypatch.setenv("SEARCHKIT_INDEX", "~/index")
    assert choose().named_index == (str(Path.home() / "index"), "SEARCHKIT_INDEX")
    monkeypatch.setenv("SEARCHKIT_INDEX", OTHER)
    assert choose().named_index == (OTHER, "SEARCHKIT_INDEX")
    monkeypatch.setenv("SEARCHKIT_ENGINE", kept_elsewhere.replace(":9200", ""))
    assert choose().named_index == (kept_elsewhere, "SEARCHKIT_ENGINE")
    assert choose(index="here").named_index == ("here", "--index")
    assert choose(index=OTHER).named_index == (OTHER, "--index")
    monkeypatch.setenv("SEARCHKIT_ENGINE", "")
    assert choose().named_index.source == "SEARCHKIT_INDEX"


def test_settings_keep_an_address_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "searchkit.toml").write_text(f'corpus = "posts"\nindex = "{OTHER}"\n', encoding="utf-8")
    settings = find_settings(tmp_path)
    assert settings is not None
    assert (settings.corpus, settings.index) == (tmp_path / "posts", OTHER)


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("SEARCHKIT_ENGINE", "a:geheim@b", "SEARCHKIT_ENGINE holds no address; write it as opensearch+https://"),
        ("SEARCHKIT_ENGINE", "index", "SEARCHKIT_ENGINE holds no address"),
        ("SEARCHKIT_ENGINE", "http://a:geheim@b/news", "SEARCHKIT_ENGINE: no index has an address that begins with "),
        ("SEARCHKIT_INDEX", "x+https://a:geheim@b/n", "SEARCHKIT_INDEX: no index has an address that begins with x"),
    ],
)
def test_a_wrong_address_is_an_error_that_says_where_it_stands(
    run: Run, variable: str, text: str, message: str
) -> None:
    code, out, err = run("search", "香港", **{variable: text})
    assert (code, out) == (2, "")
    assert err.startswith(f"searchkit: error: {message}")
    assert "geheim" not in err


def test_a_password_in_an_option_is_in_no_message_of_any_command(run: Run) -> None:
    run("search", "香港")
    for command in (["show", "1"], ["open", "1"], ["status"], ["rebuild-index", "--watch"], ["mcp"], ["check"]):
        code, out, err = run(*command, "--index", "http://a:geheim@b/news")
        assert (code, "geheim" in out + err) == (2, False)


def test_commands_that_read_take_an_address(run: Run, built: str) -> None:
    there = {"SEARCHKIT_ENGINE": built}
    assert run("search", "香港", "通关", "--format", "paths", **there)[0] == 0
    assert run("search", "香港", "--count", "--index", built)[1] == run("search", "香港", "--count")[1]
    assert run("suggest", "xg", **there)[1] == run("suggest", "xg")[1]
    assert run("kwic", "通关", **there)[1] == run("kwic", "通关")[1]
    assert run("trend", "通关", **there)[1] == run("trend", "通关")[1]
    assert run("keywords", "通关", **there)[1] == run("keywords", "通关")[1]
    assert run("similar", "2021/hk.md", **there)[1] == run("similar", "2021/hk.md")[1]
    assert run("complete-values", "--", "source", "bbc", **there)[1] == "BBC中文\n"
    assert run("check", **there)[1].startswith(f"{built} is whole\n")


def test_status_names_the_address_and_the_command_that_updates_it(home: Path, run: Run, built: str) -> None:
    assert f"index   {built}  (by SEARCHKIT_ENGINE)\n" in run("status", SEARCHKIT_ENGINE=built)[1]
    assert json.loads(run("status", "--index", built, "--format", "json")[1])["index"] == built
    (home / "corpus" / "新.md").write_text("新", encoding="utf-8")
    try:
        assert f"run: searchkit rebuild-index --index {built}\n" in run("status", "--index", built)[1]
        assert "run: searchkit rebuild-index\n" in run("status", SEARCHKIT_ENGINE=built)[1]
    finally:
        (home / "corpus" / "新.md").unlink()


def test_the_last_search_may_have_been_at_an_address(run: Run, built: str) -> None:
    run("search", "欧洲", "--index", built.replace(":9200", ""))
    code, out, _ = run("show", "1")
    assert (code, "欧洲央行" in out) == (0, True)
    assert run("show", "1", "--index", built) == (code, out, "")
    assert f"the last search was in {built}, not in index;" in run("show", "1", "--index", "index")[2]
    code, _, err = run("show", "欧洲", "--index", OTHER)
    assert (code, "no index in" in err) == (2, True)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("search --index kept+http://a:9200/n x", "kept+http://a:9200/n"),
        ("search --index=kept+http://a:9200/n x", "kept+http://a:9200/n"),
        ("search --index kept+http : //a : 9200/n x", "kept+http://a:9200/n"),
        ("search --index = kept+http : //[ :: 1] : 9200/n x", "kept+http://[::1]:9200/n"),
        ("search --index = index x", "index"),
        ("search --index", None),
        ("search x", None),
    ],
)
def test_completion_reads_an_address_as_each_shell_divides_it(line: str, value: str | None) -> None:
    assert _option("--index", line.split()) == value


def test_only_a_folder_is_left_out_of_what_is_watched(
    home: Path, run: Run, built: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = []

    def follow(settle):  # type: ignore[no-untyped-def]
        tasks.append(settle())
        yield tasks[-1].rebuild()

    monkeypatch.setattr("searchkit.rebuilding.watching.follow", follow)
    code, out, _ = run("rebuild-index", "--watch", "--index", built)
    assert (code, tasks[0].index, "watching" in out) == (0, None, True)
    assert tasks[0].is_watched(None, str(home / "index" / "meta.json"))
