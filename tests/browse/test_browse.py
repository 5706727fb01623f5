"""searchkit browse, by its keys: in Textual's pilot, and once in a real terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from textual.binding import Binding
from textual.events import Key, Paste
from textual.pilot import Pilot

import searchkit
from searchkit.browse import browse
from searchkit.browse.app import Browser
from searchkit.browse.keys import described, parts
from searchkit.browse.newest import Newest
from searchkit.browse.offers import Offers
from searchkit.errors import IndexUnreachable, SearchkitError
from searchkit.render.lines import plain

POSTS: dict[str, Any] = {
    f"{number}.md": {
        "title": f"第{number}篇",
        "date": f"20{20 + number % 3}-01-{1 + number % 28:02}",
        "source": "甲报" if number % 2 else "乙报",
        "body": "前言。\n\n" + ("香港通关。" if number == 7 else "香港。"),
    }
    for number in range(80)
}
POSTS["hostile.md"] = {
    "title": "[bold]敌意[/] \u202e🇭🇰👨\u200d👩\u200d👧",
    "body": "\x1b[2J通關之後，[red]再通关[/]。" + "很长。" * 400 + "通关",
}

Steps = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture(scope="module")
def index(make_index: Callable[..., searchkit.Index]) -> searchkit.Index:
    return make_index(POSTS)


async def settled(pilot: Pilot[None]) -> None:
    """Until all that was asked is answered."""
    app = pilot.app
    assert isinstance(app, Browser)
    await pilot.pause()
    while not (app._search.is_idle and app._reader.is_idle and app._offerer.is_idle):
        await asyncio.sleep(0.001)
    await pilot.pause()


def run(index: searchkit.Index, steps: Steps, query: str = "", size: tuple[int, int] = (140, 40)) -> Browser:
    """Do something on a screen; the application as it is then."""
    app = Browser(index, query)

    async def main() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await steps(pilot)

    asyncio.run(main())
    return app


def screen(app: Any) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def keys(*pressed: str) -> Steps:
    async def steps(pilot: Pilot[None]) -> None:
        for key in pressed:
            await pilot.press(key)
            await settled(pilot)

    return steps


def titles(app: Browser) -> list[str]:
    return [hit.title for hit in app.hits.hits]


def test_results_follow_what_is_typed(index: searchkit.Index) -> None:
    app = run(index, keys("香", "港", "space", "通", "关"))
    assert app.box.value == "香港 通关"
    assert titles(app)[0] == "第7篇"
    assert app.post.page is not None
    assert [app.post.page.reading.document.text[slice(*span)] for span in app.post.page.reading.spans] == ["香港通关"]


def test_letters_in_the_box_are_text_and_in_the_list_commands(index: searchkit.Index) -> None:
    app = run(index, keys("q", "s", "slash", "down", "s", "slash", "x"))
    assert (app.box.value, app.view.sort) == ("qs/x", "newest")


def test_keys_that_come_in_one_burst_belong_to_where_the_one_before_led(index: searchkit.Index) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        for burst in ((Key("港", "港"), Key("down", None), Key("s", "s")), (Key("slash", "/"), Key("q", "q"))):
            for key in burst:
                pilot.app.post_message(key)
            await settled(pilot)

    app = run(index, steps)
    assert (app.box.value, app.view.sort) == ("港q", "newest")


def test_of_many_keys_the_last_one_wins(index: searchkit.Index) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(*"香港通关香港通关", *["backspace"] * 6)
        await settled(pilot)

    app = run(index, steps)
    assert app._shown is not None
    assert (app.box.value, app._shown.question.view.query) == ("香港", "香港")


def test_a_suggestion_is_taken_at_the_end_of_the_text_alone(index: searchkit.Index) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(*"xg")
        await settled(pilot)
        await pilot.press("left", "right")
        assert pilot.app.box.value == "xg"  # type: ignore[attr-defined]
        await pilot.press("right")
        await settled(pilot)

    app = run(index, steps)
    assert (app.box.value, app.view.query) == ("香港", "香港")


def test_what_a_post_is_read_for_is_kept(index: searchkit.Index) -> None:
    kept: list[str] = []

    async def read() -> None:
        async with Browser(index, "香港", keep=kept.append).run_test() as pilot:
            await settled(pilot)
            await pilot.press("enter")

    asyncio.run(read())
    assert kept == ["香港"]


def test_the_next_suggestion_comes_to_hand() -> None:
    offers = Offers.of("xg", ["香港", "xg", "相关"])
    assert [plain(each.line()).split()[1] for each in (offers, offers.turned(), offers.turned().turned())] == [
        "香港", "相关", "香港"
    ]  # fmt: skip


def test_pasted_lines_become_one(index: searchkit.Index) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        pilot.app.screen.focused.post_message(Paste("香港\r\n通关\x1b[31m" + "很长" * 50_000))  # type: ignore[union-attr]
        await settled(pilot)

    app = run(index, steps)
    assert app.box.value.startswith("香港 通关 [31m很长")
    assert len(app.box.value) == 4_000


def test_an_empty_query_shows_the_newest_posts_and_more_while_scrolling(index: searchkit.Index) -> None:
    app = run(index, keys("down", "G", "G", "G", "G"))
    assert len(app.hits.hits) == len(set(titles(app))) == len(POSTS)
    dates = [hit.date for hit in app.hits.hits if hit.date]
    assert dates == sorted(dates, reverse=True)


def test_facets_narrow_and_another_source_can_be_added(index: searchkit.Index) -> None:
    app = run(index, keys("down", "f", "enter", "down", "enter"), "香港")
    assert set(app.view.sources) == {"甲报", "乙报"}
    assert app._shown is not None
    assert app._shown.results.total == 80
    narrowed = run(index, keys("down", "f", "enter"), "香港")
    assert narrowed._shown is not None
    assert narrowed._shown.results.total == 40
    assert [row.count for row in narrowed.facets.values if row.facet == "source" and row.value] == [40, 40]


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (60, 15)])
def test_enter_reads_n_goes_to_the_next_match_and_escape_goes_back(
    index: searchkit.Index, size: tuple[int, int]
) -> None:
    seen: list[tuple[bool, int, bool]] = []

    async def steps(pilot: Pilot[None]) -> None:
        for key in ("enter", "n", "n", "N", "escape"):
            await keys(key)(pilot)
            assert isinstance(pilot.app, Browser)
            seen.append((pilot.app.is_reading, pilot.app.post.match, "通" in screen(pilot.app)))

    run(index, steps, "敌意 通关", size)
    assert seen == [(True, 0, True), (True, 1, True), (True, 2, True), (True, 1, True), (False, 1, True)]


@pytest.mark.parametrize(("columns", "beside"), [(140, True), (80, False)])
def test_the_post_is_beside_the_list_or_below_it(index: searchkit.Index, columns: int, beside: bool) -> None:
    regions: list[bool] = []

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.resize_terminal(columns, 24)
        await settled(pilot)
        assert isinstance(pilot.app, Browser)
        regions.append(pilot.app.post.region.y == pilot.app.hits.region.y)

    run(index, steps)
    assert regions == [beside]


def test_hostile_posts_are_text(index: searchkit.Index) -> None:
    shown: list[str] = []

    async def steps(pilot: Pilot[None]) -> None:
        shown.append(screen(pilot.app))

    run(index, steps, "敌意")
    assert "[bold]敌意[/] \\u202eHK👨👩👧" in shown[0]
    assert "[red]再通关[/]" in shown[0]
    assert "\x1b" not in shown[0]


def test_what_no_post_has_is_said(index: searchkit.Index) -> None:
    shown: list[str] = []

    async def steps(pilot: Pilot[None]) -> None:
        shown.append(screen(pilot.app))

    run(index, steps, "魑魅魍魉")
    assert "no post contains 魑魅魍魉" in shown[0]


def test_y_copies_the_path_and_e_edits_the_line_of_the_match(
    index: searchkit.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setenv("VISUAL", "vi")
    monkeypatch.setattr(subprocess, "call", ran.append)
    app = run(index, keys("down", "y", "e"), "香港通关")
    file = str(index.corpus / "7.md")
    line = Path(file).read_text(encoding="utf-8").split("\n").index("香港通关。") + 1
    assert app.clipboard == file
    assert ran == [["vi", f"+{line}", file]]


def test_o_opens_the_original(index: searchkit.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.browse.app.open_original", lambda document, corpus: f"file of {document.title}")
    app = run(index, keys("down", "o"), "香港通关")
    assert app.status.lines[0][0][0] == "opened"


def test_a_rebuild_is_seen_and_an_index_that_vanishes_is_told_in_a_line(
    make_index: Callable[..., searchkit.Index],
) -> None:
    index = make_index({"a.md": "香港"})
    said: list[str] = []

    async def steps(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, Browser)
        (index.corpus / "b.md").write_text("---\ntitle: 新\n---\n香港新闻\n", encoding="utf-8")
        searchkit.rebuild(index.corpus, index.path, jobs=1)
        app._looker.ask(object())
        while len(app.hits.hits) < 2:
            await pilot.pause(0.001)
        shutil.rmtree(index.path)
        app._looker.ask(object())
        while app._looker.is_idle is False:
            await pilot.pause(0.001)
        await pilot.press("港")
        await settled(pilot)
        said.append(screen(app))

    app = run(index, steps, "香")
    assert len(app.hits.hits) == 2
    assert "error: " in said[0]
    assert str(index.path) in said[0].replace("\n", "")


def test_the_page_names_every_key(index: searchkit.Index) -> None:
    page = (Path(__file__).parents[2] / "docs" / "browse.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*`) \| (.*) \|$", page, re.MULTILINE)
    written = [(" ".join(re.findall("`([^`]+)`", cell)), text) for cell, text in rows]
    assert written == [row for _part, bindings in parts(Browser.BINDINGS) for row in described(bindings)]
    assert all(isinstance(binding, Binding) for _part, bindings in parts(Browser.BINDINGS) for binding in bindings)


def test_an_error_goes_when_the_index_answers_again(index: searchkit.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []

    async def steps(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, Browser)
        with monkeypatch.context() as patch:
            patch.setattr(index, "search", Mock(side_effect=IndexUnreachable("nobody listens there")))
            await pilot.press("7")
            await settled(pilot)
            said.append(screen(app).splitlines()[1])
        app._looker.ask(object())
        while not app._looker.is_idle:
            await asyncio.sleep(0.001)
        await settled(pilot)
        said.append(screen(app).splitlines()[1])

    run(index, steps, "第")
    assert "nobody listens there" in said[0]
    assert "best first" in said[1]


def test_who_leaves_does_not_wait_for_an_answer() -> None:
    never = threading.Event()

    async def main() -> None:
        newest = Newest[str, bool](lambda _question: never.wait(60), lambda _answer: None)
        running = asyncio.create_task(newest.run())
        newest.ask("香港")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        running.cancel()

    before = set(threading.enumerate())
    asyncio.run(main())
    assert [thread.daemon for thread in set(threading.enumerate()) - before] == [True]  # it still waits
    never.set()


def test_no_terminal_is_a_clear_error(index: searchkit.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SearchkitError, match="browse needs a terminal"):
        browse(index)


def test_in_a_real_terminal_it_shows_what_is_typed_and_leaves_the_terminal_as_it_was(index: searchkit.Index) -> None:
    master, side = pty.openpty()
    termios.tcsetwinsize(side, (24, 80))
    before = termios.tcgetattr(side)
    env = os.environ | {"TERM": "xterm", "PYTHONUTF8": "1", "COLUMNS": "", "LINES": ""}
    command = [sys.executable, "-m", "searchkit", "browse", "--index", str(index.path)]
    process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=env, start_new_session=True)
    shown = ""

    def until(text: str) -> None:
        nonlocal shown
        while text not in shown:
            assert select.select([master], [], [], 30)[0], shown
            shown += os.read(master, 65536).decode("utf-8", "replace")

    until("Esc")
    os.write(master, "香港通关".encode())
    until("第7篇")
    os.write(master, b"\x03")
    until("\x1b[?1049l")
    assert process.wait(30) == 0
    assert termios.tcgetattr(side)[:4] == before[:4]
    assert "Traceback" not in shown
    os.close(side)
    os.close(master)
