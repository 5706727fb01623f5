"""``searchkit search`` with its output in a pipe."""

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
FIELDS += ["missing", "added"]
UNKNOWN_WORD = "魑魅魍魉"


def test_text_output_is_plain_and_ends_with_the_total(process: Run) -> None:
    code, out, err = process("search", "香港 通关")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert "   2021-12-01  BBC中文   2021/hk.md" in lines
    assert "   also: mirror/hk.md" in lines
    assert lines[-1].startswith("1-2 of 2 posts, ")
    assert lines[-1].endswith("ms")


def test_no_results_have_exit_code_1(process: Run) -> None:
    code, out, err = process("search", UNKNOWN_WORD)
    assert (code, err) == (1, "")
    assert out.splitlines()[-1].startswith("no posts, ")


def test_partial_matches_are_results(run: Run) -> None:
    code, out, err = run("search", f"通关 {UNKNOWN_WORD}")
    assert (code, err) == (0, "")
    assert out.count(f"   missing: {UNKNOWN_WORD}\n") == 2
    assert "no post has all words; the 2 shown have some" in out
    assert run("search", f"通关 {UNKNOWN_WORD}", "--count")[:2] == (1, "0\n")


def test_no_results_are_explained(run: Run) -> None:
    assert run("search", "ipone")[1].splitlines()[0] == "no post contains ipone; did you mean iphone?"
    _, out, _ = run("search", "通关", "--source", "财经")
    assert out.startswith("no posts with these filters, 2 posts without, ")
    result = json.loads(run("search", "ipone", "--format", "json")[1])
    assert (result["unknown"], result["filtered_out"]) == ([{"word": "ipone", "near": ["iphone"]}], 0)


def test_explain_prints_the_parsed_query_and_the_parts_of_each_score(run: Run) -> None:
    _, out, _ = run("search", "通关", "--explain", "-n", "1")
    assert out.startswith('parsed as all of: "通关"\n\n1  ')
    found = "in the title; once in the text, always as 通關"
    assert re.search(rf"\n {{5}}通关  {found}  \d+\.\d\d: (words|bigrams) 通关 .*\n {{5}}score \d+\.\d\d\n", out)
    result = json.loads(run("search", "通关", "--explain", "--format", "json")[1])
    reason = result["hits"][0]["explanation"]["reasons"][0]
    assert (result["parsed"], reason["word"], reason["how"]) == ('all of: "通关"', "通关", "other script")
    assert sum(part["score"] for part in reason["parts"]) == pytest.approx(result["hits"][0]["score"], abs=1e-4)


def test_notes_on_the_query_are_printed_to_stderr(run: Run) -> None:
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
def test_a_word_with_a_hyphen_excludes_posts(run: Run, words: list[str], paths: list[str]) -> None:
    _, out, _ = run("search", *words, "--format", "paths")
    assert sorted(out.splitlines()) == paths


def test_options_are_passed_to_the_library(run: Run) -> None:
    assert run("search", "通关", "--count")[:2] == (0, "2\n")
    assert run("search", UNKNOWN_WORD, "--count")[:2] == (1, "0\n")
    assert run("search", "通关", "--source", "BBC中文", "--count")[1] == "1\n"
    assert run("search", "通关", "--since", "2021-11-09", "--tag", "香港", "--format", "paths")[1] == "2021/hk.md\n"
    _, out, _ = run("search", "通关", "--sort", "oldest", "-n", "1", "--offset", "1", "--format", "paths")
    assert out == "2021/hk.md\n"


def test_json_has_the_documented_fields(run: Run) -> None:
    code, out, _ = run("search", "香港", "通关", "--sort", "newest", "--format", "json")
    result = json.loads(out)
    first = result["hits"][0]
    assert code == 0
    assert (result["query"], result["total"]) == ("香港 通关", 2)
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


def test_file_names_are_printed_byte_for_byte(run: Run, process: Run) -> None:
    _, out, _ = process("search", "怪名", "--format", "paths")
    assert os.fsencode(out) == b"odd\xff.md\n"
    _, out, _ = run("search", "怪名", "--format", "json")
    assert os.fsencode(json.loads(out)["hits"][0]["path"]) == b"odd\xff.md"


def test_control_characters_of_a_post_are_escaped(run: Run) -> None:
    _, out, _ = run("search", "恶意")
    assert "\x1b" not in out
    assert "恶意[bold]标题[/bold]" in out
    assert "\u202e" not in out
    assert "evil\\x1b[31m.md" in out


def test_colours_in_a_pipe_only_on_request(run: Run) -> None:
    assert "\x1b[1;31m" in run("search", "香港", "--color", "always")[1]
    assert "\x1b[1;31m" in run("search", "香港", FORCE_COLOR="1")[1]
    assert "\x1b" not in run("search", "香港", "--color", "never", FORCE_COLOR="1")[1]
    assert "\x1b" not in run("search", "香港", FORCE_COLOR="1", NO_COLOR="1")[1]


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_any_locale_works(process: Run, locale: dict[str, str]) -> None:
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
