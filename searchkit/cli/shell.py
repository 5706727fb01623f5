"""Here is a command at work: how does it end? Exit codes, errors in one line, a reader who has gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from searchkit.cli import streams
from searchkit.cli.arguments import parse
from searchkit.errors import SearchkitError

FOUND = 0
FAILED = 2

_LONGEST_ERROR = 2_000


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command; ``searchkit.cli.main`` says what it returns.

    Raises:
        KeyboardInterrupt: Ctrl-C; what was held back of the output is written or dropped.
    """
    streams.prepare()
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except streams.OutputClosed:  # as ripgrep: whoever reads has seen enough
        streams.abandon_output()
        return FOUND
    except KeyboardInterrupt:
        streams.abandon_output()
        raise
    except SearchkitError as error:
        return _fail(str(error), error)
    except Exception as error:
        name = type(error).__name__
        return _fail(f"unexpected {name}: {error}; to report it, add what SEARCHKIT_DEBUG=1 shows", error)


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = parse(argv)
    except SystemExit as done:  # --help and --version
        streams.flush()
        return done.code if isinstance(done.code, int) else FOUND
    from searchkit.cli import commands

    code: int = getattr(commands, arguments.run)(arguments)
    streams.flush()
    return code


def _fail(message: str, error: Exception) -> int:
    """Say in one line what went wrong; what a post or a path puts into it stays text."""
    from searchkit.render.safe import visible

    if os.environ.get("SEARCHKIT_DEBUG", "") not in ("", "0"):
        import traceback

        streams.say(visible("".join(traceback.format_exception(error)).rstrip(), keep="\n"))
    streams.abandon_output()
    streams.say(f"searchkit: error: {visible(' '.join(message.split()))[:_LONGEST_ERROR]}")
    return FAILED
