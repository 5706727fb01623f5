"""Results in a notebook."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from searchkit.explanation import Explanation, Nearness, Reason
from searchkit.model import Snippet
from searchkit.render.html import results_table

HOSTILE = '<script>alert(1)</script>"&\x1b\u202e'


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_a_page_has_highlights_and_a_total(hit: Any, page: Any) -> None:
    html = results_table(page(hit("香港通关", "年底通关。"), total=234))
    assert html.count(">通关</mark>") == 2
    assert '<a href="https://www.example.com/story1"' in html
    assert "1 of 234 posts, 3 ms" in html
    assert "2021-11-08" in html


def test_all_text_of_a_post_is_escaped(hit: Any, page: Any) -> None:
    url = 'https://x.com/"><script>'
    fields = {"path": HOSTILE, "source": HOSTILE, "url": url}
    fields |= dict.fromkeys(("also", "missing", "named_tags"), (HOSTILE,))
    hostile = hit(HOSTILE, HOSTILE, words=("alert",), **fields)
    html = results_table(page(hostile, notes=(HOSTILE,), facets={"tag": ((HOSTILE, 1),)}))
    tags = {tag for tag, _ in Tags(html).seen}
    assert tags == {"table", "thead", "tbody", "tr", "th", "td", "a", "strong", "mark", "bdi", "div", "p", "s"}
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_notes_facets_and_missing_words(hit: Any, page: Any) -> None:
    html = results_table(page(hit(missing=("香港",)), total=0, notes=("读法",), facets={"year": (("2021", 1200),)}))
    assert html.index("note: 读法") < html.index("<table")
    assert "missing: <s>香港</s>" in html
    assert "year: 2021 1,200</p>" in html
    assert "no post has all words; the one shown has some" in html


def test_an_explanation_follows_its_snippets(hit: Any, page: Any) -> None:
    reasons = Reason("<甲>", "synonym", "乙", 8, (), 1, 3, (("<乙>", 1),)), Reason("丙", "text", "丙", 1, (), 0, 1)
    explained = hit(score=9.0, explanation=Explanation(reasons, 1.0, Nearness(("<甲>", "丙"), 4, 8, False)))
    html = results_table(page(explained, parsed="<all>"))
    assert "parsed as &lt;all&gt;" in html
    assert "<strong>&lt;甲&gt;</strong> in the title; 3 times in the text, once as &lt;乙&gt; (8.00)" in html
    assert "the two words stand 4 characters apart" in html
    assert "score 9.00" in html


def test_a_snippet_that_goes_on_ends_with_an_ellipsis(hit: Any, page: Any) -> None:
    cut = Snippet("年底前通关", (), goes_on=True)
    assert "年底前通关</bdi>…</div>" in results_table(page(replace(hit(), snippets=(cut,))))
    assert "…" not in results_table(page(hit("通关", "年底前通关")))


def test_words_without_matches_have_suggestions(page: Any) -> None:
    assert "no post contains &lt;b&gt;; did you mean 北京?</p>" in results_table(page(unknown=(("<b>", ("北京",)),)))


def test_only_web_urls_are_links(hit: Any, page: Any) -> None:
    html = results_table(page(hit(url="javascript:alert(1)")))
    assert "href" not in html
    assert "javascript" not in html


def test_no_hits(page: Any) -> None:
    assert "no posts, 3 ms" in results_table(page())


def test_rendering_in_a_notebook_does_not_import_rich() -> None:
    check = "import sys, searchkit.render.html; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
