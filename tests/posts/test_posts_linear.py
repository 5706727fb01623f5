"""No input makes the time to read a post grow faster than the post: each is read once and doubled."""

import gc
import time
from collections.abc import Iterator

import pytest

from searchkit.posts.markup import plain_text

MAX_RATIO = 2.6
"""Linear time doubles; the rest is for the garbage collector and for what a longer text costs a cache."""
MIN_SECONDS = 0.001
"""CPU seconds that are measured well enough."""

REPEATED = {
    "links": [
        "[",
        "![",
        "](",
        '](a "',
        "[a](",
        "[a]:b.",
        "[a]: /u\n",
        "[x]: ",
        "[^a]:",
        "^[",
        "[[",
        "[[a|",
        "[a]{",
        "![a](b c",
    ],
    "emphasis": ["*", "_a", "**a", "*a_b", "==a", "~~a", "~a", "a^b", "{a|", "++a", "\\", "{: a"],
    "code": [
        "`",
        "`a``b",
        "```a\n",
        "~~~a\n",
        "> ```\n",
        "```\n> ",
        "> ```\n1) ",
        "    a\n\n",
        "     &nbsp;a\n\n",
        "<code>{",
        "<pre>",
        "<pre",
    ],
    "formulas": ["$", "$a\\", "$$a", "\\\\(", "\\(", "$$\n", "\\begin{a}\n", "\\[\n", "|$a"],
    "blocks": [
        "> ",
        "- ",
        "1. ",
        "#",
        "# ",
        "=",
        "-",
        "|",
        "a|b\n",
        "a\n=\n",
        ": a\n",
        "a ^b",
        "    ",
        "\u3000\n",
        "\n",
    ],
    "containers": [":::", "::: a\n", "!!! note\n", '=== "a"\n', "> [!a]\n"],
    "tags": [
        "<",
        "<a ",
        '<a "',
        "<a title='<",
        "<a b=c ",
        "</div>",
        "<div>",
        "<div>\n",
        "<div>\n\n",
        "<p>",
        "<a1><a2>",
    ],
    "elements": [
        "<svg/>",
        "<script>",
        "<script>\n\n",
        "<style>\n",
        "<?",
        "<![CDATA[",
        "<b></i>",
        "<b title='<'></i>",
        "&#",
        "&",
    ],
    "captions": ["<ruby>", "<rt>", "<figcaption>", "<img alt=", "<img alt='<' ", "<Tab title='"],
    "templates": [
        "{{",
        "{{a",
        "{{<",
        "{{< a ",
        "{{% a",
        "{%",
        "{% a",
        "{% raw %}",
        "{% highlight %}",
        "{% a ' \" %}",
        "{% a=' %}",
    ],
    "hidden": [
        "<!--",
        "<!--\n\n",
        "<!-- tab ",
        "{% comment %}",
        "%%",
        "%%\n",
        "%% a ",
        "{::comment}",
        "{/*",
        "import a\n",
        "甲 <b>\nimport a from 'b'\n",
    ],
    "attributes": ["<div markdown=1" + " markdown=1" * 9],
}
NEVER_CLOSED = {
    "templates": ["{%", "{% ", "{{ ", "{{< ", "{{% ", "{% raw %}", "{% a "],
    "tags": ["<div", "<div markdown=1 ", "<img alt='", "<!-- ", "<ruby>", "<figcaption>"],
    "paragraphs": ["[a](", "![a](", "$", "`", "[[", "^[", "[^", "{: ", "\\("],
    "blocks": ["%%", "%%\n\n", "{::comment}", "import ", "\\begin{a}", "::: ", "!!! note ", "```", "~~~"],
}


def seconds(text: str, times: int) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        plain_text(text)
        best = min(best, time.process_time() - start)
    return best


def growth(start: str, part: str) -> float:
    """By how much the time grows when the input is doubled, at a size that can be measured."""
    count = 8_000 // len(part) + 1
    while seconds(start + part * count, 1) < MIN_SECONDS:
        count *= 2
    before = after = float("inf")
    for _ in range(12):  # the least: another program can only add to a time
        before = min(before, seconds(start + part * count, 1))
        after = min(after, seconds(start + part * 2 * count, 2))
        if after < 0.85 * MAX_RATIO * before:
            break
    return after / before


@pytest.fixture(autouse=True)
def no_garbage_collection() -> Iterator[None]:
    """Each collection would take longer than the one before it."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("kind", REPEATED)
def test_repeated_marks_take_linear_time(kind: str) -> None:
    assert [part for part in REPEATED[kind] if growth("", part) >= MAX_RATIO] == []


@pytest.mark.parametrize("kind", NEVER_CLOSED)
def test_what_is_never_closed_takes_linear_time(kind: str) -> None:
    openings = NEVER_CLOSED[kind]
    assert [opening for opening in openings if growth(opening, "markdown甲=") >= MAX_RATIO] == []
    assert [opening for opening in openings if growth(opening + "\n", f"a\n\n{opening} a\n") >= MAX_RATIO] == []
