"""What a post says is shown, never obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.render.safe import file_link, pieces, visible, web_link

ANY_TEXT = st.text(
    st.characters(codec=None) | st.sampled_from("\x00\x07\t\n\x1b\x7f\x9b\u2028\u202e\u2066\ud800\udcff香")
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\x1b[31m红", "\\x1b[31m红"),
        ("\x9b2J", "\\x9b2J"),
        ("响铃\x07\x7f", "响铃\\x07\\x7f"),
        ("gpj.\u202etxt", "gpj.\\u202etxt"),
        ("一\n二\u2028三", "一\\n二\\u2028三"),
        ("\udcff.md", "\\udcff.md"),
        ("香港 🎉 👨‍👩‍👧 𠮷 [bold]x[/bold]", "香港 🎉 👨‍👩‍👧 𠮷 [bold]x[/bold]"),
    ],
)
def test_what_could_drive_a_terminal_is_written_out_and_nothing_else(said: str, shown: str) -> None:
    assert visible(said) == shown


def test_a_body_keeps_its_newlines() -> None:
    assert visible("一\n二\r", keep="\n") == "一\n二\\r"


@given(ANY_TEXT)
def test_nothing_visible_can_drive_a_terminal_or_fail_to_encode(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert shown.isprintable() or not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


@given(ANY_TEXT, st.lists(st.integers(0, 40), max_size=8))
def test_spans_sit_right_after_the_replacement(text: str, borders: list[int]) -> None:
    ordered = sorted({min(border, len(text)) for border in borders})
    spans = list(zip(ordered[::2], ordered[1::2], strict=False))
    cut = list(pieces(text, spans))
    assert "".join(piece for piece, _ in cut) == visible(text)
    assert [piece for piece, match in cut if match] == [visible(text[start:end]) for start, end in spans]


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
def test_odd_addresses_are_no_links(url: str) -> None:
    assert web_link(url) is None


def test_links_are_plain_ascii() -> None:
    assert web_link("https://example.com/新闻?q=%20&a=1#x") == "https://example.com/%E6%96%B0%E9%97%BB?q=%20&a=1#x"
    assert web_link('https://example.com/"><script>') == "https://example.com/%22%3E%3Cscript%3E"
    assert file_link("/corpus", "新\x1b\udcff.md") == "file:///corpus/%E6%96%B0%1B%FF.md"
