"""Exit codes, errors and closed pipes of a command."""

from __future__ import annotations

import os
from collections.abc import Sequence

from searchkit.cli import streams
from searchkit.cli.parser import parse
from searchkit.errors import SearchkitError
from searchkit.messages import _
from searchkit.render.safe import visible, visible_name

FOUND = 0
FAILED = 2

_NUMPY_BYTES = 90 << 20
"""Of address space, which numpy and OpenBLAS take: 81 MB were measured."""

_MAX_ERROR = 2_000
"""Characters of an error message."""


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code, as ``searchkit.cli.main`` does.

    Args:
        argv: the arguments after the program's name.

    Raises:
        KeyboardInterrupt: Ctrl-C; buffered output is written or discarded.
    """
    streams.configure()
    try:
        return _run(argv)
    except streams.OutputClosed:  # the reader has seen enough, such as head: success, as in ripgrep
        streams.discard_output()
        return FOUND
    except KeyboardInterrupt:
        streams.discard_output()
        raise
    except SearchkitError as error:
        return _fail(str(error), error)
    except Exception as error:
        from searchkit.cli.refusals import refusal  # most commands end well

        if refused := refusal(error):
            return _fail(str(refused), error)
        name = type(error).__name__
        hint = _("to report it, run again with SEARCHKIT_DEBUG=1")
        message = _("unexpected {name}: {error}; {hint}", name=name, error=error, hint=hint)
        return _fail(message, error)


def _run(argv: Sequence[str]) -> int:
    try:
        command, arguments = parse(argv)
    except SystemExit as done:  # --help and --version
        streams.flush()
        return done.code if isinstance(done.code, int) else FOUND
    _require_memory()
    code = command.run(arguments)
    streams.flush()
    return code


def _require_memory() -> None:
    """Do nothing where numpy has the memory that it takes to load; without it, OpenBLAS ends the process with code 1.

    Raises:
        OSError: a limit of the shell leaves less (ENOMEM).
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    if any(
        resource.getrlimit(limit)[0] != resource.RLIM_INFINITY for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA)
    ):
        import mmap  # most shells set no limit

        mmap.mmap(-1, _NUMPY_BYTES).close()


def _fail(message: str, error: Exception) -> int:
    """Print an error on one line; control characters in it, such as those of a path, are escaped."""
    if os.environ.get("SEARCHKIT_DEBUG", "") not in ("", "0"):
        import traceback  # for developers only

        streams.write_error(visible("".join(traceback.format_exception(error)).rstrip(), keep="\n"))
    streams.discard_output()
    line = visible_name(" ".join(message.split()))[:_MAX_ERROR]
    streams.write_error(_("searchkit: error: {message}", message=line))
    return FAILED
