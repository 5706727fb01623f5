"""The page of results in a real browser: type, narrow, click and drag in the chart, go back, share."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

Visit = Callable[..., Page]


def expect_asked(page: Page, parameters: dict[str, list[str]]) -> None:
    """The address comes to have just these parameters."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == parameters)


def titles(page: Page) -> list[str]:
    return page.locator(".hits h2").all_inner_texts()


def test_results_come_while_typing(visit: Visit) -> None:
    page = visit("/")
    page.evaluate("window.same = true")
    page.keyboard.type("英文 ferries")
    expect(page.locator(".hits h2").first).to_have_text("A letter")
    expect(page.locator(".hits mark").first).to_have_text("ferries")
    expect_asked(page, {"q": ["英文 ferries"]})
    expect(page).to_have_title("英文 ferries · 旧文")
    assert page.evaluate("window.same"), "the page was loaded again"
    expect(page.get_by_role("status")).to_have_text(re.compile("post"))


def test_a_stale_answer_is_dropped(visit: Visit) -> None:
    """The answer to the first key comes after that to the last one."""
    page = visit("/")
    held: list[Route] = []
    page.route("**/results?q=f", lambda route: held.append(route))
    page.keyboard.type("f")
    page.wait_for_function("() => location.search === '?q=f'")
    page.keyboard.type("erries")
    expect(page.locator(".hits h2")).to_have_text(["A letter"])
    for route in held:
        route.abort()
    expect(page.locator(".hits h2")).to_have_text(["A letter"])


def test_an_input_method_is_not_interrupted(visit: Visit) -> None:
    """What it shows before a word is chosen, such as xiang'gang, is no query."""
    page = visit("/")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "tong'guan", "selectionStart": 9, "selectionEnd": 9})
    page.wait_for_timeout(100)
    expect_asked(page, {})
    keyboard.send("Input.insertText", {"text": "通关"})
    expect(page.locator("#total")).to_contain_text("49 posts")
    expect_asked(page, {"q": ["通关"]})


def test_back_leads_to_what_was_searched_before(visit: Visit) -> None:
    page = visit("/?q=通关")
    page.locator("#q").fill("ferries")
    expect(page.locator(".hits h2")).to_have_text(["A letter"])
    page.go_back()
    expect(page.locator("#q")).to_have_value("通关")
    expect(page.locator("#total")).to_contain_text("49 posts")


def test_a_click_on_a_source_narrows_and_a_click_on_its_chip_widens(visit: Visit) -> None:
    page = visit("/?q=通关")
    page.get_by_role("link", name=re.compile("明報")).click()
    expect(page.locator("#total")).to_contain_text("25 posts")
    expect_asked(page, {"q": ["通关"], "source": ["明報"]})
    page.locator("#q").fill("恢復通關 歷史")
    expect(page.locator("#total")).to_contain_text("1 post")
    expect_asked(page, {"q": ["恢復通關 歷史"], "source": ["明報"]})
    page.get_by_role("link", name="Remove 明報").click()
    expect_asked(page, {"q": ["恢復通關 歷史"]})


def test_a_click_on_a_month_narrows_to_it(visit: Visit) -> None:
    page = visit("/?q=通关")
    page.get_by_role("link", name="2021-03: 2 posts").locator(".hits").click()
    expect(page.locator("#total")).to_contain_text("2 posts")
    expect_asked(page, {"q": ["通关"], "since": ["2021-03"], "until": ["2021-03"]})


def test_a_drag_over_the_chart_narrows_to_the_months_between(visit: Visit) -> None:
    page = visit("/?q=通关")
    box = page.locator(".months svg").bounding_box()
    assert box is not None
    month, middle = box["width"] / 24, box["y"] + 30
    page.mouse.move(box["x"] + 6.5 * month, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 4.5 * month, middle, steps=3)
    expect(page.locator("#drag")).to_have_text("2021-05 – 2021-07")
    page.mouse.move(box["x"] + 2.5 * month, middle, steps=3)
    with page.expect_navigation():
        page.mouse.up()
    expect_asked(page, {"q": ["通关"], "since": ["2021-03"], "until": ["2021-07"]})
    expect(page.locator("#total")).to_contain_text("10 posts")


def test_arrows_with_shift_choose_months_by_keyboard(visit: Visit) -> None:
    page = visit("/?q=通关")
    page.locator(".months a").first.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect_asked(page, {"q": ["通关"], "since": ["2021-02"], "until": ["2021-04"]})


def test_pages_and_orders_are_links(visit: Visit) -> None:
    page = visit("/?q=通关")
    page.get_by_role("link", name="Oldest").click()
    page.get_by_role("link", name="Next ›").click()
    expect_asked(page, {"q": ["通关"], "sort": ["oldest"], "page": ["2"]})
    expect(page.locator("ol.hits")).to_have_attribute("start", "11")
    expect(page.locator(".hits h2").first).to_have_text("香港通关第5期之0")


def test_an_address_can_be_shared(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.type("口罩")
    expect(page.locator("#total")).to_contain_text("24 posts")
    path = page.url.partition("/?")[2]
    assert titles(visit(f"/?{path}")) == titles(page)


def test_words_that_no_post_has_offer_near_ones(visit: Visit) -> None:
    page = visit("/?q=ferriez")
    page.get_by_role("link", name="ferries").click()
    expect(page.locator(".hits h2")).to_have_text(["A letter"])


def test_a_hit_says_what_it_lacks(visit: Visit) -> None:
    expect(visit("/?q=ferries 登月").locator(".lacks").first).to_have_text("lacks: 登月")


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    page = visit("/?q=通关")
    page.keyboard.press("/")
    page.keyboard.type("口罩")
    expect(page.locator("#total")).to_contain_text("24 posts")
    page.keyboard.press("Enter")
    expect(page.locator(".hits h2 a").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    second = titles(page)[1]
    assert page.evaluate("document.activeElement.innerText") == second
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".post h1")).to_have_text(second)
    page.keyboard.press("Escape")
    expect(page.locator("#total")).to_contain_text("24 posts")


def test_a_date_that_means_nothing_is_said(visit: Visit, site: str) -> None:
    response = visit("/").request.get(f"{site}/?q=通关&since=someday")
    assert response.status == 400
    assert "someday" in response.text()


def test_suggestions_are_a_combobox(visit: Visit) -> None:
    page = visit("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("通")
    options = page.get_by_role("option")
    expect(options).to_have_text(["通关", "香港恢復通關title", "明報source"])
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(chosen).to_have_text("通关")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()


def test_what_was_searched_for_is_offered_again_by_the_same_browser(visit: Visit) -> None:
    page = visit("/")
    box = page.get_by_role("combobox")
    box.fill("通关 疫苗")
    box.press("Enter")
    box.fill("")
    box.press_sequentially("通")
    expect(page.get_by_role("option").first).to_have_text("通关 疫苗past search")
    other = visit("/")
    other.locator("#q").press_sequentially("通")
    expect(other.get_by_role("option").first).to_have_text("通关")


def test_a_suggestion_is_searched_for_or_is_a_post(visit: Visit) -> None:
    page = visit("/")
    page.locator("#q").press_sequentially("通")
    page.get_by_role("option", name="明報").click()
    expect(page.locator("#total")).to_contain_text("25 posts")
    page.locator("#q").fill("通")
    page.get_by_role("option", name="香港恢復通關").click()
    expect(page.locator("h1")).to_have_text("香港恢復通關")
