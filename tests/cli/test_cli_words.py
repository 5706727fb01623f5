"""Which arguments are options, and which are words of the query."""

from __future__ import annotations

import pytest

from searchkit.cli.arguments import parse
from searchkit.cli.words import UsageError, file_name, readable


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        (["香港", "通关"], "香港 通关"),
        (["香港 通关"], "香港 通关"),  # the quotes were the shell's: two words
        (['"香港 通关"'], '"香港 通关"'),
        (["经济", "-中国"], "经济 -中国"),
        (["-中国", "经济"], "-中国 经济"),
        (["-nasa"], "-nasa"),
        (["a", "--", "--sort", "-n"], "a --sort -n"),
        (["title:香港", "-n", "5", "通关"], "title:香港 通关"),
        (["--count", "a", "--sort=newest", "b"], "a b"),
    ],
)
def test_what_is_no_option_is_a_word(typed: list[str], query: str) -> None:
    assert parse(["search", *typed]).query == query


@pytest.mark.parametrize("typed", [["-n", "5"], ["-n5"], ["-n=5"], ["--limit", "5"], ["--limit=5"]])
def test_numbers_of_hits_as_people_type_them(typed: list[str]) -> None:
    assert parse(["search", "a", *typed, "-b"]).limit == 5


def test_a_value_may_begin_with_a_hyphen_and_options_repeat() -> None:
    arguments = parse(["search", "a", "--source", "-甲", "--source", "乙"])
    assert arguments.source == ["-甲", "乙"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            ["search", "a", "--sorce", "b"],
            "unknown option --sorce; did you mean --source?",
        ),
        (["search", "a", "--sort", "best"], "invalid choice: 'best'"),
        (["search", "a", "-n", "0"], "must be a whole number, 1 or more, not '0'"),
        (["search", "a", "-n", "-5"], "not '-5'"),
        (["search", "a", "--offset", "x"], "must be a whole number, 0 or more, not 'x'"),
        (["search", "a", "--since", "--count"], "argument --since: expected one argument"),
        (["search"], "required: QUERY"),
        (["serach", "a"], "no command 'serach'; did you mean search?"),
        (["status", "-x"], "unknown option -x"),
        (["status", "x"], "unrecognized arguments"),
        (["--serach"], "--serach"),
        ([], "no command; run: searchkit --help"),
    ],
)
def test_a_mistake_is_told_in_one_line(typed: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(typed)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_words_from_a_locale_that_cannot_say_them_are_read_as_utf_8() -> None:
    assert readable("香港".encode().decode("ascii", "surrogateescape")) == "香港"
    assert readable("香\udcff") == "香\ufffd"
    assert readable("\ud800") == "?"


def test_a_path_keeps_the_bytes_that_are_no_text() -> None:
    assert file_name("odd\udcff.md") == "odd\udcff.md"
