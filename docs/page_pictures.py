"""Photograph the page for README.md, with the demo corpus: ``python docs/page_pictures.py``; needs Chromium."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

import searchkit
from benchmarks.page import QUIET, chromium, served

DOCS = Path(__file__).parent

PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "page-wide": ("/?q=香港", {"viewport": {"width": 1200, "height": 760}}),
    "page-phone": ("/?q=高铁", {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}),
    "page-dark": ("/trend?q=香港&q=人工智能&q=高铁&by=year", {"color_scheme": "dark"}),
    "page-chinese": ("/post?path={hit}&q=香港+通关&n=1", {"locale": "zh-CN"}),
}
"""By the name of the picture, the address and the kind of browser."""

ORDINARY = {"viewport": {"width": 1100, "height": 700}, "locale": "en-US"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        searchkit.rebuild(DOCS.parent / "corpus", folder)
        with searchkit.open(folder) as index:
            hit = index.search("香港 通关")[0].path
        with served(folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET.split())
            browser.new_page(base_url=address).goto("/?q=通关")  # the first answer takes the time to read dictionaries
            for name, (path, options) in PICTURES.items():
                page = browser.new_context(base_url=address, **{**ORDINARY, **options}).new_page()
                page.goto(path.format(hit=hit))
                photograph(page, DOCS / f"{name}.png")
            browser.close()


def photograph(page: Page, file: Path) -> None:
    """The page as it stands, without the cursor."""
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(200)
    page.screenshot(path=file)


if __name__ == "__main__":
    main()
