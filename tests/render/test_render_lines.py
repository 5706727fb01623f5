"""Wrapping by cell width, by the rules of Chinese typesetting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from searchkit.render.lines import pad, paint, plain, shorten, wrap
from searchkit.render.look import Look

PLAIN, BOLD = Style.null(), Style(bold=True)


def wrapped(text: str, width: int) -> list[str]:
    return [plain(line) for line in wrap([(text, PLAIN)], width)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四五六七八九十百千", ["一二三四五六七八九十", "百千"]),
        ("一二三四五六七八九十，百", ["一二三四五六七八九", "十，百"]),  # no line begins with a comma
        ("一二三四五六七八九（十）", ["一二三四五六七八九", "（十）"]),  # no line ends with an opening bracket
        ("一二三四五六七 searchkit", ["一二三四五六七", "searchkit"]),  # words are kept whole
        ("https://example.com/averyveryverylongaddress", ["https://example.com/", "averyveryverylongadd", "ress"]),
        ("一 https://averyveryverylongaddress.com", ["一 https://averyvery", "verylongaddress.com"]),
        ("一二三四五六七八九a👍🏽", ["一二三四五六七八九a", "👍🏽"]),  # an emoji and its skin tone stay together
        ("短", ["短"]),
        ("", [""]),
    ],
)
def test_line_breaks(text: str, lines: list[str]) -> None:
    assert wrapped(text, 20) == lines


def test_nothing_is_wrapped_without_a_width() -> None:
    assert plain(wrap([("长" * 500, PLAIN)], None)[0]) == "长" * 500


@given(st.text("一二，（）“”ab /\u0301☁\ufe0f\u200d👍🏽🎉é", max_size=200), st.integers(20, 60))
def test_no_line_is_too_wide_and_only_spaces_are_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines) or len(lines) == 1
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.tuples(st.text("一二ab ，", max_size=30), st.sampled_from([PLAIN, BOLD]))), st.integers(20, 40))
def test_wrapping_keeps_the_style_of_each_character(line: list[tuple[str, Style]], width: int) -> None:
    def bold(parts: list[tuple[str, Style]]) -> str:
        return "".join(text for text, style in parts if style == BOLD).replace(" ", "")

    assert bold([part for wrapped_line in wrap(line, width) for part in wrapped_line]) == bold(line)


def test_widths_are_counted_in_cells() -> None:
    assert pad("联合早报", 10) + "|" == "联合早报  |"
    assert shorten("一个名字非常长的来源", 10) == "一个名字…"
    assert cell_len(shorten("新闻a媒体", 6)) <= 6


def test_without_colour_there_are_no_escape_sequences() -> None:
    line = [("标题", Style(bold=True, color="red", link="https://example.com"))]
    assert paint([line], Look()) == "标题\n"
    assert paint([line], Look(color=True)).startswith("\x1b]8;")
