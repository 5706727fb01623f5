"""The command line on a folder of a few posts.

``process`` starts a subprocess, 0.3 s each; ``run`` calls ``main`` in this process, which suffices for most tests.
"""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_process import environment, searchkit

from searchkit.cli import main

POSTS: dict[bytes, str] = {
    "2021/2021-11-08-小通关.md".encode(): """---
title: "消息：港府力争年底前与大陆“小通关”"
date: 2021-11-08T03:39:04.573Z
author: 联合早报
from: https://www.example.com/story1
tags: [ 新闻 ]
---
香港与内地力争年底前通关，初期每日配额约一千人。经济学者看好零售业。
""",
    b"2021/hk.md": """---
title: "香港與內地通關在即"
date: 2021-12-01
author: BBC中文
tags: [ 新聞, 香港 ]
---
深水埗的店主說：通關之後，每天都有人來問 iPhone 13 的價錢。
""",
    "经济.md".encode(): "---\ntitle: 中国经济\ndate: 2020-01-05\nauthor: 财经\n---\n中国经济复苏。\n",
    b"-eu.md": "---\ntitle: 欧洲经济\ndate: 2020-02-05\nauthor: 财经\n---\n欧洲央行说经济放缓。\n",
    b"evil\x1b[31m.md": '---\ntitle: "\\u202e恶意[bold]标题[/bold]"\nfrom: "javascript:x"\n---\n清屏\x1b[2J恶意\n',
    b"odd\xff.md": "---\ntitle: 无法解码的文件名\n---\n怪名\n",
}
POSTS[b"mirror/hk.md"] = POSTS[b"2021/hk.md"]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``corpus/`` and ``index/``."""
    folder = tmp_path_factory.mktemp("home")
    for name, text in POSTS.items():
        file = os.path.join(os.fsencode(folder), b"corpus", name)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as out:
            out.write(text.encode())
    assert searchkit(folder, "rebuild-index", "--quiet").returncode == 0
    return folder


@pytest.fixture
def process(home: Path) -> Callable[..., tuple[int, str, str]]:
    """A function that runs a command in a subprocess; it returns exit code, stdout and stderr."""

    def process(*arguments: str | bytes, **env: str) -> tuple[int, str, str]:
        done = searchkit(home, *arguments, **env)
        return done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode()

    return process


@pytest.fixture
def run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, str, str]]:
    """A function that runs a command in this process; it returns exit code, stdout and stderr."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("NO_COLOR", "FORCE_COLOR", *(f"SEARCHKIT_{name}" for name in ("DEBUG", "CORPUS", "INDEX", "ENGINE"))):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | bytes, **env: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            code = main([os.fsdecode(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return code, out.decode("utf-8", "surrogateescape"), err.decode()

    return run


@pytest.fixture
def on_terminal(home: Path) -> Callable[..., tuple[int, str]]:
    """A function that runs a command on a pseudo-terminal; it returns exit code and all output."""

    def on_terminal(*arguments: str, columns: int = 80, lines: int = 50, **env: str) -> tuple[int, str]:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        command = [sys.executable, "-m", "searchkit", *arguments]
        with subprocess.Popen(
            command, cwd=home, env=environment(home, **env), stdin=slave, stdout=slave, stderr=slave
        ) as process:
            os.close(slave)
            output = b""
            try:
                while part := os.read(master, 65536):
                    output += part
            except OSError:  # EIO: the process has closed its side
                pass
            os.close(master)
        return process.returncode, output.decode().replace("\r\n", "\n")

    return on_terminal
