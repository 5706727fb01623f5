"""What was asked for, and lines whose cells every terminal agrees on; without Textual."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from searchkit.browse.drawing import around_match, facet_rows, fitted, hit_lines, match_of, page_of, steady
from searchkit.browse.state import View
from searchkit.model import Document, Hit, Reading
from searchkit.render.lines import plain

HOSTILE = "[bold]标题[/] \x1b[31m👨‍👩‍👧 🇭🇰 ☁️ e" + "\u0301" * 9 + "\u202e\u200b\t\n結尾"


@pytest.mark.parametrize(("facet", "after"), [("source", ("甲", "乙")), ("tag", ("甲", "乙")), ("year", ("乙",))])
def test_a_second_value_is_added_but_of_years_there_is_one(facet: str, after: tuple[str, ...]) -> None:
    view = View().toggled(facet, "甲").toggled(facet, "乙")
    assert view.chosen(facet) == after
    assert view.toggled(facet, "乙").chosen(facet) == after[:-1]
    assert view.cleared() == View()


@pytest.mark.parametrize(
    ("query", "orders"), [("香港", ["newest", "oldest", "relevance"]), (" ", ["oldest", "newest", "oldest"])]
)
def test_orders_follow_each_other_and_what_no_query_ranks_is_newest_first(query: str, orders: list[str]) -> None:
    view = View(query)
    for order in orders:
        view = view.next_order()
        assert view.order == order


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👨‍👩‍👧", "👨👩👧"),
        ("👍🏽", "👍"),
        ("☁️", "☁"),
        ("🇭🇰", "HK"),
        ("e" + "\u0301" * 9, "e\u0301\u0301"),
        ("香\u200b港\ufeff", "香港"),
        ("plain 香港é", "plain 香港é"),
    ],
)
def test_signs_that_terminals_give_different_widths_become_steady(text: str, shown: str) -> None:
    assert steady(text) == shown


def hit(title: str, snippet: str = "") -> Hit:
    from searchkit.model import Snippet

    snippets = (Snippet(snippet, ((0, 1),)),) if snippet else ()
    return Hit(1, 1.0, "a.md", title, ((0, 1),) if title else (), None, title, "", (), (), snippets, ("缺",))


@given(st.text(max_size=60) | st.just(HOSTILE), st.integers(10, 120), st.sampled_from([2, 3]))
def test_a_hit_never_is_wider_than_the_list_and_controls_nothing(text: str, width: int, rows: int) -> None:
    lines = [plain(line) for line in hit_lines(hit(text, text), width, rows)]
    assert len(lines) == rows
    assert max(map(cell_len, lines)) <= width
    assert not any(ord(character) < 32 for line in lines for character in line)


def test_markup_of_posts_is_text() -> None:
    assert plain(hit_lines(hit("[bold]标题[/]"), 40, 3)[0]) == "[bold]标题[/]"


@given(st.integers(0, 60), st.integers(12, 40))
def test_a_snippet_shows_its_first_match(at: int, width: int) -> None:
    assert "通关" in plain(around_match("文" * at + "通关" + "尾" * 30, [(at, at + 2)], width))


@given(st.text("文字 ,。ab\n\t", max_size=200), st.data(), st.integers(20, 60))
def test_a_match_is_in_the_line_where_it_is_said_to_be(text: str, data: st.DataObject, width: int) -> None:
    starts = [at for at, character in enumerate(text) if character in "文字ab"]
    chosen = sorted(data.draw(st.sets(st.sampled_from(starts)))) if starts else []
    spans = tuple((at, at + 1) for at in chosen)
    page = page_of(Reading(Document("a.md", "标题", None, "", "", (), text), (), spans), width)
    found = [[match_of(style) for _text, style in line] for line in page.lines]
    assert all(number in found[place] for number, place in enumerate(page.places))
    assert len(page.places) == len(spans)


def test_a_match_over_two_paragraphs_is_marked_in_both() -> None:
    page = page_of(Reading(Document("a.md", "标题", None, "", "", (), "一二\n三四"), (), ((1, 4),)), 40)
    assert [text for line in page.lines for text, style in line if match_of(style) == 0] == ["二", "三"]


def test_chosen_values_come_first_and_years_from_the_latest() -> None:
    counts = {"source": (("甲", 3), ("乙", 1)), "year": (("2019", 5), ("2021", 1)), "tag": ()}
    rows = facet_rows(View(sources=("乙",)), counts)
    assert [row.value for row in rows] == ["", "乙", "甲", "", "2021", "2019", ""]
    assert all(cell_len(plain(row.line(12))) <= 12 for row in rows)


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    from searchkit.render.terminal import PLAIN

    assert plain(fitted([("香港", PLAIN), ("通关", PLAIN)], 7)) == "香港通…"
