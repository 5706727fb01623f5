"""Reading front matter and titles takes time that grows with the length of a file, whatever is in it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from searchkit.model import Post
from searchkit.posts.documents import document
from searchkit.posts.formats import html
from searchkit.posts.frontmatter.parsing import parse
from searchkit.posts.frontmatter.titles import title_of

CHARS = 8_000
MAX_RATIO = 2.6
CLOCK_SECONDS = 0.001


def filled(before: str, part: str, after: str = "") -> Callable[[int], str]:
    """A function that gives a text of so many characters, most of them repetitions of a part."""
    return lambda chars: before + part * (chars // len(part)) + after


FRONT_MATTER = {
    "dotted key": filled("+++\n", "a.", "a=1\n+++\n"),
    "dotted key with spaces": filled("+++\n", "a . ", "a=1\n+++\n"),
    "dotted key in quotes": filled("+++\n", '"a".', "a=1\n+++\n"),
    "dotted key within a table": filled("+++\nx = {", "a.", "a=1}\n+++\n"),
    "dotted name of a table": filled("+++\n[", "a.", "a]\n+++\n"),
    "brackets in TOML": filled("+++\na=", "[", "\n+++\n"),
    "tables in TOML": filled("+++\na=", "{a=", "\n+++\n"),
    "strings in TOML": filled("+++\n", "\"'", "\n+++\n"),
    "items in broken YAML": filled("---\ntitle: @\na:\n", "- x\n", "---\n"),
    "keys in broken YAML": filled("---\ntitle: @\n", "a: x\n", "---\n"),
    "inner keys in broken YAML": filled("---\ntitle: @\na:\n", "  b: x\n", "---\n"),
    "quotes in broken YAML": filled("---\ntitle: @\na: ", '""', "\n---\n"),
    "escapes in broken YAML": filled("---\ntitle: @\na: '", "''", "x\n---\n"),
    "commas in broken YAML": filled("---\ntitle: @\na: [", "x,", "]\n---\n"),
    "flow in YAML": filled("---\na: [", "x,", "]\n---\n"),
    "brackets in YAML": filled("---\na: ", "[", "\n---\n"),
    "nested items": filled("---\na:\n  ", "- ", "\n---\n"),
    "aliases": filled("---\ntags: [&a x,", "*a,", "]\n---\n"),
    "hashtags": filled("---\ntags:\n", "- #a\n", "---\n"),
    "hashtags on a line": filled("---\ntags: ", "#a ", "\n---\n"),
    "spaces": filled("---\na:", " ", "x\n---\n"),
    "words before a colon": filled("---\n", "a ", ": x\n---\n"),
    "one long key": filled("", "a", ": x\n---\n"),
    "dates": filled("---\ndate:\n", "- 2021-11\n", "---\n"),
    "digits of a date": filled("---\ndate: ", "1 ", "\n---\n"),
    "tags of HTML in a title": filled("---\ntitle: ", "<a ", "\n---\n"),
    "signs in a title": filled("---\ntitle: ", "<", "\n---\n"),
    "code in a title": filled("---\ntitle: ", "`<", "\n---\n"),
    "backticks in a title": filled("---\ntitle: <", "`", "x\n---\n"),
    "a title that is a list": filled("---\ntitle: [", "a,", "]\n---\n"),
    "descriptions": filled("---\ndescription:\n", "- x\n", "---\n"),
    "never closed": filled("---\n", "a: x\n"),
    "never opened": filled("title: x\n", "- x\n", "---\n"),
    "dashes": filled("---\n", "-", "\n"),
    "lines of dashes": filled("---\n", "--\n", "---\n"),
    "JSON": filled('{"a":', "[", ""),
    "members of JSON": filled("{", '"a":1,', ""),
    "JSON between semicolons": filled(";;;\n", "{", "\n;;;\n"),
}

BODIES = {
    "signs of a heading": filled("# ", "#", "\n"),
    "closing signs of a heading": filled("# x", " #", "y\n"),
    "empty headings": filled("", "# ![](a)\n"),
    "empty headings in HTML": filled("", "<h1></h1>\n"),
    "open headings": filled("", "<h1 \n"),
    "headings on a line": filled("", "<h1>"),
    "boxes around a heading": filled("", "<div "),
    "underlined headings": filled("", "![](a)\n==\n"),
    "an underline": filled("x\n", "=", " x\n"),
    "fences": filled("", "```\n"),
    "open comments": filled("", "<!--\n"),
    "comments before a page": filled("", "<!---->"),
    "titles of a page": filled("<html>", "<title>"),
    "open titles of a page": filled("<html>", "<title "),
    "formulas": filled("", "$$\n"),
    "signs of Liquid": filled("{%", " %", "\n"),
    "open blocks of Liquid": filled("", "{% raw\n"),
    "spaces of a line": filled("\n", " ", "x"),
}


HEADS = {
    "metas": filled("<html>", "<meta>"),
    "open metas": filled("<html>", "<meta "),
    "open quotes of metas": filled("<html>", "<meta a='"),
    "quotes of a meta": filled("<html><meta", " a=''"),
    "titles of a head": filled("<html>", "<title>"),
    "comments of a head": filled("<html>", "<!--"),
}


def seconds(read: Callable[[str], object], text: str) -> float:
    gc.disable()  # it goes through all that other tests have left, too
    try:
        began = time.process_time()
        read(text)
        return time.process_time() - began
    finally:
        gc.enable()


def read_front_matter(text: str) -> None:
    post = parse("a.md", text)
    document(Post("a.md", post.metadata, ""))


def read_head(text: str) -> None:
    html.parse("a.html", text)


def read_title(text: str) -> None:
    title_of("a", "a.md", text)


@pytest.mark.parametrize(
    ("read", "text_of"),
    [
        *(pytest.param(read_front_matter, text_of, id=name) for name, text_of in FRONT_MATTER.items()),
        *(pytest.param(read_head, text_of, id=name) for name, text_of in HEADS.items()),
        *(pytest.param(read_title, text_of, id=name) for name, text_of in BODIES.items()),
    ],
)
def test_twice_the_length_takes_twice_the_time(read: Callable[[str], object], text_of: Callable[[int], str]) -> None:
    short, long = text_of(CHARS), text_of(2 * CHARS)
    once = twice = float("inf")
    for _ in range(8):
        once, twice = min(once, seconds(read, short)), min(twice, seconds(read, long))
        if twice <= MAX_RATIO * once + CLOCK_SECONDS:
            return
    pytest.fail(f"{twice:.4f} s after {once:.4f} s")
