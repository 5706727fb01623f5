"""The page for everybody: without JavaScript, on a phone, in the dark, with a screen reader, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
PAGES = [
    "/",
    "/?q=通关 口罩",
    "/?q=ferriez",
    "/post?path=00-0.md&q=通关&n=3",
    "/help",
    "/trend?q=通关&q=口罩",
    "/kwic?q=通关",
]


def test_all_of_it_works_without_javascript(visit: Visit) -> None:
    page = visit("/", java_script_enabled=False)
    page.locator("#q").fill("通关")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("^明報")).click()
    page.get_by_role("link", name="2021-03: 1 posts").locator(".hits").click()
    expect(page.locator("#total")).to_contain_text("1 of 1 post")
    page.locator(".hits h2 a").click()
    page.get_by_role("link", name="Match 3").click()
    expect(page.locator("mark#m3")).to_be_in_viewport()
    page.get_by_role("link", name="Results").click()
    assert page.get_by_role("list", name="Narrowed by").get_by_role("link").all_inner_texts() == ["2021-03", "明報"]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visit: Visit, path: str) -> None:
    page = visit(path)
    found = [Axe().run(page)]
    page.emulate_media(color_scheme="dark")
    found.append(Axe().run(page, options={"runOnly": ["color-contrast"]}))
    assert [report.generate_report() for report in found if report.violations_count] == []


def test_a_phone_neither_scrolls_sideways_nor_has_links_too_small_to_touch(visit: Visit) -> None:
    page = visit(**PHONE)
    small = """() => [...document.querySelectorAll("a, button, input, summary")]
        .filter(e => !e.closest(".months, .skip") && e.checkVisibility() && e.type !== "hidden")
        .filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"""
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(small) == [], path


def test_a_phone_has_a_link_to_its_facets(visit: Visit) -> None:
    page = visit("/?q=通关", **PHONE)
    page.get_by_role("link", name="Narrow").tap()
    expect(page.get_by_role("link", name=re.compile("^明報"))).to_be_in_viewport()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_it_is_dark_in_the_dark(visit: Visit, scheme: str, dark: bool) -> None:
    page = visit("/?q=通关", color_scheme=scheme)
    colors = page.evaluate("['backgroundColor', 'color'].map(n => getComputedStyle(document.documentElement)[n])")
    paper, ink = (sum(map(int, re.findall(r"\d+", color)[:3])) for color in colors)
    assert (paper < ink) == dark


def test_it_has_landmarks_and_a_link_past_them(visit: Visit) -> None:
    page = visit("/?q=通关")
    for role in ("banner", "search", "main", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
    page.locator("body").press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_have_count(1)


@pytest.mark.parametrize(
    ("locale", "language", "search"),
    [("zh-CN", "zh-CN", "搜索"), ("zh-TW", "zh-TW", "搜尋"), ("zh-HK", "zh-TW", "搜尋"), ("de-DE", "en", "Search")],
)
def test_it_speaks_the_language_of_the_browser(visit: Visit, locale: str, language: str, search: str) -> None:
    page = visit("/?q=通关", locale=locale)
    assert page.locator("html").get_attribute("lang") == language
    expect(page.get_by_role("button", name=search, exact=True)).to_be_visible()


def test_another_language_is_a_link_and_is_remembered(visit: Visit) -> None:
    page = visit("/?q=通关")
    page.get_by_role("link", name="简体中文").click()
    expect(page.locator("#total")).to_contain_text("共 49 篇")
    page.get_by_role("link", name="旧文").click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_each_hit_has_the_language_of_its_text(visit: Visit) -> None:
    """It decides which forms of characters the fonts show."""
    page = visit("/?q=香港恢復通關")
    assert page.locator(".hits > li").nth(0).get_attribute("lang") == "zh-Hant"
    assert page.locator(".hits > li").nth(1).get_attribute("lang") == "zh-Hans"
