"""``searchkit search`` in a pipe."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_process import environment

Run = Callable[..., tuple[int, str, str]]
FIELDS = ["rank", "score", "path", "title", "title_spans", "date", "source", "url", "tags", "also", "snippets"]
FIELDS += ["missing"]
NOWHERE = "魑魅魍魉"


def test_text_is_plain_and_ends_with_the_total(process: Run) -> None:
    code, out, err = process("search", "香港 通关")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert "   2021-12-01  BBC中文   2021/hk.md" in lines
    assert "   also: mirror/hk.md" in lines
    assert lines[-1].startswith("1-2 of 2 posts, ")
    assert lines[-1].endswith("ms")


def test_nothing_found_is_exit_1(process: Run) -> None:
    code, out, err = process("search", NOWHERE)
    assert (code, err) == (1, "")
    assert out.splitlines()[-1].startswith("no posts, ")


def test_posts_with_some_of_the_words_are_found(run: Run) -> None:
    code, out, err = run("search", f"通关 {NOWHERE}")
    assert (code, err) == (0, "")
    assert out.count(f"   missing: {NOWHERE}\n") == 2
    assert "no post has all words; the 2 shown have some" in out
    assert run("search", f"通关 {NOWHERE}", "--count")[:2] == (1, "0\n")


def test_where_nothing_is_found_it_says_why(run: Run) -> None:
    assert run("search", "ipone")[1].splitlines()[0] == "ipone occurs nowhere; near: iphone"
    _, out, _ = run("search", "通关", "--source", "财经")
    assert out.startswith("no post of this source, tag or date; 2 others match, ")
    found = json.loads(run("search", "ipone", "--format", "json")[1])
    assert (found["unknown"], found["filtered_out"]) == ([{"word": "ipone", "near": ["iphone"]}], 0)


def test_explain(run: Run) -> None:
    _, out, _ = run("search", "通关", "--explain", "-n", "1")
    assert out.startswith('read as all of: "通关"\n\n1  ')
    assert re.search(r"\n {5}score \d+\.\d\d\n {5}通关 \d+\.\d\d \(other script 通關\): (words|bigrams) 通关 ", out)
    found = json.loads(run("search", "通关", "--explain", "--format", "json")[1])
    reason = found["hits"][0]["explanation"]["reasons"][0]
    assert (found["parsed"], reason["word"], reason["how"]) == ('all of: "通关"', "通关", "other script")
    assert sum(part["score"] for part in reason["parts"]) == pytest.approx(found["hits"][0]["score"], abs=1e-4)


def test_how_a_query_was_read_is_told_on_stderr(run: Run) -> None:
    note = "note: 2021 was read as a date: write \"2021\" for the text\n"
    code, out, err = run("search", "香港 2021..2022", "--format", "paths")
    assert (code, sorted(out.splitlines())) == (0, ["2021/2021-11-08-小通关.md", "2021/hk.md"])
    assert err == note.replace("2021", "2021..2022")
    assert run("search", "香港 2021..2022", "--count")[2] == err
    assert run("search", "香港 2021..2022", "--format", "json")[2] == ""


def test_facets_and_recency(run: Run) -> None:
    _, out, _ = run("search", "通关", "--facets", "source,year")
    assert out.splitlines()[-4:-1] == ["source  BBC中文 1   联合早报 1", "year    2021 2", ""]
    _, out, _ = run("search", "通关", "--facets", "year", "--format", "json")
    assert json.loads(out)["facets"] == {"year": [["2021", 2]]}
    plain, aged = (
        json.loads(run("search", "通关", "--format", "json", *more)[1])["hits"][0]["score"]
        for more in ([], ["--recency", "1y"])
    )
    assert aged < plain / 2
    assert run("search", "通关", "--facets", "colour")[0] == run("search", "通关", "--recency", "soon")[0] == 2


@pytest.mark.parametrize(("words", "paths"), [(["经济", "-中国"], ["-eu.md", "2021/2021-11-08-小通关.md"])])
def test_a_word_with_a_hyphen_leaves_posts_out(run: Run, words: list[str], paths: list[str]) -> None:
    _, out, _ = run("search", *words, "--format", "paths")
    assert sorted(out.splitlines()) == paths


def test_options_reach_the_library(run: Run) -> None:
    assert run("search", "通关", "--count")[:2] == (0, "2\n")
    assert run("search", NOWHERE, "--count")[:2] == (1, "0\n")
    assert run("search", "通关", "--source", "BBC中文", "--count")[1] == "1\n"
    assert run("search", "通关", "--since", "2021-11-09", "--tag", "香港", "--format", "paths")[1] == "2021/hk.md\n"
    _, out, _ = run("search", "通关", "--sort", "oldest", "-n", "1", "--offset", "1", "--format", "paths")
    assert out == "2021/hk.md\n"


def test_json_is_as_the_issue_says(run: Run) -> None:
    code, out, _ = run("search", "香港", "通关", "--sort", "newest", "--format", "json")
    found = json.loads(out)
    first = found["hits"][0]
    assert code == 0
    assert (found["query"], found["total"]) == ("香港 通关", 2)
    assert list(first) == FIELDS
    assert first["also"] == ["mirror/hk.md"]
    assert first["date"] == "2021-12-01T00:00:00Z"
    for start, end in first["snippets"][0]["spans"]:
        assert first["snippets"][0]["text"][start:end] in ("香港", "通關")


def test_ndjson_and_csv(run: Run) -> None:
    _, out, _ = run("search", "通关", "--format", "ndjson")
    assert [json.loads(line)["rank"] for line in out.splitlines()] == [1, 2]
    _, out, _ = run("search", "通关", "--format", "csv")
    assert [row["rank"] for row in csv.DictReader(io.StringIO(out))] == ["1", "2"]


def test_odd_names_come_out_as_they_are(run: Run, process: Run) -> None:
    _, out, _ = process("search", "怪名", "--format", "paths")
    assert os.fsencode(out) == b"odd\xff.md\n"
    _, out, _ = run("search", "怪名", "--format", "json")
    assert os.fsencode(json.loads(out)["hits"][0]["path"]) == b"odd\xff.md"


def test_a_post_never_drives_the_terminal(run: Run) -> None:
    _, out, _ = run("search", "恶意")
    assert "\x1b" not in out
    assert "恶意[bold]标题[/bold]" in out
    assert "\u202e" not in out
    assert "evil\\x1b[31m.md" in out


def test_colours_in_a_pipe_only_when_asked_for(run: Run) -> None:
    assert "\x1b[1;31m" in run("search", "香港", "--color", "always")[1]
    assert "\x1b[1;31m" in run("search", "香港", FORCE_COLOR="1")[1]
    assert "\x1b" not in run("search", "香港", "--color", "never", FORCE_COLOR="1")[1]
    assert "\x1b" not in run("search", "香港", FORCE_COLOR="1", NO_COLOR="1")[1]


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_any_locale_will_do(process: Run, locale: dict[str, str]) -> None:
    code, out, err = process("search", "香港".encode(), **locale)
    assert (code, err) == (0, "")
    assert "香港與內地通關在即" in out


@pytest.mark.parametrize("arguments", [["search", "香港"], ["--help"]])
def test_a_closed_pipe_is_no_error(home: Path, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "searchkit", *arguments]
    done = subprocess.run(
        command, cwd=home, env=environment(home), stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
