"""Trends and concordance in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from searchkit.serve.pages import concordances
from searchkit.serve.pages.trends import _scale

Visit = Callable[..., Page]


def test_queries_are_compared_over_time(visit: Visit) -> None:
    page = visit("/trend?q=口罩")
    page.get_by_label("Query 2").fill("疫苗")
    page.locator("select[name=by]").select_option("year")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("polyline")).to_have_count(2)
    assert parse_qs(urlsplit(page.url).query)["q"] == ["口罩", "疫苗"]
    rows = [row.inner_text().split() for row in page.locator("tbody tr").all()]
    assert rows == [["2022", "12", "12", "27"], ["2021", "12", "12", "24"]]


def test_a_number_of_the_table_leads_to_its_posts(visit: Visit) -> None:
    page = visit("/trend?q=口罩&q=疫苗&by=year&share=1")
    page.get_by_role("link", name="50 %").first.click()
    expect(page.locator("#total")).to_contain_text("12 posts")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["口罩"], "since": ["2021"], "until": ["2021"]}


@pytest.mark.parametrize(
    ("highest", "share", "top", "step"),
    [
        (1, False, 1, 1),
        (7, False, 8, 2),
        (46, False, 60, 20),
        (999, False, 1000, 500),
        (0.034, True, 0.04, 0.01),
        (1, True, 1, 0.5),
    ],
)
def test_an_axis_ends_at_a_round_number(highest: float, share: bool, top: float, step: float) -> None:
    assert _scale(highest, share) == pytest.approx((top, step))


def test_matches_stand_beneath_each_other(visit: Visit) -> None:
    page = visit("/kwic?q=口罩")
    marks = page.locator(".kwic mark")
    expect(marks).to_have_count(24)
    assert len({round(mark.bounding_box()["x"]) for mark in marks.all()}) == 1  # type: ignore[index]
    expect(page.locator(".kwic .left").first).to_have_text("香港恢复通关，旅客增加。 第二段再说通关，也说")


def test_a_concordance_is_ordered_by_its_contexts_and_leads_to_posts(visit: Visit) -> None:
    page = visit("/kwic?q=通关")
    page.locator("select[name=order]").select_option("right")
    page.get_by_role("button", name="Show").click()
    beside = [text[:3] for text in page.locator(".kwic .right").all_inner_texts()]
    assert len(list(groupby(beside))) == len(set(beside)), "what is alike does not stand together"
    page.locator(".kwic .match a").first.click()
    expect(page.locator(".body mark").first).to_have_text("通关")


def test_a_month_alone_is_drawn_by_day(visit: Visit) -> None:
    page = visit("/?q=通关&since=2021-03&until=2021-03")
    page.get_by_role("link", name="2021-03-02: 1 posts").locator(".hits").click()
    expect(page.locator("#total")).to_contain_text("1 of 1 post")
    assert parse_qs(urlsplit(page.url).query)["since"] == ["2021-03-02"]


def test_a_concordance_of_too_many_posts_says_so(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of 的 would take longer than anybody waits."""
    monkeypatch.setattr(concordances, "MAX_POSTS", 48)
    expect(visit("/kwic?q=恢复通关").locator(".empty")).to_contain_text("49 posts match")
    expect(visit("/kwic?q=口罩").locator(".kwic mark")).to_have_count(24)
