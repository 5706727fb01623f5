"""A small archive, its pages served by uvicorn, and one browser for all tests."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import searchkit
from searchkit.serve.app import create_app
from searchkit.serve.rates import RateLimit
from searchkit.suggestion import Suggestion

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

HOSTILE = "<script>document.title='owned'</script>"


def post(title: str, day: str, body: str, source: str = "联合早报", tags: str = "经济", more: str = "") -> str:
    return f"---\ntitle: {title!r}\ndate: {day}\nauthor: {source!r}\ntags: [{tags}]\n{more}---\n{body}\n"


def write_archive(folder: Path) -> None:
    """Posts of 24 months, one that is English, and one that is hostile."""
    posts = {
        f"{month:02}-{number}.md": post(
            f"香港通关第{month}期之{number}",
            f"{2021 + month // 12}-{month % 12 + 1:02}-{number + 1:02}",
            f"香港恢复通关，旅客增加。\n\n第二段再说通关，也说{'口罩' if month % 2 else '疫苗'}。\n\n"
            f"{'雨一直下。' * 80}\n\n末尾又是通关。",
            source="联合早报" if number else "明報",
            tags="经济" if month % 3 else "经济, 旅行",
            more="from: https://example.org/a?b=1&c=2\n",
        )
        for month in range(24)
        for number in range(2)
    }
    posts["繁體.md"] = post("香港恢復通關", "2022-12-08", "香港與內地恢復通關，這是一個歷史時刻。", "明報", "經濟")
    posts["english.md"] = post("A letter", "2022-12-20", "Nothing but English here, about ferries.", "Example", "ferry")
    posts["hostile.md"] = (
        "---\n"
        "title: \"<img src=x onerror=document.title='owned'> \\u202e敌意\"\n"
        "date: 2022-12-24\n"
        'author: "\\"><script>document.title=\'owned\'</script>"\n'
        'tags: ["\' onmouseover=\'document.title=1", "{{ 7 * 7 }}"]\n'
        "from: \"javascript:document.title='owned'\"\n"
        "---\n"
        f"```\n敌意 {HOSTILE} </script> \\u202e ]]> --> {'长' * 20_000}\n```\n\n\u05e9\u05dc\u05d5\u05dd 敌意 abc\n"
    )
    folder.mkdir(parents=True)
    for name, text in posts.items():
        (folder / name).write_text(text, encoding="utf-8")


class InThread(uvicorn.Server):
    """A server in a thread of the tests."""

    def install_signal_handlers(self) -> None:
        """Signals are those of the tests."""

    def __enter__(self) -> str:
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        while not self.started:
            self.thread.join(0.01)
            assert self.thread.is_alive(), "the server has not started"
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.should_exit = True
        self.thread.join()


@pytest.fixture(scope="session")
def archive_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchkit.Index]:
    folder = tmp_path_factory.mktemp("page")
    write_archive(folder / "旧文")
    searchkit.rebuild(folder / "旧文", folder / "index", jobs=1)
    with searchkit.open(folder / "index") as index:
        yield index


OFFERED = (
    Suggestion("通关", "word", 49),
    Suggestion("香港恢復通關", "title", 1, "繁體.md"),
    Suggestion("明報", "source", 25),
)
"""One suggestion of each kind that the script tells apart, whatever the index would offer."""


def suggest(request: Request) -> JSONResponse:
    """What the script is told while somebody types."""
    offered = OFFERED if request.query_params["q"] == "通" else ()
    return JSONResponse({"suggestions": [suggestion.to_dict() for suggestion in offered]})


@pytest.fixture(scope="session")
def site(archive_index: searchkit.Index) -> Iterator[str]:
    """The address of the archive's pages."""
    app = create_app(archive_index, rates=RateLimit(burst=100_000))
    app.router.routes.insert(0, Route("/api/suggest", suggest))
    with InThread(uvicorn.Config(app, port=0, log_level="error")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Until the end of the file: while it is there, ``asyncio.run`` fails in the same thread."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Opens a page of the site in a browser of its own: ``visit("/?q=通关", color_scheme="dark")``.

    After the test, the browser has reported no error of a script and nothing that the policy forbids.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def visit(path: str = "/", **options: object) -> Page:
        context = browser.new_context(base_url=site, **{"locale": "en-US", **options})  # type: ignore[arg-type]
        context.set_default_timeout(5_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
