"""The examples of the help run without errors on the posts of this project."""

from __future__ import annotations

import io
import os
import re
import shlex
from pathlib import Path

import pytest
from cli_process import ROOT

from searchkit.cli import main
from searchkit.cli.commands import SUMMARIES, load_command

COMMANDS = [line.strip() for name in SUMMARIES for line in load_command(name).examples.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "corpus").is_dir():
        pytest.skip("no corpus/ here")
    folder = tmp_path_factory.mktemp("examples")
    (folder / "corpus").symlink_to(ROOT / "corpus")
    (folder / "blog").mkdir()
    settings = 'corpus = "corpus"\nindex = "index"\n[searches]\n通关 = "香港 通关"\n'
    (folder / "searchkit.toml").write_text(settings, encoding="utf-8")
    (folder / "xdg-open").write_text("#!/bin/sh\n")
    (folder / "xdg-open").chmod(0o755)
    (folder / "dictionary.txt").write_text("小通关\n", encoding="utf-8")
    (folder / "synonyms.txt").write_text("通关 = 清关\n", encoding="utf-8")
    post = "tech/2026-01-17-樹莓派上的圖書館.md"
    for task, document in (("drcd-dev", "d1"), ("my-queries", post)):
        (folder / task).mkdir()
        (folder / task / "queries.tsv").write_text("q1\t图书馆\n", encoding="utf-8")
        (folder / task / "qrels.txt").write_text(f"q1 0 {document} 1\n", encoding="utf-8")
    (folder / "drcd-dev" / "corpus.jsonl").write_text('{"id": "d1", "body": "圖書館"}\n', encoding="utf-8")
    (folder / "noise.jsonl").write_text('{"id": "n1", "body": "书"}\n', encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_example(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setenv("BROWSER", "true")
    (folder / "blog" / "searchkit.toml").unlink(missing_ok=True)
    if "completion" in command:
        pytest.importorskip("shtab")
    if " eval " in command:
        pytest.importorskip("pytrec_eval")
    if " serve" in command:
        server = pytest.importorskip("searchkit.serve.server")
        listen = server.listen
        monkeypatch.setattr(server, "listen", lambda host, port: listen(host, 0))
        monkeypatch.setattr(server, "run", lambda app, place: place.socket.close())
    if " mcp" in command:
        pytest.importorskip("mcp")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))  # a client that leaves at once
    typed = re.split(r"\s{2,}|\s[>|]", command)[0]  # without the description, the redirection and the next command
    code = main(shlex.split(typed)[1:])
    if command.startswith("searchkit browse"):
        assert "browse needs a terminal" in capfd.readouterr().err
        return
    assert (code, capfd.readouterr().err) == (0, "")
