"""``search`` on a terminal: as much as the screen has room for, the pager, the best hit last."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive
from cli_process import searchkit
from rich.cells import cell_len

from searchkit.cli.pager import first_match
from searchkit.model import Document, Reading
from searchkit.render.look import Look
from searchkit.render.reading import draw_reading

OnTerminal = Callable[..., tuple[int, str]]
POSTS = 30


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Instead of the small archive: posts enough to fill a screen."""
    archive = Archive(tmp_path_factory.mktemp("screen"))
    for number in range(POSTS):
        body = "口岸通關之後，遊客很多。" * (number % 5 + 1)
        archive.write(f"很长的文件夹名字/口岸-{number:02}.md", f"第{number}次通关\n{body}")
    archive.rebuild()
    return archive.root


def plain(output: str) -> list[str]:
    return re.sub(r"\x1b\[[\d;]*m", "", output).splitlines()


def ranks(output: str) -> list[int]:
    return [int(found[1]) for line in plain(output) if (found := re.match(r" ?(\d+)  第", line))]


@pytest.mark.parametrize(
    ("columns", "lines", "more"),
    [(80, 24, ""), (140, 50, "--facets=year"), (40, 24, "--explain"), (80, 10, "--facets=year"), (40, 6, "--explain")],
)
def test_the_best_hit_is_still_on_the_screen(on_terminal: OnTerminal, columns: int, lines: int, more: str) -> None:
    code, output = on_terminal("search", "通关", *more.split(), columns=columns, lines=lines)
    shown = ranks(output)
    assert code == 0
    assert shown == list(range(1, len(shown) + 1))
    assert len(plain(output)) < lines or len(shown) == 1
    assert max(map(cell_len, plain(output))) <= columns


def test_the_last_line_says_how_to_see_more(on_terminal: OnTerminal) -> None:
    output = on_terminal("search", "通关", lines=24)[1]
    last = ranks(output)[-1]
    assert plain(output)[-1].endswith(f"{POSTS - last} more with -n, --offset {last} or --pager")
    assert ranks(on_terminal("search", "通关", "--offset", str(last), lines=24)[1])[0] == last + 1


def test_a_typed_number_is_obeyed(on_terminal: OnTerminal) -> None:
    assert len(ranks(on_terminal("search", "通关", "-n", "12", lines=24)[1])) == 12
    assert len(ranks(on_terminal("search", "通关", "-n", "all", lines=24)[1])) == POSTS


def test_in_a_pipe_there_are_ten_without_a_word_on_more(home: Path) -> None:
    output = searchkit(home, "search", "通关").stdout.decode()
    assert len(ranks(output)) == 10
    assert " more with " not in output


def test_the_pager_has_all_with_their_colours(on_terminal: OnTerminal) -> None:
    output = on_terminal("search", "通关", "--pager", lines=24, PAGER="sed s/^/+/")[1]
    assert len(ranks(output.replace("+", ""))) == POSTS
    assert "\x1b[1;31m通关" in output


def test_the_best_is_last_next_to_the_prompt(on_terminal: OnTerminal) -> None:
    output = on_terminal("search", "通关", "--best-last", "--facets", "year", lines=24)[1]
    assert ranks(output)[-1] == 1
    assert plain(output)[0].startswith("year")
    assert plain(output)[-1].startswith(f"1-{len(ranks(output))} of {POSTS} posts")


def test_json_lines_are_those_of_one_search(home: Path) -> None:
    lines = searchkit(home, "search", "通关", "-n", "all", "--format", "ndjson").stdout.decode().splitlines()
    page = json.loads(searchkit(home, "search", "通关", "-n", "all", "--format", "json").stdout)
    assert [json.loads(line) for line in lines] == page["hits"]
    assert len(lines) == POSTS
    assert searchkit(home, "search", "通关", "-n", "5", "--format", "ndjson").stdout.count(b"\n") == 5


LONG = Reading(Document("a.md", "题", None, "", "", (), "甲" * 100 + "\n" + "口岸\n" * 60 + "通關之後\n" + "尾\n" * 60))
AT = LONG.document.body.index("通關")


def test_a_post_opens_at_its_first_match() -> None:
    drawn = draw_reading(Reading(LONG.document, spans=((AT, AT + 2),)), Look(width=80, height=24))
    assert "通關" in drawn.text.splitlines()[drawn.match - 1]
    assert first_match(drawn.match, drawn.forms, 24) == f"+/(通關)\r{drawn.match - 6}g"
    assert draw_reading(LONG, Look(width=80)).match == 0
    assert first_match(0, (), 24) == ""


def test_a_match_is_highlighted_across_lines_tabs_and_controls() -> None:
    body = "甲\t通关\x1b乙" + "很长的一行" * 20 + "通關"
    spans = tuple(found.span() for found in re.finditer("通[关關]", body))
    text = draw_reading(Reading(Document("a.md", "题", None, "", "", (), body), spans=spans), Look(True, width=40)).text
    assert "甲    \x1b[1;31m通关\x1b[0m\\x1b乙" in text
    assert "\x1b[1;31m通關\x1b[0m" in text
