"""Results and posts on a terminal."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from searchkit.explanation import Explanation, Nearness, Reason
from searchkit.model import Document, Hit, Reading, Results, Snippet
from searchkit.render.data import csv_text
from searchkit.render.html import results_table
from searchkit.render.look import Look
from searchkit.render.reading import draw_reading
from searchkit.render.terminal import notes_text, results_text

PIPE = Look()
TERMINAL = Look(color=True, width=80)
LONG_TITLE = "消息：港府力争年底前与大陆“小通关”，香港各界期待恢复人员正常往来与商贸活动，疫苗接种率仍是关键因素"
LONG_TEXT = "香港政府消息人士说，港府正力争在年底前与内地达成“小通关”安排，每天都有人来问 iPhone 13 的价钱。"
HOSTILE = "\x1b]0;pwn\x07\x9b2J\u202e[bold]x[/bold]\ud800"


def plain_lines(text: str) -> list[str]:
    return re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", text).splitlines()


def test_a_page_without_colours_and_width(hit: Any, page: Any) -> None:
    hits = hit("香港通关", "年底前通关。"), hit("短", rank=2, source="BBC", path="b.md", date=None, also=("c.md",))
    assert results_text(page(*hits, total=234), PIPE) == (
        "1  香港通关\n"
        "   2021-11-08  联合早报  2021/a.md\n"
        "   年底前通关。\n"
        "\n"
        "2  短\n"
        "   undated     BBC       b.md\n"
        "   also: c.md\n"
        "\n"
        "1-2 of 234 posts, 3 ms\n"
    )


def test_a_page_on_a_terminal_is_wrapped_and_highlighted(hit: Any, page: Any) -> None:
    text = results_text(page(hit(LONG_TITLE, LONG_TEXT)), TERMINAL)
    assert all(cell_len(line) <= 80 for line in plain_lines(text))
    title_lines = ["1  " + LONG_TITLE[:39], "   " + LONG_TITLE[39:]]
    assert plain_lines(text)[:3] == [*title_lines, "   2021-11-08  联合早报  2021/a.md"]
    assert "\x1b[1;31m通关\x1b[0m" in text


def test_nothing_is_wrapped_without_a_width(hit: Any, page: Any) -> None:
    lines = results_text(page(hit(LONG_TITLE * 3, LONG_TEXT)), PIPE).splitlines()
    assert lines[0] == "1  " + LONG_TITLE * 3
    assert lines[2] == "   " + LONG_TEXT


@pytest.mark.parametrize("width", [80, 140, 30])
def test_no_line_is_wider_than_the_terminal(hit: Any, page: Any, width: int) -> None:
    hits = [
        hit(LONG_TITLE, LONG_TEXT, rank=9, path="a/" + "很长的文件名" * 20 + ".md", source="一个名字非常非常长的来源"),
        hit("🎉👨‍👩‍👧 𠮷野家 it's a very long title " * 5, "x" * 500, rank=10, also=("a" * 90, "b", "c", "d", "e")),
    ]
    lines = plain_lines(results_text(page(*hits), Look(color=True, links=True, width=width), "/corpus"))
    assert max(map(cell_len, lines)) <= width


def test_control_characters_of_a_post_are_escaped(hit: Any, page: Any) -> None:
    hostile = hit(HOSTILE, HOSTILE, path=HOSTILE, source=HOSTILE, url="https://x.com/" + HOSTILE, also=(HOSTILE,))
    text = results_text(page(hostile), Look(color=True, links=True, width=140), "/corpus")
    for line in plain_lines(text):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e\ud800]", line)
    assert "\\x1b]0;pwn\\x07\\x9b2J\\u202e[bold]x[/bold]\\ud800" in text
    assert "]8;" not in text.replace("]8;id=", "").replace("]8;;\x1b", "")


@given(st.text(st.characters(codec=None), max_size=60), st.booleans())
def test_no_text_of_a_post_prints_control_characters(value: str, color: bool) -> None:
    hostile = Hit(1, 1.0, value, value, (), None, value, value, (), (value,), (Snippet(value, ()),))
    text = results_text(Results(value, 1, 0.1, (hostile,)), Look(color=color, width=80))
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", "".join(plain_lines(text)))


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://www.example.com/新闻", "https://www.example.com/%E6%96%B0%E9%97%BB"),
        ("javascript:alert(1)", "file:///corpus/2021/a.md"),
        ("", "file:///corpus/2021/a.md"),
    ],
)
def test_titles_link_to_the_web_or_to_the_file(hit: Any, page: Any, url: str, target: str) -> None:
    text = results_text(page(hit(url=url)), Look(color=True, links=True, width=80), "/corpus")
    assert re.search(r"\x1b]8;id=\d+;" + re.escape(target) + r"\x1b\\", text)


def test_only_a_snippet_that_goes_on_ends_with_an_ellipsis(hit: Any, page: Any) -> None:
    cut = Snippet("年底前通关", ((3, 5),), goes_on=True)
    assert "   年底前通关…\n" in results_text(page(replace(hit(), snippets=(cut,))), PIPE)
    assert "   年底前通关\n" in results_text(page(hit("通关", "年底前通关")), PIPE)


def test_missing_words_are_struck_through(hit: Any, page: Any) -> None:
    results = page(hit(missing=("香港", HOSTILE)))
    assert "   missing: 香港, \\x1b]0;pwn" in results_text(results, PIPE)
    assert "\x1b[2;9m香港\x1b[0m" in results_text(results, TERMINAL)


def test_a_tag_that_only_the_query_names_is_highlighted(hit: Any, page: Any) -> None:
    results = page(hit(named_tags=("香港", HOSTILE)))
    assert "   tag: 香港, \\x1b]0;pwn" in results_text(results, PIPE)
    assert "\x1b[1;31m香港\x1b[0m" in results_text(results, TERMINAL)


def test_facets_follow_the_hits_and_entries_are_not_wrapped(hit: Any, page: Any) -> None:
    counts = tuple((f"来源之{n}", 1200 - n) for n in range(14))
    results = page(hit(), facets={"source": counts, "year": (("2021", 2),), "tag": ()})
    assert results_text(results, PIPE).splitlines()[3:6] == [
        "source  " + "   ".join(f"来源之{n} {1200 - n:,}" for n in range(12)) + "   +2 more",
        "year    2021 2",
        "tag     none",
    ]
    lines = plain_lines(results_text(results, Look(width=40)))[3:7]
    assert lines[:2] == ["source  来源之0 1,200   来源之1 1,199", "        来源之2 1,198   来源之3 1,197"]


def test_words_without_matches_have_suggestions(page: Any) -> None:
    results = page(unknown=(("北惊\x1b", ("北京", "背景")), ("zzz", ()), ("tag:甲", ("tag:乙",))))
    assert results_text(results, PIPE) == (
        "no post contains 北惊\\x1b; did you mean 北京 or 背景?\n"
        "no post contains zzz\n"
        "no post has tag:甲; did you mean tag:乙?\n"
        "no posts, 3 ms\n"
    )


@pytest.mark.parametrize(
    ("partial", "filtered_out", "line"),
    [
        (0, 1, "no posts with these filters, 1 post without, 3 ms"),
        (0, 1200, "no posts with these filters, 1,200 posts without, 3 ms"),
        (2, 5, "with these filters, no post has all words; the 2 shown have some, 3 ms"),
    ],
)
def test_the_last_line_tells_that_filters_excluded_all_posts(
    hit: Any, page: Any, partial: int, filtered_out: int, line: str
) -> None:
    results = page(*[hit(missing=("香港",))] * partial, total=0, filtered_out=filtered_out)
    assert results_text(results, PIPE).splitlines()[-1] == line


def test_an_explanation_follows_its_hit(hit: Any, page: Any) -> None:
    parts = tuple(("title words", f"词{n}\x1b", 1.0) for n in range(8))
    first = Reason("甲\x1b", "synonym", "乙\x1b", 8.0, parts, in_title=1, in_text=3, forms=(("乙\x1b", 1),))
    missing, titled = Reason("丙", "missing", "", 0, ()), Reason("丁", "text", "丁", 0, (), in_title=2)
    reasons = first, Reason("", "", "", 0.5, ()), missing, titled
    explained = hit(score=4.25, explanation=Explanation(reasons, 0.5, Nearness(("甲\x1b", "丁"), 4, 8, False)))
    text = results_text(page(explained, parsed="all\x1b"), PIPE)
    assert text.splitlines()[0] == "parsed as all\\x1b"
    assert text.splitlines()[4:10] == [
        "     甲\\x1b  in the title; 3 times in the text, once as 乙\\x1b  8.00: "
        + ", ".join(f"title words 词{n}\\x1b 1.00" for n in range(6))
        + ", +2 more",
        "     other terms  0.50",
        "     丙  not in this post  0.00",
        "     丁  twice in the title  0.00",
        "     the two words stand 4 characters apart",
        "     score 4.25 (sum x 0.500 for recency)",
    ]
    narrow = results_text(page(explained), Look(width=60))
    assert max(map(cell_len, narrow.splitlines())) <= 60


def test_notes() -> None:
    results = Results("x", 0, 0.1, (), notes=("a\x1b", "b"))
    assert notes_text(results, PIPE) == "note: a\\x1b\nnote: b\n"
    assert "\x1b[2m" in notes_text(results, TERMINAL)


@pytest.mark.parametrize(
    ("all_words", "partial", "line"),
    [
        (0, 3, "no post has all words; the 3 shown have some, 3 ms"),
        (0, 1, "no post has all words; the one shown has some, 3 ms"),
        (1, 2, "1 post has all words; the other 2 shown have some, 3 ms"),
        (2, 1, "2 posts have all words; the other one shown has some, 3 ms"),
    ],
)
def test_the_last_line_counts_hits_with_missing_words(
    hit: Any, page: Any, all_words: int, partial: int, line: str
) -> None:
    hits = [hit()] * all_words + [hit(missing=("香港",))] * partial
    assert results_text(page(*hits, total=all_words), PIPE).splitlines()[-1] == line


def test_at_most_three_other_paths_are_listed(hit: Any, page: Any) -> None:
    assert "also: a, b, c, +2 more\n" in results_text(page(hit(also=tuple("abcde"))), PIPE)
    assert "also: a, b, c\n" in results_text(page(hit(also=tuple("abc"))), PIPE)


@pytest.mark.parametrize(
    ("ranks", "total", "offset", "line"),
    [
        ((1, 2), 12345, 0, "1-2 of 12,345 posts, 3 ms"),
        ((1,), 1, 0, "1 of 1 post, 3 ms"),
        ((11, 12), 12, 10, "11-12 of 12 posts, 3 ms"),
        ((), 12, 300, "no hits at offset 300: 12 posts, 3 ms"),
        ((), 0, 0, "no posts, 3 ms"),
    ],
)
def test_the_last_line_is_the_total(
    hit: Any, page: Any, ranks: tuple[int, ...], total: int, offset: int, line: str
) -> None:
    results = page(*(hit(rank=rank) for rank in ranks), total=total, offset=offset)
    assert results_text(results, PIPE).splitlines()[-1] == line


@pytest.mark.parametrize(
    ("offset", "shown"),
    [
        (dt.timedelta(0), "2022-01-01 00:30:00 UTC"),
        (dt.timedelta(hours=8), "2022-01-01 00:30:00 +08:00"),
        (dt.timedelta(hours=-9, minutes=-30), "2022-01-01 00:30:00 -09:30"),
    ],
)
def test_the_day_of_a_post_is_its_authors(hit: Any, page: Any, offset: dt.timedelta, shown: str) -> None:
    date = dt.datetime(2022, 1, 1, 0, 30, tzinfo=dt.timezone(offset))
    assert f"date    {shown}\n" in draw_reading(Reading(Document("a.md", "题", date, "", "", (), "")), PIPE).text
    results = page(hit("题", date=date))
    assert "2022-01-01  " in results_text(results, PIPE)
    assert ">2022-01-01</td>" in results_table(results)
    assert ",2022-01-01T00:30:00" in csv_text(results)


def test_a_post() -> None:
    date = dt.datetime(2021, 11, 8, 3, 39, 4, tzinfo=dt.UTC)
    post = Document(
        "a.md",
        *("标题\x1b", date, "BBC", "", ("甲", "乙"), "小标题\n• 一\n• 二\n" + "长" * 50, ("a.md", "b.md"), "摘要"),
    )
    assert draw_reading(Reading(post), Look(width=80)).text == (
        "标题\\x1b\n"
        "date    2021-11-08 03:39:04 UTC\n"
        "source  BBC\n"
        "tags    甲, 乙\n"
        "summary 摘要\n"
        "path    a.md\n"
        "also    b.md\n"
        "\n"
        "小标题\n• 一\n• 二\n\n" + "长" * 40 + "\n" + "长" * 10 + "\n"
    )


def test_a_post_keeps_the_lines_and_the_indentation_of_code() -> None:
    body = "• 甲\n  • 乙\nif a:\n    return 'a long line of code that is wrapped'\n\n    b\n北 | 京"
    shown = draw_reading(Reading(Document("a.md", "题", None, "", "", (), body)), Look(width=30)).text
    assert shown.split("\n\n", 1)[1] == (
        "• 甲\n  • 乙\nif a:\n    return 'a long line of\ncode that is wrapped'\n\n    b\n北 | 京\n"
    )
