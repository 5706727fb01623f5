"""Options and words of a command line."""

from __future__ import annotations

import shlex

import pytest

from searchkit.cli.argv import UsageError, decode_path, decode_word
from searchkit.cli.parser import parse


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        (["香港", "通关"], "香港 通关"),
        (["香港 通关"], "香港 通关"),  # the shell has removed the quotes: two words
        (['"香港 通关"'], '"香港 通关"'),
        (["经济", "-中国"], "经济 -中国"),
        (["-中国", "经济"], "-中国 经济"),
        (["-nasa"], "-nasa"),
        (["a", "--", "--sort", "-n"], "a --sort -n"),
        (["title:香港", "-n", "5", "通关"], "title:香港 通关"),
        (["--count", "a", "--sort=newest", "b"], "a b"),
    ],
)
def test_all_other_arguments_are_words(typed: list[str], query: str) -> None:
    assert parse(["search", *typed])[1].query == query


@pytest.mark.parametrize("typed", [["-n", "5"], ["-n5"], ["-n=5"], ["--limit", "5"], ["--limit=5"]])
def test_all_spellings_of_an_option_with_a_number(typed: list[str]) -> None:
    assert parse(["search", "a", *typed, "-b"])[1].limit == 5


def test_a_value_may_begin_with_a_hyphen_and_options_repeat() -> None:
    _, arguments = parse(["search", "a", "--source", "-甲", "--source", "乙"])
    assert arguments.source == ["-甲", "乙"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            ["search", "a", "--sorce", "b"],
            "unknown option --sorce; did you mean --source?",
        ),
        (
            ["search", "git", "reset", "--hard"],
            "unknown option --hard; to search for it, run: searchkit search -- git reset --hard",
        ),
        (
            ["search", "ls", "--count", "--all", "-n", "5", "香港 通关"],
            "unknown option --all; to search for it, run: "
            "searchkit search --count --limit=5 -- ls --all '香港 通关'",
        ),
        (["analyze", "git", "--bare"], "run: searchkit analyze -- git --bare"),
        (["香港", "通关 "], "unknown command '香港'; to search for it, run: searchkit search 香港 '通关 '"),
        (["search", "a", "--sort", "best"], "invalid choice: 'best'"),
        (["search", "a", "-n", "0"], "must be a whole number, 1 or more, not '0'"),
        (["search", "a", "-n", "-5"], "not '-5'"),
        (["search", "a", "--offset", "x"], "must be a whole number, 0 or more, not 'x'"),
        (["search", "a", "--since", "--count"], "argument --since: expected one argument"),
        (["search"], "required: QUERY"),
        (["serach", "a"], "unknown command 'serach'; did you mean search?"),
        (["status", "-x"], "unknown option -x"),
        (["status", "x"], "unrecognized arguments"),
        (["--serach"], "--serach"),
        ([], "missing command; run: searchkit --help"),
    ],
)
def test_a_usage_error_is_one_line(typed: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(typed)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_that_is_offered_searches_for_all_of_the_words() -> None:
    with pytest.raises(UsageError) as caught:
        parse(["search", "git", "commit", "-m", "--amend", "--no-edit", "it's"])
    offered = shlex.split(caught.value.hint.partition("run: searchkit ")[2])
    assert parse(offered)[1].query == "git commit -m --amend --no-edit it's"


def test_words_are_decoded_as_utf_8_in_any_locale() -> None:
    assert decode_word("香港".encode().decode("ascii", "surrogateescape")) == "香港"
    assert decode_word("香\udcff") == "香\ufffd"
    assert decode_word("\ud800") == "?"


def test_a_path_keeps_bytes_that_are_not_utf_8() -> None:
    assert decode_path("odd\udcff.md") == "odd\udcff.md"
