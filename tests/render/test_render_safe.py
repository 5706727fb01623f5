"""Untrusted text is escaped."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.render.safe import file_link, split_spans, visible, visible_json, visible_name, web_link

ANY_TEXT = st.text(
    st.characters(codec=None)
    | st.sampled_from("\x00\x07\t\n\x1b\x7f\x9b\u2028\u202e\u2066\ud800\udcff\u200b\u200d\ufe0f\U000e0041👨香")
)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\x1b[31m红", "\\x1b[31m红"),
        ("\x9b2J", "\\x9b2J"),
        ("响铃\x07\x7f", "响铃\\x07\\x7f"),
        ("gpj.\u202etxt", "gpj.\\u202etxt"),
        ("一\n二\u2028三", "一\\n二\\u2028三"),
        ("\udcff.md", "\\udcff.md"),
        ("香港 🎉 𠮷 [bold]x[/bold]", "香港 🎉 𠮷 [bold]x[/bold]"),
        ("\u2066\u202a\ufff9\ufdd0\U0010ffff", "\\u2066\\u202a\\ufff9\\ufdd0\\U0010ffff"),
    ],
)
def test_control_characters_are_shown_as_codes(text: str, escaped: str) -> None:
    assert (visible(text), visible_name(text)) == (escaped, escaped)


@pytest.mark.parametrize("sign", "\xad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2064\ufeff\u3164\U000e0041")
def test_invisible_signs_without_a_use_are_not_shown_and_escaped_in_names_and_json(sign: str) -> None:
    code = ascii(sign)[1:-1]
    assert (visible(f" {sign}通关{sign * 2}"), visible_name(f" {sign}")) == (" 通关", f" {code}")
    assert visible_json(json.dumps(sign, ensure_ascii=False)) == json.dumps(sign)


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧", "❤\ufe0f\u200d🔥", "☁\ufe0f", "1\ufe0f\u20e3", "葛\U000e0100", "می\u200cخواهم",
        "क्\u200dष",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "ᠮᠣᠩᠭᠣᠯ\u180b",
    ],
)  # fmt: skip
def test_invisible_signs_that_change_what_is_drawn_stay(text: str) -> None:
    assert (
        visible(text)
        == visible_name(text)
        == visible_json(text)
        == "".join(p for p, _ in split_spans(text, []))
        == text
    )


@given(ANY_TEXT)
def test_json_has_every_character(text: str) -> None:
    assert json.loads(visible_json(json.dumps(text, ensure_ascii=False))) == text


def test_a_body_keeps_its_newlines() -> None:
    assert visible("一\n二\r", keep="\n") == "一\n二\\r"


@given(ANY_TEXT)
def test_escaped_text_has_no_control_characters_and_can_be_encoded(text: str) -> None:
    escaped = visible(text)
    escaped.encode("utf-8")
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in escaped)


@given(ANY_TEXT, st.lists(st.integers(0, 40), max_size=8))
def test_spans_are_right_after_escaping(text: str, offsets: list[int]) -> None:
    ordered = sorted({min(offset, len(text)) for offset in offsets})
    spans = list(zip(ordered[::2], ordered[1::2], strict=False))
    parts = list(split_spans(text, spans))
    assert "".join(part for part, _ in parts) == visible(text)
    assert sum(is_match for _, is_match in parts) == sum(start < end for start, end in spans)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//example.com",
        "https://",
        "http://[bad",
        "https://example.com/\x1b]8;;",
        "https://example.com/\u202egpj",
        "https://example.com/a b",
        "https://example.com/\n",
        "",
    ],
)
def test_unsafe_urls_are_no_links(url: str) -> None:
    assert web_link(url) is None


def test_links_are_ascii() -> None:
    assert web_link("https://example.com/新闻?q=%20&a=1#x") == "https://example.com/%E6%96%B0%E9%97%BB?q=%20&a=1#x"
    assert web_link('https://example.com/"><script>') == "https://example.com/%22%3E%3Cscript%3E"
    assert file_link("/corpus", "新\x1b\udcff.md") == "file:///corpus/%E6%96%B0%1B%FF.md"
