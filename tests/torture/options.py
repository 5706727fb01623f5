"""Options of wrong types and extreme values, from Python and from the command line.

What must hold: an option that means something is followed, any other is a ``SearchkitError`` in Python, and exit code 2
with one line on the command line; no other exception, no traceback; each call ends within a second of CPU.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import io
import os
import random
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

import searchkit
from searchkit.cli import main
from searchkit.cli.commands import load_command
from searchkit.cli.parser import command_parser
from searchkit.errors import SearchkitError
from searchkit.query import And, Text
from torture.queries import CORPUS

FEW = 150
SECONDS = 1.0
"""CPU of one call."""

PICTURE_SECONDS = 3.0
"""CPU of a call that draws a picture: two lines over the days of seven years take 1.4 s."""

HUGE = 10**5_000
"""More digits than Python writes."""

_COMMANDS = ("search", "show", "trend", "kwic", "collocates", "keywords", "similar", "suggest", "status", "analyze")
_INTERACTIVE = ("--pager", "--help", "-h", "--index", "--best-last")
_ZONE = dt.timezone(dt.timedelta(hours=23, minutes=59))

VALUES: Sequence[Any] = (
    *(None, True, False, 0, 1, 2, -1, 10**6, 2**31, 2**63, HUGE, -HUGE, 1.5, -0.0, float("nan"), float("inf")),
    *("", " ", "a", "香港", "\ud800", "\udcff", "a\0b", "\n", "1" * 5_000, "去年", "7d", "9" * 400 + "d", "-1", "１"),
    *(b"", b"\xff", bytearray(b"a"), [], (), {}, set(), [None], ["a", 5], ("source", "source"), {"a": 1}, [[]], [b"a"]),
    *(dt.date.min, dt.date.max, dt.datetime.min, dt.datetime.max, dt.datetime(1, 1, 1, tzinfo=_ZONE), dt.time.max),
    *(dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(-dt.timedelta(hours=23))), dt.timedelta.max, dt.timedelta.min),
    *(dt.timedelta(0), dt.timedelta(microseconds=1), np.int64(3), np.float64(2), np.array([1, 2]), np.array(["a"])),
    *(Text("a"), Text("香港"), And(), And, object(), print, Path("a"), range(3), Ellipsis, 1j, [HUGE], "x" * 9_999),
    *("source", "month", "newest"),
)
"""What a caller may pass by mistake."""

_WORDS = (
    *("", "a", "香港", "通关", "-", "--", "-1", "0", "1", "10", "all", "1.5", "nan", "1e9", "9" * 5_000, "２", " 3 "),
    *("2021", "2021..2022", "去年", "7d", "90d", "0d", "source", "source,tag", "month,month", "json", "csv", "paths0"),
    *("\udcff", "\ud800", "\x1b[31m", "a\nb", "=1+1", "*", "~", '"', "'", "a.md", "../a", "/", "title:", "@a", "0x10"),
    *("x" * 9_999, "always"),
)


def attempts(chance: random.Random, folder: Path) -> Iterator[str | None]:
    searchkit.rebuild(CORPUS, folder / "index", jobs=1, progress=False)
    with searchkit.open(folder / "index", {"通关": "香港 通关", "圈": "@圈"}) as index:
        calls = _calls(index)
        arguments = {name: _options_of(name) for name in _COMMANDS}
        while True:
            if chance.random() < 0.6:
                yield _python(chance, *chance.choice(calls))
            else:
                yield _command_line(chance, folder, arguments)


def _calls(index: searchkit.Index) -> Sequence[tuple[Callable[..., Any], Mapping[str, Any]]]:
    """Functions, each with arguments that mean something, of which some will be replaced."""
    filters = {"since": None, "until": None, "source": (), "tag": ()}
    path = next(index.documents()).path
    search = filters | {"limit": 3, "offset": 0, "sort": "relevance", "recency": None, "facets": (), "snippet_chars": 9}
    silent = {"progress": False}
    return (
        *((index.search, {"query": "香港"} | search | {"explain": False}),) * 4,
        (index.count, {"query": "香港", "by": "source"} | filters),
        (index.trend, {"queries": ["香港"], "by": "year", "share": False} | filters),
        (index.kwic, {"query": "通关", "width": 20, "sort": "date", "limit": 9} | filters | silent),
        (index.collocates, {"query": "通关", "window": 5, "limit": 9, "sort": "log_dice"} | filters | silent),
        (index.keywords, {"a": "香港", "b": "", "limit": 9}),
        (index.similar, {"path": path, "limit": 3}),
        (index.sample, {"query": "香港", "n": 3, "seed": 0, "snippet_chars": 9} | filters),
        (index.suggest, {"text": "香", "limit": 8, "past": ()}),
        (index.terms, {"prefix": "香", "limit": 10}),
        (index.read, {"path": path, "query": "香港"}),
        (index.document, {"path": path}),
        (index.paths, {"prefix": ""}),
        (searchkit.open, {"path": index.path, "searches": None}),
        (searchkit.check, {"index": index.path}),
        (searchkit.analyze, {"text": "香港"}),
        (searchkit.expand, {"query": "@a", "searches": {"a": "b"}}),
        (partial(searchkit.rebuild, CORPUS, index.path, dry_run=True, progress=False), {"timezone": None}),
    )


def _python(chance: random.Random, call: Callable[..., Any], options: Mapping[str, Any]) -> str | None:
    """A call with one or a few wrong arguments."""
    replaced = chance.sample(sorted(options), min(len(options), chance.choice((1, 1, 1, 2, 3))))
    given = dict(options) | {name: chance.choice(VALUES) for name in replaced}
    shown = ", ".join(f"{name}={_shown(given[name])}" for name in replaced)
    return _failure(f"{getattr(call, '__name__', 'rebuild')}({shown})", partial(_used, call, given))


def _used(call: Callable[..., Any], given: Mapping[str, Any]) -> None:
    with contextlib.suppress(SearchkitError):
        result = call(**given)
        repr(result)
        if isinstance(result, searchkit.Index):
            result.close()


def _options_of(name: str) -> list[argparse.Action]:
    parser = command_parser(name, load_command(name))
    return [action for action in parser._actions if not set(action.option_strings) & set(_INTERACTIVE)]


def _command_line(
    chance: random.Random, folder: Path, arguments: Mapping[str, Sequence[argparse.Action]]
) -> str | None:
    """A command with some options, whose values mean something or not."""
    name = chance.choice(_COMMANDS)
    argv = [name, "--index", str(folder / "index")]
    for action in chance.sample(arguments[name], min(len(arguments[name]), chance.choice((0, 1, 2, 3)))):
        argv += chance.sample(action.option_strings, min(len(action.option_strings), 1))
        argv += [_word(chance, action)] * (action.nargs != 0)
    argv += [chance.choice(_WORDS) for _ in range(chance.choice((0, 1, 1, 2)))]
    return _failure(f"searchkit {_shown(argv)}", partial(_run, argv, folder))


def _word(chance: random.Random, action: argparse.Action) -> str:
    return chance.choice([*map(str, action.choices), *_WORDS[:3]] if action.choices else _WORDS)


def _run(argv: list[str], folder: Path) -> None:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with (
        patch.dict(os.environ, {"XDG_CACHE_HOME": str(folder), "XDG_STATE_HOME": str(folder), "COLUMNS": "80"}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main(argv)
    err.flush()
    said = err.buffer.getvalue().decode("utf-8", "replace")  # type: ignore[attr-defined]
    lines = [line for line in said.splitlines() if line.startswith("searchkit: ")]
    if code not in (0, 1, 2) or "Traceback" in said or (code == 2) != (len(lines) == 1):
        raise AssertionError(f"exit code {code}: {said[-500:]}")


def _failure(shown: str, attempt: Callable[[], None]) -> str | None:
    began = time.process_time()
    try:
        attempt()
    except (Exception, SystemExit) as error:  # any is a failure to report
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{shown}: {type(error).__name__} {error!s:.300} at {Path(where.filename).name}:{where.lineno}"
    seconds = time.process_time() - began
    most = PICTURE_SECONDS if "'png'" in shown or "'svg'" in shown else SECONDS
    return f"{shown}: {seconds:.1f} s" if seconds > most else None


def _shown(value: Any) -> str:
    try:
        return f"{value!r:.200}"
    except ValueError:
        return "10**5_000"
