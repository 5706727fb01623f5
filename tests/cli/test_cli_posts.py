"""A post by rank, path or a part of its title, for ``show`` and ``open``; paths and facets in every format."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
OnTerminal = Callable[..., tuple[int, str]]


@pytest.mark.parametrize("typed", ["小通关", "小通關", "港府力争 小通關", "消息：港府力争年底前与大陆“小通关”"])
def test_a_post_is_shown_by_a_part_of_its_title_in_either_script(run: Run, typed: str) -> None:
    code, out, err = run("show", *typed.split(), "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["path"] == "2021/2021-11-08-小通关.md"


def test_of_several_titles_one_is_chosen_by_its_rank(run: Run) -> None:
    code, out, err = run("show", "经济")
    assert (code, out) == (2, "")
    assert "中国经济" in err
    assert "-eu.md" in err
    assert err.endswith("2 posts have '经济' in their title; run: searchkit show RANK\n")
    assert run("show", "2")[0] == 0
    assert run("show", "中國經濟")[1].startswith("中国经济\n")


def test_a_title_that_no_post_has(run: Run) -> None:
    code, out, err = run("show", "没有这个题目")
    assert (code, out) == (2, "")
    assert "no post has the path or the title '没有这个题目'" in err


def test_the_last_query_is_highlighted_in_the_posts_that_it_found(run: Run) -> None:
    run("search", "通关", "-n", "5")
    for typed in ("1", "2021/hk.md", "通關在即"):
        assert "\x1b[1;31m通關\x1b[0m" in run("show", typed, "--color", "always")[1]
        assert "\x1b" not in run("show", typed)[1]
    found = json.loads(run("show", "2021/hk.md", "--format", "json")[1])
    assert [found["body"][start:end] for start, end in found["spans"]] == ["通關"]
    run("search", "经济复苏")
    assert "\x1b[1;31m" not in run("show", "2021/hk.md", "--color", "always")[1]


def test_a_damaged_last_search_is_none(run: Run, tmp_path: Path) -> None:
    run("search", "通关")
    file = tmp_path / "searchkit" / "last-search.json"
    for text in ('{"index": 1, "query": 2, "paths": []}', "[]", "{"):
        file.write_text(text)
        assert run("show", "1")[0] == 2
        assert run("show", "2021/hk.md")[0] == 0


@pytest.mark.parametrize(
    ("editor", "command"), [("vim", "+7|{file}"), ("code", "--goto|{file}:7"), ("unknown", "{file}")]
)
def test_the_editor_opens_a_post_at_its_first_match(
    run: Run, home: Path, tmp_path: Path, editor: str, command: str
) -> None:
    program = tmp_path / editor
    program.write_text(f'#!/bin/sh\nIFS="|"\necho "$*" > {tmp_path}/said\n')
    program.chmod(0o755)
    run("search", "深水埗")
    assert run("open", "1", "--editor", EDITOR=str(program))[0] == 0
    file = home / "corpus" / "2021" / "hk.md"
    assert (tmp_path / "said").read_text() == command.format(file=file) + "\n"


def test_an_editor_that_fails_is_an_error(run: Run) -> None:
    assert "cannot run no-such-editor" in run("open", "2021/hk.md", "--editor", EDITOR="no-such-editor")[2]
    assert "false ended with code 1" in run("open", "2021/hk.md", "--editor", EDITOR="false")[2]


def test_the_original_is_opened_by_the_systems_program(process: Run, tmp_path: Path) -> None:
    for name in ("browser", "xdg-open"):
        (tmp_path / name).write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/said\n')
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    code, out, _ = process("open", "小通关", PATH=path, BROWSER=f"{tmp_path}/browser %s")
    assert (code, out) == (0, "https://www.example.com/story1\n")
    assert (tmp_path / "said").read_text() == "https://www.example.com/story1"
    code, out, _ = process("open", "恶意", PATH=path)  # its URL is a script
    assert (code, "evil\\x1b[31m.md" in out) == (0, True)
    assert (tmp_path / "said").read_text().endswith("/corpus/evil\x1b[31m.md")


def test_absolute_paths_in_every_format(run: Run, home: Path) -> None:
    file = str(home / "corpus" / "2021" / "hk.md")
    search = ("search", "深水埗", "--absolute", "--format")
    assert run(*search, "paths")[1] == f"{file}\n"
    assert run(*search, "paths0")[1] == f"{file}\0"
    assert json.loads(run(*search, "json")[1])["hits"][0]["also"] == [str(home / "corpus" / "mirror" / "hk.md")]
    assert json.loads(run(*search, "ndjson")[1])["path"] == file
    assert next(csv.DictReader(io.StringIO(run(*search, "csv")[1])))["path"] == file
    assert file in run(*search, "text")[1]
    assert run("show", "1")[0] == 0


@pytest.mark.parametrize("name", ["csv", "ndjson", "paths", "paths0"])
def test_facets_never_mix_with_the_rows_of_hits(run: Run, name: str) -> None:
    code, out, err = run("search", "通关", "--facets", "year", "--format", name)
    assert (code, err) == (0, "year  2021 2\n")
    assert out == run("search", "通关", "--format", name)[1]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("text", "2\nyear  2021 2\n"),
        ("paths", "2\nyear  2021 2\n"),
        ("csv", "facet,value,posts\r\nyear,2021,2\r\n"),
        ("ndjson", '{"facet":"year","value":"2021","posts":2}\n'),
    ],
)
def test_facets_alone_in_every_format(run: Run, name: str, printed: str) -> None:
    assert run("search", "通关", "--facets", "year", "--count", "--format", name) == (0, printed, "")
    result = json.loads(run("search", "通关", "--facets", "year", "--count", "--format", "json")[1])
    assert (result["total"], result["facets"], result["hits"]) == (2, {"year": [["2021", 2]]}, [])
