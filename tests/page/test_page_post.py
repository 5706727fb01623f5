"""A post in a real browser: its matches, its neighbours, and what a hostile one cannot do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]


@pytest.fixture
def post(visit: Visit) -> Page:
    page = visit("/?q=通关&sort=oldest")
    with page.expect_navigation():
        page.locator(".hits h2 a").nth(1).click()
    return page


def test_a_post_shows_its_matches(post: Page) -> None:
    assert post.locator(".body mark").all_inner_texts() == ["通关"] * 3
    assert post.locator("time").first.inner_text() == "2021-01-02"
    assert post.get_by_role("link", name="Original").get_attribute("href") == "https://example.org/a?b=1&c=2"


def test_keys_go_from_match_to_match(post: Page) -> None:
    here = post.locator("mark.here")
    for key, number in (("n", "m1"), ("n", "m2"), ("N", "m1"), ("N", "m3"), ("n", "m1")):
        post.keyboard.press(key)
        expect(here).to_have_id(number)
        expect(here).to_be_in_viewport()
    expect(post.get_by_role("status")).to_have_text("1 / 3")


def test_posts_before_and_after_are_those_of_the_results(post: Page) -> None:
    with post.expect_navigation():
        post.keyboard.press("j")
    expect(post.locator("h1")).to_have_text("香港通关第1期之0")
    with post.expect_navigation():
        post.keyboard.press("k")
    expect(post.locator("h1")).to_have_text("香港通关第0期之1")
    post.get_by_role("link", name="Previous post").click()
    expect(post.locator("#previous-post")).to_have_count(0)


def test_escape_leads_back_to_the_results(post: Page) -> None:
    post.keyboard.press("Escape")
    expect(post.locator("#total")).to_contain_text("49 posts")
    expect(post.locator("#q")).to_have_value("通关")


def test_similar_posts_are_offered(post: Page) -> None:
    post.get_by_role("complementary", name="Similar posts").get_by_role("link").first.click()
    expect(post.locator("h1")).to_contain_text("香港通关")


def test_a_post_that_is_not_there_is_said(visit: Visit, site: str) -> None:
    response = visit("/").request.get(f"{site}/post?path=no.md")
    assert response.status == 404
    assert "no.md" in response.text()


@pytest.mark.parametrize("path", ["/?q=敌意", "/post?path=hostile.md&q=敌意", "/?q=<script>alert(1)</script>"])
def test_a_hostile_post_is_only_text(visit: Visit, path: str) -> None:
    page = visit(path, viewport={"width": 360, "height": 740})
    page.mouse.wheel(0, 500)
    assert "owned" not in page.title().partition("<")[0]
    scripts = page.evaluate("[...document.scripts].map(script => script.getAttribute('src'))")
    assert [script.partition("?")[0] for script in scripts] == ["/static/searchkit.js"]
    assert page.locator("a[href^=javascript], [onmouseover], [onerror], main img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def test_a_hostile_post_keeps_its_direction_to_itself(visit: Visit) -> None:
    """An override in a title would turn the date after it round."""
    page = visit("/post?path=hostile.md&q=敌意")
    assert "\u202e" not in page.content()
    assert "\\u202e" in page.locator("h1").inner_text()
    assert page.locator(".body p").last.get_attribute("dir") == "auto"
    assert "{{ 7 * 7 }}" in page.locator(".tags").inner_text()
