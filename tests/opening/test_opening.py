"""The line of a match in a post's file, the editor's command, the system's programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from archive import Archive
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.model import Document, Reading
from searchkit.opening import programs
from searchkit.opening.editors import editor_command
from searchkit.opening.lines import file_of, line_of, line_of_match

FRONT = "---\ntitle: 港府力争通关\ntags: [通关]\ndescription: 摘要说通关\n---\n\n"
CELLS = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["甲\n", "口岸通关\n"]}], "metadata": {}}
NOTEBOOK = json.dumps(CELLS | {"nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False, indent=1)

CASES = [
    ("front.md", FRONT + "甲\n\n香港通关\n", "通关", "香港通关"),
    ("script.md", FRONT + "香港通關\n", "通关", "香港通關"),
    ("address.md", "[甲](/通关/a)\n\n![图](/通关.png)\n\n口岸通关了\n", "通关", "口岸通关了"),
    ("comment.md", "<!-- 通关 -->\n甲\n\n乙通关\n", "通关", "乙通关"),
    ("within.md", "甲\n\n口岸**通**关之后\n\n乙\n", "通关", "口岸**通**关之后"),
    ("entity.html", "<p>甲</p>\n<p>口岸&#36890;关之后</p>\n", "通关", "口岸&#36890;关之后"),
    ("wrapped.md", "甲甲甲甲\n乙乙香港\n通关之后\n", "通关", "通关之后"),
    ("crlf.md", FRONT.replace("\n", "\r\n") + "甲\r\n\r\n香港通关\r\n", "通关", "香港通关"),
    ("title.md", FRONT.replace("摘要说通关", "无") + "甲\n", "title:通关", "title: 港府力争通关"),
    ("described.md", FRONT.replace("title: 港府力争通关", "title: 港") + "甲\n", "通关", "description: 摘要说通关"),
    ("org.org", "#+TITLE: 甲\n\n* 标题\n口岸通关\n", "通关", "口岸通关"),
    ("nb.ipynb", NOTEBOOK, "通关", '    "口岸通关\\n"'),
    ("latin.md", "a\n\nThe TWITTERS\n\nＴｗｉｔｔｅｒ said\n", "twitter", "Ｔｗｉｔｔｅｒ said"),
    ("signs.md", "c 语言\n\n# C#\n\n学 C++ 的书\n", '"c++"', "学 C++ 的书"),
    ("broken.md", "[口岸](/通关)之後\n\n口岸**通**關之前\n", "通关", "口岸**通**關之前"),
    ("none.md", "甲\n乙\n", "", "甲"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("opening"))
    for name, text, _query, _line in CASES:
        archive.write_plain(name, text)
    archive.rebuild()
    return archive


@pytest.mark.parametrize(("name", "text", "query", "line"), CASES, ids=[case[0] for case in CASES])
def test_the_line_of_the_first_match_is_that_of_the_file(
    archive: Archive, name: str, text: str, query: str, line: str
) -> None:
    with searchkit.open(archive.index) as index:
        reading = index.read(name, query)
        found = line_of_match(file_of(index.corpus, reading.document), reading)
    assert line.strip() in text.splitlines()[found - 1]


def test_each_match_has_its_own_line(archive: Archive) -> None:
    archive.write_plain("many.md", FRONT + "".join(f"第{n}次通关\n\n" for n in range(30)))
    archive.rebuild()
    with searchkit.open(archive.index) as index:
        reading = index.read("many.md", "通关")
        file = file_of(index.corpus, reading.document)
        lines = [line_of_match(file, reading, number) for number in range(30)]
    assert lines == list(range(7, 67, 2))


def test_a_file_that_is_gone_is_said_so(tmp_path: Path) -> None:
    document = Document("a.md", "", None, "", "", (), "通关")
    with pytest.raises(searchkit.DocumentNotFound, match=r"a\.md is gone; run: searchkit rebuild-index"):
        file_of(tmp_path, document)
    with pytest.raises(searchkit.DocumentNotFound, match="cannot read"):
        line_of_match(tmp_path / "a.md", Reading(document, spans=((0, 2),)))


@given(st.lists(st.text("通关香港 ，。", min_size=1, max_size=12), min_size=1, max_size=8), st.data())
def test_without_markup_the_line_is_the_same(lines: list[str], data: st.DataObject) -> None:
    """Texts may be the same in several lines; any of them will do."""
    text = "\n".join(lines)
    at = data.draw(st.integers(0, len(text) - 1).filter(lambda at: text[at] in "通关香港"))
    found = line_of(text, (0, len(text)), text, (at, at + 1))
    assert text[at] in lines[found - 1]


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vim", ["vim", "+7", "/a b.md"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+7", "/a b.md"]),
        ("emacsclient -t", ["emacsclient", "-t", "+7", "/a b.md"]),
        ("code --wait", ["code", "--wait", "--goto", "/a b.md:7"]),
        ("'/opt/my editors/subl' -w", ["/opt/my editors/subl", "-w", "/a b.md:7"]),
        ("hx", ["hx", "/a b.md:7"]),
        ("kate", ["kate", "--line", "7", "/a b.md"]),
        ("my-editor", ["my-editor", "/a b.md"]),
    ],
)
def test_an_editor_is_told_the_line_in_its_own_way(editor: str, command: list[str]) -> None:
    assert editor_command(Path("/a b.md"), 7, {"EDITOR": editor}) == command
    assert editor_command(Path("/a b.md"), 7, {"EDITOR": "ed", "VISUAL": editor}) == command


def test_without_an_editor_the_error_says_how_to_name_one() -> None:
    with pytest.raises(searchkit.SearchkitError, match="set EDITOR"):
        editor_command(Path("/a.md"), 1, {"PATH": ""})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "--help", "http://a b/", "data:x", ""])
def test_only_pages_of_the_web_are_opened_as_such(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(programs.webbrowser, "open", lambda url: opened.append(url) or True)
    monkeypatch.setattr(programs, "_open_file", lambda file: None)
    (tmp_path / "-a b.md").write_text("x")
    document = Document("-a b.md", "", None, "", url, (), "x")
    assert (programs.open_original(document, tmp_path), opened) == (str(tmp_path / "-a b.md"), [])


def test_a_page_of_the_web_is_opened_in_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(programs.webbrowser, "open", lambda url: opened.append(url) or True)
    document = Document("a.md", "", None, "", "https://www.example.com/通关", (), "x")
    assert programs.open_original(document, "corpus") == opened[0] == "https://www.example.com/%E9%80%9A%E5%85%B3"
    monkeypatch.setattr(programs.webbrowser, "open", lambda url: False)
    with pytest.raises(searchkit.SearchkitError, match="there is no browser for https://"):
        programs.open_original(document, "corpus")
