"""No output lets a post or the name of a file turn the direction of a line, hide text or control the terminal."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import searchkit
from searchkit.browse.drawing import hit_lines, page_of
from searchkit.cli import main
from searchkit.mcp.answers import bounded_json
from searchkit.render.lines import plain
from searchkit.render.safe import visible_json
from searchkit.serve.pages.texts import marked, paragraphs, shown_name

SIGNS = (
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u200c\u200d\u2060\ufeff\xad"
    "\U000e0041\U000e007f\ufff9\ufffb\u2028\u2029\x1b\x07\x85\x9b\ufdd0\ufffe\U0001ffff\u206e\u3164"
)
LEGITIMATE = "👨\u200d👩\u200d👧 ☁\ufe0f"
RAW = re.compile("[" + SIGNS.replace("\u200d", "") + "\ud800-\udfff]|(?<!👨)(?<!👩)\u200d")
HOSTILE = "敌意" + "意".join(SIGNS)

COMMANDS = """
    search 敌意 --explain --facets source,tag,year
    search 敌意 --format json
    search 敌意 --format ndjson
    search 敌意 --format csv --absolute
    search 敌意 --facets source,tag --count --format csv
    search 敌意 --color always
    show 敌意
    show 敌意 --format json
    show --color always 敌意
    kwic 敌意
    kwic 敌意 --format csv
    kwic 敌意 --format json
    trend 敌意
    trend 敌意 --format csv
    collocates 敌意 --min-count 1
    similar 1
    similar 1 --format json
    suggest 敌意
    status
    status --format json
    rebuild-index --dry-run --full
    rebuild-index --format json --full
    check
    show 无此
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with posts whose names, titles, sources, tags and texts have all signs."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "corpus").mkdir()
    for name in (
        f"一{SIGNS}.md".encode(),
        "一\udcff\n二.md".encode("utf-8", "surrogateescape"),
        f"坏{SIGNS}.ipynb".encode(),
    ):
        quoted = HOSTILE.replace("\x1b", "\\e").replace("\x07", "\\a")
        front = f'---\ntitle: "{quoted} {LEGITIMATE}"\nsource: "{quoted}"\ntags: ["{quoted}"]\n---\n'
        text = f"{front}{HOSTILE}正文，敌意与善意。\n"
        with open(os.path.join(os.fsencode(folder), b"corpus", name), "wb") as file:
            file.write(text.encode())
    searchkit.rebuild(folder / "corpus", folder / "index", jobs=1)
    return folder


@pytest.mark.parametrize("command", COMMANDS.strip().split("\n    "))
def test_no_command_prints_what_misleads_a_reader(
    hostile: Path,
    tmp_path: Path,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(hostile)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    main(["search", "敌意", "--format", "paths"])
    capsysbinary.readouterr()
    assert main(command.replace("无此", f"无{SIGNS}").split(" ")) in (0, 2)
    printed = b"\n".join(capsysbinary.readouterr()).decode()
    assert not RAW.search(re.sub("\x1b\\[[0-9;]*m|\x1b]8;[^\x1b]*\x1b\\\\", "", printed))
    assert not (command.startswith("search") and "count" not in command) or LEGITIMATE in printed


def test_neither_browse_nor_a_notebook_nor_a_page_nor_an_assistant_gets_them(hostile: Path) -> None:
    with searchkit.open(hostile / "index") as index:
        results = index.search("敌意")
        hit = results[0]
        reading = index.read(hit.path, "敌意")
        outputs: dict[str, str] = {
            "browse": "\n".join(map(plain, (*hit_lines(hit, 200, 3), *page_of(reading, 80).lines))),
            "notebook": results._repr_html_() or "",
            "page": str(marked(hit.title, hit.title_spans)) + shown_name(hit.path),
            "text of a page": "".join(str(each.html) for each in paragraphs(reading.document.text, reading.spans)),
            "mcp": visible_json(bounded_json(results.to_dict())),
        }
    assert {name: RAW.search(text) for name, text in outputs.items() if RAW.search(text)} == {}
