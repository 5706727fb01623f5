"""A post may have any name that a file can have: every command knows it, and no raw exception reaches anybody."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.cli import main
from searchkit.errors import SearchkitError
from searchkit.mcp.answers import answered
from searchkit.mcp.tools import Tools
from searchkit.serve.pages.answer import post_address
from searchkit.serve.pages.asked import Asked

NAMES = [
    b"latin-\xe9\xff.md", "中文".encode("gbk") + b".md", b"line\nfeed.md", b"tab\tcr\r.md", b"esc\x1b[31m.md",
    "bidi\u202egnp.md".encode(), b"-dash.md", b"--help.md", b" space .md", b"~.md", b"~root.md", b"#hash.md",
    b"q?x=1&y.md", b"pct%41%ff%00.md", "长".encode() * 83 + b".md", "é.md".encode(), "e\u0301.md".encode(),
    b"quote'\".md", b"back\\n.md", b"\xed\xb2\x80.md", b"[bold]*.md", b"\xf0\x9f.md", b"2.md", "\ufeff.md".encode(),
    b"$(x)`.md", b"in\xff\n/in.md",
]  # fmt: skip

Run = Callable[..., tuple[int, bytes]]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("named")
    for number, name in enumerate(NAMES):
        file = os.path.join(os.fsencode(folder), b"corpus", name)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as out:
            out.write(f"---\ntitle: 题{number}\n---\n正文\n")
    searchkit.rebuild(folder / "corpus", folder / "index", jobs=1)
    return folder


@pytest.fixture
def printed(
    named: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """A function that runs a command beside the posts; it returns the exit code and what was printed."""
    monkeypatch.chdir(named)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("VISUAL", "true")
    return lambda *arguments: (main(arguments), capsysbinary.readouterr().out)


def test_paths0_has_the_bytes_of_every_name(printed: Run) -> None:
    assert sorted(printed("search", "正文", "-n", "all", "--format", "paths0")[1].split(b"\0")[:-1]) == sorted(NAMES)


def test_every_name_is_shown_opened_and_written_as_json(printed: Run, named: Path) -> None:
    hits = json.loads(printed("search", "正文", "-n", "all", "--format", "json")[1])["hits"]
    assert {os.fsencode(hit["path"]) for hit in hits} == set(NAMES)
    for hit in hits:
        code, text = printed("show", "--format", "json", "--", hit["path"])
        assert (code, json.loads(text)["path"]) == (0, hit["path"])
        assert printed("open", "--editor", "--", hit["path"])[0] == 0
        assert os.path.isfile(os.path.join(os.fsencode(named), b"corpus", os.fsencode(hit["path"])))
        assert post_address(Asked(), hit["path"]).isascii()


def test_an_assistant_reads_every_post_by_the_path_that_it_was_given(named: Path) -> None:
    tools = Tools(named / "index")
    for hit in answered(tools.search)("正文", limit=50).structured_content["hits"]:  # type: ignore[index]
        assert answered(tools.show)(hit["path"]).structured_content["title"] == hit["title"]  # type: ignore[index]
    tools.close()


def test_a_rebuild_finds_nothing_changed_among_them(named: Path) -> None:
    report = searchkit.rebuild(named / "corpus", named / "index", jobs=1)
    assert (report.unchanged, report.added, report.removed) == (len(NAMES), 0, 0)


@pytest.mark.parametrize("name", ["\0", "a\0b", "\ud800", "a\udfff"])
def test_what_can_be_no_name_is_no_exception_of_python(named: Path, name: str) -> None:
    with searchkit.open(named / "index") as index:
        for call in (index.document, index.read, index.similar):
            with pytest.raises(SearchkitError):
                call(name)
        assert not index.paths(name)
    with pytest.raises(SearchkitError):
        searchkit.open(named / name)
    with pytest.raises(SearchkitError):
        searchkit.rebuild(named / name, named / "other")
